"""The dialog on dictation and the tray. Every change takes effect at once."""

from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QFormLayout, QKeySequenceEdit, QVBoxLayout, QWidget

from app.window.desktop.dictation_control import DictationControl
from app.window.settings.settings import Settings
from app.window.shell.text import Label


class DesktopDialog(QDialog):
    """Writes the settings of dictation and the tray."""

    def __init__(self, settings: Settings, dictation: DictationControl, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Dictation and tray"))
        self._settings, self._dictation = settings, dictation
        form = QFormLayout()
        self.key = QKeySequenceEdit(QKeySequence(settings.dictation_key))
        self.key.setMaximumSequenceLength(1)
        self.key.setClearButtonEnabled(True)
        self.key.setAccessibleName(self.tr("Key that dictates, anywhere"))
        self.key.editingFinished.connect(self._take_key)
        form.addRow(Label(self.tr("Key that dictates, anywhere")), self.key)
        about = Label(
            self.tr(
                "Hold the key while you speak, or tap it to begin and tap it again to end. Words go to the window that "
                "has the focus while you speak; what cannot go there is kept, and you are told. With Ctrl, Alt, Shift "
                "or Meta in the key, words appear when you let go of it."
            )
        )
        about.setWordWrap(True)
        form.addRow(about)
        if QGuiApplication.platformName().startswith("wayland"):
            note = Label(
                self.tr(
                    "On this desktop (Wayland) no program can see which window has the focus: words go to the one that "
                    "has it when they are final. The desktop asks you once whether Echoic may type, and for the key."
                )
            )
            note.setWordWrap(True)
            form.addRow(note)
        self.problem = Label(dictation.problem)
        self.problem.setWordWrap(True)
        self.problem.setVisible(bool(dictation.problem))
        form.addRow(self.problem)
        self.kept = self._box(self.tr("&Keep what is dictated as sessions"), "dictation_kept")
        self.enter = self._box(self.tr("A spoken line break presses &Enter"), "dictation_enter")
        self.stays = self._box(self.tr("Closing the window leaves Echoic running in the &tray"), "stays_in_tray")
        for box in (self.kept, self.enter, self.stays):
            form.addRow(box)
        dictation.noticed.connect(self._show_problem)
        column = QVBoxLayout(self)
        column.addLayout(form)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
        self.resize(self.fontMetrics().horizontalAdvance("0") * 70, self.sizeHint().height())

    def _box(self, text: str, name: str) -> QCheckBox:
        box = QCheckBox(text)
        box.setChecked(getattr(self._settings, name))
        box.toggled.connect(lambda checked: setattr(self._settings, name, checked))
        return box

    def _take_key(self) -> None:
        text = self.key.keySequence().toString(QKeySequence.SequenceFormat.PortableText)
        if text != self._settings.dictation_key or self._dictation.problem:
            self._settings.dictation_key = text
            self._dictation.use_key(text)
            self._show_problem()

    def _show_problem(self, _: str = "") -> None:
        self.problem.setText(self._dictation.problem)
        self.problem.setVisible(bool(self._dictation.problem))
