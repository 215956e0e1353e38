"""Playing faster and slower: the length changes, the pitch does not, and the place is known."""

import numpy as np
import pytest

from app.audio_io.time_stretch import SPEEDS, StretchedReader

RATE = 16_000
TONE = np.round(8000 * np.sin(2 * np.pi * 220 * np.arange(4 * RATE) / RATE)).astype(np.int16)


def read(reading: StretchedReader, block: int) -> np.ndarray:
    pieces = []
    while not reading.over:
        pieces.append(reading.take(block))
        assert len(pieces[-1]) == block or reading.over
    return np.concatenate(pieces)


@pytest.mark.parametrize("speed", SPEEDS)
def test_length_follows_the_speed_and_pitch_does_not(speed):
    heard = read(StretchedReader(TONE, 0, RATE, speed), 480)
    assert len(heard) / RATE == pytest.approx(4 / speed, abs=0.05)
    loudest = np.abs(np.fft.rfft(heard)).argmax() * RATE / len(heard)
    assert loudest == pytest.approx(220, abs=2)


@pytest.mark.parametrize("block", [1, 480, 5000, 100_000])
def test_at_its_own_speed_nothing_is_changed(block):
    assert np.array_equal(read(StretchedReader(TONE[:9000], 1000, RATE, 1.0), block), TONE[1000:9000])


@pytest.mark.parametrize("speed", SPEEDS)
def test_the_place_moves_at_the_speed_and_ends_at_the_end(speed):
    reading = StretchedReader(TONE, RATE, RATE, speed)
    assert reading.position == RATE
    reading.take(RATE // 2)
    assert reading.position == pytest.approx(RATE + speed * RATE / 2, abs=2)
    read(reading, 480)
    assert reading.position == len(TONE)


def test_there_is_nothing_behind_the_end():
    reading = StretchedReader(TONE, len(TONE), RATE, 1.5)
    assert reading.over
    assert not len(reading.take(100))
