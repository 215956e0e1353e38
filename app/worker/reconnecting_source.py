"""The sound of a session: from one source or, where a device is lost and found, from several in turn."""

import threading
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np


class Source(Protocol):
    """Sound to recognise: opened in the worker, iterated once for float32 chunks at the recogniser's rate.

    It may also tell `waiting`, seconds captured and not yet taken; `overflows`, times that sound was dropped; and
    `gaps`, what was dropped, each with its `seconds`, listed when the sound after it is taken.
    """

    def __enter__(self) -> "Source": ...
    def __exit__(self, *error: Any) -> Any: ...
    def __iter__(self) -> Iterator[np.ndarray]: ...
    def stop(self) -> None: ...


@dataclass(frozen=True)
class SourceLost:
    """The source failed in mid-session; the session waits for `reopen` or `stop`."""

    error: Exception


@dataclass(frozen=True)
class SourceReopened:
    """Sound came back after `SourceLost`."""


class ReconnectingSource:
    """Chunks for as long as there are any; iterated in the worker, asked and told from any thread."""

    def __init__(self, open_source: Callable[[], Source], live: bool, tell: Callable[[object], None]) -> None:
        """`live`: a source that has worked and then fails may be opened again; else its error ends all.

        `tell` gets `SourceLost` and `SourceReopened`.
        """
        self._open, self._live, self._tell = open_source, live, tell
        self._source: Source | None = None
        self._lock = threading.Lock()
        self._wake = threading.Event()  # something was asked while no source is open
        self._stopping = False
        self._overflows = 0  # of the sources that are closed
        self._marked = 0  # gaps of this source that were given out
        self._away = 0.0  # seconds without a source, not yet given out

    def stop(self) -> None:
        """No more sound; what was captured still comes."""
        with self._lock:
            self._stopping = True
            if self._source is not None:
                self._source.stop()
        self._wake.set()

    def reopen(self, open_source: Callable[[], Source] | None = None) -> None:
        """After `SourceLost`: try again, or try another source."""
        if open_source is not None:
            self._open = open_source
        self._wake.set()

    @property
    def waiting(self) -> float:
        """Seconds of sound captured and not yet taken."""
        return float(getattr(self._source, "waiting", 0.0))

    @property
    def overflows(self) -> int:
        """Times that sound was dropped."""
        return self._overflows + int(getattr(self._source, "overflows", 0))

    def losses(self) -> list[float]:
        """Seconds of each loss before the chunk that came last, if not given out yet. For the worker."""
        gaps = list(getattr(self._source, "gaps", ()))[self._marked :]
        self._marked += len(gaps)
        away, self._away = self._away, 0.0
        return [away] * (away > 0) + [gap.seconds for gap in gaps]

    def __iter__(self) -> Generator[np.ndarray, None, None]:
        worked = lost = False
        since = 0.0  # when it was lost
        while True:
            try:
                with self._open() as source:
                    with self._lock:
                        self._source, self._marked = source, 0
                        if self._stopping:  # while it was being opened
                            source.stop()
                    for chunk in source:
                        if lost:
                            self._tell(SourceReopened())
                            self._away += time.monotonic() - since
                        worked, lost = True, False
                        yield chunk
                    return
            except Exception as error:
                # A file that breaks off, or a device that never worked, is a failure; one that worked may come back.
                if not self._live or not worked:
                    raise
                if self._stopping:
                    return
                since = since if lost else time.monotonic()
                lost = True
                self._tell(SourceLost(error))
            finally:
                with self._lock:
                    self._overflows, self._source = self.overflows, None
            self._wake.wait()
            self._wake.clear()
            if self._stopping:
                return
