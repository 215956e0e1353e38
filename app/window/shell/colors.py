"""Colours derived from the palette, so that they are readable in light, dark and high-contrast themes."""

from PySide6.QtGui import QColor, QPalette

Role = QPalette.ColorRole
AMBER = QColor("#d99a1c")
# Red, green, blue from quiet to loud, in equal steps of lightness, so that a spectrogram also reads in grey.
SPECTROGRAM_STOPS = (
    (9, 16, 30),
    (20, 52, 92),
    (28, 104, 130),
    (64, 160, 132),
    (176, 206, 110),
    (252, 240, 176),
)


def spectrogram_colors() -> list[int]:
    """Return the colour table of spectrograms: 256 RGB values (`QRgb`), from quiet to loud."""
    table = []
    for value in range(256):
        position = value / 255 * (len(SPECTROGRAM_STOPS) - 1)
        left = min(int(position), len(SPECTROGRAM_STOPS) - 2)
        share = position - left
        stops = zip(SPECTROGRAM_STOPS[left], SPECTROGRAM_STOPS[left + 1], strict=True)
        red, green, blue = (round(a + (b - a) * share) for a, b in stops)
        table.append(QColor(red, green, blue).rgb())
    return table


def mix(one: QColor, other: QColor, share: float) -> QColor:
    """Mix two colours: `share` (0 to 1) of the first, the rest of the second."""
    pairs = zip(_parts(one), _parts(other), strict=True)
    return QColor.fromRgbF(*(share * a + (1 - share) * b for a, b in pairs))


def muted(palette: QPalette, text: Role = Role.Text, background: Role = Role.Base) -> QColor:
    """Return the colour of less important text. Qt's placeholder colour has too little contrast."""
    return mix(palette.color(text), palette.color(background), 0.65)


def warning(palette: QPalette, background: Role = Role.Base) -> QColor:
    """Return amber with enough contrast: a darker one on a light background."""
    return AMBER if contrast(AMBER, palette.color(background)) > 4.5 else mix(AMBER, QColor("black"), 0.6)


def tinted(palette: QPalette, tint: QColor) -> QColor:
    """Return the window's colour with some of a tint, on which the window's text is readable."""
    return mix(palette.color(Role.Window), tint, 0.82)


def contrast(one: QColor, other: QColor) -> float:
    """Return the contrast ratio of two colours as WCAG 2 defines it, 1 to 21."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: QColor) -> float:
    parts = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _parts(colour))
    return sum(part * weight for part, weight in zip(parts, (0.2126, 0.7152, 0.0722), strict=True))


def _parts(colour: QColor) -> tuple[float, float, float]:
    return colour.redF(), colour.greenF(), colour.blueF()
