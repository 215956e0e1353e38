"""Whatever corrects a transcript stays within its line, is kept on disk as it stands on screen, and is found again."""

import errno
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import (
    QAction,
    QContextMenuEvent,
    QGuiApplication,
    QInputMethodEvent,
    QKeyEvent,
    QKeySequence,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.sessions.store import Store
from app.window.main_window import MainWindow
from tests.app.window.helpers import kept, shown_problem
from tests.support.recognition.fakes import SCRIPT
from tests.support.recognition.sessions import RATE, samples

TEXTS = [text for text, _ in SCRIPT]
OpenMenu = Callable[[MainWindow], dict[str, QAction]]  # opens the context menu; its actions by name
ACROSS = (40, 50)  # from "dog" to "one" of the next line


def select(window: MainWindow, start: int, end: int) -> None:
    cursor = window.ui.view.textCursor()
    cursor.setPosition(start)
    cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
    window.ui.view.setTextCursor(cursor)


def lines(window: MainWindow) -> list[str]:
    """On screen; what is on disk must be the same."""
    window.review.line_editor.commit()
    window.transcript.save_queue.flush()
    shown = window.ui.view.toPlainText()
    assert shown == window.transcript.document.text() == window.store.open(kept(window).id).document.text()
    return shown.split("\n")


@pytest.fixture
def menu() -> Iterator[OpenMenu]:
    """Opens the menu of the right button; gives its actions by name."""

    def open_menu(window: MainWindow) -> dict[str, QAction]:
        viewport, at = window.ui.view.viewport(), QPoint(5, 5)
        reason = QContextMenuEvent.Reason.Mouse
        QApplication.sendEvent(viewport, QContextMenuEvent(reason, at, viewport.mapToGlobal(at)))
        popup = QApplication.activePopupWidget()
        assert popup is not None
        return {action.objectName(): action for action in popup.actions()}

    yield open_menu
    if (popup := QApplication.activePopupWidget()) is not None:
        popup.close()


@pytest.mark.parametrize("name", ["edit-cut", "edit-delete", "edit-paste"])
def test_the_menu_never_joins_lines(finished: MainWindow, menu: OpenMenu, name: str) -> None:
    QGuiApplication.clipboard().setText("instead")
    select(finished, *ACROSS)
    actions = menu(finished)
    assert actions["edit-copy"].isEnabled()
    if name in actions:
        actions[name].trigger()
    assert lines(finished) == TEXTS


def test_the_menu_edits_within_a_line(finished: MainWindow, menu: OpenMenu) -> None:
    select(finished, 0, len("the quick "))
    menu(finished)["edit-cut"].trigger()
    assert lines(finished) == [TEXTS[0].removeprefix("the quick "), *TEXTS[1:]]
    assert QGuiApplication.clipboard().text() == "the quick "


def test_undo_and_redo_of_the_menu_tell_the_truth(finished: MainWindow, menu: OpenMenu) -> None:
    def entries() -> dict[str, QAction]:
        if (popup := QApplication.activePopupWidget()) is not None:
            popup.close()
        return {name: action for name, action in menu(finished).items() if name in ("edit-undo", "edit-redo")}

    assert [action.isEnabled() for action in entries().values()] == [False, False]
    finished.transcript.revise(0, "another line")
    assert [action.isEnabled() for action in entries().values()] == [True, False]
    entries()["edit-undo"].trigger()
    assert lines(finished) == TEXTS
    assert [action.isEnabled() for action in entries().values()] == [False, True]
    entries()["edit-redo"].trigger()
    assert lines(finished) == ["another line", *TEXTS[1:]]


def test_the_menu_of_live_text_copies_only(listening: MainWindow, menu: OpenMenu) -> None:
    actions = menu(listening)
    assert "edit-copy" in actions and "edit-delete" not in actions


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\u2029", "\u2028"])
def test_what_the_mouse_pastes_becomes_one_line(finished: MainWindow, ends: str) -> None:
    data = QMimeData()
    data.setText(f"alpha{ends}beta")
    finished.review.line_editor.begin()
    select(finished, len("the"), len("the quick"))
    finished.ui.view.insertFromMimeData(data)
    assert lines(finished) == ["thealpha beta" + TEXTS[0].removeprefix("the quick"), *TEXTS[1:]]
    select(finished, *ACROSS)
    finished.ui.view.insertFromMimeData(data)
    assert len(lines(finished)) == len(TEXTS)


def test_pasting_a_picture_takes_nothing_away(finished: MainWindow) -> None:
    data = QMimeData()
    data.setData("image/png", b"")
    select(finished, 0, len("the quick"))
    finished.ui.view.insertFromMimeData(data)
    assert lines(finished) == TEXTS


def test_nothing_is_pasted_into_live_text(listening: MainWindow) -> None:
    data = QMimeData()
    data.setText("alpha")
    text = listening.ui.view.toPlainText()
    listening.ui.view.insertFromMimeData(data)
    assert listening.ui.view.toPlainText() == text


def test_an_input_method_never_joins_lines(finished: MainWindow) -> None:
    def compose(text: str) -> None:
        event = QInputMethodEvent()
        event.setCommitString(text)
        QApplication.sendEvent(finished.ui.view, event)

    select(finished, *ACROSS)
    compose("\u65e5")
    assert lines(finished) == TEXTS
    finished.review.line_editor.begin()
    select(finished, 0, len("the"))
    compose("\u65e5")
    assert lines(finished) == ["\u65e5" + TEXTS[0].removeprefix("the"), *TEXTS[1:]]


def test_text_cannot_be_dragged_away(finished: MainWindow, qtbot: QtBot) -> None:
    """A press on selected text would begin to move it to another program."""
    view = finished.ui.view
    select(finished, 4, len("the quick"))
    place = view.cursorRect(view.cursor_over(1)).center() - QPoint(8, 0)
    qtbot.mousePress(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, place)
    assert view.textCursor().hasSelection()  # a selection can still be made longer
    select(finished, 4, len("the quick"))
    qtbot.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert not view.textCursor().hasSelection()
    qtbot.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=place)


@pytest.mark.slow
@pytest.mark.parametrize(
    "key", ["Delete", "Backspace", "DeleteEndOfLine", "DeleteEndOfWord", "DeleteStartOfWord", "Cut"]
)
def test_no_key_of_any_desktop_joins_lines(finished: MainWindow, monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    """Such as Ctrl+K and Ctrl+D, which only some desktops have."""
    standard = QKeySequence.StandardKey[key]
    monkeypatch.setattr(QKeyEvent, "matches", lambda self, asked: asked == standard)
    pressed = QKeyEvent(QKeyEvent.Type.KeyPress, Qt.Key.Key_F35, Qt.KeyboardModifier.NoModifier)
    places = [ACROSS]
    if key != "Cut":
        start, end = len(TEXTS[0]) + 1, len(TEXTS[0])
        places.append((start, start) if key in ("Backspace", "DeleteStartOfWord") else (end, end))
    for place in places:
        for editing in (False, True):
            select(finished, *place)
            if editing:
                finished.review.line_editor.begin()
            assert finished.review.line_editor.eventFilter(finished.ui.view, pressed)
    select(finished, 5, 5)
    finished.review.line_editor.begin()
    assert not finished.review.line_editor.eventFilter(finished.ui.view, pressed)


@pytest.mark.parametrize("with_words", [True, False])
def test_should_lines_be_joined_after_all_no_other_line_is_overwritten(finished: MainWindow, with_words: bool) -> None:
    view = finished.ui.view
    cursor = QTextCursor(view.document())
    cursor.setPosition(ACROSS[0])
    cursor.setPosition(ACROSS[1], QTextCursor.MoveMode.KeepAnchor)
    if with_words:
        cursor.insertText("X")
    else:
        cursor.removeSelectedText()
    assert view.blockCount() == len(TEXTS) - 1
    assert lines(finished) == TEXTS


def test_a_session_without_words_has_no_line_to_write_in(window: MainWindow, store: Store, qtbot: QtBot) -> None:
    with store.create("live", "kept for its sound").begin(RATE) as recorder:
        recorder.sound(samples(1.0))
    window.transcript.show_kept(recorder.session.id)
    assert window.transcript.kept is not None
    qtbot.keyClicks(window.ui.view, "x")
    assert lines(window) == [""]


def test_an_edit_that_cannot_be_kept_leaves_the_screen(
    finished: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr("app.sessions.store.append", full)
    select(finished, len("the "), len("the quick"))
    qtbot.keyClicks(finished.ui.view, "slow")
    assert lines(finished) == TEXTS
    assert "the disk is full" in finished.ui.banner.text.text()
    assert "the slow brown fox" in shown_problem(finished).details
    assert len(finished.ui.view.words) == finished.transcript.document.count
    assert finished.ui.view.textCursor().position() == len("the slow")
    monkeypatch.undo()
    select(finished, len("the "), len("the quick"))
    qtbot.keyClicks(finished.ui.view, "slow")
    assert lines(finished)[0] == TEXTS[0].replace("quick", "slow")


def test_a_window_with_an_edit_that_cannot_be_kept_stays_once(
    finished: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr("app.sessions.store.append", full)
    select(finished, len("the "), len("the quick"))
    qtbot.keyClicks(finished.ui.view, "slow")
    assert not finished.close() and finished.isVisible()
    assert "the slow brown fox" in shown_problem(finished).details
    assert finished.close()


@pytest.mark.parametrize("first", ["the", "\U0001f600", "\u0130", "\U0001f600\U0001d11e"])
def test_a_word_is_where_it_stands_whatever_letters_come_before_it(finished: MainWindow, first: str) -> None:
    finished.transcript.revise(0, f"{first} quick {first} brown")
    view, finder = finished.ui.view, finished.ui.find_bar
    for index, word in enumerate(view.words[:8]):
        assert view.cursor_over(index).selectedText() == word.text
        assert view.word_at(view.cursor_over(index).selectionEnd() - 1) == index
    finished.transcript.confirm(finished.transcript.position_of(1))
    for text in ("quick", "BROWN", "shore", f"{first} BROWN"):
        finder.field.setText(text)
        assert view.textCursor().selectedText().lower() == text.lower()


def test_the_mark_of_doubt_is_under_its_own_word(finished: MainWindow) -> None:
    finished.transcript.revise(1, "\U0001f600 two three four five six seven eight nine")
    cursor = QTextCursor(finished.ui.view.document())
    doubtful = []
    while not cursor.atEnd():
        cursor.movePosition(QTextCursor.MoveOperation.NextCharacter)
        if cursor.charFormat().underlineStyle() is QTextCharFormat.UnderlineStyle.DotLine:
            doubtful.append(cursor.block().text().encode("utf-16-le")[2 * cursor.positionInBlock() - 2 :][:2])
    assert b"".join(doubtful).decode("utf-16-le") == "fiveshells"


@pytest.mark.parametrize("wanted", ["e", "THE", "\U0001f600", ". a", "\u00e9", "nowhere"])
def test_find_agrees_with_qt(finished: MainWindow, wanted: str) -> None:
    """The same hits as `QTextDocument.find`, which takes too long where there are many."""
    finished.transcript.revise(0, "The \U0001f600\U0001f600 thE. a caf\u00c9 \U0001d11e the.")
    document, expected = finished.ui.view.document(), []
    hit = document.find(wanted)
    while not hit.isNull():
        expected.append((hit.selectionStart(), hit.selectionEnd()))
        hit = document.find(wanted, hit)
    finished.ui.find_bar.field.setText(wanted)
    assert finished.ui.find_bar.hits() == expected


def test_the_word_spoken_is_looked_for_past_lines_without_words(finished: MainWindow) -> None:
    view = finished.ui.view
    start = view.line_start(1)
    assert start is not None

    def spoken() -> str:
        index = view.word_spoken(start + 1.0)
        assert index is not None
        return view.words[index].text

    assert spoken() == "four"
    finished.transcript.revise(1, "")
    assert spoken() == "dog"
    assert view.word_spoken(0.0) is None
