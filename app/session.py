"""A session: one `transcribe` over one source in a thread of its own, told to the window by signals."""

import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.document import Gap
from app.hearing import Heard, Hearing
from app.task import Task
from asr.transcript import Update

PIECE = 0.16  # seconds: a source's chunks are cut this small, so that pause and cancel act at once


class Source(Protocol):
    """Sound to recognise: opened in the worker, iterated once for float32 chunks at the recogniser's rate."""

    def __enter__(self) -> "Source": ...
    def __exit__(self, *error: Any) -> Any: ...
    def __iter__(self) -> Iterator[np.ndarray]: ...
    def stop(self) -> None: ...


class Keeper(Protocol):
    """Where a session's sound and words are kept (`app.writer`); called from the worker only, never raises."""

    problem: str  # why something is not being kept, or ""

    def sound(self, samples: np.ndarray) -> np.ndarray: ...
    def update(self, update: Update) -> None: ...
    def gap(self, start: float, seconds: float) -> None: ...
    def pause(self) -> None: ...
    def close(self) -> Any: ...


@dataclass(frozen=True)
class Pace:
    """How the recogniser keeps up."""

    seconds: float  # of sound recognised so far
    lag: float  # seconds of sound captured and not yet recognised
    speed: float  # seconds of work for a second of sound; over 1 cannot keep up
    overflows: int  # times the capture buffer was full and sound was dropped


@dataclass(frozen=True)
class Lost:
    """The source failed in mid-session; the session waits for `reopen` or `stop`."""

    error: Exception


@dataclass(frozen=True)
class Unkept:
    """Keeping failed; recognition goes on."""

    said: str


@dataclass(frozen=True)
class Reopened:
    """Sound came back after `Lost`."""


def warmed(recognizer: Any) -> Any:
    """The recogniser after a first step: that one pays for buffers and kernels, the first word need not."""
    state, _ = recognizer.step(recognizer.start(), np.zeros(recognizer.config.rate, np.float32))
    recognizer.finish(state)
    return recognizer


class Session(Task):
    """One `transcribe` over one source."""

    updated = Signal(tuple)  # tuple[Update, ...] in order
    heard = Signal(tuple)  # tuple[Heard, ...] in order
    pace = Signal(Pace)
    lost = Signal(Exception)
    reopened = Signal()
    gapped = Signal(Gap)
    unkept = Signal(str)  # a sentence: what is not being kept; recognition goes on

    def __init__(
        self,
        recognizer: Any,
        open_source: Callable[[], Source],
        keeper: Keeper | None = None,
        live: bool = True,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._recognizer = recognizer
        self._open = open_source
        self._keeper = keeper
        self._live = live
        self._hearing: Hearing | None = None
        self._source: Source | None = None
        self._lock = threading.Lock()
        self._wake = threading.Event()  # something was asked of a session that waits for its device
        self._paused = False
        self._stopping = False
        self._cancelled = False
        self._said = ""  # the keeper's last complaint
        self._gaps = 0  # losses of this source already marked
        self._taken = 0.0  # seconds of sound handed to the recogniser
        self._busy = 0.0  # seconds spent recognising it

    def start(self) -> None:
        self.begin(self._work, "session")

    def pause(self, paused: bool) -> None:
        """Sound that comes while paused is neither kept nor recognised, and its time does not count."""
        self._paused = paused

    @property
    def paused(self) -> bool:
        return self._paused

    def stop(self) -> None:
        """No more sound; what was captured is still recognised to its last word."""
        with self._lock:
            self._stopping = True
            if self._source is not None:
                self._source.stop()
        self._wake.set()

    def cancel(self) -> None:
        """End now: sound that was not yet recognised is dropped, words so far stay."""
        self._cancelled = True
        self.stop()

    def reopen(self, open_source: Callable[[], Source] | None = None) -> None:
        """After `lost`: try again, or try another source."""
        if open_source is not None:
            self._open = open_source
        self._wake.set()

    # In the thread from here on.

    def _work(self) -> None:
        from asr.recognizer import (
            transcribe,
        )  # brings torch, which takes seconds: never in the interface thread

        self._hearing = Hearing(self._recognizer, picture=self._live)
        try:
            with closing(self._pieces()) as pieces:  # so that an error of the recogniser still closes the source
                for update in transcribe(self._recognizer, pieces):
                    if self._keeper is not None:
                        self._keeper.update(update)
                        self._report_keeping()
                    self.post(update)
        finally:
            if self._keeper is not None:
                self._keeper.close()

    def _pieces(self) -> Generator[np.ndarray, None, None]:
        """The source's sound in small pieces, measured and kept on its way to the recogniser."""
        rate = self._recognizer.config.rate
        size = int(PIECE * rate)
        noted = False  # that it is paused
        for chunk in self._sound():
            for first in range(0, len(chunk), size):
                piece = chunk[first : first + size]
                if self._cancelled:
                    return
                if self._live and self._hearing is not None:
                    self.post(self._hearing(piece))
                self._mark_gaps()
                if self._paused:
                    if not noted and self._keeper is not None:
                        self._keeper.pause()
                    noted = True
                    continue
                noted = False
                if self._keeper is not None:
                    piece = self._keeper.sound(piece)  # recognise what the file will give back: the same words
                    self._report_keeping()
                began = time.monotonic()
                yield piece
                self._taken += len(piece) / rate
                self._busy += time.monotonic() - began
                self.post(self._measure())

    def _sound(self) -> Iterator[np.ndarray]:
        """Chunks of the source; where it fails in mid-session, of the one opened after it."""
        worked = lost = False
        since = 0.0  # when it was lost
        while True:
            try:
                with self._open() as source:
                    with self._lock:
                        self._source, self._gaps = source, 0
                        if self._stopping:
                            return
                    for chunk in source:
                        if lost:
                            self.post(Reopened())
                            self._mark(time.monotonic() - since)
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
                self.post(Lost(error))
            finally:
                with self._lock:
                    self._source = None
            self._wake.wait()
            self._wake.clear()
            if self._stopping:
                return

    def _measure(self) -> Pace:
        source = self._source
        lag = float(getattr(source, "waiting", 0.0))
        return Pace(self._taken, lag, self._busy / max(self._taken, 1e-9), int(getattr(source, "overflows", 0)))

    def _report_keeping(self) -> None:
        said = self._keeper.problem if self._keeper is not None else ""
        if said and said != self._said:
            self.post(Unkept(said))
        self._said = said

    def _mark_gaps(self) -> None:
        """Losses the source has counted since the last look; they lie where its sound now joins up."""
        gaps = list(getattr(self._source, "gaps", ()))
        for gap in gaps[self._gaps :]:
            self._mark(gap.seconds)
        self._gaps = len(gaps)

    def _mark(self, seconds: float) -> None:
        if self._keeper is not None:
            self._keeper.gap(self._taken, seconds)
        self.post(Gap(self._taken, seconds))

    # In the interface thread again.

    def _deliver(self, news: list[object]) -> None:
        updates: list[Update] = []
        sounds: list[Heard] = []
        pace: Pace | None = None

        def tell() -> None:
            """Sound and words in the order they came, before whatever ended or interrupted them."""
            if sounds:
                self.heard.emit(tuple(sounds))
                sounds.clear()
            if updates:
                self.updated.emit(tuple(updates))
                updates.clear()

        for item in news:
            if isinstance(item, Lost | Reopened | Gap):
                tell()
            match item:
                case Update():
                    updates.append(item)
                case Heard():
                    sounds.append(item)
                case Pace():
                    pace = item  # only the newest says how it is now
                case Lost(error):
                    self.lost.emit(error)
                case Reopened():
                    self.reopened.emit()
                case Gap():
                    self.gapped.emit(item)
                case Unkept(said):
                    self.unkept.emit(said)
        tell()
        if pace is not None:
            self.pace.emit(pace)
