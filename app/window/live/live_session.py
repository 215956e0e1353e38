"""The live session: its state, and which state may follow which."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from app.sessions.document import Document, Gap
from app.sessions.recorder import SessionRecorder
from app.window.live.live_state import ACTIVE, RECOGNISING, LiveState
from app.window.services import OpenDevice
from app.window.texts import messages
from app.worker.transcription_worker import Pace, TranscriptionWorker
from asr.pipeline import AnyRecognizer
from asr.stream_options import StreamOptions

BEHIND = 3.0  # seconds of lag above which the state becomes TOO_SLOW
CAUGHT_UP = 1.0  # seconds of lag below which it becomes LISTENING again
REOPEN_EVERY = 2000  # ms between two attempts to reopen a lost device


class LiveSession(QObject):
    """Starts, pauses, stops and reopens; everything else is reported by signals.

    Interface thread. The recogniser, the device and the recorder belong to the worker thread of `TranscriptionWorker`.
    """

    state_changed = Signal(LiveState)
    updated = Signal(tuple)  # tuple[Update, ...]
    audio_measured = Signal(tuple)  # tuple[AudioColumns, ...]
    pace_changed = Signal(Pace)
    gap_found = Signal(Gap)
    bookmark_found = Signal()
    pause_found = Signal(float)  # seconds of sound at which recording was paused
    problem = Signal(object)  # Problem; None: the last one is over
    problem_over = Signal(messages.Problem)  # this one is over; another may have followed it
    started = Signal()
    finished = Signal()  # after the last update was delivered

    def __init__(
        self,
        open_source: OpenDevice,
        parent: QObject | None = None,
        options: Callable[[], StreamOptions] = StreamOptions,
    ) -> None:
        super().__init__(parent)
        self.state = LiveState.LOADING
        self.device: str | None = None
        self.default_device = ""  # name of the system's own choice, as far as it is known
        self.document = Document()  # of the session that runs, or of the last one
        self.recorder: SessionRecorder | None = None  # of the same session
        self._open, self._options = open_source, options
        self._recognizer: AnyRecognizer | None = None
        self._worker: TranscriptionWorker | None = None
        self.failure: messages.Problem | None = None  # why the state is FAILED
        self._make_recorder: Callable[[], SessionRecorder | None] = lambda: None  # of the session that is WAITING
        self._overflows = 0  # overflows counted until the recogniser fell behind
        self._slow: messages.Problem | None = None  # the problem that reports TOO_SLOW
        self._reopen_timer = QTimer(self)
        self._reopen_timer.setInterval(REOPEN_EVERY)
        self._reopen_timer.timeout.connect(self.reopen)

    def use(self, recognizer: AnyRecognizer) -> None:
        """Recognise with this model from the next start on; a running session keeps its own."""
        self._recognizer = recognizer
        waiting = self.state is LiveState.WAITING
        if self.state in (LiveState.LOADING, LiveState.WAITING, LiveState.FAILED):
            self._enter(LiveState.READY)
        if waiting:
            self.start(self._make_recorder())

    def reload(self) -> None:
        """Wait for another model; call `use` or `fail` when loading has ended."""
        self._recognizer = None
        if self.state is not LiveState.WAITING:
            self._enter(LiveState.LOADING)

    def fail(self, problem: messages.Problem) -> None:
        """Report that something a session needs is missing; a running session is not affected."""
        if not self.active:
            self._enter(LiveState.FAILED)
            self.failure = problem
        self.problem.emit(problem)

    def forget_failure(self) -> None:
        """Leave FAILED: what it was about is no longer shown. Without a model the state stays."""
        if self.state is LiveState.FAILED and self.has_model:
            self._enter(LiveState.READY)

    @property
    def active(self) -> bool:
        """Whether a session runs."""
        return self.state in ACTIVE

    @property
    def recognizer(self) -> AnyRecognizer | None:
        """The model of the next session."""
        return self._recognizer

    @property
    def has_model(self) -> bool:
        """Whether a model is loaded."""
        return self._recognizer is not None

    def start(self, recorder: SessionRecorder | None = None) -> None:
        """Start a session; it is saved by `recorder`. Does nothing if one runs or no model is loaded."""
        if self.active or self._recognizer is None:
            return
        recognizer = self._recognizer
        worker = TranscriptionWorker(
            recognizer,
            lambda: self._open(self.device, recognizer.config.rate),
            recorder,
            options=self._options(),
            parent=self,
        )
        worker.updated.connect(self._add_updates)
        worker.measured.connect(self._add_audio)
        worker.pace.connect(self._watch_pace)
        worker.gapped.connect(self._add_gap)
        worker.pause_began.connect(self._add_pause)
        worker.lost.connect(self._lose_device)
        worker.reopened.connect(self._regain_device)
        worker.recording_failed.connect(lambda reason: self.problem.emit(messages.not_kept(reason)))
        worker.ended.connect(self._end)
        self._worker = worker
        self.document, self.recorder = Document(), recorder
        self._overflows = 0
        self.problem.emit(None)
        self._enter(LiveState.ARMING)
        self.started.emit()
        worker.start()

    def toggle(self, make_recorder: Callable[[], SessionRecorder | None] = lambda: None) -> None:
        """Do what the large button says: start, stop, stop now; while the model loads, start once that is done."""
        if self.state is LiveState.LOADING:
            self._make_recorder = make_recorder
            self._enter(LiveState.WAITING)
        elif self.state is LiveState.WAITING:
            self._enter(LiveState.LOADING)
        elif self.state in (LiveState.READY, LiveState.FAILED):
            self.start(make_recorder())
        elif self.state in (LiveState.DRAINING, LiveState.ARMING):
            self.cancel()
        else:
            self.stop()

    def stop(self) -> None:
        """Take no more sound; what was captured is still recognised to its last word."""
        if self._worker is not None and self.state is not LiveState.DRAINING:
            self._reopen_timer.stop()
            self._enter(LiveState.DRAINING)
            self._worker.stop()

    def cancel(self) -> None:
        """End at once: drop the sound that waits, keep the words so far."""
        if self._worker is not None:
            self._reopen_timer.stop()
            if self.state is not LiveState.DRAINING:
                self._enter(LiveState.DRAINING)
            self._worker.cancel()

    def toggle_pause(self) -> None:
        """Pause, or go on."""
        if self._worker is None:
            return
        if self.state in RECOGNISING:
            self._worker.pause(True)
            self._enter(LiveState.PAUSED)
        elif self.state is LiveState.PAUSED:
            self._worker.pause(False)
            self._enter(LiveState.LISTENING)

    def bookmark(self) -> float:
        """Mark this moment of the session that runs; return its second of the sound."""
        seconds = self._worker.bookmark() if self._worker is not None else self.document.seconds
        self.document = self.document.bookmark(seconds)
        self.bookmark_found.emit()
        return seconds

    def change_options(self) -> None:
        """Pass changed options on to a running session."""
        if self._worker is not None:
            self._worker.change_options(self._options())

    def choose(self, device: str | None) -> None:
        """Use this device from now on; a running session switches at once, with a mark where sound is missing."""
        changed, self.device = device != self.device, device
        if self.state is LiveState.LOST:
            self.reopen()
        elif changed and self._worker is not None and self.state is not LiveState.DRAINING:
            self._worker.switch()

    def reopen(self) -> None:
        """Try to open a lost device again."""
        if self._worker is not None and self.state is LiveState.LOST:
            self._worker.reopen()

    def close(self, seconds: float = 5.0) -> bool:
        """End the session, if one runs, and wait for it; return False if that takes longer than `seconds`."""
        if self._worker is None:
            return True
        self.cancel()
        return self._worker.wait(seconds)

    def _enter(self, state: LiveState) -> None:
        if state is not self.state:
            self.state = state
            self.state_changed.emit(state)
            if self._slow is not None:
                self.problem_over.emit(self._slow)
                self._slow = None

    def _add_updates(self, updates: tuple) -> None:
        for update in updates:
            self.document = self.document.append(update)
        self.updated.emit(updates)

    def _add_gap(self, gap: Gap) -> None:
        self.document = self.document.lose(gap)
        self.gap_found.emit(gap)

    def _add_pause(self, seconds: float) -> None:
        self.document = self.document.pause(seconds)
        self.pause_found.emit(seconds)

    def _add_audio(self, columns: tuple) -> None:
        if self.state is LiveState.ARMING:
            self._enter(LiveState.LISTENING)
        self.audio_measured.emit(columns)

    def _watch_pace(self, pace: Pace) -> None:
        if self.state is LiveState.LISTENING and pace.lag > BEHIND:
            self._enter(LiveState.TOO_SLOW)
        elif self.state is LiveState.TOO_SLOW and pace.lag < CAUGHT_UP:
            self._enter(LiveState.LISTENING)
        if self.state is not LiveState.TOO_SLOW:
            self._overflows = pace.overflows
        elif (slow := messages.too_slow(losing=pace.overflows > self._overflows)) != self._slow:
            self._slow = slow
            self.problem.emit(slow)
        self.pace_changed.emit(pace)

    def _lose_device(self, error: Exception) -> None:
        if self.state is LiveState.DRAINING:
            return
        if self.state is not LiveState.LOST:
            self._enter(LiveState.LOST)
            self.problem.emit(messages.lost_microphone(self.device, error, self.default_device))
        self._reopen_timer.start()

    def _regain_device(self) -> None:
        self._reopen_timer.stop()
        if self.state is LiveState.LOST and self._worker is not None:
            self._enter(LiveState.PAUSED if self._worker.paused else LiveState.LISTENING)
            self.problem.emit(None)

    def _end(self, error: Exception | None) -> None:
        self._reopen_timer.stop()
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.deleteLater()
        self._enter(LiveState.READY if error is None else LiveState.FAILED)
        self.finished.emit()
        if error is not None:
            self.failure = messages.of_session(error, self.default_device)
            self.problem.emit(self.failure)
