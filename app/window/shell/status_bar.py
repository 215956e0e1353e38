"""The line at the bottom: state, lag, speed, losses, model, what is kept."""

from PySide6.QtWidgets import QLabel, QStatusBar, QWidget

from app.window.files.file_queue import FileJob
from app.window.live.states import LiveState, display_of
from app.worker.transcription_worker import Pace


class StatusBar(QStatusBar):
    """One sentence of facts; figures are there only while something is being recognised."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self._label = QLabel()
        self._label.setContentsMargins(8, 0, 8, 0)
        self._label.setAccessibleName(self.tr("Status"))
        self.addWidget(self._label, 1)
        self._state = LiveState.LOADING
        self._pace: Pace | None = None
        self._job: FileJob | None = None
        self._model = ""
        self._saved = ""

    @property
    def text(self) -> str:
        return self._label.text()

    def show_state(self, state: LiveState) -> None:
        self._state = state
        if state in (LiveState.ARMING, LiveState.READY, LiveState.LOADING, LiveState.FAILED):
            self._pace = None
        self._write()

    def show_pace(self, pace: Pace) -> None:
        self._pace = pace
        self._write()

    def show_job(self, job: FileJob | None) -> None:
        """The file that is being recognised, if one is."""
        self._job = job
        self._write()

    def show_model(self, name: str) -> None:
        self._model = name
        self._write()

    def show_saved(self, text: str) -> None:
        self._saved = text
        self._write()

    def _write(self) -> None:
        job = self._job if self._state is LiveState.READY else None
        parts = [self.tr("Recognising {0}").format(job.name) if job else display_of(self._state).status]
        if job is not None:
            parts.append(self.tr("{0:.2f}× real time").format(job.speed))
        if self._pace is not None:
            parts.append(self.tr("lag {0:.2f} s").format(self._pace.lag))
            parts.append(self.tr("{0:.2f}× real time").format(self._pace.speed))
            parts.append(
                self.tr("1 overflow")
                if self._pace.overflows == 1
                else self.tr("{0} overflows").format(self._pace.overflows)
            )
        if self._model:
            parts.append(self.tr("model {0} (offline)").format(self._model))
        if self._saved:
            parts.append(self._saved)
        line = " · ".join(parts)
        if line != self._label.text():
            self._label.setText(line)
