"""What was learnt from corrections: every line, to be looked at and deleted."""

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.window.shell.messages import plural, sentence
from app.window.shell.on_screen import resize_on_screen
from app.window.shell.style_sheet import FIELD
from app.window.shell.text import Label, confirmed
from app.window.vocabulary.corrections_file import CorrectionsFile
from asr.errors import LanguageError


class CorrectionsDialog(QDialog):
    """Lists the corrected lines, the newest first. Interface thread."""

    changed = Signal()  # lines were deleted

    def __init__(self, file: CorrectionsFile, parent: QWidget) -> None:
        super().__init__(parent)
        self._file = file
        self.setWindowTitle(self.tr("Learnt from your corrections"))
        note = Label(
            self.tr(
                "Words and phrases of these lines are expected more than others, and new words in them are known. They "
                "are kept on this computer, and private sessions are never among them."
            )
        )
        note.setWordWrap(True)
        self.list = QListWidget()
        self.list.setObjectName(FIELD)
        self.list.setAccessibleName(self.tr("Lines that you have corrected"))
        self.list.setSelectionMode(QListWidget.SelectionMode.ExtendedSelection)
        self.list.setWordWrap(True)
        self.list.itemSelectionChanged.connect(self._enable)
        self.state = Label()
        self.state.setWordWrap(True)
        self.remove = QPushButton(self.tr("Delete"))
        self.remove.clicked.connect(self._remove)
        self.clear = QPushButton(self.tr("Delete all"))
        self.clear.clicked.connect(self._clear)
        row = QHBoxLayout()
        for button in (self.remove, self.clear):
            button.setAutoDefault(False)
            row.addWidget(button)
        row.addStretch(1)
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close.rejected.connect(self.reject)
        row.addWidget(close)
        column = QVBoxLayout(self)
        column.addWidget(note)
        column.addWidget(self.list, 1)
        column.addWidget(self.state)
        column.addLayout(row)
        letter = self.fontMetrics().horizontalAdvance("0")
        resize_on_screen(self, QSize(letter * 70, letter * 46))
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
