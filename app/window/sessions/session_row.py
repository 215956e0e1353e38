"""A row of a list of sessions: a title, details under it and, above the first of each group, the group's heading."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.window.shell.colors import muted

ID, DETAIL, HEADING = (Qt.ItemDataRole.UserRole + number for number in range(3))
SMALL = 0.85  # size of the details over that of the title
Index = QModelIndex | QPersistentModelIndex


class SessionRow(QStyledItemDelegate):
    """Draws the row. The heading belongs to the row below it, so that arrow keys and screen readers meet rows only."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return room for the lines."""
        height = option.fontMetrics.height() + QFontMetrics(_small(option.font)).height() + 8
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
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        role = QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.Text
        palette = option.palette
        detail_color = palette.color(role) if selected else muted(palette, background=QPalette.ColorRole.Window)
        box: QRect = option.rect.adjusted(10, 3, -8, -3)
        small = _small(option.font)
        line = option.fontMetrics.height()
        lines = (
            (title, option.font, palette.color(role), QRect(box.x(), box.y(), box.width(), line)),
            (
                str(index.data(DETAIL) or ""),
                small,
                detail_color,
                QRect(box.x(), box.y() + line, box.width(), QFontMetrics(small).height()),
            ),
        )
        for text, font, color, place in lines:
            painter.setFont(font)
            painter.setPen(color)
            elided = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, place.width())
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, elided)
        painter.restore()

    def _heading_height(self, option: QStyleOptionViewItem, index: Index) -> int:
        return QFontMetrics(_heading_font(option.font)).height() + 10 if index.data(HEADING) else 0

    def _paint_heading(self, painter: QPainter, option: QStyleOptionViewItem, index: Index, height: int) -> None:
        painter.setFont(_heading_font(option.font))
        painter.setPen(muted(option.palette, background=QPalette.ColorRole.Window))
        box = QRect(option.rect.x() + 10, option.rect.y() + 6, option.rect.width() - 18, height - 8)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, str(index.data(HEADING)))


def _small(font: QFont) -> QFont:
    small = QFont(font)
    small.setPointSizeF(font.pointSizeF() * SMALL)
    return small


def _heading_font(font: QFont) -> QFont:
    heading = _small(font)
    heading.setBold(True)
    return heading
