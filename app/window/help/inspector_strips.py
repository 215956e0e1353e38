"""The strips of "How it listens": names, descriptions, colours and heights."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QFontMetricsF

from app.window.style.colors import spectrogram_colors

NAME_WIDTH = 28  # average characters
Stops = tuple[tuple[float, tuple[int, int, int]], ...]  # position from 0 to 1; red, green, blue
COLD_WARM: Stops = ((0.0, (90, 190, 255)), (0.5, (12, 18, 32)), (1.0, (255, 150, 70)))
EMBER: Stops = ((0.0, (10, 14, 28)), (0.45, (110, 40, 90)), (0.75, (230, 110, 50)), (1.0, (255, 240, 190)))
MINT: Stops = ((0.0, (10, 16, 28)), (1.0, (150, 245, 190)))


def tr(text: str) -> str:
    """Translate a text of the inspector."""
    return QCoreApplication.translate("Listening", text)


def ramp(stops: Stops) -> Sequence[int]:
    """Return a colour table of 256 RGB values (`QRgb`) that passes through the stops."""
    table = []
    for value in range(256):
        position = value / 255
        i = next(i for i in range(len(stops) - 1) if position <= stops[i + 1][0])
        (a, dark), (b, light) = stops[i], stops[i + 1]
        part = (position - a) / (b - a)
        table.append(QColor(*(round(x + (y - x) * part) for x, y in zip(dark, light, strict=True))).rgb())
    return table


@dataclass(frozen=True)
class Strip:
    """One row of the view."""

    title: str
    description: str
    share: float  # of the height, relative to the other strips
    table: Sequence[int]  # colours


def strips() -> tuple[Strip, ...]:
    """Return the four strips from top to bottom, in the language of the window."""
    hidden = tr("each line a unit: blue below 0, orange above; slow units below")
    return (
        Strip(tr("Sound"), tr("low tones below, high tones above"), 1.0, spectrogram_colors()),
        Strip(tr("Hidden state"), hidden, 1.5, ramp(COLD_WARM)),
        Strip(tr("Update gate"), tr("dark keeps the old, bright takes the new"), 1.5, ramp(EMBER)),
        Strip(tr("Phones"), tr("the sounds of English, as likely as they are bright"), 1.3, ramp(MINT)),
    )


def fonts(font: QFont) -> tuple[QFont, QFont]:
    """Return the fonts of the title and of the description of a strip, derived from the widget's font."""
    bold, plain = QFont(font), QFont(font)
    bold.setBold(True)
    plain.setPointSizeF(max(7.0, plain.pointSizeF() * 0.88))
    return bold, plain


def width(font: QFont) -> int:
    """Return the width, in pixels, of the column with titles and descriptions."""
    return NAME_WIDTH * QFontMetrics(font).averageCharWidth() - 12


def needed(strip: Strip, font: QFont, text: str | None = None) -> float:
    """Return the height, in pixels, that a strip's title and description need; `text` replaces the description."""
    bold, plain = fonts(font)
    text = strip.description if text is None else text
    room = QRectF(0, 0, width(font), 1e4)
    lines = QFontMetricsF(plain).boundingRect(room, Qt.TextFlag.TextWordWrap, text).height() if text else 0.0
    return QFontMetrics(bold).height() + 2 + lines


def visible_description(strip: Strip, height: float, font: QFont) -> str:
    """Return as many words of a strip's description as fit into a height, in pixels."""
    if needed(strip, font) <= height + 0.5:
        return strip.description
    words = strip.description.split()
    shorter = (" ".join(words[:count]) + "…" for count in range(len(words) - 1, 0, -1))
    return next((text for text in shorter if needed(strip, font, text) <= height + 0.5), "")


def shared(strips: Sequence[Strip], height: float, font: QFont) -> list[float]:
    """Divide a height among strips by their shares, giving each at least the height that its texts need if possible."""
    needs = [needed(strip, font) for strip in strips]
    heights = [need * min(1.0, height / sum(needs)) for need in needs]
    loose = set(range(len(strips)))
    while loose:
        rest = height - sum(heights[i] for i in range(len(strips)) if i not in loose)
        unit = rest / sum(strips[i].share for i in loose)
        tight = {i for i in loose if unit * strips[i].share < heights[i]}
        if not tight:
            for i in loose:
                heights[i] = unit * strips[i].share
            break
        loose -= tight
    return heights
