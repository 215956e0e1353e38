"""The marks of a transcript: where sound is missing, where recording was paused, and what a person marked."""

from bisect import bisect_left, insort
from typing import NamedTuple

from app.sessions.document import Document, Gap


class LineMarks(NamedTuple):
    """The marks of one line."""

    lost: float = 0.0  # seconds of sound that are missing
    paused: bool = False
    bookmarked: bool = False


class Marks:
    """Marks by their times, in seconds of sound, so that they stay in place whatever happens to the text."""

    def __init__(self) -> None:
        self.gaps: list[Gap] = []
        self.pauses: list[float] = []
        self.bookmarks: list[float] = []

    def show(self, document: Document) -> None:
        """Take the marks of a document in place of those there are."""
        self.gaps = sorted(document.gaps, key=_start)
        self.pauses, self.bookmarks = sorted(document.pauses), sorted(document.bookmarks)

    def add_gap(self, gap: Gap) -> None:
        """Add lost sound."""
        insort(self.gaps, gap, key=_start)

    def add_pause(self, seconds: float) -> None:
        """Add a pause."""
        insort(self.pauses, seconds)

    def gaps_within(self, start: float, end: float) -> list[Gap]:
        """Return what was lost from `start` on and before `end`."""
        return self.gaps[bisect_left(self.gaps, start, key=_start) : bisect_left(self.gaps, end, key=_start)]

    def within(self, start: float, end: float) -> LineMarks:
        """Return the marks of a line that begins at `start`, where the next begins at `end`."""
        lost = sum(gap.seconds for gap in self.gaps_within(start, end))
        return LineMarks(lost, _any(self.pauses, start, end), _any(self.bookmarks, start, end))


def _start(gap: Gap) -> float:
    return gap.start


def _any(times: list[float], start: float, end: float) -> bool:
    return bisect_left(times, start) < bisect_left(times, end)
