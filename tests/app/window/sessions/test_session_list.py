"""The list of sessions follows the person: it opens what is chosen, and never what merely gets the focus."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.window.files.file_queue import JobStatus
from app.window.main_window import MainWindow
from app.window.transcript.current_transcript import QueuedFile
from tests.app.window.helpers import Desktop, click_session, kept
from tests.fakes import SCRIPT, FakeFile

TIMEOUT = 8000


@pytest.fixture
def two(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """A window with the sessions b.wav (the newer one, first in the list) and a.wav, of which b.wav is shown."""
    window.activateWindow()
    window.open_files([Path("a.wav"), Path("b.wav")])
    qtbot.waitUntil(lambda: window.file_queue.progress() == (2, 2), timeout=TIMEOUT)
    titles = [entry.title for entry in window.store.list()]
    window.transcript.show_kept(window.store.list()[titles.index("b.wav")].id)
    return window


def row_of(window: MainWindow, title: str) -> int:
    rows = window.ui.session_list.list
    return next(row for row in range(rows.count()) if rows.item(row).text() == title)


def test_a_file_opened_from_the_list_is_what_is_shown(two: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    rows = two.ui.session_list.list
    click_session(two, row_of(two, "b.wav"))
    rows.setFocus()
    desktop.recognizer.slow = 0.05
    desktop.files["long.wav"] = FakeFile(600)
    two.open_files([Path("long.wav")])
    job = two.file_queue.jobs[-1]
    two.ui.view.setFocus()  # as when a dialog opens and closes
    rows.setFocus()
    qtbot.waitUntil(lambda: job.seconds > 0.5, timeout=TIMEOUT)
    assert two.transcript.shown == QueuedFile(job)
    assert job.status is JobStatus.RUNNING
    two.file_queue.cancel(job)
    qtbot.waitUntil(lambda: two.file_queue.running is None, timeout=TIMEOUT)


def test_arrows_go_through_the_list_and_enter_opens(two: MainWindow, qtbot: QtBot) -> None:
    rows = two.ui.session_list.list
    rows.setFocus()
    rows.setCurrentRow(row_of(two, "a.wav"))
    assert kept(two).title == "b.wav"
    qtbot.keyClick(rows, Qt.Key.Key_Return)
    assert kept(two).title == "a.wav"
    click_session(two, row_of(two, "b.wav"))
    assert kept(two).title == "b.wav"


def test_delete_in_the_list_takes_the_selected_row(two: MainWindow) -> None:
    rows = two.ui.session_list.list
    rows.setFocus()
    rows.setCurrentRow(row_of(two, "a.wav"))
    two.commands["delete"].trigger()
    assert [entry.title for entry in two.store.list()] == ["b.wav"]
    assert kept(two).title == "b.wav"
    two.ui.banner.action.click()
    assert len(two.store.list()) == 2


@pytest.mark.parametrize("way", ["enter", "down", "click"])
def test_a_hit_of_the_search_is_opened_and_marked(finished: MainWindow, qtbot: QtBot, way: str) -> None:
    finished.activateWindow()
    finished.transcript.clear()
    side, view, find = finished.ui.session_list, finished.ui.view, finished.ui.find_bar
    side.search.setFocus()
    qtbot.keyClicks(side.search, "sho fox")  # beginnings of words that do not stand together
    if way == "enter":
        qtbot.keyClick(side.search, Qt.Key.Key_Return)
    elif way == "down":
        qtbot.keyClick(side.search, Qt.Key.Key_Down)
        assert side.list.hasFocus() and finished.transcript.kept is None
        qtbot.keyClick(side.list, Qt.Key.Key_Return)
    else:
        qtbot.waitUntil(lambda: side.list.count() == 1 and bool(side.list.item(0).data(257)), timeout=TIMEOUT)
        qtbot.wait(200)
        click_session(finished, 0)
    assert kept(finished).document.count
    assert find.isVisible() and find.field.text() == "sho"
    assert view.textCursor().selectedText() == "sho"
    assert view.textCursor().block().text() == SCRIPT[3][0]
    assert find.count.text() == "1/1"


def test_a_search_without_a_hit_opens_nothing(finished: MainWindow, qtbot: QtBot) -> None:
    side, before = finished.ui.session_list, kept(finished)
    side.search.setText("zebra")
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Down):
        qtbot.keyClick(side.search, key)
    assert kept(finished) == before and not finished.ui.find_bar.isVisible()
