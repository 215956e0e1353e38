"""The user's own words in the window: an editor, words added from a transcript, running sessions that take them up."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialogButtonBox, QMenu
from pytestqt.qtbot import QtBot

from app.sessions.store import Store
from app.window.main_window import MainWindow
from app.window.texts.messages import Remedy
from app.window.transcript.editing.context_menu import MenuTarget
from app.window.vocabulary.vocabulary_dialog import VocabularyDialog
from app.window.vocabulary.vocabulary_file import VocabularyFile, new_file
from asr.errors import VocabularyError
from tests.app.window.helpers import Desktop


def written(store: Store) -> list[str]:
    """Return the lines of the file that are entries."""
    lines = (store.root / "vocabulary.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if not line.startswith("#")]


def editor_of(window: MainWindow, qtbot: QtBot) -> VocabularyDialog:
    """Open the editor."""
    window.commands["vocabulary"].trigger()
    (dialog,) = [each for each in window.findChildren(VocabularyDialog) if each.isVisible()]
    return dialog


def test_what_is_saved_in_the_editor_is_in_the_next_stream(
    window: MainWindow, store: Store, desktop: Desktop, qtbot: QtBot
) -> None:
    dialog = editor_of(window, qtbot)
    assert dialog.editor.toPlainText() == new_file()
    dialog.editor.appendPlainText("McAllister\nBattery Park :2")
    assert dialog.state.text() == "2 words and phrases"
    dialog.buttons.button(QDialogButtonBox.StandardButton.Save).click()
    assert not dialog.isVisible() and written(store)[-2:] == ["McAllister", "Battery Park :2"]
    assert (store.root / "vocabulary.txt").stat().st_mode & 0o077 == 0
    window.commands["start"].trigger()
    qtbot.waitUntil(lambda: bool(desktop.feeds) and desktop.feed.entered)
    assert [entry.written for entry in desktop.recognizer.options[-1].vocabulary.entries] == [
        "McAllister",
        "Battery Park",
    ]


def test_a_line_that_is_no_entry_cannot_be_saved_and_is_named(window: MainWindow, qtbot: QtBot, store: Store) -> None:
    dialog = editor_of(window, qtbot)
    dialog.editor.setPlainText("fine\nC++")
    assert "line 2" in dialog.state.text() and "C++" in dialog.state.text()
    assert not dialog.buttons.button(QDialogButtonBox.StandardButton.Save).isEnabled()
    dialog.reject()
    assert not (store.root / "vocabulary.txt").exists()


@pytest.mark.slow
def test_a_word_can_be_tried(window: MainWindow, qtbot: QtBot) -> None:
    dialog = editor_of(window, qtbot)
    QTest.keyClicks(dialog.trial, "fox Grothmir")
    qtbot.waitUntil(lambda: "Grothmir (new): G R O T H M I R" in dialog.sound.text())
    assert "fox (known to Echoic): F O X" in dialog.sound.text()
    dialog.trial.clear()
    QTest.keyClicks(dialog.trial, "zzz")
    qtbot.waitUntil(lambda: "zzz" in dialog.sound.text() and "does not know" in dialog.sound.text())
    dialog.reject()


def test_a_selected_word_is_added(finished: MainWindow, store: Store, qtbot: QtBot) -> None:
    finished.ui.view.select_word(2)
    finished.commands["add_word"].trigger()
    assert written(store) == ["brown"]
    finished.commands["add_word"].trigger()
    assert written(store) == ["brown"]  # once
    finished.ui.view.moveCursor(QTextCursor.MoveOperation.Start)
    finished.commands["add_word"].trigger()
    assert written(store) == ["brown"]


def test_the_word_under_the_pointer_is_added(finished: MainWindow, store: Store) -> None:
    menu, word = QMenu(), finished.ui.view.words[2]
    finished.vocabulary.add_entries(menu, MenuTarget(0, 2, replace(word, display="Brown,"), True))
    menu.actions()[0].trigger()
    assert written(store) == ["Brown"]
    finished.vocabulary.add_entries(menu, MenuTarget(0, None, None, True))
    assert len(menu.actions()) == 1


def test_a_running_session_takes_up_an_added_word(
    listening: MainWindow, desktop: Desktop, store: Store, qtbot: QtBot
) -> None:
    before = len(desktop.recognizer.options)
    listening.vocabulary.add("Grothmir")

    def taken() -> bool:
        desktop.feed.push(0.2)
        changed = desktop.recognizer.changed_options
        return bool(changed) and [e.written for e in changed[-1].vocabulary.entries] == ["Grothmir"]

    qtbot.waitUntil(taken)
    assert len(desktop.recognizer.options) == before + 1  # a check in the background; the session was not started anew


def test_a_new_word_in_a_correction_is_offered(finished: MainWindow, store: Store, qtbot: QtBot) -> None:
    editor = finished.review.line_editor
    finished.ui.view.select_word(2)
    QTest.keyClicks(finished.ui.view, "Grothmir")
    editor.finish()
    banner = finished.ui.banner
    qtbot.waitUntil(lambda: banner.problem is not None and banner.problem.remedy is Remedy.ADD_WORD)
    assert "Grothmir" in banner.text.text()
    banner.action.click()
    assert written(store) == ["Grothmir"] and banner.problem is None


def test_a_correction_to_known_words_offers_nothing(finished: MainWindow, qtbot: QtBot) -> None:
    finished.ui.view.select_word(2)
    QTest.keyClicks(finished.ui.view, "lazy")
    finished.review.line_editor.finish()
    finished.vocabulary.close()
    assert finished.ui.banner.problem is None


@pytest.mark.parametrize("content", [b"C++\n", b"\xff\xfe"])
def test_a_file_that_cannot_be_used_is_a_problem_and_stops_no_session(
    window: MainWindow, desktop: Desktop, store: Store, qtbot: QtBot, content: bytes
) -> None:
    (store.root / "vocabulary.txt").write_bytes(content)
    window.commands["start"].trigger()
    qtbot.waitUntil(lambda: bool(desktop.feeds) and desktop.feed.entered)
    assert not desktop.recognizer.options[-1].vocabulary
    assert window.ui.banner.problem is None or window.ui.banner.problem.remedy is Remedy.EDIT_VOCABULARY


def test_the_file_is_replaced_as_a_whole_and_keeps_its_comments(tmp_path: Path) -> None:
    file = VocabularyFile(tmp_path / "vocabulary.txt")
    file.write("# mine\nFirst\n")
    file.add("Second = sek und")
    assert file.text == "# mine\nFirst\nSecond = sek und\n"
    with pytest.raises(VocabularyError, match="C\\+\\+"):
        file.add("C++")
    assert [entry.written for entry in file.read().entries] == ["First", "Second"]
    (tmp_path / "vocabulary.txt").unlink()
    (tmp_path / "vocabulary.txt").mkdir()
    with pytest.raises(VocabularyError) as caught:
        file.write("word")
    assert caught.value.code == "cannot-write"
