"""Which channels of a recording are mixed, and that no cut of it changes a sample."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.cli.benchmark import SAMPLE
from asr.audio.channels import ChannelMixer
from asr.audio.media import open_media, read_file
from asr.errors import AudioError
from asr.pipeline import transcribe
from asr.recognizer import Recognizer
from tests.support.recognition import sound

RATE = 8000


def voice(seconds: float, rate: int = RATE, seed: int = 0, every: float = 0.5) -> np.ndarray:
    """Return bursts of noise with pauses between them, (n,) float32: its level moves like that of speech."""
    samples = sound.noise(seconds, rate, seed)
    beat = np.arange(len(samples)) / rate % every < 0.6 * every
    return samples * np.where(beat, 1.0, 0.003).astype(np.float32)


def mixed(channels: np.ndarray, names: tuple[str, ...] = (), only: int | None = None, rate: int = RATE) -> np.ndarray:
    mixer = ChannelMixer(len(channels), rate, names, only)
    return np.concatenate([*mixer.feed(channels), *mixer.flush()])


def share(of: np.ndarray, within: np.ndarray) -> float:
    """Return the weight with which one sound is in another."""
    return float(of @ within / (of @ of))


SCENES = {
    "opposite phase": np.stack([voice(9), -voice(9)]),
    "noise in one": np.stack([voice(9), sound.noise(9, RATE, seed=5)]),
    "two speakers": np.stack([voice(9), voice(9, seed=7, every=0.7)]),
    "noise at first": np.concatenate(
        [np.stack([sound.noise(9, RATE, s) for s in (1, 2)]), np.stack([voice(9)] * 2)], 1
    ),
    "six channels": np.stack([voice(9, seed=s) if s == 2 else sound.noise(9, RATE, s) for s in range(6)]),
}


@pytest.mark.parametrize("scene", SCENES)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_no_cut_changes_a_sample(scene: str, data: st.DataObject) -> None:
    channels = SCENES[scene]
    cuts = sorted(data.draw(st.lists(st.integers(0, channels.shape[1]), max_size=20)))
    mixer = ChannelMixer(len(channels), RATE)
    parts = [part for piece in np.split(channels, cuts, axis=1) for part in mixer.feed(piece)]
    whole = mixed(channels)
    assert len(whole) == channels.shape[1]
    np.testing.assert_array_equal(np.concatenate([*parts, *mixer.flush()]), whole)


def test_channels_of_opposite_phase_do_not_cancel() -> None:
    for scene in (SCENES["opposite phase"], np.stack([sound.noise(9, RATE), -sound.noise(9, RATE)])):
        assert abs(share(scene[0], mixed(scene))) == pytest.approx(1.0, abs=1e-4)


def test_steady_noise_beside_a_voice_is_turned_down() -> None:
    for order in (1, -1):
        scene = SCENES["noise in one"][::order]
        speech, noise = scene[::order]
        samples = mixed(scene)
        assert share(speech, samples) > 0.9 and abs(share(noise, samples)) < 0.06


def test_a_voice_beside_silence_keeps_its_level() -> None:
    assert share(voice(9), mixed(np.stack([np.zeros_like(voice(9)), voice(9)]))) > 0.9


def test_two_speakers_and_two_noises_are_averaged() -> None:
    for scene in (SCENES["two speakers"], np.stack([sound.noise(9, RATE, s) for s in (1, 2)])):
        np.testing.assert_allclose(mixed(scene), scene.mean(axis=0), atol=1e-6)


def test_a_speaker_who_comes_in_late_is_not_lost() -> None:
    late = np.concatenate([sound.noise(60, RATE, 3, level=0.01), voice(20, seed=4)])
    samples = mixed(np.stack([voice(80), late]))
    assert share(late[60 * RATE :], samples[60 * RATE :]) > 0.4


def test_a_film_has_its_dialogue_in_the_centre() -> None:
    names = ("FL", "FR", "FC", "LFE", "BL", "BR")
    music = [voice(9, seed=s, every=0.9) for s in range(6)]
    samples = mixed(np.stack(music), names)
    assert share(music[2], samples) > 0.7 and share(music[0], samples) < 0.1
    silent_centre = [np.zeros_like(one) if name == "FC" else one for name, one in zip(names, music, strict=True)]
    assert share(music[0], mixed(np.stack(silent_centre), names)) > 0.2


def test_one_channel_alone(tmp_path: Path) -> None:
    path = sound.write(tmp_path / "a.wav", np.stack([voice(3), voice(3, seed=1)]), RATE, codec="pcm_f32le")
    with open_media(path) as media:
        np.testing.assert_array_equal(np.concatenate(list(media.read(RATE, channel=2))), voice(3, seed=1))
    for wrong in (0, 3):
        with open_media(path) as media, pytest.raises(AudioError, match=f"no channel {wrong}; its channels are 1 to 2"):
            list(media.read(RATE, channel=wrong))


def test_it_is_said_what_was_done(tmp_path: Path) -> None:
    notes = {}
    for name in ("opposite phase", "noise in one", "two speakers"):
        with open_media(sound.write(tmp_path / "a.wav", SCENES[name], RATE)) as media:
            list(media.read(RATE))
            notes[name] = [(note.code, note.parameters.get("channels")) for note in media.notes]
    assert notes == {
        "opposite phase": [("opposite-phase", None)],
        "noise in one": [("channels-turned-down", "2")],
        "two speakers": [],
    }


@pytest.mark.slow
@pytest.mark.parametrize("case", ["opposite", "noise right", "centre of 5.1"])
def test_the_words_are_those_of_the_clean_channel(tmp_path: Path, shipped: Recognizer, case: str) -> None:
    rate = shipped.config.rate
    speech = np.concatenate(list(read_file(SAMPLE, rate)))
    loud = [sound.noise(len(speech) / rate, rate, seed, level=0.2)[: len(speech)] for seed in range(5)]
    channels = {
        "opposite": [speech, -speech],
        "noise right": [speech, loud[0]],
        "centre of 5.1": [*loud[:2], speech, *loud[2:]],
    }[case]
    path = sound.write(tmp_path / "a.wav", np.stack(channels), rate, codec="pcm_f32le")

    def words(samples: np.ndarray) -> list[str]:
        return [word.text for update in transcribe(shipped, [samples]) for word in update.words]

    expected, found = words(speech), words(np.concatenate(list(read_file(path, rate))))
    same = sum(a == b for a, b in zip(expected, found, strict=False))
    assert len(expected) == len(found) and same >= 0.9 * len(expected), " ".join(found)
