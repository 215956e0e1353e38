"""Frames are on a fixed grid and depend on nothing but their own samples."""

import sys
from typing import Any

import numpy as np
import pytest
import torch

from asr.acoustic.features import LogMel
from asr.recognizer import Recognizer
from asr.training.acoustic.mel_bank import mel_bank as training_bank
from tests.support.recognition import needs
from tests.support.recognition.sound import noise
from tests.support.recognition.tiny import mel_bank, tiny_config

CONFIG = tiny_config()
MEL = LogMel(CONFIG, mel_bank(CONFIG))


@pytest.mark.parametrize("samples, frames", [(0, 0), (1, 0), (399, 0), (400, 1), (559, 1), (560, 2), (16_000, 98)])
def test_the_number_of_frames(samples: int, frames: int) -> None:
    assert MEL(noise(samples / 16_000)).shape == (frames, CONFIG.mels)


def test_a_block_is_the_same_to_the_bit_at_any_address() -> None:
    """Equal bits are promised for equal shapes only, and a stream only computes whole blocks."""
    sound = noise(2)
    whole = MEL(sound)
    for frame in (0, 1, 17, 32, 100):
        samples = sound[frame * CONFIG.hop :][: CONFIG.block_reach]
        alone = MEL(samples.copy())
        assert len(alone) == CONFIG.block_frames
        assert torch.equal(alone, MEL(samples))
        shifted = np.concatenate([np.zeros(3, np.float32), samples])[3:]  # at another address in memory
        assert torch.equal(alone, MEL(shifted))
        torch.testing.assert_close(alone, whole[frame : frame + len(alone)], rtol=0, atol=2e-6)


def test_samples_outside_a_frame_do_not_change_it() -> None:
    sound = noise(1)
    other = sound.copy()
    other[10 * CONFIG.hop + CONFIG.window :] = 0.5  # after frame 10
    other[: 10 * CONFIG.hop] = -0.5  # before it
    a, b = MEL(sound), MEL(other)
    assert torch.equal(a[10], b[10])
    assert not torch.equal(a[9], b[9]) and not torch.equal(a[11], b[11])


def test_silence_is_the_floor() -> None:
    assert torch.equal(MEL(np.zeros(800, np.float32)), torch.full((3, CONFIG.mels), CONFIG.floor).log())


def test_a_higher_tone_is_in_a_higher_band() -> None:
    time = np.arange(1600) / CONFIG.rate
    bands = [int(MEL(np.sin(2 * np.pi * hertz * time).astype(np.float32))[0].argmax()) for hertz in (300, 1000, 4000)]
    assert bands == sorted(set(bands))


def test_the_bank_of_the_shipped_model_is_torchaudios(shipped: Recognizer) -> None:
    """Equal to the bit, though it went through the model file; tests.support.recognition.tiny has another."""
    assert torch.equal(shipped._model.bank, mel_bank(shipped.config))


TELEPHONE = {"rate": 8000, "window": 200, "hop": 80, "fft": 256, "low": 0.0, "high": 4000.0}


@needs.torchaudio
@pytest.mark.parametrize("changes", [{}, {"mels": 40}, {"mels": 80, "high": 8000.0}, TELEPHONE])
def test_the_bank_of_a_training_is_torchaudios(changes: dict[str, Any]) -> None:
    config = tiny_config(**changes)
    bank = training_bank(config)
    assert bank.dtype == torch.float32 and bank.shape == (config.fft // 2 + 1, config.mels)
    assert torch.equal(bank, mel_bank(config))


@pytest.mark.parametrize("bank", [torch.zeros(257, 64), torch.ones(257, 63), torch.ones(64, 257)])
def test_an_invalid_bank_is_refused(bank: torch.Tensor) -> None:
    with pytest.raises(ValueError, match=r"Expected a mel bank of \(257, 64\)"):
        LogMel(CONFIG, bank)


def test_training_without_torchaudio_explains_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torchaudio", None)
    with pytest.raises(SystemExit, match=r"needs torchaudio.*pip install -e '\.\[train\]'"):
        training_bank(CONFIG)
