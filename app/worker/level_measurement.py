"""Measures the level of a microphone, and nothing else: no sound is kept and none is recognised."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from app.worker.audio_monitor import AudioColumns, AudioMonitor
from app.worker.source import Source
from app.worker.task import Task
from asr.pipeline import AnyRecognizer


class LevelMeasurement(Task):
    """One measurement in a thread of its own. The interface thread calls the public methods and gets the signals."""

    measured = Signal(tuple)  # tuple[AudioColumns, ...] in order

    def __init__(
        self,
        recognizer: AnyRecognizer,
        open_source: Callable[[], Source],
        seconds: float,
        parent: QObject | None = None,
    ) -> None:
        """Prepare a measurement.

        Args:
            recognizer: Its sample rate is that of the source.
            open_source: Called in the thread.
            seconds: Of sound, after which the measurement ends by itself.
            parent: Of the Qt object.
        """
        super().__init__(parent)
        self._monitor = AudioMonitor(recognizer, spectrogram=False)
        self._open, self._seconds = open_source, seconds
        self._source: Source | None = None
        self._stopping = False

    def start(self) -> None:
        """Begin the thread."""
        self.begin(self._work, "level")

    def stop(self) -> None:
        """End the measurement; the device is given back once the thread has ended."""
        self._stopping = True
        if self._source is not None:
            self._source.stop()

    def _work(self) -> None:
        measured = 0.0
        with self._open() as source:
            self._source = source
            if self._stopping:  # while it was being opened
                return
            for chunk in source:
                if self._stopping:
                    return
                columns = self._monitor(chunk)
                self.post(columns)
                measured += columns.seconds
                if measured >= self._seconds:
                    return

    def _deliver(self, items: list[object]) -> None:
        columns = tuple(item for item in items if isinstance(item, AudioColumns))
        if columns:
            self.measured.emit(columns)
