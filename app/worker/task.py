"""The worker threads of the window: no thread touches a widget or anything else of Qt.

A thread puts its results into a mailbox; a timer of the interface thread empties it 30 times a second. So a fast
recogniser cannot flood the window, and a slow window cannot hold up the recogniser.
"""

import threading
from collections import deque
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from app.log import logger
from asr.errors import EchoicError

TICK = 33  # ms between two looks into the mailbox


class Task(QObject):
    """A thread that runs one function; `post` carries its results to the interface thread."""

    posted = Signal(object)
    ended = Signal(object)  # the exception that ended it, or None

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._mail: deque[object] = deque()
        self._thread: threading.Thread | None = None
        self._error: BaseException | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(TICK)
        self._timer.timeout.connect(self._collect)

    @property
    def running(self) -> bool:
        """Whether the thread was begun and its end not yet reported. Interface thread."""
        return self._thread is not None

    def begin(self, work: Callable[[], None], name: str) -> None:
        """Run `work` in a thread of its own; it may call `post`. Interface thread.

        Raises:
            RuntimeError: It was begun before.
        """
        if self._thread is not None:
            raise RuntimeError(f"{name} was begun twice")

        def run() -> None:
            try:
                work()
            except Exception as error:
                if not isinstance(error, EchoicError):
                    logger.exception("defect in thread %s", name)
                self._error = error

        self._thread = threading.Thread(target=run, name=name, daemon=True)
        self._thread.start()
        self._timer.start()

    def post(self, item: object) -> None:
        """Put something into the mailbox. The task's thread."""
        self._mail.append(item)

    def wait(self, seconds: float) -> bool:
        """Block until the thread has ended and its results are delivered. Interface thread.

        Returns:
            False if it takes longer.
        """
        if self._thread is None:
            return True
        self._thread.join(seconds)
        done = not self._thread.is_alive()
        self._collect()
        return done

    def _collect(self) -> None:
        thread = self._thread
        if thread is None:
            return
        over = not thread.is_alive()  # asked before the mail is read, so that nothing posted last is left behind
        items = []
        while self._mail:
            items.append(self._mail.popleft())
        self._deliver(items)
        if over:
            self._timer.stop()
            thread.join()
            self._thread = None
            self.ended.emit(self._error)

    def _deliver(self, items: list[object]) -> None:
        for item in items:
            self.posted.emit(item)


class BackgroundCall(Task):
    """One call that takes too long for the interface thread and returns something: `done` carries it."""

    done = Signal(object)

    def __init__(self, work: Callable[[], Any], name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work, self._name = work, name
        self.posted.connect(self.done)

    def start(self) -> None:
        """Make the call. Interface thread, once."""
        self.begin(lambda: self.post(self._work()), self._name)


class BackgroundCalls(QObject):
    """Calls of one owner: any number run beside each other, and the owner waits for them when it ends."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._running: list[BackgroundCall] = []

    def start(
        self,
        work: Callable[[], Any],
        name: str,
        done: Callable[[Any], None] = lambda result: None,
        failed: Callable[[Exception], None] = lambda error: None,
    ) -> None:
        """Make a call; `done` takes what it returned, `failed` what it raised. Interface thread."""
        call = BackgroundCall(work, name, self)
        self._running.append(call)
        call.done.connect(done)
        call.ended.connect(lambda error: self._ended(call, failed, error))
        call.start()

    def wait(self, seconds: float) -> None:
        """Block until every call has ended and was delivered, each for at most so long. Interface thread."""
        for call in list(self._running):
            call.wait(seconds)

    def _ended(self, call: BackgroundCall, failed: Callable[[Exception], None], error: Exception | None) -> None:
        self._running.remove(call)
        call.deleteLater()
        if error is not None:
            failed(error)
