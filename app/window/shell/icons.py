"""The program's line icons, drawn in the colour of the palette, so that one set serves light and dark themes."""

from pathlib import Path

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QColor, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QToolBar, QToolButton, QWidget

FOLDER = Path(__file__).resolve().parents[3] / "assets" / "icons"
SIZES = (16, 20, 24, 32, 48, 64)
SCALE = 1.3  # size of an icon over the height of the letters beside it
ICON_NAME = "icon_name"  # the Qt property that holds the name of the icon of a widget or an action


def icon(name: str) -> QIcon:
    """Return assets/icons/NAME.svg with `currentColor` from the palette; faded for disabled controls."""
    drawing = (FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    palette = QApplication.palette()
    result = QIcon()
    for mode, group in (
        (QIcon.Mode.Normal, QPalette.ColorGroup.Active),
        (QIcon.Mode.Disabled, QPalette.ColorGroup.Disabled),
    ):
        colour = palette.color(group, QPalette.ColorRole.ButtonText)
        for size in SIZES:
            result.addPixmap(_draw(drawing, colour, size, mode is QIcon.Mode.Disabled), mode)
    return result


def set_icon(target: QAction | QAbstractButton | QLabel, name: str) -> None:
    """Set an icon, which `redraw` draws again when the palette changes."""
    target.setProperty(ICON_NAME, name)
    if isinstance(target, QLabel):
        target.setPixmap(icon(name).pixmap(_size(target)))
    else:
        target.setIcon(icon(name))


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
            set_icon(child, name)
        if isinstance(child, QToolBar | QToolButton):
            child.setIconSize(_size(child))


def _size(beside: QWidget) -> QSize:
    side = round(SCALE * beside.fontMetrics().height())
    return QSize(side, side)


def program_icon() -> QIcon:
    """Return the icon of the program."""
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
