"""What a menu offers does something: the rest is grey while it is open, and every key works all the same."""

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from app.window.main_window import MainWindow
from tests.app.window.helpers import Desktop

NEEDS_A_TRANSCRIPT = {"export", "rename", "keep", "delete", "delete_rows", "undo", "redo", "copy_all", "find"}
NEEDS_A_TRANSCRIPT |= {"find_next", "find_previous", "split", "join", "bookmark", "next_bookmark", "doubtful"}
NEEDS_A_TRANSCRIPT |= {"doubtful_before", "confirm", "add_word", "play_word"}


def menus(window: MainWindow) -> list[QMenu]:
    found = [entry.menu() for entry in window.menuBar().actions()]
    return [menu for menu in found if isinstance(menu, QMenu)]


def grey(window: MainWindow) -> set[str]:
    """The commands that the menus show as grey, each while its menu is open."""
    names: set[str] = set()
    for menu in menus(window):
        menu.aboutToShow.emit()
        names |= {action.objectName() for action in menu.actions() if not action.isEnabled() and action.objectName()}
        menu.aboutToHide.emit()
    return names


def actions(window: MainWindow) -> list[QAction]:
    return [action for action in window.commands.all() if action.isEnabled()]


def test_an_empty_window_offers_nothing_that_needs_a_transcript(window: MainWindow) -> None:
    before = actions(window)
    assert grey(window) >= NEEDS_A_TRANSCRIPT | {"cancel", "escape"}
    assert actions(window) == before  # so that their keys work, and say why they do nothing


def test_a_finished_session_offers_what_can_be_done_with_it(finished: MainWindow) -> None:
    assert grey(finished) & NEEDS_A_TRANSCRIPT == {"keep", "delete_rows", "undo", "redo", "add_word"}
    finished.review.select_doubtful()
    finished.review.confirm()
    assert grey(finished) & {"undo", "redo", "add_word"} == {"redo"}
    finished.commands["undo"].trigger()
    assert grey(finished) & {"undo", "redo"} == {"undo"}


def test_what_runs_can_be_left_and_stopped(listening: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    assert grey(listening) & {"cancel", "escape", "bookmark", "delete", "split"} == {"delete", "split"}
