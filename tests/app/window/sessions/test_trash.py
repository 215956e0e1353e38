"""Recently deleted is a place: what is in it can be seen, restored and removed for good."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.window.main_window import MainWindow
from app.window.sessions import trash_dialog
from app.window.sessions.trash_dialog import TrashDialog


@pytest.fixture
def emptied(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """A window whose only sessions, a.wav and b.wav, were deleted."""
    window.open_files([Path("a.wav"), Path("b.wav")])
    qtbot.waitUntil(lambda: window.file_queue.progress() == (2, 2))
    window.library.delete([entry.id for entry in window.store.list()])
    assert window.store.list() == () and window.ui.session_list.list.count() == 0
    return window


def opened(window: MainWindow) -> TrashDialog:
    (dialog,) = window.findChildren(TrashDialog)
    assert dialog.isVisible()
    return dialog


def titles(dialog: TrashDialog) -> list[str]:
    return [dialog.list.item(row).text() for row in range(dialog.list.count())]


@pytest.mark.parametrize("way", ["button", "menu"])
def test_it_opens_where_the_list_is_empty_and_restores(emptied: MainWindow, way: str) -> None:
    side = emptied.ui.session_list
    assert side.trash.isVisible() and "2" in side.trash.text()
    if way == "button":
        side.trash.click()
    else:
        emptied.commands["trash"].trigger()
    dialog = opened(emptied)
    assert sorted(titles(dialog)) == ["a.wav", "b.wav"]
    dialog.list.setCurrentRow(titles(dialog).index("a.wav"))
    dialog.restore.click()
    assert titles(dialog) == ["b.wav"]
    assert [entry.title for entry in emptied.store.list()] == ["a.wav"]
    assert side.list.item(0).text() == "a.wav" and emptied.transcript.title == "a.wav"
    dialog.close()


def test_what_is_removed_for_good_is_removed_after_a_question(
    emptied: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [False, True]
    monkeypatch.setattr(trash_dialog, "confirmed", lambda *_: answers.pop(0))
    emptied.commands["trash"].trigger()
    dialog = opened(emptied)
    dialog.list.setCurrentRow(0)
    dialog.remove.click()
    assert len(titles(dialog)) == 2
    gone = titles(dialog)[0]
    dialog.remove.click()
    assert gone not in titles(dialog) and [entry.title for entry in emptied.store.trash()] == titles(dialog)
    assert len(list((emptied.store.root / "trash").iterdir())) == 1
    dialog.close()


def test_all_is_removed_at_once(emptied: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trash_dialog, "confirmed", lambda *_: True)
    emptied.commands["trash"].trigger()
    dialog = opened(emptied)
    dialog.empty.click()
    assert titles(dialog) == [] and emptied.store.trash() == ()
    assert not emptied.ui.session_list.trash.isVisible()
    assert not any(button.isEnabled() for button in (dialog.restore, dialog.remove, dialog.empty))
    dialog.close()


def test_a_session_is_restored_by_key(emptied: MainWindow, qtbot: QtBot) -> None:
    emptied.commands["trash"].trigger()
    dialog = opened(emptied)
    dialog.list.selectAll()
    qtbot.keyClick(dialog.list, Qt.Key.Key_Return)
    assert len(emptied.store.list()) == 2
    dialog.close()
