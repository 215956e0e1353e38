"""The list of microphones: asked for in the background, and again while there is none."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.audio_io.devices import Device
from app.window.live.live_session import LiveSession
from app.window.live.live_state import LiveState
from app.window.services import ListDevices
from app.window.settings.settings import Settings
from app.window.shell import messages
from app.window.shell.toolbar import Toolbar
from app.worker.task import BackgroundCall

RELOOK = 3000  # ms between two looks for a microphone while there is none


class DevicePicker(QObject):
    missed = Signal(object)  # Problem: there is none, or the sound system does not answer
    found = Signal()  # there is one (again)

    def __init__(self, ask: ListDevices, top: Toolbar, live: LiveSession, settings: Settings) -> None:
        super().__init__(top)
        self._ask, self._top, self._live, self._settings = ask, top, live, settings
        self._looking: BackgroundCall | None = None
        self._found: Sequence[Device] = ()  # at the last look
        self._again = QTimer(self)
        self._again.setInterval(RELOOK)
        self._again.timeout.connect(self.look)
        live.device = settings.device
        top.device_chosen.connect(self._choose)
        top.devices.opened.connect(self.look)
        # The answer may come while the list is open, and must not change it then; what is chosen comes before this.
        top.devices.closed.connect(self._list, Qt.ConnectionType.QueuedConnection)

    def look(self) -> None:
        """Asking the sound system takes a moment and may hang: never in the interface thread."""
        if self._looking is not None or (self._live.active and self._live.state is not LiveState.LOST):
            return
        looking = BackgroundCall(self._ask, "devices", self)
        looking.done.connect(self._show)
        looking.ended.connect(self._asked)
        self._looking = looking
        looking.start()

    def close(self, seconds: float = 2.0) -> None:
        """Ask no more, and wait for an answer that is under way; one that hangs is left behind."""
        self._again.stop()
        if self._looking is not None:
            self._looking.wait(seconds)
            self._again.stop()  # that answer may have been that there is none

    def _show(self, found: Sequence[Device]) -> None:
        self._found = found
        self._list()
        if found:
            self._again.stop()
            self.found.emit()
        elif not self._again.isActive():
            self._again.start()
            self.missed.emit(messages.no_microphone())

    def _asked(self, error: Exception | None) -> None:
        looking, self._looking = self._looking, None
        if looking is not None:
            looking.deleteLater()
        if error is not None:
            self._found = ()
            self._list()
            self.missed.emit(messages.of_session(error))

    def _list(self) -> None:
        self._top.show_devices(self._found, self._live.device)

    def _choose(self, name: str | None) -> None:
        self._settings.device = name
        self._live.choose(name)
