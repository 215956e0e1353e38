"""Connects the list of sessions with the store: search, open, rename, delete and undelete, recovered sessions."""

from PySide6.QtCore import QObject, Signal

from app.sessions.store import Store
from app.window.files.file_queue import FileJob, FileQueue, JobStatus
from app.window.live.live_session import LiveSession
from app.window.sessions.session_list import LIVE, SessionList
from app.window.shell import messages
from app.window.shell.messages import Problem, Remedy
from app.window.transcript.current_transcript import CurrentTranscript, Kept, Live
from asr.errors import EchoicError


class SessionLibrary(QObject):
    """Keeps the list up to date and carries out what the user does in it. Interface thread."""

    problem = Signal(object)  # Problem; None: the last one is over
    opened_by_search = Signal(str)  # what was searched for in the session that is now on screen

    def __init__(
        self,
        session_list: SessionList,
        store: Store,
        transcript: CurrentTranscript,
        live: LiveSession,
        queue: FileQueue,
    ) -> None:
        super().__init__(session_list)
        self._list, self._store, self._transcript = session_list, store, transcript
        self._live, self._queue = live, queue
        self._deleted: tuple[str, ...] = ()  # ids of the sessions that Undo restores
        session_list.searched.connect(lambda text: self.refresh())
        session_list.chosen.connect(self._choose)
        session_list.renamed.connect(self._rename)
        live.started.connect(self.refresh)
        live.finished.connect(self._live_ended)
        queue.changed.connect(self._job_changed)
        transcript.changed.connect(self.select_shown)

    def refresh(self) -> None:
        """Fill the list with the sessions that match the search. Running ones are left out, except the live one."""
        recorder, job = self._live.recorder, self._queue.running
        live, running = "", set()
        if self._live.active and recorder is not None:
            live = recorder.session.title
            running.add(recorder.session.id)
        if job is not None and job.recorder is not None:
            running.add(job.recorder.session.id)
        try:
            entries = self._store.list(self._list.search.text())
        except EchoicError as error:
            self._fail(error)
            return
        self._list.fill([entry for entry in entries if entry.id not in running], live)
        self.select_shown()

    def select_shown(self) -> None:
        """Select the row of the session on screen."""
        match self._transcript.shown:
            case Live() if self._live.active:
                self._list.select(LIVE)
            case Kept(record):
                self._list.select(record.id)
            case _:
                self._list.select(None)

    def delete(self) -> None:
        """Delete the row selected in the list or, where the list has no focus, the session on screen.

        There is no question, because deleting can be undone.
        """
        session, id = self._transcript.kept, self._list.selected
        try:
            if id is not None and (session is None or id != session.id):
                if id == LIVE:
                    return
                session = self._store.open(id)
            if session is None or session.folder is None:
                return
            self._store.delete(session.id)
        except EchoicError as error:
            self._fail(error)
            return
        self._deleted = (session.id,)
        if self._transcript.kept is not None and self._transcript.kept.id == session.id:
            self._transcript.clear()
        self.refresh()
        self.problem.emit(messages.deleted(session.title))

    def retain(self, days: float | None) -> None:
        """Move sessions older than so many days to the trash and report it; None keeps everything."""
        try:
            before = self._store.list()
            self._store.retention(days)
            left = {entry.id for entry in self._store.list()}
        except EchoicError as error:
            self._fail(error)
            return
        self._deleted = tuple(entry.id for entry in before if entry.id not in left)
        if self._transcript.kept is not None and self._transcript.kept.id in self._deleted:
            self._transcript.clear()
        self.refresh()
        if self._deleted:
            self.problem.emit(messages.expired(len(self._deleted)))

    def offer_recovered(self) -> None:
        """Offer the sessions of a program that ended unexpectedly, if there are any."""
        if self._store.recovered:
            self.problem.emit(messages.recovered(sum(entry.recovered for entry in self._store.recovered)))

    def remedy(self, remedy: Remedy) -> None:
        """Carry out a remedy that concerns sessions: undelete, open or discard recovered ones."""
        try:
            if remedy is Remedy.UNDELETE and self._deleted:
                for id in self._deleted:
                    self._store.undelete(id)
                if not self._live.active:
                    self._transcript.show_kept(self._deleted[-1])
                self._deleted = ()
            elif remedy is Remedy.OPEN_RECOVERED:
                self._transcript.show_kept(self._store.recovered[0].id)
            elif remedy is Remedy.DISCARD_RECOVERED:
                self._discard_recovered()
                return
            else:
                return
        except EchoicError as error:
            self._fail(error)
            return
        self.refresh()
        self.problem.emit(None)

    def _discard_recovered(self) -> None:
        """Move the recovered sessions to the trash, and offer to bring them back. Raises EchoicError."""
        discarded: list[str] = []
        try:
            for entry in self._store.recovered:
                self._store.delete(entry.id)
                discarded.append(entry.id)
        finally:
            self._deleted = tuple(discarded)
            if self._transcript.kept is not None and self._transcript.kept.id in discarded:
                self._transcript.clear()
            self.refresh()
        self.problem.emit(messages.discarded(len(discarded)))

    def _choose(self, id: str) -> None:
        if id == LIVE:
            self._transcript.show_live()
        else:
            self._transcript.show_kept(id)
            shown = self._transcript.kept
            if (search := self._list.search.text().strip()) and shown is not None and shown.id == id:
                self.opened_by_search.emit(search)

    def _rename(self, id: str, title: str) -> None:
        try:
            self._store.rename(id, title)
        except EchoicError as error:
            self._fail(error)
            self.refresh()
        else:
            self._transcript.retitle(id, title)  # the list follows once the title is on the disk

    def _live_ended(self) -> None:
        recorder = self._live.recorder
        if recorder is not None and not self._live.document.seconds:
            self._forget(recorder.session.id)
            if self._transcript.kept is not None and self._transcript.kept.id == recorder.session.id:
                self._transcript.clear()
        self.refresh()

    def _job_changed(self, job: FileJob) -> None:
        if job.status in (JobStatus.WAITING, JobStatus.RUNNING) or job is self._queue.running:
            return
        if job.session is None and job.recorder is not None:  # nothing could be recognised
            self._forget(job.recorder.session.id)
        self.refresh()

    def _forget(self, id: str) -> None:
        """Remove an empty session for good: no sound arrived, or the file could not be read."""
        try:
            self._store.delete(id)
            self._store.purge(id)
        except EchoicError:
            return  # it is in memory only

    def _fail(self, error: EchoicError) -> None:
        self.problem.emit(Problem(messages.sentence(error), details=messages.details_of(error)))
