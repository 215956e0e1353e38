"""The find bar: every hit counted, the current one selected."""

import re

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QToolButton, QWidget

from app.window.shell.icons import set_icon
from app.window.transcript.transcript_text import units
from app.window.transcript.transcript_view import TranscriptView


class FindBar(QWidget):
    """Searches the text as it stands on screen; case is ignored."""

    closed = Signal()

    def __init__(self, view: TranscriptView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("Find in this transcript"))
        self.field.setAccessibleName(self.tr("Find in this transcript"))
        self.field.setClearButtonEnabled(True)
        self.field.textChanged.connect(lambda: self.step(0))
        self.field.installEventFilter(self)
        self.count = QLabel()
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 4, 8, 4)
        row.addWidget(self.field, 1)
        row.addWidget(self.count)
        for name, text, act in (
            ("up", self.tr("Previous hit"), lambda: self.step(-1)),
            ("down", self.tr("Next hit"), lambda: self.step(1)),
            ("close", self.tr("Close the find bar"), self.close_bar),
        ):
            button = QToolButton()
            set_icon(button, name)
            button.setAutoRaise(True)
            button.setToolTip(text)
            button.setAccessibleName(text)
            button.clicked.connect(act)
            row.addWidget(button)
        self.hide()

    def open_bar(self) -> None:
        self.show()
        self.field.setFocus()
        self.field.selectAll()

    def close_bar(self) -> None:
        self.hide()
        self._view.setFocus()
        self.closed.emit()

    def hits(self) -> list[tuple[int, int]]:
        """First and last position of each in the document. `QTextDocument.find` takes a second for 50,000."""
        wanted, text = self.field.text(), self._view.toPlainText()
        found, at, end = [], 0, 0
        for hit in re.finditer(re.escape(wanted), text, re.IGNORECASE) if wanted else ():
            start = end + units(text[at : hit.start()])
            at, end = hit.end(), start + units(hit[0])
            found.append((start, end))
        return found

    def step(self, way: int) -> None:
        """+1 the next hit, -1 the one before, 0 the nearest from here on; round the ends."""
        hits = self.hits()
        if not hits:
            self.count.setText(self.tr("no hits") if self.field.text() else "")
            return
        caret = self._view.textCursor()
        here = caret.selectionStart()
        if way < 0:
            hit = next((hit for hit in reversed(hits) if hit[0] < here), hits[-1])
        else:
            hit = next((hit for hit in hits if (hit[0] > here if way else hit[0] >= here)), hits[0])
        caret.setPosition(hit[0])
        caret.setPosition(hit[1], QTextCursor.MoveMode.KeepAnchor)
        self._view.setTextCursor(caret)
        self._view.ensureCursorVisible()
        self.count.setText(f"{hits.index(hit) + 1}/{len(hits)}")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.step(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.close_bar()
                return True
        return super().eventFilter(watched, event)
