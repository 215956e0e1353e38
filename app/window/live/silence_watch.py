"""Notices that a microphone sends nothing but silence, as one does that is muted."""

from PySide6.QtCore import QObject, Signal

from app.window.live.live_session import LiveSession
from app.window.live.live_state import RECOGNISING, LiveState
from app.window.shell.level_meter import QUIET
from app.window.texts import messages
from app.window.texts.messages import Problem
from app.worker.audio_monitor import FLOOR, AudioColumns

SILENT_AFTER = 4.0  # seconds of sound without any in it after which that is said
AUDIBLE = 3.0  # seconds of loud sound that make a session worth keeping although no word was recognised


class SilenceWatch(QObject):
    """Measures the sound of the live session; time is counted in seconds of sound. Interface thread."""

    silent = Signal(Problem)
    over = Signal(Problem)  # there is sound again, or the session is over

    def __init__(self, live: LiveSession) -> None:
        super().__init__(live)
        self._live = live
        self._silence = 0.0  # seconds since the last sound
        self._loud = 0.0  # seconds of sound that could be speech, in this session
        self._problem: Problem | None = None
        live.started.connect(self._begin)
        live.audio_measured.connect(self._add)
        live.finished.connect(self._hear)

    @property
    def audible(self) -> bool:
        """Whether the session that runs, or the last one, had sound loud enough for speech."""
        return self._loud >= AUDIBLE

    def _begin(self) -> None:
        self._hear()
        self._loud = 0.0

    def _add(self, batches: tuple[AudioColumns, ...]) -> None:
        if self._live.state is LiveState.PAUSED:
            return
        for batch in batches:
            if batch.peak > QUIET:
                self._loud += batch.seconds
            if batch.peak > FLOOR:
                self._hear()
            else:
                self._silence += batch.seconds
        if self._silence >= SILENT_AFTER and self._problem is None and self._live.state in RECOGNISING:
            self._problem = messages.silent_microphone(self._live.device)
            self.silent.emit(self._problem)

    def _hear(self) -> None:
        self._silence = 0.0
        problem, self._problem = self._problem, None
        if problem is not None:
            self.over.emit(problem)
