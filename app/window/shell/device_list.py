"""The combo box of microphones, as it stands in the toolbar and on the first page."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QComboBox, QSizePolicy, QStyle, QStyleOptionComboBox, QStylePainter, QWidget

from app.audio_io.devices import Device
from app.window.style.colors import SMALL
from app.window.texts.plain_text import set_tip


class DeviceList(QComboBox):
    """Wide enough for most names; narrower where room is short, with an ellipsis. Interface thread."""

    chosen = Signal(object)  # a name, or None for the system's default
    opened = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Microphone"))
        self.view().setAccessibleName(self.tr("Microphone"))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.activated.connect(lambda row: self.chosen.emit(self.itemData(row)))
        self.currentTextChanged.connect(self._show_tip)
        self.view().installEventFilter(self)
        self._show_tip(self.currentText())

    def sizeHint(self) -> QSize:
        """Return Qt's size and room for the name that is chosen, within limits."""
        letters = self.fontMetrics().horizontalAdvance
        room = min(max(letters(self.currentText()), 14 * letters("0")), 30 * letters("0"))
        return super().sizeHint() + QSize(room + 2 * SMALL, 0)

    def minimumSizeHint(self) -> QSize:
        """Return Qt's size and room for a few letters."""
        return super().minimumSizeHint() + QSize(self.fontMetrics().horizontalAdvance("0") * 4, 0)

    def fill(self, devices: Sequence[Device], chosen: str | None) -> None:
        """Show these devices. A chosen one that is missing stays in the list, marked as not plugged in."""
        if self.view().isVisible():
            return  # an open list must not change under the pointer
        self.clear()
        default = next((device.name for device in devices if device.default), "")
        if default:
            self.addItem(self.tr("{0} (default)").format(default), None)
        else:
            self.addItem(self.tr("System default") if devices else self.tr("No microphone found"), None)
        for device in sorted(devices, key=lambda device: device.monitor):
            plays = self.tr("{0} (what this computer plays)").format(device.name)
            self.addItem(plays if device.monitor else device.name, device.name)
        if chosen is not None and self.findData(chosen) < 0:
            self.addItem(self.tr("{0} (not plugged in)").format(chosen), chosen)
        self.setCurrentIndex(max(0, self.findData(chosen)))
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + 2 * self.fontMetrics().height())

    def _show_tip(self, name: str) -> None:
        use = self.tr("Where the sound comes from")
        set_tip(self, f"{name}\n{use}" if name else use)
        self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the box with its text shortened to the room there is; Qt would cut it off."""
        painter, option = QStylePainter(self), QStyleOptionComboBox()
        self.initStyleOption(option)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        field = QStyle.SubControl.SC_ComboBoxEditField
        room = self.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, field, self).width() - 4
        option.currentText = self.fontMetrics().elidedText(option.currentText, Qt.TextElideMode.ElideRight, room)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)

    def showPopup(self) -> None:
        """Emit `opened`, then show the list."""
        self.opened.emit()
        super().showPopup()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Emit `closed` when the list is hidden."""
        if event.type() == QEvent.Type.Hide:  # not in `hidePopup`, which is not called when the desktop closes the list
            self.closed.emit()
        return super().eventFilter(watched, event)
