"""The palette and the spacing scale of the window: every colour and every distance that a widget uses.

There are two sets of colours, LIGHT and DARK, with one accent. A palette of neither (a system's high contrast) is
followed by colours derived from it, so that its owner can still read everything.
"""

from dataclasses import dataclass, fields
from functools import cache

from PySide6.QtGui import QColor, QGuiApplication, QPalette

Role = QPalette.ColorRole

# Distances in pixels. Everything stands on this scale, so that edges line up.
TINY, SMALL, MEDIUM, LARGE, WIDE, VAST = 4, 8, 12, 16, 24, 40
RADIUS = 7  # of buttons and fields
CARD_RADIUS = 10  # of panes and groups

# Red, green, blue from quiet to loud, in equal steps of lightness, so that a spectrogram also reads in grey.
SPECTROGRAM_STOPS = (
    (9, 16, 30),
    (20, 52, 92),
    (28, 104, 130),
    (64, 160, 132),
    (176, 206, 110),
    (252, 240, 176),
)


@dataclass(frozen=True)
class Colors:
    """The colours of one theme, as #rrggbb. Text pairs have a contrast of at least 4.5 : 1 (`text_pairs`)."""

    window: str  # the ground that panes lie on
    base: str  # panes with text, and fields
    raised: str  # controls that lie on `window` or `base`
    hover: str  # the same under the pointer
    border: str  # lines between panes
    outline: str  # edges of controls
    text: str
    muted: str  # less important text
    faint: str  # disabled text, which WCAG exempts
    accent: str  # the one filled button, focus, what is chosen
    accent_hover: str
    on_accent: str  # text on both
    link: str  # the accent as text
    selection: str  # rows and text that are selected, under `text`
    playing: str  # the word that is being played, under `text`
    record: str  # the filled button while it listens
    record_hover: str
    on_record: str
    good: str  # a level that is right; a sign, no text
    warning: str
    warning_ground: str  # of a banner, under `text`
    error: str
    error_ground: str


LIGHT = Colors(
    window="#f3f4f7",
    base="#ffffff",
    raised="#ffffff",
    hover="#e7eaef",
    border="#e1e4ea",
    outline="#c9ced7",
    text="#1c2128",
    muted="#5a6372",
    faint="#9aa2ae",
    accent="#2f5fd0",
    accent_hover="#264fb0",
    on_accent="#ffffff",
    link="#2a55bd",
    selection="#dbe5fb",
    playing="#ffe49c",
    record="#cc2f3c",
    record_hover="#ab2430",
    on_record="#ffffff",
    good="#2c9a6b",
    warning="#8a5a00",
    warning_ground="#fdf3dc",
    error="#b3261e",
    error_ground="#fce8e6",
)

DARK = Colors(
    window="#17191d",
    base="#1f2227",
    raised="#2a2e35",
    hover="#353a42",
    border="#2d3138",
    outline="#454b55",
    text="#e7e9ed",
    muted="#a2aab6",
    faint="#6b727d",
    accent="#376adb",
    accent_hover="#2f5fd0",
    on_accent="#ffffff",
    link="#8fb3ff",
    selection="#26375c",
    playing="#6a5310",
    record="#cf3442",
    record_hover="#b32a37",
    on_record="#ffffff",
    good="#3fb883",
    warning="#e6b450",
    warning_ground="#3a2f17",
    error="#ff8a80",
    error_ground="#43211f",
)


@dataclass(frozen=True)
class CaptionColors:
    """The colours of captions, which lie over other programs and do not follow the theme."""

    ground: str
    text: str
    muted: str
    notice: str
    hover: str  # of a button


CAPTIONS_DARK = CaptionColors("#0c0f14", "#ffffff", "#bcc4ce", "#ffc966", "#2c323b")
CAPTIONS_LIGHT = CaptionColors("#fbfbfc", "#14181d", "#555d69", "#8a5a00", "#e2e5ea")


def text_pairs(colors: Colors) -> list[tuple[str, str]]:
    """Return all pairs of text and ground that the window shows, by the names of the fields."""
    grounds = ("window", "base", "raised", "hover", "selection")
    pairs = [(text, ground) for text in ("text", "muted") for ground in grounds]
    pairs += [("text", ground) for ground in ("playing", "warning_ground", "error_ground")]
    pairs += [("link", ground) for ground in ("window", "base", "raised")]
    pairs += [(tone, ground) for tone in ("warning", "error") for ground in ("window", "base")]
    pairs += [("on_accent", "accent"), ("on_accent", "accent_hover")]
    return [*pairs, ("on_record", "record"), ("on_record", "record_hover")]


def colors_of(palette: QPalette) -> Colors:
    """Return the colours of the theme that a palette was made from; for any other palette derive them from it."""
    for colors in (LIGHT, DARK):
        own = QColor(colors.window), QColor(colors.base)
        if (palette.color(Role.Window), palette.color(Role.Base)) == own:
            return colors
    return _derived(palette)


def current_colors() -> Colors:
    """Return the colours of the program now. A widget's own palette does not say: the style sheet changes it."""
    return colors_of(QGuiApplication.palette())


def _derived(palette: QPalette) -> Colors:
    window, base, text = (palette.color(role) for role in (Role.Window, Role.Base, Role.Text))
    button, highlight, on_highlight = (
        palette.color(role) for role in (Role.Button, Role.Highlight, Role.HighlightedText)
    )
    strong = contrast(text, base) > 15  # a person who wants pure colours gets them
    ink = text.name()
    pale = ink if strong else mix(text, base, 0.7).name()
    line = ink if strong else mix(text, window, 0.25).name()
    dark = base.lightness() < 128
    like = DARK if dark else LIGHT
    selection = mix(highlight, base, 0.35)
    values = {field.name: getattr(like, field.name) for field in fields(Colors)} | {
        "window": window.name(),
        "base": base.name(),
        "raised": button.name(),
        "hover": mix(text, window, 0.15).name(),
        "border": line,
        "outline": line,
        "text": ink,
        "muted": pale,
        "link": ink,
        "selection": selection.name() if contrast(text, selection) >= 4.5 else mix(text, base, 0.15).name(),
        "warning_ground": window.name(),
        "error_ground": window.name(),
    }
    if contrast(on_highlight, highlight) >= 4.5:
        values |= {"accent": highlight.name(), "accent_hover": highlight.name(), "on_accent": on_highlight.name()}
    return Colors(**values)


def palette_of(colors: Colors) -> QPalette:
    """Return Qt's palette with these colours, for all that is drawn by the style alone."""
    palette = QPalette(QColor(colors.raised), QColor(colors.window))
    for role, name in (
        (Role.Window, colors.window),
        (Role.Base, colors.base),
        (Role.AlternateBase, colors.window),
        (Role.Button, colors.raised),
        (Role.WindowText, colors.text),
        (Role.Text, colors.text),
        (Role.ButtonText, colors.text),
        (Role.ToolTipBase, colors.base),
        (Role.ToolTipText, colors.text),
        (Role.PlaceholderText, colors.muted),
        (Role.Highlight, colors.selection),
        (Role.HighlightedText, colors.text),
        (Role.Accent, colors.accent),
        (Role.Link, colors.link),
        (Role.LinkVisited, colors.link),
        (Role.Mid, colors.outline),
        (Role.Dark, colors.outline),
        (Role.Light, colors.base),
        (Role.Midlight, colors.border),
    ):
        palette.setColor(role, QColor(name))
    for role in (Role.WindowText, Role.Text, Role.ButtonText, Role.HighlightedText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(colors.faint))
    return palette


@cache
def spectrogram_colors() -> tuple[int, ...]:
    """Return the colour table of spectrograms: 256 RGB values (`QRgb`), from quiet to loud."""
    table = []
    for value in range(256):
        position = value / 255 * (len(SPECTROGRAM_STOPS) - 1)
        left = min(int(position), len(SPECTROGRAM_STOPS) - 2)
        share = position - left
        stops = zip(SPECTROGRAM_STOPS[left], SPECTROGRAM_STOPS[left + 1], strict=True)
        red, green, blue = (round(a + (b - a) * share) for a, b in stops)
        table.append(QColor(red, green, blue).rgb())
    return tuple(table)


def mix(one: QColor, other: QColor, share: float) -> QColor:
    """Mix two colours: `share` (0 to 1) of the first, the rest of the second."""
    pairs = zip(_parts(one), _parts(other), strict=True)
    return QColor.fromRgbF(*(share * a + (1 - share) * b for a, b in pairs))


def contrast(one: QColor, other: QColor) -> float:
    """Return the contrast ratio of two colours as WCAG 2 defines it, 1 to 21."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: QColor) -> float:
    parts = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _parts(colour))
    return sum(part * weight for part, weight in zip(parts, (0.2126, 0.7152, 0.0722), strict=True))


def _parts(colour: QColor) -> tuple[float, float, float]:
    return colour.redF(), colour.greenF(), colour.blueF()
