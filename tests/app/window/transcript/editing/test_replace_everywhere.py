"""A wrong word is corrected everywhere by two more clicks: one to replace, and one to take it back."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.window.main_window import MainWindow
from tests.app.window.helpers import Desktop, kept
from tests.support.recognition.fakes import SCRIPT

TEXT = "\n".join(text for text, _ in SCRIPT)
COUNT = TEXT.split().count("the")


@pytest.fixture
def two(finished: MainWindow, qtbot: QtBot) -> MainWindow:
    """A window with a file's session that has some of the words, too; a live session is shown."""
    shown = kept(finished).id
    finished.open_files([Path("a.wav")])
    qtbot.waitUntil(lambda: finished.file_queue.progress() == (1, 1))
    finished.transcript.show_kept(shown)
    finished.activateWindow()
    return finished


def correct(window: MainWindow, index: int, text: str, qtbot: QtBot) -> None:
    """Type over a word and end the edit, then wait for the offer."""
    view = window.ui.view
    view.setFocus()
    view.select_word(index)
    qtbot.keyClicks(view, text)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    qtbot.waitUntil(window.ui.offer.isVisible)


def stored(window: MainWindow) -> dict[str, str]:
    """The texts on the disk by title."""
    window.transcript.save_queue.flush()
    records = [window.store.open(entry.id) for entry in window.store.list()]
    return {record.kind: record.document.text() for record in records}


def test_a_word_is_replaced_at_all_places_of_the_session_and_undone_at_once(two: MainWindow, qtbot: QtBot) -> None:
    other = stored(two)["file"]
    correct(two, 0, "thy", qtbot)
    assert f"({COUNT - 1})" in two.ui.offer.action.text()
    two.ui.offer.action.click()
    replaced = TEXT.replace("the ", "thy ")
    assert two.ui.view.toPlainText() == replaced
    assert stored(two) == {"live": replaced, "file": other}
    two.ui.offer.action.click()  # Undo
    assert two.ui.view.toPlainText() == TEXT.replace("the ", "thy ", 1)
    two.commands["redo"].trigger()
    assert stored(two)["live"] == replaced
    two.commands["undo"].trigger()
    two.commands["undo"].trigger()
    assert stored(two) == {"live": TEXT, "file": other}


@pytest.mark.parametrize("way", ["button", "key", "other session"])
def test_a_word_is_replaced_in_all_sessions_and_undone_at_once(two: MainWindow, qtbot: QtBot, way: str) -> None:
    before = stored(two)
    count = before["file"].split().count("the")
    assert count
    correct(two, 0, "thy", qtbot)
    assert f"({COUNT - 1 + count})" in two.ui.offer.other.text()
    two.ui.offer.other.click()
    assert stored(two) == {kind: text.replace("the ", "thy ") for kind, text in before.items()}
    if way == "other session":
        two.transcript.show_kept(next(entry.id for entry in two.store.list() if entry.kind == "file"))
    if way == "key":
        two.commands["undo"].trigger()
    else:
        two.ui.offer.action.click()
    after = stored(two)
    assert after["file"] == before["file"]
    assert not two.ui.offer.isVisible()
    if way != "other session":
        assert after["live"] == two.ui.view.toPlainText() == TEXT.replace("the ", "thy ", 1)


def test_search_and_other_windows_see_the_words_that_were_replaced(two: MainWindow, qtbot: QtBot) -> None:
    correct(two, 0, "zebra", qtbot)
    two.ui.offer.other.click()
    two.transcript.save_queue.flush()
    assert len(two.store.list("zebra quick")) == 2


def test_what_is_typed_in_steps_is_one_correction(two: MainWindow, qtbot: QtBot) -> None:
    view = two.ui.view
    view.setFocus()
    view.select_word(0)
    qtbot.keyClicks(view, "th")
    two.review.line_editor.commit()  # as after a pause in typing
    qtbot.keyClicks(view, "y")
    two.review.line_editor.commit()
    assert not two.ui.offer.isVisible()  # nothing is offered for half a word
    qtbot.keyClick(view, Qt.Key.Key_Return)
    qtbot.waitUntil(two.ui.offer.isVisible)
    two.ui.offer.action.click()
    assert view.toPlainText() == TEXT.replace("the ", "thy ")


def test_a_word_that_stands_nowhere_else_is_not_offered(window: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    window.open_files([Path("a.wav")])
    qtbot.waitUntil(lambda: window.transcript.kept is not None)
    window.transcript.revise(0, window.transcript.document.utterances[0].text.replace("quick", "slow"))
    qtbot.waitUntil(lambda: window.replacing._running is None)
    assert not window.ui.offer.isVisible()


def test_the_offer_leaves_with_the_session_and_with_the_next_change(two: MainWindow, qtbot: QtBot) -> None:
    correct(two, 0, "thy", qtbot)
    two.transcript.revise(1, "another line")
    assert not two.ui.offer.isVisible()
    qtbot.waitUntil(lambda: two.replacing._running is None)
    correct(two, 6, "thee", qtbot)  # the second "the" of the line
    two.transcript.clear()
    assert not two.ui.offer.isVisible()
