"""The transcript on screen: final words that never move, a partial behind them, times in a gutter."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFont,
    QMouseEvent,
    QPalette,
    QResizeEvent,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QWheelEvent,
)
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QToolButton, QWidget

from app.document import Document, Gap, Utterance
from app.window.gutter import LOSS, Gutter
from app.window.icons import icon
from asr.transcript import Update, Word

DOUBTFUL = 0.5  # confidence under which a word is underlined
MOVE, KEEP = QTextCursor.MoveMode.MoveAnchor, QTextCursor.MoveMode.KeepAnchor


class TranscriptView(QPlainTextEdit):
    """One line an utterance. While live only the tail is edited, in one edit block an update."""

    word_activated = Signal(int)  # index of a double-clicked word
    size_stepped = Signal(int)  # Ctrl and the wheel: +1 or -1

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words: list[Word] = []
        self.gaps: dict[int, float] = {}  # line -> seconds of sound lost in it
        self._starts: list[int] = []  # position in the document of each word
        self._tail = 0  # position behind the last final character
        self._break = True  # the next final word opens a line
        self._lost = 0.0  # seconds of sound lost before the next final word
        self.filling = False  # the program, not a person, changes the text
        self.spans = False  # the gutter tells where lines end, too
        self._new = 0  # lines that arrived below the part in view
        self.setReadOnly(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setUndoRedoEnabled(False)
        self.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.setAcceptDrops(False)  # the window takes dropped files
        self.setAccessibleName(self.tr("Transcript"))
        self.setPlaceholderText(
            self.tr("Press Start and speak, or drop a sound or video file here.\n\nNothing leaves this computer.")
        )
        self.document().setDocumentMargin(10)
        self._gutter = Gutter(self)
        self.jump = QToolButton(self)
        self.jump.setIcon(icon("down"))
        self.jump.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.jump.clicked.connect(self.jump_to_live)
        self._count_new(0)
        self.updateRequest.connect(self._scroll_gutter)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self._lay_out()

    # What arrives.

    def apply(self, updates: Iterable[Update]) -> None:
        """Append what became final and show the newest partial; the rest of the document is not touched."""
        self.filling = True
        at_bottom = self._at_bottom()
        lines = self.blockCount()
        edit = QTextCursor(self.document())
        caret, anchor = self.textCursor().position(), self.textCursor().anchor()
        edit.beginEditBlock()
        edit.setPosition(self._tail)
        time = edit.block().userState()
        edit.movePosition(QTextCursor.MoveOperation.End, KEEP)
        edit.removeSelectedText()
        edit.block().setUserState(time)  # a joined line would take the time of the one that was removed
        partial: tuple[Word, ...] = ()
        for update in updates:
            for word in update.words:
                self._append(edit, word)
            self._break |= update.endpoint
            partial = update.partial
        self._tail = edit.position()
        if partial:
            self._join(edit, partial[0])
            edit.insertText(" ".join(word.text for word in partial), self._partial_format())
        edit.endEditBlock()
        self.filling = False
        self._hold_caret(caret, anchor)
        if at_bottom:
            self.jump_to_live()
        else:
            self._count_new(self._new + max(0, self.blockCount() - lines))

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

    def _rewrite(self, edit: QTextCursor, block: QTextBlock, utterance: Utterance) -> None:
        texts = [word.text for word in utterance.words]
        if block.text().split() != texts:
            edit.setPosition(block.position())
            edit.movePosition(QTextCursor.MoveOperation.EndOfBlock, KEEP)
            edit.insertText(" ".join(texts), QTextCharFormat())
        for word, offset in _places(block.text(), utterance.words):
            edit.setPosition(block.position() + offset)
            edit.setPosition(block.position() + offset + len(word.text), KEEP)
            edit.setCharFormat(self.final_format(word))

    def _find_words(self, document: Document) -> None:
        """Where each word stands now, after lines grew or shrank."""
        self.words, self._starts = [], []
        block = self.document().begin()
        for utterance in document.utterances:
            for word, offset in _places(block.text(), utterance.words):
                self.words.append(word)
                self._starts.append(block.position() + offset)
            block = block.next()

    def reset(self) -> None:
        self.filling = True
        self.clear()
        self.filling = False
        self.words.clear()
        self.gaps.clear()
        self._starts.clear()
        self._tail, self._lost, self._break = 0, 0.0, True
        self.setExtraSelections([])
        self._count_new(0)

    # Questions.

    def word_at(self, position: int) -> int | None:
        """Index of the word that covers this position of the document."""
        index = bisect_right(self._starts, position) - 1
        if index < 0 or position > self._starts[index] + len(self.words[index].text):
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
        cursor.setPosition(self._starts[index] + len(self.words[index].text), KEEP)
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

    def lines_in_view(self) -> Iterator[tuple[int, QRectF]]:
        block = self.firstVisibleBlock()
        while block.isValid():
            box = self.blockBoundingGeometry(block).translated(self.contentOffset())
            if box.top() > self.viewport().height():
                return
            yield block.blockNumber(), box
            block = block.next()

    # What a person does.

    def select_word(self, index: int) -> None:
        self.setTextCursor(self.cursor_over(index))
        self.ensureCursorVisible()

    def highlight(self, index: int | None) -> None:
        """Mark the word being played and keep it in view; None takes the mark away."""
        if index is None:
            self.setExtraSelections([])
            return
        mark = QTextEdit.ExtraSelection()
        cursor = self.cursor_over(index)
        mark.cursor = cursor
        mark.format.setBackground(self.palette().brush(QPalette.ColorRole.Highlight))
        mark.format.setForeground(self.palette().brush(QPalette.ColorRole.HighlightedText))
        self.setExtraSelections([mark])
        if not self.viewport().rect().contains(self.cursorRect(cursor).center()):
            self.verticalScrollBar().setValue(max(0, cursor.block().firstLineNumber() - 2))

    def jump_to_live(self) -> None:
        self.verticalScrollBar().setValue(self.verticalScrollBar().maximum())

    def show_spans(self, on: bool) -> None:
        self.spans = on
        self._lay_out()

    def set_size(self, points: float) -> None:
        font = QFont(self.font())
        font.setPointSizeF(points)
        self.setFont(font)
        self._lay_out()

    # Within.

    def _append(self, edit: QTextCursor, word: Word, joined: bool = False) -> None:
        if not joined:
            self._join(edit, word)
        if self._break:
            self._break = False
        if self._lost:
            line = edit.blockNumber()
            self.gaps[line] = self.gaps.get(line, 0.0) + self._lost
            self._lost = 0.0
        self._starts.append(edit.position())
        edit.insertText(word.text, self.final_format(word))
        self.words.append(word)

    def _join(self, edit: QTextCursor, word: Word) -> None:
        """What stands before the next word: a new line where an utterance begins, else a space."""
        if not self._break:
            space = QTextCharFormat()
            if self._lost:  # a mark that copies as the space it is
                space.setBackground(LOSS)
            edit.insertText(" ", space)
            return
        if edit.position() > 0:
            edit.insertBlock()
        edit.block().setUserState(int(word.start * 1000))

    def final_format(self, word: Word) -> QTextCharFormat:
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
        shape.setForeground(self.palette().brush(QPalette.ColorRole.PlaceholderText))
        return shape

    def _hold_caret(self, caret: int, anchor: int) -> None:
        """A caret at the end is pushed along by text inserted there, and a selection would grow: put it back."""
        cursor = self.textCursor()
        if (cursor.position(), cursor.anchor()) != (caret, anchor):
            last = self.document().characterCount() - 1
            cursor.setPosition(min(anchor, last))
            cursor.setPosition(min(caret, last), KEEP)
            self.setTextCursor(cursor)

    def _at_bottom(self) -> bool:
        bar = self.verticalScrollBar()
        return bar.value() >= bar.maximum() - 1

    def _count_new(self, lines: int) -> None:
        self._new = lines
        self.jump.setText(self.tr("Jump to live ({0} new)").format(lines))
        self.jump.setVisible(lines > 0)
        self.jump.adjustSize()
        area = self.viewport().geometry()
        self.jump.move(area.right() - self.jump.width() - 12, area.bottom() - self.jump.height() - 10)

    def _scrolled(self) -> None:
        if self._new and self._at_bottom():
            self._count_new(0)

    def _lay_out(self) -> None:
        width = self._gutter.width_needed()
        self.setViewportMargins(width, 0, 0, 0)
        area = self.contentsRect()
        self._gutter.setGeometry(QRect(area.topLeft(), QSize(width, area.height())))
        self._count_new(self._new)

    def _scroll_gutter(self, rect: QRect, dy: int) -> None:
        if dy:
            self._gutter.scroll(0, dy)
        else:
            self._gutter.update(0, rect.y(), self._gutter.width(), rect.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(event)
        index = self.word_at(self.cursorForPosition(event.position().toPoint()).position())
        if index is not None:
            self.word_activated.emit(index)

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QWheelEvent) and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.size_stepped.emit(1 if event.angleDelta().y() > 0 else -1)
            return True
        return super().viewportEvent(event)


def _places(text: str, words: Sequence[Word]) -> Iterator[tuple[Word, int]]:
    """Each word with its offset in the text that consists of them, whatever white space a person left there."""
    at = 0
    for word in words:
        at = text.index(word.text, at)
        yield word, at
        at += len(word.text)
