"""A group of settings under a heading, and the scrolling column of groups."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QFrame,
    QGridLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from app.window.style.colors import LARGE, MEDIUM, SMALL, WIDE
from app.window.style.scrolled_dialog import ScrolledArea
from app.window.style.style_sheet import CARD, HEADING, QUIET
from app.window.texts.plain_text import Label

LETTERS = 72  # least width of a dialog of groups, in figures


class SettingsGroup(QWidget):
    """A heading over a pane with one row for each setting. Interface thread."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        heading = Label(title)
        heading.setObjectName(HEADING)
        card = QFrame()
        card.setObjectName(CARD)
        self._grid = QGridLayout(card)
        self._grid.setContentsMargins(LARGE, MEDIUM, LARGE, MEDIUM)
        self._grid.setHorizontalSpacing(WIDE)
        self._grid.setVerticalSpacing(SMALL)
        self._grid.setColumnStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SMALL)
        column.addWidget(heading)
        column.addWidget(card)

    def add_row(self, text: str, field: QWidget) -> None:
        """Add a setting; its text is the name of the field for screen readers."""
        field.setAccessibleName(text)
        if isinstance(field, QComboBox):
            field.view().setAccessibleName(text)
        if isinstance(field, QAbstractSpinBox) and (line := field.findChild(QLineEdit)) is not None:
            line.setTextMargins(SMALL - 2, 0, 0, 0)  # as in other fields; the style sheet does not reach it
        label = Label(text)
        label.setBuddy(field)
        row = self._grid.rowCount()
        self._grid.addWidget(label, row, 0)
        self._grid.addWidget(field, row, 1)

    def add_wide(self, widget: QWidget) -> None:
        """Add a widget over the whole width, for example a box to check."""
        self._grid.addWidget(widget, self._grid.rowCount(), 0, 1, 2)

    def add_note(self, text: str) -> None:
        """Add a sentence about the settings above."""
        note = Label(text)
        note.setObjectName(QUIET)
        note.setWordWrap(True)
        self.add_wide(note)

    def align(self, width: int) -> None:
        """Make the column of texts so many pixels wide, as in the other groups."""
        for label in self._labels():
            label.setMinimumWidth(width)

    def width_of_texts(self) -> int:
        """Return the width, in pixels, of the widest text."""
        return max((label.sizeHint().width() for label in self._labels()), default=0)

    def _labels(self) -> list[QLabel]:
        return [label for label in self.findChildren(QLabel) if label.buddy() is not None]


class Groups(ScrolledArea):
    """Groups one under the other; they scroll where the dialog has less room than they need."""

    def __init__(self, groups: Sequence[SettingsGroup], parent: QWidget | None = None) -> None:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(LARGE, MEDIUM, LARGE, LARGE)
        column.setSpacing(LARGE)
        widest = max(group.width_of_texts() for group in groups)
        for group in groups:
            group.align(widest)
            column.addWidget(group)
        column.addStretch(1)
        super().__init__(inner, parent)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
