"""How far work on a cluster is: a bar on a terminal, a sentence now and then elsewhere."""

import sys
from contextlib import AbstractContextManager, nullcontext
from time import monotonic
from typing import Any

from app.cli.console.batch import time_left
from app.cli.console.terminal import past_filter, report

EVERY = 60.0  # seconds between two sentences where stderr is no terminal


class ClusterProgress:
    """Progress of some files, weighed by their sizes where these are known; a context manager.

    Args:
        sizes: Bytes of each file, 0 where unknown.
        cores: Of the cluster.
    """

    def __init__(self, sizes: list[int], cores: int) -> None:
        self._count, self._cores = len(sizes), cores
        known = [size for size in sizes if size]
        self._unknown = sum(known) / len(known) if known else 1.0  # what a file counts whose size is not known
        self._total = sum(size or self._unknown for size in sizes)
        self._done = self._files = 0.0
        self._faulty = 0
        self._sound = 0.0  # seconds
        self._began = self._said = monotonic()
        self._bar: Any = None
        self._task: Any = None
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

            columns = (BarColumn(), TaskProgressColumn(), TextColumn("{task.description}", markup=False))
            self._bar = Progress(*columns, console=Console(file=past_filter(sys.stderr)), transient=True)
            self._task = self._bar.add_task(self.sentence, total=self._total)

    @property
    def sentence(self) -> str:
        """How much is done, how fast, and the time left."""
        took = monotonic() - self._began
        text = f"{self._files:.0f} of {self._count} files"
        if self._faulty:
            text += f", {self._faulty} with a problem"
        if self._sound:
            text += f"; {self._sound / 3600:.2f} h of sound, {self._sound / max(took, 1e-3):.0f} times real time"
        if self._done and self._files < self._count:
            text += f"; left {time_left(took, self._done / self._total)}"
        return text

    def add(self, size: int, seconds: float, faulty: bool) -> None:
        """Count a file: its bytes, its seconds of sound, and whether it had a problem."""
        self._done += size or self._unknown
        self._files += 1
        self._faulty += faulty
        self._sound += seconds
        if self._bar is not None:
            self._bar.update(self._task, completed=self._done, description=self.sentence)
        elif monotonic() - self._said >= EVERY:
            self._said = monotonic()
            report(f"{self.sentence}.")

    def __enter__(self) -> "ClusterProgress":
        self._context: AbstractContextManager[Any] = self._bar if self._bar is not None else nullcontext()
        self._context.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._context.__exit__(*error)
