"""The row above the transcript: title, the three ways to show it, size of the letters, export."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QMenu,
    QRadioButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from app.window.shell.actions import Actions
from app.window.style.colors import LARGE, SMALL, TINY
from app.window.style.icons import icon_button, set_icon
from app.window.style.style_sheet import SEGMENT, SEGMENTS_FRAME, TITLE
from app.window.texts.language import margins
from app.window.texts.plain_text import ElidedLabel, set_tip
from app.window.transcript.export_dialog import FORMATS, label

TEXT, SEGMENTS, SUBTITLES = range(3)
TITLE_ROOM = 12  # letters of the title that are worth more than buttons with a key


class TranscriptHeader(QWidget):
    """Shows title and mode, and emits what the user chooses. Interface thread."""

    mode_chosen = Signal(int)  # TEXT, SEGMENTS or SUBTITLES
    export_chosen = Signal(str)  # a key of FORMATS

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(margins(LARGE, SMALL, SMALL, SMALL))
        row.setSpacing(TINY)
        self.title = ElidedLabel()
        self.title.setObjectName(TITLE)
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row.addWidget(self.title, 1)
        self.modes = QButtonGroup(self)
        frame = QFrame()
        frame.setObjectName(SEGMENTS_FRAME)
        segments = QHBoxLayout(frame)
        segments.setContentsMargins(2, 2, 2, 2)
        segments.setSpacing(0)
        for number, (text, tip) in enumerate(
            (
                (self.tr("Text"), self.tr("Each line with the time it begins")),
                (self.tr("Segments"), self.tr("Each line with its beginning and end")),
                (self.tr("Subtitles"), self.tr("As subtitles will be cut")),
            )
        ):
            button = QRadioButton(text)
            set_tip(button, tip)
            button.setObjectName(SEGMENT)
            self.modes.addButton(button, number)
            segments.addWidget(button)
        row.addWidget(frame)
        self.modes.button(TEXT).setChecked(True)
        self.modes.idClicked.connect(self.mode_chosen)
        row.addSpacing(SMALL)
        self._find, *self._sizes = (icon_button(actions[name]) for name in ("find", "smaller", "larger"))
        for icon in (self._find, *self._sizes):
            row.addWidget(icon)
        self.export = QToolButton()
        set_icon(self.export, "export")
        self.export.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.export.setText(self.tr("Export") + " ▾")
        self.export.setAccessibleName(self.tr("Export"))
        self.export.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.export.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        set_tip(self.export, self.tr("Save this transcript as a file"))
        menu = QMenu(self.export)
        for kind in FORMATS:
            menu.addAction(label(kind) + "…").triggered.connect(
                lambda _=False, kind=kind: self.export_chosen.emit(kind)
            )
        menu.addSeparator()
        menu.addAction(actions["copy_all"])
        self.export.setMenu(menu)
        row.addWidget(self.export)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow row hide the buttons that have a menu entry and a key, and the word on the export button."""
        super().resizeEvent(event)
        words = self.export.fontMetrics().horizontalAdvance(self.export.text()) + 8
        icons = [self._find, *self._sizes, self.export]
        needed = sum(button.sizeHint().width() for button in self.modes.buttons())
        needed += len(icons) * (self.export.iconSize().width() + 2 * SMALL + TINY) + words + LARGE + 2 * SMALL
        needed += self.title.fontMetrics().averageCharWidth() * TITLE_ROOM
        tight = needed > event.size().width()
        style = Qt.ToolButtonStyle.ToolButtonIconOnly if tight else Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        self.export.setToolButtonStyle(style)
        for icon in self._sizes:
            icon.setVisible(not tight)

    def set_mode(self, mode: int) -> None:
        """Select TEXT, SEGMENTS or SUBTITLES without emitting `mode_chosen`."""
        self.modes.button(mode).setChecked(True)

    @property
    def mode(self) -> int:
        """TEXT, SEGMENTS or SUBTITLES."""
        return self.modes.checkedId()

    def refresh(self, title: str, finished: bool, shown: bool) -> None:
        """Show a title; subtitles need a finished session, exporting needs anything on screen."""
        self.title.setText(title)
        self.modes.button(SUBTITLES).setEnabled(finished)
        self.export.setEnabled(shown)
