"""The line at the bottom: state, lag, speed, lost sound, model, and whether the words are saved."""

from PySide6.QtWidgets import QStatusBar, QWidget

from app.window.shell.messages import plural
from app.window.shell.state_display import StateDisplay
from app.window.shell.text import Label
from app.worker.transcription_worker import Pace


class StatusBar(QStatusBar):
    """One line of facts, separated by dots; lag and speed appear only while something is being recognised."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self._label = Label()
        self._label.setContentsMargins(8, 0, 8, 0)
        self.addWidget(self._label, 1)
        self._state: StateDisplay | None = None
        self._pace: Pace | None = None
        self._file: tuple[str, float] | None = None  # name and speed
        self._model = ""
        self._saved = ""

    @property
    def text(self) -> str:
        """The whole line."""
        return self._label.text()

    def show_state(self, display: StateDisplay) -> None:
        """Show the state of the live session."""
        self._state = display
        if display.clears_pace:
            self._pace = None
        self._refresh()

    def show_pace(self, pace: Pace) -> None:
        """Show how far behind the recogniser is, and how fast."""
        self._pace = pace
        self._refresh()

    def show_file(self, name: str, speed: float) -> None:
        """Show the file that is being recognised while no live session runs; speed is seconds of work per second."""
        self._file = (name, speed)
        self._refresh()

    def clear_file(self) -> None:
        """No file is being recognised."""
        self._file = None
        self._refresh()

    def show_model(self, name: str) -> None:
        """Show which model is loaded."""
        self._model = name
        self._refresh()

    def show_saved(self, text: str) -> None:
        """Show whether, or when, the words were last saved; "" shows nothing."""
        self._saved = text
        self._refresh()

    def _refresh(self) -> None:
        parts = [self._state.status] if self._state is not None else []
        if self._file is not None and self._state is not None and self._state.idle:
            name, speed = self._file
            parts = [self.tr("Recognising {0}").format(name), self.tr("{0:.2f}× real time").format(speed)]
        if self._pace is not None:
            parts.append(self.tr("lag {0:.2f} s").format(self._pace.lag))
            parts.append(self.tr("{0:.2f}× real time").format(self._pace.speed))
            parts.append(plural("StatusBar", "%n (overflow|overflows)", self._pace.overflows))
        if self._model:
            parts.append(self.tr("model {0} (offline)").format(self._model))
        if self._saved:
            parts.append(self._saved)
        line = " · ".join(parts)
        if line != self._label.text():
            self._label.setText(line)
