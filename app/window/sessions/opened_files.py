"""Files on their way into the queue: chosen, dropped, or left over from the last start."""

import os
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QWidget

from app.window.files.file_queue import FileQueue
from app.window.live.live_session import LiveSession
from app.window.settings.settings import Settings
from app.window.texts.messages import plural
from app.window.transcript.current_transcript import CurrentTranscript
from app.worker.media_files import MEDIA, files_in


class OpenedFiles(QObject):
    """Appends files to the queue, and remembers those that wait. Interface thread."""

    message = Signal(str)

    def __init__(
        self,
        queue: FileQueue,
        transcript: CurrentTranscript,
        live: LiveSession,
        settings: Settings,
        private: QAction,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._queue, self._transcript, self._live, self._settings = queue, transcript, live, settings
        self._private, self._window = private, window
        self._waiting: list[Path] = []  # files that the settings hold for the next start
        self._closing = False
        queue.changed.connect(self._keep_waiting)
        queue.added.connect(self._keep_waiting)

    def open(self, paths: list[Path]) -> None:
        """Append files, and those in folders, to the queue; show the first of them unless a live session runs."""
        paths = [file for path in paths for file in _files_of(path)]
        if not paths:
            return
        first = len(self._queue.jobs)
        self._queue.add(paths, self._private.isChecked())
        if not self._live.active:
            self._transcript.show_job(self._queue.jobs[first])

    def choose(self) -> None:
        """Ask the user for files and append them to the queue."""
        patterns = " ".join(f"*.{suffix} *.{suffix.upper()}" for suffix in MEDIA)
        names, _ = QFileDialog.getOpenFileNames(
            self._window,
            self.tr("Open sound or video"),
            filter=f"{self.tr('Sound and video')} ({patterns});;{self.tr('All files')} (*)",
        )
        self.open([Path(name) for name in names])

    def resume(self) -> None:
        """Go on with the files that waited when the program last ended."""
        waiting = [path for path in self._settings.waiting_files if path.is_file()]
        self._settings.waiting_files = waiting
        if waiting:
            self._queue.add(waiting)
            text = plural("OpenedFiles", "Going on with %n (file|files) of the last time", len(waiting))
            self.message.emit(text)

    def close(self) -> None:
        """Leave the files that wait for the next start: they are cancelled by the end of the program only."""
        self._closing = True

    def _keep_waiting(self) -> None:
        """Write down what waits and runs, so that the next start goes on with it; of private files nothing is kept."""
        waiting = [job.path for job in self._queue.unfinished() if not job.private]
        if not self._closing and waiting != self._waiting:
            self._waiting = waiting
            self._settings.waiting_files = waiting


def paths_of(data: QMimeData) -> list[Path]:
    """Return the files of something that is dropped."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


def _files_of(path: Path) -> list[Path]:
    """Return the sound and video files in a folder; a file, or a folder without any, stands for itself."""
    with suppress(OSError):
        if os.path.isdir(path):
            return list(files_in(path)) or [path]
    return [path]
