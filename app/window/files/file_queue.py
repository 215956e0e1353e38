"""The queue of files: one after the other through the same `TranscriptionWorker` as the microphone."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.sessions import journal
from app.sessions.document import Document
from app.window.services import OpenFile
from app.worker.transcription_worker import Pace, Recorder, Source, TranscriptionWorker
from asr.pipeline import AnyRecognizer
from asr.stream_options import StreamOptions

# The suffixes of sound and video that are offered when files are opened; others are tried all the same.
MEDIA = ("wav", "mp3", "flac", "ogg", "opus", "m4a", "aac", "wma", "mp4", "mkv", "webm", "mov", "avi")


class JobStatus(Enum):
    WAITING = auto()
    RUNNING = auto()
    DONE = auto()
    CANCELLED = auto()
    FAILED = auto()


@dataclass(eq=False)
class FileJob:
    """One file. What it has said so far stays, however it ends."""

    path: Path
    private: bool = False  # nothing of it is kept
    fate: JobStatus = JobStatus.WAITING
    document: Document = field(default_factory=Document)
    duration: float | None = None  # seconds the file says it holds
    seconds: float = 0.0  # recognised so far
    speed: float = 0.0  # seconds of work for a second of sound
    error: Exception | None = None
    keeper: Any = None
    session: journal.SessionRecord | None = None  # once it is over; none of a file that came to nothing

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def share(self) -> float | None:
        """Done so far, 0..1; None where the file does not say how long it is."""
        if self.fate is JobStatus.DONE:
            return 1.0
        if not self.duration:
            return None
        return min(0.999, self.seconds / self.duration)

    @property
    def left(self) -> float | None:
        """Seconds of waiting left, once that can be told."""
        if not self.duration or self.seconds < 1.0:
            return None
        return max(0.0, (self.duration - self.seconds) * self.speed)


KeepFile = Callable[[Path, bool], Recorder | None]  # the file, and whether it is private


class FileQueue(QObject):
    """Runs the jobs in order; a file that fails does not stop the rest."""

    changed = Signal(FileJob)  # fate or progress
    added = Signal(FileJob)
    updated = Signal(FileJob, tuple)  # tuple[Update, ...]

    def __init__(
        self,
        open_file: OpenFile,
        keep: KeepFile,
        parent: QObject | None = None,
        options: Callable[[], StreamOptions] = StreamOptions,
    ) -> None:
        super().__init__(parent)
        self.jobs: list[FileJob] = []
        self._open = open_file
        self._keep = keep
        self._options = options  # of the next file
        self._recognizer: AnyRecognizer | None = None
        self._session: TranscriptionWorker | None = None
        self._running: FileJob | None = None

    def use(self, recognizer: AnyRecognizer) -> None:
        self._recognizer = recognizer
        self._next()

    def add(self, paths: list[Path], private: bool = False) -> None:
        for path in paths:
            job = FileJob(path, private)
            self.jobs.append(job)
            self.added.emit(job)
        self._next()

    def cancel(self, job: FileJob) -> None:
        if job is self._running and self._session is not None:
            job.fate = JobStatus.CANCELLED  # said at once; the worker follows within one piece of sound
            self._session.cancel()
            self.changed.emit(job)
        elif job.fate is JobStatus.WAITING:
            job.fate = JobStatus.CANCELLED
            self.changed.emit(job)

    def forget_finished(self) -> None:
        """Take what is over off the list; the sessions stay."""
        self.jobs = [
            job for job in self.jobs if job.fate in (JobStatus.WAITING, JobStatus.RUNNING) or job is self._running
        ]

    @property
    def running(self) -> FileJob | None:
        return self._running

    def progress(self) -> tuple[int, int]:
        """Files that are over, files in all."""
        over = sum(job.fate in (JobStatus.DONE, JobStatus.CANCELLED, JobStatus.FAILED) for job in self.jobs)
        return over, len(self.jobs)

    def share(self) -> float:
        """Of the whole queue, 0..1; a file counts the same however long it is."""
        over, count = self.progress()
        running = self._running.share if self._running is not None and self._running.fate is JobStatus.RUNNING else 0.0
        return (over + (running or 0.0)) / max(1, count)

    def left(self) -> float | None:
        """Seconds until the queue is empty, as far as can be told; an unopened file counts as the mean."""
        running = self._running
        if running is None or running.left is None:
            return None
        known = [job.duration for job in self.jobs if job.duration]
        waiting = sum(job.fate is JobStatus.WAITING for job in self.jobs)
        return running.left + waiting * running.speed * sum(known) / len(known)

    def close(self, seconds: float = 5.0) -> bool:
        """End whatever runs and wait for it; nothing starts any more."""
        self._recognizer = None
        if self._session is None or self._running is None:
            return True
        self.cancel(self._running)
        return self._session.wait(seconds)

    def _next(self) -> None:
        recognizer = self._recognizer
        if self._running is not None or recognizer is None:
            return
        job = next((job for job in self.jobs if job.fate is JobStatus.WAITING), None)
        if job is None:
            return
        job.fate = JobStatus.RUNNING
        job.keeper = self._keep(job.path, job.private)
        self._running = job

        def open_source() -> Source:
            source, job.duration = self._open(job.path, recognizer.config.rate)
            return source

        session = TranscriptionWorker(
            recognizer, open_source, job.keeper, live=False, options=self._options(), parent=self
        )
        session.updated.connect(self._update)
        session.pace.connect(self._pace)
        session.ended.connect(self._end)
        self._session = session
        self.changed.emit(job)
        session.start()

    def _update(self, updates: tuple) -> None:
        job = self._running
        if job is None:
            return
        for update in updates:
            job.document = job.document.append(update)
        self.updated.emit(job, updates)

    def _pace(self, pace: Pace) -> None:
        job = self._running
        if job is not None:
            job.seconds, job.speed = pace.seconds, pace.speed
            self.changed.emit(job)

    def _end(self, error: Exception | None) -> None:
        job, self._running = self._running, None
        session, self._session = self._session, None
        if session is not None:
            session.deleteLater()
        if job is not None:
            if error is not None:
                job.fate, job.error = JobStatus.FAILED, error
            elif job.fate is not JobStatus.CANCELLED:
                job.fate = JobStatus.DONE
            if job.keeper is not None and not (job.fate is JobStatus.FAILED and job.seconds == 0):
                job.session = job.keeper.session
            self.changed.emit(job)
        self._next()
