"""The queue of files, recognised one after the other by the same `TranscriptionWorker` as the microphone."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.sessions.document import Document
from app.sessions.folder.session_record import SessionRecord
from app.sessions.recorder import SessionRecorder
from app.window.services import OpenFile
from app.worker.audio_monitor import FLOOR
from app.worker.transcription_worker import Pace, Source, TranscriptionWorker
from asr.pipeline import AnyRecognizer
from asr.stream_options import StreamOptions


class JobStatus(Enum):
    """What has become of a file so far."""

    WAITING = auto()
    RUNNING = auto()
    DONE = auto()
    CANCELLED = auto()
    FAILED = auto()


@dataclass(eq=False)
class FileJob:
    """One file. Its words stay, however recognition ends. Only the interface thread changes a job."""

    path: Path
    private: bool = False  # nothing of it is saved
    status: JobStatus = JobStatus.WAITING
    document: Document = field(default_factory=Document)
    duration: float | None = None  # seconds, according to the file's header
    seconds: float = 0.0  # recognised so far
    speed: float = 0.0  # seconds of work per second of sound
    peak: float = FLOOR  # dBFS of the loudest sound so far
    error: Exception | None = None
    recorder: SessionRecorder | None = None
    session: SessionRecord | None = None  # set at the end, unless it has no words
    before: SessionRecord | None = None  # of an earlier attempt, which this one may replace
    batch: int = 0  # number of the batch that it belongs to

    @property
    def name(self) -> str:
        """The name of the file, without its folder."""
        return self.path.name

    @property
    def wordless(self) -> bool:
        """Whether all of the file was recognised and there was no word in it."""
        return self.status is JobStatus.DONE and self.session is None

    @property
    def fraction(self) -> float | None:
        """How much is done, 0 to 1; None if the length of the file is unknown."""
        if self.status is JobStatus.DONE:
            return 1.0
        if not self.duration:
            return None
        return min(0.999, self.seconds / self.duration)

    @property
    def seconds_left(self) -> float | None:
        """Seconds until the file is done, as estimated from the speed so far; None if too little is known."""
        if not self.duration or self.seconds < 1.0:
            return None
        return max(0.0, (self.duration - self.seconds) * self.speed)


MakeRecorder = Callable[[Path, bool], SessionRecorder | None]  # the file, and whether it is private


class FileQueue(QObject):
    """Runs the jobs in order; a file that fails does not stop the rest. Interface thread."""

    changed = Signal(FileJob)  # its status or its progress
    added = Signal(FileJob)
    updated = Signal(FileJob, tuple)  # tuple[Update, ...]
    replaced = Signal(object)  # SessionRecord of an earlier attempt that came less far

    def __init__(
        self,
        open_file: OpenFile,
        make_recorder: MakeRecorder,
        parent: QObject | None = None,
        options: Callable[[], StreamOptions] = StreamOptions,
    ) -> None:
        super().__init__(parent)
        self.jobs: list[FileJob] = []
        self._open, self._make_recorder = open_file, make_recorder
        self._options = options  # called for the options of the next file
        self._recognizer: AnyRecognizer | None = None
        self._worker: TranscriptionWorker | None = None
        self._running: FileJob | None = None
        self._batch = 0  # number of the newest batch: the files that are added until all are over

    def use(self, recognizer: AnyRecognizer) -> None:
        """Recognise the next files with this model."""
        self._recognizer = recognizer
        self._start_next()

    def add(self, paths: list[Path], private: bool = False) -> None:
        """Append files; nothing of private ones is saved."""
        if paths:
            self._begin_batch()
        for path in paths:
            job = FileJob(path, private, batch=self._batch)
            self.jobs.append(job)
            self.added.emit(job)
        self._start_next()

    def cancel(self, job: FileJob) -> None:
        """Cancel a job that waits or runs."""
        if job is self._running and self._worker is not None:
            job.status = JobStatus.CANCELLED  # shown at once; the worker ends within one piece of sound
            self._worker.cancel()
            self.changed.emit(job)
        elif job.status is JobStatus.WAITING:
            job.status = JobStatus.CANCELLED
            self.changed.emit(job)

    def retry(self, job: FileJob) -> None:
        """Recognise a file again, from its beginning, that failed or was cancelled.

        Its incomplete session stays until another has come as far.
        """
        if job.status not in (JobStatus.FAILED, JobStatus.CANCELLED) or job is self._running:
            return
        self._begin_batch()
        job.batch, job.before = self._batch, job.session or job.before
        job.status, job.document, job.error, job.seconds, job.speed = JobStatus.WAITING, Document(), None, 0.0, 0.0
        job.session = job.recorder = job.duration = None
        job.peak = FLOOR
        self.changed.emit(job)
        self._start_next()

    def forget_finished(self) -> None:
        """Remove jobs that are over from the list; their sessions stay."""
        self.jobs = [
            job for job in self.jobs if job.status in (JobStatus.WAITING, JobStatus.RUNNING) or job is self._running
        ]

    @property
    def running(self) -> FileJob | None:
        """The job that is being recognised."""
        return self._running

    def unfinished(self) -> list[FileJob]:
        """Return the jobs that wait or run."""
        return [job for job in self.jobs if job.status in (JobStatus.WAITING, JobStatus.RUNNING)]

    def batch(self) -> list[FileJob]:
        """Return the files of the newest batch; those of earlier ones are over."""
        return [job for job in self.jobs if job.batch == self._batch]

    def progress(self) -> tuple[int, int]:
        """Return the number of files of this batch that are over, and the number of all its files."""
        jobs = self.batch()
        return sum(job.status not in (JobStatus.WAITING, JobStatus.RUNNING) for job in jobs), len(jobs)

    def fraction(self) -> float:
        """Return how much of the queue is done, 0 to 1; every file counts the same, whatever its length."""
        over, count = self.progress()
        running = self._running
        fraction = running.fraction if running is not None and running.status is JobStatus.RUNNING else None
        return (over + (fraction or 0.0)) / max(1, count)

    def seconds_left(self) -> float | None:
        """Return the estimated seconds until the queue is empty; None if too little is known.

        A file that was not opened yet counts as long as the mean of the opened ones.
        """
        running = self._running
        if running is None or running.seconds_left is None:
            return None
        known = [job.duration for job in self.batch() if job.duration]
        waiting = sum(job.status is JobStatus.WAITING for job in self.jobs)
        return running.seconds_left + waiting * running.speed * sum(known) / len(known)

    def close(self, seconds: float = 5.0) -> bool:
        """Cancel the running job, start no other, and wait; return False if that takes longer than `seconds`."""
        self._recognizer = None
        if self._worker is None or self._running is None:
            return True
        self.cancel(self._running)
        return self._worker.wait(seconds)

    def _begin_batch(self) -> None:
        if not self.unfinished():
            self._batch += 1

    def _start_next(self) -> None:
        recognizer = self._recognizer
        if self._running is not None or recognizer is None:
            return
        job = next((job for job in self.jobs if job.status is JobStatus.WAITING), None)
        if job is None:
            return
        job.status = JobStatus.RUNNING
        job.recorder = self._make_recorder(job.path, job.private)
        self._running = job

        def open_source() -> Source:
            source, job.duration = self._open(job.path, recognizer.config.rate)
            return source

        worker = TranscriptionWorker(
            recognizer, open_source, job.recorder, live=False, options=self._options(), parent=self
        )
        worker.updated.connect(self._add_updates)
        worker.pace.connect(self._note_pace)
        worker.ended.connect(self._end)
        self._worker = worker
        self.changed.emit(job)
        worker.start()

    def change_options(self) -> None:
        """Pass changed options on to the file that is being recognised."""
        if self._worker is not None:
            self._worker.change_options(self._options())

    def _add_updates(self, updates: tuple) -> None:
        job = self._running
        if job is None:
            return
        for update in updates:
            job.document = job.document.append(update)
        self.updated.emit(job, updates)

    def _note_pace(self, pace: Pace) -> None:
        job = self._running
        if job is not None:
            job.seconds, job.speed, job.peak = pace.seconds, pace.speed, pace.peak
            self.changed.emit(job)

    def _end(self, error: Exception | None) -> None:
        job, self._running = self._running, None
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.deleteLater()
        if job is not None:
            if error is not None:
                job.status, job.error = JobStatus.FAILED, error
            elif job.status is not JobStatus.CANCELLED:
                job.status = JobStatus.DONE
            if job.recorder is not None and job.document.count:
                job.session = job.recorder.session
            before, job.before = job.before, None
            if before is not None:
                if job.session is not None and job.session.document.seconds >= before.document.seconds:
                    self.replaced.emit(before)
                elif job.session is None:
                    job.session = before
            self.changed.emit(job)
        self._start_next()
