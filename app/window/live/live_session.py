"""The live session as the window sees it: one state, and what may follow it."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from app.sessions.document import Document, Gap
from app.window.live.live_state import ACTIVE, RECOGNISING, LiveState
from app.window.services import OpenDevice
from app.window.shell import messages
from app.worker.transcription_worker import Pace, Recorder, TranscriptionWorker
from asr.pipeline import AnyRecognizer
from asr.stream_options import StreamOptions

BEHIND = 3.0  # seconds of lag from which the window says that it is too slow
CAUGHT_UP = 1.0  # seconds of lag at which it takes that back
RETRY = 2000  # ms between two attempts to reopen a lost device


class LiveSession(QObject):
    """Start, pause, stop, reopen; everything else is told by signals."""

    state_changed = Signal(LiveState)
    updated = Signal(tuple)  # tuple[Update, ...]
    heard = Signal(tuple)  # tuple[Heard, ...]
    paced = Signal(Pace)
    gapped = Signal(Gap)
    problem = Signal(object)  # problems.Problem, or None: the last one is over
    over = Signal(messages.Problem)  # this one is; another may have been told since
    began = Signal()  # a session was started
    finished = Signal()  # it is over, its last update delivered

    def __init__(
        self,
        open_source: OpenDevice,
        parent: QObject | None = None,
        options: Callable[[], StreamOptions] = StreamOptions,
    ) -> None:
        super().__init__(parent)
        self.state = LiveState.LOADING
        self.device: str | None = None
        self.document = Document()  # of the session that runs, or of the last one
        self.keeper: Any = None  # where it is kept
        self._open, self._options = open_source, options
        self._recognizer: AnyRecognizer | None = None
        self._session: TranscriptionWorker | None = None
        self._overflows = 0  # up to when it fell behind
        self._slow: messages.Problem | None = None  # what was said of its falling behind
        self._retry = QTimer(self)
        self._retry.setInterval(RETRY)
        self._retry.timeout.connect(self.reopen)

    def use(self, recognizer: AnyRecognizer) -> None:
        """From now on `start` has a model; a session that runs keeps its own."""
        self._recognizer = recognizer
        if self.state in (LiveState.LOADING, LiveState.FAILED):
            self._enter(LiveState.READY)

    def reload(self) -> None:
        self._recognizer = None
        self._enter(LiveState.LOADING)

    def fail(self, problem: messages.Problem) -> None:
        """Something a session needs cannot be had; one that runs has it and goes on."""
        if not self.active:
            self._enter(LiveState.FAILED)
        self.problem.emit(problem)

    @property
    def active(self) -> bool:
        return self.state in ACTIVE

    @property
    def has_model(self) -> bool:
        return self._recognizer is not None

    def start(self, keeper: Recorder | None = None) -> None:
        if self.active or self._recognizer is None:
            return
        recognizer = self._recognizer
        session = TranscriptionWorker(
            recognizer,
            lambda: self._open(self.device, recognizer.config.rate),
            keeper,
            options=self._options(),
            parent=self,
        )
        session.updated.connect(self._update)
        session.heard.connect(self._hear)
        session.pace.connect(self._keep_pace)
        session.gapped.connect(self._lose_sound)
        session.lost.connect(self._lose)
        session.reopened.connect(self._regain)
        session.unkept.connect(lambda said: self.problem.emit(messages.not_kept(said)))
        session.ended.connect(self._end)
        self._session = session
        self.document, self.keeper = Document(), keeper
        self._overflows = 0
        self.problem.emit(None)
        self._enter(LiveState.ARMING)
        self.began.emit()
        session.start()

    def toggle(self, keeper: Callable[[], Recorder | None] = lambda: None) -> None:
        """The large button: start, stop, or stop now."""
        if self.state in (LiveState.READY, LiveState.FAILED):
            self.start(keeper())
        elif self.state in (LiveState.DRAINING, LiveState.ARMING):
            self.cancel()
        else:
            self.stop()

    def stop(self) -> None:
        """No more sound; the last words are still finished."""
        if self._session is not None and self.state is not LiveState.DRAINING:
            self._retry.stop()
            self._enter(LiveState.DRAINING)
            self._session.stop()

    def cancel(self) -> None:
        """End at once; sound that waits is dropped, words so far stay."""
        if self._session is not None:
            self._retry.stop()
            if self.state is not LiveState.DRAINING:
                self._enter(LiveState.DRAINING)
            self._session.cancel()

    def toggle_pause(self) -> None:
        if self._session is None:
            return
        if self.state in RECOGNISING:
            self._session.pause(True)
            self._enter(LiveState.PAUSED)
        elif self.state is LiveState.PAUSED:
            self._session.pause(False)
            self._enter(LiveState.LISTENING)

    def choose(self, device: str | None) -> None:
        """Use this device from the next start, or at once where the present one is lost."""
        self.device = device
        if self.state is LiveState.LOST:
            self.reopen()

    def reopen(self) -> None:
        if self._session is not None and self.state is LiveState.LOST:
            self._session.reopen()

    def close(self, seconds: float = 5.0) -> bool:
        """End whatever runs and wait for it."""
        if self._session is None:
            return True
        self.cancel()
        return self._session.wait(seconds)

    def _enter(self, state: LiveState) -> None:
        if state is not self.state:
            self.state = state
            self.state_changed.emit(state)
            if self._slow is not None:
                self.over.emit(self._slow)
                self._slow = None

    def _update(self, updates: tuple) -> None:
        for update in updates:
            self.document = self.document.append(update)
        self.updated.emit(updates)

    def _lose_sound(self, gap: Gap) -> None:
        self.document = self.document.lose(gap)
        self.gapped.emit(gap)

    def _hear(self, sounds: tuple) -> None:
        if self.state is LiveState.ARMING:
            self._enter(LiveState.LISTENING)
        self.heard.emit(sounds)

    def _keep_pace(self, pace: Pace) -> None:
        if self.state is LiveState.LISTENING and pace.lag > BEHIND:
            self._enter(LiveState.TOO_SLOW)
        elif self.state is LiveState.TOO_SLOW and pace.lag < CAUGHT_UP:
            self._enter(LiveState.LISTENING)
        if self.state is not LiveState.TOO_SLOW:
            self._overflows = pace.overflows
        elif (slow := messages.too_slow(losing=pace.overflows > self._overflows)) != self._slow:
            self._slow = slow
            self.problem.emit(slow)
        self.paced.emit(pace)

    def _lose(self, error: Exception) -> None:
        if self.state is LiveState.DRAINING:
            return
        if self.state is not LiveState.LOST:
            self._enter(LiveState.LOST)
            self.problem.emit(messages.lost_microphone(self.device, error))
        self._retry.start()

    def _regain(self) -> None:
        self._retry.stop()
        if self.state is LiveState.LOST and self._session is not None:
            self._enter(LiveState.PAUSED if self._session.paused else LiveState.LISTENING)
            self.problem.emit(None)

    def _end(self, error: Exception | None) -> None:
        self._retry.stop()
        session, self._session = self._session, None
        if session is not None:
            session.deleteLater()
        self._enter(LiveState.READY if error is None else LiveState.FAILED)
        self.finished.emit()
        if error is not None:
            self.problem.emit(messages.of_session(error))
