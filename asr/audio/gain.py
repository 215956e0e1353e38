"""Amplify quiet speech, as a stream, in whole steps of 6 dB.

An acoustic model knows speech as loud as that of its training. Softer speech shifts all log-mel energies alike, and
below about -46 dBFS words become wrong; the same samples amplified are recognised as well as loud ones. So sound is
multiplied by a power of two, which depends on the loudest recent speech: such a factor changes no digit of a sample,
and for speech of usual loudness (above -38 dBFS at its loudest) it is exactly 1.

What counts is the level of frames that rise well above the softest recent ones, as speech does and steady noise does
not: neither silence nor the noise of a room is ever amplified before quiet speech was heard in it. The level follows
louder sound at once and softer speech within about a second, so a knock on the table is forgotten.

A gain is kept until speech as multiplied is too soft or too loud: each change is a jump amid words.

All decisions are made for whole blocks of the network, from the samples of this block and what is known of those before
it, and so never depend on how the sound was cut.
"""

from dataclasses import dataclass
from math import log10

import numpy as np

STEP = 6.0206  # dB of a factor of two
TARGET = -24.0  # dBFS that the loudest frames of quiet speech are raised to at most when a gain is chosen
SOFTEST_KEPT, LOUDEST_KEPT = -38.0, -12.0  # dBFS; a gain is kept while the loudest frames as multiplied are between
MOST_STEPS = 6
FIRST_LEVEL = -32.0  # dBFS, before any sound
RISE_ABOVE_NOISE = 20.0  # dB above the softest recent frames, from which on a frame counts as speech
SOFTEST = -80.0  # dBFS; softer frames are alike
LEVEL_FALL = 6.25  # dB per second of softer speech
NOISE_RISE = 0.9375  # dB per second


@dataclass(frozen=True)
class GainState:
    """What is known of the level of a stream."""

    level: float = FIRST_LEVEL  # dBFS of the loudest recent frame of speech
    noise: float = 0.0  # dBFS of the softest recent frame
    steps: int = 0  # powers of two by which the last block was multiplied


NO_GAIN = GainState()  # before any sound


def measure(state: GainState, block: np.ndarray, frame: int, rate: int) -> GainState:
    """Take in the next block of a stream; `steps` of the result are for this block.

    Args:
        state: What is known of the blocks before it.
        block: (n,) float32, n a multiple of `frame` and the same for all blocks.
        frame: Samples whose mean power is a level.
        rate: Hz.
    """
    seconds = len(block) / rate
    power = np.square(block, dtype=np.float64).reshape(-1, frame).mean(axis=1)
    softest, loudest = _decibels(float(power.min())), _decibels(float(power.max()))
    noise = min(softest, state.noise + NOISE_RISE * seconds)
    level = state.level
    if loudest >= level:
        level = loudest
    elif loudest >= noise + RISE_ABOVE_NOISE:
        level = max(loudest, level - LEVEL_FALL * seconds)
    steps = state.steps
    if not SOFTEST_KEPT <= level + STEP * steps <= LOUDEST_KEPT:
        steps = min(max(int((TARGET - level) // STEP), 0), MOST_STEPS)
    return GainState(level, noise, steps)


def _decibels(power: float) -> float:
    return max(10 * log10(power), SOFTEST) if power > 0 else SOFTEST
