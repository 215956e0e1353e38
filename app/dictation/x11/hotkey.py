"""A global key on X11: a passive grab (XGrabKey), by python-xlib."""

from typing import Any

from PySide6.QtCore import QObject, QSocketNotifier, QTimer, Signal

from app.dictation.errors import DictationError
from app.dictation.shortcut import Shortcut
from app.dictation.x11.connection import open_display

POLL = 20  # ms between two looks whether the key is still held


class X11Hotkey(QObject):
    """Emits `pressed` and `released` for one key, whichever program has the focus. Interface thread.

    The grab that begins with the press is ended at once: while it lasts, keys that are typed by dictation would come
    here, too. So the release is looked for. Each repetition would begin another grab, so a key without modifiers does
    not repeat while it is taken; with modifiers nothing is typed before they are released.
    """

    pressed = Signal()
    released = Signal()
    failed = Signal(Exception)

    def __init__(self, parent: QObject | None = None) -> None:
        """Open the display. Raises DictationError."""
        super().__init__(parent)
        self._display: Any = open_display()
        from Xlib import XK, X
        from Xlib.error import BadAccess, CatchError

        self._X, self._XK, self._CatchError, self._BadAccess = X, XK, CatchError, BadAccess
        self._root = self._display.screen().root
        self._code = 0
        self._held = False
        self._timer = QTimer(self)
        self._timer.setInterval(POLL)
        self._timer.timeout.connect(self._look)
        self._notifier = QSocketNotifier(self._display.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._read)

    def grab(self, shortcut: Shortcut) -> None:
        """Take this key instead of the one before. Raises DictationError: it is not known, or another program's."""
        X = self._X
        self.ungrab()
        keysym = self._XK.string_to_keysym(shortcut.keysym)
        code = self._display.keysym_to_keycode(keysym) if keysym else 0
        if not code:
            raise DictationError("unknown-key", key=str(shortcut))
        names = {"Ctrl": X.ControlMask, "Alt": X.Mod1Mask, "Shift": X.ShiftMask, "Meta": X.Mod4Mask}
        mask = sum(names[name] for name in shortcut.modifiers)
        taken = self._CatchError(self._BadAccess)
        for locks in (0, X.LockMask, X.Mod2Mask, X.LockMask | X.Mod2Mask):  # Caps Lock and Num Lock do not matter
            self._root.grab_key(code, mask | locks, False, X.GrabModeAsync, X.GrabModeAsync, onerror=taken)
        self._display.sync()
        if taken.get_error():
            self._root.ungrab_key(code, X.AnyModifier)
            self._display.sync()
            raise DictationError("key-taken", key=str(shortcut))
        self._code = code
        if not shortcut.modifiers:
            self._repeat(False)  # it must be off before the press: the server looks then

    def ungrab(self) -> None:
        """Let go of the key."""
        if self._code:
            self._root.ungrab_key(self._code, self._X.AnyModifier)
            self._repeat(True)
            self._code = 0
        self._held = False
        self._timer.stop()

    def close(self) -> None:
        """Let go of the key and close the connection."""
        self.ungrab()
        self._notifier.setEnabled(False)
        self._display.close()

    def _read(self) -> None:
        while self._display.pending_events():
            event = self._display.next_event()
            if event.type == self._X.KeyPress and event.detail == self._code:
                self._display.ungrab_keyboard(event.time)
                self._display.sync()
                if not self._held:
                    self._held = True
                    self._timer.start()
                    self.pressed.emit()

    def _look(self) -> None:
        keys = self._display.query_keymap()
        if not keys[self._code // 8] >> self._code % 8 & 1:
            self._timer.stop()
            self._held = False
            self.released.emit()
        self._read()  # events may have come with the answer

    def _repeat(self, on: bool) -> None:
        mode = self._X.AutoRepeatModeDefault if on else self._X.AutoRepeatModeOff
        self._display.change_keyboard_control(key=self._code, auto_repeat_mode=mode)
        self._display.sync()
