"""Dictation in the program: a key held or tapped, commands, a private session, and what the user is told."""

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from app.dictation.backends import Backend
from app.dictation.errors import DictationError
from app.dictation.shortcut import Shortcut
from app.window.desktop import dictation_control
from app.window.desktop.controller import Controller
from app.window.desktop.dictation_control import DictationControl
from app.window.live.live_state import LiveState
from app.window.main_window import MainWindow
from tests.app.window.helpers import Desktop
from tests.support.desktop.keyboards import FakeKeyboard
from tests.support.recognition.fakes import FakeRecognizer


class FakeHotkey(QObject):
    pressed = Signal()
    released = Signal()
    failed = Signal(Exception)
    taken: Shortcut | None = None
    closed = False

    def grab(self, shortcut: Shortcut) -> None:
        if shortcut.key == "F1":
            raise DictationError("key-taken", key=str(shortcut))
        self.taken = shortcut

    def close(self) -> None:
        self.closed = True


class Outside:
    """The desktop outside of the window: its keyboard and its keys."""

    def __init__(self) -> None:
        self.keyboard = FakeKeyboard()
        self.hotkeys: list[FakeHotkey] = []
        self.error: DictationError | None = None

    def _hotkey(self, parent: QObject) -> FakeHotkey:
        self.hotkeys.append(FakeHotkey(parent))
        return self.hotkeys[-1]

    def _keyboard(self, own_windows: Any) -> FakeKeyboard:
        if self.error is not None:
            raise self.error
        return self.keyboard

    def backend(self) -> Backend:
        return Backend(self._keyboard, self._hotkey)


@pytest.fixture
def outside() -> Outside:
    return Outside()


@pytest.fixture
def control(desktop: Desktop, window: MainWindow, outside: Outside) -> Iterator[DictationControl]:
    desktop.recognizer = FakeRecognizer(by_word=True)
    window.live.use(desktop.recognizer)
    control = DictationControl(window, outside.backend)
    yield control
    control.close()


def speak(control: DictationControl, desktop: Desktop, qtbot: QtBot, seconds: float = 4.0) -> None:
    """Let the microphone have sound, and wait until it is recognised."""
    live = control._window.live
    qtbot.waitUntil(lambda: bool(desktop.feeds) and desktop.feed.entered and not desktop.feed.left)
    before = live.document.seconds
    for _ in range(round(seconds)):
        desktop.feed.push(1.0)
    qtbot.waitUntil(lambda: live.document.seconds >= before + seconds)


def ready(control: DictationControl, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: control._window.live.state is LiveState.READY and not control.active)


def spoken(control: DictationControl) -> str:
    return " ".join(word.text for word in control._window.live.document.words)


@pytest.mark.slow
def test_a_key_that_is_held_dictates_until_it_is_released(
    control: DictationControl, desktop: Desktop, outside: Outside, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dictation_control, "HELD", 0.0)
    assert control.use_key("Ctrl+Alt+D") == ""
    key = outside.hotkeys[-1]
    assert str(key.taken) == "Ctrl+Alt+D"
    key.pressed.emit()
    speak(control, desktop, qtbot)
    assert outside.keyboard.texts[1].startswith("the quick brown")
    assert control.overlay.isVisible() and "Listening" in control.overlay.text
    key.released.emit()
    ready(control, qtbot)
    assert outside.keyboard.texts[1].strip() == spoken(control) != ""
    assert not control.overlay.isVisible()


def test_a_key_that_is_tapped_dictates_until_the_next_tap(
    control: DictationControl, desktop: Desktop, outside: Outside, qtbot: QtBot
) -> None:
    control.use_key("F9")
    key = outside.hotkeys[-1]
    key.pressed.emit()
    key.released.emit()
    speak(control, desktop, qtbot)
    assert control.active
    key.pressed.emit()
    key.released.emit()
    ready(control, qtbot)
    assert outside.keyboard.texts[1].strip() == spoken(control) != ""


def test_what_is_dictated_is_private_unless_the_setting_keeps_it(
    control: DictationControl, desktop: Desktop, outside: Outside, qtbot: QtBot, window: MainWindow
) -> None:
    for kept in (False, True):
        window.settings.dictation_kept = kept
        control.start()
        speak(control, desktop, qtbot)
        control.stop()
        ready(control, qtbot)
        assert len(window.store.list()) == kept
    assert window.store.list()[0].title.startswith("Dictation")


def test_a_session_that_runs_is_dictated_from_then_on_and_goes_on(
    control: DictationControl, desktop: Desktop, outside: Outside, qtbot: QtBot, window: MainWindow
) -> None:
    window.commands["start"].trigger()
    speak(control, desktop, qtbot, 3.0)
    before = spoken(control)
    control.start()
    speak(control, desktop, qtbot, 3.0)
    control.stop()
    assert window.live.state is LiveState.LISTENING
    speak(control, desktop, qtbot, 12.0)
    qtbot.waitUntil(lambda: not control.active)
    typed = outside.keyboard.texts.get(1, "").strip()
    assert typed and before and typed in spoken(control) and not typed.startswith(before)
    assert len(typed.split()) < len(spoken(control).split())
    window.commands["start"].trigger()
    ready(control, qtbot)


def test_words_that_are_not_typed_are_said_and_copied_by_a_click(
    control: DictationControl, desktop: Desktop, outside: Outside, qtbot: QtBot
) -> None:
    sentences: list[str] = []
    control.noticed.connect(sentences.append)
    QGuiApplication.clipboard().setText("of the user")
    keyboard = outside.keyboard
    keyboard.before_typing = lambda: setattr(keyboard, "focus", (keyboard.focus or 0) + 1)  # always just too late
    control.start()
    speak(control, desktop, qtbot)
    control.stop()
    ready(control, qtbot)
    assert outside.keyboard.texts == {}
    assert "Another window has the focus" in sentences[0] and "1 word was not typed" in sentences[0]
    assert QGuiApplication.clipboard().text() == "of the user"  # nobody asked for it
    control.overlay.clicked.emit()
    assert QGuiApplication.clipboard().text() == spoken(control)


def test_a_desktop_that_forbids_it_is_a_sentence(control: DictationControl, outside: Outside) -> None:
    outside.error = DictationError("no-portal-typing")
    assert "wtype" in control.start()
    assert not control.active and "wtype" in control.overlay.text
    assert "Another program has the key F1" in control.use_key("F1")
    assert control.use_key("") == "" and outside.hotkeys[0].closed


def answers(control: DictationControl, **request: Any) -> list[dict[str, Any]]:
    got: list[dict[str, Any]] = []
    Controller(control._window, control).handle({"command": "dictate", **request}, got.append)
    return got


def test_commands_dictate(control: DictationControl, desktop: Desktop, outside: Outside, qtbot: QtBot) -> None:
    assert answers(control, action="toggle")[0]["dictating"] is True
    speak(control, desktop, qtbot)
    assert answers(control, action="once")[0]["ok"] is False
    assert answers(control, action="stop")[0]["ok"]
    ready(control, qtbot)
    assert outside.keyboard.texts[1].strip() == spoken(control)
    assert answers(control, action="fly")[0]["ok"] is False


@pytest.mark.parametrize("printed", [False, True])
def test_once_ends_at_the_first_pause_and_answers_with_the_words(
    control: DictationControl, desktop: Desktop, outside: Outside, qtbot: QtBot, printed: bool
) -> None:
    got = answers(control, action="once", print=printed)
    assert got == []
    speak(control, desktop, qtbot, 3.0)
    for _ in range(3):
        desktop.feed.push(1.0)
    ready(control, qtbot)
    assert got[0]["text"].startswith("the quick brown fox jumps over the lazy dog")
    assert outside.keyboard.texts.get(1, "").strip() == ("" if printed else got[0]["text"])


def test_a_microphone_that_fails_ends_it_and_is_said(
    control: DictationControl, desktop: Desktop, qtbot: QtBot, window: MainWindow
) -> None:
    from app.audio_io.portaudio import DeviceError

    desktop.open_error = DeviceError("no-device")
    control.start()
    qtbot.waitUntil(lambda: not control.active)
    assert "No microphone found" in control.overlay.text
    control.overlay.hide()


def test_the_overlay_takes_no_focus(control: DictationControl) -> None:
    from PySide6.QtCore import Qt

    control.overlay.show_state("Listening…", "some words " * 100)
    assert control.overlay.windowFlags() & Qt.WindowType.WindowDoesNotAcceptFocus
    assert control.overlay.testAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
    assert control.overlay.width() <= 640 and not control.overlay.grab().isNull()
    control.overlay.hide()


@pytest.mark.parametrize(
    ("text", "written", "trigger"),
    [
        ("Ctrl+Alt+D", "Ctrl+Alt+D", "CTRL+ALT+d"),
        ("F9", "F9", "F9"),
        ("meta+space", "Meta+space", "LOGO+space"),
        ("Ctrl+ScrollLock", "Ctrl+ScrollLock", "CTRL+Scroll_Lock"),
        ("Ctrl+K, Ctrl+C", "Ctrl+K", "CTRL+k"),
    ],
)
def test_shortcuts_are_written_as_each_desktop_wants_them(text: str, written: str, trigger: str) -> None:
    shortcut = Shortcut.parse(text)
    assert shortcut is not None and (str(shortcut), shortcut.trigger) == (written, trigger)


@pytest.mark.parametrize("text", ["", "Ctrl+", "Hyper+D"])
def test_what_is_no_shortcut_is_none(text: str) -> None:
    assert Shortcut.parse(text) is None
