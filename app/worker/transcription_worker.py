"""A session: one `transcribe` over one source in a thread of its own, reported to the window by signals."""

import time
from collections import deque
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, Signal

from app.log import logger
from app.sessions.document import Gap, clock
from app.worker.audio_monitor import FLOOR, AudioColumns, AudioMonitor, decibels
from app.worker.reconnecting_source import ReconnectingSource, SourceLost, SourceReopened
from app.worker.source import ErrorHoldingChunks, Source
from app.worker.task import Task
from asr.errors import EchoicError
from asr.pipeline import AnyRecognizer, transcribe
from asr.stream_options import DEFAULT_OPTIONS, StreamOptions
from asr.updates import Update

if TYPE_CHECKING:
    import numpy as np

CLOSING = 2.0  # seconds of silence beyond the endpoint rule that a pause takes at most to end the line
PIECE = 0.16  # seconds: a source's chunks are cut this small, so that pause and cancel act at once


class Recorder(Protocol):
    """What keeps a session's sound and words: `app.sessions.recorder.SessionRecorder`.

    The worker calls its methods, `begin` first, and none raises for a bad disk. Any thread may read the properties.
    """

    @property
    def session(self) -> Any:
        """The session so far."""

    @property
    def problem(self) -> str:
        """Why something is not being kept, or ""."""

    @property
    def saved(self) -> bool:
        """Whether all final words so far are on the disk."""

    def begin(self, rate: int, model: str = ..., language: str = ...) -> Any:
        """Prepare for sound at `rate` Hz, recognised by this model in this language."""

    def sound(self, samples: "np.ndarray") -> "np.ndarray":
        """Keep (n,) float32 samples; returns them as they will be read back."""

    def update(self, update: Update) -> None:
        """Keep the final words of an update."""

    def gap(self, start: float, seconds: float) -> None:
        """Record that `seconds` of sound were lost at second `start` of the stream."""

    def pause(self) -> None:
        """Record that recording paused here."""

    def bookmark(self, seconds: float) -> None:
        """Record that a person marked this second of the sound."""

    def note(self, sentence: str) -> None:
        """Record what is wrong with the sound: a part is missing, or cannot be read."""

    def close(self) -> Any:
        """End the session."""


@dataclass(frozen=True)
class Pace:
    """How the recogniser keeps up."""

    seconds: float  # of sound recognised so far
    lag: float  # seconds of sound captured and not yet recognised
    speed: float  # seconds of work for a second of sound; over 1 cannot keep up
    overflows: int  # how often the capture buffer was full and sound was dropped
    peak: float = FLOOR  # dBFS of the loudest sound so far


@dataclass(frozen=True)
class RecordingFailed:
    """Sound or words are no longer kept; recognition goes on."""

    problem: str  # a sentence


@dataclass(frozen=True)
class PauseBegan:
    """Recording was paused; what was said before it is in the line that ends there."""

    seconds: float  # of sound


def warm_up(recognizer: AnyRecognizer) -> AnyRecognizer:
    """Return the recogniser after a first step, which makes buffers and kernels that the first word need not wait for.

    Any thread but the interface.
    """
    import numpy as np

    state, _ = recognizer.step(recognizer.start(), np.zeros(recognizer.config.rate, np.float32))
    recognizer.finish(state)
    return recognizer


class TranscriptionWorker(Task):
    """One `transcribe` over one source. The interface thread calls the public methods and gets the signals."""

    updated = Signal(tuple)  # tuple[Update, ...] in order
    measured = Signal(tuple)  # tuple[AudioColumns, ...] in order
    pace = Signal(Pace)
    lost = Signal(Exception)
    reopened = Signal()
    gapped = Signal(Gap)
    pause_began = Signal(float)  # seconds of sound
    recording_failed = Signal(str)  # a sentence; recognition goes on

    def __init__(
        self,
        recognizer: AnyRecognizer,
        open_source: Callable[[], Source],
        recorder: Recorder | None = None,
        live: bool = True,
        options: StreamOptions = DEFAULT_OPTIONS,
        parent: QObject | None = None,
    ) -> None:
        """Prepare a session.

        Args:
            recognizer: Shared with other streams.
            open_source: Called in the worker.
            recorder: Keeps the session; the worker begins and closes it.
            live: The source may be lost and come back, and its sound is measured.
            options: Of this stream.
            parent: Of the Qt object.
        """
        super().__init__(parent)
        self._recognizer = recognizer
        self._source = ReconnectingSource(open_source, live, self.post)
        self._recorder = recorder
        self._options = options
        self._live = live
        self._monitor: AudioMonitor | None = None
        self._cancelled = False
        self._paused = False  # as requested
        self._requests: deque[tuple[float, bool]] = deque()  # the second of captured sound at which to pause or resume
        self._bookmarks: deque[float] = deque()  # seconds of sound, not yet recorded
        self._changes: deque[StreamOptions] = deque()  # options that are still to be passed on
        self._skipping = False  # as applied by the worker
        self._line_open = False  # words were recognised since the last endpoint
        self._reported = ""  # the recorder's problem that was posted last
        self._captured = 0.0  # seconds of sound that came, paused or not
        self._taken = 0.0  # seconds of it handed to the recogniser
        self._busy = 0.0  # seconds spent recognising it
        self._peak = 0.0  # amplitude of its loudest sample

    def start(self) -> None:
        """Begin the thread."""
        self.begin(self._work, "session")

    def pause(self, paused: bool) -> None:
        """Pause or resume: sound captured while paused is neither kept nor recognised, and its time does not count.

        What was captured before and still waits is not lost.
        """
        self._paused = paused
        self._requests.append((self._captured + self._source.waiting, paused))

    @property
    def paused(self) -> bool:
        """Whether a pause was requested."""
        return self._paused

    def bookmark(self) -> float:
        """Mark this moment; return its second of the sound, which may not have been recognised yet."""
        seconds = self._taken + (0.0 if self._paused else self._source.waiting)
        self._bookmarks.append(seconds)
        return seconds

    def change_options(self, options: StreamOptions) -> None:
        """Recognise with other options; the utterance that is open keeps those it began with."""
        self._changes.append(options)

    def stop(self) -> None:
        """End the sound; what was captured is still recognised to its last word."""
        self._source.stop()

    def cancel(self) -> None:
        """End now: sound that was not yet recognised is dropped, words so far stay."""
        self._cancelled = True
        self.stop()

    def reopen(self, open_source: Callable[[], Source] | None = None) -> None:
        """Try again after `lost`, or try another source."""
        self._source.reopen(open_source)

    def switch(self) -> None:
        """Go on with another source; sound between the two is missing, and marked as a gap."""
        self._source.switch()

    # In the worker from here on.

    def _work(self) -> None:
        recognizer, recorder = self._recognizer, self._recorder
        self._monitor = AudioMonitor(recognizer, spectrogram=self._live)
        logger.info("session begins: %s", "live" if self._live else "file")
        try:
            if recorder is not None:
                recorder.begin(recognizer.config.rate, recognizer.name, recognizer.config.language)
                self._report_problem()
            with closing(self._pieces()) as pieces:  # so that an error of the recogniser still closes the source
                sound = ErrorHoldingChunks(pieces)
                for update in transcribe(recognizer, sound, self._options):
                    self._line_open = not update.endpoint and bool(self._line_open or update.words or update.partial)
                    if recorder is not None:
                        recorder.update(update)
                        self._report_problem()
                    self.post(update)
            if sound.error is not None:
                raise sound.error
        except EchoicError as error:
            if recorder is not None:
                recorder.note(str(error))
            raise
        finally:
            if recorder is not None:
                for note in self._source.notes:
                    recorder.note(note)
                if self._cancelled and not self._live:
                    recorder.note(f"Incomplete: the file was recognised up to {clock(self._taken)} only.")
                recorder.close()
            logger.info("session ends: %.1f s, speed %.2f", self._taken, self._busy / max(self._taken, 1e-9))

    def _pieces(self) -> "Generator[np.ndarray | StreamOptions, None, None]":
        """Yield the sound in small pieces, measured and recorded on its way to the recogniser, and changed options."""
        rate = self._recognizer.config.rate
        size = int(PIECE * rate)
        with closing(iter(self._source)) as chunks:
            for chunk in chunks:
                for first in range(0, len(chunk), size):
                    piece = chunk[first : first + size]
                    if self._cancelled:
                        return
                    if self._live and self._monitor is not None:
                        self.post(self._monitor(piece))
                    if self._apply_requests():
                        yield from self._end_line(size)
                    self._record_losses()
                    self._captured += len(piece) / rate
                    if not self._skipping:
                        yield from self._take(piece)
        self._apply_requests()
        self._record_losses()

    def _take(self, piece: "np.ndarray") -> "Generator[np.ndarray | StreamOptions, None, None]":
        """Record a piece, and yield what the file will give back, so that it has the same words."""
        import numpy as np

        if self._recorder is not None:
            piece = self._recorder.sound(piece)
            self._report_problem()
        began = time.monotonic()
        while self._changes:
            yield self._changes.popleft()
        yield piece
        self._taken += len(piece) / self._recognizer.config.rate
        self._busy += time.monotonic() - began
        self._peak = max(self._peak, float(np.abs(piece).max(initial=0.0)))
        self.post(self._measure())

    def _end_line(self, size: int) -> "Generator[np.ndarray | StreamOptions, None, None]":
        """Yield the silence that a pause is to the listener, until it has ended the line.

        Without it the last words would stay a partial, and be glued to those after the pause. It is recorded, since
        sound and words have one time.
        """
        import numpy as np

        least, most = self._options.endpoint_silence, self._options.endpoint_silence + CLOSING
        given = 0.0
        while not self._cancelled and (given < least or (self._line_open and given < most)):
            yield from self._take(np.zeros(size, np.float32))
            given += size / self._recognizer.config.rate

    def _apply_requests(self) -> bool:
        """Record bookmarks, and apply pause and resume requests whose capture time has been reached.

        So audio captured before the click is still transcribed.

        Returns:
            Whether a pause begins.
        """
        while self._bookmarks:
            seconds = self._bookmarks.popleft()
            if self._recorder is not None:
                self._recorder.bookmark(seconds)
        before = self._skipping
        while self._requests and self._requests[0][0] <= self._captured:
            self._skipping = self._requests.popleft()[1]
        begins = self._skipping and not before
        if begins:
            if self._recorder is not None:
                self._recorder.pause()
            self.post(PauseBegan(self._taken))
        return begins

    def _record_losses(self) -> None:
        """Record lost sound at the time where the rest now joins up; losses during a pause do not matter."""
        for seconds in self._source.losses():
            if not self._skipping:
                if self._recorder is not None:
                    self._recorder.gap(self._taken, seconds)
                self.post(Gap(self._taken, seconds))

    def _measure(self) -> Pace:
        speed = self._busy / max(self._taken, 1e-9)
        return Pace(self._taken, self._source.waiting, speed, self._source.overflows, decibels(self._peak))

    def _report_problem(self) -> None:
        problem = self._recorder.problem if self._recorder is not None else ""
        if problem and problem != self._reported:
            logger.warning("recording failed")
            self.post(RecordingFailed(problem))
        self._reported = problem

    # In the interface thread again.

    def _deliver(self, items: list[object]) -> None:
        updates: list[Update] = []
        columns: list[AudioColumns] = []
        pace: Pace | None = None

        def emit_collected() -> None:
            """Emit sound and words in the order they came, before what ended or interrupted them."""
            if columns:
                self.measured.emit(tuple(columns))
                columns.clear()
            if updates:
                self.updated.emit(tuple(updates))
                updates.clear()

        for item in items:
            if isinstance(item, SourceLost | SourceReopened | Gap | PauseBegan):
                emit_collected()
            match item:
                case Update():
                    updates.append(item)
                case AudioColumns():
                    columns.append(item)
                case Pace():
                    pace = item  # only the newest matters
                case SourceLost(error):
                    self.lost.emit(error)
                case SourceReopened():
                    self.reopened.emit()
                case Gap():
                    self.gapped.emit(item)
                case PauseBegan(seconds):
                    self.pause_began.emit(seconds)
                case RecordingFailed(problem):
                    self.recording_failed.emit(problem)
        emit_collected()
        if pace is not None:
            self.pace.emit(pace)
