"""The menu of the right button is about the word under the pointer."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtGui import QAction, QContextMenuEvent
from PySide6.QtWidgets import QApplication, QMenu

from app.window.main_window import MainWindow
from app.window.transcript.editing.context_menu import MenuTarget
from tests.support.recognition.fakes import DOUBTFUL_WORDS

OpenAt = Callable[[MainWindow, int], dict[str, QAction]]  # opens the menu on the word with this index


@pytest.fixture
def open_at() -> Iterator[OpenAt]:
    """Presses the right button on a word; gives the entries of the menu by text."""

    def press(window: MainWindow, index: int) -> dict[str, QAction]:
        view = window.ui.view
        box = view.cursorRect(view.cursor_over(index))
        at = box.center()
        at.setX(box.left() - 3)  # the cursor stands at the end of the word
        reason = QContextMenuEvent.Reason.Mouse
        QApplication.sendEvent(view.viewport(), QContextMenuEvent(reason, at, view.viewport().mapToGlobal(at)))
        popup = QApplication.activePopupWidget()
        assert isinstance(popup, QMenu)
        return {action.text().split("\t")[0].replace("&", ""): action for action in popup.actions()}

    yield press
    if (popup := QApplication.activePopupWidget()) is not None:
        popup.close()


def index_of(window: MainWindow, text: str) -> int:
    return next(index for index, word in enumerate(window.ui.view.words) if word.text == text)


def test_a_word_is_played_from_where_the_pointer_is(
    finished: MainWindow, open_at: OpenAt, monkeypatch: pytest.MonkeyPatch
) -> None:
    played: list[float] = []
    monkeypatch.setattr(finished.ui.player, "seek", played.append)
    monkeypatch.setattr(finished.ui.player, "play", lambda: None)
    index = index_of(finished, "station")
    open_at(finished, index)["Play from here"].trigger()
    assert played == [finished.ui.view.words[index].start]


def test_a_doubtful_word_is_marked_as_correct_and_a_sure_one_needs_it_not(
    finished: MainWindow, open_at: OpenAt
) -> None:
    doubtful = index_of(finished, next(iter(DOUBTFUL_WORDS)))
    assert finished.ui.view.words[doubtful].confidence < 0.6
    entries = open_at(finished, doubtful)
    entries["Mark word as correct"].trigger()
    assert finished.transcript.document.words[doubtful].confidence == 1.0
    popup = QApplication.activePopupWidget()
    assert popup is not None
    popup.close()
    assert "Mark word as correct" not in open_at(finished, index_of(finished, "quick"))


def test_a_section_that_is_added_gets_the_word_under_the_pointer(finished: MainWindow, open_at: OpenAt) -> None:
    targets: list[MenuTarget] = []

    def section(menu: QMenu, target: MenuTarget) -> None:
        targets.append(target)
        menu.addAction("added")

    finished.review.menu.add(section)
    index = index_of(finished, "station")
    assert "added" in open_at(finished, index)
    (target,) = targets
    assert (target.line, target.index, target.correctable) == (2, index, True)
    assert target.word is not None and target.word.text == "station"
