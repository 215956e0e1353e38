"""How much of several files is done, and how long the rest will take."""

from collections.abc import Sequence
from pathlib import Path
from time import monotonic


class Batch:
    """The place in a batch of files, for the progress bar; begun when it is made.

    The files are weighed by their sizes: their lengths would need each to be opened before the work begins.
    """

    def __init__(self, files: Sequence[Path]) -> None:
        self._sizes = [size_of(file) for file in files]
        self._position = -1  # of the file that is transcribed
        self._began = monotonic()

    def next(self) -> None:
        """Go on to the next file."""
        self._position += 1

    @property
    def place(self) -> str:
        """Which file of how many, "" where there is one."""
        count = len(self._sizes)
        return f"{self._position + 1}/{count} " if count > 1 else ""

    def left(self, fraction: float) -> str:
        """Return the time left for all files, "" where it is not known.

        Args:
            fraction: How much of the present file is done, 0 to 1.
        """
        done = sum(self._sizes[: self._position]) + fraction * self._sizes[self._position]
        if len(self._sizes) < 2 or not done:
            return ""
        return f"of all {time_left(monotonic() - self._began, done / sum(self._sizes))}"


def time_left(seconds: float, share: float) -> str:
    """Return the time left, as 1:02:03.

    Args:
        seconds: Of the work so far.
        share: How much of all work that was, above 0.
    """
    left = round(seconds * (1 / share - 1))
    return f"{left // 3600}:{left // 60 % 60:02}:{left % 60:02}"


def size_of(file: Path) -> int:
    """Return the bytes of a file, 0 where that is not known."""
    try:
        return file.stat().st_size
    except (OSError, ValueError):
        return 0
