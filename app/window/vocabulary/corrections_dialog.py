"""What was learnt from corrections: every line, to be looked at and deleted."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.window.style.list_dialog import ListDialog
from app.window.texts.messages import plural, sentence
from app.window.texts.plain_text import confirmed
from app.window.vocabulary.corrections_file import CorrectionsFile
from asr.errors import LanguageError


class CorrectionsDialog(ListDialog):
    """Lists the corrected lines, the newest first. Interface thread."""

    changed = Signal()  # lines were deleted

    def __init__(self, file: CorrectionsFile, parent: QWidget) -> None:
        super().__init__(parent)
        self._file = file
        self.setWindowTitle(self.tr("Learnt from your corrections"))
        note = self.tr(
            "Words and phrases of these lines are expected more than others, and new words in them are known. They are "
            "kept on this computer, and private sessions are never among them."
        )
        delete, delete_all = self.tr("Delete"), self.tr("Delete all")
        self.lay_out(
            note, self.tr("Lines that you have corrected"), [(delete, self._remove), (delete_all, self._clear)]
        )
        self.remove, self.clear = self.buttons
        self.list.setWordWrap(True)
        self.list.itemSelectionChanged.connect(self._enable)
        self._fill()

    def _fill(self) -> None:
        self.list.clear()
        try:
            lines = self._file.lines
        except LanguageError as error:
            self._fail(error)
            return
        self.list.addItems(lines[::-1])
        self.state.setText(plural("CorrectionsDialog", "%n (line|lines)", len(lines)))
        self._enable()

    def _enable(self) -> None:
        self.remove.setEnabled(bool(self.list.selectedItems()))
        self.clear.setEnabled(bool(self.list.count()))

    def _remove(self) -> None:
        rows = {self.list.row(item) for item in self.list.selectedItems()}
        shown = [self.list.item(row).text() for row in range(self.list.count()) if row not in rows]
        self._write(shown[::-1])

    def _clear(self) -> None:
        if confirmed(self, self.tr("Delete all"), self.tr("Forget everything that was learnt from your corrections?")):
            self._write([])

    def _write(self, lines: list[str]) -> None:
        try:
            self._file.write(lines)
        except LanguageError as error:
            self._fail(error)
            return
        self._fill()
        self.changed.emit()

    def _fail(self, error: LanguageError) -> None:
        self.state.setText(sentence(error))
        self._enable()
