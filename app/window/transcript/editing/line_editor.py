"""Correcting a kept transcript in the view: edits begin when asked for; changed lines are saved whole."""

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QInputMethodEvent, QKeyEvent, QKeySequence, QMouseEvent

from app.window.transcript.view.transcript_view import TranscriptView

SAVE_AFTER = 800  # ms without a key after which a changed line is saved
Keys = QKeySequence.StandardKey  # the desktop decides which keys these are: some have Ctrl+D and Ctrl+K
BACKWARD = (Keys.Backspace, Keys.DeleteStartOfWord)
FORWARD = (Keys.Delete, Keys.DeleteEndOfWord, Keys.DeleteEndOfLine)
FILTERED = (QFocusEvent, QInputMethodEvent, QKeyEvent, QMouseEvent)
SELECTABLE = Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
PLAIN = Qt.KeyboardModifier.NoModifier
COMMAND = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
STAYS = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.MenuBarFocusReason)


class LineEditor(QObject):
    """Filters the events of the view, which is read-only until an edit begins.

    Enter and F2 begin an edit of the line at the caret, and typing over a selected word begins one, too. It ends with
    Enter, Esc, another line or another widget; what was typed is kept. Lines are utterances with times, so the text
    field itself never splits or joins them: Shift+Enter, Backspace at the beginning and Delete at the end are wishes.
    """

    revised = Signal(int, str)  # number of the line, its new text
    ended = Signal()  # the edit of a line is over, and saved
    split_wanted = Signal()  # at the caret
    join_wanted = Signal(int)  # number of the line that the next one is to be joined to
    undo_wanted = Signal()  # Ctrl+Z; the pending edit, if any, was saved first
    redo_wanted = Signal()
    hint = Signal(str)  # a sentence: what a key did, or why it does nothing here

    def __init__(self, view: TranscriptView) -> None:
        """Edit the lines of a view."""
        super().__init__(view)
        self._view = view
        self._allowed = False
        self._edited: int | None = None  # the line that is being edited
        self._line: int | None = None  # the line with an unsaved change
        self._save_timer = QTimer(self)
        self._save_timer.setSingleShot(True)
        self._save_timer.setInterval(SAVE_AFTER)
        self._save_timer.timeout.connect(self.commit)
        view.installEventFilter(self)
        view.viewport().installEventFilter(self)  # receives the mouse
        view.textChanged.connect(self._note_change)
        view.cursorPositionChanged.connect(self._leave_line)

    @property
    def enabled(self) -> bool:
        """Whether an edit may begin: the text is that of a kept session."""
        return self._allowed

    @property
    def editing(self) -> bool:
        """Whether a line is being edited, so that keys are typed into it."""
        return self._edited is not None

    @property
    def unsaved(self) -> bool:
        """Whether a change of the line was typed and not yet handed on."""
        return self._line is not None

    def enable(self, on: bool) -> None:
        """Save the pending edit, then allow or forbid editing."""
        self.commit()
        self._allowed = on
        self._view.show_caret(on)
        if not on:
            self._edited = None
        self._show_editing()

    def begin(self) -> bool:
        """Begin to edit the line at the caret; return False where that is not possible."""
        if not self._allowed or self._view.spans_lines:
            return False
        self._edited = self._view.textCursor().blockNumber()
        self._show_editing()
        return True

    def finish(self) -> None:
        """Save the pending edit and end editing."""
        self.commit()
        edited, self._edited = self._edited, None
        self._show_editing()
        if edited is not None:
            self.ended.emit()

    def commit(self) -> None:
        """Save the pending edit, if there is one: emit `revised`. The line stays open."""
        self._save_timer.stop()
        line, self._line = self._line, None
        if line is not None:
            text = self._view.document().findBlockByNumber(line).text()
            self.revised.emit(line, text)
            if not text.strip():
                self.hint.emit(self.tr("The line is empty now. Undo brings its words back."))

    def undo(self) -> None:
        """Save any pending edit, then undo it, so typed and saved changes are undone the same way."""
        self.commit()
        self.undo_wanted.emit()

    def redo(self) -> None:
        """Save any pending edit, which leaves nothing to redo; else make the change that was taken back last again."""
        self.commit()
        self.redo_wanted.emit()

    def _show_editing(self) -> None:
        flags = SELECTABLE | Qt.TextInteractionFlag.TextEditable if self.editing else SELECTABLE
        if self._view.textInteractionFlags() != flags:
            self._view.setReadOnly(not self.editing)
            self._view.setTextInteractionFlags(flags)

    def _note_change(self) -> None:
        if self._allowed and not self._view.filling:
            self._line = self._view.textCursor().blockNumber()
            self._save_timer.start()

    def _leave_line(self) -> None:
        number = self._view.textCursor().blockNumber()
        if self._line is not None and number != self._line:
            self.commit()
        if self._edited is not None and number != self._edited and not self._view.filling:
            self.finish()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Begin and end edits, and filter what would split or join lines."""
        if not isinstance(event, FILTERED) or not self._allowed:  # the type first: a view being destroyed has no flags
            return False
        match event:
            case QInputMethodEvent():
                return self._view.spans_lines
            case QFocusEvent() if event.type() == QEvent.Type.FocusOut and event.reason() not in STAYS:
                self.finish()
            case QMouseEvent() if event.type() == QEvent.Type.MouseButtonDblClick:
                self.finish()  # the word is played and selected, so that Space must not replace it
            case QMouseEvent() if event.type() == QEvent.Type.MouseButtonPress:
                self._drop_selection(event)
            case QKeyEvent() if event.type() == QEvent.Type.KeyPress:
                return self._is_blocked(event) if self.editing else self._begins(event)
            case QKeyEvent() if event.type() == QEvent.Type.ShortcutOverride:
                if self._is_ours(event):
                    event.accept()
                    return True
                # The program's Undo and Redo, since the text field's know no saved changes.
                return event.matches(Keys.Undo) or event.matches(Keys.Redo)
        return False

    def _is_ours(self, event: QKeyEvent) -> bool:
        """Return whether a key that is a shortcut of the window means the line here."""
        if event.modifiers() != PLAIN:
            return False
        return event.key() == (Qt.Key.Key_Escape if self.editing else Qt.Key.Key_F2)

    def _begins(self, event: QKeyEvent) -> bool:
        """Begin an edit if that is what a key asks for, and return whether the key has no further meaning."""
        cursor = self._view.textCursor()
        if event.modifiers() == PLAIN and event.key() in (*ENTER, Qt.Key.Key_F2):
            if not self.begin():
                self.hint.emit(self.tr("Lines are edited one at a time: put the caret into one."))
                return True
            cursor.setPosition(cursor.selectionEnd())  # a selected word is not replaced by the next key
            self._view.setTextCursor(cursor)
            self.hint.emit(self.tr("Editing this line; Enter ends it"))
            return True
        if _types(event):
            if cursor.hasSelection() and self.begin():
                return False  # the key is typed over the selected word
            self.hint.emit(self.tr("Not here. Press Enter to edit this line, or select a word and type."))
            return True
        if self._removes(event) or event.matches(Keys.Cut) or event.matches(Keys.Paste):
            self.hint.emit(self.tr("Not here. Press Enter to edit this line."))
            return True
        return False

    def _drop_selection(self, event: QMouseEvent) -> None:
        """Clear a selection that is pressed on: dragged to another program it would be removed from the text."""
        if event.button() == Qt.MouseButton.LeftButton and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            cursor = self._view.textCursor()
            cursor.clearSelection()
            self._view.setTextCursor(cursor)

    def _removes(self, event: QKeyEvent) -> bool:
        """Return whether a key removes letters, forward or backward."""
        return event.key() in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete) or any(
            map(event.matches, (*BACKWARD, *FORWARD))
        )

    def _is_blocked(self, event: QKeyEvent) -> bool:
        """End the edit with Enter or Esc; return whether a key is not for the text field: it would break lines."""
        cursor, key = self._view.textCursor(), event.key()
        if key in ENTER and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.split_wanted.emit()
            return True
        if (key in ENTER or key == Qt.Key.Key_Escape) and not event.modifiers() & COMMAND:
            self.finish()
            return True
        backward = key == Qt.Key.Key_Backspace or any(map(event.matches, BACKWARD))
        forward = key == Qt.Key.Key_Delete or any(map(event.matches, FORWARD))
        if self._view.spans_lines:
            if backward or forward or event.matches(Keys.Cut) or event.text() >= " ":
                self.hint.emit(self.tr("Not here: words of several lines are selected. Select within one line."))
                return True
        elif not cursor.hasSelection():
            if backward and cursor.atBlockStart():
                self.join_wanted.emit(cursor.blockNumber() - 1)
                return True
            if forward and cursor.atBlockEnd():
                self.join_wanted.emit(cursor.blockNumber())
                return True
        return False


def _types(event: QKeyEvent) -> bool:
    """Return whether a key types a letter; a blank is none, as Space plays and pauses."""
    text, command = event.text(), event.modifiers() & COMMAND
    alt_gr = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier  # as some systems report it
    return bool(text) and text.isprintable() and not text.isspace() and (not command or command == alt_gr)
