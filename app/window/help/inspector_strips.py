"""What the strips of "How it listens" are called, their colours, and the room they have."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QFontMetricsF

from app.window.shell.colors import spectrogram_colors

LETTERS = 28  # that what a strip is called may be wide
Stops = tuple[tuple[float, tuple[int, int, int]], ...]
COLD_WARM: Stops = ((0.0, (90, 190, 255)), (0.5, (12, 18, 32)), (1.0, (255, 150, 70)))
EMBER: Stops = ((0.0, (10, 14, 28)), (0.45, (110, 40, 90)), (0.75, (230, 110, 50)), (1.0, (255, 240, 190)))
MINT: Stops = ((0.0, (10, 16, 28)), (1.0, (150, 245, 190)))


def tr(text: str) -> str:
    return QCoreApplication.translate("Listening", text)


def ramp(stops: Stops) -> list[int]:
    """256 colours along some stops."""
    table = []
    for value in range(256):
        place = value / 255
        i = next(i for i in range(len(stops) - 1) if place <= stops[i + 1][0])
        (a, dark), (b, light) = stops[i], stops[i + 1]
        part = (place - a) / (b - a)
        table.append(QColor(*(round(x + (y - x) * part) for x, y in zip(dark, light, strict=True))).rgb())
    return table


@dataclass(frozen=True)
class Strip:
    """One row of the view: its names, its share of the height, its colours."""

    title: str
    told: str
    share: float
    table: list[int]


def strips() -> tuple[Strip, ...]:
    return (
        Strip(tr("Sound"), tr("low tones below, high tones above"), 1.0, spectrogram_colors()),
        Strip(tr("Hidden state"), tr("each line a unit: blue below 0, orange above; slow units below"), 1.5,
              ramp(COLD_WARM)),
        Strip(tr("Update gate"), tr("dark keeps the old, bright takes the new"), 1.5, ramp(EMBER)),
        Strip(tr("Phones"), tr("the sounds of English, as likely as they are bright"), 1.3, ramp(MINT)),
    )  # fmt: skip


def fonts(font: QFont) -> tuple[QFont, QFont]:
    """Of the title of a strip, and of what is told about it, beside letters of this font."""
    bold, plain = QFont(font), QFont(font)
    bold.setBold(True)
    plain.setPointSizeF(max(7.0, plain.pointSizeF() * 0.88))
    return bold, plain


def width(font: QFont) -> int:
    """Pixels for the names of all strips."""
    return LETTERS * QFontMetrics(font).averageCharWidth() - 12


def needed(strip: Strip, font: QFont, text: str | None = None) -> float:
    """Pixels from the top of a strip's title to the end of what is told about it, or of this text instead."""
    bold, plain = fonts(font)
    text = strip.told if text is None else text
    room = QRectF(0, 0, width(font), 1e4)
    lines = QFontMetricsF(plain).boundingRect(room, Qt.TextFlag.TextWordWrap, text).height() if text else 0.0
    return QFontMetrics(bold).height() + 2 + lines


def told(strip: Strip, height: float, font: QFont) -> str:
    """As much of what is told about a strip as goes into a height."""
    if needed(strip, font) <= height + 0.5:
        return strip.told
    words = strip.told.split()
    shorter = (" ".join(words[:count]) + "…" for count in range(len(words) - 1, 0, -1))
    return next((text for text in shorter if needed(strip, font, text) <= height + 0.5), "")


def shared(table: Sequence[Strip], height: float, font: QFont) -> list[float]:
    """The height of each strip: its share, but no less than what it is called needs, if there is so much."""
    needs = [needed(strip, font) for strip in table]
    heights = [need * min(1.0, height / sum(needs)) for need in needs]
    loose = set(range(len(table)))
    while loose:
        rest = height - sum(heights[i] for i in range(len(table)) if i not in loose)
        unit = rest / sum(table[i].share for i in loose)
        tight = {i for i in loose if unit * table[i].share < heights[i]}
        if not tight:
            for i in loose:
                heights[i] = unit * table[i].share
            break
        loose -= tight
    return heights
