"""The find bar: counts all hits in the transcript and selects one of them."""

import re

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QToolButton, QWidget

from app.window.style.colors import LARGE, SMALL, TINY
from app.window.style.icons import set_icon
from app.window.texts.language import margins
from app.window.texts.plain_text import Label, set_tip
from app.window.transcript.view.transcript_text import utf16_length
from app.window.transcript.view.transcript_view import TranscriptView


class FindBar(QWidget):
    """Searches the text that is on screen, ignoring case."""

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
        self.count = Label()
        row = QHBoxLayout(self)
        row.setContentsMargins(margins(LARGE, 0, SMALL, SMALL))
        row.setSpacing(TINY)
        row.addWidget(self.field, 1)
        row.addWidget(self.count)
        for name, text, handler in (
            ("up", self.tr("Previous hit"), lambda: self.step(-1)),
            ("down", self.tr("Next hit"), lambda: self.step(1)),
            ("close", self.tr("Close the find bar"), self.close_bar),
        ):
            button = QToolButton()
            set_icon(button, name)
            button.setAutoRaise(True)
            set_tip(button, text)
            button.setAccessibleName(text)
            button.clicked.connect(handler)
            row.addWidget(button)
        self.hide()

    def open_bar(self) -> None:
        """Show the bar and let the user type."""
        self.show()
        self.field.setFocus()
        self.field.selectAll()

    def show_hit(self, search: str) -> None:
        """Show the bar with what was searched for in all sessions, at its first hit; the focus stays where it is.

        That search finds beginnings of words, which need not stand together: where the whole is not found, the bar
        takes the first word that is. A hit in the title alone shows no bar.
        """
        text = self._view.toPlainText()
        for wanted in (search, *search.split()):
            hit = re.search(rf"(?<!\w){re.escape(wanted)}", text, re.IGNORECASE)
            if hit is not None:
                caret = self._view.textCursor()
                caret.setPosition(utf16_length(text[: hit.start()]))
                self._view.setTextCursor(caret)
                self.show()
                self.field.setText(wanted)  # which also looks from the caret on, if it changes anything
                self.step(0)
                return
        self.hide()

    def close_bar(self) -> None:
        """Hide the bar and return to the transcript."""
        self.hide()
        self._view.setFocus()
        self.closed.emit()

    def hits(self) -> list[tuple[int, int]]:
        """Return [start, end) of each hit, as positions in the text.

        A regular expression, since `QTextDocument.find` takes a second for 50,000 hits.
        """
        pattern, text = self.field.text(), self._view.toPlainText()
        hits, at, end = [], 0, 0  # `at` counts code points, `end` UTF-16 code units
        for hit in re.finditer(re.escape(pattern), text, re.IGNORECASE) if pattern else ():
            start = end + utf16_length(text[at : hit.start()])
            at, end = hit.end(), start + utf16_length(hit[0])
            hits.append((start, end))
        return hits

    def step(self, direction: int) -> None:
        """Select a hit: 1 the next, -1 the previous, 0 the first from the caret on; continue at the other end."""
        hits = self.hits()
        if not hits:
            self.count.setText(self.tr("no hits") if self.field.text() else "")
            return
        caret = self._view.textCursor()
        here = caret.selectionStart()
        if direction < 0:
            hit = next((hit for hit in reversed(hits) if hit[0] < here), hits[-1])
        else:
            hit = next((hit for hit in hits if (hit[0] > here if direction else hit[0] >= here)), hits[0])
        caret.setPosition(hit[0])
        caret.setPosition(hit[1], QTextCursor.MoveMode.KeepAnchor)
        self._view.setTextCursor(caret)
        self._view.ensureCursorVisible()
        self.count.setText(f"{hits.index(hit) + 1}/{len(hits)}")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Step with Enter and Shift+Enter, close with Esc."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.step(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.close_bar()
                return True
        return super().eventFilter(watched, event)
