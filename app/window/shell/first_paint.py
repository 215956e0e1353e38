"""What a start does once the window is seen."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

PATIENCE = 1000  # ms that a window is waited for that is shown but not painted: a minimised one, or on another desktop


class FirstPaint(QObject):
    """Calls `work` once, after the first picture of the window has been handed to the screen. Interface thread.

    Work in other threads takes turns with the interface, so it would delay the picture. For a window that is not shown
    when the event loop begins, nothing is waited for.
    """

    def __init__(self, window: QWidget, work: Callable[[], None]) -> None:
        super().__init__(window)
        self._window, self._work, self._seen, self._done = window, work, False, False
        window.installEventFilter(self)
        QTimer.singleShot(0, self, self._look)

    def cancel(self) -> None:
        """Let the work be."""
        self._done = True

    def _look(self) -> None:
        if not self._window.isVisible():
            self._finish()
        elif not self._seen:
            QTimer.singleShot(PATIENCE, self, self._finish)

    def _finish(self) -> None:
        if not self._done:
            self._done = True
            self._window.removeEventFilter(self)
            self._work()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """See the window being painted; all that lies on it is painted before the next pass of the event loop."""
        if event.type() == QEvent.Type.Paint and not self._seen:
            self._seen = True
            QTimer.singleShot(0, self, self._finish)
        return False
