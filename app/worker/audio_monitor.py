"""What the microphone's sound looks like: levels for the meter, log-mel columns for the ribbon."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

FLOOR = -60.0  # dBFS: quieter than this reads as silence on the meter


@dataclass(frozen=True)
class AudioColumns:
    """One chunk of sound, measured."""

    seconds: float  # length of the chunk
    level: float  # dBFS of its root mean square, FLOOR..0
    peak: float  # dBFS of its loudest sample, FLOOR..0
    clipped: bool  # samples stood at full scale
    columns: bytes  # log-mel picture, one byte a cell, column after column, low band first
    bands: int  # cells in a column; 0 where there is no picture


def decibels(amplitude: float) -> float:
    """Amplitude 0..1 as dBFS, cut to FLOOR..0."""
    return max(FLOOR, min(0.0, 20.0 * math.log10(amplitude))) if amplitude > 0 else FLOOR


class AudioMonitor:
    """Measures chunks in turn; frames of the picture lie on the recogniser's own grid."""

    def __init__(self, recognizer: Any, picture: bool = True) -> None:
        self._rate = int(recognizer.config.rate)
        self._features = getattr(recognizer, "features", None) if picture else None
        self._hop = int(getattr(recognizer.config, "hop", 160))
        self._carry = np.zeros(0, np.float32)
        self._low, self._high = np.inf, -np.inf

    def __call__(self, samples: np.ndarray) -> AudioColumns:
        """samples: (n,) float32."""
        magnitude = np.abs(samples)
        peak = float(magnitude.max(initial=0.0))
        power = float(np.square(samples, dtype=np.float64).mean()) if samples.size else 0.0
        # One sample at full scale is a click; several in a row is an overdriven input.
        clipped = int(np.count_nonzero(magnitude >= 0.999)) >= 3
        columns, bands = self._picture(samples)
        return AudioColumns(
            samples.size / self._rate, decibels(math.sqrt(power)), decibels(peak), clipped, columns, bands
        )

    def _picture(self, samples: np.ndarray) -> tuple[bytes, int]:
        if self._features is None:
            return b"", 0
        sound = np.concatenate([self._carry, samples])
        frames = np.asarray(self._features(sound))
        self._carry = sound[len(frames) * self._hop :]
        if not len(frames):
            return b"", 0
        # The range follows the sound: it widens at once and narrows slowly, so that a quiet room is still legible.
        low, high = (float(v) for v in np.percentile(frames, (5, 99.5)))
        self._low = low if low < self._low else self._low + 0.02 * (low - self._low)
        self._high = high if high > self._high else self._high + 0.02 * (high - self._high)
        scaled = (frames - self._low) * (255.0 / max(self._high - self._low, 1e-3))
        return np.clip(scaled, 0, 255).astype(np.uint8).tobytes(), int(frames.shape[1])
