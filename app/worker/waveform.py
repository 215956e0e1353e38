"""The loudness of a whole recording, as a few hundred figures for a picture of it."""

from pathlib import Path

from app.sessions.folder.session_sound import read_sound

PIECE = 20.0  # seconds of sound in memory at a time
LOUDEST = 98  # percentile that fills the picture: one click must not flatten all speech


def peaks_of(sound: Path, seconds: float, count: int = 800) -> tuple[float, ...]:
    """Return the loudness of `count` equal parts of the WAV file of a session, 0 to 1, the loudest parts 1.

    Takes some time for hours of sound: any thread but the interface.

    Args:
        sound: The file.
        seconds: Its length.
        count: Parts; fewer for sound of less than 20 ms a part.

    Raises:
        OSError: The file is gone.
    """
    import numpy as np

    count = max(1, min(count, int(seconds / 0.02)))
    peaks = np.zeros(count, np.float32)
    start = 0.0
    while start < seconds:
        samples, rate = read_sound(sound, start, PIECE)
        if not samples.size:
            break
        parts = ((start + np.arange(samples.size) / rate) * (count / seconds)).astype(np.int64).clip(0, count - 1)
        edges = np.flatnonzero(np.diff(parts, prepend=-1))
        np.maximum.at(peaks, parts[edges], np.maximum.reduceat(np.abs(samples), edges))
        start += PIECE
    loudest = float(np.percentile(peaks, LOUDEST)) or 1.0
    return tuple(np.sqrt(np.clip(peaks / loudest, 0.0, 1.0)).tolist())  # the root: quiet speech is seen, too
