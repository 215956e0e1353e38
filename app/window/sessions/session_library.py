"""Connects the list of sessions with the store: search, open, rename, delete and undelete, recovered sessions."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from app.sessions.folder.session_record import SessionRecord
from app.sessions.store import Store
from app.sessions.titles import title_of
from app.window.files.file_queue import FileJob, FileQueue, JobStatus
from app.window.live.live_session import LiveSession
from app.window.live.silence_watch import SilenceWatch
from app.window.sessions.session_list import LIVE, SessionList
from app.window.texts import messages
from app.window.texts.messages import Problem, Remedy
from app.window.transcript.current_transcript import CurrentTranscript, Empty, Kept, Live
from asr.errors import EchoicError

if TYPE_CHECKING:
    from app.window.sessions.trash_dialog import TrashDialog


def live_title(created: float) -> str:
    """Return the title of a live session until it has words: with its time, in seconds since 1970.

    It is kept, and known again by the next start, so it is the same in every language.
    """
    return f"Live {datetime.fromtimestamp(created):%H:%M}"


class SessionLibrary(QObject):
    """Keeps the list up to date and carries out what the user does in it. Interface thread."""

    problem = Signal(object)  # Problem; None: the last one is over
    notice = Signal(object)  # Problem: to be seen, but less urgent than what is wrong now
    opened_by_search = Signal(str)  # what was searched for in the session that is now on screen

    def __init__(
        self,
        session_list: SessionList,
        store: Store,
        transcript: CurrentTranscript,
        live: LiveSession,
        queue: FileQueue,
        silence: SilenceWatch,
    ) -> None:
        super().__init__(session_list)
        self._list, self._store, self._transcript = session_list, store, transcript
        self._live, self._queue, self._silence = live, queue, silence
        self._deleted: tuple[str, ...] = ()  # ids of the sessions that Undo restores
        session_list.searched.connect(lambda text: self.refresh())
        session_list.chosen.connect(self._choose)
        session_list.renamed.connect(self._rename)
        session_list.delete_wanted.connect(self.delete)
        session_list.folder_wanted.connect(self.open_folder)
        session_list.trash_wanted.connect(self.open_trash)
        live.started.connect(self.refresh)
        live.finished.connect(self._live_ended)
        queue.changed.connect(self._job_changed)
        queue.replaced.connect(self._trash_incomplete)
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
        with suppress(EchoicError):
            self._list.show_trash(len(self._store.trash()))
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

    def delete(self, ids: Sequence[str] = ()) -> None:
        """Delete sessions; without ids those selected in the list or, where it has no focus, the one on screen.

        There is no question, because deleting can be undone.
        """
        shown = self._transcript.kept
        ids = ids or self._list.selected
        if not ids and not self._list.list.hasFocus() and shown is not None and shown.folder is not None:
            ids = (shown.id,)
        titles = {entry.id: entry.title for entry in self._store.list()} if ids else {}
        deleted: list[str] = []
        try:
            for id in ids:
                self._store.delete(id)
                deleted.append(id)
        except EchoicError as error:
            self._fail(error)
        if not deleted:
            return
        self._deleted = tuple(deleted)
        if shown is not None and shown.id in deleted:
            self._transcript.clear()
        self.refresh()
        if len(deleted) == len(ids):  # else the banner says why not
            self.problem.emit(messages.deleted([titles.get(id, "") for id in deleted]))

    def open_folder(self, id: str) -> None:
        """Show the folder of a session in the file manager of the desktop."""
        try:
            folder = self._store.open(id).folder
        except EchoicError as error:
            self._fail(error)
            return
        if folder is not None and not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
            self.problem.emit(messages.no_file_manager(folder))

    def open_trash(self) -> "TrashDialog":
        """Open the list of deleted sessions, which can be restored."""
        from app.window.sessions.trash_dialog import TrashDialog

        dialog = TrashDialog(self._store, self._list.window())
        dialog.changed.connect(self.refresh)
        dialog.restored.connect(self._show_restored)
        dialog.open()
        return dialog

    def _show_restored(self, ids: list[str]) -> None:
        if not self._live.active:
            self._transcript.show_kept(ids[0])

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
        for entry in self._store.recovered:
            self._give_title(entry.id, entry.kind, entry.title, entry.created)
        if self._store.recovered:
            self.notice.emit(messages.recovered(sum(entry.recovered for entry in self._store.recovered)))

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
        elif recorder is not None and not self._live.document.count:
            self._forget_wordless(recorder.session)
        elif recorder is not None and not recorder.problem:
            session = recorder.session
            self._give_title(session.id, session.kind, session.title, session.created)
        self.refresh()

    def _forget_wordless(self, session: SessionRecord) -> None:
        """Put a session without words into the trash, unless its sound may be worth something, and report it."""
        if session.folder is not None and self._silence.audible:
            if isinstance(self._transcript.shown, Empty):
                self._transcript.show_kept(session.id)
            self.notice.emit(messages.no_words(trashed=False))
            return
        if session.folder is not None:
            try:
                self._store.delete(session.id)
            except EchoicError as error:
                self._fail(error)
                return
            self._deleted = (session.id,)
        if self._transcript.kept is not None and self._transcript.kept.id == session.id:
            self._transcript.clear()
        self.notice.emit(messages.no_words(trashed=True) if session.folder is not None else messages.nothing_to_keep())

    def _give_title(self, id: str, kind: str, title: str, created: float) -> None:
        """Name a live session after its first words, unless somebody named it."""
        if kind != "live" or title != live_title(created):
            return
        shown = self._transcript.kept
        try:
            record = shown if shown is not None and shown.id == id else self._store.open(id)
            if words := title_of(record.document):
                if record.folder is not None:
                    self._store.rename(id, words)
                self._transcript.retitle(id, words)
        except EchoicError:
            return  # it keeps the title that it has

    def _job_changed(self, job: FileJob) -> None:
        if job.status in (JobStatus.WAITING, JobStatus.RUNNING) or job is self._queue.running:
            return
        recorder = job.recorder
        if recorder is not None and (job.session is None or job.session.id != recorder.session.id):  # it has no words
            if job.seconds:
                self._trash(recorder.session.id)
            else:
                self._forget(recorder.session.id)
        self.refresh()

    def _trash(self, id: str) -> None:
        """Put the session of a file without words where it can be restored; the file itself is as it was."""
        with suppress(EchoicError):  # it is in memory only
            self._store.delete(id)

    def _trash_incomplete(self, session: SessionRecord) -> None:
        """Put the incomplete session of a file that was recognised again into the trash, unless it was corrected."""
        with suppress(EchoicError):
            if not self._store.open(session.id).document.edits:
                self._store.delete(session.id)
                if self._transcript.kept is not None and self._transcript.kept.id == session.id:
                    self._transcript.clear()

    def _forget(self, id: str) -> None:
        """Remove an empty session for good: no sound arrived, or the file could not be read."""
        try:
            self._store.delete(id)
            self._store.purge(id)
        except EchoicError:
            return  # it is in memory only

    def _fail(self, error: EchoicError) -> None:
        self.problem.emit(Problem(messages.sentence(error), details=messages.details_of(error)))
