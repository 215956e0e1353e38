"""Languages for tests: German as it ships, and one made by a function that is bracketed, long and read from the right.

`shown` lists what a person can read of widgets, `unbracketed` what of a text did not pass through the catalogue, and
`cut` what has less room than it needs.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from PySide6.QtCore import QAbstractItemModel, QCoreApplication, QLocale, Qt, QTranslator
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QGroupBox,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QSpinBox,
    QSystemTrayIcon,
    QTabBar,
    QTextEdit,
    QToolButton,
    QWidget,
)

from app.window.sessions import session_row
from app.window.shell.device_list import DeviceList
from app.window.texts import language
from app.window.texts.plain_text import ElidedLabel
from tests.support.programs.scripts import script

PSEUDO = "pseudo"
OPEN, CLOSE = "⟦", "⟧"
FROM_RIGHT = "\u200f"  # a mark that is not seen, by which Qt knows a text as one that is read from the right
SLACK = 4  # pixels of a hint that are distance, not text
GROWTH = 0.4  # share of letters that are added: German needs about 0.3
# Names of keys are asked for by Qt, and read again from what is shown.
LEFT_ALONE = ("QShortcut", "QKeySequence")


@cache
def known() -> frozenset[tuple[str, str]]:
    """Context and source of all texts of the catalogues."""
    return frozenset(text.key for text in script("translations").texts())


def pseudo(text: str) -> str:
    """Return a text as the made language has it: placeholders, mnemonics and plural forms stay."""
    letters = len(re.sub(r"\{[^}]*\}|%n|&", "", text))
    return f"{OPEN}{FROM_RIGHT}{text}{'~' * max(2, round(GROWTH * letters))}{CLOSE}"


class Pseudo(QTranslator):
    """The made language. Texts that the catalogue lacks stay English, so that they are seen."""

    def translate(self, context: str, source: str, disambiguation: str | None = None, n: int = -1) -> str | None:  # type: ignore[override]
        if (context, source) == ("QGuiApplication", "QT_LAYOUT_DIRECTION"):
            return "RTL"
        if context in LEFT_ALONE or (not context.startswith("Q") and (context, source) not in known()):
            return None
        return pseudo(source)

    def isEmpty(self) -> bool:
        return False


@contextmanager
def spoken(app: QCoreApplication, name: str) -> Iterator[None]:
    """Show what is made meanwhile in a language: "en", "de" or PSEUDO."""
    before = QLocale()
    translators: list[QTranslator] = []
    if name == PSEUDO:
        translators = [Pseudo(app)]
        assert app.installTranslator(translators[0])
        assert isinstance(app, QApplication)
        app.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    else:
        translators = language.use(app, name)
    try:
        yield
    finally:
        for translator in translators:
            app.removeTranslator(translator)
            translator.deleteLater()
        if isinstance(app, QApplication):
            app.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        QLocale.setDefault(before)


def _texts(widget: QWidget) -> Iterator[str]:
    yield from (widget.toolTip(), widget.accessibleName(), widget.accessibleDescription(), widget.statusTip())
    if widget.isWindow():
        yield widget.windowTitle()
    if isinstance(widget, (QLabel, QAbstractButton)):
        yield widget.text()
    if isinstance(widget, QGroupBox):
        yield widget.title()
    if isinstance(widget, (QLineEdit, QPlainTextEdit, QTextEdit)):
        yield widget.placeholderText()
    if isinstance(widget, QLineEdit) and widget.isReadOnly():
        yield widget.text()
    if isinstance(widget, (QSpinBox, QDoubleSpinBox)):
        yield from (widget.prefix(), widget.suffix(), widget.specialValueText())
    if isinstance(widget, QTabBar):
        yield from map(widget.tabText, range(widget.count()))
    if isinstance(widget, QComboBox):
        yield from _items(widget.model())
    if isinstance(widget, QAbstractItemView) and widget.model() is not None:
        yield from _items(widget.model())
    if isinstance(widget, QMenu):
        yield widget.title()


def _items(model: QAbstractItemModel) -> Iterator[str]:
    roles = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole)
    own = (session_row.DETAIL, session_row.HEADING)
    for row in range(model.rowCount()):
        for role in (*roles, Qt.ItemDataRole.AccessibleDescriptionRole, *own):
            value = model.index(row, 0).data(role)
            if isinstance(value, str):
                yield value


def shown(*roots: QWidget) -> Iterator[tuple[str, str]]:
    """Yield class and text of everything that can be read in some widgets, tips and names for screen readers too."""
    for root in roots:
        for widget in [root, *root.findChildren(QWidget)]:
            if widget.objectName().startswith("qt_") and not isinstance(widget, QToolButton):
                continue
            for text in _texts(widget):
                if text.strip():
                    yield f"{type(widget).__name__} in {type(root).__name__}", text
        for action in [*root.actions(), *root.findChildren(QAction)]:
            for text in (action.text(), action.toolTip()):
                if text.strip():
                    yield f"{type(root).__name__}.{action.objectName() or 'action'}", text
        for icon in root.findChildren(QSystemTrayIcon):
            yield "tray", icon.toolTip()


def unbracketed(text: str, names: tuple[str, ...] = ()) -> str:
    """Return what of a text has letters and is neither in brackets nor one of `names`, as from outside."""
    rest = re.sub(r"<[^>]*>|&(lt|gt|amp|quot|#x27);", "", text)
    inner = re.compile(f"{OPEN}[^{OPEN}{CLOSE}]*{CLOSE}", re.DOTALL)
    while inner.search(rest):
        rest = inner.sub("", rest)
    for name in sorted(names, key=len, reverse=True):
        rest = rest.replace(name, "")
    return rest.strip() if re.search(r"[^\W\d_]", rest) else ""


def cut(*roots: QWidget) -> Iterator[str]:
    """Yield the visible labels, buttons and fields that have less room than their texts need."""
    for root in roots:
        for widget in [root, *root.findChildren(QWidget)]:
            if not widget.isVisible() or not isinstance(
                widget, (QLabel, QPushButton, QCheckBox, QRadioButton, QToolButton, QComboBox, QSpinBox, QDoubleSpinBox)
            ):
                continue
            # They say with an ellipsis that there is more: names from outside may have any length.
            if isinstance(widget, (ElidedLabel, DeviceList)):
                continue
            if isinstance(widget, QToolButton) and widget.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonIconOnly:
                continue
            text = widget.currentText() if isinstance(widget, QComboBox) else widget.text()
            if not text or widget.objectName().startswith("qt_"):
                continue
            wraps = isinstance(widget, QLabel) and widget.wordWrap()
            needed = widget.minimumSizeHint() if wraps or isinstance(widget, QToolButton) else widget.sizeHint()
            height = widget.heightForWidth(widget.width()) if wraps else needed.height() - SLACK
            if (widget.width() < needed.width() - SLACK and not wraps) or widget.height() < height:
                yield (
                    f"{type(widget).__name__} {text!r} in {type(root).__name__}: has {widget.width()} x "
                    f"{widget.height()}, needs {needed.width()} x {height}"
                )
