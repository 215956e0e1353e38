"""The strip beside the transcript: the time of each line, and a mark where sound was lost."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QToolTip, QWidget

if TYPE_CHECKING:
    from app.window.transcript import TranscriptView

LOSS = QColor("#c98a12")  # stands out on dark and light


def clock(seconds: float) -> str:
    """mm:ss, with hours only where there are some."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes:02}:{rest:02}"


class Gutter(QWidget):
    """Beside the text, so that copied text carries no times."""

    def __init__(self, view: "TranscriptView") -> None:
        super().__init__(view)
        self._view = view

    def width_needed(self) -> int:
        return self._view.fontMetrics().horizontalAdvance("⚠0:00:00") + 22

    def paintEvent(self, event: QPaintEvent) -> None:
        view = self._view
        painter = QPainter(self)
        painter.fillRect(event.rect(), view.palette().color(QPalette.ColorRole.Base))
        painter.setFont(view.font())
        height = view.fontMetrics().height()
        for number, box in view.lines_in_view():
            where = QRect(QPoint(0, round(box.top())), QSize(self.width() - 10, height))
            time = view.line_start(number)
            if time is not None:
                painter.setPen(view.palette().color(QPalette.ColorRole.PlaceholderText))
                painter.drawText(where, Qt.AlignmentFlag.AlignRight, clock(time))
            if number in view.gaps:
                painter.setPen(LOSS)
                painter.drawText(where.adjusted(8, 0, 0, 0), Qt.AlignmentFlag.AlignLeft, "⚠")
        painter.end()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            for number, box in self._view.lines_in_view():
                if number in self._view.gaps and box.top() <= event.pos().y() <= box.bottom():
                    lost = self._view.gaps[number]
                    QToolTip.showText(
                        event.globalPos(), self.tr("{0:.1f} s of sound missing here").format(lost), self
                    )
                    return True
            QToolTip.hideText()
            return True
        return super().event(event)
