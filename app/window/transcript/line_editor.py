"""Correcting a kept transcript: every change stays within its line, and each changed line is handed on as a whole."""

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QInputMethodEvent, QKeyEvent, QKeySequence, QMouseEvent

from app.window.transcript.transcript_view import TranscriptView

REST = 800  # ms without a key after which a changed line is kept
Keys = QKeySequence.StandardKey  # which keys these are, the desktop says: some know Ctrl+D and Ctrl+K
BACK = (Keys.Backspace, Keys.DeleteStartOfWord)
AHEAD = (Keys.Delete, Keys.DeleteEndOfWord, Keys.DeleteEndOfLine)
WATCHED = (QContextMenuEvent, QInputMethodEvent, QKeyEvent, QMouseEvent)
CHANGING = ("edit-cut", "edit-paste", "edit-delete")  # Qt's names for what stands in the menu


class LineEditor(QObject):
    """Watches the view. Lines are utterances with times, so what would split or join them does nothing."""

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
        view.viewport().installEventFilter(self)  # the mouse
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
        if not isinstance(event, WATCHED) or not self.enabled:  # a view that is being taken apart cannot be asked
            return False
        match event:
            case QContextMenuEvent():
                self._offer(event.globalPos())
                return True
            case QInputMethodEvent():
                return self._view.across
            case QMouseEvent() if event.type() == QEvent.Type.MouseButtonPress:
                self._let_go(event)
            case QKeyEvent() if event.type() == QEvent.Type.KeyPress:
                return self._refuse(event)
            case QKeyEvent() if event.type() == QEvent.Type.ShortcutOverride:
                return event.matches(Keys.Undo)  # the menu's Undo knows more than the text field's
        return False

    def _offer(self, where: QPoint) -> None:
        """Qt's menu, less what would join lines."""
        menu = self._view.createStandardContextMenu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for action in menu.actions():
            if action.objectName() in CHANGING and self._view.across:
                action.setEnabled(False)
        menu.popup(where)

    def _let_go(self, event: QMouseEvent) -> None:
        """Of a selection that is pressed on: dragged to another program it would be gone from here."""
        if event.button() == Qt.MouseButton.LeftButton and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            cursor = self._view.textCursor()
            cursor.clearSelection()
            self._view.setTextCursor(cursor)

    def _refuse(self, event: QKeyEvent) -> bool:
        cursor, key = self._view.textCursor(), event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return True
        back = key == Qt.Key.Key_Backspace or any(map(event.matches, BACK))
        ahead = key == Qt.Key.Key_Delete or any(map(event.matches, AHEAD))
        if self._view.across:
            return back or ahead or event.matches(Keys.Cut) or event.text() >= " "
        if cursor.hasSelection():
            return False
        return (back and cursor.atBlockStart()) or (ahead and cursor.atBlockEnd())
