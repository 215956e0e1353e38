"""How much of the sound a command has taken: counted, and shown on a progress bar where there is a terminal."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from math import log10
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from app.cli.console.batch import Batch, size_of
from app.cli.console.terminal import clean, past_filter
from app.worker.source import ErrorHoldingChunks

if TYPE_CHECKING:
    import numpy as np
    from rich.progress import Progress, ProgressColumn

VERY_QUIET = -50.0  # dBFS of the loudest sample; in softer speech the noise of 16 bits and of microphones is heard


class Bar(Protocol):
    """What shows how much of a file is done."""

    def show(self, seconds: float) -> None:
        """Draw the bar at so many seconds of sound."""


class CountedChunks(ErrorHoldingChunks):
    """Chunks whose seconds and loudest sample are known, and shown on a progress bar where there is one.

    Args:
        chunks: (n,) float32 samples each.
        rate: Hz.
        bar: The progress bar.
        begin: Where in the recording the chunks begin, in seconds.
    """

    def __init__(self, chunks: "Iterable[np.ndarray]", rate: int, bar: Bar | None = None, begin: float = 0.0) -> None:
        super().__init__(self._counted(chunks))
        self.seconds = 0.0
        self._peak = 0.0  # 1.0: full scale
        self._rate, self._bar, self._begin = rate, bar, begin

    def _counted(self, chunks: "Iterable[np.ndarray]") -> "Iterator[np.ndarray]":
        for chunk in chunks:
            self.seconds += len(chunk) / self._rate
            self._peak = max(self._peak, float(abs(chunk).max(initial=0.0)))
            yield chunk
            if self._bar is not None:
                self._bar.show(self._begin + self.seconds)

    @property
    def level(self) -> str:
        """How loud the sound was, for people: it tells a quiet voice from a microphone that is switched off."""
        if not self._peak:
            return "nothing but digital silence"
        decibels = 20 * log10(self._peak)
        advice = ", which is very quiet: raise the level where it is recorded" if decibels < VERY_QUIET else ""
        return f"loudest {decibels:.0f} dBFS{advice}"


class ProgressBar:
    """Progress through one file, with an estimate of the time left.

    Args:
        name: Shown before the bar.
        total: Seconds of sound in the file, None where unknown.
        batch: The files of which it is one.
    """

    def __init__(self, name: str, total: float | None, batch: Batch) -> None:
        from rich.progress import TextColumn

        self.progress = _progress(TextColumn("{task.fields[batch]}"))
        self._total, self._batch = total, batch
        self._task = self.progress.add_task(f"{batch.place}{clean(name)}", total=total, batch=batch.left(0.0))

    def show(self, seconds: float) -> None:
        """Draw the bar at so many seconds of sound."""
        left = self._batch.left(min(1.0, seconds / self._total if self._total else 0.0))
        self.progress.update(self._task, completed=seconds, batch=left)


class BatchBar:
    """Progress through several files that go at the same time. Any thread may draw it.

    Args:
        files: All of them, weighed by their sizes as in `Batch`.
    """

    def __init__(self, files: Sequence[Path]) -> None:
        self.progress = _progress()
        self._sizes = [size_of(file) for file in files]
        self._done = [0.0] * len(files)  # of each file, 0 to 1
        self._task = self.progress.add_task(f"{len(files)} files", total=sum(self._sizes) or None)

    def of(self, number: int) -> "Callable[[str, float | None], Bar]":
        """Return what makes the bar of one file, from its name and its seconds of sound."""

        return lambda name, total: _PartOfBatch(self, number, total)

    def show(self, number: int, fraction: float) -> None:
        """Draw the bar with a file done so far, 0 to 1."""
        self._done[number] = fraction
        done = sum(size * share for size, share in zip(self._sizes, self._done, strict=True))
        self.progress.update(self._task, completed=done)


class _PartOfBatch:
    """The part of a BatchBar that one file has.

    Args:
        bar: The bar.
        number: Of the file.
        total: Seconds of sound in the file, None where unknown.
    """

    def __init__(self, bar: BatchBar, number: int, total: float | None) -> None:
        self._bar, self._number, self._total = bar, number, total

    def show(self, seconds: float) -> None:
        """Draw the bar at so many seconds of sound."""
        self._bar.show(self._number, min(1.0, seconds / self._total) if self._total else 0.0)


def _progress(*columns: "ProgressColumn") -> "Progress":
    """Return a bar with the time that has passed and the time left, and some columns behind it."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        *columns,
        console=Console(file=past_filter(sys.stderr)),
        transient=True,
    )
