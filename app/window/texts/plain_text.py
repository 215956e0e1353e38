"""Where the window makes labels, tooltips and questions, so that names from outside are shown as plain text.

Qt takes any text that looks like HTML for HTML, in labels, tooltips and message boxes. The name of a file, a device, a
session or a model comes from outside, and `<img src=/dev/zero>` in it would make Qt read that file without end.
"""

import html

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QAction, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QListWidgetItem, QMessageBox, QSystemTrayIcon, QWidget


class Label(QLabel):
    """A label whose text is never taken for HTML."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)


class ElidedLabel(Label):
    """A label that ends in an ellipsis where its text is too long, and then has all of it in its tip."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the text, shortened to the width."""
        painter = QPainter(self)
        area = self.contentsRect()
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, area.width())
        if (tip := self.text() if text != self.text() else "") != self.toolTip():
            set_tip(self, tip)
        draw_line(painter, area, text, self.layoutDirection())


def draw_line(painter: QPainter, area: QRect, text: str, direction: Qt.LayoutDirection) -> None:
    """Draw a text where a window of this direction begins its lines, while the text runs as its own letters do.

    So a path or an English title stays one in an Arabic window.
    """
    painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
    from_right = direction is Qt.LayoutDirection.RightToLeft
    side = Qt.AlignmentFlag.AlignRight if from_right else Qt.AlignmentFlag.AlignLeft
    painter.drawText(area, side | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute, text)


class RichLabel(QLabel):
    """A label that shows HTML made by the program; what comes from outside must pass through `escaped` first."""

    def __init__(self, markup: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setText(markup)


def tabular(font: QFont) -> QFont:
    """Return a font whose figures are of one width, so that times do not tremble; as it is before Qt 6.7."""
    result = QFont(font)
    if hasattr(result, "setFeature"):
        result.setFeature(QFont.Tag("tnum"), 1)
    return result


def escaped(value: object) -> str:
    """Return the text of a value for use within the HTML of a `RichLabel`."""
    return html.escape(str(value))


def set_tip(target: QWidget | QAction | QListWidgetItem | QSystemTrayIcon, text: str) -> None:
    """Set a tooltip that shows exactly this text. Tooltips have no plain format, so a tag is escaped."""
    if "<" in text:
        text = f"<p style='white-space: pre-wrap'>{escaped(text)}</p>"
    target.setToolTip(text)


def confirmed(parent: QWidget | None, title: str, question: str) -> bool:
    """Ask a question with the answers Yes and No; return whether the answer was Yes."""
    buttons = QMessageBox.StandardButton.Yes | QMessageBox.StandardButton.No
    box = QMessageBox(QMessageBox.Icon.Question, title, "", buttons, parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(question)
    box.exec()
    answer = box.standardButton(box.clickedButton()) if box.clickedButton() is not None else None
    box.deleteLater()
    return answer == QMessageBox.StandardButton.Yes
