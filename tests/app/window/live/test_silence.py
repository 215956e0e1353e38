"""A microphone that sends only silence is noticed, and what a session without words becomes."""

import pytest
from pytestqt.qtbot import QtBot

from app.window.live.live_state import LiveState
from app.window.live.silence_watch import AUDIBLE, SILENT_AFTER
from app.window.main_window import MainWindow
from tests.app.window.helpers import Desktop, kept, shown_problem


@pytest.fixture
def wordless(window: MainWindow, desktop: Desktop, qtbot: QtBot) -> MainWindow:
    """A window that listens, and recognises no word."""
    desktop.recognizer.script = lambda line: None
    window.live.choose("USB headset")
    window.commands["start"].trigger()
    qtbot.waitUntil(lambda: bool(desktop.feeds) and desktop.feed.entered)
    return window


def stop(window: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    desktop.feed.stop()
    qtbot.waitUntil(lambda: window.live.state is LiveState.READY)


def test_a_muted_microphone_is_said_until_there_is_sound(wordless: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    desktop.feed.push(SILENT_AFTER - 1.0, loudness=0.0)
    qtbot.waitUntil(lambda: wordless.live.state is LiveState.LISTENING)
    assert wordless.ui.banner.problem is None
    desktop.feed.push(1.5, loudness=0.0)
    qtbot.waitUntil(lambda: wordless.ui.banner.isVisible())
    assert "USB headset" in shown_problem(wordless).cause
    desktop.feed.push(0.5)
    qtbot.waitUntil(lambda: wordless.ui.banner.problem is None)
    stop(wordless, desktop, qtbot)


@pytest.mark.slow
def test_silence_while_paused_is_nothing_to_say(wordless: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    desktop.feed.push(0.5)
    qtbot.waitUntil(lambda: wordless.live.state is LiveState.LISTENING)
    wordless.commands["pause"].trigger()
    desktop.feed.push(3 * SILENT_AFTER, loudness=0.0)
    qtbot.wait(300)
    assert wordless.ui.banner.problem is None
    stop(wordless, desktop, qtbot)


def test_a_quiet_session_without_words_goes_to_the_trash_and_can_be_kept(
    wordless: MainWindow, desktop: Desktop, qtbot: QtBot
) -> None:
    desktop.feed.push(2.0, loudness=0.0)
    desktop.feed.push(AUDIBLE / 3)
    stop(wordless, desktop, qtbot)
    assert wordless.store.list() == () and wordless.transcript.kept is None
    (entry,) = wordless.store.trash()
    assert wordless.ui.session_list.trash.isVisible()
    wordless.ui.banner.action.click()
    assert [found.id for found in wordless.store.list()] == [entry.id]
    assert kept(wordless).sound is not None


def test_a_loud_session_without_words_is_kept_for_its_sound(
    wordless: MainWindow, desktop: Desktop, qtbot: QtBot
) -> None:
    desktop.feed.push(2 * AUDIBLE)
    stop(wordless, desktop, qtbot)
    assert len(wordless.store.list()) == 1 and wordless.store.trash() == ()
    assert kept(wordless).sound is not None
    assert wordless.ui.banner.isVisible() and not shown_problem(wordless).grave


@pytest.mark.slow
def test_sound_that_waits_when_stop_is_pressed_counts(wordless: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    desktop.feed.push(0.2)
    qtbot.waitUntil(lambda: wordless.live.state is LiveState.LISTENING)
    desktop.recognizer.slow = 0.02
    desktop.feed.push(2 * AUDIBLE)
    wordless.commands["start"].trigger()  # most of it is measured while the last words are finished
    qtbot.waitUntil(lambda: wordless.live.state is LiveState.READY)
    assert len(wordless.store.list()) == 1


def test_a_private_session_without_words_leaves_nothing(window: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    desktop.recognizer.script = lambda line: None
    window.commands["private"].setChecked(True)
    window.commands["start"].trigger()
    qtbot.waitUntil(lambda: bool(desktop.feeds) and desktop.feed.entered)
    desktop.feed.push(2 * AUDIBLE)
    stop(window, desktop, qtbot)
    assert window.transcript.kept is None and window.store.list() == window.store.trash() == ()
