"""The sound of a session: a WAV file whose header is repaired after a crash."""

import os
import struct
from io import FileIO
from pathlib import Path
from typing import TYPE_CHECKING

from app.sessions.folder.session_files import write

if TYPE_CHECKING:
    import numpy as np

HEADER = struct.Struct("<4sI4s4sIHHIIHH4sI")  # RIFF WAVE with one "fmt " chunk of 16 bytes, then "data"
_RATE_OFFSET = 24  # bytes from the beginning of the file
SAMPLE_BYTES = 2
MAX_RATE = 768_000  # Hz


def sound_rate(sound: Path) -> int:
    """Return the sample rate, Hz, that the header of a session's WAV file states. Raises OSError."""
    with sound.open("rb") as file:
        header = file.read(HEADER.size)
    stated = int.from_bytes(header[_RATE_OFFSET : _RATE_OFFSET + 4], "little")
    if 1 <= stated <= MAX_RATE:
        return stated
    from asr.acoustic.config import Config

    return Config.rate  # of all models once, for a header that a crash tore and that states 0


def read_sound(sound: Path, start: float, seconds: float) -> "tuple[np.ndarray, int]":
    """Read part of the WAV file of a session.

    Args:
        sound: The file.
        start: Seconds from its beginning.
        seconds: Length to read; less comes back at the end of the file.

    Returns:
        (n,) float32 samples, -1..1, and their rate in Hz.

    Raises:
        OSError: It is gone.
    """
    import numpy as np

    rate = sound_rate(sound)
    offset = HEADER.size + SAMPLE_BYTES * round(start * rate)
    samples = np.fromfile(sound, "<i2", round(seconds * rate), offset=offset)
    return samples.astype(np.float32) / 32768, rate


def map_sound(sound: Path) -> "tuple[np.ndarray, int]":
    """Map the WAV file of a session into memory: (n,) int16 samples and their rate in Hz. Raises OSError."""
    import numpy as np

    count = (sound.stat().st_size - HEADER.size) // SAMPLE_BYTES
    if count <= 0:
        return np.zeros(0, np.int16), sound_rate(sound)
    return np.memmap(sound, "<i2", "r", offset=HEADER.size, shape=(count,)), sound_rate(sound)


def write_header(sound: FileIO, size: int, rate: int) -> int:
    """Write a WAV header for `size` bytes of sound at `rate` Hz; returns the bytes it states, whole samples."""
    size = min(size & ~1, 0xFFFFFFFE - HEADER.size)
    format = (16, 1, 1, rate, SAMPLE_BYTES * rate, SAMPLE_BYTES, 8 * SAMPLE_BYTES)  # PCM, mono
    sound.seek(0)
    write(sound, HEADER.pack(b"RIFF", size + 36, b"WAVE", b"fmt ", *format, b"data", size))
    sound.seek(0, os.SEEK_END)
    return size
