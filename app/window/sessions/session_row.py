"""A row of a list of sessions: an icon, a title, details under it and, above the first of each group, its heading."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.window.style.colors import LARGE, SMALL, current_colors
from app.window.style.icons import icon
from app.window.texts.plain_text import draw_line

ID, DETAIL, HEADING, ICON = (Qt.ItemDataRole.UserRole + number for number in range(4))
Index = QModelIndex | QPersistentModelIndex


class SessionRow(QStyledItemDelegate):
    """Draws the row. The heading belongs to the row below it, so that arrow keys and screen readers meet rows only."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return room for the lines, each as high as its own letters."""
        lines = option.fontMetrics.height() + QFontMetrics(_small(option.font)).height()
        return QSize(80, lines + 2 * SMALL + self._heading_height(option, index))

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        """Edit the title where it stands."""
        editor.setGeometry(option.rect.adjusted(0, self._heading_height(option, index), 0, 0))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint the heading, the background as the style does, then the two lines."""
        self.initStyleOption(option, index)
        title, option.text = option.text, ""
        colors, above = current_colors(), self._heading_height(option, index)
        painter.save()
        if above:
            painter.setFont(_heading_font(option.font))
            painter.setPen(QColor(colors.muted))
            width = option.rect.width() - 2 * LARGE
            place = QRect(option.rect.x() + LARGE, option.rect.y() + SMALL, width, above - SMALL)
            draw_line(painter, place, str(index.data(HEADING)), option.direction)
            option.rect = option.rect.adjusted(0, above, 0, 0)
        option.widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        box = option.rect.adjusted(LARGE, SMALL, -LARGE, -SMALL)
        if name := str(index.data(ICON) or ""):
            side = QFontMetrics(option.font).height()
            mirrored = option.direction == Qt.LayoutDirection.RightToLeft
            place = QRect(box.right() + 1 - side if mirrored else box.left(), box.top(), side, side)
            icon(name, "muted").paint(painter, place)
            box.adjust(0 if mirrored else side + SMALL, 0, -side - SMALL if mirrored else 0, 0)
        for text, font, tone in (
            (title, QFont(option.font), colors.text),
            (str(index.data(DETAIL) or ""), _small(option.font), colors.muted),
        ):
            metrics = QFontMetrics(font)
            line = QRect(box.topLeft(), QSize(box.width(), metrics.height()))
            painter.setFont(font)
            painter.setPen(QColor(tone))
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, box.width())
            draw_line(painter, line, shown, option.direction)
            box.setTop(line.bottom() + 1)
        painter.restore()

    def _heading_height(self, option: QStyleOptionViewItem, index: Index) -> int:
        return QFontMetrics(_heading_font(option.font)).height() + 2 * SMALL if index.data(HEADING) else 0


def _small(font: QFont) -> QFont:
    """Return a font for details."""
    small = QFont(font)
    small.setPointSizeF(font.pointSizeF() * 0.87)
    return small


def _heading_font(font: QFont) -> QFont:
    heading = _small(font)
    heading.setBold(True)
    return heading
