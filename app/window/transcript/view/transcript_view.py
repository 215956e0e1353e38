"""The transcript on screen: scrolling, the gutter with times, the button to the newest line, clicks on words."""

from collections.abc import Iterable, Iterator

from PySide6.QtCore import QEvent, QMimeData, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPolygon,
    QResizeEvent,
    QTextCursor,
    QWheelEvent,
)
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QToolButton, QWidget

from app.window.style.colors import LARGE, SMALL, current_colors
from app.window.style.icons import set_icon
from app.window.style.style_sheet import FLOATING
from app.window.transcript.view.time_gutter import GutterLine, TimeGutter
from app.window.transcript.view.transcript_text import TranscriptText
from asr.updates import Update

LETTERS = 75  # of a line at most, so that the eye finds the next one
SAMPLE = "the quick brown fox jumps over the lazy dog "  # letters as they come in text


class TranscriptView(TranscriptText):
    """Scrolls with new text only if the end was in view; otherwise a button offers the new lines. Interface thread."""

    word_activated = Signal(int)  # index of a double-clicked word
    size_stepped = Signal(int)  # +1 or -1: Ctrl and the mouse wheel

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._following = False  # the end of a growing text is in view, and stays there
        self._new_lines = 0  # lines that arrived below the visible part
        self.setReadOnly(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setAcceptDrops(False)  # the window takes dropped files
        self.setAccessibleName(self.tr("Transcript"))
        self.document().setDocumentMargin(SMALL)
        self.show_caret(False)
        self._gutter = TimeGutter(self, self._gutter_lines)
        self.jump = QToolButton(self)
        self.jump.setObjectName(FLOATING)
        set_icon(self.jump, "down")
        self.jump.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.jump.clicked.connect(self.jump_to_live)
        self._count_new(0)
        self.updateRequest.connect(self._scroll_gutter)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.verticalScrollBar().rangeChanged.connect(self._keep_end)
        self._lay_out()

    def apply(self, updates: Iterable[Update]) -> None:
        """Add updates as `TranscriptText.apply` does, and scroll to the end if it was in view."""
        at_bottom, lines = self._following or self._at_bottom(), self.blockCount()
        self._following = False  # while lines of the partial go and come
        super().apply(updates)
        if at_bottom:
            self.jump_to_live()
        else:
            self._count_new(self._new_lines + max(0, self.blockCount() - lines))

    def reset(self) -> None:
        """Remove all text and marks."""
        self._following = False
        super().reset()
        self.setExtraSelections([])
        self._count_new(0)

    @property
    def spans_lines(self) -> bool:
        """Whether the selection reaches over more than one line."""
        cursor = self.textCursor()
        find = self.document().findBlock
        return find(cursor.selectionStart()) != find(cursor.selectionEnd())

    def select_word(self, index: int) -> None:
        """Select the word with this index and scroll to it."""
        self.setTextCursor(self.cursor_over(index))
        self.ensureCursorVisible()

    def highlight(self, index: int | None) -> None:
        """Mark the word that is being played and keep it in view; None removes the mark."""
        if index is None:
            self.setExtraSelections([])
            return
        mark = QTextEdit.ExtraSelection()
        cursor = self.cursor_over(index)
        mark.cursor = cursor
        colors = current_colors()  # another colour than that of the selection
        mark.format.setBackground(QColor(colors.playing))
        mark.format.setForeground(QColor(colors.text))
        self.setExtraSelections([mark])
        if not self.viewport().rect().contains(self.cursorRect(cursor).center()):
            self.verticalScrollBar().setValue(max(0, cursor.block().firstLineNumber() - 2))

    def jump_to_live(self) -> None:
        """Scroll to the newest line, and stay there while the text or the letters grow or the window is resized."""
        self._following = True
        self.verticalScrollBar().setValue(self.verticalScrollBar().maximum())

    def show_caret(self, on: bool) -> None:
        """Show the caret, where the text can be edited, or hide it."""
        self.setCursorWidth(1 if on else 0)

    def show_spans(self, on: bool) -> None:
        """Show start and end of each line in the gutter, or its start only."""
        self._gutter.spans = on
        self._lay_out()

    def set_size(self, points: float) -> None:
        """Set the size of the letters, in points."""
        following = self._following
        font = QFont(self.font())
        font.setPointSizeF(points)
        self.setFont(font)
        self._lay_out()
        if following:
            self.jump_to_live()

    # Helpers.

    def _gutter_lines(self) -> Iterator[GutterLine]:
        block = self.firstVisibleBlock()
        while block.isValid():
            box = self.blockBoundingGeometry(block).translated(self.contentOffset())
            if box.top() > self.viewport().height():
                return
            number, row = block.blockNumber(), block.layout().lineAt(0)
            baseline = box.top() + row.y() + row.ascent()
            yield GutterLine(box, baseline, self.line_start(number), self.line_end(number), self.line_marks(number))
            block = block.next()

    def _at_bottom(self) -> bool:
        bar = self.verticalScrollBar()
        return bar.value() >= bar.maximum() - 1

    def _count_new(self, lines: int) -> None:
        self._new_lines = lines
        self.jump.setText(self.tr("Jump to live ({0} new)").format(lines))
        self.jump.setVisible(lines > 0)
        self.jump.adjustSize()
        area = self.viewport().geometry()
        self.jump.move(area.right() - self.jump.width() - 12, area.bottom() - self.jump.height() - 10)

    def _keep_end(self) -> None:
        if self._following:
            self.verticalScrollBar().setValue(self.verticalScrollBar().maximum())

    def _scrolled(self) -> None:
        self._following = self._following and self._at_bottom()
        if self._new_lines and self._at_bottom():
            self._count_new(0)

    def _lay_out(self) -> None:
        """Stand gutter and text in the middle, the text at most LETTERS wide."""
        area, gutter = self.contentsRect(), self._gutter.width_needed()
        letters = self.fontMetrics().horizontalAdvance(SAMPLE) / len(SAMPLE)
        column = round(LETTERS * letters + 2 * self.document().documentMargin())
        bar = self.verticalScrollBar().sizeHint().width()
        free = max(0, area.width() - bar - gutter - column - LARGE)
        self.setViewportMargins(gutter + free // 2, 0, LARGE + free - free // 2, 0)
        self._gutter.setGeometry(QRect(area.topLeft(), QSize(gutter + free // 2, area.height())))
        self._count_new(self._new_lines)

    def _scroll_gutter(self, rect: QRect, dy: int) -> None:
        if dy:
            self._gutter.scroll(0, dy)
        else:
            self._gutter.update(0, rect.y(), self._gutter.width(), rect.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the gutter the height of the view, and keep the end in view where it was."""
        following = self._following  # Qt keeps the line at the top meanwhile, which scrolls away from the end
        self._lay_out()  # before Qt breaks the lines: a view that is being shown gets no event for new margins
        super().resizeEvent(event)
        if following:
            self.jump_to_live()

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of the palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.recolor()

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste text as one line. Qt calls this for all pasting: by key, menu and mouse."""
        text = " ".join(source.text().split())
        if text and not self.spans_lines and not self.isReadOnly():
            self.textCursor().insertText(text)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Emit the word that was double-clicked."""
        super().mouseDoubleClickEvent(event)
        index = self.word_at(self.cursorForPosition(event.position().toPoint()).position())
        if index is not None:
            self.word_activated.emit(index)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the text, and a bar wherever sound is missing."""
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(current_colors().warning))
        block = self.firstVisibleBlock()
        while block.isValid():
            if self.blockBoundingGeometry(block).translated(self.contentOffset()).top() > self.viewport().height():
                break
            for position in self.gap_positions(block.blockNumber()):
                cursor = QTextCursor(self.document())
                cursor.setPosition(position)
                box = self.cursorRect(cursor)
                aside = 3 if cursor.atBlockEnd() else -3  # in the space before a word, or behind the last one
                left, top = max(1, box.left() + aside), box.top()
                painter.drawRect(left, top, 2, box.height())
                painter.drawPolygon(QPolygon([QPoint(left - 3, top), QPoint(left + 5, top), QPoint(left + 1, top + 5)]))
            block = block.next()
        painter.end()

    def _update_marks(self) -> None:
        super()._update_marks()
        self._gutter.update()

    def viewportEvent(self, event: QEvent) -> bool:
        """Turn Ctrl and the mouse wheel into steps of the text size."""
        if isinstance(event, QWheelEvent) and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.size_stepped.emit(1 if event.angleDelta().y() > 0 else -1)
            return True
        return super().viewportEvent(event)
