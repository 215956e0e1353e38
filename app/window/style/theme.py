"""Applies a theme to the whole program: style, palette and style sheet."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontInfo, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from app.window.style.colors import DARK, LIGHT, colors_of, contrast, palette_of
from app.window.style.icons import FOLDER
from app.window.style.style_sheet import style_sheet

SYSTEM = "system"
THEMES = (SYSTEM, "light", "dark")


def apply_theme(name: str) -> None:
    """Show the program in a theme of THEMES. Interface thread.

    `SYSTEM` follows the system between light and dark, and leaves a palette of high contrast as the system has it.
    """
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    if app.style().name() not in ("fusion", ""):  # with a style sheet set, the style has no name of its own
        app.setStyle("fusion")
    hints = QGuiApplication.styleHints()
    if hasattr(hints, "setColorScheme"):  # from Qt 6.8 on; frames of windows follow it where the system allows
        wanted = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}.get(name, Qt.ColorScheme.Unknown)
        hints.setColorScheme(wanted)
    if name == SYSTEM:
        system = _system_palette()
        if _has_high_contrast(system):
            app.setPalette(system)
            follow_system()
            return
        dark = hints.colorScheme() == Qt.ColorScheme.Dark or system.color(QPalette.ColorRole.Window).lightness() < 128
    else:
        dark = name == "dark"
    app.setPalette(palette_of(DARK if dark else LIGHT))
    follow_system()


def follow_system() -> None:
    """Give the style sheet the colours of the present palette and the letters of the system. Interface thread."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    sheet = style_sheet(colors_of(app.palette()), QFontInfo(app.font()).pointSizeF(), FOLDER)
    if sheet != app.styleSheet():  # setting it polishes every widget again
        app.setStyleSheet(sheet)


def _system_palette() -> QPalette:
    QGuiApplication.setPalette(QPalette())  # takes back what the program has set
    return QGuiApplication.palette()


def _has_high_contrast(palette: QPalette) -> bool:
    """Return whether a palette is one of pure colours, as people choose it who see little else."""
    window, base = palette.color(QPalette.ColorRole.Window), palette.color(QPalette.ColorRole.Base)
    return window == base and contrast(palette.color(QPalette.ColorRole.WindowText), window) > 15
