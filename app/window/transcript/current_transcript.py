"""What lies on the desk: the one transcript on screen, be it running, a file in the queue, or kept."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from app.sessions.document import Document, Gap, WordPosition
from app.sessions.journal import SessionRecord
from app.sessions.store import Store
from app.window.files.file_queue import FileJob, FileQueue, JobStatus
from app.window.live.live_session import LiveSession
from app.window.transcript.transcript_view import TranscriptView
from app.worker.save_queue import SaveFailure, SaveQueue
from asr.errors import EchoicError


class CurrentTranscript(QObject):
    """Feeds the view. Exactly one of `live_shown`, `job` and `session` says what is there; or nothing is."""

    leaving = Signal()  # what is shown is about to be replaced
    changed = Signal()  # something else is shown, or it can now be edited
    revised = Signal()  # words of a kept session were changed
    failed = Signal(object)  # EchoicError: it cannot be opened, or a change cannot be kept

    def __init__(
        self, view: TranscriptView, live: LiveSession, queue: FileQueue, store: Store, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._view, self._live, self._queue, self._store = view, live, queue, store
        self.live_shown = False
        self.job: FileJob | None = None
        self.session: SessionRecord | None = None  # a finished one: it can be edited and played
        self.saving = SaveQueue(self)  # writes changes, so that typing never waits for the disk
        self.saving.failing.connect(lambda _: self.leaving.emit())
        self.saving.failed.connect(self._take_back)
        store.save_later(self.saving)
        self._invite()
        live.updated.connect(self._live_updates)
        live.gapped.connect(self._live_gap)
        live.finished.connect(self._live_end)
        queue.updated.connect(self._job_updates)
        queue.changed.connect(self._job_change)

    @property
    def document(self) -> Document:
        """Of what is shown."""
        if self.live_shown:
            return self._live.document
        if self.job is not None:
            return self.job.document
        return self.session.document if self.session is not None else Document()

    @property
    def title(self) -> str:
        if self.live_shown:
            keeper = self._live.keeper
            return keeper.session.title if keeper is not None else self.tr("Live")
        if self.job is not None:
            return self.job.name
        return self.session.title if self.session is not None else ""

    @property
    def language(self) -> str:
        """ISO 639-1 code of the words."""
        keeper = self._live.keeper if self.live_shown else self.job.keeper if self.job is not None else None
        session = keeper.session if keeper is not None else self.session
        return session.language if session is not None else ""

    def show_live(self) -> None:
        self._put(live=True)
        self._view.show_document(self._live.document)
        self._view.jump_to_live()

    def show_job(self, job: FileJob) -> None:
        """A file that was recognised is a session like any other; until then its text grows."""
        if job.session is None:
            self._put(job=job)
            self._view.show_document(job.document)
            self._view.jump_to_live()
        elif job.keeper.saved:
            self.show_kept(job.session.id)  # as it is now: it may have been corrected, renamed or deleted
        else:
            self._show(job.session)

    def show_kept(self, id: str) -> None:
        try:
            self._show(self._store.open(id))
        except EchoicError as error:
            self.failed.emit(error)

    def show_again(self) -> None:
        self._view.show_document(self.document)

    def place_of(self, index: int) -> WordPosition:
        """Where the word of that index stands; IndexError if there is none."""
        for number, utterance in enumerate(self.document.utterances):
            if index < len(utterance.words):
                return WordPosition(number, index)
            index -= len(utterance.words)
        raise IndexError(index)

    def index_of(self, place: WordPosition) -> int:
        return sum(len(u.words) for u in self.document.utterances[: place.utterance]) + place.word

    def clear(self) -> None:
        self._put()
        self._view.reset()

    def retitle(self, id: str, title: str) -> None:
        """Show another title where this session is on screen."""
        if self.session is not None and self.session.id == id:
            self.session = replace(self.session, title=title)
            self.changed.emit()

    # Changes of a finished session; each is shown at once and goes to its journal through `saving`.

    def revise(self, utterance: int, text: str) -> bool:
        """False: it could not be kept and left the screen; what was typed stands in the error's details."""
        if self._view.blockCount() == len(self.document.utterances):
            return self._change(lambda session: self._store.edit(session, utterance, text))
        self.show_again()  # lines were split or joined after all: whose words these are cannot be told
        return False

    def confirm(self, place: WordPosition) -> None:
        self._change(lambda session: self._store.confirm(session, place))

    def undo(self) -> None:
        self._change(self._store.undo)

    def _change(self, act: Callable[[SessionRecord], SessionRecord]) -> bool:
        if self.session is None:
            return False
        before = self.session.document
        self.session = act(self.session)
        self._keep_in_queue(self.session)
        self._view.revise(before, self.session.document)
        self.revised.emit()
        return True

    def _keep_in_queue(self, session: SessionRecord) -> None:
        """Keep a session with its job: the only place where one in memory is found again."""
        for job in self._queue.jobs:
            if job.session is not None and job.session.id == session.id:
                job.session = session

    def _take_back(self, failure: SaveFailure) -> None:
        """Show a session without the changes that could not be written; what was typed is in the error's details."""
        for text in failure.texts:
            failure.error.add_note(self.tr("What was typed: {text}").format(text=text))
        self.failed.emit(failure.error)
        if self.session is None or self.session.id != failure.id:
            return
        try:
            self.session = self._store.open(failure.id)
        except EchoicError:
            self.session = failure.before or self.session
        self._keep_in_queue(self.session)
        caret = self._view.textCursor().position()
        self.show_again()
        self._view.hold_caret(caret, caret)
        self.changed.emit()

    def _show(self, session: SessionRecord) -> None:
        self._put(session=session)
        self._view.show_document(session.document)

    def _put(self, live: bool = False, job: FileJob | None = None, session: SessionRecord | None = None) -> None:
        self.leaving.emit()
        self.live_shown, self.job, self.session = live, job, session
        self._invite()
        self.changed.emit()

    def _invite(self) -> None:
        """What stands where there are no words."""
        if self.live_shown:
            text = self.tr("Words appear here as you speak.")
        elif self.job is not None and self.job.fate in (JobStatus.WAITING, JobStatus.RUNNING):
            text = self.tr("Words appear here as the file is recognised.")
        elif self.job is not None or self.session is not None:
            text = self.tr("There are no words in this session.")
        else:
            text = self.tr("Press Start and speak, or drop a sound or video file here.")
            text += "\n\n" + self.tr("Nothing leaves this computer.")
        self._view.setPlaceholderText(text)

    def _live_updates(self, updates: tuple) -> None:
        if self.live_shown:
            self._view.apply(updates)

    def _live_gap(self, gap: Gap) -> None:
        if self.live_shown:
            self._view.lose(gap)

    def _live_end(self) -> None:
        if self.live_shown and self._live.keeper is not None:
            self._end(self._live.keeper.session)

    def _job_updates(self, job: FileJob, updates: tuple) -> None:
        if job is self.job:
            self._view.apply(updates)

    def _job_change(self, job: FileJob) -> None:
        if job is self.job and job.session is not None:
            self._end(job.session)
        elif job is self.job:
            self._invite()

    def _end(self, session: SessionRecord) -> None:
        """The text stays as it stands, less what never became final; from now on it can be edited."""
        self._view.apply(())
        self._put(session=session)
