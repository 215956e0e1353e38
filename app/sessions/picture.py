"""What the model hears of a kept session: some seconds of its sound as a log-mel picture."""

from pathlib import Path
from typing import Any

import numpy as np

from app.sessions.journal import HEADER, RATE
from app.worker.audio_monitor import AudioColumns, AudioMonitor


def picture(recognizer: Any, sound: Path, start: float, seconds: float) -> AudioColumns:
    """Of the WAV file of a session, from `start` (seconds); shorter at its end. OSError if it is gone."""
    samples = np.fromfile(sound, "<i2", round(seconds * RATE), offset=HEADER.size + 2 * round(start * RATE))
    return AudioMonitor(recognizer)(samples.astype(np.float32) / 32768)
