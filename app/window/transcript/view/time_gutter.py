"""The strip beside the transcript: the time of each line, and its marks."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QHelpEvent, QPainter, QPaintEvent, QPolygon
from PySide6.QtWidgets import QToolTip, QWidget

from app.sessions.document import clock
from app.window.style.colors import LARGE, SMALL, WIDE, current_colors
from app.window.texts.language import filled
from app.window.texts.plain_text import tabular
from app.window.transcript.view.marks import LineMarks


class GutterLine(NamedTuple):
    """One visible line of the text, as the gutter needs it."""

    box: QRectF  # pixels, within the gutter's own height
    baseline: float  # pixels, of its first row
    start: float | None  # seconds; None: no time is shown
    end: float | None  # seconds; shown only with `spans`
    marks: LineMarks = LineMarks()


class TimeGutter(QWidget):
    """A widget beside the text rather than part of it, so that copied text carries no times."""

    def __init__(self, text: QWidget, lines: Callable[[], Iterable[GutterLine]]) -> None:
        """Stand inside a text widget.

        Args:
            text: the widget whose font and palette are used.
            lines: returns the lines that are visible now.
        """
        super().__init__(text)
        self.spans = False  # show where lines end, too
        self._text, self._lines = text, lines

    def width_needed(self) -> int:
        """Return the width, in pixels, that the widest time needs."""
        widest = "00:00.0 – 00:00.0" if self.spans else "0:00:00"
        return QFontMetrics(self._small()).horizontalAdvance(widest) + LARGE + WIDE + SMALL

    def _small(self) -> QFont:
        """Return the font of times: smaller than the text, because words are read first."""
        font = tabular(self._text.font())
        font.setPointSizeF(font.pointSizeF() * 0.78)
        return font

    def _times(self, line: GutterLine) -> str:
        if line.start is None:
            return ""
        if not self.spans or line.end is None:
            return clock(line.start)
        return f"{_clock_with_tenths(line.start)} – {_clock_with_tenths(line.end)}"

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint times and marks."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(current_colors().base))
        painter.setFont(self._small())
        metrics = QFontMetrics(self._small())
        left = self.width() - self.width_needed() + SMALL
        for line in self._lines():
            times, y = self._times(line), round(line.baseline)
            painter.setPen(QColor(current_colors().muted))
            painter.drawText(self.width() - LARGE - metrics.horizontalAdvance(times), y, times)
            self._paint_marks(painter, line.marks, left, y - metrics.ascent(), metrics.ascent())
        painter.end()

    def _paint_marks(self, painter: QPainter, marks: LineMarks, left: int, top: int, height: int) -> None:
        """Paint the marks of a line side by side, from the left: shapes, since not every font has such signs."""
        colors, side = current_colors(), max(8, round(0.7 * height))
        at = QRect(left, top + height - side, side, side)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if marks.lost:
            painter.setBrush(QColor(colors.warning))
            painter.drawPolygon(QPolygon([at.bottomLeft(), at.bottomRight(), QPoint(at.center().x(), at.top())]))
            at.translate(side + 2, 0)
        if marks.paused:
            painter.setBrush(QColor(colors.muted))
            bar = max(2, side // 3)
            painter.drawRect(at.left(), at.top(), bar, side)
            painter.drawRect(at.left() + 2 * bar, at.top(), bar, side)
            at.translate(side + 2, 0)
        if marks.bookmarked:
            painter.setBrush(QColor(colors.accent))
            notch = QPoint(at.center().x(), at.bottom() - side // 3)
            painter.drawPolygon(QPolygon([at.topLeft(), at.bottomLeft(), notch, at.bottomRight(), at.topRight()]))
        painter.restore()

    def tip_of(self, marks: LineMarks) -> str:
        """Return what the marks of a line mean, in words."""
        tips = []
        if marks.lost:
            tips.append(filled(self.tr("{0:.1f} s of sound missing here"), marks.lost))
        if marks.paused:
            tips.append(self.tr("Paused after this line"))
        if marks.bookmarked:
            tips.append(self.tr("Bookmark"))
        return "\n".join(tips)

    def event(self, event: QEvent) -> bool:
        """Say what a mark means when the mouse rests on it."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            for line in self._lines():
                if line.box.top() <= event.pos().y() <= line.box.bottom() and (tip := self.tip_of(line.marks)):
                    QToolTip.showText(event.globalPos(), tip, self)
                    return True
            QToolTip.hideText()
            return True
        return super().event(event)


def _clock_with_tenths(seconds: float) -> str:
    return f"{clock(seconds)}.{int(seconds * 10) % 10}"
