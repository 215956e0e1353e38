"""The dialog on dictation and the tray. Every change takes effect at once."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QCheckBox, QKeySequenceEdit, QWidget

from app.window.desktop.dictation_control import DictationControl
from app.window.settings.settings import Settings
from app.window.settings.settings_group import LETTERS, Groups, SettingsGroup
from app.window.style.scrolled_dialog import ScrolledDialog
from app.window.texts.plain_text import Label

COMMAND = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


class KeyField(QKeySequenceEdit):
    """Takes the next key as the global one, but Esc and Tab, which mean the dialog."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave Esc and Tab to the dialog."""
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Tab, Qt.Key.Key_Backtab) and not event.modifiers() & COMMAND:
            event.ignore()
        else:
            super().keyPressEvent(event)


class DesktopDialog(ScrolledDialog):
    """Writes the settings of dictation and the tray."""

    def __init__(self, settings: Settings, dictation: DictationControl, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Dictation and tray"))
        self._settings, self._dictation = settings, dictation
        self.show_area(Groups((self._dictation_group(), self._tray_group())), LETTERS)
        dictation.noticed.connect(self._show_problem)

    def _dictation_group(self) -> SettingsGroup:
        group = SettingsGroup(self.tr("Dictation"))
        self.key = KeyField(QKeySequence(self._settings.dictation_key))
        self.key.setMaximumSequenceLength(1)
        self.key.setClearButtonEnabled(True)
        self.key.editingFinished.connect(self._take_key)
        group.add_row(self.tr("Global key"), self.key)
        self.problem = Label(self._dictation.problem)
        self.problem.setWordWrap(True)
        self.problem.setVisible(bool(self._dictation.problem))
        group.add_wide(self.problem)
        group.add_note(
            self.tr(
                "Hold the key while you speak, or tap it to begin and again to end. Words go to the window that has "
                "the focus while you speak; what cannot go there is kept, and you are told. With Ctrl, Alt, Shift or "
                "Meta in the key, words appear when you let go of it."
            )
        )
        if QGuiApplication.platformName().startswith("wayland"):
            group.add_note(
                self.tr(
                    "On this desktop (Wayland) no program can see which window has the focus: words go to the one that "
                    "has it when they are final. The desktop asks you once whether Echoic may type, and for the key."
                )
            )
        self.kept = self._box(self.tr("&Keep what is dictated as sessions"), "dictation_kept")
        self.enter = self._box(self.tr("A spoken line break presses &Enter"), "dictation_enter")
        group.add_wide(self.kept)
        group.add_wide(self.enter)
        return group

    def _tray_group(self) -> SettingsGroup:
        group = SettingsGroup(self.tr("Tray"))
        self.stays = self._box(self.tr("Closing the window leaves Echoic running in the &tray"), "stays_in_tray")
        group.add_wide(self.stays)
        return group

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
