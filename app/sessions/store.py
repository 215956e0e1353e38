"""All kept sessions. Their folders (`app.sessions.folder`) are the truth; the index can be rebuilt from them."""

import os
import secrets
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import platformdirs

from app.log import logger
from app.sessions.document import WordPosition
from app.sessions.edits import AnyEdit, Edit
from app.sessions.errors import StoreError as StoreError  # raised here
from app.sessions.errors import reason_for
from app.sessions.folder.journal import append, read
from app.sessions.folder.records import bookmark_record, edit_record, undo_record
from app.sessions.folder.session_files import JOURNAL, lock, open_file
from app.sessions.folder.session_folders import (
    everything,
    is_locked,
    is_session,
    modified,
    remove,
    remove_abandoned,
    session_folders,
)
from app.sessions.folder.session_record import SessionRecord, fold
from app.sessions.recorder import SessionRecorder
from app.sessions.retention import DAY, TRASH_DAYS, check_clock
from app.sessions.search.catalog import CATCH_UP, Catalog
from app.sessions.search.search_index import SessionEntry, is_damage, spoken_only


def data_folder() -> Path:
    """Return the folder of this user's data, where sessions are kept."""
    return Path(platformdirs.user_data_dir("echoic", appauthor=False))


@dataclass(frozen=True)
class Change:
    """A change of a kept session on its way to the disk."""

    id: str  # of the session
    write: Callable[[], None]  # raises StoreError
    text: str = ""  # what a person typed, if anything
    before: SessionRecord | None = None  # the session without the change, where it is known


class ChangeQueue(Protocol):
    """Writes changes in order, in another thread: `app.worker.save_queue.SaveQueue`."""

    def submit(self, change: Change) -> None:
        """Take a change and return at once; its error is reported by the queue."""

    def settle(self) -> bool:
        """Wait until everything submitted is written or has failed."""


class Store:
    """All sessions below one folder: `sessions/<id>`, and `trash/<id>` for deleted ones.

    Any thread may call any method. `edit`, `confirm`, `undo` and `rename` write to the disk before they return, unless
    `save_later` gave that work to a queue; everything else that reads or moves a session waits for the queue first.
    """

    problem: str = ""  # a sentence to show, or ""; not empty when the folder cannot be written
    notices: tuple[str, ...] = ()  # sentences to show once: what this start did not do, and why

    def __init__(self, root: Path | None = None, retention_days: float | None = None) -> None:
        """Open or make the store, recover what was not closed, empty old trash, apply the retention setting.

        Never raises for a folder that cannot be written: then `problem` says so, what is there can be read, and new
        sessions live in memory.

        Args:
            root: The folder, the user's data folder if None.
            retention_days: Sessions older than that go to the trash; None keeps all.
        """
        self.root = root or data_folder()
        self._kept, self._trash = self.root / "sessions", self.root / "trash"
        self._queue: ChangeQueue | None = None
        try:
            for folder in (self.root, self._kept, self._trash):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                with suppress(OSError):
                    folder.chmod(0o700)
                tempfile.TemporaryFile(dir=folder).close()
        except OSError as error:
            self.problem = f"{self.root} cannot be written ({reason_for(error)}): new sessions are only in memory."
        self._catalog = Catalog(self.root, writable=not self.problem)
        self._retire(retention_days)

    @property
    def recovered(self) -> tuple[SessionEntry, ...]:
        """Sessions whose program was killed, found when this store opened."""
        return self._catalog.recovered

    def save_later(self, queue: ChangeQueue | None) -> None:
        """Give the disk work of all changes to a queue from now on; None: do it at once again."""
        self.settle()
        self._queue = queue

    def settle(self) -> None:
        """Wait until the changes made so far are on the disk, or have failed and been given back by the queue."""
        if self._queue is not None:
            self._queue.settle()

    def create(self, kind: str, title: str, source: str = "", private: bool = False) -> SessionRecorder:
        """Prepare the recorder of a new session; its `begin` makes the folder, so this never waits for the disk.

        Args:
            kind: "live", "file", or "dictation" for a private one that is typed into other programs.
            title: As the list shows it.
            source: The device or the file.
            private: Leave nothing on the disk, nor in the list.
        """
        now = time.time()
        id = time.strftime("%Y%m%d-%H%M%S-", time.gmtime(now)) + secrets.token_hex(4)
        folder = None if private or self.problem else self._kept / id
        problem = "" if private else self.problem
        session = SessionRecord(id, kind, title, source, now, folder, private=private)
        recorder = SessionRecorder(session, self._catalog.follow, problem)
        self._catalog.add_recorder(recorder)
        return recorder

    def list(self, search: str = "") -> tuple[SessionEntry, ...]:
        """List sessions, newest first; with `search`, those where all its words begin words of title or text.

        Those that this or another program is recording are marked, on systems with locks of files.
        """
        return tuple(
            replace(entry, recording=is_locked(self._kept / entry.id / JOURNAL)) if entry.recording else entry
            for entry in self._entries(search, False)
        )

    def trash(self) -> tuple[SessionEntry, ...]:
        """List what `delete` moved away and `purge` has not yet removed, newest first."""
        return self._entries("", True)

    def open(self, id: str, trashed: bool = False) -> SessionRecord:
        """Read one session with its words; `trashed`: of the trash. Raises StoreError if there is none of that id."""
        self.settle()
        folder = self._folder(self._trash if trashed else self._kept, id)
        try:
            return read(folder)
        except OSError as error:
            raise StoreError("unreadable", folder=folder, reason=reason_for(error)) from error

    def keep(self, session: SessionRecord) -> SessionRecord:
        """Save a session that was private and is over: its words as they are now; it has no sound.

        Returns:
            The session as it is saved.

        Raises:
            StoreError: It cannot be written.
        """
        folder = self._kept / session.id
        fresh = SessionRecord(session.id, session.kind, session.title, session.source, session.created, folder)
        recorder = SessionRecorder(fresh, self._catalog.follow, self.problem)
        self._catalog.add_recorder(recorder)
        recorder.begin(session.rate, session.model, session.language)
        recorder.copy(session)
        saved = recorder.close()
        if saved.folder is None or not recorder.saved:
            raise StoreError("change-not-kept", reason=recorder.problem)
        return saved

    def rename(self, id: str, title: str) -> None:
        """Give a session another title. Raises StoreError."""
        folder = self._folder(self._kept, id)
        with suppress(OSError):  # `append` will say so
            read(folder)  # one of another version is left as it is
        self._save(Change(id, lambda: self._add(folder, {"title": title}, 0, title), title))

    def edit(self, session: SessionRecord, utterance: int, text: str) -> SessionRecord:
        """Return the session with one utterance reading `text`, see `Document.revise`, and write that to its journal.

        Like `confirm` and `undo` it takes a session in memory too.

        Raises:
            StoreError: The change cannot be written, or another window changed the same words ("conflict").
        """
        return self.apply(session, session.document.revise(utterance, text), text)

    def confirm(self, session: SessionRecord, place: WordPosition) -> SessionRecord:
        """Return the session with a doubtful word marked as right, and write that to its journal."""
        return self.apply(session, session.document.confirm(place))

    def apply(self, session: SessionRecord, edit: AnyEdit, text: str = "") -> SessionRecord:
        """Return the session after a change of its document, and write that to its journal; see `edit`.

        Args:
            session: As it is shown.
            edit: Made for its document.
            text: What a person typed, for the report of a failure.
        """
        if isinstance(edit, Edit) and edit.after == edit.before:
            return session
        return self._change(session, edit_record(edit, session.document.utterances), edit, text)

    def bookmark(self, session: SessionRecord, seconds: float, on: bool) -> SessionRecord:
        """Return the session with a bookmark at a time, or without, and write that to its journal."""
        record, folder = bookmark_record(seconds, on), session.folder
        if folder is not None:
            self._save(Change(session.id, lambda: self._add(folder, record), before=session))
        return fold(session, record)

    def undo(self, session: SessionRecord) -> SessionRecord:
        """Return the session without its last edit, also after it was closed and opened again."""
        edits = session.document.edits[-1:]
        return self._change(session, undo_record(edits[0]), edits[0]) if edits else session

    def delete(self, id: str) -> None:
        """Move a session to the trash; `undelete` brings it back. Raises StoreError while it is being recorded."""
        self.settle()
        folder = self._folder(self._kept, id)
        try:
            journal = open_file(folder / JOURNAL, os.O_RDONLY, follow=True)
        except OSError:  # damaged: nobody records it
            self._catalog.move(folder, self._trash / id)
            return
        with journal:
            if not lock(journal):  # and no other program begins to recover it before it is moved
                raise StoreError("recording")
            self._catalog.move(folder, self._trash / id)

    def undelete(self, id: str) -> None:
        """Bring a session back from the trash. Raises StoreError if it is not there."""
        self._catalog.move(self._folder(self._trash, id), self._kept / id)

    def purge(self, id: str | None = None) -> None:
        """Remove a session of the trash for good, or all: sound, words, and their traces in the index."""
        if id is None:
            self._purge([folder.name for folder in everything(self._trash)])
        else:
            self._purge([self._folder(self._trash, id).name])

    def retention(self, days: float | None) -> None:
        """Move sessions older than so many days to the trash; None keeps all."""
        if days is None or self.problem:
            return
        for entry in self.list():
            if entry.created < time.time() - days * DAY:
                with suppress(StoreError):  # being recorded
                    self.delete(entry.id)

    def _retire(self, retention_days: float | None) -> None:
        """Empty old trash and apply the retention setting, unless the clock may be wrong.

        What a clock far ahead of the last start asks for is not done by that start, nor within a day after it.
        """
        now = time.time()
        if self.problem:
            return
        clock = check_clock(self.root, now, self._signs)
        if clock.waits:
            waiting = retention_days is not None and any(
                entry.created < now - retention_days * DAY for entry in self.list()
            )
            if clock.days_ahead and (waiting or everything(self._trash)):
                days = clock.days_ahead
                logger.warning("clock is %d days ahead of the last start: nothing is retired", days)
                self.notices += (
                    f"The clock of this computer is {days} days ahead of the last use of Echoic. If it is right, old "
                    "sessions and the trash are cleared at a start from tomorrow on; nothing was deleted now.",
                )
            return
        old = now - TRASH_DAYS * DAY
        remove_abandoned(self._kept, old)
        with suppress(StoreError):
            self._purge([path.name for path in everything(self._trash) if modified(path) < old])
        with suppress(StoreError):
            self.retention(retention_days)

    def _signs(self) -> Iterator[float]:
        """Yield times at which this program wrote a session."""
        for folder in (*session_folders(self._kept), *session_folders(self._trash)):
            yield modified(folder / JOURNAL)

    def rebuild(self) -> None:
        """Make the index anew from the folders."""
        self.settle()
        self._catalog.rebuild()

    def close(self) -> None:
        """Close the index; recorders go on, and the next start enters their sessions."""
        self.settle()
        self._catalog.close()

    def _entries(self, search: str, trashed: bool) -> tuple[SessionEntry, ...]:
        try:
            with suppress(sqlite3.OperationalError, OSError):  # locked, full: the list is as new as it can be
                self._catalog.learn_late(CATCH_UP)
            return self._catalog.entries(search, trashed)
        except sqlite3.Error as error:
            if not is_damage(error):
                raise StoreError("list-unreadable", reason=error) from error
        self.rebuild()
        try:
            return self._catalog.entries(search, trashed)
        except sqlite3.Error as error:
            raise StoreError("list-unreadable", reason=error) from error

    def _change(self, session: SessionRecord, record: dict[str, Any], edit: AnyEdit, typed: str = "") -> SessionRecord:
        changed = fold(session, record)
        folder = session.folder
        if folder is not None:
            line: tuple[Any, ...] = ()
            if isinstance(edit, Edit):
                utterance, count = changed.document.utterances[edit.utterance], changed.document.count
                line = (edit.utterance + 1, utterance.text, count, spoken_only(utterance.words))
            self._save(Change(session.id, lambda: self._add(folder, record, *line), typed, session))
        return changed

    def _save(self, change: Change) -> None:
        if self._queue is None:
            change.write()
        else:
            self._queue.submit(change)

    def _add(self, folder: Path, record: dict[str, Any], *line: Any) -> None:
        """Add a record to the journal, and the line that it changes to the index, see `SearchIndex.amend`.

        Without a line, several changed: the session is entered anew with the next list.
        """
        try:
            append(folder, record)
        except OSError as error:
            raise StoreError("change-not-kept", reason=reason_for(error)) from error
        self._catalog.amend(folder, *line)

    def _purge(self, names: Sequence[str]) -> None:
        """Remove what has these names in the trash; one that cannot be removed keeps no other."""
        failed: list[Exception] = []
        removed = []
        for name in names:
            try:
                remove(self._trash / name)
                removed.append(name)
            except OSError as error:
                failed.append(error)
        if removed:
            try:
                self._catalog.forget(*removed)
            except sqlite3.Error as error:
                # A full disk has no room even to delete rows: a new index of what is left needs less.
                try:
                    self.rebuild()
                except (sqlite3.Error, OSError):
                    failed.append(error)
        if failed:
            raise StoreError("trash-not-emptied", reason=reason_for(failed[0])) from failed[0]

    def _folder(self, area: Path, id: str) -> Path:
        if not is_session(area, id):
            raise StoreError("missing", id=id, folder=area)
        return area / id
