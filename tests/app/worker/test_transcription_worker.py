"""Whole sessions with real speech: what a live session keeps is what `echoic transcribe` makes of its sound."""

import json
import threading
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import numpy as np
import pytest
import soxr
from pytestqt.qtbot import QtBot

from app.__main__ import main
from app.audio_io import microphone
from app.audio_io.microphone import Microphone
from app.cli.process import loading
from app.sessions.document import Gap
from app.sessions.folder.session_record import SessionRecord
from app.sessions.store import Store
from app.worker.reconnecting_source import ReconnectingSource
from app.worker.transcription_worker import CLOSING, TranscriptionWorker
from asr.audio.media import read_file
from asr.recognizer import SHIPPED, Recognizer
from asr.stream_options import DEFAULT_OPTIONS
from asr.updates import Word
from tests.support.recognition.fakes import FakeRecognizer
from tests.support.recognition.sessions import sound_of

BeginSession = Callable[["SoundCard"], TranscriptionWorker]
SAMPLE = SHIPPED.parent / "samples" / "lighthouse.ogg"


class SoundCard:
    """A sound card at a rate of its own, which hands over its sound in blocks of lengths that fit nothing."""

    def __init__(self, rate: int, seed: int = 0) -> None:
        self.samplerate, self.opened = float(rate), threading.Event()
        self._random = np.random.default_rng(seed)

    def __call__(self, wanted: object, callback: Any) -> "SoundCard":
        self._hear = callback
        return self

    def start(self) -> None:
        self.opened.set()

    def stop(self) -> None:
        pass

    def close(self) -> None:
        self.opened.clear()

    def play(self, speech: np.ndarray, block: int = 0) -> None:
        """(n,) float32 at 16 kHz, in blocks of so many samples of the card; 0: of many lengths."""
        assert self.opened.wait(60)
        rest = soxr.resample(speech, 16_000, self.samplerate).astype(np.float32)
        while len(rest):
            count = block or int(self._random.choice([1, 7, 441, 1023, 2048, 4095]))
            self._hear(rest[:count].reshape(-1, 1), len(rest[:count]), None, None)
            rest = rest[count:]


@pytest.fixture(scope="module")
def speech() -> np.ndarray:
    """(n,) float32 at 16 kHz: the sample up to the middle of a word."""
    return np.concatenate(list(read_file(SAMPLE, 16_000)))[: round(5.03 * 16_000)]


@pytest.fixture
def session(shipped: Recognizer, store: Store, qapp: object) -> Iterator[BeginSession]:
    """Begins a session with a device; it is over after the test."""
    begun: list[TranscriptionWorker] = []

    def begin(device: SoundCard) -> TranscriptionWorker:
        keeper = store.create("live", "Live", "desk")
        begun.append(
            TranscriptionWorker(shipped, lambda: Microphone("desk", stream_factory=device, target_rate=16_000), keeper)
        )
        begun[0].start()
        return begun[0]

    yield begin
    begun[0].cancel()
    assert begun[0].wait(60)


def end(session: TranscriptionWorker, store: Store) -> SessionRecord:
    session.stop()
    assert session.wait(120)
    (entry,) = store.list()
    return store.open(entry.id)


def as_a_file(
    kept: SessionRecord, shipped: Recognizer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> tuple[Word, ...]:
    """What the command line makes of the kept sound."""
    monkeypatch.setattr(loading, "load", lambda path: shipped)
    assert main(["transcribe", str(kept.sound), "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)["words"]
    return tuple(Word(row["text"], row["start"], row["end"], row["confidence"], row.get("display")) for row in rows)


@pytest.mark.parametrize("rate", [16_000, 44_100, 48_000])
@pytest.mark.slow
def test_the_words_kept_are_those_of_the_sound_kept(
    rate: int,
    session: BeginSession,
    store: Store,
    speech: np.ndarray,
    shipped: Recognizer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    device = SoundCard(rate, rate)
    told: list[Word] = []
    running = session(device)
    running.updated.connect(lambda updates: told.extend(word for update in updates for word in update.words))
    device.play(speech)
    kept = end(running, store)
    assert len(kept.document.words) >= 5
    assert kept.document.words == tuple(told) == as_a_file(kept, shipped, monkeypatch, capsys)
    assert kept.document.seconds == pytest.approx(5.03, abs=0.001)
    assert kept.closed and kept.problems == () and kept.document.gaps == ()


def test_a_pause_begins_and_ends_in_the_sound_where_it_was_asked_for(store: Store, qtbot: QtBot) -> None:
    """However far the recogniser is behind: nothing said before is lost, nothing said meanwhile is kept."""
    go_on, device = threading.Event(), SoundCard(16_000)
    recognizer = FakeRecognizer((), hold=go_on)
    block = round(16_000 * microphone.BLOCK)
    ramp = np.arange(100 * block, dtype=np.float32) / (100 * block)
    writer = store.create("live", "Live")
    running = TranscriptionWorker(recognizer, lambda: Microphone(stream_factory=device, target_rate=16_000), writer)
    with qtbot.waitSignal(running.measured):
        running.start()
        device.play(ramp[:block], block)
    device.play(ramp[block : 40 * block], block)
    running.pause(True)
    device.play(ramp[40 * block : 70 * block], block)
    running.pause(False)
    device.play(ramp[70 * block :], block)
    go_on.set()
    kept = end(running, store)
    sound = sound_of(kept)
    missing = [t for t in range(100) if not np.isclose(sound, ramp[t * block + block // 2], atol=1e-4).any()]
    assert missing == list(range(missing[0], missing[-1] + 1))
    # one block may be between the queue and the recogniser when the button is pressed
    assert missing[0] in (39, 40, 41) and missing[-1] in (68, 69, 70)
    assert kept.pauses == (pytest.approx(40 * microphone.BLOCK, abs=1.1 * microphone.BLOCK),)


@pytest.mark.slow
def test_a_pause_is_in_neither_the_sound_nor_the_words(
    session: BeginSession,
    store: Store,
    speech: np.ndarray,
    shipped: Recognizer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    qtbot: QtBot,
) -> None:
    device = SoundCard(48_000)
    running = session(device)
    with qtbot.waitSignal(running.measured):
        device.play(speech[:4800], 1440)
    device.play(speech[4800:24_000], 1440)
    running.pause(True)
    device.play(speech[24_000:48_000], 1440)
    running.pause(False)
    device.play(speech[48_000:], 1440)
    kept = end(running, store)
    assert kept.pauses == (pytest.approx(1.5, abs=0.1),)
    silence = kept.document.seconds - (5.03 - 1.5)
    assert DEFAULT_OPTIONS.endpoint_silence - 0.1 <= silence <= DEFAULT_OPTIONS.endpoint_silence + CLOSING + 0.3
    before = [line for line in kept.document.utterances if line.start < 1.5]
    assert before and all(line.closed and line.end < 1.5 + silence for line in before)
    assert kept.document.words == as_a_file(kept, shipped, monkeypatch, capsys)


@pytest.mark.slow
def test_a_device_lost_and_found_joins_up_in_sound_and_words(
    session: BeginSession,
    store: Store,
    speech: np.ndarray,
    shipped: Recognizer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    qtbot: QtBot,
) -> None:
    device = SoundCard(44_100)
    running = session(device)
    with qtbot.waitSignal(running.lost):
        device.play(speech[:40_000])
    with qtbot.waitSignal(running.reopened):
        running.reopen()
        device.play(speech[40_000:])
    kept = end(running, store)
    (gap,) = kept.document.gaps
    assert gap.start == pytest.approx(2.5, abs=0.05) and gap.seconds > 0
    assert kept.document.seconds == pytest.approx(5.03, abs=0.05)
    assert kept.document.words == as_a_file(kept, shipped, monkeypatch, capsys)


@pytest.mark.parametrize("rate", [16_000, 48_000])
def test_sound_dropped_at_the_very_end_is_a_gap_of_the_session(rate: int, store: Store, qtbot: QtBot) -> None:
    go_on, device = threading.Event(), SoundCard(rate)
    recognizer = FakeRecognizer((), hold=go_on)
    gaps: list[Gap] = []
    writer = store.create("live", "Live")
    running = TranscriptionWorker(recognizer, lambda: Microphone(stream_factory=device, target_rate=16_000), writer)
    running.gapped.connect(gaps.append)
    with qtbot.waitSignal(running.measured):
        running.start()
        device.play(np.zeros(16_000, np.float32), round(rate * microphone.BLOCK))
    device.play(np.zeros(39 * 16_000, np.float32), round(rate * microphone.BLOCK))  # more than the queue takes
    running.stop()
    go_on.set()
    kept = end(running, store)
    (gap,) = kept.document.gaps
    assert gap.seconds + kept.document.seconds == pytest.approx(40.0, abs=0.1) and gap.seconds > 5
    assert gap.start == pytest.approx(kept.document.seconds, abs=0.1)
    qtbot.waitUntil(lambda: gaps == [gap])


def test_losses_of_a_source_that_ended_are_still_returned() -> None:
    class Dropping:
        gaps: ClassVar[list[Gap]] = []

        def __enter__(self) -> "Dropping":
            return self

        def __exit__(self, *error: object) -> None: ...

        def stop(self) -> None: ...

        def __iter__(self) -> Iterator[np.ndarray]:
            yield np.zeros(160, np.float32)
            self.gaps.append(Gap(0.01, 2.5))

    source = ReconnectingSource(Dropping, live=True, post=lambda event: None)
    assert [source.losses() for _ in source] == [[]]
    assert source.losses() == [2.5] and source.losses() == []
