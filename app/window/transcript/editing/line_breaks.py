"""Splitting and joining lines of a finished session: changes as any other, kept in its journal and undone by Undo."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QTextBlock
from PySide6.QtWidgets import QMenu

from app.sessions.document import WordPosition
from app.window.transcript.current_transcript import CurrentTranscript
from app.window.transcript.editing.context_menu import MenuTarget
from app.window.transcript.editing.line_editor import LineEditor
from app.window.transcript.view.transcript_text import utf16_length
from app.window.transcript.view.transcript_view import TranscriptView
from asr.updates import shown_groups


class LineBreaks(QObject):
    """Carries out what keys, commands and the context menu ask for. Interface thread."""

    hint = Signal(str)  # a sentence: why nothing was done

    def __init__(self, view: TranscriptView, transcript: CurrentTranscript, editor: LineEditor) -> None:
        super().__init__(view)
        self._view, self._transcript, self._editor = view, transcript, editor
        editor.split_wanted.connect(self.split)
        editor.join_wanted.connect(self.join)

    def split(self) -> None:
        """Begin a new line at the caret or, within a word, before that word. An edit goes on in the new line."""
        editing = self._begin()
        if editing is None:
            return
        cursor = self._view.textCursor()
        line, shown = cursor.blockNumber(), _words_before(cursor.block(), cursor.selectionStart())
        words = self._transcript.document.utterances[line].words
        groups = shown_groups(words)  # words that are written as one are one in the text
        self._split(line, groups[shown][0] if shown < len(groups) else len(words), editing)

    def join(self, line: int | None = None) -> None:
        """Make one line of a line and the next; None: of the line at the caret. An edit goes on where they meet."""
        editing = self._begin()
        if editing is None:
            return
        line = self._view.textCursor().blockNumber() if line is None else line
        try:
            edit = self._transcript.document.join(line)
        except ValueError:
            self.hint.emit(self.tr("There is no line to join here."))
            self._go_on(self._view.textCursor().position(), editing)
            return
        first = self._view.document().findBlockByNumber(line)
        meet = first.position() + utf16_length(first.text().rstrip())
        self._transcript.apply(edit)
        self._go_on(meet, editing)

    def add_entries(self, menu: QMenu, target: MenuTarget) -> None:
        """Add what can be done with the line that was clicked to its context menu."""
        if not target.correctable:
            return
        if target.index is not None:
            place = self._transcript.position_of(target.index)
            if place.word > 0:
                action = menu.addAction(self.tr("Split line before this word"))
                action.triggered.connect(lambda: self._split_before(place))
        if target.line < len(self._transcript.document.utterances) - 1:
            menu.addAction(self.tr("Join with the next line")).triggered.connect(lambda: self.join(target.line))

    def _split_before(self, place: WordPosition) -> None:
        if self._begin() is not None:
            self._split(place.utterance, place.word, editing=False)

    def _begin(self) -> bool | None:
        """Save the pending edit; return whether one was under way, None where lines cannot be changed."""
        if not self._editor.enabled or self._transcript.kept is None:
            self.hint.emit(self.tr("Lines can be split and joined once the session is finished, in the view Text."))
            return None
        editing = self._editor.editing
        self._editor.commit()
        return editing

    def _split(self, line: int, word: int, editing: bool) -> None:
        """Split a line before a word of its document."""
        try:
            edit = self._transcript.document.split(WordPosition(line, word))
        except ValueError:
            self.hint.emit(self.tr("A line is split between two of its words: put the caret there."))
            return
        self._transcript.apply(edit)
        self._go_on(self._view.document().findBlockByNumber(line + 1).position(), editing)

    def _go_on(self, position: int, editing: bool) -> None:
        self._view.hold_caret(position, position)
        self._view.ensureCursorVisible()
        if editing:
            self._editor.begin()


def _words_before(block: QTextBlock, position: int) -> int:
    """Return how many words of a line end before a position, as Qt counts it."""
    column = 2 * (position - block.position())  # bytes
    text = block.text().encode("utf-16-le", "surrogatepass")
    before, after = (part.decode("utf-16-le", "surrogatepass") for part in (text[:column], text[column:]))
    inside = bool(before and after) and not before[-1].isspace() and not after[0].isspace()
    return len(before.split()) - inside
