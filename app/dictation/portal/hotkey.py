"""A global key on Wayland by the portal GlobalShortcuts: the desktop shows its user which key it is to be."""

import threading

from PySide6.QtCore import QCoreApplication, QObject, Signal

from app.dictation.errors import DictationError
from app.dictation.portal.calls import SLICE, Ended, Portal
from app.dictation.shortcut import Shortcut
from app.worker.task import Task

INTERFACE = "org.freedesktop.portal.GlobalShortcuts"
WHAT = "have a global key"
NAME = "dictate"


class PortalHotkey(QObject):
    """Emits `pressed` and `released`. Interface thread; the portal is awaited in a thread of its own."""

    pressed = Signal()
    released = Signal()
    failed = Signal(Exception)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stop = threading.Event()
        self._task = Task(self)
        self._task.posted.connect(lambda member: (self.pressed if member == "Activated" else self.released).emit())
        self._task.ended.connect(self._end)

    def grab(self, shortcut: Shortcut) -> None:
        """Propose a key to the desktop, once; what it or its user refuses is reported by `failed`."""
        self._task.begin(lambda: self._work(shortcut), "portal key")

    def close(self) -> None:
        """End the session."""
        self._stop.set()
        self._task.wait(2.0)

    def _end(self, error: Exception | None) -> None:
        if error is not None:
            self.failed.emit(error)

    # In the thread.

    def _work(self, shortcut: Shortcut) -> None:
        from jeepney import HeaderFields, MatchRule, message_bus

        portal = Portal(self._stop)
        try:
            if not portal.has(INTERFACE):
                raise DictationError("no-portal-keys")
            session = portal.create_session(INTERFACE, WHAT)
            rule = MatchRule(type="signal", interface=INTERFACE)
            portal.connection.send_and_get_reply(message_bus.AddMatch(rule), timeout=SLICE * 10)
            with portal.connection.filter(rule) as signals:
                name = QCoreApplication.translate("DictationControl", "Dictate")  # which the desktop shows its user
                described = {"description": ("s", name), "preferred_trigger": ("s", shortcut.trigger)}
                body = (session, [(NAME, described)], "")
                bound = portal.request(INTERFACE, "BindShortcuts", "oa(sa{sv})s", body, {}, WHAT)
                if "shortcuts" in bound and not bound["shortcuts"]:
                    raise DictationError("denied", what=WHAT)
                while not self._stop.is_set():
                    try:
                        message = portal.connection.recv_until_filtered(signals, timeout=SLICE)
                    except TimeoutError:
                        continue
                    member = message.header.fields[HeaderFields.member]
                    if member in ("Activated", "Deactivated") and message.body[:2] == (session, NAME):
                        self._task.post(member)
        except Ended:
            return
        except OSError as error:
            raise DictationError("no-bus", reason=error) from error
        finally:
            portal.close()
