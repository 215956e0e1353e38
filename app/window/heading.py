"""The row above the transcript: its title, how it is shown, the size of its letters, export."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QMenu,
    QRadioButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from app.window.actions import Actions
from app.window.exporting import FORMATS, label
from app.window.icons import set_icon

TEXT, SEGMENTS, SUBTITLES = range(3)


class Heading(QWidget):
    mode_chosen = Signal(int)
    export_chosen = Signal(str)  # a key of FORMATS

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 5, 8, 5)
        self.title = QLabel()
        font = QFont(self.title.font())
        font.setBold(True)
        self.title.setFont(font)
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row.addWidget(self.title, 1)
        self.modes = QButtonGroup(self)
        for number, (text, tip) in enumerate(
            (
                (self.tr("Text"), self.tr("Each line with the time it begins")),
                (self.tr("Segments"), self.tr("Each line with its beginning and end")),
                (self.tr("Subtitles"), self.tr("As subtitles will be cut")),
            )
        ):
            button = QRadioButton(text)
            button.setToolTip(tip)
            self.modes.addButton(button, number)
            row.addWidget(button)
        self.modes.button(TEXT).setChecked(True)
        self.modes.idClicked.connect(self.mode_chosen)
        row.addSpacing(6)
        for name in ("find", "smaller", "larger"):
            small = QToolButton()
            small.setDefaultAction(actions[name])
            small.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
            small.setAutoRaise(True)
            small.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            small.setAccessibleName(actions[name].text().replace("&", ""))
            row.addWidget(small)
        self.export = QToolButton()
        set_icon(self.export, "export")
        self.export.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.export.setText(self.tr("Export") + " ▾")
        self.export.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        self.export.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.export.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.export.setToolTip(self.tr("Save this transcript as a file"))
        menu = QMenu(self.export)
        for kind in FORMATS:
            menu.addAction(label(kind) + "…").triggered.connect(
                lambda _=False, kind=kind: self.export_chosen.emit(kind)
            )
        menu.addSeparator()
        menu.addAction(actions["copy_all"])
        self.export.setMenu(menu)
        row.addWidget(self.export)

    def set_mode(self, mode: int) -> None:
        self.modes.button(mode).setChecked(True)

    @property
    def mode(self) -> int:
        return self.modes.checkedId()

    def refresh(self, title: str, finished: bool, shown: bool) -> None:
        self.title.setText(title)
        self.title.setToolTip(title)
        self.modes.button(SUBTITLES).setEnabled(finished)
        self.export.setEnabled(shown)
