"""A passage of a recording: `--start` and `--end` of `echoic transcribe`."""

import argparse
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from asr.errors import AudioError
from asr.updates import Update, Word

if TYPE_CHECKING:
    import numpy as np

MOST_SECONDS = 1_000_000.0  # more is a typing error: eleven days
_TIME = re.compile(r"(?:(?:(\d{1,4}):)?(\d{1,4}):)?(\d{1,7}(?:\.\d{1,9})?)", re.ASCII)


def seconds_of(text: str) -> float:
    """Return the seconds of a time such as 90, 90.5, 1:30 or 1:02:03.5, for argparse.

    Raises:
        argparse.ArgumentTypeError: It is no time.
    """
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise argparse.ArgumentTypeError(f"expected a time such as 90, 1:30 or 1:02:03.5, found {text!r}")
    hours, minutes, seconds = found.groups()
    if (minutes is not None and float(seconds) >= 60) or (hours is not None and int(minutes) >= 60):
        raise argparse.ArgumentTypeError(f"expected less than 60 after a colon, found {text!r}")
    time = 3600 * int(hours or 0) + 60 * int(minutes or 0) + float(seconds)
    if time > MOST_SECONDS:
        raise argparse.ArgumentTypeError(f"expected at most {MOST_SECONDS:.0f} seconds, found {text!r}")
    return time


def shown_time(seconds: float) -> str:
    """Format a time as `seconds_of` reads it."""
    minutes, rest = divmod(round(seconds, 3), 60)
    return f"{int(minutes)}:{rest:06.3f}".removesuffix(".000")


@dataclass(frozen=True)
class Passage:
    """A part of a recording, in seconds of what a player shows. What is recognised in it has the times of the whole.

    Attributes:
        start: Where it begins.
        end: Where it ends; None: with the recording.
    """

    start: float = 0.0
    end: float | None = None

    @property
    def whole(self) -> bool:
        """Whether nothing is left out."""
        return self.start == 0 and self.end is None

    def length(self, duration: float | None) -> float | None:
        """Return how many seconds it has of a recording of so many, None where that is not known."""
        ends = [end for end in (self.end, duration) if end is not None]
        return max(min(ends) - self.start, 0.0) if ends else None

    def cut(
        self,
        chunks: "Iterable[np.ndarray]",
        rate: int,
        name: str,
        notes: list[AudioError],
        skipped: Callable[[float], None] = lambda seconds: None,
    ) -> "Iterator[np.ndarray]":
        """Yield the samples of the passage, the same ones however the chunks were cut.

        All sound before it is decoded too: files have no reliable places to begin in the middle, and a pipe none.
        For each chunk of it an empty one is yielded, at which the caller may stop. What comes after the passage is not
        read.

        Args:
            chunks: (n,) float32 samples of the whole recording.
            rate: Hz.
            name: Of the recording, for errors.
            notes: Gets a note if the recording ends before the passage does.
            skipped: Called with the seconds that were passed over so far.

        Raises:
            AudioError: The recording ends before the passage begins, or what `chunks` raises.
        """
        first = round(self.start * rate)
        last = None if self.end is None else round(self.end * rate)
        at = 0
        for chunk in chunks:
            part = chunk[max(first - at, 0) : None if last is None else max(last - at, 0)]
            at += len(chunk)
            if not len(part):
                skipped(at / rate)
            yield part
            if last is not None and at >= last:
                return
        if at <= first and first:
            start = shown_time(self.start)
            raise AudioError("ends-before-passage", name=name, seconds=shown_time(at / rate), start=start)
        if last is not None:
            end = shown_time(last / rate)
            notes.append(AudioError("ends-in-passage", name=name, seconds=shown_time(at / rate), end=end))

    def timed(self, updates: Iterable[Update], rate: int) -> Iterator[Update]:
        """Yield the updates of the passage with the times of the whole recording."""
        begin = round(self.start * rate) / rate
        for update in updates:
            if not begin:
                yield update
                continue
            words, partial = (tuple(_later(word, begin) for word in part) for part in (update.words, update.partial))
            yield replace(update, words=words, partial=partial, seconds=update.seconds + begin)


def _later(word: Word, seconds: float) -> Word:
    """Return a word some seconds later; times are rounded as those of the recogniser are."""
    return replace(word, start=round(word.start + seconds, 3), end=round(word.end + seconds, 3))


WHOLE = Passage()
