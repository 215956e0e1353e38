"""For people who do not see the window or do not use a mouse, and for other languages."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTranslator
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.window.live.live_state import LiveState, display_of
from app.window.main_window import MainWindow
from app.window.shell import screen_reader
from asr.errors import AudioError
from tests.app.window.helpers import Desktop, kept
from tests.support.programs.scripts import ROOT
from tests.support.recognition.fakes import SCRIPT


@pytest.fixture
def spoken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a screen reader is told, when one listens."""
    told: list[str] = []

    def hear(event: QAccessibleEvent) -> None:
        assert isinstance(event, QAccessibleAnnouncementEvent)
        told.append(event.message())

    monkeypatch.setattr(screen_reader.QAccessible, "isActive", lambda: True)
    monkeypatch.setattr(screen_reader.QAccessible, "updateAccessibility", hear)
    return told


def test_finals_states_and_problems_are_announced_and_nothing_else(
    spoken: list[str], window: MainWindow, desktop: Desktop, qtbot: QtBot
) -> None:
    spoken.clear()
    window.commands["start"].trigger()
    qtbot.waitUntil(lambda: bool(desktop.feeds))
    desktop.feed.push(2.8)
    qtbot.waitUntil(lambda: window.ui.view.toPlainText() == SCRIPT[0][0])
    qtbot.waitUntil(lambda: window.live.state is LiveState.LISTENING)
    assert spoken == [display_of(LiveState.ARMING).status, display_of(LiveState.LISTENING).status]  # the partial is not
    desktop.feed.push(1.0)
    qtbot.waitUntil(lambda: len(window.ui.view.words) == 9)
    assert spoken[2:] == [SCRIPT[0][0]]
    desktop.feed.unplug()
    qtbot.waitUntil(lambda: window.live.state is LiveState.LOST)
    assert spoken[3] == display_of(LiveState.LOST).status
    assert "stopped sending sound" in spoken[4]
    window.commands["start"].trigger()
    qtbot.waitUntil(lambda: window.live.state is LiveState.READY)


def test_a_file_that_failed_is_announced(spoken: list[str], window: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    desktop.file_errors["bad.wav"] = AudioError("empty-file", name="bad.wav")
    window.open_files([Path("bad.wav")])
    qtbot.waitUntil(lambda: "bad.wav is empty (0 bytes)." in spoken)


def test_nobody_is_told_where_nobody_listens(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen_reader.QAccessible, "isActive", lambda: False)
    assert not screen_reader.announce(window, "words")
    monkeypatch.setattr(screen_reader.QAccessible, "isActive", lambda: True)
    assert screen_reader.announce(window, "words")
    assert not screen_reader.announce(window, "")


def reachable(window: MainWindow) -> list[QWidget]:
    """What Tab comes by, once round."""
    seen: list[QWidget] = []
    for _ in range(200):
        window.focusNextPrevChild(True)
        if QApplication.focusWidget() in seen:
            break
        focused = QApplication.focusWidget()
        assert focused is not None
        seen.append(focused)
    return seen


def test_tab_comes_by_every_control(listening: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    listening.activateWindow()
    desktop.feed.push(20.0)
    desktop.feed.stop()
    qtbot.waitUntil(lambda: listening.live.state is LiveState.READY)
    listening.open_files([Path("a.wav")])
    qtbot.waitUntil(lambda: listening.file_queue.running is None)
    listening.ui.file_queue_view.fold.click()
    listening.commands["find"].trigger()
    seen = reachable(listening)
    ui = listening.ui
    (row,) = ui.file_queue_view.rows.values()
    for widget in (
        *(ui.toolbar.start, ui.toolbar.captions, ui.toolbar.devices, ui.session_list.search, ui.session_list.list, row),
        *(ui.view, ui.find_bar.field, ui.header.export, ui.player_bar.position, ui.player_bar.speed),
    ):
        assert widget in seen, widget.accessibleName()


def test_a_row_of_the_queue_opens_by_key(window: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    window.open_files([Path("a.wav"), Path("b.wav")])
    qtbot.waitUntil(lambda: window.file_queue.progress() == (2, 2))
    row = window.ui.file_queue_view.rows[window.file_queue.jobs[1]]
    assert row.accessibleName() == "b.wav, done"
    qtbot.keyClick(row, Qt.Key.Key_Return)
    assert kept(window).title == "b.wav"


def test_tab_leaves_the_transcript_also_while_it_is_edited(
    listening: MainWindow, desktop: Desktop, qtbot: QtBot
) -> None:
    desktop.feed.push(20.0)
    desktop.feed.stop()
    qtbot.waitUntil(lambda: listening.live.state is LiveState.READY)
    view = listening.ui.view
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert not view.isReadOnly()
    text = view.toPlainText()
    QCoreApplication.sendEvent(
        view, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Tab, Qt.KeyboardModifier.NoModifier, "\t")
    )
    assert view.toPlainText() == text


def test_a_screen_reader_can_read_the_transcript(listening: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    desktop.feed.push(20.0)
    qtbot.waitUntil(lambda: len(listening.ui.view.words) > 30)
    interface = QAccessible.queryAccessibleInterface(listening.ui.view)
    assert interface.text(QAccessible.Text.Name) == "Transcript"
    assert interface.text(QAccessible.Text.Value).startswith(SCRIPT[0][0])


SHOWN = {"Label", "RichLabel", "QPushButton", "QRadioButton", "Face", "Problem", "Command"}
SHOWN |= {"addAction", "addItem", "addRow", "confirmed", "set_tip", "setAccessibleName", "setPlaceholderText"}
SHOWN |= {"setSuffix", "setText", "setWindowTitle", "showMessage"}
NAMES = {"Echoic", "00:00"}  # the same in every language


def untranslated(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name not in SHOWN:
            continue
        shown = {"addItem": slice(1), "addRow": slice(1), "Command": slice(1, 2)}.get(name, slice(None))
        for argument in node.args[shown]:
            value = argument.value if isinstance(argument, ast.Constant) else None
            if isinstance(value, str) and " " in value.strip() and value not in NAMES:
                yield f"{path.name}:{argument.lineno} {value!r}"


def test_every_sentence_can_be_translated() -> None:
    found = [text for path in (ROOT / "app" / "window").rglob("*.py") for text in untranslated(path)]
    assert found == []


def test_the_check_of_sentences_sees_one(tmp_path: Path) -> None:
    (tmp_path / "x.py").write_text('label.setText("not translated")\nlabel.setText(self.tr("a b"))\n')
    assert len(list(untranslated(tmp_path / "x.py"))) == 1


class Capitals(QTranslator):
    """A language that anyone can check."""

    def translate(self, context: str, source: str, disambiguation: str | None = None, n: int = -1) -> str:
        return source.upper()

    def isEmpty(self) -> bool:
        return False


def test_another_language_reaches_states_menus_and_banners(
    qapp: QApplication, make_window: Callable[[], MainWindow], desktop: Desktop, qtbot: QtBot
) -> None:
    translator = Capitals()
    desktop.names = []
    assert qapp.installTranslator(translator)
    try:
        window = make_window()
        qtbot.waitUntil(lambda: window.live.state is LiveState.READY)
        qtbot.waitUntil(lambda: window.ui.banner.isVisible())
        assert window.ui.first_page.start.text() == "START"
        assert window.commands["start"].text() == "START"
        assert window.commands["open"].text() == "&OPEN FILES…"
        assert window.ui.banner.text.text().startswith("NO MICROPHONE FOUND.")
        assert window.ui.view.accessibleName() == "TRANSCRIPT"
    finally:
        qapp.removeTranslator(translator)
