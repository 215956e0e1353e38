"""Captions cut into lines whose beginnings stay where they are."""

from bisect import insort
from collections.abc import Callable

from asr.updates import Update

KEPT = 200  # words remembered: enough for any number of lines on screen


class CaptionLines:
    """A line begins where it once began, also when words before it change, as long as that line can hold them."""

    def __init__(self, fits: Callable[[str], bool]) -> None:
        """`fits`: whether a text is short enough for a line."""
        self._fits = fits
        self.clear()

    def clear(self) -> None:
        # Words are counted from the beginning of the session; of the early ones only the number is kept.
        self._gone = 0
        self._final: list[str] = []
        self._partial: list[str] = []
        self._openings: list[int] = [0]  # words that begin an utterance
        self._starts: list[int] = [0]  # words that begin a line

    def apply(self, updates: tuple[Update, ...]) -> None:
        for update in updates:
            self._final += [word.text for word in update.words]
            self._partial = [word.text for word in update.partial]
            if update.endpoint:
                end = self._gone + len(self._final)
                if end != self._openings[-1]:
                    self._openings.append(end)
        self._forget()
        self._cut()

    def again(self) -> None:
        """Cut everything anew: lines have become longer or shorter."""
        self._starts = list(self._openings)
        self._cut()

    def rows(self) -> list[tuple[str, str]]:
        """All lines, oldest first, each as (final words, partial words)."""
        words, finals = self._final + self._partial, len(self._final)
        rows = []
        for start, end in self._lines():
            final = words[start : min(end, finals)]
            rows.append((" ".join(final), " ".join(words[max(start, finals) : end])))
        return rows

    def _lines(self) -> list[tuple[int, int]]:
        """First word and the one behind the last word of each line, counted from the first word kept."""
        total = len(self._final) + len(self._partial)
        edges = [start - self._gone for start in self._starts if start - self._gone < total]
        return list(zip(edges, [*edges[1:], total], strict=True)) if total else []

    def _cut(self) -> None:
        words, settled = self._final + self._partial, self._gone + len(self._final)
        total = self._gone + len(words)
        self._starts = [start for start in self._starts if start < total or start in self._openings]
        for opening in self._openings:
            if opening not in self._starts:
                insort(self._starts, opening)
        number = 0
        while number < len(self._starts):
            start = self._starts[number]
            end = self._starts[number + 1] if number + 1 < len(self._starts) else total
            line = words[start - self._gone : end - self._gone]
            held = self._held(line)
            if held < len(line):
                if end < total and end not in self._openings and end > settled:
                    self._starts.remove(end)  # it is still in motion: its line moves rather than being cut in two
                self._starts.insert(number + 1, start + held)
            number += 1

    def _held(self, line: list[str]) -> int:
        """How many of these words a line can hold; at least one."""
        count = len(line)
        while count > 1 and not self._fits(" ".join(line[:count])):
            count -= 1
        return count

    def _forget(self) -> None:
        spare = len(self._final) - KEPT
        early = [start for start in self._starts if start <= self._gone + max(0, spare)]
        if spare < KEPT or len(early) < 2:  # not at every word
            return
        cut = early[-1]  # at the beginning of a line, so that no line changes
        del self._final[: cut - self._gone]
        self._gone = cut
        self._starts = [start for start in self._starts if start >= cut]
        self._openings = [opening for opening in self._openings if opening >= cut] or [cut]
