"""A session: one `transcribe` over one source in a thread of its own, told to the window by signals."""

import time
from collections import deque
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.sessions.document import Gap
from app.worker.audio_monitor import AudioColumns, AudioMonitor
from app.worker.broken import UntilBroken
from app.worker.reconnecting_source import ReconnectingSource, Source, SourceLost, SourceReopened
from app.worker.task import Task
from asr.pipeline import AnyRecognizer, transcribe
from asr.stream_options import DEFAULT_OPTIONS, StreamOptions
from asr.updates import Update

PIECE = 0.16  # seconds: a source's chunks are cut this small, so that pause and cancel act at once


class Recorder(Protocol):
    """Where a session's sound and words are kept (see `app.sessions.recorder`); only the worker calls it, and it never
    raises."""

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
class RecordingFailed:
    """Keeping failed; recognition goes on."""

    said: str


def warm_up(recognizer: AnyRecognizer) -> AnyRecognizer:
    """The recogniser after a first step: that one pays for buffers and kernels, the first word need not."""
    state, _ = recognizer.step(recognizer.start(), np.zeros(recognizer.config.rate, np.float32))
    recognizer.finish(state)
    return recognizer


class TranscriptionWorker(Task):
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
        recognizer: AnyRecognizer,
        open_source: Callable[[], Source],
        keeper: Recorder | None = None,
        live: bool = True,
        options: StreamOptions = DEFAULT_OPTIONS,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._recognizer = recognizer
        self._intake = ReconnectingSource(open_source, live, self.post)
        self._keeper = keeper
        self._options = options
        self._live = live
        self._hearing: AudioMonitor | None = None
        self._cancelled = False
        self._paused = False  # as asked for
        self._turns: deque[tuple[float, bool]] = deque()  # at which second of its sound it is to pause or go on
        self._skipping = False  # as reached by the worker
        self._said = ""  # the keeper's last complaint
        self._came = 0.0  # seconds of sound that came, paused or not
        self._taken = 0.0  # seconds of it handed to the recogniser
        self._busy = 0.0  # seconds spent recognising it

    def start(self) -> None:
        self.begin(self._work, "session")

    def pause(self, paused: bool) -> None:
        """Sound captured from now on, while paused, is neither kept nor recognised; its time does not count.

        What was captured before and still waits is not lost.
        """
        self._paused = paused
        self._turns.append((self._came + self._intake.waiting, paused))

    @property
    def paused(self) -> bool:
        return self._paused

    def stop(self) -> None:
        """No more sound; what was captured is still recognised to its last word."""
        self._intake.stop()

    def cancel(self) -> None:
        """End now: sound that was not yet recognised is dropped, words so far stay."""
        self._cancelled = True
        self.stop()

    def reopen(self, open_source: Callable[[], Source] | None = None) -> None:
        """After `lost`: try again, or try another source."""
        self._intake.reopen(open_source)

    # In the thread from here on.

    def _work(self) -> None:
        self._hearing = AudioMonitor(self._recognizer, picture=self._live)
        try:
            with closing(self._pieces()) as pieces:  # so that an error of the recogniser still closes the source
                sound = UntilBroken(pieces)
                for update in transcribe(self._recognizer, sound, self._options):
                    if self._keeper is not None:
                        self._keeper.update(update)
                        self._report_keeping()
                    self.post(update)
            if sound.fault is not None:
                raise sound.fault
        finally:
            if self._keeper is not None:
                self._keeper.close()

    def _pieces(self) -> Generator[np.ndarray, None, None]:
        """The sound in small pieces, measured and kept on its way to the recogniser."""
        rate = self._recognizer.config.rate
        size = int(PIECE * rate)
        with closing(iter(self._intake)) as chunks:
            for chunk in chunks:
                for first in range(0, len(chunk), size):
                    piece = chunk[first : first + size]
                    if self._cancelled:
                        return
                    if self._live and self._hearing is not None:
                        self.post(self._hearing(piece))
                    self._turn()
                    self._mark_losses()
                    self._came += len(piece) / rate
                    if self._skipping:
                        continue
                    if self._keeper is not None:
                        piece = self._keeper.sound(piece)  # recognise what the file will give back: the same words
                        self._report_keeping()
                    began = time.monotonic()
                    yield piece
                    self._taken += len(piece) / rate
                    self._busy += time.monotonic() - began
                    self.post(self._measure())

    def _turn(self) -> None:
        """Pause or go on, if that was asked for when this piece was captured."""
        before = self._skipping
        while self._turns and self._turns[0][0] <= self._came:
            self._skipping = self._turns.popleft()[1]
        if self._skipping and not before and self._keeper is not None:
            self._keeper.pause()

    def _mark_losses(self) -> None:
        """They lie where the sound now joins up; what is lost in a pause is not missed."""
        for seconds in self._intake.losses():
            if not self._skipping:
                if self._keeper is not None:
                    self._keeper.gap(self._taken, seconds)
                self.post(Gap(self._taken, seconds))

    def _measure(self) -> Pace:
        speed = self._busy / max(self._taken, 1e-9)
        return Pace(self._taken, self._intake.waiting, speed, self._intake.overflows)

    def _report_keeping(self) -> None:
        said = self._keeper.problem if self._keeper is not None else ""
        if said and said != self._said:
            self.post(RecordingFailed(said))
        self._said = said

    # In the interface thread again.

    def _deliver(self, news: list[object]) -> None:
        updates: list[Update] = []
        sounds: list[AudioColumns] = []
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
            if isinstance(item, SourceLost | SourceReopened | Gap):
                tell()
            match item:
                case Update():
                    updates.append(item)
                case AudioColumns():
                    sounds.append(item)
                case Pace():
                    pace = item  # only the newest says how it is now
                case SourceLost(error):
                    self.lost.emit(error)
                case SourceReopened():
                    self.reopened.emit()
                case Gap():
                    self.gapped.emit(item)
                case RecordingFailed(said):
                    self.unkept.emit(said)
        tell()
        if pace is not None:
            self.pace.emit(pace)
