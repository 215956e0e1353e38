"""The level of a microphone while nothing is recorded: each chunk is measured and dropped."""

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from app.worker.audio_monitor import AudioMonitor
from app.worker.source import Source
from app.worker.task import Task
from asr.errors import EchoicError
from asr.pipeline import AnyRecognizer

RELEASE = 1.5  # seconds that another user of the device waits for this one to give it back
T = TypeVar("T")


class LevelPreview(QObject):
    """Opens a microphone and posts its level. Interface thread; a thread of its own reads the microphone.

    No sound is kept and nothing is recognised. An error ends the preview without a message: whoever presses Start
    learns of it, and has a use for it then.
    """

    measured = Signal(tuple)  # tuple[AudioColumns, ...]
    stopped = Signal()

    def __init__(self, open_source: Callable[[str | None, int], Source], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._open = open_source
        self._wanted: tuple[AnyRecognizer, str | None] | None = None
        self._running: tuple[AnyRecognizer, str | None] | None = None
        self._task: Task | None = None
        self._source: Source | None = None  # while it is open
        self._ending = threading.Event()
        self._free = threading.Event()  # no device is open here
        self._free.set()

    def show(self, recognizer: AnyRecognizer, device: str | None) -> None:
        """Show the level of a device, at the rate of the recogniser; None: the system's default."""
        self._wanted = (recognizer, device)
        if self._running is not None and self._running != self._wanted:
            self._stop_source()
        self._begin()

    def stop(self) -> None:
        """Give the device back; returns at once, `after` waits."""
        self._wanted = None
        self._stop_source()

    def close(self, seconds: float = 2.0) -> None:
        """Give the device back and wait for that."""
        self.stop()
        if self._task is not None:
            self._task.wait(seconds)

    def after(self, work: Callable[..., T]) -> Callable[..., T]:
        """Return `work` as a function that first waits until the device was given back. For worker threads."""

        def wait_and_work(*arguments: object) -> T:
            self._free.wait(RELEASE)
            return work(*arguments)

        return wait_and_work

    def _stop_source(self) -> None:
        self._ending.set()
        source = self._source
        if source is not None:
            source.stop()

    def _begin(self) -> None:
        if self._wanted is None or self._task is not None:
            return
        recognizer, device = self._running = self._wanted
        task = Task(self)
        task.posted.connect(lambda columns: self.measured.emit((columns,)))
        task.ended.connect(self._end)
        self._task = task
        self._ending.clear()
        self._free.clear()
        task.begin(lambda: self._measure(task, recognizer, device), "level preview")

    def _measure(self, task: Task, recognizer: AnyRecognizer, device: str | None) -> None:
        """Post the level of each chunk until the end is wanted. The thread of the task."""
        try:
            with suppress(EchoicError, OSError), self._open(device, recognizer.config.rate) as source:
                self._source = source
                monitor = AudioMonitor(recognizer, spectrogram=False)
                for chunk in () if self._ending.is_set() else source:
                    if self._ending.is_set():
                        break
                    task.post(monitor(chunk))
        finally:
            self._source = None
            self._free.set()

    def _end(self) -> None:
        task, self._task = self._task, None
        if task is not None:
            task.deleteLater()
        again = self._wanted is not None and self._wanted != self._running
        self._running = None
        self.stopped.emit()
        if again:
            self._begin()
