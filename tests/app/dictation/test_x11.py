"""Typing and keys on a real X server: into the window that is meant and no other, any character, one press of a key."""

import gc
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.dictation.errors import DictationError
from app.dictation.keyboards import Typed
from app.dictation.shortcut import Shortcut
from app.dictation.x11.hotkey import X11Hotkey
from app.dictation.x11.keyboard import X11Keyboard
from tests.support.desktop import screens
from tests.support.desktop.screens import Screen

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(screens.missing()), reason=screens.missing() or "everything is here"),
]


@pytest.fixture(scope="module")
def screen() -> Iterator[Screen]:
    with screens.screen() as shown:
        yield shown


@pytest.fixture
def keyboard(screen: Screen, monkeypatch: pytest.MonkeyPatch) -> Iterator[X11Keyboard]:
    monkeypatch.setenv("DISPLAY", screen.display)
    keyboard = X11Keyboard()
    yield keyboard
    keyboard.close()


@pytest.fixture(autouse=True)
def no_field_left(screen: Screen) -> Iterator[None]:
    yield
    screen.close_fields()


def wait_for(done: Callable[[], bool], seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end
        time.sleep(0.02)


TEXTS = [
    "the quick brown fox ",
    "Hello, World! (it's 50% of {this} [that] <those>)",
    "Größe äöüß éèê ",
    "привет мир ελληνικά 日本語 “quoted” … ",
    "".join(map(chr, range(0x20, 0x7F))),
    "".join(map(chr, range(0x410, 0x450))),
]


@pytest.mark.parametrize("text", TEXTS)
def test_any_text_arrives_as_it_is(screen: Screen, keyboard: X11Keyboard, tmp_path: Path, text: str) -> None:
    field = screen.field("one", tmp_path)
    assert keyboard.type(text, keyboard.focused()) is Typed.DONE
    wait_for(lambda: len(field.read_text(encoding="utf-8")) >= len(text))
    time.sleep(0.2)
    assert field.read_text(encoding="utf-8") == text


def test_the_keys_are_as_before_afterwards(screen: Screen, keyboard: X11Keyboard, tmp_path: Path) -> None:
    before = keyboard._display.get_keyboard_mapping(8, 248)
    field = screen.field("two", tmp_path)
    keyboard.type("жук", keyboard.focused())
    wait_for(lambda: field.read_text(encoding="utf-8") == "жук")
    keyboard.rest()
    assert [list(row) for row in keyboard._display.get_keyboard_mapping(8, 248)] == [list(row) for row in before]


def test_another_window_gets_nothing(screen: Screen, keyboard: X11Keyboard, tmp_path: Path) -> None:
    first = screen.field("first", tmp_path)
    window = keyboard.focused()
    second = screen.field("second", tmp_path)
    assert keyboard.focused() != window
    assert keyboard.type("secret", window) is Typed.ELSEWHERE
    screen.focus("first")
    assert keyboard.focused() == window
    assert keyboard.type("word", window) is Typed.DONE
    wait_for(lambda: first.read_text() == "word")
    assert second.read_text() == ""


def test_the_windows_of_the_program_itself_get_nothing(
    screen: Screen, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    field = screen.field("own", tmp_path)
    monkeypatch.setenv("DISPLAY", screen.display)
    windows: set[int] = set()
    keyboard = X11Keyboard(lambda: windows)
    windows.add(keyboard.focused() or 0)
    assert keyboard.type("word", keyboard.focused()) is Typed.ELSEWHERE
    keyboard.close()
    assert field.read_text() == ""


def test_nothing_is_typed_while_a_modifier_is_held(screen: Screen, keyboard: X11Keyboard, tmp_path: Path) -> None:
    field = screen.field("held", tmp_path)
    keyboard.type("text ", keyboard.focused())
    wait_for(lambda: field.read_text() == "text ")
    for modifier in ("Control_L", "Alt_L", "Super_L", "Shift_L"):
        screen.xdotool("keydown", modifier)
        assert keyboard.type("a", keyboard.focused()) is Typed.BUSY  # Ctrl+A would select all
        screen.xdotool("keyup", modifier)
    assert keyboard.type("a", keyboard.focused()) is Typed.DONE
    wait_for(lambda: field.read_text() == "text a")


def test_caps_lock_changes_no_letter(screen: Screen, keyboard: X11Keyboard, tmp_path: Path) -> None:
    field = screen.field("locked", tmp_path)
    screen.xdotool("key", "Caps_Lock")
    try:
        keyboard.type("Ab 1! ж", keyboard.focused())
        wait_for(lambda: len(field.read_text(encoding="utf-8")) == 7)
        assert field.read_text(encoding="utf-8") == "Ab 1! ж"
    finally:
        screen.xdotool("key", "Caps_Lock")


def test_one_press_and_one_release_of_the_key_and_typing_in_between(
    screen: Screen, keyboard: X11Keyboard, qtbot: QtBot, tmp_path: Path
) -> None:
    field = screen.field("keys", tmp_path)
    window = keyboard.focused()
    hotkey = X11Hotkey()
    events: list[str] = []
    hotkey.pressed.connect(lambda: events.append("pressed"))
    hotkey.released.connect(lambda: events.append("released"))
    hotkey.grab(Shortcut("F9"))
    screen.xdotool("keydown", "F9")
    qtbot.waitUntil(lambda: events == ["pressed"])
    for _ in range(10):
        assert keyboard.type("held ", window) is Typed.DONE
        qtbot.wait(150)  # a key that repeats would begin to after half a second
    wait_for(lambda: field.read_text() == 10 * "held ")
    assert events == ["pressed"]
    screen.xdotool("keyup", "F9")
    qtbot.waitUntil(lambda: events == ["pressed", "released"])
    shortcut = Shortcut.parse("Ctrl+Alt+K")
    assert shortcut is not None
    hotkey.grab(shortcut)  # with modifiers nothing is typed until they are released
    for key in ("Control_L", "Alt_L", "k"):
        screen.xdotool("keydown", key)
    qtbot.wait(1500)
    assert keyboard.type("no ", window) is Typed.BUSY and len(events) == 3
    for key in ("k", "Alt_L", "Control_L"):
        screen.xdotool("keyup", key)
    qtbot.waitUntil(lambda: len(events) == 4)
    assert keyboard.type("yes", window) is Typed.DONE
    wait_for(lambda: field.read_text() == 10 * "held " + "yes")
    hotkey.ungrab()
    screen.xdotool("key", "F9")
    qtbot.wait(200)
    assert len(events) == 4
    hotkey.close()


def test_a_key_of_another_program_and_one_that_does_not_exist_are_said(
    screen: Screen, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", screen.display)
    one, two = X11Hotkey(), X11Hotkey()
    shortcut = Shortcut.parse("Ctrl+Alt+D")
    assert shortcut is not None
    one.grab(shortcut)
    for key, code in ((shortcut, "key-taken"), (Shortcut("Hyperspace"), "unknown-key")):
        with pytest.raises(DictationError) as error:
            two.grab(key)
        assert error.value.code == code
    one.ungrab()
    two.grab(shortcut)
    one.close()
    two.close()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # python-xlib leaves its socket open
def test_no_display_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":4242")
    for kind in (X11Keyboard, X11Hotkey):
        with pytest.raises(DictationError) as error:
            kind()
        assert error.value.code == "no-x-server"
    del error
    gc.collect()
