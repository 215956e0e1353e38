"""Playing faster and slower: the length changes, the pitch does not, and the callback only copies."""

import threading
import time

import numpy as np
import pytest

from app.audio_io import time_stretch
from app.audio_io.time_stretch import AHEAD, PIECE, SPEEDS, StretchedReader

RATE = 16_000
TONE = np.round(8000 * np.sin(2 * np.pi * 220 * np.arange(4 * RATE) / RATE)).astype(np.int16)


def wait_for(reader: StretchedReader, count: int) -> None:
    """Until so many samples are ready, or no more will come."""
    deadline = time.monotonic() + 20
    while reader.ready < count and not reader._complete and time.monotonic() < deadline:
        time.sleep(0.001)


def read(reader: StretchedReader, block: int) -> np.ndarray:
    """The rest of a pass, taken in blocks as an audio callback takes them."""
    reader.start()
    pieces = [time_stretch.NOTHING]
    while not reader.over:
        wait_for(reader, min(block, round(AHEAD * RATE)))
        pieces.append(reader.take(block))
    reader.close()
    return np.concatenate(pieces)


@pytest.mark.parametrize("speed", SPEEDS)
def test_length_follows_the_speed_and_pitch_does_not(speed: float) -> None:
    played = read(StretchedReader(TONE, 0, RATE, speed), 480)
    assert len(played) / RATE == pytest.approx(4 / speed, abs=0.05)
    loudest = np.abs(np.fft.rfft(played)).argmax() * RATE / len(played)
    assert loudest == pytest.approx(220, abs=2)


@pytest.mark.parametrize("block", [1, 480, 5000, 100_000])
def test_at_its_own_speed_nothing_is_changed(block: int) -> None:
    assert np.array_equal(read(StretchedReader(TONE[:9000], 1000, RATE, 1.0), block), TONE[1000:9000])


@pytest.mark.parametrize("speed", SPEEDS)
def test_the_place_moves_at_the_speed_and_ends_at_the_end(speed: float) -> None:
    reader = StretchedReader(TONE, RATE, RATE, speed)
    assert reader.position == RATE
    reader.start()
    wait_for(reader, RATE // 2)
    reader.take(RATE // 2)
    assert reader.position == pytest.approx(RATE + speed * RATE / 2, abs=2)
    read(reader, 480)
    assert reader.position == len(TONE)


def test_there_is_nothing_behind_the_end() -> None:
    reader = StretchedReader(TONE, len(TONE), RATE, 1.5)
    reader.start()
    assert reader.over
    assert not len(reader.take(100))


def test_the_callback_neither_reads_the_sound_nor_stretches_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both happen in the reader's own thread, whichever thread takes."""
    threads: set[int] = set()

    class Stretch:
        def __init__(self, rate: int, speed: float) -> None: ...

        def feed(self, samples: np.ndarray) -> np.ndarray:
            threads.add(threading.get_ident())
            return samples

        def flush(self) -> np.ndarray:
            return time_stretch.NOTHING

    monkeypatch.setattr(time_stretch, "TimeStretch", Stretch)
    assert len(read(StretchedReader(TONE, 0, RATE, 2.0), 480)) == len(TONE)
    assert len(threads) == 1 and threading.get_ident() not in threads


def test_a_reader_that_falls_behind_gives_what_it_has_and_its_place_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = threading.Event()

    class SlowStretch(time_stretch.TimeStretch):
        def feed(self, samples: np.ndarray) -> np.ndarray:
            assert go_on.wait(20)
            return super().feed(samples)

    monkeypatch.setattr(time_stretch, "TimeStretch", SlowStretch)
    reader = StretchedReader(TONE, 0, RATE, 1.5)
    reader.start()
    began = time.monotonic()
    assert not len(reader.take(480)) and time.monotonic() - began < 5  # it does not wait for the thread
    assert reader.position == 0 and not reader.over
    go_on.set()
    assert len(read(reader, 480)) == pytest.approx(len(TONE) / 1.5, abs=0.05 * RATE)


def test_the_buffer_is_bounded_and_the_thread_ends_with_the_reader() -> None:
    before = set(threading.enumerate())
    reader = StretchedReader(np.tile(TONE, 4), 0, RATE, 1.0)
    reader.start()
    wait_for(reader, round(AHEAD * RATE))
    time.sleep(3 * time_stretch.POLL)
    assert reader.ready <= round((AHEAD + PIECE) * RATE)
    reader.close()
    assert set(threading.enumerate()) <= before


def test_a_sound_that_cannot_be_stretched_ends_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(rate: int, speed: float) -> None:
        raise ImportError("no av")

    monkeypatch.setattr(time_stretch, "TimeStretch", missing)
    reader = StretchedReader(TONE, 0, RATE, 0.5)
    assert not len(read(reader, 480))
    assert isinstance(reader.error, ImportError)
