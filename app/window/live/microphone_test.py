"""The level of the microphone before a session begins, for as long as somebody tests it.

It is opened where a person asks for it: by the command, a click on a meter, or by choosing one. The first page shows
its level unasked, if the settings say so (`app.window.live.device_preview`).
"""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction

from app.window.live.live_session import LiveSession
from app.window.live.live_state import LiveState
from app.window.services import OpenDevice
from app.window.shell import messages
from app.window.shell.device_list import DeviceList
from app.window.shell.level_meter import LevelMeter
from app.window.shell.messages import Problem
from app.worker.level_measurement import LevelMeasurement

SECONDS = 15.0  # of a test
PATIENCE = 1.0  # seconds that a device gets to close before a session opens it


class MicrophoneTest(QObject):
    """Runs the test and shows the level; a session that begins ends it. Interface thread."""

    problem = Signal(Problem)

    def __init__(
        self,
        command: QAction,
        open_device: OpenDevice,
        meters: Sequence[LevelMeter],
        devices: DeviceList,
        live: LiveSession,
    ) -> None:
        """Show the level on all `meters`; one that is chosen in `devices` is tested at once."""
        super().__init__(devices)
        self._command, self._open, self._meters, self._live = command, open_device, meters, live
        self._running: LevelMeasurement | None = None
        command.toggled.connect(self._switch)
        for meter in meters:
            meter.clicked.connect(command.toggle)
        devices.chosen.connect(lambda _: self._test_chosen())
        live.state_changed.connect(self._follow)
        self._follow(live.state)

    def close(self, seconds: float = 5.0) -> None:
        """End the test and wait for the device."""
        if self._running is not None:
            self._running.stop()
            self._running.wait(seconds)

    def _switch(self, on: bool) -> None:
        if on and self._running is None:
            self._begin()
        elif not on and self._running is not None:
            self._running.stop()

    def _begin(self) -> None:
        recognizer, device = self._live.recognizer, self._live.device
        if recognizer is None or self._live.active:
            self._command.setChecked(False)
            return
        running = LevelMeasurement(recognizer, lambda: self._open(device, recognizer.config.rate), SECONDS, parent=self)
        for meter in self._meters:
            running.measured.connect(meter.feed)
        running.ended.connect(self._end)
        self._running = running
        running.start()

    def _end(self, error: Exception | None) -> None:
        running, self._running = self._running, None
        if running is not None:
            running.deleteLater()
        self._command.setChecked(False)
        if not self._live.active:
            for meter in self._meters:
                meter.clear()
        if error is not None:
            self.problem.emit(messages.of_session(error, self._live.default_device))

    def _test_chosen(self) -> None:
        """Show the level of a microphone that was just chosen: whether it is the right one is heard by testing it."""
        if self._running is not None:
            self.close(PATIENCE)
        if not self._live.active:
            self._command.setChecked(True)

    def _follow(self, state: LiveState) -> None:
        self._command.setEnabled(not self._live.active and self._live.recognizer is not None)
        if self._live.active and self._running is not None:
            self.close(PATIENCE)  # the session needs the device
