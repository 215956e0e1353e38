"""The layout of dialogs that show much: an area that scrolls where the screen is small, over a button that closes."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QScrollArea, QVBoxLayout, QWidget

from app.window.style.colors import LARGE, SMALL
from app.window.style.on_screen import resize_on_screen
from app.window.style.style_sheet import SCROLLED

LEAST = 160  # pixels of the height that the area has at least
WIDEST = 640  # pixels of the width that it insists on: what is wider scrolls where the screen is narrower


class ScrolledArea(QScrollArea):
    """Wants as much room as its content; scrolls up and down where it has less. Interface thread."""

    def __init__(self, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.content = content
        content.setObjectName(SCROLLED)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(content)

    def sizeHint(self) -> QSize:
        """Return room for all of the content: Qt's own hint is a small part of it."""
        hint = self.content.sizeHint()
        return QSize(hint.width() + self.verticalScrollBar().sizeHint().width(), hint.height() + 2)

    def minimumSizeHint(self) -> QSize:
        """Return the width of the content, if that is not much, and room for a few rows."""
        least = self.content.minimumSizeHint().width() + self.verticalScrollBar().sizeHint().width()
        return QSize(min(least, WIDEST), LEAST)


class ScrolledDialog(QDialog):
    """Shows an area, as large as it wants to be and the screen allows. Interface thread."""

    def show_area(self, area: ScrolledArea, letters: int = 0) -> None:
        """Arrange the dialog once its content is made. `letters`: its least width, in widths of a figure."""
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.setContentsMargins(LARGE, SMALL, LARGE, LARGE)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(area, 1)
        column.addWidget(buttons)
        wanted = self.sizeHint().expandedTo(QSize(letters * self.fontMetrics().horizontalAdvance("0"), 0))
        content = area.content
        if content.hasHeightForWidth():  # it has sentences, which Qt's hint takes for narrower ones
            height = content.heightForWidth(wanted.width()) + buttons.sizeHint().height() + 2
            wanted.setHeight(max(wanted.height(), height))
        resize_on_screen(self, wanted)
