"""Measurements of sound for the window: levels for the meter, log-mel columns for the spectrogram."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.sessions.folder.session_sound import read_sound
from asr.pipeline import AnyRecognizer

if TYPE_CHECKING:
    import numpy as np

FLOOR = -60.0  # dBFS: quieter than this reads as silence on the meter
FULL_SCALE = 0.999  # amplitude from which a sample counts as clipped
CLIPPED_SAMPLES = 3  # one sample at full scale is a click; several are an overdriven input
DEFAULT_HOP = 160  # samples between frames, of a recogniser that does not state it


@dataclass(frozen=True)
class AudioColumns:
    """One chunk of sound, measured."""

    seconds: float  # length of the chunk
    level: float  # dBFS of its root mean square, FLOOR..0
    peak: float  # dBFS of its loudest sample, FLOOR..0
    clipped: bool  # samples stood at full scale
    columns: bytes  # log-mel frames, one byte a cell, column after column, low band first
    bands: int  # cells in a column; 0 where there are no columns


def decibels(amplitude: float) -> float:
    """Convert an amplitude, 0..1, to dBFS, limited to FLOOR..0."""
    return max(FLOOR, min(0.0, 20.0 * math.log10(amplitude))) if amplitude > 0 else FLOOR


class AudioMonitor:
    """Measures the chunks of one stream in turn. One thread; frames lie on the recogniser's own grid."""

    def __init__(self, recognizer: AnyRecognizer, spectrogram: bool = True) -> None:
        """Begin a stream; without `spectrogram` only levels are measured, which costs much less."""
        import numpy as np

        self._rate = int(recognizer.config.rate)
        self._features = getattr(recognizer, "features", None) if spectrogram else None
        self._hop = int(getattr(recognizer.config, "hop", DEFAULT_HOP))
        self._carry = np.zeros(0, np.float32)
        self._low, self._high = math.inf, -math.inf

    def __call__(self, samples: "np.ndarray") -> AudioColumns:
        """Measure a chunk of (n,) float32 samples."""
        import numpy as np

        magnitude = np.abs(samples)
        peak = float(magnitude.max(initial=0.0))
        power = float(np.square(samples, dtype=np.float64).mean()) if samples.size else 0.0
        clipped = int(np.count_nonzero(magnitude >= FULL_SCALE)) >= CLIPPED_SAMPLES
        columns, bands = self._columns(samples)
        return AudioColumns(
            samples.size / self._rate, decibels(math.sqrt(power)), decibels(peak), clipped, columns, bands
        )

    def _columns(self, samples: "np.ndarray") -> tuple[bytes, int]:
        import numpy as np

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


def columns_of(recognizer: AnyRecognizer, sound: Path, start: float, seconds: float) -> AudioColumns:
    """Measure part of the WAV file of a session; shorter at its end. Takes some time: any thread but the interface.

    Args:
        recognizer: Its features are shown, so the sound should be at its rate.
        sound: The file.
        start: Seconds from its beginning.
        seconds: Length.

    Raises:
        OSError: The file is gone.
    """
    samples, _ = read_sound(sound, start, seconds)
    return AudioMonitor(recognizer)(samples)
