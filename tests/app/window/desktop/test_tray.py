"""The tray and the program around its window: state, commands, notifications, and how it ends."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QSystemTrayIcon
from pytestqt.qtbot import QtBot

from app.control.notifications import notify
from app.dictation.backends import Backend
from app.dictation.errors import DictationError
from app.window.desktop import program as program_module
from app.window.desktop import tray as tray_module
from app.window.desktop.desktop_dialog import DesktopDialog
from app.window.desktop.program import Program
from app.window.desktop.tray import state_icon
from app.window.live.live_state import LiveState
from app.window.main_window import MainWindow
from asr.errors import AudioError
from tests.app.window.helpers import Desktop, nameless
from tests.support.desktop import buses
from tests.support.desktop.keyboards import FakeKeyboard
from tests.support.recognition.fakes import FakeFile


@pytest.fixture
def program(window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> Iterator[Program]:
    monkeypatch.setattr(program_module, "publish", lambda *arguments: None)
    monkeypatch.setattr(program_module, "address", lambda root: "/tmp/" + "too-long" * 40)
    program = Program(window)
    keyboard = FakeKeyboard()

    def no_key(parent: object) -> object:
        raise DictationError("key-taken", key="F9")

    program.dictation._find_backend = lambda: Backend(lambda own: keyboard, no_key)  # type: ignore[arg-type, return-value]
    yield program
    program.close()


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Notifications of a desktop with a tray."""
    found: list[tuple[str, str]] = []
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", staticmethod(lambda: True))
    monkeypatch.setattr(QSystemTrayIcon, "showMessage", lambda self, title, text, icon: found.append((title, text)))
    return found


def test_the_state_is_shown_and_changed(program: Program, desktop: Desktop, window: MainWindow, qtbot: QtBot) -> None:
    tray = program.tray
    assert (tray.state.text(), tray.toggle.text()) == ("Ready", "Start &listening")
    tray.toggle.trigger()
    qtbot.waitUntil(lambda: bool(desktop.feeds) and desktop.feed.entered)
    desktop.feed.push(1.0)
    qtbot.waitUntil(lambda: window.live.state is LiveState.LISTENING)
    assert (tray.state.text(), tray.toggle.text()) == ("Listening", "Stop &listening")
    assert tray.icon.toolTip() == "Echoic: Listening"
    tray.toggle.trigger()
    qtbot.waitUntil(lambda: window.live.state is LiveState.READY)
    assert tray.state.text() == "Ready"


def test_while_sound_is_taken_the_icon_is_another(window: MainWindow) -> None:
    plain, marked = (state_icon(recording).pixmap(32, 32).toImage() for recording in (False, True))
    assert plain != marked and marked.pixelColor(24, 24).red() > 150


def test_finished_files_are_notified_once_while_the_window_is_away(
    program: Program, desktop: Desktop, window: MainWindow, qtbot: QtBot, shown: list[tuple[str, str]]
) -> None:
    window.hide()
    desktop.files["a.wav"] = FakeFile(6)
    desktop.file_errors["b.wav"] = AudioError("empty-file", name="b.wav")
    window.open_files([Path("a.wav"), Path("b.wav")])
    qtbot.waitUntil(lambda: len(shown) == 2)
    assert shown[0] == ("a.wav", f"{window.file_queue.jobs[0].document.count} words recognised")
    assert shown[1] == ("b.wav", "b.wav is empty (0 bytes).")
    program.tray.icon.messageClicked.emit()
    assert window.isVisible()
    qtbot.wait(100)
    assert len(shown) == 2


def test_without_a_tray_the_desktop_is_asked(
    program: Program, window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, str]] = []
    monkeypatch.setattr(tray_module, "notify", lambda title, text: told.append((title, text)) or True)  # type: ignore[func-returns-value]
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", staticmethod(lambda: False))
    program.tray.notify("a.wav", "3 words")
    qtbot.waitUntil(lambda: told == [("a.wav", "3 words")])
    qtbot.waitUntil(lambda: program.tray._call is not None and not program.tray._call.running)


class Spontaneous(QCloseEvent):
    """What the desktop's button sends."""

    def spontaneous(self) -> bool:
        return True


def test_the_window_stays_in_the_tray_only_where_the_setting_says_so(
    program: Program, window: MainWindow, shown: list[tuple[str, str]]
) -> None:
    assert program.eventFilter(window, Spontaneous()) is False
    window.settings.stays_in_tray = True
    event = Spontaneous()
    assert program.eventFilter(window, event) is True
    assert not window.isVisible() and not event.isAccepted()
    program.tray._activate(QSystemTrayIcon.ActivationReason.Trigger)
    assert window.isVisible()
    assert program.eventFilter(window, QCloseEvent()) is False  # Quit, and signals
    closed: list[bool] = []
    window.closed.connect(lambda: closed.append(True))
    window.commands["quit"].trigger()
    assert closed == [True]


def test_the_menu_dictates(program: Program, desktop: Desktop, window: MainWindow, qtbot: QtBot) -> None:
    action = window.commands["dictate"]
    action.trigger()
    assert action.isChecked() and program.dictation.active
    qtbot.waitUntil(lambda: bool(desktop.feeds) and desktop.feed.entered)
    desktop.feed.push(1.0)
    qtbot.waitUntil(lambda: window.live.state is LiveState.LISTENING)
    action.trigger()
    qtbot.waitUntil(lambda: not program.dictation.active)
    assert not action.isChecked()
    qtbot.waitUntil(lambda: window.live.state is LiveState.READY)


def test_the_dialog_writes_the_settings_and_says_what_is_wrong(program: Program, window: MainWindow) -> None:
    window.commands["dictation"].trigger()
    (dialog,) = window.findChildren(DesktopDialog)
    assert nameless(dialog) == []
    for box, name in (
        (dialog.kept, "dictation_kept"),
        (dialog.enter, "dictation_enter"),
        (dialog.stays, "stays_in_tray"),
    ):
        assert not box.isChecked() and not getattr(window.settings, name)
        box.click()
        assert getattr(window.settings, name)
    dialog.key.setKeySequence(QKeySequence("F9"))
    dialog.key.editingFinished.emit()
    assert window.settings.dictation_key == "F9"
    assert not dialog.problem.isHidden() and "Another program has the key" in dialog.problem.text()
    dialog.close()
    program.dictation.overlay.clear()


def test_esc_in_the_field_of_the_key_closes_the_dialog_and_is_no_key(program: Program, window: MainWindow) -> None:
    window.commands["dictation"].trigger()
    (dialog,) = window.findChildren(DesktopDialog)
    QTest.keyClick(dialog.key, Qt.Key.Key_Escape)
    assert not dialog.isVisible() and window.settings.dictation_key == ""
    dialog.open()
    QTest.keyClick(dialog.key, Qt.Key.Key_Escape, Qt.KeyboardModifier.ControlModifier)
    assert dialog.isVisible() and dialog.key.keySequence() == QKeySequence("Ctrl+Esc")
    dialog.close()


def test_a_folder_too_deep_for_a_socket_stops_nothing(program: Program, window: MainWindow) -> None:
    assert program.listen() is False
    assert window.isVisible()


@pytest.mark.skipif(bool(buses.missing()), reason=buses.missing() or "everything is here")
def test_the_desktops_notifications_get_plain_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    from jeepney import MessageType, message_bus, new_method_return
    from jeepney.io.blocking import open_dbus_connection

    bodies: list[tuple] = []
    with buses.bus(tmp_path) as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        assert notify("a", "b") is False
        server = open_dbus_connection(bus=address)
        server.send_and_get_reply(message_bus.RequestName("org.freedesktop.Notifications"))

        def serve() -> None:
            end = time.monotonic() + 20
            while not bodies and time.monotonic() < end:
                message = server.receive(timeout=20)
                if message.header.message_type is MessageType.method_call:
                    bodies.append(message.body)
                    server.send(new_method_return(message, "u", (1,)))

        thread = threading.Thread(target=serve)
        thread.start()
        assert notify("talk.wav", "<b>3 & more</b>") is True
        thread.join()
        server.close()
    assert bodies[0][:5] == ("Echoic", 0, "echoic", "talk.wav", "&lt;b&gt;3 &amp; more&lt;/b&gt;")
