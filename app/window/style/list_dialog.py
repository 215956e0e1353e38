"""The layout of dialogs that list what was kept: a note, the list, what is wrong or how many, and what can be done."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QListWidget, QPushButton, QVBoxLayout, QWidget

from app.window.style.on_screen import resize_on_screen
from app.window.style.style_sheet import FIELD
from app.window.texts.plain_text import Label


class ListDialog(QDialog):
    """A list in which several lines can be chosen, over buttons that act on them. Interface thread."""

    def __init__(self, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.note, self.state, self.list = Label(), Label(), QListWidget()

    def lay_out(self, note: str, name: str, buttons: Sequence[tuple[str, Callable[[], None]]]) -> None:
        """Lay out the dialog, once.

        Args:
            note: What the list is.
            name: Of the list, for screen readers.
            buttons: Texts, and what they do.
        """
        self.note.setText(note)
        for label in (self.note, self.state):
            label.setWordWrap(True)
        self.list.setObjectName(FIELD)
        self.list.setAccessibleName(name)
        self.list.setSelectionMode(QListWidget.SelectionMode.ExtendedSelection)
        row = QHBoxLayout()
        self.buttons = [QPushButton(text) for text, _ in buttons]
        for button, (_, act) in zip(self.buttons, buttons, strict=True):
            button.clicked.connect(act)
            button.setAutoDefault(False)
            row.addWidget(button)
        row.addStretch(1)
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close.rejected.connect(self.reject)
        row.addWidget(close)
        column = QVBoxLayout(self)
        for widget in (self.note, self.list, self.state):
            column.addWidget(widget, 1 if widget is self.list else 0)
        column.addLayout(row)
        letter = self.fontMetrics().horizontalAdvance("0")
        resize_on_screen(self, QSize(letter * 70, letter * 46))
