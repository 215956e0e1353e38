"""Windows that are no larger than the screen they open on."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from app.window.style.colors import VAST

FRAME = QSize(VAST, 2 * VAST)  # what the desktop's frame, title bar and a panel take


def resize_on_screen(window: QWidget, wanted: QSize) -> None:
    """Give a window a size, or as much of it as the screen has room for; a dialog opens where its parent is."""
    parent = window.parentWidget()
    screen = (window if parent is None else parent.window()).screen()
    window.resize(wanted.boundedTo(screen.availableSize() - FRAME))
