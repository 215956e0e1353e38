"""The buttons of the captions, which show while the pointer or the keyboard is on them."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from app.window.style.colors import RADIUS, TINY, CaptionColors
from app.window.style.icons import set_icon
from app.window.texts.plain_text import set_tip

SIDE = 18  # pixels of an icon: the captions lie over other programs, so their letters are no measure


class CaptionControls(QWidget):
    """Smaller, larger, to the other edge of the screen, close. Interface thread."""

    size_stepped = Signal(int)  # +1 or -1
    moved = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(TINY, TINY, TINY, TINY)
        self._row.setSpacing(0)
        self.smaller = self._button(self.tr("Smaller captions"))
        self.larger = self._button(self.tr("Larger captions"))
        self.place = self._button(self.tr("To the other edge of the screen"))
        self.close_button = self._button(self.tr("Close the captions"))
        self.smaller.clicked.connect(lambda: self.size_stepped.emit(-1))
        self.larger.clicked.connect(lambda: self.size_stepped.emit(1))
        self.place.clicked.connect(self.moved)
        self.close_button.clicked.connect(self.closed)
        self.hide()

    def _button(self, text: str) -> QToolButton:
        button = QToolButton(self)
        button.setAccessibleName(text)
        set_tip(button, text)
        button.setIconSize(QSize(SIDE, SIDE))
        self._row.addWidget(button)
        return button

    def recolor(self, colors: CaptionColors, at_top: bool) -> None:
        """Draw the buttons in the colours of the captions. `at_top`: the captions stand at the top of the screen."""
        for button, name in (
            (self.smaller, "smaller"),
            (self.larger, "larger"),
            (self.place, "down" if at_top else "up"),
            (self.close_button, "close"),
        ):
            set_icon(button, name, colors.text)
        self.setStyleSheet(
            f"CaptionControls {{ background: {colors.ground}; border-radius: {RADIUS}px; }}"
            f"QToolButton {{ border: 1px solid transparent; border-radius: {RADIUS}px; padding: {TINY}px; }}"
            f"QToolButton:hover {{ background: {colors.hover}; }}"
            f"QToolButton:focus {{ border-color: {colors.text}; }}"
        )
