"""The style sheet of the window: how Qt's own widgets are drawn, with the colours and distances of `colors`."""

from pathlib import Path
from string import Template

from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from app.window.style.colors import CARD_RADIUS, LARGE, MEDIUM, RADIUS, SMALL, TINY, VAST, WIDE, Colors, mix

# Names that widgets get with `setObjectName`, so that one rule serves all of a kind.
CARD = "card"  # a pane on the ground of the window
PRIMARY = "primary"  # the one filled button
QUIET = "quiet"  # a label of less importance
HEADLINE = "headline"
TITLE = "title"  # of what a pane shows
CLOCK = "clock"
HEADING = "heading"  # over a list or a group
SCROLLED = "scrolled"  # what lies in a scroll area, without a ground of its own
SEGMENT = "segment"  # one of several buttons that are one choice
SEGMENTS_FRAME = "segments"  # the frame round them
LARGE_BUTTON = "large"
FLOATING = "floating"  # a button that lies over text
BADGE = "badge"  # a word that says what kind a thing is
FIELD = "field"  # a list of a dialog, which has edges there as fields have
FIXED = "fixed"  # text with letters of one width
KEY = "key"  # the name of a key, drawn as a key cap
RECORDING = "recording"  # property of a PRIMARY button: it stops what runs

SCALES = {"headline": 1.8, "start": 1.25, "title": 1.1, "clock": 1.15}  # over the size of the system's letters

RULES = Template("""
QMainWindow, QDialog, QMessageBox { background: $window; }
QToolTip { background: $base; color: $text; border: 1px solid $outline; padding: ${tiny}px; }

QMenuBar { background: $window; color: $text; padding: 2px ${tiny}px; border: none; }
QMenuBar::item { background: transparent; padding: ${tiny}px ${small}px; border-radius: ${tiny}px; }
QMenuBar::item:selected, QMenuBar::item:pressed { background: $hover; }
QMenu { background: $base; color: $text; border: 1px solid $outline; padding: ${tiny}px; }
QMenu::item { padding: ${tiny}px ${wide}px ${tiny}px ${wide}px; border-radius: ${tiny}px; min-height: 1.4em; }
QMenu::item:selected { background: $selection; color: $text; }
QMenu::item:disabled { color: $faint; background: transparent; }
QMenu::separator { height: 1px; background: $border; margin: ${tiny}px ${small}px; }
QMenu::indicator { width: ${medium}px; height: ${medium}px; margin-left: 6px; }
QMenu::indicator:checked { image: url("$icons/check-$tone.svg"); }

QToolBar { background: $window; border: none; padding: ${tiny}px ${small}px ${small}px ${small}px; spacing: ${tiny}px; }
QToolBar::separator { background: $border; width: 1px; margin: 6px ${tiny}px; }
QStatusBar { background: $window; color: $muted; border: none; }
QStatusBar::item { border: none; }

QToolButton { background: transparent; color: $text; border: 1px solid transparent; border-radius: ${radius}px;
    padding: 5px 6px; }
QToolButton:hover { background: $hover; }
QToolButton:pressed, QToolButton:checked { background: $selection; }
QToolButton:disabled { color: $faint; }
QToolButton:focus { border-color: $accent; }
QToolButton::menu-indicator { image: none; }
QToolButton#floating { background: $raised; border: 1px solid $outline; padding: 5px ${medium}px; }
QToolButton#floating:hover { background: $hover; }
QPushButton { background: $raised; color: $text; border: 1px solid $outline; border-radius: ${radius}px;
    padding: 5px ${large}px; min-height: 1.3em; }
QPushButton#large { padding: 7px ${large}px; }
QPushButton#primary { padding: 11px ${wide}px; font-size: ${start}pt; }
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $selection; }
QPushButton:disabled { color: $faint; border-color: $border; }
QPushButton:focus { border-color: $accent; }

#primary { background: $accent; color: $on_accent; border: 2px solid $accent; padding: 4px ${medium}px;
    font-weight: 600; }
#primary:hover, #primary:pressed { background: $accent_hover; border-color: $accent_hover; }
#primary[recording="true"] { background: $record; color: $on_record; border-color: $record; }
#primary[recording="true"]:hover, #primary[recording="true"]:pressed { background: $record_hover; }
#primary:disabled { background: $hover; color: $faint; border-color: $hover; }
#primary:focus { border-color: $focus; }

QLineEdit, QComboBox, QSpinBox, QDoubleSpinBox { background: $base; color: $text; border: 1px solid $outline;
    border-radius: ${radius}px; padding: ${tiny}px ${small}px; min-height: 1.3em;
    selection-background-color: $selection; selection-color: $text; }
QLineEdit, QPlainTextEdit { placeholder-text-color: $muted; }
QAbstractSpinBox QLineEdit { background: transparent; border: none; padding: 0; min-height: 0; }
QLineEdit:focus, QComboBox:focus, QSpinBox:focus, QDoubleSpinBox:focus { border-color: $accent; }
QLineEdit:read-only { background: $window; }
QLineEdit:disabled, QComboBox:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled { color: $faint;
    background: $window; }
QComboBox::drop-down { border: none; width: 1.7em; }
QComboBox::down-arrow, QSpinBox::down-arrow, QDoubleSpinBox::down-arrow { image: url("$icons/chevron-down-$tone.svg");
    width: 0.85em; height: 0.85em; }
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow { image: url("$icons/chevron-up-$tone.svg");
    width: 0.85em; height: 0.85em; }
QSpinBox, QDoubleSpinBox { padding: 2px 0; }
QSpinBox::up-button, QDoubleSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::down-button {
    border: none; background: transparent; width: ${wide}px; }
QComboBox QAbstractItemView { background: $base; color: $text; border: 1px solid $outline; padding: ${tiny}px;
    outline: none; selection-background-color: $selection; selection-color: $text; }
QComboBox QAbstractItemView::item { min-height: 1.6em; padding: 2px ${small}px; margin: 0;
    border-radius: ${tiny}px; }

QCheckBox { spacing: ${small}px; color: $text; }
QCheckBox::indicator, QListView::indicator { width: 1.2em; height: 1.2em; border: 1px solid $outline;
    border-radius: ${tiny}px; background: $base; }
QCheckBox::indicator:checked, QListView::indicator:checked { background: $accent; border-color: $accent;
    image: url("$icons/check-filled.svg"); }
QCheckBox::indicator:focus { border-color: $focus; }

QFrame#card { background: $base; border: 1px solid $border; border-radius: ${card}px; }
QFrame#segments { background: $window; border: none; border-radius: ${radius}px; }
QRadioButton#segment { background: transparent; color: $text; border: 1px solid transparent;
    border-radius: 6px; padding: 3px ${medium}px; spacing: 0; }
QRadioButton#segment::indicator { width: 0; height: 0; image: none; }
QRadioButton#segment:hover:!checked { background: $hover; }
QRadioButton#segment:checked { background: $raised; border-color: $outline; }
QRadioButton#segment:focus { border-color: $accent; }
QRadioButton#segment:disabled { color: $faint; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QLabel { background: transparent; }
QLabel#quiet { color: $muted; }
QLabel#badge { color: $link; border: 1px solid $link; border-radius: 0.6em; padding: 1px ${small}px; font-weight: 600; }
QLabel#headline { font-size: ${headline}pt; font-weight: 600; }
QLabel#title { font-size: ${title}pt; font-weight: 600; }
QLabel#clock { font-size: ${clock}pt; }
QLabel#heading { font-weight: 600; padding: ${tiny}px ${medium}px 0 ${medium}px; }
QLabel#key { background: $raised; border: 1px solid $outline; border-bottom-width: 2px; border-radius: 5px;
    padding: 1px 6px; }

QPlainTextEdit, QTextEdit { background: $base; color: $text; border: none;
    selection-background-color: $selection; selection-color: $text; }
QPlainTextEdit#fixed { font-family: monospace; }
QAbstractScrollArea { border: none; }
QScrollArea, QScrollArea > QWidget > QWidget#scrolled { background: transparent; border: none; }
QListView, QTreeView { background: transparent; color: $text; border: none; outline: none; }
QListView#field, QPlainTextEdit#fixed { background: $base; border: 1px solid $border; border-radius: ${radius}px;
    padding: ${tiny}px; }
QListView#field::item { min-height: 1.8em; }
QListView::item { border-radius: ${radius}px; margin: 0 ${tiny}px 0 ${small}px; }
QListView::item:selected { background: $selection; color: $text; }
QListView::item:hover:!selected { background: $hover; }
QSplitter::handle { background: transparent; }
QSplitter::handle:hover { background: $border; }

QScrollBar:vertical { background: transparent; width: ${medium}px; margin: 0; border: none; }
QScrollBar:horizontal { background: transparent; height: ${medium}px; margin: 0; border: none; }
QScrollBar::handle { background: $outline; border-radius: 3px; border: none; margin: 3px; }
QScrollBar::handle:vertical { min-height: ${vast}px; }
QScrollBar::handle:horizontal { min-width: ${vast}px; }
QScrollBar::handle:hover, QScrollBar::handle:pressed { background: $muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; border: none; background: none; }
QScrollBar::add-page, QScrollBar::sub-page { background: none; }

QProgressBar { background: $hover; border: none; border-radius: 2px; }
QProgressBar::chunk { background: $accent; border-radius: 2px; }
QSlider::groove:horizontal { height: 4px; background: $outline; border-radius: 2px; }
QSlider::sub-page:horizontal { background: $accent; border-radius: 2px; }
QSlider::handle:horizontal { width: ${large}px; height: ${large}px; margin: -6px 0; border-radius: 8px;
    background: $accent; border: none; }
QSlider:focus { border: 1px solid $accent; border-radius: ${tiny}px; }
""")


def style_sheet(colors: Colors, points: float, icons: Path) -> str:
    """Return the style sheet of a theme.

    Args:
        colors: Of the theme.
        points: Size of the system's letters. All sizes stand in the sheet, since Qt forgets a font that a widget was
            given when it reads a new sheet.
        icons: Folder of arrows and check marks, which a style sheet takes from files only.
    """
    dark = int(colors.base[1:3], 16) < 128
    distances = {"tiny": TINY, "small": SMALL, "medium": MEDIUM, "large": LARGE, "wide": WIDE, "vast": VAST}
    return RULES.substitute(
        vars(colors),
        focus=mix(QColor(colors.accent), QColor(colors.text), 0.5).name(),
        **distances,
        **{name: f"{scale * points:.1f}" for name, scale in SCALES.items()},
        radius=RADIUS,
        card=CARD_RADIUS,
        icons=icons.as_posix(),
        tone="dark" if dark else "light",
    )


def restyle(widget: QWidget, name: str, value: bool) -> None:
    """Set a property that rules depend on, and draw the widget by the rules that hold now."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)
