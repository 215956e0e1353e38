"""The strip beside the transcript: the time of each line, and a mark where sound was lost."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QHelpEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QToolTip, QWidget

from app.sessions.document import clock
from app.window.shell.colors import muted, warning

if TYPE_CHECKING:
    from app.window.transcript.transcript_view import TranscriptView


class TimeGutter(QWidget):
    """Beside the text, so that copied text carries no times."""

    def __init__(self, view: "TranscriptView") -> None:
        super().__init__(view)
        self._view = view

    def width_needed(self) -> int:
        widest = "00:00.0 – 00:00.0" if self._view.spans else "0:00:00"
        return QFontMetrics(self._small()).horizontalAdvance(widest) + 26

    def _small(self) -> QFont:
        """Times are there to be found, not to be read first."""
        font = QFont(self._view.font())
        font.setPointSizeF(font.pointSizeF() * 0.8)
        return font

    def _times(self, number: int) -> str:
        start = self._view.line_start(number)
        if start is None:
            return ""
        end = self._view.line_end(number)
        if not self._view.spans or end is None:
            return clock(start)
        return f"{clock(start)}.{int(start * 10) % 10} – {clock(end)}.{int(end * 10) % 10}"

    def paintEvent(self, event: QPaintEvent) -> None:
        view = self._view
        painter = QPainter(self)
        painter.fillRect(event.rect(), view.palette().color(QPalette.ColorRole.Base))
        painter.setFont(self._small())
        height = view.fontMetrics().height()
        for number, box in view.lines_in_view():
            where = QRect(QPoint(0, round(box.top())), QSize(self.width() - 10, height))
            painter.setPen(muted(view.palette()))
            painter.drawText(where, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._times(number))
            if number in view.gaps:
                painter.setPen(warning(view.palette()))
                painter.drawText(
                    where.adjusted(4, 0, 0, 0), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, "⚠"
                )
        painter.end()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            for number, box in self._view.lines_in_view():
                if number in self._view.gaps and box.top() <= event.pos().y() <= box.bottom():
                    lost = self._view.gaps[number]
                    QToolTip.showText(event.globalPos(), self.tr("{0:.1f} s of sound missing here").format(lost), self)
                    return True
            QToolTip.hideText()
            return True
        return super().event(event)
