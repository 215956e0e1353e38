"""The program's own line icons, drawn in the colour of the palette, so that dark and light need no second set."""

from pathlib import Path

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QColor, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QToolBar, QToolButton, QWidget

FOLDER = Path(__file__).resolve().parents[3] / "assets" / "icons"
SIZES = (16, 20, 24, 32, 48, 64)
SCALE = 1.3  # of an icon against the height of the letters beside it
DRAWING = "drawing"  # the property that remembers which icon something carries


def icon(name: str) -> QIcon:
    """assets/icons/NAME.svg with `currentColor` from the palette; greyed where disabled."""
    drawing = (FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    palette = QApplication.palette()
    made = QIcon()
    for mode, group in (
        (QIcon.Mode.Normal, QPalette.ColorGroup.Active),
        (QIcon.Mode.Disabled, QPalette.ColorGroup.Disabled),
    ):
        colour = palette.color(group, QPalette.ColorRole.ButtonText)
        for size in SIZES:
            made.addPixmap(_draw(drawing, colour, size, mode is QIcon.Mode.Disabled), mode)
    return made


def set_icon(target: QAction | QAbstractButton | QLabel, name: str) -> None:
    """Give it that icon, to be drawn anew by `redraw` when the palette changes."""
    target.setProperty(DRAWING, name)
    if isinstance(target, QLabel):
        target.setPixmap(icon(name).pixmap(_size(target)))
    else:
        target.setIcon(icon(name))


def icon_button(action: QAction) -> QToolButton:
    """A flat button of that action which shows its icon alone, and can be reached and named without seeing it."""
    button = QToolButton()
    button.setDefaultAction(action)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
    button.setAutoRaise(True)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    button.setAccessibleName(action.text().replace("&", ""))
    return button


def redraw(root: QObject) -> None:
    """All icons within, in the colours of the palette and the size of the letters as they are now."""
    for child in root.findChildren(QObject):
        if isinstance(child, QAction | QAbstractButton | QLabel) and (name := child.property(DRAWING)):
            set_icon(child, name)
        if isinstance(child, QToolBar | QToolButton):
            child.setIconSize(_size(child))


def _size(beside: QWidget) -> QSize:
    side = round(SCALE * beside.fontMetrics().height())
    return QSize(side, side)


def program_icon() -> QIcon:
    return QIcon(str(FOLDER / "echoic.svg"))


def _draw(drawing: str, colour: QColor, size: int, faded: bool) -> QPixmap:
    renderer = QSvgRenderer(QByteArray(drawing.replace("currentColor", colour.name()).encode()))
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    if faded:
        painter.setOpacity(0.45)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return pixmap
