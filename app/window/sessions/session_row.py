"""A row of a list of sessions: a title, details under it and, above the first of each group, the group's heading."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.window.shell.colors import LARGE, MEDIUM, SMALL, TINY, current_colors

ID, DETAIL, HEADING = (Qt.ItemDataRole.UserRole + number for number in range(3))
SMALL_LETTERS = 0.87  # size of the details over that of the title
Index = QModelIndex | QPersistentModelIndex


class SessionRow(QStyledItemDelegate):
    """Draws the row. The heading belongs to the row below it, so that arrow keys and screen readers meet rows only."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return room for the lines."""
        height = option.fontMetrics.height() + QFontMetrics(_small(option.font)).height() + 2 * SMALL
        return QSize(80, height + self._heading_height(option, index))

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        """Edit the title where it stands."""
        box = option.rect.adjusted(0, self._heading_height(option, index), 0, 0)
        editor.setGeometry(box)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint the heading, the background as the style does, then the two lines."""
        self.initStyleOption(option, index)
        title, option.text = option.text, ""
        painter.save()
        above = self._heading_height(option, index)
        if above:
            self._paint_heading(painter, option, index, above)
            option.rect = option.rect.adjusted(0, above, 0, 0)
        style = option.widget.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        colors = current_colors()
        box = option.rect.adjusted(LARGE, SMALL, -LARGE, -SMALL)
        for text, font, tone in (
            (title, QFont(option.font), colors.text),
            (str(index.data(DETAIL) or ""), _small(option.font), colors.muted),
        ):
            metrics = QFontMetrics(font)
            line = QRect(box.topLeft(), QSize(box.width(), metrics.height()))
            painter.setFont(font)
            painter.setPen(QColor(tone))
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, box.width())
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, shown)
            box.setTop(line.bottom() + 1)
        painter.restore()

    def _heading_height(self, option: QStyleOptionViewItem, index: Index) -> int:
        return QFontMetrics(_heading_font(option.font)).height() + MEDIUM + TINY if index.data(HEADING) else 0

    def _paint_heading(self, painter: QPainter, option: QStyleOptionViewItem, index: Index, height: int) -> None:
        painter.setFont(_heading_font(option.font))
        painter.setPen(QColor(current_colors().muted))
        box = QRect(option.rect.x() + LARGE, option.rect.y() + MEDIUM, option.rect.width() - 2 * LARGE, height - MEDIUM)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, str(index.data(HEADING)))


def _small(font: QFont) -> QFont:
    small = QFont(font)
    small.setPointSizeF(font.pointSizeF() * SMALL_LETTERS)
    return small


def _heading_font(font: QFont) -> QFont:
    heading = _small(font)
    heading.setBold(True)
    return heading
