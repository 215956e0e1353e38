"""The program's own line icons, drawn in the colour of the palette, so that dark and light need no second set."""

from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

FOLDER = Path(__file__).resolve().parents[2] / "assets" / "icons"
SIZES = (16, 24, 32, 48)


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
