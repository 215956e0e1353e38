"""The program's line icons, drawn in the colour of the palette, so that one set serves light and dark themes."""

from functools import cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QColor, QIcon, QPainter, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QLabel, QToolBar, QToolButton, QWidget

from app.window.style.colors import current_colors

FOLDER = Path(__file__).resolve().parents[3] / "assets" / "icons"
SIZES = (16, 20, 24, 32, 48, 64)
SCALE = 1.3  # size of an icon over the height of the letters beside it
ICON_NAME = "icon_name"  # the Qt property that holds the name of the icon of a widget or an action
ICON_INK = "icon_ink"  # the property that holds its colour: a field of `Colors`, or #rrggbb


def icon(name: str, ink: str = "text") -> QIcon:
    """Return assets/icons/NAME.svg with `currentColor` from the palette; faded for disabled controls.

    Args:
        name: Of the file.
        ink: A field of `Colors`, or #rrggbb.
    """
    drawing = _drawing(name)
    colors = current_colors()
    result = QIcon()
    for mode, colour in (
        (QIcon.Mode.Normal, QColor(ink if ink.startswith("#") else getattr(colors, ink))),
        (QIcon.Mode.Disabled, QColor(colors.faint)),
    ):
        for size in SIZES:
            result.addPixmap(_draw(drawing, colour, size), mode)
    return result


@cache
def _drawing(name: str) -> str:
    return (FOLDER / f"{name}.svg").read_text(encoding="utf-8")


def set_icon(target: QAction | QAbstractButton | QLabel, name: str, ink: str = "text") -> None:
    """Set an icon, which `redraw` draws again when the palette changes."""
    target.setProperty(ICON_NAME, name)
    target.setProperty(ICON_INK, ink)
    if isinstance(target, QLabel):
        target.setPixmap(icon(name, ink).pixmap(_size(target), target.devicePixelRatio()))
    else:
        target.setIcon(icon(name, ink))


def icon_button(action: QAction) -> QToolButton:
    """Return a flat button that shows the icon of an action; it takes the focus and has a name for screen readers."""
    button = QToolButton()
    button.setDefaultAction(action)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
    button.setAutoRaise(True)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    button.setAccessibleName(action.text().replace("&", ""))
    return button


def redraw(root: QObject) -> None:
    """Draw all icons within `root` again, for the present palette and font size."""
    for child in root.findChildren(QObject):
        if isinstance(child, QAction | QAbstractButton | QLabel) and (name := child.property(ICON_NAME)):
            set_icon(child, name, child.property(ICON_INK))
        if isinstance(child, QToolBar | QToolButton):
            child.setIconSize(_size(child))


def _size(beside: QWidget) -> QSize:
    side = round(SCALE * beside.fontMetrics().height())
    return QSize(side, side)


def program_icon() -> QIcon:
    """Return the icon of the program."""
    return QIcon(str(FOLDER / "echoic.svg"))


def _draw(drawing: str, colour: QColor, size: int) -> QPixmap:
    """Draw an icon, or take it from Qt's cache: a window has a hundred icons of six sizes, and most of them twice."""
    key, cached = f"echoic {size} {colour.name()} {drawing}", QPixmap()
    if QPixmapCache.find(key, cached):
        return cached
    renderer = QSvgRenderer(QByteArray(drawing.replace("currentColor", colour.name()).encode()))
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    QPixmapCache.insert(key, pixmap)
    return pixmap
