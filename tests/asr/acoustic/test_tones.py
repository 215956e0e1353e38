"""Words that are recognised in tones are none; those of speech stay, beside tones, too, however the sound is cut."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.cli.benchmark import SAMPLE
from asr.acoustic import tones
from asr.acoustic.features import LogMel
from asr.acoustic.tones import begin, is_tone, listen
from asr.audio.media import read_file
from asr.pipeline import transcribe
from asr.recognizer import Recognizer
from tests.support.recognition.streams import SLOW, check_cuts, run_stream, sound_of
from tests.support.recognition.tiny import mel_bank, tiny_config

RATE, SECOND = 16_000, 100  # samples and frames of a second
NO_SOUND = begin(tiny_config().mels)
FEATURES = LogMel(tiny_config(), mel_bank(tiny_config()))


def plucked(seconds: float, seed: int = 1) -> np.ndarray:
    """(n,) float32: four notes a second that fade."""
    random, time = np.random.default_rng(seed), np.arange(RATE // 4) / RATE
    pitches = 220 * 2 ** (random.integers(-5, 15, round(4 * seconds)) / 12)
    notes = [sum(np.sin(2 * np.pi * pitch * n * time) / n**0.5 for n in range(1, 8)) for pitch in pitches]
    return np.concatenate([0.1 * note * np.exp(-8 * time) for note in notes]).astype(np.float32)


def buzz(seconds: float) -> np.ndarray:
    """(n,) float32: a square wave of 120 Hz, on and off four times a second."""
    time = np.arange(round(seconds * RATE)) / RATE
    return (0.1 * np.sign(np.sin(240 * np.pi * time)) * (np.sin(8 * np.pi * time) > 0)).astype(np.float32)


def noise(seconds: float, decibels: float) -> np.ndarray:
    """(n,) float32, of so many dBFS."""
    return np.random.default_rng(5).normal(0, 10 ** (decibels / 20), round(seconds * RATE)).astype(np.float32)


def share(sound: np.ndarray) -> float:
    """The share of spans of 0.2 s that are tones."""
    state = listen(NO_SOUND, FEATURES(sound).numpy())
    spans = range(0, state.frames - 20, 20)
    return sum(is_tone(state, first, first + 20) for first in spans) / len(spans)


@pytest.fixture(scope="module")
def speech() -> np.ndarray:
    """The sample."""
    return np.concatenate(list(read_file(SAMPLE, RATE)))


@pytest.mark.parametrize("made", [plucked, buzz])
def test_tones_are_told_from_speech_and_noise_also_in_a_noisy_room(made, speech: np.ndarray) -> None:
    sound = made(8)
    loud = 10 * np.log10(np.square(sound).mean())
    assert share(sound) == 1.0
    assert share(sound + noise(8, loud - 40)) > 0.9
    assert share(speech) == 0.0 and share(noise(8, -30)) == 0.0


def test_sound_in_parts_changes_as_the_whole() -> None:
    frames = FEATURES(plucked(4)).numpy()
    whole, parts = listen(NO_SOUND, frames), NO_SOUND
    for part in np.split(frames, [32, 64, 65, 300]):
        parts = listen(parts, part)
    assert np.array_equal(whole.changes, parts.changes) and np.array_equal(whole.levels, parts.levels)


def test_what_is_remembered_is_bounded_and_what_is_not_is_no_tone() -> None:
    state = listen(NO_SOUND, FEATURES(plucked(20)).numpy())
    assert len(state.changes) == tones.KEPT < state.frames
    assert is_tone(state, state.frames - 100, state.frames) and not is_tone(state, 0, 20)
    assert not is_tone(state, state.frames + SECOND, state.frames + 2 * SECOND) and not is_tone(NO_SOUND, 0, 20)


def words_in(recognizer: Recognizer, sound: np.ndarray) -> list[str]:
    return [word.text for update in transcribe(recognizer, [sound]) for word in update.words]


@pytest.mark.slow
@pytest.mark.parametrize("made", [plucked, buzz])
def test_the_recogniser_finds_words_in_tones_and_gives_none(
    shipped: Recognizer, monkeypatch: pytest.MonkeyPatch, made
) -> None:
    assert words_in(shipped, made(6)) == []
    monkeypatch.setattr(tones, "LEAST_CHANGE", 0.0)
    assert len(words_in(shipped, made(6))) > 1


@pytest.mark.slow
def test_speech_between_tones_keeps_its_words(shipped: Recognizer, speech: np.ndarray) -> None:
    beep = (0.1 * np.sin(2 * np.pi * 440 * np.arange(2 * RATE) / RATE)).astype(np.float32)
    for before in (beep, buzz(3)):
        found = words_in(shipped, np.concatenate([before, speech[: 6 * RATE], beep]))
        alone = words_in(shipped, np.concatenate([np.zeros_like(before), speech[: 6 * RATE]]))
        assert sum(word in found for word in alone) >= len(alone) - 1


SOUND = np.concatenate([plucked(2), sound_of([("noise", 9000, 50), ("tone", 9000, 20)]), buzz(1.5)])


@settings(max_examples=4, **SLOW)
@given(st.lists(st.integers(0, len(SOUND)), max_size=8).map(sorted))
@pytest.mark.slow
def test_however_tones_are_cut(tiny: Recognizer, cuts: Sequence[int]) -> None:
    check_cuts(tiny, SOUND, cuts)


def test_words_of_tones_are_left_out(tiny: Recognizer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tiny recogniser, whose weights are random, has words anywhere."""
    _, kept, partials = run_stream(tiny, np.split(SOUND, range(1600, len(SOUND), 1600)))
    monkeypatch.setattr(tones, "LEAST_CHANGE", 0.0)
    _, all_words, _ = run_stream(tiny, np.split(SOUND, range(1600, len(SOUND), 1600)))
    assert set(kept) < set(all_words) and any(word.end < 1.5 for word in set(all_words) - set(kept))
    monkeypatch.setattr(tones, "LEAST_CHANGE", np.inf)
    state, none, partials = run_stream(tiny, [SOUND])
    last = tiny.finish(state)
    assert none == [] == [word for _, partial in partials for word in partial] and last.words == () == last.readings
