"""The back end of Windows and macOS, against a fake of pynput that behaves as its documentation says."""

import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app.dictation import pynput_backend
from app.dictation.errors import DictationError
from app.dictation.keyboards import Typed
from app.dictation.pynput_backend import PynputHotkey, PynputKeyboard
from app.dictation.shortcut import Shortcut


class FakeListener:
    IS_TRUSTED = True
    made: "FakeListener"

    def __init__(self, on_press: Any, on_release: Any) -> None:
        self.on_press, self.on_release = on_press, on_release
        self.running = False
        FakeListener.made = self

    def start(self) -> None:
        self.running = True

    def wait(self) -> None:
        assert self.running

    def stop(self) -> None:
        self.running = False

    def canonical(self, key: str) -> str:
        return key.removesuffix("_l").lower()  # as left and right ones are the same


def parse(keys: str) -> list[str]:
    if "hyperspace" in keys:
        raise ValueError(keys)
    return [key.strip("<>") for key in keys.split("+")]


@pytest.fixture
def pynput(monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> list[str]:
    """What is typed."""
    typed: list[str] = []
    controller = SimpleNamespace(type=typed.append, tap=lambda key: typed.append(f"<{key}>"))
    keyboard = SimpleNamespace(
        Controller=lambda: controller,
        Key=SimpleNamespace(enter="enter"),
        HotKey=SimpleNamespace(parse=parse),
        Listener=FakeListener,
    )
    module = ModuleType("pynput")
    module.keyboard = keyboard  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "pynput", module)
    monkeypatch.setattr(FakeListener, "IS_TRUSTED", True)
    return typed


def test_text_is_typed_and_enter_is_a_key_of_its_own(pynput: list[str]) -> None:
    keyboard = PynputKeyboard()
    assert keyboard.type("hello ", keyboard.focused()) is Typed.DONE
    assert keyboard.type("one\ntwo", keyboard.focused()) is Typed.DONE
    assert pynput == ["hello ", "one", "<enter>", "two"]


def test_another_window_gets_nothing(pynput: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    keyboard = PynputKeyboard()
    keyboard.sees_focus = True  # as on Windows
    monkeypatch.setattr(keyboard, "focused", lambda: 2)
    assert keyboard.type("secret", 1) is Typed.ELSEWHERE and pynput == []
    monkeypatch.setattr(pynput_backend.QGuiApplication, "focusWindow", staticmethod(lambda: object()))
    assert keyboard.type("secret", 2) is Typed.ELSEWHERE and pynput == []


def test_a_key_with_modifiers_is_pressed_and_released_once(pynput: list[str], qtbot: QtBot) -> None:
    hotkey = PynputHotkey()
    events: list[str] = []
    hotkey.pressed.connect(lambda: events.append("pressed"))
    hotkey.released.connect(lambda: events.append("released"))
    hotkey.grab(Shortcut("D", frozenset({"Ctrl", "Alt"})))
    listener = FakeListener.made
    for key in ("ctrl_l", "x", "alt", "D", "D", "D"):
        listener.on_press(key)
    assert events == ["pressed"]
    listener.on_release("alt")
    listener.on_release("D")
    listener.on_press("D")
    assert events == ["pressed", "released"]
    hotkey.close()
    assert not listener.running


def test_what_is_missing_is_a_sentence(pynput: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DictationError) as error:
        PynputHotkey().grab(Shortcut("Hyperspace"))
    assert error.value.code == "unknown-key"
    monkeypatch.setattr(FakeListener, "IS_TRUSTED", False)
    with pytest.raises(DictationError) as error:
        PynputHotkey().grab(Shortcut("F9"))
    assert error.value.code == "not-trusted" and not FakeListener.made.running
    monkeypatch.setitem(sys.modules, "pynput", None)
    for kind in (PynputHotkey, PynputKeyboard):
        with pytest.raises(DictationError) as error:
            kind()
        assert error.value.code == "no-library"


@pytest.mark.parametrize(
    ("shortcut", "name"),
    [
        (Shortcut("D", frozenset({"Ctrl", "Alt"})), "<alt>+<ctrl>+d"),
        (Shortcut("F9"), "<f9>"),
        (Shortcut("ScrollLock"), "<scroll_lock>"),
        (Shortcut("Space", frozenset({"Meta"})), "<cmd>+<space>"),
    ],
)
def test_keys_have_pynputs_names(shortcut: Shortcut, name: str) -> None:
    assert pynput_backend._pynput_name(shortcut) == name
