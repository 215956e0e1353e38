"""How many clicks the common tasks take: done by a mouse that is counted. More than these is a defect."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDropEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QDialogButtonBox, QFileDialog, QMenu, QWidget
from pytestqt.qtbot import QtBot

from app.audio_io.player import Fill
from app.sessions import store as store_module
from app.sessions.store import Store
from app.window.main_window import MainWindow
from tests.app.window.helpers import Desktop, click_session, kept
from tests.support.desktop.loudspeaker import Loudspeaker
from tests.support.recognition.fakes import SCRIPT
from tests.support.recognition.sessions import RATE, update

TIMEOUT = 20_000  # ms
LEFT = Qt.MouseButton.LeftButton
Found = TypeVar("Found")


class Clicks(QObject):
    """Counts presses of the mouse anywhere in the program; a double click is one, as it is for a hand."""

    def __init__(self) -> None:
        super().__init__()
        self._pressed: set[int] = set()  # the times of the presses: one comes by a widget and by all it lies in

    @property
    def count(self) -> int:
        return len(self._pressed)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonPress and isinstance(event, QMouseEvent):
            self._pressed.add(event.timestamp())
        return False


@pytest.fixture
def clicks(qapp: QApplication) -> Iterator[Clicks]:
    counter = Clicks()
    qapp.installEventFilter(counter)
    yield counter
    qapp.removeEventFilter(counter)


class Hand:
    """Does what is to be done in menus and dialogs that wait inside a click, each as soon as it is on screen."""

    def __init__(self) -> None:
        self._timers = [QTimer()]
        self._timers[0].timeout.connect(self._give_up)
        self._timers[0].start(TIMEOUT)

    def soon(self, find: Callable[[], Found | None], act: Callable[[Found], None]) -> None:
        timer = QTimer()

        def look() -> None:
            found = find()
            if found is not None:
                timer.stop()
                act(found)

        timer.timeout.connect(look)
        timer.start(20)
        self._timers.append(timer)

    def rest(self) -> None:
        for timer in self._timers:
            timer.stop()

    def _give_up(self) -> None:
        """Close what still waits, so that the test fails and does not hang."""
        for widget in (QApplication.activePopupWidget(), QApplication.activeModalWidget()):
            if widget is not None:
                widget.close()


@pytest.fixture
def hand() -> Iterator[Hand]:
    hand = Hand()
    yield hand
    hand.rest()


def open_menu() -> QMenu | None:
    menu = QApplication.activePopupWidget()
    return menu if isinstance(menu, QMenu) else None


def open_dialog() -> QFileDialog | None:
    dialog = QApplication.activeModalWidget()
    return dialog if isinstance(dialog, QFileDialog) and dialog.isVisible() else None


def click(widget: QWidget, at: QPoint | None = None) -> None:
    assert widget.isVisible() and widget.isEnabled()
    QTest.mouseClick(widget, LEFT, pos=at if at is not None else widget.rect().center())


def double_click(widget: QWidget, at: QPoint) -> None:
    """What a hand does: QTest's own double click has no first press."""
    QTest.mousePress(widget, LEFT, pos=at)
    QTest.mouseRelease(widget, LEFT, pos=at)
    QTest.mouseDClick(widget, LEFT, pos=at)
    QTest.mouseRelease(widget, LEFT, pos=at)


def export_as(window: MainWindow, hand: Hand, text: str) -> None:
    """Click Export, an entry of its menu, and Save."""

    def choose(menu: QMenu) -> None:
        (action,) = [one for one in menu.actions() if text in one.text()]
        hand.soon(open_dialog, save)
        click(menu, menu.actionGeometry(action).center())

    def save(dialog: QFileDialog) -> None:
        (buttons,) = dialog.findChildren(QDialogButtonBox)
        click(buttons.button(QDialogButtonBox.StandardButton.Save))

    hand.soon(open_menu, choose)
    click(window.ui.header.export)


def until_done(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window.file_queue.progress() == (1, 1))


def test_subtitles_of_a_dropped_file_take_three(
    window: MainWindow, desktop: Desktop, clicks: Clicks, hand: Hand, qtbot: QtBot, tmp_path: Path
) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "talk.wav"))])
    window.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, LEFT, Qt.KeyboardModifier.NoModifier))
    until_done(window, qtbot)
    export_as(window, hand, "(SRT)")
    assert SCRIPT[0][0].split()[0] in (tmp_path / "talk.srt").read_text()
    assert clicks.count == 3


def test_subtitles_of_an_opened_file_take_five(
    window: MainWindow,
    desktop: Desktop,
    clicks: Clicks,
    hand: Hand,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "talk.wav").write_bytes(b"sound")
    monkeypatch.chdir(tmp_path)

    def listed() -> tuple[QFileDialog, QAbstractItemView, QPoint] | None:
        dialog = open_dialog()
        if dialog is None:
            return None
        if dialog.directory().absolutePath() != str(tmp_path):  # it begins where the last one of the program was
            dialog.setDirectory(str(tmp_path))
        for view in dialog.findChildren(QAbstractItemView):
            if view.objectName() not in ("listView", "treeView"):
                continue
            model, root = view.model(), view.rootIndex()
            for row in range(model.rowCount(root)):
                index = model.index(row, 0, root)
                if index.data() == "talk.wav" and view.isVisible():
                    return dialog, view, view.visualRect(index).center()
        return None

    def choose(found: tuple[QFileDialog, QAbstractItemView, QPoint]) -> None:
        _, view, at = found  # without the dialog, PySide forgets its parts
        double_click(view.viewport(), at)

    hand.soon(listed, choose)
    click(window.ui.first_page.open)
    assert [job.name for job in window.file_queue.jobs] == ["talk.wav"]
    until_done(window, qtbot)
    export_as(window, hand, "(SRT)")
    assert SCRIPT[0][0].split()[0] in (tmp_path / "talk.srt").read_text()
    assert clicks.count == 5


def test_a_wrong_word_everywhere_takes_at_most_three(
    window: MainWindow, clicks: Clicks, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The word by a double click, which plays it, then what it shall be by keys, then the button of the offer."""

    def open_output(fill: Fill) -> Loudspeaker:
        return Loudspeaker(fill, window.ui.player)

    monkeypatch.setattr(window.ui.player, "_open_output", open_output)
    window.open_files([Path("a.wav"), Path("b.wav")])
    qtbot.waitUntil(lambda: window.file_queue.progress() == (2, 2))
    window.activateWindow()
    view = window.ui.view
    place = view.cursorRect(view.cursor_over(3)).center() - QPoint(5, 0)  # on "fox"
    double_click(view.viewport(), place)
    qtbot.keyClicks(view, "cat")
    qtbot.keyClick(view, Qt.Key.Key_Return)
    offer = window.ui.offer
    qtbot.waitUntil(offer.isVisible)
    everywhere = offer.other if offer.other.isVisible() else offer.action
    click(everywhere)
    window.transcript.save_queue.flush()
    texts = [window.store.open(entry.id).document.text() for entry in window.store.list()]
    assert len(texts) == 2 and all("brown cat jumps" in text and "fox" not in text for text in texts)
    assert clicks.count <= 3 and clicks.count == 2


class TestLastWeek:
    @pytest.fixture
    def store(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
        """With a session of last week and one of today."""
        store, now = Store(tmp_path / "data"), time.time()
        for days, text in ((7, "nothing to see here"), (7, "the lights of seven villages"), (0, "this is today")):
            with monkeypatch.context() as patch:
                patch.setattr(store_module.time, "time", lambda days=days: now - 24 * 3600 * days)
                recorder = store.create("live", "Live").begin(RATE)
            recorder.update(update("so much for that", 1.0))
            recorder.update(update(text, 9.0))
            recorder.close()
        yield store
        store.close()

    def test_a_session_is_found_by_a_word_with_two_and_opens_at_it(
        self, window: MainWindow, clicks: Clicks, qtbot: QtBot
    ) -> None:
        window.activateWindow()
        side, view = window.ui.session_list, window.ui.view
        assert side.list.count() == 3
        click(side.search)
        qtbot.keyClicks(side.search, "villages")
        qtbot.waitUntil(lambda: side.list.count() == 1)
        click_session(window, 0)
        assert kept(window).document.text().endswith("villages")
        assert view.textCursor().selectedText() == "villages" and view.viewport().rect().contains(view.cursorRect())
        assert clicks.count == 2


def test_the_first_words_take_one(window: MainWindow, desktop: Desktop, clicks: Clicks, qtbot: QtBot) -> None:
    click(window.ui.first_page.start)
    qtbot.waitUntil(lambda: bool(desktop.feeds) and desktop.feed.entered)
    desktop.feed.push(2.0)
    qtbot.waitUntil(lambda: window.ui.view.toPlainText().startswith("the quick"))
    assert clicks.count == 1
    desktop.feed.stop()
    qtbot.waitUntil(lambda: not window.live.active)
