"""The level of a microphone while nothing is recorded, and the device free for whoever wants it."""

import threading
from collections.abc import Callable
from math import inf
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from app.worker.level_measurement import LevelMeasurement
from app.worker.source import Source
from asr.pipeline import AnyRecognizer

RELEASE = 1.5  # seconds that another user of the device waits for this one to give it back
T = TypeVar("T")


class LevelPreview(QObject):
    """Measures the level of one microphone after the other. Interface thread; `after` is for worker threads.

    An error ends the preview without a message: whoever presses Start learns of it, and has a use for it then.
    """

    measured = Signal(tuple)  # tuple[AudioColumns, ...]
    stopped = Signal()

    def __init__(self, open_source: Callable[[str | None, int], Source], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._open = open_source
        self._wanted: tuple[AnyRecognizer, str | None] | None = None
        self._running: tuple[AnyRecognizer, str | None] | None = None
        self._measurement: LevelMeasurement | None = None
        self._free = threading.Event()  # no device is open here
        self._free.set()

    def show(self, recognizer: AnyRecognizer, device: str | None) -> None:
        """Show the level of a device, at the rate of the recogniser; None: the system's default."""
        self._wanted = (recognizer, device)
        if self._measurement is not None and self._running != self._wanted:
            self._measurement.stop()
        self._begin()

    def stop(self) -> None:
        """Give the device back; returns at once, `after` waits."""
        self._wanted = None
        if self._measurement is not None:
            self._measurement.stop()

    def close(self, seconds: float = 2.0) -> None:
        """Give the device back and wait for that."""
        self.stop()
        if self._measurement is not None:
            self._measurement.wait(seconds)

    def after(self, work: Callable[..., T]) -> Callable[..., T]:
        """Return `work` as a function that first waits until the device was given back. For worker threads."""

        def wait_and_work(*arguments: object) -> T:
            self._free.wait(RELEASE)
            return work(*arguments)

        return wait_and_work

    def _begin(self) -> None:
        if self._wanted is None or self._measurement is not None:
            return
        recognizer, device = self._running = self._wanted
        measurement = LevelMeasurement(recognizer, lambda: self._open(device, recognizer.config.rate), inf, parent=self)
        measurement.measured.connect(self.measured)
        measurement.ended.connect(self._end)
        self._measurement = measurement
        self._free.clear()
        measurement.start()

    def _end(self) -> None:
        measurement, self._measurement = self._measurement, None
        if measurement is not None:
            measurement.deleteLater()
        self._free.set()
        again = self._wanted is not None and self._wanted != self._running
        self._running = None
        self.stopped.emit()
        if again:
            self._begin()
