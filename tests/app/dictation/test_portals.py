"""Wayland's portals, played by a fake one on a bus of its own: keys, typing, and what a refusal says."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app.dictation import backends
from app.dictation.errors import DictationError
from app.dictation.keyboards import Typed
from app.dictation.portal.hotkey import PortalHotkey
from app.dictation.portal.keyboard import PortalKeyboard
from app.dictation.shortcut import Shortcut
from tests.support.desktop import buses
from tests.support.desktop.portals import FakePortal

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="portals are Linux's"),
    pytest.mark.skipif(bool(buses.missing()), reason=buses.missing() or "everything is here"),
]

Portals = Callable[..., FakePortal]


@pytest.fixture
def portal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Portals]:
    made: list[FakePortal] = []
    with buses.bus(tmp_path) as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)

        def make(**how: Any) -> FakePortal:
            made.append(FakePortal(address, **how))
            return made[-1]

        yield make
        for one in made:
            one.close()


def test_text_is_typed_once_the_user_has_allowed_it(portal: Portals, qtbot: QtBot) -> None:
    desktop = portal()
    tokens: list[str] = []
    keyboard = PortalKeyboard(frozenset, "from last time", tokens.append)
    assert keyboard.type("too early", None) is Typed.BUSY
    qtbot.waitUntil(lambda: keyboard.type("hello ", None) is Typed.DONE)
    assert keyboard.type("wörld “ж” ", None) is Typed.DONE
    qtbot.waitUntil(lambda: desktop.typed == "hello wörld “ж” ")
    assert tokens == ["remember me"]
    asked = dict(desktop.calls)
    options = asked["SelectDevices"][-1]
    assert options["types"] == ("u", 1) and options["persist_mode"] == ("u", 2)
    assert options["restore_token"] == ("s", "from last time")
    keyboard.close()


def test_what_was_handed_over_is_typed_before_it_ends(portal: Portals, qtbot: QtBot) -> None:
    desktop = portal()
    keyboard = PortalKeyboard()
    qtbot.waitUntil(lambda: keyboard.type("last words ", None) is Typed.DONE)
    keyboard.close()
    assert desktop.typed == "last words "


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"denies": ("Start",)}, "denied"),
        ({"denies": ("CreateSession",)}, "denied"),
        ({"without": ("org.freedesktop.portal.RemoteDesktop",)}, "no-portal-typing"),
    ],
)
def test_a_desktop_that_lets_nobody_type_is_said(
    portal: Portals, qtbot: QtBot, how: dict[str, tuple[str, ...]], code: str
) -> None:
    portal(**how)
    keyboard = PortalKeyboard()

    def error() -> str:
        try:
            keyboard.type("x", None)
        except DictationError as refused:
            return refused.code
        return ""

    qtbot.waitUntil(lambda: error() != "")
    assert error() == code
    keyboard.close()


@pytest.mark.slow
def test_the_key_is_proposed_and_its_press_and_release_arrive(portal: Portals, qtbot: QtBot) -> None:
    desktop = portal()
    hotkey = PortalHotkey()
    events: list[str] = []
    hotkey.pressed.connect(lambda: events.append("pressed"))
    hotkey.released.connect(lambda: events.append("released"))
    hotkey.grab(Shortcut("D", frozenset({"Ctrl", "Alt"})))
    qtbot.waitUntil(lambda: any(member == "BindShortcuts" for member, _ in desktop.calls))
    _, [(name, described)], parent, _ = dict(desktop.calls)["BindShortcuts"]
    assert (name, parent) == ("dictate", "") and described["preferred_trigger"] == ("s", "CTRL+ALT+d")
    qtbot.wait(300)
    desktop.signal("Activated", "another")
    for member in ("Activated", "Deactivated", "Activated"):
        desktop.signal(member)
    qtbot.waitUntil(lambda: len(events) == 3)
    assert events == ["pressed", "released", "pressed"]
    hotkey.close()


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ({"without": ("org.freedesktop.portal.GlobalShortcuts",)}, "Bind the command `echoic dictate` to a key"),
        ({"denies": ("BindShortcuts",)}, "did not allow Echoic to have a global key"),
    ],
)
def test_a_desktop_without_global_keys_says_what_to_do(
    portal: Portals, qtbot: QtBot, how: dict[str, tuple[str, ...]], sentence: str
) -> None:
    portal(**how)
    hotkey = PortalHotkey()
    errors: list[Exception] = []
    hotkey.failed.connect(errors.append)
    hotkey.grab(Shortcut("F9"))
    qtbot.waitUntil(lambda: bool(errors))
    assert sentence in str(errors[0])
    hotkey.close()


def test_no_portal_and_no_bus_are_sentences(portal: Portals, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    errors: list[Exception] = []
    expected: list[str | None] = []
    for address in (None, "unix:path=/nowhere", "nonsense"):
        if address is not None:
            monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        hotkey = PortalHotkey()
        hotkey.failed.connect(errors.append)
        hotkey.grab(Shortcut("F9"))
        expected.append(address)
        qtbot.waitUntil(lambda: len(errors) == len(expected))
        hotkey.close()
    assert [error.code for error in errors if isinstance(error, DictationError)] == ["no-portal-keys", *2 * ["no-bus"]]


def test_the_program_can_end_while_the_user_is_asked(portal: Portals, qtbot: QtBot) -> None:
    desktop = portal(silent=True)
    keyboard = PortalKeyboard()
    qtbot.waitUntil(lambda: any(member == "CreateSession" for member, _ in desktop.calls))
    keyboard.close()
    assert not keyboard._task.running


def test_on_wayland_the_portals_are_taken_also_where_x11_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert backends.backend().sees_modifiers is False
    monkeypatch.delenv("WAYLAND_DISPLAY")
    monkeypatch.delenv("XDG_SESSION_TYPE", raising=False)
    assert backends.backend().sees_modifiers is True
    monkeypatch.delenv("DISPLAY")
    with pytest.raises(DictationError):
        backends.backend()
