"""The D-Bus interface of the running program on Linux: other programs start, stop, and get the words as they are final.

Name `local.echoic.Echoic`, object `/local/echoic/Echoic`, interface `local.echoic.Echoic1`:

    Start()  Stop()  Toggle()  Dictate()      what the commands of the same names do
    State() -> s                              a name of `LiveState` in small letters
    StateChanged(s)                           signal
    Final(s text, d start, d end)             signal: one final word as it is shown ("92"), seconds since the beginning
    UtteranceEnded()                          signal: an endpoint closed the words before it
    Partial(s text)                           signal: the words that may still change; replaces the one before

Words of a private session are not sent. The bus is a local socket of the user's session; no network is involved.
"""

import sys

from PySide6.QtCore import ClassInfo, QObject, Signal, Slot

from app.log import logger
from app.window.desktop.controller import Controller
from asr.updates import shown_groups, text_of

NAME, PATH, INTERFACE = "local.echoic.Echoic", "/local/echoic/Echoic", "local.echoic.Echoic1"


@ClassInfo({"D-Bus Interface": INTERFACE})  # type: ignore[call-arg, operator, unused-ignore]  # as PySide6's stubs are
class EchoicInterface(QObject):  # type: ignore[operator, unused-ignore]
    """The object on the bus; the names of its slots and signals are those of the interface. Interface thread."""

    StateChanged = Signal(str)
    Final = Signal(str, float, float)
    UtteranceEnded = Signal()
    Partial = Signal(str)

    def __init__(self, controller: Controller, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self._partial = ""
        controller.state_changed.connect(self.StateChanged)
        controller.window.live.updated.connect(self._send)

    @Slot()
    def Start(self) -> None:
        """Start a live session."""
        self._controller.start()

    @Slot()
    def Stop(self) -> None:
        """Stop it."""
        self._controller.stop()

    @Slot()
    def Toggle(self) -> None:
        """Start or stop it."""
        self._controller.toggle()

    @Slot()
    def Dictate(self) -> None:
        """Start or stop dictating into the focused window."""
        self._controller.handle({"command": "dictate", "action": "toggle"}, lambda answer: None)

    @Slot(result=str)
    def State(self) -> str:
        """Return the state of the live session."""
        return self._controller.state

    def _send(self, updates: tuple) -> None:
        recorder = self._controller.window.live.recorder
        if recorder is None or (recorder.session.folder is None and not recorder.status.problem):
            return  # private
        for update in updates:
            for first, end in shown_groups(update.words):
                words = update.words[first:end]
                self.Final.emit(text_of(words), words[0].start, words[-1].end)
            if update.endpoint:
                self.UtteranceEnded.emit()
            partial = text_of(update.partial)
            if partial != self._partial:
                self._partial = partial
                self.Partial.emit(partial)


def publish(controller: Controller, parent: QObject | None = None) -> EchoicInterface | None:
    """Put the interface on the session bus; None where there is none, or another program has the name."""
    if sys.platform != "linux":
        return None
    try:
        from PySide6.QtDBus import QDBusConnection
    except ImportError:
        return None
    bus = QDBusConnection.sessionBus()
    if not bus.isConnected():
        logger.info("no D-Bus session bus")
        return None
    interface = EchoicInterface(controller, parent)
    exported = QDBusConnection.RegisterOption.ExportAllSlots | QDBusConnection.RegisterOption.ExportAllSignals
    if not (bus.registerObject(PATH, interface, exported) and bus.registerService(NAME)):
        bus.unregisterObject(PATH)
        interface.deleteLater()
        logger.info("the D-Bus name is taken")
        return None
    return interface


def withdraw() -> None:
    """Take the interface off the bus."""
    from PySide6.QtDBus import QDBusConnection

    bus = QDBusConnection.sessionBus()
    bus.unregisterService(NAME)
    bus.unregisterObject(PATH)
