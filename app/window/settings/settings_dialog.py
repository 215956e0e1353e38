"""The settings dialog. Every change takes effect at once, so there is no Apply button."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSlider,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.window.settings.settings import TEXT_SIZES, Settings
from app.window.shell.text import Label, set_tip


class SettingsDialog(QDialog):
    """Writes the settings and emits `changed`; what needs other parts of the window is emitted as a wish."""

    changed = Signal(str)  # name of a property of Settings
    model_wanted = Signal()  # the user wants to choose the folder of a model
    shipped_model_wanted = Signal()  # the user wants the model that came with the program

    def __init__(self, settings: Settings, data: Path, captions_stay_on_top: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Settings"))
        self._settings = settings
        self._form = form = QFormLayout()

        model = QWidget()
        row = QHBoxLayout(model)
        row.setContentsMargins(0, 0, 0, 0)
        self.model = QLineEdit()
        self.model.setReadOnly(True)
        self.model.setAccessibleName(self.tr("Model"))
        browse = QPushButton(self.tr("Choose…"))
        browse.clicked.connect(self.model_wanted)
        self.shipped = QPushButton(self.tr("Reset"))
        set_tip(self.shipped, self.tr("Use the model that came with Echoic"))
        self.shipped.clicked.connect(self.shipped_model_wanted)
        row.addWidget(self.model, 1)
        row.addWidget(browse)
        row.addWidget(self.shipped)
        self.show_model()
        self._add_row(self.tr("Model"), model)

        self.pause = QComboBox()
        for text, name in (
            (self.tr("short: a new line at every breath"), "short"),
            (self.tr("normal"), "normal"),
            (self.tr("long: lines of whole thoughts"), "long"),
        ):
            self.pause.addItem(text, name)
        self.pause.setCurrentIndex(self.pause.findData(settings.endpoint))
        self.pause.activated.connect(lambda row: self._set("endpoint", self.pause.itemData(row)))
        self._add_row(self.tr("Pause that ends a line"), self.pause)

        self.text_size = QDoubleSpinBox()
        self.text_size.setRange(*TEXT_SIZES)
        self.text_size.setDecimals(0)
        self.text_size.setSuffix(self.tr(" pt"))
        self.text_size.setValue(settings.text_size)
        self.text_size.valueChanged.connect(lambda points: self._set("text_size", points))
        self._add_row(self.tr("Size of the text"), self.text_size)

        self.lines = QSpinBox()
        self.lines.setRange(1, 5)
        self.lines.setValue(settings.caption_lines)
        self.lines.valueChanged.connect(lambda lines: self._set("caption_lines", lines))
        self._add_row(self.tr("Lines of captions"), self.lines)
        self.caption_size = QDoubleSpinBox()
        self.caption_size.setRange(10, 96)
        self.caption_size.setDecimals(0)
        self.caption_size.setSuffix(self.tr(" pt"))
        self.caption_size.setValue(settings.caption_size)
        self.caption_size.valueChanged.connect(lambda points: self._set("caption_size", points))
        self._add_row(self.tr("Size of captions"), self.caption_size)
        self.opacity = QSlider(Qt.Orientation.Horizontal)
        self.opacity.setRange(20, 100)
        self.opacity.setValue(round(100 * settings.caption_opacity))
        self.opacity.valueChanged.connect(lambda percent: self._set("caption_opacity", percent / 100))
        self._add_row(self.tr("Background of captions"), self.opacity)
        if not captions_stay_on_top:
            note = Label(self.tr("On this desktop (Wayland) the system decides whether captions stay on top."))
            note.setWordWrap(True)
            form.addRow(note)

        self.keep = QSpinBox()
        self.keep.setRange(0, 3650)
        self.keep.setSpecialValueText(self.tr("until I delete them"))
        self.keep.setSuffix(self.tr(" days"))
        self.keep.setValue(round(settings.retention_days or 0))
        # Acts when the dialog closes, not at every step: a "1" on the way to "14" must not delete anything.
        self._retention_before = settings.retention_days
        self.keep.valueChanged.connect(lambda days: setattr(settings, "retention_days", float(days) or None))
        self.finished.connect(self._retain)
        self._add_row(self.tr("Keep sessions"), self.keep)
        folder = Label(str(data))
        folder.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        folder.setWordWrap(True)
        self._add_row(self.tr("Kept in"), folder)
        column = QVBoxLayout(self)
        column.addLayout(form)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
        letter = self.fontMetrics().horizontalAdvance("0")
        self.resize(letter * 80, self.sizeHint().height())

    def show_model(self) -> None:
        """Show the model that the settings name now."""
        path = self._settings.model
        self.model.setText(str(path or self.tr("the one that came with Echoic")))
        self.model.setCursorPosition(0)
        set_tip(self.model, self.model.text())
        self.shipped.setEnabled(path is not None)

    def _retain(self) -> None:
        if self._settings.retention_days != self._retention_before:
            self.changed.emit("retention_days")

    def _set(self, name: str, value: object) -> None:
        setattr(self._settings, name, value)
        self.changed.emit(name)

    def _add_row(self, text: str, field: QWidget) -> None:
        field.setAccessibleName(text)
        if isinstance(field, QComboBox):
            field.view().setAccessibleName(text)
        label = Label(text)
        label.setBuddy(field)
        self._form.addRow(label, field)
