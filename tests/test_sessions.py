"""Whole sessions with real speech: what a live session keeps is what `echoic transcribe` makes of its sound."""

import json
import threading

import numpy as np
import pytest
import soxr

from app import commands
from app.__main__ import main
from app.journal import Session as Kept
from app.microphone import Microphone
from app.session import Session
from app.store import Store
from asr.audio import read_file
from asr.recognizer import SHIPPED
from asr.transcript import Word

SAMPLE = SHIPPED.parent / "samples" / "lighthouse.ogg"


class Device:
    """A sound card at a rate of its own, which hands over its sound in blocks of lengths that fit nothing."""

    def __init__(self, rate: int, seed: int = 0) -> None:
        self.samplerate, self.opened = float(rate), threading.Event()
        self._random = np.random.default_rng(seed)

    def __call__(self, wanted, callback):
        self._hear = callback
        return self

    def start(self) -> None:
        self.opened.set()

    def stop(self) -> None:
        pass

    def close(self) -> None:
        self.opened.clear()

    def play(self, speech: np.ndarray) -> None:
        """(n,) float32 at 16 kHz."""
        assert self.opened.wait(60)
        rest = soxr.resample(speech, 16_000, self.samplerate).astype(np.float32)
        while len(rest):
            count = int(self._random.choice([1, 7, 441, 1023, 2048, 4095]))
            self._hear(rest[:count].reshape(-1, 1), len(rest[:count]), None, None)
            rest = rest[count:]


@pytest.fixture(scope="module")
def speech() -> np.ndarray:
    """(n,) float32 at 16 kHz: the sample up to the middle of a word."""
    return np.concatenate(list(read_file(SAMPLE)))[: round(5.03 * 16_000)]


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "data")
    yield store
    store.close()


@pytest.fixture
def session(shipped, store, qapp):
    """Begins a session with a device; it is over after the test."""
    begun: list[Session] = []

    def begin(device: Device) -> Session:
        keeper = store.create("live", "Live", "desk")
        begun.append(Session(shipped, lambda: Microphone("desk", stream_factory=device), keeper))
        begun[0].start()
        return begun[0]

    yield begin
    begun[0].cancel()
    assert begun[0].wait(60)


def end(session: Session, store: Store) -> Kept:
    session.stop()
    assert session.wait(120)
    (entry,) = store.list()
    return store.open(entry.id)


def as_a_file(kept: Kept, shipped, monkeypatch, capsys) -> tuple[Word, ...]:
    """What the command line makes of the kept sound."""
    monkeypatch.setattr(commands, "load", lambda path: shipped)
    assert main(["transcribe", str(kept.sound), "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)["words"]
    return tuple(Word(row["text"], row["start"], row["end"], row["confidence"]) for row in rows)


@pytest.mark.parametrize("rate", [16_000, 44_100, 48_000])
def test_the_words_kept_are_those_of_the_sound_kept(rate, session, store, speech, shipped, monkeypatch, capsys) -> None:
    device, told = Device(rate, rate), []
    running = session(device)
    running.updated.connect(lambda updates: told.extend(word for update in updates for word in update.words))
    device.play(speech)
    kept = end(running, store)
    assert len(kept.document.words) >= 5
    assert kept.document.words == tuple(told) == as_a_file(kept, shipped, monkeypatch, capsys)
    assert kept.document.seconds == pytest.approx(5.03, abs=0.001)
    assert kept.closed and kept.problems == () and kept.document.gaps == ()


def test_a_pause_is_in_neither_the_sound_nor_the_words(session, store, speech, shipped, monkeypatch, capsys) -> None:
    device = Device(48_000)
    running = session(device)
    heard = threading.Semaphore(0)
    measured = running.post
    running.post = lambda news: (measured(news), type(news).__name__ == "Heard" and heard.release())

    def wait_until_heard(pieces: int) -> None:
        for _ in range(pieces):
            assert heard.acquire(timeout=60)

    device.play(speech[:24_000])
    wait_until_heard(8)
    running.pause(True)
    device.play(speech[24_000:48_000])
    wait_until_heard(8)
    running.pause(False)
    device.play(speech[48_000:])
    kept = end(running, store)
    assert len(kept.pauses) == 1
    assert 1.2 < kept.document.seconds < 5.03 - 1.0
    assert kept.document.words == as_a_file(kept, shipped, monkeypatch, capsys)


def test_a_device_lost_and_found_joins_up_in_sound_and_words(
    session, store, speech, shipped, monkeypatch, capsys, qtbot
) -> None:
    device = Device(44_100)
    running = session(device)
    with qtbot.waitSignal(running.lost, timeout=60_000):
        device.play(speech[:40_000])
    with qtbot.waitSignal(running.reopened, timeout=60_000):
        running.reopen()
        device.play(speech[40_000:])
    kept = end(running, store)
    (gap,) = kept.document.gaps
    assert gap.start == pytest.approx(2.5, abs=0.05) and gap.seconds > 0
    assert kept.document.seconds == pytest.approx(5.03, abs=0.05)
    assert kept.document.words == as_a_file(kept, shipped, monkeypatch, capsys)
