"""Keeps the list of sessions true while another program on the same data folder records, opens or deletes some."""

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer
from PySide6.QtWidgets import QLineEdit

from app.window.main_window import MainWindow

SETTLE = 400  # ms without a change after which the list is read again
LOOK_AGAIN = 2000  # ms between two looks at sessions that another program records: their end changes no folder


class OtherPrograms(QObject):
    """Refreshes the list of sessions when their folder changes. Interface thread."""

    def __init__(self, window: MainWindow, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._window = window
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.refresh)
        self._watcher = QFileSystemWatcher(self)
        folder = window.store.root / "sessions"
        if folder.is_dir():
            self._watcher.addPath(str(folder))
        self._watcher.directoryChanged.connect(lambda _: self._timer.start(SETTLE))
        self.refresh()

    def refresh(self) -> None:
        """Read the list again, unless a title is being edited; look again soon while another program records."""
        rows = self._window.ui.session_list.list
        if rows.findChildren(QLineEdit):  # a new list would end the edit
            self._timer.start(LOOK_AGAIN)
            return
        self._window.library.refresh()
        if self._others_record():
            self._timer.start(LOOK_AGAIN)

    def close(self) -> None:
        """Stop looking."""
        self._timer.stop()
        if folders := self._watcher.directories():
            self._watcher.removePaths(folders)

    def _others_record(self) -> bool:
        window = self._window
        recorders = (window.live.recorder, job.recorder if (job := window.file_queue.running) else None)
        own = {recorder.session.id for recorder in recorders if recorder is not None}
        return any(entry.recording and entry.id not in own for entry in window.store.list())
