"""The words in a text widget: how they get there, which of them are final, and where each one stands."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from PySide6.QtGui import QTextBlock, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from app.sessions.document import DOUBTFUL, Document, Gap
from app.window.shell.colors import muted, warning
from asr.updates import Update, Utterance, Word

KEEP = QTextCursor.MoveMode.KeepAnchor


class TranscriptText(QPlainTextEdit):
    """One line an utterance. While live only the tail is edited, in one edit block an update."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words: list[Word] = []
        self.gaps: dict[int, float] = {}  # line -> seconds of sound lost in it
        self.filling = False  # the program, not a person, changes the text
        self._starts: list[int] = []  # position in the document of each word
        self._tail = 0  # position behind the last final character
        self._break = True  # the next final word opens a line
        self._lost = 0.0  # seconds of sound lost before the next final word
        self._partial: tuple[Word, ...] = ()
        self.setUndoRedoEnabled(False)

    # What arrives.

    def apply(self, updates: Iterable[Update]) -> None:
        """Append what became final and show the newest partial; the rest of the document is not touched."""
        caret, anchor = self.textCursor().position(), self.textCursor().anchor()
        with self._filled() as edit:
            edit.setPosition(self._tail)
            time = edit.block().userState()
            edit.movePosition(QTextCursor.MoveOperation.End, KEEP)
            edit.removeSelectedText()
            edit.block().setUserState(time)  # a joined line would take the time of the one that was removed
            self._partial = ()
            for update in updates:
                for word in update.words:
                    self._append(edit, word)
                self._break |= update.endpoint
                self._partial = update.partial
            self._tail = edit.position()
            if self._partial:
                self._join(edit, self._partial[0])
                edit.insertText(" ".join(word.text for word in self._partial), self._partial_format())
        self.hold_caret(caret, anchor)

    def lose(self, gap: Gap) -> None:
        """Sound was lost; the mark comes with the next final word."""
        self._lost += gap.seconds

    def show_document(self, document: Document) -> None:
        """Replace everything by a kept transcript."""
        self.reset()
        losses = list(document.gaps)
        with self._filled() as edit:
            for number, utterance in enumerate(document.utterances):
                if number:
                    edit.insertBlock()
                edit.block().setUserState(int(utterance.start * 1000))
                self._break = False
                for word in utterance.words:
                    while losses and losses[0].start <= word.start:
                        self.lose(losses.pop(0))
                    self._append(edit, word, joined=edit.positionInBlock() == 0)
                self._break = utterance.closed
            self._tail = edit.position()
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def show_lines(self, lines: Iterable[tuple[float | None, str]]) -> None:
        """Replace everything by lines with a beginning in seconds, or none; they can be neither edited nor played."""
        self.reset()
        with self._filled() as edit:
            for start, text in lines:
                if edit.position():
                    edit.insertBlock()
                edit.insertText(text)
                edit.block().setUserState(-1 if start is None else int(start * 1000))

    def revise(self, old: Document, new: Document) -> None:
        """Bring the lines that differ up to date; the caret stays."""
        with self._filled() as edit:
            for number, (before, after) in enumerate(zip(old.utterances, new.utterances, strict=True)):
                if before is not after:
                    self._rewrite(edit, self.document().findBlockByNumber(number), after)
        self._find_words(new)

    def reset(self) -> None:
        self.filling = True
        self.clear()
        self.filling = False
        self.words.clear()
        self.gaps.clear()
        self._starts.clear()
        self._tail, self._lost, self._break, self._partial = 0, 0.0, True, ()

    def recolour(self) -> None:
        """The partial in the colour of a new palette; final words carry no colour of their own."""
        if self._partial:
            with self._filled() as edit:
                edit.setPosition(self._tail)
                edit.movePosition(QTextCursor.MoveOperation.End, KEEP)
                edit.mergeCharFormat(self._partial_format())

    # Questions.

    def word_at(self, position: int) -> int | None:
        """Index of the word that covers this position of the document."""
        index = bisect_right(self._starts, position) - 1
        if index < 0 or position > self._starts[index] + units(self.words[index].text):
            return None
        return index

    def word_spoken(self, seconds: float) -> int | None:
        """Index of the last word that has begun at this time."""
        index = bisect_right(self.words, seconds, key=lambda word: word.start) - 1
        return index if index >= 0 else None

    def cursor_over(self, index: int) -> QTextCursor:
        """A cursor that selects this word."""
        cursor = QTextCursor(self.document())
        cursor.setPosition(self._starts[index])
        cursor.setPosition(self._starts[index] + units(self.words[index].text), KEEP)
        return cursor

    def line_start(self, number: int) -> float | None:
        """Seconds at which a line begins, if it has a time."""
        state = self.document().findBlockByNumber(number).userState()
        return state / 1000 if state >= 0 else None

    def line_end(self, number: int) -> float | None:
        """Seconds at which its last final word ends, if it has one."""
        block = self.document().findBlockByNumber(number)
        index = bisect_right(self._starts, block.position() + block.length() - 1) - 1
        return self.words[index].end if index >= 0 and self._starts[index] >= block.position() else None

    # Within.

    @contextmanager
    def _filled(self) -> Iterator[QTextCursor]:
        """A cursor whose changes are one edit block and are not taken for a person's."""
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
        self._break = False
        if self._lost:
            line = edit.blockNumber()
            self.gaps[line] = self.gaps.get(line, 0.0) + self._lost
            self._lost = 0.0
        self._starts.append(edit.position())
        edit.insertText(word.text, self._final_format(word))
        self.words.append(word)

    def _join(self, edit: QTextCursor, word: Word) -> None:
        """What stands before the next word: a new line where an utterance begins, else a space."""
        if not self._break:
            space = QTextCharFormat()
            if self._lost:  # a mark that copies as the space it is
                space.setBackground(warning(self.palette()))
            edit.insertText(" ", space)
            return
        if edit.position() > 0:
            edit.insertBlock()
        edit.block().setUserState(int(word.start * 1000))

    def _rewrite(self, edit: QTextCursor, block: QTextBlock, utterance: Utterance) -> None:
        texts = [word.text for word in utterance.words]
        if block.text().split() != texts:
            edit.setPosition(block.position())
            edit.movePosition(QTextCursor.MoveOperation.EndOfBlock, KEEP)
            edit.insertText(" ".join(texts), QTextCharFormat())
        for word, offset in _places(block.text(), utterance.words):
            edit.setPosition(block.position() + offset)
            edit.setPosition(block.position() + offset + units(word.text), KEEP)
            edit.setCharFormat(self._final_format(word))

    def _find_words(self, document: Document) -> None:
        """Where each word stands now, after lines grew or shrank."""
        self.words, self._starts = [], []
        block = self.document().begin()
        for utterance in document.utterances:
            for word, offset in _places(block.text(), utterance.words):
                self.words.append(word)
                self._starts.append(block.position() + offset)
            block = block.next()

    def _final_format(self, word: Word) -> QTextCharFormat:
        shape = QTextCharFormat()
        if word.confidence < DOUBTFUL:
            shape.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DotLine)
            shape.setToolTip(
                self.tr("Not sure of this word ({0:.0f} %). F7 goes to the next one.").format(100 * word.confidence)
            )
        return shape

    def _partial_format(self) -> QTextCharFormat:
        shape = QTextCharFormat()
        shape.setFontItalic(True)
        shape.setForeground(muted(self.palette()))
        return shape

    def hold_caret(self, caret: int, anchor: int) -> None:
        """A caret at the end is pushed along by text inserted there, and a selection would grow: put it back."""
        cursor = self.textCursor()
        if (cursor.position(), cursor.anchor()) != (caret, anchor):
            last = self.document().characterCount() - 1
            cursor.setPosition(min(anchor, last))
            cursor.setPosition(min(caret, last), KEEP)
            self.setTextCursor(cursor)


def units(text: str) -> int:
    """How long Qt takes a text to be: UTF-16, where an emoji counts two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _places(text: str, words: Sequence[Word]) -> Iterator[tuple[Word, int]]:
    """Each word with its offset in the text that consists of them, whatever white space a person left there."""
    at = offset = 0
    for word in words:
        start = text.index(word.text, at)
        offset += units(text[at:start])
        yield word, offset
        at = start + len(word.text)
        offset += units(word.text)
