"""Log-mel frames on a fixed grid: the same function in training and recognition."""

import numpy as np
import torch
from torch import Tensor

from asr.acoustic.config import Config


class LogMel:
    """Log energies of a mel filter bank.

    Frame t is samples [t * hop, t * hop + window) under a Hann window, so n samples give 1 + (n - window) // hop
    frames. A frame depends on its own samples alone: no centring, no dither, no statistics of the utterance. Energies
    below `config.floor` are raised to it.

    Args:
        config: The configuration of the model.
        bank: (fft // 2 + 1, mels) float32, the weight of each bin of the power spectrum in each mel band. It comes from
            the model file (`AcousticModel.bank`); `asr.training.acoustic.mel_bank` makes it.

    Raises:
        ValueError: The bank has another shape, or is all zeros.
    """

    def __init__(self, config: Config, bank: Tensor):
        expected = (config.fft // 2 + 1, config.mels)
        if tuple(bank.shape) != expected or not bank.any():
            found = "an empty one" if tuple(bank.shape) == expected else tuple(bank.shape)
            raise ValueError(f"Expected a mel bank of {expected}, found {found}")
        self.config = config
        self._window = torch.hann_window(config.window, periodic=False)
        self._bank = bank

    def __call__(self, samples: np.ndarray | Tensor) -> Tensor:
        """Compute frames: (n,) float32 samples at `config.rate` -> (frames, mels) float32."""
        sound = torch.as_tensor(samples, dtype=torch.float32)
        c = self.config
        if sound.shape[-1] < c.window:
            return torch.empty(0, c.mels)
        frames = sound.unfold(-1, c.window, c.hop) * self._window
        spectrum = torch.fft.rfft(frames, c.fft).abs().square()
        return (spectrum @ self._bank).clamp_min(c.floor).log()
