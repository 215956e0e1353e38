"""Private sessions: a badge while nothing is saved, and the offer to keep one that is being left."""

from PySide6.QtCore import QObject, Signal

from app.sessions.folder.session_record import SessionRecord
from app.sessions.store import Store
from app.window.live.live_session import LiveSession
from app.window.shell.actions import Actions
from app.window.shell.status_bar import StatusBar
from app.window.texts import messages
from app.window.texts.messages import Problem, Remedy
from app.window.transcript.current_transcript import CurrentTranscript, Kept, Live, QueuedFile
from asr.errors import EchoicError


class PrivateSessions(QObject):
    """Watches what is on screen. A private session lives in memory, and only here once another one is shown.

    Interface thread. Private files need no offer: their rows in the queue have them until the program ends.
    """

    offered = Signal(Problem)
    over = Signal(Problem)  # the offer was answered
    failed = Signal(object)  # EchoicError
    message = Signal(str)
    kept = Signal(str)  # id of a session that is saved now

    def __init__(
        self,
        commands: Actions,
        status_bar: StatusBar,
        transcript: CurrentTranscript,
        live: LiveSession,
        store: Store,
    ) -> None:
        super().__init__(status_bar)
        self._switch, self._status_bar, self._transcript, self._live = commands["private"], status_bar, transcript, live
        self._store = store
        self._shown: SessionRecord | None = None  # a private session of the microphone that is on screen
        self._left: dict[str, SessionRecord] = {}  # by id: those that were left, until the user decides
        self._offer: Problem | None = None
        self._asked = False  # closing the window was put off once
        self._switch.toggled.connect(self._tell)
        transcript.leaving.connect(self._note_left)
        transcript.changed.connect(self._follow)
        transcript.revised.connect(self._follow)
        self._follow()

    def remedy(self, remedy: Remedy) -> None:
        """Keep or forget what was left."""
        if remedy is Remedy.KEEP_PRIVATE:
            for record in tuple(self._left.values()):
                self._keep(record)
        elif remedy is Remedy.FORGET_PRIVATE:
            self._left.clear()
        else:
            return
        if self._left:  # what could not be saved
            self._propose()
        else:
            self._answer()

    def keep_shown(self) -> None:
        """Save the private session on screen."""
        record = self._transcript.kept
        if record is None or not record.private or not record.document.count:
            self.message.emit(self.tr("There is no finished private session on screen."))
            return
        self._keep(record)

    def may_close(self) -> bool:
        """Return whether the window may close; the first time it may not if that would lose a private session."""
        if self._shown is not None:
            self._left[self._shown.id] = self._shown
        if not self._left or self._asked:
            return True
        self._asked = True
        self._propose(closing=True)
        return False

    def _keep(self, record: SessionRecord) -> None:
        try:
            saved = self._store.keep(record)
        except EchoicError as error:
            self.failed.emit(error)
            return
        self._left.pop(record.id, None)
        self._transcript.replace_record(saved)
        self.message.emit(self.tr("Kept: the words are saved; the sound of a private session is never recorded"))
        self.kept.emit(saved.id)

    def _propose(self, closing: bool = False) -> None:
        self._answer()
        self._offer = messages.private_left(len(self._left), closing)
        self.offered.emit(self._offer)

    def _answer(self) -> None:
        offer, self._offer = self._offer, None
        if offer is not None:
            self.over.emit(offer)

    def _note_left(self) -> None:
        if self._shown is not None:
            self._left[self._shown.id] = self._shown

    def _follow(self) -> None:
        record = self._transcript.kept
        private = record is not None and record.private and record.kind == "live" and bool(record.document.count)
        self._shown = record if private else None
        if self._shown is not None:
            self._asked = False
            self._left.pop(self._shown.id, None)
        if self._left and self._offer is None:
            self._propose()
        elif not self._left:
            self._answer()
        self._show_badge()

    def _tell(self, on: bool) -> None:
        self.message.emit(
            self.tr("Nothing of the next sessions is saved") if on else self.tr("The next sessions are saved again")
        )
        self._show_badge()

    def _show_badge(self) -> None:
        """Show the badge for what is on screen and, with nothing there, for what would begin now."""
        match self._transcript.shown:
            case Live():
                recorder = self._live.recorder
                private = recorder is not None and recorder.session.private
            case QueuedFile(job):
                private = job.private
            case Kept(record):
                private = record.private
            case _:
                private = False
        self._status_bar.show_private(private, self._switch.isChecked())
