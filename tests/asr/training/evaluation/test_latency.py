"""How a stream shows its words, on a virtual clock."""

from typing import Any

import numpy as np
import pytest

from asr.training.evaluation import latency
from asr.training.evaluation.latency import changed_words, first_word, onset, shown_words, stable_since, stream, whole

RATE = 16_000


class Scripted:
    """Shows a text after each tenth of a second; each call takes what the fake clock says."""

    rate = RATE

    def __init__(self, texts: list[str], clock: "FakeClock", cost: float) -> None:
        self.texts, self.clock, self.cost = list(texts), clock, cost
        self.chunks: list[int] = []

    def open(self) -> "Scripted":
        return self

    def push(self, samples: np.ndarray) -> str:
        self.chunks.append(len(samples))
        self.clock.now += self.cost
        return self.texts.pop(0)

    finish = file = lambda self, *sound: self.push(np.zeros(0))


class FakeClock:
    def __init__(self) -> None:
        self.now = 5.0

    def process_time(self) -> float:
        return self.now


def made(monkeypatch: pytest.MonkeyPatch, texts: list[str], cost: float) -> Any:
    clock = FakeClock()
    monkeypatch.setattr(latency, "time", clock)
    return Scripted(texts, clock, cost)


def test_the_clock_is_that_of_the_sound_where_work_is_done_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    system = made(monkeypatch, ["", "the", "the", "the cat"], 0.02)
    shown = stream(system, np.zeros(RATE // 4, np.float32))
    assert system.chunks == [1600, 1600, 800, 0]
    assert shown.texts == ((pytest.approx(0.22), "the"), (pytest.approx(0.29), "the cat"))
    assert shown.end == pytest.approx(0.29) and shown.processor_seconds == pytest.approx(0.08)


def test_work_that_takes_longer_than_the_sound_delays_all_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = stream(made(monkeypatch, ["a", "a b", "a b c"], 0.3), np.zeros(RATE // 5, np.float32))
    assert [second for second, _ in shown.texts] == pytest.approx([0.4, 0.7, 1.0])


def test_a_file_is_there_when_its_work_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = whole(made(monkeypatch, ["a b"], 0.5), np.zeros(2 * RATE, np.float32))
    assert shown.texts == ((pytest.approx(2.5), "a b"),) and shown.text == "a b" and shown.processor_seconds == 0.5


def test_of_no_sound_there_is_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    assert stream(made(monkeypatch, [""], 0.1), np.zeros(0, np.float32)).texts == ()


TEXTS = [
    (1.0, ["a"]),
    (2.0, ["the", "cap"]),
    (3.0, ["the", "cat", "sat"]),
    (4.0, ["the"]),
    (5.0, ["the", "cat", "sad"]),
]


def test_words_are_stable_once_they_and_all_before_them_stay() -> None:
    assert first_word(TEXTS) == 2.0
    assert stable_since(TEXTS) == [2.0, 5.0, 5.0]
    assert stable_since([*TEXTS[:3], (4.0, ["the", "cat", "sat", "on"])]) == [2.0, 3.0, 3.0, 4.0]
    assert stable_since([]) == [] and first_word([]) is None and first_word([(1.0, ["a"]), (2.0, [])]) is None


def test_words_that_are_taken_back_are_counted() -> None:
    assert changed_words(TEXTS) == 1 + 1 + 2
    assert changed_words([(1.0, ["a"]), (2.0, ["a", "b"])]) == 0


def test_capitals_and_marks_are_no_changes() -> None:
    shown = latency.Shown(((1.0, "the cat"), (2.0, "The cat, sat.")), 2.0, 1.0)
    assert shown_words(shown) == [(1.0, ["the", "cat"]), (2.0, ["the", "cat", "sat"])]


def test_onset_is_where_the_loud_part_begins() -> None:
    sound = np.random.default_rng(0).normal(0, 1e-4, RATE).astype(np.float32)
    sound[RATE // 2 :] *= 1000
    assert onset(sound, RATE) == pytest.approx(0.5)
    assert onset(np.zeros(10, np.float32), RATE) == 0.0
