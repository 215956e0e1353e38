"""Sound to log-mel frames on a fixed grid; the same function trains and runs."""

import numpy as np
import torch
import torchaudio

from asr.config import Config


class LogMel:
    """Log-mel filter bank energies: (n,) float32 at `config.rate` -> (frames, mels) float32.

    Frame t is samples [t * hop, t * hop + window) under a Hann window, so n samples give
    1 + (n - window) // hop frames and each frame depends on its own samples alone: no centring, no dither,
    no statistics of the utterance. Energies below `config.floor` are silence.
    Filters: torchaudio's triangular HTK mel bank (Davis & Mermelstein 1980).
    """

    def __init__(self, config: Config):
        self.config = config
        self._taper = torch.hann_window(config.window, periodic=False)
        self._bank = torchaudio.functional.melscale_fbanks(
            config.fft // 2 + 1, config.low, config.high, config.mels, config.rate
        )

    def __call__(self, samples: np.ndarray | torch.Tensor) -> torch.Tensor:
        sound = torch.as_tensor(samples, dtype=torch.float32)
        c = self.config
        if sound.shape[-1] < c.window:
            return torch.empty(0, c.mels)
        frames = sound.unfold(-1, c.window, c.hop) * self._taper
        spectrum = torch.fft.rfft(frames, c.fft).abs().square()
        return (spectrum @ self._bank).clamp_min(c.floor).log()
