"""Correcting a kept transcript in the view: every change stays within its line, and changed lines are saved whole."""

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QInputMethodEvent, QKeyEvent, QKeySequence, QMouseEvent

from app.window.transcript.transcript_view import TranscriptView

SAVE_AFTER = 800  # ms without a key after which a changed line is saved
Keys = QKeySequence.StandardKey  # the desktop decides which keys these are: some have Ctrl+D and Ctrl+K
BACKWARD = (Keys.Backspace, Keys.DeleteStartOfWord)
FORWARD = (Keys.Delete, Keys.DeleteEndOfWord, Keys.DeleteEndOfLine)
FILTERED = (QContextMenuEvent, QInputMethodEvent, QKeyEvent, QMouseEvent)
EDITING_ENTRIES = ("edit-cut", "edit-paste", "edit-delete")  # Qt's object names of entries in the context menu


class LineEditor(QObject):
    """Filters the events of the view. Lines are utterances with times, so keys that would split or join do nothing."""

    revised = Signal(int, str)  # number of the line, its new text
    undo_wanted = Signal()  # Ctrl+Z; the pending edit, if any, was saved first

    def __init__(self, view: TranscriptView) -> None:
        super().__init__(view)
        self._view = view
        self._line: int | None = None  # the line with an unsaved change
        self._save_timer = QTimer(self)
        self._save_timer.setSingleShot(True)
        self._save_timer.setInterval(SAVE_AFTER)
        self._save_timer.timeout.connect(self.commit)
        view.installEventFilter(self)
        view.viewport().installEventFilter(self)  # receives the mouse
        view.textChanged.connect(self._note_change)
        view.cursorPositionChanged.connect(self._commit_other_line)

    @property
    def enabled(self) -> bool:
        """Whether the text can be edited."""
        return not self._view.isReadOnly()

    def enable(self, on: bool) -> None:
        """Save the pending edit, then allow or forbid editing."""
        self.commit()
        view = self._view
        view.setReadOnly(not on)
        flags = Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        view.setTextInteractionFlags(flags | Qt.TextInteractionFlag.TextEditable if on else flags)

    def commit(self) -> None:
        """Save the pending edit, if there is one: emit `revised`."""
        self._save_timer.stop()
        line, self._line = self._line, None
        if line is not None:
            self.revised.emit(line, self._view.document().findBlockByNumber(line).text())

    def undo(self) -> None:
        """Save any pending edit, then undo it, so typed and saved changes are undone the same way."""
        self.commit()
        self.undo_wanted.emit()

    def _note_change(self) -> None:
        if self.enabled and not self._view.filling:
            self._line = self._view.textCursor().blockNumber()
            self._save_timer.start()

    def _commit_other_line(self) -> None:
        if self._line is not None and self._view.textCursor().blockNumber() != self._line:
            self.commit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Filter what would split or join lines."""
        if not isinstance(event, FILTERED) or not self.enabled:  # the type first: a view being destroyed has no flags
            return False
        match event:
            case QContextMenuEvent():
                self._show_menu(event.globalPos())
                return True
            case QInputMethodEvent():
                return self._view.spans_lines
            case QMouseEvent() if event.type() == QEvent.Type.MouseButtonPress:
                self._drop_selection(event)
            case QKeyEvent() if event.type() == QEvent.Type.KeyPress:
                return self._is_blocked(event)
            case QKeyEvent() if event.type() == QEvent.Type.ShortcutOverride:
                return event.matches(Keys.Undo)  # the program's Undo, since the text field's knows no saved changes
        return False

    def _show_menu(self, position: QPoint) -> None:
        """Show Qt's context menu without the entries that would join lines."""
        menu = self._view.createStandardContextMenu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for action in menu.actions():
            if action.objectName() in EDITING_ENTRIES and self._view.spans_lines:
                action.setEnabled(False)
        menu.popup(position)

    def _drop_selection(self, event: QMouseEvent) -> None:
        """Clear a selection that is pressed on: dragged to another program it would be removed from the text."""
        if event.button() == Qt.MouseButton.LeftButton and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            cursor = self._view.textCursor()
            cursor.clearSelection()
            self._view.setTextCursor(cursor)

    def _is_blocked(self, event: QKeyEvent) -> bool:
        """Return whether a key would split or join lines."""
        cursor, key = self._view.textCursor(), event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return True
        backward = key == Qt.Key.Key_Backspace or any(map(event.matches, BACKWARD))
        forward = key == Qt.Key.Key_Delete or any(map(event.matches, FORWARD))
        if self._view.spans_lines:
            return backward or forward or event.matches(Keys.Cut) or event.text() >= " "
        if cursor.hasSelection():
            return False
        return (backward and cursor.atBlockStart()) or (forward and cursor.atBlockEnd())
