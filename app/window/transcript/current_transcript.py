"""What is on screen: nothing, the live session, a file of the queue, or a kept session; and the view that shows it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from app.sessions.document import Document, Gap, WordPosition
from app.sessions.edits import AnyEdit
from app.sessions.folder.session_record import SessionRecord
from app.sessions.store import Store
from app.window.files.file_queue import FileJob, FileQueue, JobStatus
from app.window.live.live_session import LiveSession
from app.window.texts.messages import no_words_in_file, text_of
from app.window.transcript.view.transcript_view import TranscriptView
from app.worker.save_queue import SaveFailure, SaveQueue
from asr.errors import EchoicError
from asr.updates import shown_groups


@dataclass(frozen=True)
class Empty:
    """Nothing: the view invites the user to begin."""


@dataclass(frozen=True)
class Live:
    """The live session; its text grows and cannot be edited."""


@dataclass(frozen=True)
class QueuedFile:
    """A file that waits, is being recognised, or led to no session."""

    job: FileJob


@dataclass(frozen=True)
class Kept:
    """A finished session, saved or in memory only. It can be edited and played."""

    record: SessionRecord


Shown = Empty | Live | QueuedFile | Kept


class CurrentTranscript(QObject):
    """Decides what the view shows and feeds the view. Interface thread."""

    leaving = Signal()  # what is shown is about to be replaced
    changed = Signal()  # `shown` is another value
    revised = Signal()  # words of the kept session were changed
    rewritten = Signal(object, object)  # Document, Document: the kept session before and after any change
    corrected = Signal(object)  # Edit: a person changed the words of an utterance
    failed = Signal(object)  # EchoicError: a session cannot be opened, or a change cannot be saved

    def __init__(
        self, view: TranscriptView, live: LiveSession, queue: FileQueue, store: Store, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._view, self._live, self._queue, self._store = view, live, queue, store
        self.shown: Shown = Empty()
        self._undone: list[AnyEdit] = []  # what `redo` makes again, the last one first to come
        self.save_queue = SaveQueue(self)  # writes changes, so that typing never waits for the disk
        self.save_queue.failing.connect(lambda _: self.leaving.emit())  # what is being typed belongs to the failure
        self.save_queue.failed.connect(self._take_back)
        store.save_later(self.save_queue)
        self._show_placeholder()
        live.updated.connect(self._add_live_updates)
        live.gap_found.connect(self._add_live_gap)
        live.pause_found.connect(self._add_live_pause)
        live.finished.connect(self._finish_live)
        queue.updated.connect(self._add_file_updates)
        queue.changed.connect(self._follow_job)

    @property
    def document(self) -> Document:
        """The words on screen, with their times."""
        match self.shown:
            case Live():
                return self._live.document
            case QueuedFile(job):
                return job.document
            case Kept(record):
                return record.document
        return Document()

    @property
    def title(self) -> str:
        """The title of what is on screen; "" of nothing."""
        match self.shown:
            case Live():
                return self.record.title if self.record is not None else self.tr("Live")
            case QueuedFile(job):
                return job.name
            case Kept(record):
                return record.title
        return ""

    @property
    def record(self) -> SessionRecord | None:
        """The session on screen, whether it runs or is finished; None where there is none."""
        match self.shown:
            case Live():
                recorder = self._live.recorder
            case QueuedFile(job):
                recorder = job.recorder
            case Kept(record):
                return record
            case _:
                return None
        return recorder.session if recorder is not None else None

    @property
    def kept(self) -> SessionRecord | None:
        """The finished session on screen; None while anything else is shown."""
        return self.shown.record if isinstance(self.shown, Kept) else None

    @property
    def language(self) -> str:
        """ISO 639-1 code of the words; "" of nothing."""
        return self.record.language if self.record is not None else ""

    def show_live(self) -> None:
        """Show the live session."""
        self._set_shown(Live())
        self._view.show_document(self._live.document)
        self._view.jump_to_live()

    def show_job(self, job: FileJob) -> None:
        """Show a file of the queue: its growing text, or the session it has become."""
        if job.session is None:
            self._set_shown(QueuedFile(job))
            self._view.show_document(job.document)
            self._view.jump_to_live()
        elif job.recorder is not None and job.recorder.saved:
            self.show_kept(job.session.id)  # from the store: it may have been corrected, renamed or deleted since
        else:
            self._show_record(job.session)

    def show_kept(self, id: str) -> None:
        """Show the session with this id from the store."""
        try:
            self._show_record(self._store.open(id))
        except EchoicError as error:
            self.failed.emit(error)

    def show_again(self) -> None:
        """Put the document into the view once more, after the view showed something else."""
        self._view.show_document(self.document)

    def position_of(self, index: int) -> WordPosition:
        """Return the position of the word with this index in the view; IndexError if there is none.

        Words that are written as one are one word there; the position is that of the first.
        """
        for number, utterance in enumerate(self.document.utterances):
            groups = shown_groups(utterance.words)
            if index < len(groups):
                return WordPosition(number, groups[index][0])
            index -= len(groups)
        raise IndexError(index)

    def index_of(self, position: WordPosition) -> int:
        """Return the index in the view of the word at a position."""
        before = sum(len(shown_groups(u.words)) for u in self.document.utterances[: position.utterance])
        groups = shown_groups(self.document.utterances[position.utterance].words)
        return before + sum(end <= position.word for _, end in groups)

    def clear(self) -> None:
        """Show nothing."""
        self._set_shown(Empty())
        self._view.reset()

    def retitle(self, id: str, title: str) -> None:
        """Show another title where this session is on screen."""
        if isinstance(self.shown, Kept) and self.shown.record.id == id:
            self.shown = Kept(replace(self.shown.record, title=title))
            self.changed.emit()

    def replace_record(self, record: SessionRecord) -> None:
        """Show the same session as it is now, which a private one becomes that is kept after all."""
        self._keep_in_queue(record)
        if self.kept is not None and self.kept.id == record.id:
            self.shown = Kept(record)
            self._undone.clear()
            self.show_again()
            self.changed.emit()

    # Changes of a kept session. Each is shown at once; `save_queue` writes it to the session's journal.

    def revise(self, utterance: int, text: str) -> bool:
        """Replace the text of an utterance.

        Returns:
            False if the line is not known any more, so that the change left the screen. A change that cannot be
            saved leaves it later, see `failed`; the error's details hold the text.
        """
        if self._view.blockCount() == len(self.document.utterances):
            self._undone.clear()
            count = len(self.document.edits)
            changed = self._change(lambda record: self._store.edit(record, utterance, text))
            if len(self.document.edits) > count:
                self.corrected.emit(self.document.edits[-1])
            return changed
        self.show_again()  # lines were split or joined in spite of LineEditor: the words of a line are unknown
        return False

    def confirm(self, position: WordPosition) -> None:
        """Mark a doubtful word as right."""
        self._undone.clear()
        self._change(lambda record: self._store.confirm(record, position))

    def apply(self, edit: AnyEdit) -> None:
        """Make a change of the document: lines split or joined, or words of many lines at once."""
        self._undone.clear()
        self._change(lambda record: self._store.apply(record, edit))

    def bookmark(self, seconds: float, on: bool) -> None:
        """Set a bookmark of the finished session, or remove it; what is undone is not changed by that."""
        if (record := self.kept) is not None:
            after = self._store.bookmark(record, seconds, on)
            self.shown = Kept(after)
            self._keep_in_queue(after)

    def undo(self) -> None:
        """Take the last change back, also one of an earlier start of the program."""
        if self.can_undo:
            edit = self.document.edits[-1]
            if self._change(self._store.undo):
                self._undone.append(edit)

    def redo(self) -> None:
        """Make the change again that was taken back last, until another change or another session."""
        if self.can_redo:
            edit = self._undone.pop()
            self._change(lambda record: self._store.apply(record, edit))

    @property
    def can_undo(self) -> bool:
        """Whether there is a change of the session on screen to take back."""
        return self.kept is not None and bool(self.document.edits)

    @property
    def can_redo(self) -> bool:
        """Whether a change that was taken back can be made again."""
        return self.kept is not None and bool(self._undone)

    def _change(self, change: Callable[[SessionRecord], SessionRecord]) -> bool:
        before = self.kept
        if before is None:
            return False
        after = change(before)
        self.shown = Kept(after)
        self._keep_in_queue(after)
        self._view.revise(before.document, after.document)
        self.revised.emit()
        self.rewritten.emit(before.document, after.document)
        return True

    def _keep_in_queue(self, record: SessionRecord) -> None:
        """Give a changed session to its job: one that is only in memory exists nowhere else."""
        for job in self._queue.jobs:
            if job.session is not None and job.session.id == record.id:
                job.session = record

    def _take_back(self, failure: SaveFailure) -> None:
        """Show a session without the changes that could not be saved; the error's details hold what was typed."""
        for text in failure.texts:
            failure.error.add_note(self.tr("What was typed: {text}").format(text=text))
        self.failed.emit(failure.error)
        self._undone.clear()
        shown = self.kept
        if shown is None or shown.id != failure.id:
            return
        try:
            record = self._store.open(failure.id)
        except EchoicError:
            record = failure.before or shown
        self.shown = Kept(record)
        self._keep_in_queue(record)
        caret = self._view.textCursor().position()
        self.show_again()
        self._view.hold_caret(caret, caret)
        self.changed.emit()

    def _show_record(self, record: SessionRecord) -> None:
        self._set_shown(Kept(record))
        self._view.show_document(record.document)

    def _set_shown(self, shown: Shown) -> None:
        self.leaving.emit()
        self._undone.clear()
        self.shown = shown
        self._show_placeholder()
        self.changed.emit()

    def _show_placeholder(self) -> None:
        """Set the text that the view shows while it has no words."""
        match self.shown:
            case Live():
                text = self.tr("Words appear here as you speak.")
            case QueuedFile(job) if job.status in (JobStatus.WAITING, JobStatus.RUNNING):
                text = self.tr("Words appear here as the file is recognised.")
            case QueuedFile(job) if job.error is not None:
                text = text_of(job.error)
            case QueuedFile(job) if job.wordless:
                text = no_words_in_file(job.peak)
            case Kept(record) if (error := self._error_of(record.id)) is not None:
                text = text_of(error)
            case QueuedFile() | Kept():
                text = self.tr("There are no words in this session.")
            case Empty():
                text = self.tr("Press Start and speak, or drop a sound or video file here.")
                text += "\n\n" + self.tr("Nothing leaves this computer.")
        self._view.setPlaceholderText(text)

    def _error_of(self, id: str) -> Exception | None:
        """Return why the file of a session failed; None if it did not, or is not in the queue."""
        sessions = ((job.session, job.error) for job in self._queue.jobs)
        return next((error for session, error in sessions if session is not None and session.id == id), None)

    def _add_live_updates(self, updates: tuple) -> None:
        if self.shown == Live():
            self._view.apply(updates)

    def _add_live_gap(self, gap: Gap) -> None:
        if self.shown == Live():
            self._view.add_gap(gap)

    def _add_live_pause(self, seconds: float) -> None:
        if self.shown == Live():
            self._view.add_pause(seconds)

    def _finish_live(self) -> None:
        if self.shown == Live() and self._live.recorder is not None:
            record = self._live.recorder.session
            if record.document.count:
                self._finish(record)
            else:  # `SessionLibrary` decides what becomes of it
                self.clear()

    def _add_file_updates(self, job: FileJob, updates: tuple) -> None:
        if self.shown == QueuedFile(job):
            self._view.apply(updates)

    def _follow_job(self, job: FileJob) -> None:
        if self.shown == QueuedFile(job):
            if job.session is not None:
                self._finish(job.session)
            else:
                self._show_placeholder()

    def _finish(self, record: SessionRecord) -> None:
        """Keep the text as it stands, less the partial; from now on it can be edited."""
        self._view.apply(())
        self._set_shown(Kept(record))
