"""The list of sessions follows the person: it opens what is chosen, and never what merely gets the focus."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from app.sessions.search.search_index import SessionEntry
from app.sessions.store import Store
from app.window.files.file_queue import JobStatus
from app.window.live.live_state import LiveState
from app.window.main_window import MainWindow
from app.window.sessions import session_library
from app.window.sessions.session_library import live_title
from app.window.sessions.session_row import DETAIL, HEADING, ICON, ID
from app.window.transcript.current_transcript import QueuedFile
from asr.updates import Update, Word
from tests.app.window.helpers import Desktop, click_session, kept, kill
from tests.support.recognition.fakes import SCRIPT, FakeFile


@pytest.fixture
def two(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """A window with the sessions b.wav (the newer one, first in the list) and a.wav, of which b.wav is shown."""
    window.activateWindow()
    window.open_files([Path("a.wav"), Path("b.wav")])
    qtbot.waitUntil(lambda: window.file_queue.progress() == (2, 2))
    titles = [entry.title for entry in window.store.list()]
    window.transcript.show_kept(window.store.list()[titles.index("b.wav")].id)
    return window


def row_of(window: MainWindow, title: str) -> int:
    rows = window.ui.session_list.list
    return next(row for row in range(rows.count()) if rows.item(row).text() == title)


def test_a_row_shows_by_its_icon_where_its_sound_came_from(finished: MainWindow, qtbot: QtBot) -> None:
    finished.open_files([Path("a.wav")])
    qtbot.waitUntil(lambda: finished.file_queue.progress() == (1, 1))
    rows = finished.ui.session_list.list
    items = [rows.item(row) for row in range(rows.count())]
    assert sorted(item.data(ICON) for item in items) == ["microphone", "sample"]
    rows.clearSelection()
    rows.blockSignals(True)  # nobody renames them
    shown = []
    for item in items:
        item.setText("the same")
        item.setData(DETAIL, "the same")
        item.setData(HEADING, "")
        QApplication.processEvents()
        shown.append(rows.viewport().grab(rows.visualItemRect(item)).toImage())
    rows.blockSignals(False)
    assert shown[0].size() == shown[1].size() and shown[0] != shown[1]


@pytest.mark.slow
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
    qtbot.waitUntil(lambda: job.seconds > 0.5)
    assert two.transcript.shown == QueuedFile(job)
    assert job.status is JobStatus.RUNNING
    two.file_queue.cancel(job)
    qtbot.waitUntil(lambda: two.file_queue.running is None)


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
        qtbot.waitUntil(lambda: side.list.count() == 1 and bool(side.list.item(0).data(257)))
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


def entry(id: str, created: float, title: str = "A talk", damage: str = "") -> SessionEntry:
    return SessionEntry(id, "live", title, "", created, 60.0, 100, 0.0, damage=damage)


def test_sessions_stand_under_today_yesterday_last_week_and_months(window: MainWindow) -> None:
    now = datetime.now().replace(hour=12)
    days = (-1, 0, 0, 1, 2, 7, 8, 8, 400)  # the first by a wrong clock
    entries = [entry(str(i), (now - timedelta(days=day)).timestamp()) for i, day in enumerate(days)]
    rows = window.ui.session_list.list
    window.ui.session_list.fill(entries)
    headings = [rows.item(row).data(HEADING) for row in range(rows.count())]
    assert len(set(headings) - {""}) == 5
    assert [bool(heading) for heading in headings] == [True, False, False, True, True, False, True, False, True]
    with_heading, without = rows.visualItemRect(rows.item(0)).height(), rows.visualItemRect(rows.item(1)).height()
    assert with_heading > without


def test_keys_and_clicks_select_several_sessions_and_delete_removes_them(two: MainWindow, qtbot: QtBot) -> None:
    rows = two.ui.session_list.list
    rows.setFocus()
    click_session(two, 0)
    shown = kept(two).id
    place = rows.visualItemRect(rows.item(1)).center()
    qtbot.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, place)
    assert kept(two).id == shown  # the second is selected, not opened
    two.library.refresh()
    assert len(rows.selectedItems()) == 2
    qtbot.keyClick(rows, Qt.Key.Key_Delete)
    assert two.store.list() == () and two.transcript.kept is None
    two.ui.banner.action.click()
    assert len(two.store.list()) == 2


def test_delete_in_the_text_deletes_no_session(two: MainWindow, qtbot: QtBot) -> None:
    two.ui.view.setFocus()
    qtbot.keyClick(two.ui.view, Qt.Key.Key_Delete)
    assert len(two.store.list()) == 2


def entries_of(window: MainWindow) -> dict[str, QAction]:
    return {action.text(): action for action in window.ui.session_list.menu().actions()}


def test_the_menu_of_a_session(two: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    def open_url(url: QUrl) -> bool:
        opened.append(url.toLocalFile())
        return True

    monkeypatch.setattr(session_library.QDesktopServices, "openUrl", open_url)
    rows = two.ui.session_list.list
    rows.setFocus()
    rows.setCurrentRow(row_of(two, "a.wav"))
    menu = entries_of(two)
    menu["Open"].trigger()
    assert kept(two).title == "a.wav"
    menu["Open folder"].trigger()
    assert opened == [str(kept(two).folder)]
    menu["Rename"].trigger()
    editor = rows.findChild(QLineEdit)
    assert isinstance(editor, QLineEdit)
    qtbot.keyClicks(editor, "Station")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: {entry.title for entry in two.store.list()} == {"Station", "b.wav"})
    entries_of(two)["Delete"].trigger()
    assert [entry.title for entry in two.store.list()] == ["b.wav"]


def test_a_live_session_is_named_after_its_first_words(finished: MainWindow, qtbot: QtBot) -> None:
    title = kept(finished).title
    assert SCRIPT[0][0].startswith(title.rstrip("…")) and len(title) > 20
    finished.transcript.save_queue.flush()
    assert [entry.title for entry in finished.store.list()] == [title]
    qtbot.waitUntil(lambda: finished.ui.session_list.list.item(0).text() == title)
    assert finished.ui.header.title.text() == title


def test_a_recovered_session_is_named_too_and_a_named_one_keeps_its_name(
    make_window: Callable[[], MainWindow], store: Store, qtbot: QtBot, tmp_path: Path
) -> None:
    created = time.time()
    for title in (live_title(created), "My own"):
        recorder = store.create("live", title).begin(16_000)
        recorder.update(Update((Word("saved", 0.0, 0.5, 0.9),), (), 1.0, True))
        kill(recorder)
    again = Store(tmp_path / "data")
    store._catalog.recovered = again.recovered
    again.close()
    window = make_window()
    qtbot.waitUntil(lambda: window.live.state is LiveState.READY)
    window.transcript.save_queue.flush()
    assert {entry.title for entry in store.list()} == {"saved", "My own"}


def test_a_damaged_session_is_marked_with_the_reason(window: MainWindow) -> None:
    rows = window.ui.session_list.list
    window.ui.session_list.fill([entry("1", 0.0, "A talk", "The journal is torn.")])
    assert rows.item(0).text() != "A talk" and "torn" in rows.item(0).toolTip()


def test_one_row_is_selected_once_a_session_begins(two: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    rows = two.ui.session_list.list
    click_session(two, 0)
    two.commands["start"].trigger()
    qtbot.waitUntil(lambda: bool(desktop.feeds) and desktop.feed.entered)
    assert [item.data(ID) for item in rows.selectedItems()] == ["live"]
