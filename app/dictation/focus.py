"""Which window had the focus at which second of the sound."""

from collections import deque

from app.dictation.keyboards import Window

KEPT = 60.0  # seconds that are remembered; words are final long before


class FocusTimeline:
    """Changes of the focus on the time axis of the stream. Interface thread."""

    def __init__(self, window: Window | None) -> None:
        """`window` has the focus at the beginning."""
        self._changes: deque[tuple[float, Window | None]] = deque([(float("-inf"), window)])

    def note(self, seconds: float, window: Window | None) -> None:
        """Record that a window has the focus `seconds` after the stream began; times must not go back by much."""
        last, before = self._changes[-1]
        if window != before:
            self._changes.append((max(seconds, last), window))
        while len(self._changes) > 1 and self._changes[1][0] < seconds - KEPT:
            self._changes.popleft()

    def throughout(self, start: float, end: float) -> Window | None:
        """Return the window that had the focus from `start` to `end`; None if none had it all the time."""
        windows = set()
        for (begin, window), after in zip(self._changes, [*list(self._changes)[1:], None], strict=True):
            until = float("inf") if after is None else after[0]
            if begin <= end and until >= start:
                windows.add(window)
        return windows.pop() if len(windows) == 1 else None
