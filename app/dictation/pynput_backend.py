"""Typing and a global key on Windows and macOS, by pynput (`pip install echoic[keys]`).

Tried against a fake of pynput alone: nobody has run it on those systems.
"""

import sys
from collections.abc import Callable, Set
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from app.dictation.errors import DictationError
from app.dictation.keyboards import Typed, Window
from app.dictation.shortcut import Shortcut

# Names of keys of X11 -> those of pynput; F keys and others are the same in small letters
NAMES = {
    "Prior": "page_up",
    "Next": "page_down",
    "Print": "print_screen",
    "BackSpace": "backspace",
    "Scroll_Lock": "scroll_lock",
}


def _keyboard() -> Any:
    """Return the module pynput.keyboard. Raises DictationError."""
    try:
        from pynput import keyboard
    except Exception as error:  # it is missing, or finds nothing to reach the keyboard by
        raise DictationError("no-library", package="pynput", reason=error) from error
    return keyboard


class PynputKeyboard:
    """Types into the focused window. Interface thread."""

    def __init__(self, own_windows: Callable[[], Set[Window]] = frozenset) -> None:
        """Raises DictationError."""
        self._own_windows = own_windows
        self._keyboard = _keyboard()
        self._controller = self._keyboard.Controller()
        self.sees_focus = sys.platform == "win32"

    def focused(self) -> Window | None:
        """Return the window in the foreground; None on macOS, where it is not known."""
        if sys.platform == "win32":
            import ctypes

            return int(ctypes.windll.user32.GetForegroundWindow()) or None
        return None

    def type(self, text: str, window: Window | None) -> Typed:
        """Type a text, unless another window, or one of this program, has the focus."""
        if QGuiApplication.focusWindow() is not None or (self.sees_focus and self.focused() != window):
            return Typed.ELSEWHERE
        for line, part in enumerate(text.split("\n")):
            if line:
                self._controller.tap(self._keyboard.Key.enter)
            if part:
                self._controller.type(part)
        return Typed.DONE

    def rest(self) -> None:
        """Do nothing: no key has changed."""

    def close(self) -> None:
        """Do nothing."""


class PynputHotkey(QObject):
    """Emits `pressed` and `released`. Interface thread; pynput calls in a thread of its own."""

    pressed = Signal()
    released = Signal()
    failed = Signal(Exception)

    def __init__(self, parent: QObject | None = None) -> None:
        """Raises DictationError."""
        super().__init__(parent)
        self._keyboard = _keyboard()
        self._listener: Any = None
        self._wanted: set[Any] = set()
        self._down: set[Any] = set()
        self._held = False

    def grab(self, shortcut: Shortcut) -> None:
        """Listen for this key. Other programs get it, too. Raises DictationError."""
        try:
            self._wanted = set(self._keyboard.HotKey.parse(_pynput_name(shortcut)))
        except ValueError as error:
            raise DictationError("unknown-key", key=str(shortcut)) from error
        self._listener = self._keyboard.Listener(on_press=self._press, on_release=self._release)
        self._listener.start()
        self._listener.wait()
        if not getattr(self._listener, "IS_TRUSTED", True):
            self.close()
            raise DictationError("not-trusted")

    def close(self) -> None:
        """Stop listening."""
        if self._listener is not None:
            self._listener.stop()
            self._listener = None

    # In pynput's thread: signals reach the interface thread by its queue of events.

    def _press(self, key: Any, *_: Any) -> None:
        if self._listener is None:
            return
        name = self._listener.canonical(key)
        if name in self._wanted:
            self._down.add(name)
            if self._down == self._wanted and not self._held:
                self._held = True
                self.pressed.emit()

    def _release(self, key: Any, *_: Any) -> None:
        if self._listener is None:
            return
        self._down.discard(self._listener.canonical(key))
        if self._held and self._down != self._wanted:
            self._held = False
            self.released.emit()


def _pynput_name(shortcut: Shortcut) -> str:
    """Return the shortcut as `HotKey.parse` takes it: "<ctrl>+<alt>+d"."""
    names = {"Ctrl": "<ctrl>", "Alt": "<alt>", "Shift": "<shift>", "Meta": "<cmd>"}
    key = NAMES.get(shortcut.keysym, shortcut.keysym.lower())
    return "+".join([*(names[name] for name in sorted(shortcut.modifiers)), key if len(key) == 1 else f"<{key}>"])
