"""Correcting a kept transcript: typing stays within its line, and each changed line is handed on as a whole."""

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence

from app.window.transcript import TranscriptView

REST = 800  # ms without a key after which a changed line is kept


class Revising(QObject):
    """Watches the view. Lines are utterances with times, so keys that would split or join them do nothing."""

    revised = Signal(int, str)  # line, its text
    undone = Signal()  # Ctrl+Z with nothing typed since the last change

    def __init__(self, view: TranscriptView) -> None:
        super().__init__(view)
        self._view = view
        self._line: int | None = None  # the line being changed
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST)
        self._rest.timeout.connect(self.commit)
        view.installEventFilter(self)
        view.textChanged.connect(self._typed)
        view.cursorPositionChanged.connect(self._moved)

    @property
    def enabled(self) -> bool:
        return not self._view.isReadOnly()

    def enable(self, on: bool) -> None:
        self.commit()
        view = self._view
        view.setReadOnly(not on)
        flags = Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        view.setTextInteractionFlags(flags | Qt.TextInteractionFlag.TextEditable if on else flags)

    def commit(self) -> None:
        """Hand on the line that was changed, if one was."""
        self._rest.stop()
        line, self._line = self._line, None
        if line is not None:
            self.revised.emit(line, self._view.document().findBlockByNumber(line).text())

    def undo(self) -> None:
        """Typing that is not yet handed on is taken back by handing on and undoing it: one rule for both."""
        self.commit()
        self.undone.emit()

    def _typed(self) -> None:
        if self.enabled and not self._view.filling:
            self._line = self._view.textCursor().blockNumber()
            self._rest.start()

    def _moved(self) -> None:
        if self._line is not None and self._view.textCursor().blockNumber() != self._line:
            self.commit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not self.enabled or not isinstance(event, QKeyEvent):
            return False
        if event.type() == QEvent.Type.ShortcutOverride and event.matches(QKeySequence.StandardKey.Undo):
            return True  # the menu's Undo knows more than the text field's
        return event.type() == QEvent.Type.KeyPress and self._refuse(event)

    def _refuse(self, event: QKeyEvent) -> bool:
        cursor = self._view.textCursor()
        start = self._view.document().findBlock(cursor.selectionStart())
        across = start.blockNumber() != self._view.document().findBlock(cursor.selectionEnd()).blockNumber()
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return True
        if event.matches(QKeySequence.StandardKey.Paste):
            if not across:
                cursor.insertText(_one_line(QGuiApplication.clipboard().mimeData()))
            return True
        if event.matches(QKeySequence.StandardKey.Cut):
            return across
        removing = key in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete)
        if across:
            return removing or bool(event.text() and event.text().isprintable())
        if removing and not cursor.hasSelection():
            edge = cursor.atBlockStart() if key == Qt.Key.Key_Backspace else cursor.atBlockEnd()
            return edge
        return False


def _one_line(data: QMimeData) -> str:
    return " ".join(data.text().split())
