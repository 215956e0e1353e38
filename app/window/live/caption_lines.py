"""Breaking captions into lines so that a line, once begun, always begins with the same word."""

from bisect import insort
from collections.abc import Callable

from asr.updates import Update

KEPT = 200  # words kept: more than any number of lines on screen needs


class CaptionLines:
    """Words and where their lines begin. A line keeps its first word even if the partial before it changes, as long as
    the line before has room for the change."""

    def __init__(self, fits: Callable[[str], bool]) -> None:
        """`fits` returns whether a text is short enough for one line."""
        self._fits = fits
        self.clear()

    def clear(self) -> None:
        """Remove all words."""
        # Words are numbered from the start of the session. Of early words only their number is kept.
        self._dropped = 0
        self._final: list[str] = []
        self._partial: list[str] = []
        self._utterances: list[int] = [0]  # numbers of the words that begin an utterance
        self._starts: list[int] = [0]  # numbers of the words that begin a line

    def apply(self, updates: tuple[Update, ...]) -> None:
        """Add the final words of updates and replace the partial."""
        for update in updates:
            self._final += [word.shown for word in update.words if word.shown]
            self._partial = [word.shown for word in update.partial if word.shown]
            if update.endpoint:
                end = self._dropped + len(self._final)
                if end != self._utterances[-1]:
                    self._utterances.append(end)
        self._drop_early()
        self._break()

    def rewrap(self) -> None:
        """Break all lines again, because a line now has more or less room."""
        self._starts = list(self._utterances)
        self._break()

    def rows(self) -> list[tuple[str, str]]:
        """Return all lines, oldest first, each as (final words, partial words)."""
        words, finals = self._final + self._partial, len(self._final)
        rows = []
        for start, end in self._lines():
            final = words[start : min(end, finals)]
            rows.append((" ".join(final), " ".join(words[max(start, finals) : end])))
        return rows

    def _lines(self) -> list[tuple[int, int]]:
        """Return [first, end) of each line, as indexes into the kept words."""
        total = len(self._final) + len(self._partial)
        edges = [start - self._dropped for start in self._starts if start - self._dropped < total]
        return list(zip(edges, [*edges[1:], total], strict=True)) if total else []

    def _break(self) -> None:
        words, final_end = self._final + self._partial, self._dropped + len(self._final)
        total = self._dropped + len(words)
        self._starts = [start for start in self._starts if start < total or start in self._utterances]
        for first in self._utterances:
            if first not in self._starts:
                insort(self._starts, first)
        number = 0
        while number < len(self._starts):
            start = self._starts[number]
            end = self._starts[number + 1] if number + 1 < len(self._starts) else total
            line = words[start - self._dropped : end - self._dropped]
            fitting = self._count_fitting(line)
            if fitting < len(line):
                if end < total and end not in self._utterances and end > final_end:
                    self._starts.remove(end)  # still partial: move that line rather than break it in two
                self._starts.insert(number + 1, start + fitting)
            number += 1

    def _count_fitting(self, line: list[str]) -> int:
        """Return how many of these words fit on a line; at least one."""
        count = len(line)
        while count > 1 and not self._fits(" ".join(line[:count])):
            count -= 1
        return count

    def _drop_early(self) -> None:
        """Drop words that are no longer needed, up to the start of a line, so that no line changes."""
        spare = len(self._final) - KEPT
        early = [start for start in self._starts if start <= self._dropped + max(0, spare)]
        if spare < KEPT or len(early) < 2:  # only now and then, not at every word
            return
        cut = early[-1]
        del self._final[: cut - self._dropped]
        self._dropped = cut
        self._starts = [start for start in self._starts if start >= cut]
        self._utterances = [first for first in self._utterances if first >= cut] or [cut]
