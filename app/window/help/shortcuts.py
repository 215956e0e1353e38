"""The dialog Shortcuts: every command that has a key, grouped as in the menus."""

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from app.window.shell.actions import Actions, menus
from app.window.style.colors import LARGE, MEDIUM, SMALL, TINY, WIDE
from app.window.style.scrolled_dialog import ScrolledArea, ScrolledDialog
from app.window.style.style_sheet import CARD, HEADING, KEY, QUIET
from app.window.texts.plain_text import Label

COLUMNS = 2


def tr(text: str) -> str:
    """Translate a text of this module."""
    return QCoreApplication.translate("ShortcutsDialog", text)


class ShortcutsDialog(ScrolledDialog):
    """Lists the commands with their keys, in columns. Interface thread."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Shortcuts"))
        self.keys: list[str] = []  # all that are listed
        inner = QWidget()
        columns = QHBoxLayout(inner)
        columns.setContentsMargins(LARGE, MEDIUM, LARGE, LARGE)
        columns.setSpacing(LARGE)
        groups = [group for group in (self._group(title, actions) for title in menus()) if group is not None]
        for lists in _balanced(groups):
            column = QVBoxLayout()
            column.setSpacing(LARGE)
            for group in lists:
                column.addWidget(group)
            column.addStretch(1)
            columns.addLayout(column)
        self.area = ScrolledArea(inner)
        self.show_area(self.area)

    def _group(self, title: str, actions: Actions) -> QWidget | None:
        """Return the commands of a menu that have keys; None if none has."""
        commands = [command for command in menus()[title] if command is not None and command.shortcut]
        if not commands:
            return None
        group = QWidget()
        heading = Label(title.replace("&", ""))
        heading.setObjectName(HEADING)
        card = QFrame()
        card.setObjectName(CARD)
        grid = QGridLayout(card)
        grid.setContentsMargins(LARGE, MEDIUM, LARGE, MEDIUM)
        grid.setHorizontalSpacing(WIDE)
        grid.setVerticalSpacing(SMALL)
        grid.setColumnStretch(0, 1)
        for row, command in enumerate(commands):
            grid.addWidget(Label(command.text.replace("&", "").rstrip("…")), row, 0)
            grid.addWidget(self._caps(actions[command.name].shortcuts()), row, 1, Qt.AlignmentFlag.AlignRight)
        column = QVBoxLayout(group)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SMALL)
        column.addWidget(heading)
        column.addWidget(card)
        return group

    def _caps(self, shortcuts: list[QKeySequence]) -> QWidget:
        """Return the keys of a command, drawn as keys."""
        caps = QWidget()
        row = QHBoxLayout(caps)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(TINY)
        for number, shortcut in enumerate(shortcuts):
            if number:
                between = Label(tr("or"))
                between.setObjectName(QUIET)
                row.addWidget(between)
            keys = shortcut.toString(QKeySequence.SequenceFormat.NativeText)
            self.keys.append(shortcut.toString())
            cap = Label(keys)
            cap.setObjectName(KEY)
            row.addWidget(cap)
        return caps


def _balanced(groups: list[QWidget]) -> list[list[QWidget]]:
    """Deal the groups out to COLUMNS columns of about the same height, in their order."""
    heights = [group.sizeHint().height() for group in groups]
    columns: list[list[QWidget]] = [[] for _ in range(COLUMNS)]
    whole, above = sum(heights), 0
    for group, height in zip(groups, heights, strict=True):
        columns[min(COLUMNS - 1, int((above + height / 2) * COLUMNS / whole))].append(group)
        above += height
    return columns
