"""Quiet speech is amplified, by the same factors however the sound is cut; all else stays as it is."""

from collections.abc import Sequence

import jiwer
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.cli.benchmark import SAMPLE
from asr.audio import gain
from asr.audio.gain import GainState, measure
from asr.audio.media import read_file
from asr.pipeline import transcribe
from asr.recognizer import Recognizer
from tests.support.recognition.streams import SLOW, check_cuts, leaves, run_stream

RATE, HOP, BLOCK = 16_000, 160, 5120


@pytest.fixture(scope="module")
def speech() -> np.ndarray:
    """The sample, of -26.7 dBFS."""
    return np.concatenate(list(read_file(SAMPLE, RATE)))


def at(decibels: float, sound: np.ndarray, bits: int = 0) -> np.ndarray:
    """The sound at another root mean square, as float or rounded to so many bits."""
    power = float(np.square(sound, dtype=np.float64).mean())
    made = sound * np.float32(10 ** (decibels / 20) / power**0.5)
    scale = np.float32(2 ** (bits - 1))
    return np.rint(made * scale) / scale if bits else made


def steps_of(sound: np.ndarray) -> list[int]:
    """The gain of each block, as powers of two."""
    state, steps = GainState(), []
    for first in range(0, len(sound) - BLOCK + 1, BLOCK):
        state = measure(state, sound[first : first + BLOCK], HOP, RATE)
        steps.append(state.steps)
    return steps


@pytest.mark.parametrize("decibels", [-10, -20, -26.7, -35])
def test_speech_of_usual_loudness_stays_as_it_is(speech: np.ndarray, decibels: float) -> None:
    assert not any(steps_of(at(decibels, speech)))


@pytest.mark.parametrize("bits", [0, 16])
@pytest.mark.parametrize("decibels", [-46, -50, -56, -60])
def test_quiet_speech_is_raised_within_seconds_and_not_too_far(speech: np.ndarray, decibels: float, bits: int) -> None:
    quiet = at(decibels, speech, bits)
    steps = steps_of(quiet)
    assert all(steps[9:]) and steps == sorted(steps)  # 3 s; the sample begins with silence
    loudest = np.square(quiet[: len(quiet) // HOP * HOP].reshape(-1, HOP), dtype=np.float64).mean(1).max()
    assert -40 < 10 * np.log10(loudest) + gain.STEP * steps[-1] < gain.LOUDEST_KEPT


@pytest.mark.parametrize("decibels", [-30, -50, -60, -75])
def test_silence_and_steady_noise_are_never_raised(decibels: float) -> None:
    random = np.random.default_rng(1)
    noise = random.normal(0, 1, 60 * RATE)
    rumble = np.convolve(noise, np.ones(64) / 64, "same")  # below 250 Hz
    for sound in (noise, rumble):
        assert not any(steps_of(at(decibels, sound.astype(np.float32), 16)))
    assert not any(steps_of(np.zeros(9 * RATE, np.float32)))


def test_noise_after_loud_speech_is_not_raised(speech: np.ndarray) -> None:
    noise = np.random.default_rng(2).normal(0, 10 ** (-62 / 20), 60 * RATE).astype(np.float32)
    assert not any(steps_of(np.concatenate([speech, noise, speech])))


def test_a_knock_is_forgotten(speech: np.ndarray) -> None:
    quiet = np.tile(at(-54, speech), 2)
    knocked = quiet.copy()
    knocked[30_000:31_000] += np.float32(0.5) * np.sin(np.arange(1000, dtype=np.float32))
    steps = steps_of(knocked)
    assert steps[30_000 // BLOCK] == 0 and all(steps[-30:]) and steps[-1] == steps_of(quiet)[-1]


QUIET = np.concatenate(  # syllables at -45 to -57 dBFS, so that the gain changes several times
    [
        np.random.default_rng(seed).normal(0, 10 ** (-level / 20), 3000) * (np.arange(3000) < 2000) + 1e-5
        for seed, level in enumerate([50, 52] * 2 + [57] * 15 + [15])
    ]
).astype(np.float32)


@pytest.mark.slow
@settings(max_examples=4, **SLOW)
@given(st.lists(st.integers(0, len(QUIET)), max_size=8).map(sorted))
def test_however_quiet_sound_is_cut(tiny: Recognizer, cuts: Sequence[int]) -> None:
    check_cuts(tiny, QUIET, cuts)


def test_the_gain_is_an_exact_factor_and_reaches_the_words(tiny: Recognizer, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(set(steps_of(QUIET))) > 2
    with_gain = run_stream(tiny, [QUIET])[0]
    monkeypatch.setattr(gain, "MOST_STEPS", 0)
    without = run_stream(tiny, [QUIET])[0]
    assert leaves(with_gain.memory) != leaves(without.memory)
    loud = (QUIET[-30_000:] * np.float32(30)).clip(-1, 1)
    unchanged = run_stream(tiny, [loud])[0]
    monkeypatch.undo()
    assert leaves(run_stream(tiny, [loud])[0].memory) == leaves(unchanged.memory)


@pytest.mark.slow
def test_quiet_speech_has_the_words_of_loud_speech(shipped: Recognizer, speech: np.ndarray) -> None:
    """At -56 dBFS 16 bits leave 25 dB above their own noise: that is where repair ends."""

    def words(sound: np.ndarray) -> str:
        return " ".join(word.text for update in transcribe(shipped, [sound]) for word in update.words)

    expected = words(at(-20, speech))
    for decibels in (-30, -40, -50, -56):
        for bits in (0, 16):
            found = words(at(decibels, speech, bits))
            assert jiwer.wer(expected, found) * len(expected.split()) <= 1, (decibels, bits, found)
