"""Typing on Wayland by the portal RemoteDesktop: the desktop asks its user once, then remembers the answer."""

import queue
import threading
from collections.abc import Callable, Set

from PySide6.QtGui import QGuiApplication

from app.dictation.errors import DictationError
from app.dictation.keyboards import Typed, Window
from app.dictation.keysyms import keysym_of
from app.dictation.portal.calls import Ended, Options, Portal
from app.worker.task import Task

INTERFACE = "org.freedesktop.portal.RemoteDesktop"
KEYBOARD = 1  # of the kinds of devices
UNTIL_REVOKED = 2  # how long the answer of the user holds
WHAT = "type into other programs"


class PortalKeyboard:
    """Types into the window that has the focus, which no program can see on Wayland. Interface thread."""

    sees_focus = False

    def __init__(
        self,
        own_windows: Callable[[], Set[Window]] = frozenset,
        token: str = "",
        remember: Callable[[str], None] = lambda token: None,
    ) -> None:
        """Ask the desktop in a thread of its own.

        Args:
            own_windows: Not needed: the desktop tells Qt whether a window of this program has the focus.
            token: Of `remember`, from the last time.
            remember: Gets the token by which the desktop knows that its user allowed it.
        """
        self._token = token
        self._texts: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._stop = threading.Event()
        self._ready = False
        self._error: Exception | None = None
        self._task = Task()

        def posted(item: object) -> None:
            self._ready = True
            if isinstance(item, str) and item:
                remember(item)

        self._task.posted.connect(posted)
        self._task.ended.connect(self._end)
        self._task.begin(self._work, "portal keyboard")

    def focused(self) -> Window | None:
        """Return None: it is not known."""
        return None

    def type(self, text: str, window: Window | None) -> Typed:
        """Hand a text to the thread, once the user has allowed it. Raises DictationError: they have not."""
        if self._error is not None:
            raise self._error
        if not self._ready:
            return Typed.BUSY
        if QGuiApplication.focusWindow() is not None:  # a window of this program, where letters are commands
            return Typed.ELSEWHERE
        self._texts.put(text)
        return Typed.DONE

    def rest(self) -> None:
        """Do nothing: no key has changed."""

    def close(self) -> None:
        """End the session; what was handed over is still typed."""
        self._stop.set()
        self._texts.put(None)
        self._task.wait(2.0)

    def _end(self, error: Exception | None) -> None:
        self._error = error or DictationError("denied", what=WHAT)

    # In the thread.

    def _work(self) -> None:
        portal = Portal(self._stop)
        try:
            if not portal.has(INTERFACE):
                raise DictationError("no-portal-typing")
            session = portal.create_session(INTERFACE, WHAT)
            options: Options = {"types": ("u", KEYBOARD), "persist_mode": ("u", UNTIL_REVOKED)}
            if self._token:
                options["restore_token"] = ("s", self._token)
            portal.request(INTERFACE, "SelectDevices", "o", (session,), options, WHAT)
            started = portal.request(INTERFACE, "Start", "os", (session, ""), {}, WHAT)
            if not int(started.get("devices", 0)) & KEYBOARD:
                raise DictationError("denied", what=WHAT)
            self._task.post(str(started.get("restore_token", "")))
            while (text := self._texts.get()) is not None:
                for character in text:
                    for pressed in (1, 0):
                        keys: tuple = (session, {}, keysym_of(character), pressed)
                        portal.call(INTERFACE, "NotifyKeyboardKeysym", "oa{sv}iu", keys)
        except Ended:
            return
        finally:
            portal.close()
