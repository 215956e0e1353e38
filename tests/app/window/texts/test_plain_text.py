"""Names from outside are plain text, wherever the window shows them."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLabel, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from app.window.help.about import AboutDialog
from app.window.help.shortcuts import ShortcutsDialog
from app.window.live.live_state import LiveState
from app.window.main_window import MainWindow
from app.window.settings.settings import Settings
from app.window.settings.settings_dialog import SettingsDialog
from app.window.texts import plain_text as text
from app.window.texts.messages import Problem
from asr.errors import AudioError
from tests.app.window.helpers import Desktop
from tests.support.programs.scripts import ROOT

NAMES = ("<img src=no-such-picture>", "<h1>large", "a <b>bold name")


def rich(root: QWidget, name: str) -> Iterator[str]:
    """Yield what Qt would take for HTML below a widget: labels, and tooltips of widgets, commands and rows."""
    for label in [root, *root.findChildren(QLabel)]:
        if isinstance(label, QLabel):
            if label.textFormat() is Qt.TextFormat.AutoText and label.text():  # the icon of a question has none
                yield f"label {label.text()!r}"
            elif label.textFormat() is not Qt.TextFormat.PlainText and name in label.text():
                yield f"HTML label {label.text()!r}"
    tips = [thing.toolTip() for thing in [root, *root.findChildren(QWidget)]]
    tips += [action.toolTip() for action in root.findChildren(QAction)]
    for view in root.findChildren(QAbstractItemView):
        model = view.model()
        tips += [str(model.index(row, 0).data(Qt.ItemDataRole.ToolTipRole) or "") for row in range(model.rowCount())]
    yield from (f"tooltip {tip!r}" for tip in tips if name in tip)


@pytest.mark.parametrize("name", NAMES)
def test_no_name_from_outside_is_html_in_the_window(
    make_window: Callable[[], MainWindow], desktop: Desktop, settings: Settings, qtbot: QtBot, name: str
) -> None:
    desktop.recognizer.name = name
    desktop.names.append(name)
    settings.device = name
    desktop.file_errors[f"{name}.bad"] = AudioError("empty-file", name=name)
    window = make_window()
    qtbot.waitUntil(lambda: window.live.state is LiveState.READY)
    window.open_files([Path(f"{name}.bad"), Path(name)])
    qtbot.waitUntil(lambda: window.file_queue.progress() == (2, 2))
    window.transcript.show_job(window.file_queue.jobs[1])
    window.library.refresh()
    window.problems.show(Problem(name))
    window.problems.show_message(name)
    assert name in window.ui.header.title.text() and name in window.ui.banner.text.text()
    assert list(rich(window, name)) == []
    settings.model = Path(name)
    for dialog in (
        AboutDialog(name, name, window),
        ShortcutsDialog(window.commands, window),
        SettingsDialog(settings, Path(name), False, window),
    ):
        assert list(rich(dialog, name)) == []
        dialog.deleteLater()


@pytest.mark.parametrize("name", NAMES)
def test_a_question_shows_the_name_as_it_is(window: MainWindow, name: str) -> None:
    seen: list[str] = []

    def answer() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        assert name in box.text()
        seen.extend(rich(box, name))
        seen.append("answered")
        box.button(QMessageBox.StandardButton.Yes).click()

    QTimer.singleShot(0, answer)
    assert text.confirmed(window, "Export", name)
    assert seen == ["answered"]


def test_a_tip_that_looks_like_html_reads_as_it_was_written(window: MainWindow) -> None:
    label = text.Label()
    for name in NAMES:
        text.set_tip(label, name)
        assert label.toolTip() and name not in label.toolTip()
    text.set_tip(label, "a & b > c")
    assert label.toolTip() == "a & b > c"


MADE_ELSEWHERE = {"QLabel", "QMessageBox", "setToolTip"}
FIXED = {("transcript_text.py", "setToolTip")}  # of a character format; the program's own words


def made_elsewhere(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in MADE_ELSEWHERE and (path.name, called) not in FIXED:
                yield f"{path.name}:{node.lineno} {called}"


def test_labels_tips_and_questions_are_made_in_one_place() -> None:
    paths = [path for path in (ROOT / "app" / "window").rglob("*.py") if path != Path(text.__file__)]
    assert [place for path in paths for place in made_elsewhere(path)] == []
