"""Throughput: streams are compared with themselves alone, and figures add up."""

import io

import numpy as np
import pytest
from rich.console import Console

from asr.recognizer import Recognizer
from asr.training.evaluation.throughput import Throughput, measure, report, shifted, together
from asr.updates import Update
from tests.support.recognition.fakes import FakeRecognizer
from tests.support.recognition.streams import SPEECH


def test_streams_are_those_of_the_sound_from_places_of_their_own() -> None:
    sounds = shifted(np.arange(8), 4)
    assert [int(sound[0]) for sound in sounds] == [0, 2, 4, 6]
    assert all(sorted(sound) == list(range(8)) for sound in sounds)


def test_words_are_compared_and_time_is_measured(tiny: Recognizer) -> None:
    for processor, clock, equal in measure(tiny, SPEECH, [1, 3], 1):
        assert processor > 0 and clock > 0 and equal


def test_a_stream_with_other_words_is_found(tiny: Recognizer, monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(recognizer: Recognizer, sounds: list[np.ndarray]) -> list[list[Update]]:
        return together(recognizer, sounds[::-1])

    monkeypatch.setattr("asr.training.evaluation.throughput.together", wrong)
    assert [equal for _, _, equal in measure(tiny, SPEECH, [1, 3], 1)] == [True, False]


def test_what_goes_wrong_is_raised() -> None:
    with pytest.raises(RuntimeError, match="scripted failure"):
        together(FakeRecognizer(fail_at=0.5), [SPEECH, SPEECH])


def test_the_report_has_gains_over_the_first_row() -> None:
    console = Console(file=io.StringIO(), width=100)
    console.print(report([Throughput(1, 1, 20.0, 19.0, True), Throughput(1, 16, 41.0, 40.0, False)]))
    text = console.file.getvalue()  # type: ignore[attr-defined]
    assert "2.05" in text and "NO" in text and "yes" in text
