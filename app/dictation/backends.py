"""Which keyboard and which global key this desktop has."""

import os
import sys
from collections.abc import Callable, Set
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QObject, SignalInstance

from app.dictation.errors import DictationError
from app.dictation.keyboards import Keyboard, Window
from app.dictation.shortcut import Shortcut

OwnWindows = Callable[[], Set[Window]]


class Hotkey(Protocol):
    """A global key. Interface thread."""

    @property
    def pressed(self) -> SignalInstance:
        """Signal: the key went down."""

    @property
    def released(self) -> SignalInstance:
        """Signal: the key went up."""

    @property
    def failed(self) -> SignalInstance:
        """Signal(Exception): the key is not available any more, or the desktop refused it after a while."""

    def grab(self, shortcut: Shortcut) -> None:
        """Take this key instead of the one before. Raises DictationError."""

    def close(self) -> None:
        """Let go of the key."""


@dataclass(frozen=True)
class Backend:
    """The functions that reach a desktop. Each raises DictationError where the desktop forbids it."""

    keyboard: Callable[[OwnWindows], Keyboard]
    hotkey: Callable[[QObject], Hotkey]
    sees_modifiers: bool = True  # the keyboard knows which modifiers are held


def backend(token: str = "", remember: Callable[[str], None] = lambda token: None) -> Backend:
    """Return what this desktop has. Nothing is opened yet.

    Args:
        token: By which a desktop knows that its user allowed typing before.
        remember: Gets the token for the next time.

    Raises:
        DictationError: Nothing is known here that could type.
    """
    if sys.platform in ("win32", "darwin"):
        from app.dictation.pynput_backend import PynputHotkey, PynputKeyboard

        return Backend(PynputKeyboard, PynputHotkey, sees_modifiers=False)
    if os.environ.get("WAYLAND_DISPLAY") or os.environ.get("XDG_SESSION_TYPE") == "wayland":
        # X11 would reach the few programs that run on XWayland, and silently none of the others.
        from app.dictation.portal.hotkey import PortalHotkey
        from app.dictation.portal.keyboard import PortalKeyboard

        return Backend(lambda own: PortalKeyboard(own, token, remember), PortalHotkey, sees_modifiers=False)
    if os.environ.get("DISPLAY"):
        from app.dictation.x11.hotkey import X11Hotkey
        from app.dictation.x11.keyboard import X11Keyboard

        return Backend(X11Keyboard, X11Hotkey)
    raise DictationError("no-back-end")
