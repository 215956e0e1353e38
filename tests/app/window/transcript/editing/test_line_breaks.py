"""Lines are split and joined by keys, commands and the context menu; the journal keeps it and Undo takes it back."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.window.main_window import MainWindow
from tests.app.window.helpers import kept
from tests.support.recognition.fakes import SCRIPT

TEXTS = [text for text, _ in SCRIPT]


def lines(window: MainWindow) -> list[str]:
    """On screen; on disk it is the same."""
    window.review.line_editor.commit()
    window.transcript.save_queue.flush()
    shown = window.ui.view.toPlainText()
    stored = window.store.open(kept(window).id).document
    assert shown == stored.text() and stored == window.transcript.document
    assert [word.text for word in window.ui.view.words] == shown.split()
    return shown.split("\n")


def put_caret(window: MainWindow, position: int) -> None:
    cursor = window.ui.view.textCursor()
    cursor.setPosition(position)
    window.ui.view.setTextCursor(cursor)


@pytest.mark.parametrize("at", [10, 12])  # before "brown", and within it
def test_a_line_is_split_at_the_caret_and_undone(finished: MainWindow, qtbot: QtBot, at: int) -> None:
    view = finished.ui.view
    view.setFocus()
    put_caret(finished, at)
    finished.commands["split"].trigger()
    assert lines(finished)[:3] == ["the quick", "brown fox jumps over the lazy dog", TEXTS[1]]
    assert view.line_start(1) == pytest.approx(view.words[2].start, abs=0.001)
    assert view.textCursor().blockNumber() == 1 and view.textCursor().positionInBlock() == 0
    finished.commands["undo"].trigger()
    assert lines(finished) == TEXTS
    finished.commands["redo"].trigger()
    assert lines(finished)[0] == "the quick"


def test_keys_split_and_join_while_a_line_is_edited(finished: MainWindow, qtbot: QtBot) -> None:
    finished.activateWindow()
    view = finished.ui.view
    view.setFocus()
    put_caret(finished, 0)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    qtbot.keyClicks(view, "so ")
    put_caret(finished, len("so the quick"))
    qtbot.keyClick(view, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert lines(finished)[:2] == ["so the quick", "brown fox jumps over the lazy dog"]
    assert finished.review.line_editor.editing  # it goes on in the new line
    qtbot.keyClick(view, Qt.Key.Key_Backspace)
    assert lines(finished) == ["so " + TEXTS[0], *TEXTS[1:]]
    put_caret(finished, len("so " + TEXTS[0]))
    assert finished.review.line_editor.editing
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    assert lines(finished) == [f"so {TEXTS[0]} {TEXTS[1]}", *TEXTS[2:]]
    qtbot.keyClick(view, Qt.Key.Key_Return)
    for _ in range(4):
        finished.commands["undo"].trigger()
    assert lines(finished) == TEXTS


def test_where_nothing_can_be_split_or_joined_nothing_is_lost(finished: MainWindow, qtbot: QtBot) -> None:
    finished.activateWindow()
    view = finished.ui.view
    view.setFocus()
    for position in (0, len(TEXTS[0]), view.document().characterCount() - 1):
        put_caret(finished, position)
        finished.commands["split"].trigger()
        assert lines(finished) == TEXTS
    finished.commands["join"].trigger()  # at the last line
    put_caret(finished, 0)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    qtbot.keyClick(view, Qt.Key.Key_Backspace)  # before the first
    assert lines(finished) == TEXTS and finished.transcript.document.edits == ()


def test_an_emptied_line_is_joined_away(finished: MainWindow, qtbot: QtBot) -> None:
    finished.transcript.revise(1, "")
    put_caret(finished, 0)
    finished.commands["join"].trigger()
    assert lines(finished) == [TEXTS[0], *TEXTS[2:]]
    finished.commands["undo"].trigger()
    finished.commands["undo"].trigger()
    assert lines(finished) == TEXTS


def test_live_text_is_not_split(listening: MainWindow) -> None:
    before = listening.live.document
    listening.commands["split"].trigger()
    listening.commands["join"].trigger()
    assert listening.live.document == before
