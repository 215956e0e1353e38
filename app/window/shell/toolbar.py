"""The row at the top: large button, pause, captions, microphone and its level, clock."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QFont, QResizeEvent
from PySide6.QtWidgets import QComboBox, QSizePolicy, QToolBar, QToolButton, QWidget

from app.audio_io.devices import Device
from app.sessions.document import clock
from app.window.shell.actions import Actions
from app.window.shell.icons import set_icon
from app.window.shell.level_meter import LevelMeter
from app.window.shell.state_display import StateDisplay
from app.window.shell.text import Label, set_tip


class DeviceList(QComboBox):
    """The combo box of microphones: wide enough for most names, and narrower where room is short."""

    opened = Signal()
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.view().installEventFilter(self)

    def sizeHint(self) -> QSize:
        """Return Qt's size and room for most names."""
        return super().sizeHint() + QSize(self.fontMetrics().horizontalAdvance("0") * 22, 0)

    def minimumSizeHint(self) -> QSize:
        """Return Qt's size and room for a few letters."""
        return super().minimumSizeHint() + QSize(self.fontMetrics().horizontalAdvance("0") * 4, 0)

    def showPopup(self) -> None:
        """Emit `opened`, then show the list."""
        self.opened.emit()
        super().showPopup()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Emit `closed` when the list is hidden."""
        if event.type() == QEvent.Type.Hide:  # not in `hidePopup`, which is not called when the desktop closes the list
            self.closed.emit()
        return super().eventFilter(watched, event)


class Toolbar(QToolBar):
    """Shows state, level and time, and emits which microphone is chosen. Interface thread."""

    device_chosen = Signal(object)  # a name, or None for the system's default

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
        self.start = self._button("start", wide=True)
        self.pause = self._button("pause")
        self.captions = self._button("captions")
        self.addSeparator()
        icon = Label()
        set_icon(icon, "microphone")
        icon.setContentsMargins(6, 0, 2, 0)
        self.addWidget(icon)
        self.devices = DeviceList()
        icon.setAccessibleName(self.tr("Microphone"))
        icon.setBuddy(self.devices)
        self.devices.setAccessibleName(self.tr("Microphone"))
        self.devices.view().setAccessibleName(self.tr("Microphone"))
        set_tip(self.devices, self.tr("Where the sound comes from; “Monitor” means what this computer plays"))
        self.devices.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.devices.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.devices.activated.connect(lambda row: self.device_chosen.emit(self.devices.itemData(row)))
        self.addWidget(self.devices)
        self.meter = LevelMeter()
        self.meter.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.addWidget(self.meter)
        gap = QWidget()
        gap.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(gap)
        self.clock = Label("00:00")
        self._set_clock_font()
        self.clock.setContentsMargins(8, 0, 10, 0)
        set_tip(self.clock, self.tr("Sound recorded in this session; pauses do not count"))
        self.addWidget(self.clock)
        self._complete = True

    def _button(self, name: str, wide: bool = False) -> QToolButton:
        action = self._actions[name]
        self.addAction(action)
        button = self.widgetForAction(action)
        assert isinstance(button, QToolButton)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setAccessibleName(action.text().replace("&", ""))
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        if wide:
            font = QFont(button.font())
            font.setBold(True)
            button.setFont(font)
        return button

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the buttons to the new width."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Fit the clock and the buttons to the new font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and self._complete:
            self._set_clock_font()
            self._fit()

    def _set_clock_font(self) -> None:
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * 1.25)
        font.setStyleHint(QFont.StyleHint.Monospace)
        self.clock.setFont(font)

    def _fit(self) -> None:
        """In a narrow row (large letters, a small window) show less important buttons without their text."""
        words = max(self.start.fontMetrics().horizontalAdvance(text) for text in self._start_texts)
        start = words + self.iconSize().width() + 28  # for its longest text: nothing moves when its text changes
        others = sum(self._with_words(button) for button in (self.pause, self.captions))
        rest = (self.devices, self.meter, self.clock)
        needed = start + others + sum(widget.minimumSizeHint().width() for widget in rest) + 3 * self.iconSize().width()
        tight = needed > self.width()
        style = Qt.ToolButtonStyle.ToolButtonIconOnly if tight else Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        for button in (self.pause, self.captions):
            button.setToolButtonStyle(style)
        self.start.setMinimumWidth(0 if tight else start)
        self.pause.setMinimumWidth(0 if tight else self._with_words(self.pause))

    def _with_words(self, button: QToolButton) -> int:
        texts = (self.tr("Pause"), self.tr("Resume")) if button is self.pause else (button.text(),)
        words = max(button.fontMetrics().horizontalAdvance(text) for text in texts)
        return words + self.iconSize().width() + 24

    def show_state(self, display: StateDisplay) -> None:
        """Show the state of the live session on the large button, the pause button and the level meter."""
        start, pause = self._actions["start"], self._actions["pause"]
        start.setText(display.button)
        set_icon(start, display.icon)
        start.setEnabled(display.enabled)
        self.start.setAccessibleName(display.button)
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

    def show_devices(self, devices: Sequence[Device], chosen: str | None) -> None:
        """Fill the list. A chosen device that is missing stays in it, marked as not plugged in."""
        if self.devices.view().isVisible():
            return  # an open list must not change under the pointer
        self.devices.clear()
        default = next((device.name for device in devices if device.default), "")
        system = self.tr("System default ({0})").format(default) if default else self.tr("System default")
        self.devices.addItem(system, None)
        for device in sorted(devices, key=lambda device: device.monitor):
            plays = self.tr("{0} (what this computer plays)").format(device.name)
            self.devices.addItem(plays if device.monitor else device.name, device.name)
        if chosen is not None and self.devices.findData(chosen) < 0:
            self.devices.addItem(self.tr("{0} (not plugged in)").format(chosen), chosen)
        self.devices.setCurrentIndex(max(0, self.devices.findData(chosen)))
