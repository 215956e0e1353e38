"""The row at the top: large button, pause, clock; microphone and its level; captions."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolBar, QToolButton, QWidget

from app.sessions.document import clock
from app.window.shell.actions import Actions
from app.window.shell.device_list import DeviceList
from app.window.shell.level_meter import LevelMeter
from app.window.shell.state_display import StateDisplay
from app.window.style.colors import LARGE, SMALL, TINY, WIDE
from app.window.style.icons import set_icon
from app.window.style.style_sheet import CLOCK, PRIMARY, RECORDING, restyle
from app.window.texts.language import margins
from app.window.texts.plain_text import Label, set_tip

PADDING = WIDE + SMALL  # pixels of a button beside its icon and its text


class Toolbar(QToolBar):
    """Shows state, level and time of the live session. Interface thread."""

    def __init__(self, actions: Actions, start_texts: Sequence[str], parent: QWidget | None = None) -> None:
        """Build the row.

        Args:
            start_texts: all texts that the large button may show, so that it is made wide enough for the longest.
        """
        super().__init__(parent)
        self.setWindowTitle(self.tr("Tools"))
        self.setMovable(False)
        self.setFloatable(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._actions, self._start_texts = actions, tuple(start_texts)
        self._complete = False
        self.start = self._button("start")
        self.start.setObjectName(PRIMARY)
        self._gap(SMALL)
        self.pause = self._button("pause")
        self._gap(SMALL)
        self.clock = Label("00:00")
        self.clock.setObjectName(CLOCK)
        set_tip(self.clock, self.tr("Sound recorded in this session; pauses do not count"))
        self.addWidget(self.clock)
        self._gap()
        self._icon = Label()
        set_icon(self._icon, "microphone", "muted")
        self._icon.setContentsMargins(margins(LARGE, 0, TINY, 0))
        self._icon_action = self.addWidget(self._icon)
        self.devices = DeviceList()
        self._icon.setAccessibleName(self.tr("Microphone"))
        self._icon.setBuddy(self.devices)
        self.addWidget(self.devices)
        self._gap(SMALL)
        self.meter = LevelMeter()
        self.addWidget(self.meter)
        self._gap(SMALL)
        self.captions = self._button("captions")
        self._complete = True

    def _gap(self, width: int | None = None) -> None:
        """Add empty room of so many pixels; None: all that is left."""
        gap = QWidget()
        if width is None:
            gap.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        else:
            gap.setFixedWidth(width)
        self.addWidget(gap)

    def _button(self, name: str) -> QToolButton:
        action = self._actions[name]
        self.addAction(action)
        button = self.widgetForAction(action)
        assert isinstance(button, QToolButton)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setAccessibleName(action.text().replace("&", ""))
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the buttons to the new width."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Fit the buttons to the new font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and self._complete:
            self._fit()

    def _fit(self) -> None:
        """In a narrow row (large letters, a small window) show less important buttons without their text."""
        self.clock.setMinimumWidth(self.clock.fontMetrics().horizontalAdvance("00:00"))
        words = max(self.start.fontMetrics().horizontalAdvance(text) for text in self._start_texts)
        start = words + self.iconSize().width() + PADDING  # for its longest text: nothing moves when its text changes
        others = sum(self._with_words(button) for button in (self.pause, self.captions))
        rest = (self.devices, self.meter, self.clock)
        needed = start + others + sum(widget.minimumSizeHint().width() for widget in rest) + 4 * self.iconSize().width()
        tight = needed > self.width()
        style = Qt.ToolButtonStyle.ToolButtonIconOnly if tight else Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        for button in (self.pause, self.captions):
            button.setToolButtonStyle(style)
        self._icon_action.setVisible(not tight)
        self.start.setMinimumWidth(0 if tight else start)
        self.pause.setMinimumWidth(0 if tight else self._with_words(self.pause))

    def _with_words(self, button: QToolButton) -> int:
        texts = (self.tr("Pause"), self.tr("Resume")) if button is self.pause else (button.text(),)
        words = max(button.fontMetrics().horizontalAdvance(text) for text in texts)
        return words + self.iconSize().width() + PADDING

    def show_state(self, display: StateDisplay) -> None:
        """Show the state of the live session on the large button, the pause button and the level meter."""
        start, pause = self._actions["start"], self._actions["pause"]
        start.setText(display.button)
        set_icon(start, display.icon, "on_record" if display.stops else "on_accent")
        start.setEnabled(display.enabled)
        self.start.setAccessibleName(display.button)
        restyle(self.start, RECORDING, display.stops)
        pause.setText(self.tr("Resume") if display.paused else self.tr("Pause"))
        set_icon(pause, "resume" if display.paused else "pause")
        pause.setEnabled(display.can_pause)
        self.pause.setAccessibleName(pause.text())
        self._actions["cancel"].setEnabled(True)
        if display.clears_meter:
            self.meter.clear()

    def show_seconds(self, seconds: float) -> None:
        """Show the length of the session."""
        text = clock(seconds)
        if text != self.clock.text():
            self.clock.setText(text)
