"""The words of a transcript in a text widget, and the position of each word in the text."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from math import inf

from PySide6.QtGui import QColor, QTextBlock, QTextCharFormat, QTextCursor, QTextDocument
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from app.sessions.document import DOUBTFUL, Document, Gap
from app.window.style.colors import current_colors
from app.window.transcript.view.marks import LineMarks, Marks
from app.window.transcript.view.transcript_layout import TranscriptLayout
from asr.updates import Update, Utterance, Word, shown_words, text_of

KEEP = QTextCursor.MoveMode.KeepAnchor


class TranscriptText(QPlainTextEdit):
    """Shows one utterance per line. Interface thread.

    While live only the end of the text is edited, in one edit block for all updates of a call: the time that takes
    does not grow with the length of the text.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words: list[Word] = []  # as a reader sees them: those that are written as one are one
        self.marks = Marks()
        self.filling = False  # the program is changing the text, not the user
        self._starts: list[int] = []  # position of each word in the text document
        self._final_end = 0  # position after the last final character
        self._new_line = True  # the next word begins a line
        self._partial: tuple[Word, ...] = ()
        document = QTextDocument(self)
        document.setDefaultFont(self.font())
        self._layout = TranscriptLayout(document)
        self.setDocument(document)
        self.setUndoRedoEnabled(False)

    # Changing the text.

    def apply(self, updates: Iterable[Update]) -> None:
        """Append the final words of updates and replace the partial; the text before stays untouched."""
        caret, anchor = self.textCursor().position(), self.textCursor().anchor()
        with self._filled() as edit:
            edit.setPosition(self._final_end)
            start = edit.block().userState()
            edit.movePosition(QTextCursor.MoveOperation.End, KEEP)
            edit.removeSelectedText()
            edit.block().setUserState(start)  # removing a line break gives the line the time of the removed one
            self._partial = ()
            for update in updates:
                for word in shown_words(update.words):
                    self._append(edit, word)
                self._new_line |= update.endpoint
                self._partial = update.partial
            self._final_end = edit.position()
            if self._partial:
                self._join(edit, self._partial[0])
                edit.insertText(text_of(self._partial), self._partial_format())
        self.hold_caret(caret, anchor)

    def add_gap(self, gap: Gap) -> None:
        """Mark where sound was lost."""
        self.marks.add_gap(gap)
        self._update_marks()

    def add_pause(self, seconds: float) -> None:
        """Mark where recording was paused."""
        self.marks.add_pause(seconds)
        self._update_marks()

    def show_bookmarks(self, document: Document) -> None:
        """Show the bookmarks of a document in place of those there are."""
        self.marks.bookmarks = list(document.bookmarks)
        self._update_marks()

    def show_document(self, document: Document) -> None:
        """Replace the text by a document."""
        self.reset()
        self.marks.show(document)
        with self._filled() as edit:
            for number, utterance in enumerate(document.utterances):
                if number:
                    edit.insertBlock()
                edit.block().setUserState(int(utterance.start * 1000))
                self._new_line = False
                for word in shown_words(utterance.words):
                    self._append(edit, word, joined=edit.positionInBlock() == 0)
                self._new_line = utterance.closed
            self._final_end = edit.position()
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def show_lines(self, lines: Iterable[tuple[float | None, str]]) -> None:
        """Replace the text by lines, each with its start in seconds or None. They can be neither edited nor played."""
        self.reset()
        with self._filled() as edit:
            for start, text in lines:
                if edit.position():
                    edit.insertBlock()
                edit.insertText(text)
                edit.block().setUserState(-1 if start is None else int(start * 1000))

    def revise(self, old: Document, new: Document) -> None:
        """Rewrite the lines that differ between two versions of the document; the caret stays.

        Where lines were split or joined, everything is written anew, in the same place of the window.
        """
        if len(old.utterances) != len(new.utterances):
            caret, anchor, scrolled = self.textCursor().position(), self.textCursor().anchor(), self.verticalScrollBar()
            top = scrolled.value()
            self.show_document(new)
            self.hold_caret(caret, anchor)
            scrolled.setValue(top)
            return
        with self._filled() as edit:
            for number, (before, after) in enumerate(zip(old.utterances, new.utterances, strict=True)):
                if before is not after:
                    self._rewrite(edit, self.document().findBlockByNumber(number), after)
        self._find_words(new)

    def reset(self) -> None:
        """Remove all text."""
        self.filling = True
        self.clear()
        self.filling = False
        self.words.clear()
        self.marks = Marks()
        self._starts.clear()
        self._final_end, self._new_line, self._partial = 0, True, ()

    def recolor(self) -> None:
        """Give the partial the colour of the present palette; final words have no colour of their own."""
        if self._partial:
            with self._filled() as edit:
                edit.setPosition(self._final_end)
                edit.movePosition(QTextCursor.MoveOperation.End, KEEP)
                edit.mergeCharFormat(self._partial_format())

    # Finding words and lines.

    def word_at(self, position: int) -> int | None:
        """Return the index of the word at this position of the text; None between words."""
        index = bisect_right(self._starts, position) - 1
        if index < 0 or position > self._starts[index] + utf16_length(self.words[index].shown):
            return None
        return index

    def word_spoken(self, seconds: float) -> int | None:
        """Return the index of the last word that began before or at this time."""
        index = bisect_right(self.words, seconds, key=lambda word: word.start) - 1
        return index if index >= 0 else None

    def cursor_over(self, index: int) -> QTextCursor:
        """Return a cursor that selects the word with this index."""
        cursor = QTextCursor(self.document())
        cursor.setPosition(self._starts[index])
        cursor.setPosition(self._starts[index] + utf16_length(self.words[index].shown), KEEP)
        return cursor

    def line_start(self, number: int) -> float | None:
        """Return the seconds at which a line begins; None if it has no time."""
        state = self.document().findBlockByNumber(number).userState()
        return state / 1000 if state >= 0 else None

    def line_end(self, number: int) -> float | None:
        """Return the seconds at which the last final word of a line ends; None if it has none."""
        block = self.document().findBlockByNumber(number)
        index = bisect_right(self._starts, block.position() + block.length() - 1) - 1
        return self.words[index].end if index >= 0 and self._starts[index] >= block.position() else None

    def line_marks(self, number: int) -> LineMarks:
        """Return the marks of a line: those from its beginning to that of the next."""
        span = self._span(number)
        return LineMarks() if span is None else self.marks.within(*span)

    def gap_positions(self, number: int) -> list[int]:
        """Return where sound is missing within a line: the position before the word that follows, or its end."""
        span, block = self._span(number), self.document().findBlockByNumber(number)
        if span is None:
            return []
        end = block.position() + block.length() - 1
        positions = []
        for gap in self.marks.gaps_within(*span):
            index = bisect_left(self.words, gap.start, key=lambda word: word.start)
            after = self._starts[index] if index < len(self._starts) else self._final_end
            positions.append(min(end, max(block.position(), after)))
        return positions

    def line_at(self, seconds: float) -> int:
        """Return the number of the line in which a time lies."""
        return next((n for n in reversed(range(self.blockCount())) if (self.line_start(n) or 0.0) <= seconds), 0)

    # Helpers.

    def _span(self, number: int) -> tuple[float, float] | None:
        """Return when a line begins and when the next one does; None where lines have no times, as in subtitles."""
        start = self.line_start(number)
        if not self.words or start is None:
            return None
        after = self.line_start(number + 1) if number + 1 < self.blockCount() else None
        return -inf if number == 0 else start, inf if after is None else after

    def _update_marks(self) -> None:
        """Paint the text again."""
        self.viewport().update()

    @contextmanager
    def _filled(self) -> Iterator[QTextCursor]:
        """Yield a cursor whose changes form one edit block, with `filling` set meanwhile."""
        self.filling = True
        edit = QTextCursor(self.document())
        edit.beginEditBlock()
        try:
            yield edit
        finally:
            edit.endEditBlock()
            self.filling = False

    def _append(self, edit: QTextCursor, word: Word, joined: bool = False) -> None:
        if not joined:
            self._join(edit, word)
        self._new_line = False
        self._starts.append(edit.position())
        edit.insertText(word.shown, self._final_format(word))
        self.words.append(word)

    def _join(self, edit: QTextCursor, word: Word) -> None:
        """Insert what separates the next word from the text: a line break before an utterance, else a space."""
        if not self._new_line:
            edit.insertText(" ", QTextCharFormat())
            return
        if edit.position() > 0:
            edit.insertBlock()
        edit.block().setUserState(int(word.start * 1000))

    def _rewrite(self, edit: QTextCursor, block: QTextBlock, utterance: Utterance) -> None:
        words = shown_words(utterance.words)
        texts = [word.shown for word in words]
        if block.text().split() != texts:
            edit.setPosition(block.position())
            edit.movePosition(QTextCursor.MoveOperation.EndOfBlock, KEEP)
            edit.insertText(" ".join(texts), QTextCharFormat())
        for word, offset in _word_offsets(block.text(), words):
            edit.setPosition(block.position() + offset)
            edit.setPosition(block.position() + offset + utf16_length(word.shown), KEEP)
            edit.setCharFormat(self._final_format(word))

    def _find_words(self, document: Document) -> None:
        """Find the position of each word, after lines became longer or shorter."""
        self.words, self._starts = [], []
        block = self.document().begin()
        for utterance in document.utterances:
            for word, offset in _word_offsets(block.text(), shown_words(utterance.words)):
                self.words.append(word)
                self._starts.append(block.position() + offset)
            block = block.next()

    def _final_format(self, word: Word) -> QTextCharFormat:
        format = QTextCharFormat()
        if word.confidence < DOUBTFUL:
            format.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DotLine)
            format.setToolTip(
                self.tr("Not sure of this word ({0:.0f} %). F7 goes to the next one.").format(100 * word.confidence)
            )
        return format

    def _partial_format(self) -> QTextCharFormat:
        format = QTextCharFormat()
        format.setFontItalic(True)
        format.setForeground(QColor(current_colors().muted))
        return format

    def hold_caret(self, caret: int, anchor: int) -> None:
        """Put the caret back, since text inserted at a caret moves it and makes a selection grow."""
        cursor = self.textCursor()
        if (cursor.position(), cursor.anchor()) != (caret, anchor):
            last = self.document().characterCount() - 1
            cursor.setPosition(min(anchor, last))
            cursor.setPosition(min(caret, last), KEEP)
            self.setTextCursor(cursor)


def utf16_length(text: str) -> int:
    """Return the length of a text as Qt counts it: in UTF-16 code units, of which an emoji has two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _word_offsets(text: str, words: Sequence[Word]) -> Iterator[tuple[Word, int]]:
    """Yield each word with its offset, in UTF-16 code units, in a text that consists of the words and white space."""
    at = offset = 0
    for word in words:
        start = text.index(word.shown, at)
        offset += utf16_length(text[at:start])
        yield word, offset
        at = start + len(word.shown)
        offset += utf16_length(word.shown)
