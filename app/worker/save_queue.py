"""Changes of kept sessions written in the background, in order, so that the window never waits for a disk."""

import threading
from collections import deque
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

from app.log import logger
from app.sessions.folder.session_record import SessionRecord
from app.sessions.store import Change, StoreError
from app.worker.task import TICK
from asr.errors import EchoicError

PATIENCE = 10.0  # seconds that a disk which works at all takes for all that waits


@dataclass(frozen=True)
class SaveFailure:
    """Changes of one session that could not be written: the first that failed, and those made on top of it."""

    id: str  # of the session
    error: EchoicError
    before: SessionRecord | None  # the session without these changes; None where only its title was changed
    texts: tuple[str, ...]  # what was typed, oldest first


class SaveQueue(QObject):
    """Writes changes one after the other, in a thread that lives while there are any.

    A change that fails takes those behind it of the same session along, since they were made on top of it; the
    interface hears of all of them in one SaveFailure and shows the session as it is on the disk.
    """

    saved = Signal(str)  # id of a session with changes that are now on the disk
    failing = Signal(str)  # id of a session: `failed` follows; what is being typed may still be submitted
    failed = Signal(SaveFailure)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._idle = threading.Condition()  # guards everything below
        self._waiting: deque[Change] = deque()
        self._thread: threading.Thread | None = None
        self._saved: list[str] = []  # ids, not yet reported
        self._failed: list[tuple[Change, EchoicError]] = []  # not yet reported
        self._timer = QTimer(self)
        self._timer.setInterval(TICK)
        self._timer.timeout.connect(self._deliver)

    def submit(self, change: Change) -> None:
        """Write a change as soon as those before it are written. Interface thread; returns at once."""
        with self._idle:
            self._waiting.append(change)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="saving", daemon=True)
                self._thread.start()
        self._timer.start()

    def settle(self, seconds: float = PATIENCE) -> bool:
        """Wait until everything submitted is written or has failed, without reporting it. Any thread.

        Returns:
            False if it takes longer.
        """
        with self._idle:
            return self._idle.wait_for(lambda: self._thread is None, seconds)

    def flush(self, seconds: float = PATIENCE) -> bool:
        """Wait as `settle` does, then report by the signals. Interface thread; for the end of the program.

        Returns:
            Whether everything submitted is on the disk, as far as it was not reported before.
        """
        thread = self._thread
        settled = self.settle(seconds)
        if settled and thread is not None:
            thread.join()
        return self._deliver() and settled

    def _work(self) -> None:
        """Write until nothing waits. The queue's own thread."""
        while True:
            with self._idle:
                if not self._waiting:
                    self._thread = None
                    self._idle.notify_all()
                    return
                change = self._waiting.popleft()
                earlier = next((error for failed, error in self._failed if failed.id == change.id), None)
            error = earlier
            if error is None:
                try:
                    change.write()
                except EchoicError as problem:
                    error = problem
                except Exception as defect:
                    logger.exception("defect")
                    error = StoreError("change-not-kept", reason=type(defect).__name__)
            with self._idle:
                if error is None:
                    self._saved.append(change.id)
                else:
                    self._failed.append((change, error))

    def _deliver(self) -> bool:
        """Report results by the signals. Interface thread.

        Returns:
            False if a change failed.
        """
        with self._idle:
            saved, self._saved = self._saved, []
            failing = list(dict.fromkeys(change.id for change, _ in self._failed))
            if self._thread is None and not self._failed:
                self._timer.stop()
        for id in dict.fromkeys(saved):
            self.saved.emit(id)
        for id in failing:
            self.failing.emit(id)  # may submit more changes of this session, which fail as well
            self.settle()
            with self._idle:
                mine = [(change, error) for change, error in self._failed if change.id == id]
                self._failed = [(change, error) for change, error in self._failed if change.id != id]
            first, error = mine[0]
            logger.error("%d changes not saved: %s", len(mine), error.code)
            self.failed.emit(SaveFailure(id, error, first.before, tuple(c.text for c, _ in mine if c.text)))
        return not failing
