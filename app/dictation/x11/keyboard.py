"""Typing on X11 by the extension XTEST (X Test Extension Protocol 2.2), by python-xlib.

While the server is grabbed no other program can move the focus, so looking at the focus and typing are one step:
nothing is ever typed into a window other than the one asked for.
"""

import time
from typing import Any

from app.dictation.errors import DictationError
from app.dictation.keyboards import Typed, Window
from app.dictation.keysyms import SHIFT, keysym_of
from app.dictation.x11.connection import open_display

SETTLE = 0.3  # seconds that programs get to look up a key whose meaning was changed, before it changes again
SPARE = 60  # keys without a meaning that are used for characters which the layout lacks, at most


class X11Keyboard:
    """A keyboard of the display that DISPLAY names. Interface thread."""

    sees_focus = True

    def __init__(self, own_windows: Any = lambda: frozenset()) -> None:
        """`own_windows` returns the windows of this program, into which nothing is typed.

        Raises:
            DictationError: There is no such display, or it takes no keys.
        """
        self._display = open_display()
        from Xlib import X

        self._X = X
        if not self._display.has_extension("XTEST"):
            self._display.close()
            raise DictationError("no-xtest")
        self._own_windows = own_windows
        self._root = self._display.screen().root
        info = self._display.display.info
        self._first, self._count = info.min_keycode, info.max_keycode - info.min_keycode + 1
        self._borrowed: dict[int, tuple[int, float]] = {}  # keycode -> the keysym it has now, when it was typed last

    def focused(self) -> Window | None:
        """Return the number of the window with the focus, without a window manager that under the pointer."""
        focus = self._display.get_input_focus().focus
        if focus == self._X.PointerRoot:
            focus = self._root.query_pointer().child
        number = focus if isinstance(focus, int) else focus.id
        return number or None

    def type(self, text: str, window: Window | None) -> Typed:
        """Type a text: nothing of it while a modifier is held, or where another window has the focus.

        A text with more characters that the layout lacks than there are keys to borrow is typed in pieces. If the focus
        is lost between two of them, the answer is ELSEWHERE although the first piece was typed.
        """
        while self._display.pending_events():  # that keys have changed, which is looked up anyway
            self._display.next_event()
        result = Typed.DONE
        for number, piece in enumerate(self._pieces([keysym_of(character) for character in text])):
            result = self._type(piece, window)
            if result is not Typed.DONE:
                return Typed.ELSEWHERE if number else result
        return result

    def _pieces(self, keysyms: list[int]) -> list[list[int]]:
        """Cut a text so that no piece needs more borrowed keys than there are."""
        rows = self._display.get_keyboard_mapping(self._first, self._count)
        present = {keysym for row in rows for keysym in row}
        room = min(SPARE, sum(not any(row) for row in rows) + len(self._borrowed))
        pieces: list[list[int]] = [[]]
        missing: set[int] = set()
        for keysym in keysyms:
            if keysym not in present or any(keysym == meaning for meaning, _ in self._borrowed.values()):
                if len(missing | {keysym}) > room:
                    pieces.append([])
                    missing = set()
                missing.add(keysym)
            pieces[-1].append(keysym)
        return pieces

    def _type(self, keysyms: list[int], window: Window | None) -> Typed:
        X = self._X
        state = self._root.query_pointer().mask
        keys = self._keys(keysyms, state)
        self._display.grab_server()
        try:
            if window is None or self.focused() != window or window in self._own_windows():
                return Typed.ELSEWHERE
            state = self._root.query_pointer().mask
            if state & (X.ControlMask | X.Mod1Mask | X.Mod3Mask | X.Mod4Mask | X.Mod5Mask | X.ShiftMask):
                return Typed.BUSY  # with Ctrl held, a letter would be a command
            shift = self._display.keysym_to_keycode(SHIFT)
            for code, shifted in keys:
                self._press(shift, code) if shifted else self._press(code)
        finally:
            self._display.ungrab_server()
            self._display.sync()
        now = time.monotonic()
        for code, _ in keys:
            if code in self._borrowed:
                self._borrowed[code] = (self._borrowed[code][0], now)
        return Typed.DONE

    def rest(self) -> None:
        """Give the borrowed keys back, which then mean nothing again."""
        for code in self._borrowed:
            self._display.change_keyboard_mapping(code, [[0] * 4])
        self._borrowed.clear()
        self._display.sync()

    def close(self) -> None:
        """Rest and close the connection."""
        self.rest()
        self._display.close()

    def _press(self, *codes: int) -> None:
        """Press keys in this order and release them in the opposite one."""
        from Xlib.ext.xtest import fake_input

        for code in codes:
            fake_input(self._display, self._X.KeyPress, code)
        for code in reversed(codes):
            fake_input(self._display, self._X.KeyRelease, code)

    def _keys(self, keysyms: list[int], state: int) -> list[tuple[int, bool]]:
        """Return the keycode of each keysym, and whether Shift has to be held; borrow keys for what is missing."""
        rows = self._display.get_keyboard_mapping(self._first, self._count)
        group = (state >> 13) & 3  # of the layouts that are switched between (X Keyboard Extension, 2.2.2)
        known: dict[int, tuple[int, bool]] = {}
        if group < 2:
            for number, row in enumerate(rows):
                if self._first + number in self._borrowed:
                    continue
                for level, keysym in enumerate(row[2 * group : 2 * group + 2]):  # without Shift, with Shift
                    known.setdefault(keysym, (self._first + number, level == 1))
        locked = bool(state & self._X.LockMask)
        keys = []
        for keysym in keysyms:
            if keysym in known:
                code, shifted = known[keysym]
                keys.append((code, shifted != (locked and _is_letter(keysym))))
            else:
                keys.append((self._borrow(keysym, rows, set(keysyms)), False))
        return keys

    def _borrow(self, keysym: int, rows: list, needed: set[int]) -> int:
        """Return a keycode that means this keysym from now on. Raises DictationError."""
        for code, (meaning, _) in self._borrowed.items():
            if meaning == keysym:
                return code
        free = [self._first + n for n, row in enumerate(rows) if not any(row) and self._first + n not in self._borrowed]
        if free and len(self._borrowed) < SPARE:
            code = free[-1]
        else:  # the one that was used longest ago, and not for this text
            idle = {code: at for code, (meaning, at) in self._borrowed.items() if meaning not in needed}
            if not idle:
                raise DictationError("no-spare-key", character=chr(keysym & 0xFF_FFFF))
            code = min(idle, key=lambda code: idle[code])
            time.sleep(max(0.0, idle[code] + SETTLE - time.monotonic()))
        self._display.change_keyboard_mapping(code, [[keysym] * 4])  # the same with Shift and in both layouts
        self._display.sync()
        self._borrowed[code] = (keysym, time.monotonic())
        return code


def _is_letter(keysym: int) -> bool:
    """Return whether Caps Lock changes the meaning of a key with this keysym."""
    return keysym < 0x100 and chr(keysym).isalpha()
