"""A private session is seen to be one, and the person decides what becomes of it when it is left."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.window.live.live_state import LiveState
from app.window.main_window import MainWindow
from tests.app.window.helpers import Desktop, kept, shown_problem
from tests.support.recognition.fakes import SCRIPT

TEXT = "\n".join(text for text, _ in SCRIPT)


@pytest.fixture
def private(window: MainWindow, desktop: Desktop, qtbot: QtBot) -> MainWindow:
    """A window with a private session that is over and on screen; one file was recognised before it."""
    window.open_files([Path("a.wav")])
    qtbot.waitUntil(lambda: window.file_queue.progress() == (1, 1))
    window.commands["private"].trigger()
    window.commands["start"].trigger()
    qtbot.waitUntil(lambda: bool(desktop.feeds) and desktop.feed.entered)
    qtbot.waitUntil(window.ui.status_bar.private.isVisible)
    desktop.feed.push(20.0)
    desktop.feed.stop()
    qtbot.waitUntil(lambda: window.live.state is LiveState.READY)
    window.commands["private"].trigger()
    assert kept(window).private
    return window


def leave(window: MainWindow) -> None:
    window.transcript.show_kept(window.store.list()[0].id)


def test_the_badge_is_of_what_is_shown_or_would_begin(private: MainWindow, qtbot: QtBot) -> None:
    badge = private.ui.status_bar.private
    assert badge.isVisible()  # the session, although the switch is off by now
    leave(private)
    qtbot.waitUntil(badge.isHidden)
    private.transcript.clear()
    private.commands["private"].trigger()
    qtbot.waitUntil(badge.isVisible)
    private.commands["private"].trigger()
    qtbot.waitUntil(badge.isHidden)


def test_one_that_is_left_is_kept_on_demand(private: MainWindow) -> None:
    title, words = kept(private).title, kept(private).document.words
    assert len(private.store.list()) == 1
    leave(private)
    private.ui.banner.action.click()
    assert private.ui.banner.problem is None
    entries = {entry.title: entry for entry in private.store.list()}
    assert len(entries) == 2
    saved = private.store.open(entries[title].id)
    assert (saved.document.text(), saved.document.words, saved.damage) == (TEXT, words, ())
    assert saved.document.seconds >= 20.0 and saved.sound is None and not saved.private


def test_one_that_is_let_go_leaves_nothing(private: MainWindow) -> None:
    leave(private)
    private.ui.banner.other.click()
    assert private.ui.banner.problem is None and len(private.store.list()) == 1
    assert private.close()


def test_corrections_are_kept_too_and_the_session_stays_on_screen(private: MainWindow) -> None:
    private.transcript.revise(0, "by hand")
    private.commands["keep"].trigger()
    assert private.ui.view.toPlainText().startswith("by hand\n")
    assert kept(private).folder is not None and private.ui.status_bar.private.isHidden()
    private.transcript.revise(1, "on the disk")
    private.transcript.save_queue.flush()
    assert private.store.open(kept(private).id).document.text().startswith("by hand\non the disk\n")
    leave(private)
    assert private.ui.banner.problem is None


def test_closing_the_window_asks_once(private: MainWindow) -> None:
    assert not private.close() and private.isVisible()
    assert shown_problem(private).grave
    private.ui.banner.action.click()
    assert len(private.store.list()) == 2
    assert private.close()


def test_a_disk_that_takes_nothing_keeps_the_session_in_memory(
    private: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.sessions import recorder

    def refuse(*_: object) -> None:
        raise OSError(28, "no room")

    monkeypatch.setattr(recorder, "_make_journal", refuse)
    before = kept(private)
    private.commands["keep"].trigger()
    assert private.ui.banner.isVisible() and kept(private) == before and len(private.store.list()) == 1


def test_the_next_start_is_not_private(private: MainWindow, make_window: Callable[[], MainWindow]) -> None:
    private.commands["private"].trigger()
    assert not make_window().commands["private"].isChecked()
