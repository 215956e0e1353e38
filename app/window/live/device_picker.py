"""The lists of microphones: read in the background, and again while there is none."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.audio_io.devices import Device
from app.window.live.live_session import LiveSession
from app.window.live.live_state import LiveState
from app.window.services import ListDevices
from app.window.settings.settings import Settings
from app.window.shell.device_list import DeviceList
from app.window.texts import messages
from app.worker.task import BackgroundCall

REFRESH_EVERY = 3000  # ms between two queries while there is no microphone


class DevicePicker(QObject):
    """Fills the lists and applies the user's choice. Interface thread; a worker thread asks the sound system."""

    none_found = Signal(object)  # Problem: there is no microphone, or the sound system does not answer
    found = Signal()  # there is a microphone, perhaps again
    changed = Signal()  # another microphone was chosen
    querying = Signal(bool)  # whether the sound system is being asked

    def __init__(
        self,
        list_devices: ListDevices,
        lists: Sequence[DeviceList],
        live: LiveSession,
        settings: Settings,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._list_devices, self._lists, self._live, self._settings = list_devices, list(lists), live, settings
        self._query: BackgroundCall | None = None
        self._devices: Sequence[Device] = ()  # of the last query
        self._refresh_timer = QTimer(self)
        self._refresh_timer.setInterval(REFRESH_EVERY)
        self._refresh_timer.timeout.connect(self.refresh)
        live.device = settings.device
        for devices in lists:
            self._connect(devices)

    def add(self, devices: DeviceList) -> None:
        """Keep another list up to date, too, until `remove`."""
        self._connect(devices)
        self._lists.append(devices)
        devices.fill(self._devices, self._live.device)

    def remove(self, devices: DeviceList) -> None:
        """Leave a list alone, because it is not on screen any more."""
        self._lists.remove(devices)

    def _connect(self, devices: DeviceList) -> None:
        devices.chosen.connect(self._choose)
        devices.opened.connect(self.refresh)
        # An answer that arrives while the list is open must not change it. Queued, so that the choice is handled first.
        devices.closed.connect(self._fill, Qt.ConnectionType.QueuedConnection)

    def refresh(self) -> None:
        """Query the devices, unless a session uses one of them."""
        if self._query is not None or (self._live.active and self._live.state is not LiveState.LOST):
            return
        query = BackgroundCall(self._list_devices, "devices", self)
        query.done.connect(self._show)
        query.ended.connect(self._ended)
        self._query = query
        self.querying.emit(True)
        query.start()

    def use_default(self) -> None:
        """Use the system's own choice from now on, in place of a device that is not connected."""
        self._choose(None)
        self._fill()

    def close(self, seconds: float = 2.0) -> None:
        """Query no more, and wait for the query under way; a sound system that hangs is abandoned."""
        self._refresh_timer.stop()
        if self._query is not None:
            self._query.wait(seconds)
            self._refresh_timer.stop()  # an answer without microphones would have started it

    def _show(self, devices: Sequence[Device]) -> None:
        self._devices = devices
        default = next((device for device in devices if device.default), devices[0] if devices else None)
        self._live.default_device = default.name if default is not None else ""
        self._fill()
        if devices:
            self._refresh_timer.stop()
            self.found.emit()
        elif not self._refresh_timer.isActive():
            self._refresh_timer.start()
            self.none_found.emit(messages.no_microphone())

    def _ended(self, error: Exception | None) -> None:
        query, self._query = self._query, None
        if query is not None:
            query.deleteLater()
        self.querying.emit(False)
        if error is not None:
            self._devices = ()
            self._fill()
            self.none_found.emit(messages.of_session(error))

    def _fill(self) -> None:
        for devices in self._lists:
            devices.fill(self._devices, self._live.device)

    def _choose(self, name: str | None) -> None:
        self._settings.device = name
        self._live.choose(name)
        self._fill()
        self.changed.emit()
