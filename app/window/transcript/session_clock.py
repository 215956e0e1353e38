"""The clock of the toolbar: the length of the session that is on screen."""

from PySide6.QtCore import QObject

from app.window.files.file_queue import FileQueue
from app.window.live.live_session import LiveSession
from app.window.shell.toolbar import Toolbar
from app.window.transcript.current_transcript import CurrentTranscript, Kept, Live, QueuedFile
from app.worker.transcription_worker import Pace


class SessionClock(QObject):
    """Follows what is shown, and the session or file while it grows. Interface thread."""

    def __init__(self, toolbar: Toolbar, transcript: CurrentTranscript, live: LiveSession, queue: FileQueue) -> None:
        super().__init__(toolbar)
        self._toolbar, self._transcript = toolbar, transcript
        self._live_seconds = 0.0
        live.started.connect(lambda: self._note_live(0.0))
        live.pace_changed.connect(self._note_pace)
        transcript.changed.connect(self._show)
        queue.changed.connect(lambda _: self._show())
        self._show()

    def _note_pace(self, pace: Pace) -> None:
        self._note_live(pace.seconds)

    def _note_live(self, seconds: float) -> None:
        self._live_seconds = seconds
        self._show()

    def _show(self) -> None:
        match self._transcript.shown:
            case Live():
                seconds = self._live_seconds
            case QueuedFile(job):
                seconds = job.seconds
            case Kept(record):
                seconds = record.document.seconds
            case _:
                seconds = 0.0
        self._toolbar.show_seconds(seconds)
