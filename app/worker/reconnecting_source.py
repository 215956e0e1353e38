"""The sound of a session: from one source or, where a device is lost and found, from several in turn."""

import threading
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.log import describe, logger
from app.worker.source import Source

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class SourceLost:
    """The source failed during the session; the session waits for `reopen` or `stop`."""

    error: Exception


@dataclass(frozen=True)
class SourceReopened:
    """Sound came again after `SourceLost`."""


class ReconnectingSource:
    """Chunks for as long as there are any. The worker iterates it; any thread may call the other methods."""

    def __init__(self, open_source: Callable[[], Source], live: bool, post: Callable[[object], None]) -> None:
        """Prepare a source; it is opened by the iteration.

        Args:
            open_source: Opens a device or a file. In the worker.
            live: A source that has worked and then fails may be opened again; else its error ends the iteration.
            post: Takes `SourceLost` and `SourceReopened`. In the worker.
        """
        self._open, self._live, self._post = open_source, live, post
        self._source: Source | None = None
        self._lock = threading.Lock()
        self._wake = threading.Event()  # `stop` or `reopen` was called while no source is open
        self._stopping = False
        self.notes: list[str] = []  # sentences: what of the sound is missing or was left out. Worker
        self._overflows = 0  # of the sources that are closed
        self._gaps_returned = 0  # of this source
        self._switched: float | None = None  # when `switch` was called, until another source is being opened
        self._away = 0.0  # seconds without a source, not yet returned by `losses`
        self._last_gaps: list[float] = []  # seconds of losses at the end of a source that is closed, not yet returned

    def stop(self) -> None:
        """End the sound; what was captured is still yielded. Any thread."""
        with self._lock:
            self._stopping = True
            if self._source is not None:
                self._source.stop()
        self._wake.set()

    def reopen(self, open_source: Callable[[], Source] | None = None) -> None:
        """Try again after `SourceLost`, or try another source. Any thread."""
        if open_source is not None:
            self._open = open_source
        self._wake.set()

    def switch(self) -> None:
        """End the present source, whose captured sound is still yielded, and open another. Any thread."""
        with self._lock:
            self._switched = time.monotonic()
            if self._source is not None:
                self._source.stop()
        self._wake.set()  # it may be lost

    @property
    def waiting(self) -> float:
        """Seconds of sound captured and not yet taken. Any thread."""
        return float(getattr(self._source, "waiting", 0.0))

    @property
    def overflows(self) -> int:
        """How often sound was dropped. Any thread."""
        return self._overflows + int(getattr(self._source, "overflows", 0))

    def losses(self) -> list[float]:
        """Return the seconds of each loss that were not returned before. Worker.

        They lie before the newest chunk or, after the iteration, at the end.
        """
        away, self._away = self._away, 0.0
        last, self._last_gaps = self._last_gaps, []
        return last + [away] * (away > 0) + self._new_gaps()

    def _new_gaps(self) -> list[float]:
        gaps = list(getattr(self._source, "gaps", ()))[self._gaps_returned :]
        self._gaps_returned += len(gaps)
        return [gap.seconds for gap in gaps]

    def __iter__(self) -> "Generator[np.ndarray, None, None]":
        """Yield (n,) float32 chunks. Worker."""
        worked = lost = False
        since: float | None = None  # when the sound ended that the next chunk goes on with
        while True:
            try:
                with self._lock:
                    self._switched = None
                with self._open() as source:
                    with self._lock:
                        self._source, self._gaps_returned = source, 0
                        if self._stopping or self._switched is not None:  # while it was being opened
                            source.stop()
                    for chunk in source:
                        if since is not None:
                            away, since = time.monotonic() - since, None
                            logger.info("source %s after %.1f s", "reopened" if lost else "switched", away)
                            self._away += away
                        if lost:
                            self._post(SourceReopened())
                        worked, lost = True, False
                        yield chunk
                    if self._stopping or self._switched is None:
                        return
                    since = self._switched if since is None and worked else since
                    continue
            except Exception as error:
                # A file that breaks off, or a device that never worked, is a failure; one that worked may come back.
                if not self._live or not worked:
                    raise
                if self._stopping:
                    return
                since = time.monotonic() if since is None else since
                if not lost:
                    logger.warning("source lost: %s", describe(error))
                lost = True
                self._post(SourceLost(error))
            finally:
                self.notes += [str(note) for note in getattr(self._source, "notes", ())]
                with self._lock:
                    self._last_gaps += self._new_gaps()  # sound may be dropped after the last chunk too
                    self._overflows, self._source = self.overflows, None
            self._wake.wait()
            self._wake.clear()
            if self._stopping:
                return
