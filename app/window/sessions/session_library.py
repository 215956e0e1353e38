"""The list of sessions joined with the store: search, open, rename, delete with undo, what was recovered."""

from PySide6.QtCore import QObject, Signal

from app.sessions.store import Store
from app.window.files.file_queue import FileJob, FileQueue, JobStatus
from app.window.live.live_session import LiveSession
from app.window.sessions.session_list import LIVE, SessionList
from app.window.shell import messages
from app.window.shell.messages import Problem, Remedy
from app.window.transcript.current_transcript import CurrentTranscript
from asr.errors import EchoicError


class SessionLibrary(QObject):
    said = Signal(object)  # Problem, or None

    def __init__(
        self, list: SessionList, store: Store, desk: CurrentTranscript, live: LiveSession, queue: FileQueue
    ) -> None:
        super().__init__(list)
        self._list, self._store, self._desk, self._live, self._queue = list, store, desk, live, queue
        self._deleted: tuple[str, ...] = ()  # ids, what Undo brings back
        list.searched.connect(lambda text: self.refresh())
        list.chosen.connect(self._choose)
        list.renamed.connect(self._rename)
        live.began.connect(self.refresh)
        live.finished.connect(self._live_ended)
        queue.changed.connect(self._job_changed)
        desk.changed.connect(self.select_shown)

    def refresh(self) -> None:
        keeper, job = self._live.keeper, self._queue.running
        live = keeper.session.title if self._live.active and keeper is not None else ""
        running = {job.keeper.session.id} if job is not None and job.keeper is not None else set()
        if live:
            running.add(keeper.session.id)
        try:
            entries = self._store.list(self._list.search.text())
        except EchoicError as error:
            self._fail(error)
            return
        self._list.fill([entry for entry in entries if entry.id not in running], live)
        self.select_shown()

    def select_shown(self) -> None:
        if self._desk.live_shown and self._live.active:
            self._list.select(LIVE)
        else:
            self._list.select(self._desk.session.id if self._desk.session is not None else None)

    def delete(self) -> None:
        """No question asked: it can be undone."""
        session = self._desk.session
        if session is None or session.folder is None:
            return
        try:
            self._store.delete(session.id)
        except EchoicError as error:
            self._fail(error)
            return
        self._deleted = (session.id,)
        self._desk.clear()
        self.refresh()
        self.said.emit(messages.deleted(session.title))

    def retain(self, days: float | None) -> None:
        """Move what is older than so many days to the trash, and say so; None keeps everything."""
        try:
            before = self._store.list()
            self._store.retention(days)
            left = {entry.id for entry in self._store.list()}
        except EchoicError as error:
            self._fail(error)
            return
        self._deleted = tuple(entry.id for entry in before if entry.id not in left)
        if self._desk.session is not None and self._desk.session.id in self._deleted:
            self._desk.clear()
        self.refresh()
        if self._deleted:
            self.said.emit(messages.expired(len(self._deleted)))

    def offer_recovered(self) -> None:
        if self._store.recovered:
            self.said.emit(messages.recovered(sum(entry.recovered for entry in self._store.recovered)))

    def remedy(self, remedy: Remedy) -> None:
        """What the banner's buttons do about sessions."""
        try:
            if remedy is Remedy.UNDELETE and self._deleted:
                for id in self._deleted:
                    self._store.undelete(id)
                if not self._live.active:
                    self._desk.show_kept(self._deleted[-1])
                self._deleted = ()
            elif remedy is Remedy.OPEN_RECOVERED:
                self._desk.show_kept(self._store.recovered[0].id)
            elif remedy is Remedy.DISCARD_RECOVERED:
                for entry in self._store.recovered:
                    self._store.delete(entry.id)
            else:
                return
        except EchoicError as error:
            self._fail(error)
            return
        self.refresh()
        self.said.emit(None)

    def _choose(self, id: str) -> None:
        if id == LIVE:
            self._desk.show_live()
        else:
            self._desk.show_kept(id)

    def _rename(self, id: str, title: str) -> None:
        try:
            self._store.rename(id, title)
        except EchoicError as error:
            self._fail(error)
            self.refresh()
        else:
            self._desk.retitle(id, title)  # the list follows once the title is on the disk

    def _live_ended(self) -> None:
        keeper = self._live.keeper
        if keeper is not None and not self._live.document.seconds:
            self._forget(keeper.session.id)
            if self._desk.session is not None and self._desk.session.id == keeper.session.id:
                self._desk.clear()
        self.refresh()

    def _job_changed(self, job: FileJob) -> None:
        if job.fate in (JobStatus.WAITING, JobStatus.RUNNING) or job is self._queue.running:
            return
        if job.session is None and job.keeper is not None:  # it came to nothing
            self._forget(job.keeper.session.id)
        self.refresh()

    def _forget(self, id: str) -> None:
        """What could not be read, or heard, at all leaves no empty session behind."""
        try:
            self._store.delete(id)
            self._store.purge(id)
        except EchoicError:
            return  # it was never on disk

    def _fail(self, error: EchoicError) -> None:
        self.said.emit(Problem(messages.sentence(error), details=messages.details_of(error)))
