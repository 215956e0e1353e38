"""The line at the bottom: nothing while all is well; else what the window does or what is wrong."""

from PySide6.QtWidgets import QSizePolicy, QStatusBar, QWidget

from app.window.shell.state_display import StateDisplay
from app.window.style.colors import LARGE, SMALL
from app.window.style.style_sheet import BADGE, QUIET
from app.window.texts.language import filled, margins
from app.window.texts.messages import plural
from app.window.texts.plain_text import ElidedLabel, Label, set_tip
from app.worker.transcription_worker import Pace

LATE = 1.5  # seconds of lag from which the words are noticeably late


class StatusBar(QStatusBar):
    """One line, separated by dots; it ends in an ellipsis where it is too long, and its tip has all of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self.setContentsMargins(margins(0, 0, SMALL, 0))  # it ends where the panes end
        self._label = ElidedLabel()
        self._label.setObjectName(QUIET)
        self._label.setContentsMargins(LARGE, 0, LARGE, 0)
        self._label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.addWidget(self._label, 1)
        self.private = Label()
        self.private.setObjectName(BADGE)
        set_tip(self.private, self.tr("Private session: nothing is saved"))
        self.private.hide()
        self.addPermanentWidget(self.private)  # which messages do not cover
        self._state: StateDisplay | None = None
        self._pace: Pace | None = None
        self._file: tuple[str, float] | None = None  # name and speed
        self._saved = ""

    @property
    def text(self) -> str:
        """The whole line."""
        return self._label.text()

    def show_private(self, shown: bool, following: bool) -> None:
        """Show the badge of sessions of which nothing is saved, or hide it.

        Args:
            shown: The session on screen is one.
            following: The next one will be.
        """
        text = self.tr("Private session") if shown else self.tr("The next session is private")
        self.private.setText(text if shown or following else "")
        self.private.setVisible(shown or following)

    def show_state(self, display: StateDisplay) -> None:
        """Show the state of the live session."""
        self._state = display
        if display.clears_pace:
            self._pace = None
        self._refresh()

    def show_pace(self, pace: Pace) -> None:
        """Show how far behind the recogniser is, and what was lost."""
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

    def show_saved(self, text: str) -> None:
        """Show that the words are not being saved; "" while they are."""
        self._saved = text
        self._refresh()

    def _refresh(self) -> None:
        state, parts = self._state, list[str]()
        if state is not None and not state.calm:
            parts.append(state.status)
        if self._file is not None and state is not None and state.idle:
            name, speed = self._file
            parts.append(self.tr("Recognising {0}").format(name))
            if speed > 1:
                parts.append(filled(self.tr("{0:.1f}× slower than it plays"), speed))
        if self._pace is not None:
            if self._pace.lag >= LATE:
                parts.append(self.tr("{0:.0f} s behind").format(self._pace.lag))
            if self._pace.overflows:
                parts.append(plural("StatusBar", "sound lost %n (time|times)", self._pace.overflows))
        if self._saved:
            parts.append(self._saved)
        line = " · ".join(parts)
        if line != self._label.text():
            self._label.setText(line)
