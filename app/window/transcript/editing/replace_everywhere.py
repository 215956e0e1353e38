"""After a correction: the offer to make it wherever the same words stand, in this session or in all."""

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject

from app.sessions.edits import Edit, EditGroup, places_of, replaced, substitutions
from app.sessions.folder.session_record import SessionRecord
from app.sessions.store import Store
from app.window.shell.banner import Banner
from app.window.texts import messages
from app.window.texts.messages import Remedy
from app.window.transcript.current_transcript import CurrentTranscript
from app.window.transcript.editing.line_editor import LineEditor
from app.worker.task import BackgroundCall
from asr.errors import EchoicError
from asr.updates import Word

MOST = 500  # sessions that are looked through


@dataclass(frozen=True)
class Occurrences:
    """Where a correction could be made, too."""

    old: tuple[str, ...]  # texts of neighbouring words
    new: tuple[str, ...]
    here: int  # places of the session on screen
    elsewhere: tuple[tuple[SessionRecord, int], ...]  # other sessions, and the places in each


class ReplaceEverywhere(QObject):
    """Offers, replaces and takes back. Interface thread; another looks through the other sessions."""

    def __init__(self, offer: Banner, transcript: CurrentTranscript, editor: LineEditor, store: Store) -> None:
        super().__init__(offer)
        self._offer, self._transcript, self._editor, self._store = offer, transcript, editor, store
        self._begun: Edit | None = None  # the first change of the line that is being edited
        self._found: Occurrences | None = None  # what is offered
        self._made: dict[str, SessionRecord] = {}  # sessions by id as they are since words were replaced in them
        self._running: BackgroundCall | None = None
        self._waiting: tuple[tuple[Word, ...], tuple[Word, ...]] | None = None  # made while a search was under way
        transcript.corrected.connect(self._note)
        transcript.revised.connect(self._follow)
        transcript.changed.connect(self._leave)
        editor.ended.connect(self._consider_line)
        offer.acted.connect(self._act)

    def close(self, seconds: float = 5.0) -> None:
        """Offer nothing more, and wait for the search under way."""
        self._waiting = None
        if self._running is not None:
            self._running.wait(seconds)

    def _note(self, edit: Edit) -> None:
        if self._editor.editing:  # what is typed in a line is saved in steps, which are one correction
            if self._begun is None or self._begun.utterance != edit.utterance:
                self._begun = edit
        else:
            self._consider(edit.before, edit.after)

    def _consider_line(self) -> None:
        begun, self._begun = self._begun, None
        lines = self._transcript.document.utterances
        if begun is not None and begun.utterance < len(lines):
            self._consider(begun.before, lines[begun.utterance].words)

    def _consider(self, before: tuple[Word, ...], after: tuple[Word, ...]) -> None:
        """Look in the background for other places of what was corrected."""
        pairs, shown = substitutions(before, after), self._transcript.kept
        if self._running is not None:
            self._waiting = before, after
        if not pairs or shown is None or self._running is not None:
            return
        running = BackgroundCall(partial(_search, self._store, shown, pairs), "search", self)
        running.done.connect(partial(self._propose, shown.id))
        running.ended.connect(self._search_ended)
        self._running = running
        running.start()

    def _search_ended(self, error: Exception | None) -> None:
        running, self._running = self._running, None
        if running is not None:
            running.deleteLater()
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self._consider(*waiting)

    def _propose(self, id: str, found: Occurrences | None) -> None:
        shown = self._transcript.kept
        if found is None or shown is None or shown.id != id:
            return
        self._found, self._made = found, {}
        elsewhere = sum(count for _, count in found.elsewhere)
        old, new = " ".join(found.old), " ".join(found.new)
        self._offer.show_problem(messages.also_elsewhere(old, new, found.here, elsewhere, len(found.elsewhere)))

    def _follow(self) -> None:
        """Withdraw what was offered for words that have changed since; what is undone here is undone everywhere."""
        shown, made = self._transcript.kept, self._made
        self._withdraw()
        here = made.pop(shown.id, None) if shown is not None else None
        if shown is not None and here is not None and shown.document.edits == here.document.edits[:-1]:
            for record in made.values():
                self._store.undo(record)

    def _leave(self) -> None:
        """Withdraw an offer about the session that was on screen; what was done can still be taken back."""
        self._begun = None
        if not self._made:
            self._withdraw()

    def _withdraw(self) -> None:
        self._found, self._made = None, {}
        self._offer.clear()

    def _act(self, remedy: Remedy) -> None:
        match remedy:
            case Remedy.REPLACE_HERE if self._found is not None:
                self._replace(self._found, everywhere=False)
            case Remedy.REPLACE_ALL if self._found is not None:
                self._replace(self._found, everywhere=True)
            case Remedy.UNDO_REPLACE:
                self._take_back()

    def _replace(self, found: Occurrences, everywhere: bool) -> None:
        self._editor.finish()
        made: dict[str, SessionRecord] = {}
        places = 0
        group = replaced(self._transcript.document.utterances, found.old, found.new)
        if group.edits:
            places += found.here
            self._transcript.apply(group)
        if (shown := self._transcript.kept) is not None:
            made[shown.id] = shown
        for record, count in found.elsewhere if everywhere else ():
            changes: EditGroup = replaced(record.document.utterances, found.old, found.new)
            made[record.id] = self._store.apply(record, changes)
            places += count
        if not group.edits and shown is not None:
            del made[shown.id]
        self._made = made
        self._offer.show_problem(messages.replaced_everywhere(places, len(made)))

    def _take_back(self) -> None:
        shown, made = self._transcript.kept, self._made
        here = made.get(shown.id) if shown is not None else None
        if shown is not None and here is not None:
            if shown.document.edits[-1:] == here.document.edits[-1:]:
                self._transcript.undo()  # `_follow` does the rest
            return
        self._withdraw()
        for record in made.values():
            self._store.undo(record)


def _search(
    store: Store, shown: SessionRecord, pairs: list[tuple[tuple[str, ...], tuple[str, ...]]]
) -> Occurrences | None:
    """Return the places of the first of these corrections that could be made elsewhere. A worker thread."""
    for old, new in pairs:
        here = _count(shown, old, new)
        elsewhere = []
        if shown.folder is not None:
            for entry in store.list(" ".join(old))[:MOST]:
                try:
                    record = store.open(entry.id) if entry.id != shown.id else shown
                except EchoicError:
                    continue
                if record.id != shown.id and record.closed and (count := _count(record, old, new)):
                    elsewhere.append((record, count))
        if here or elsewhere:
            return Occurrences(old, new, here, tuple(elsewhere))
    return None


def _count(record: SessionRecord, old: tuple[str, ...], new: tuple[str, ...]) -> int:
    return sum(len(places_of(utterance.words, old, new)) for utterance in record.document.utterances)
