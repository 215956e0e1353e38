"""The transcript on screen: it follows only where asked to, times stand in a gutter, words can be pointed at."""

from collections.abc import Iterable, Iterator

from PySide6.QtCore import QEvent, QMimeData, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QMouseEvent, QPalette, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QToolButton, QWidget

from app.window.shell.icons import set_icon
from app.window.transcript.time_gutter import GutterLine, TimeGutter
from app.window.transcript.transcript_text import TranscriptText
from asr.updates import Update


class TranscriptView(TranscriptText):
    word_activated = Signal(int)  # index of a double-clicked word
    size_stepped = Signal(int)  # Ctrl and the wheel: +1 or -1

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._new = 0  # lines that arrived below the part in view
        self.setReadOnly(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setAcceptDrops(False)  # the window takes dropped files
        self.setAccessibleName(self.tr("Transcript"))
        self.document().setDocumentMargin(10)
        self._gutter = TimeGutter(self, self._gutter_lines)
        self.jump = QToolButton(self)
        set_icon(self.jump, "down")
        self.jump.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.jump.clicked.connect(self.jump_to_live)
        self._count_new(0)
        self.updateRequest.connect(self._scroll_gutter)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self._lay_out()

    def apply(self, updates: Iterable[Update]) -> None:
        """As `TranscriptText.apply`; the view follows only where it already stood at the end."""
        at_bottom, lines = self._at_bottom(), self.blockCount()
        super().apply(updates)
        if at_bottom:
            self.jump_to_live()
        else:
            self._count_new(self._new + max(0, self.blockCount() - lines))

    def reset(self) -> None:
        super().reset()
        self.setExtraSelections([])
        self._count_new(0)

    @property
    def across(self) -> bool:
        """Whether more than one line is selected, in part or whole."""
        cursor = self.textCursor()
        find = self.document().findBlock
        return find(cursor.selectionStart()) != find(cursor.selectionEnd())

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
        self._gutter.spans = on
        self._lay_out()

    def set_size(self, points: float) -> None:
        font = QFont(self.font())
        font.setPointSizeF(points)
        self.setFont(font)
        self._lay_out()

    # Within.

    def _gutter_lines(self) -> Iterator[GutterLine]:
        block = self.firstVisibleBlock()
        while block.isValid():
            box = self.blockBoundingGeometry(block).translated(self.contentOffset())
            if box.top() > self.viewport().height():
                return
            number = block.blockNumber()
            yield GutterLine(box, self.line_start(number), self.line_end(number), self.gaps.get(number, 0.0))
            block = block.next()

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

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.recolour()

    def insertFromMimeData(self, source: QMimeData) -> None:
        """All that is pasted comes through here, by key, menu or mouse; it stays within the line."""
        text = " ".join(source.text().split())
        if text and not self.across and not self.isReadOnly():
            self.textCursor().insertText(text)

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
