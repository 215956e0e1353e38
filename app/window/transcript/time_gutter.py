"""The strip beside the transcript: the time of each line, and a mark where sound was lost."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from PySide6.QtCore import QEvent, QRectF
from PySide6.QtGui import QColor, QFont, QFontMetrics, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolTip, QWidget

from app.sessions.document import clock
from app.window.shell.colors import LARGE, SMALL, WIDE, current_colors
from app.window.shell.text import tabular


class GutterLine(NamedTuple):
    """One visible line of the text, as the gutter needs it."""

    box: QRectF  # pixels, within the gutter's own height
    baseline: float  # pixels, of its first row
    start: float | None  # seconds; None: no time is shown
    end: float | None  # seconds; shown only with `spans`
    lost: float  # seconds of sound lost in this line


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
        return QFontMetrics(self._small()).horizontalAdvance(widest) + LARGE + WIDE

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
            if line.lost:
                painter.setPen(QColor(current_colors().warning))
                painter.drawText(left, y, "⚠")
        painter.end()

    def event(self, event: QEvent) -> bool:
        """Show how much sound was lost when the mouse rests on a mark."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            for line in self._lines():
                if line.lost and line.box.top() <= event.pos().y() <= line.box.bottom():
                    tip = self.tr("{0:.1f} s of sound missing here").format(line.lost)
                    QToolTip.showText(event.globalPos(), tip, self)
                    return True
            QToolTip.hideText()
            return True
        return super().event(event)


def _clock_with_tenths(seconds: float) -> str:
    return f"{clock(seconds)}.{int(seconds * 10) % 10}"
