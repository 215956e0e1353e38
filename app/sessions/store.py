"""All kept sessions. Their folders (see `app.sessions.journal`) are the truth; the index can be rebuilt from them."""

import os
import secrets
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Protocol

import platformdirs

from app.sessions.document import Edit, WordPosition
from app.sessions.journal import JOURNAL, SessionRecord, append, edit_record, fold, read, recording, recover
from app.sessions.recorder import SessionRecorder, reason_for
from app.sessions.search_index import SearchIndex, SessionEntry
from asr.errors import EchoicError

DAY = 86400  # seconds
TRASH_DAYS = 1  # after which a start of the program really deletes; until then a delete can be undone


class StoreError(EchoicError):
    """Something about the kept sessions cannot be done."""

    SENTENCES: ClassVar[dict[str, str]] = {
        "unreadable": "{folder} cannot be read: {reason}.",
        "recording": "This session is still being recorded: stop it before deleting it.",
        "list-unreadable": "The list of sessions cannot be read: {reason}.",
        "change-not-kept": "The change cannot be kept: {reason}.",
        "not-moved": "The session cannot be moved: {reason}.",
        "trash-not-emptied": "The trash cannot be emptied: {reason}.",
        "missing": "There is no session {id!r} in {folder}.",
    }


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
    recovered: tuple[SessionEntry, ...] = ()  # found when this store opened: sessions whose program was killed

    def __init__(self, root: Path | None = None, retention_days: float | None = None) -> None:
        """Open or make the store, recover what was not closed, empty old trash, apply the retention setting.

        Never raises for a folder that cannot be written: then `problem` says so, what is there can be read, and new
        sessions live in memory.

        Args:
            root: The folder, the user's data folder if None.
            retention_days: Sessions older than that go to the trash; None keeps all.
        """
        self.root = root or Path(platformdirs.user_data_dir("echoic", appauthor=False))
        self._kept, self._trash = self.root / "sessions", self.root / "trash"
        self._queue: ChangeQueue | None = None
        try:
            for folder in (self.root, self._kept, self._trash):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                tempfile.TemporaryFile(dir=folder).close()
        except OSError as error:
            self.problem = f"{self.root} cannot be written ({reason_for(error)}): new sessions are only in memory."
        self._index = self._open_index()
        try:
            self._catch_up()
        except sqlite3.Error:
            self.rebuild()
        old = time.time() - TRASH_DAYS * DAY
        with suppress(StoreError):
            self._purge([folder.name for folder in _folders(self._trash) if folder.stat().st_mtime < old])
        self.retention(retention_days)

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
            kind: "live" or "file".
            title: As the list shows it.
            source: The device or the file.
            private: Leave nothing on the disk, nor in the list.
        """
        now = time.time()
        id = time.strftime("%Y%m%d-%H%M%S-", time.gmtime(now)) + secrets.token_hex(4)
        folder = None if private or self.problem else self._kept / id
        problem = "" if private else self.problem
        return SessionRecorder(SessionRecord(id, kind, title, source, now, folder), self._follow, problem)

    def list(self, search: str = "") -> tuple[SessionEntry, ...]:
        """List sessions, newest first; with `search`, those where all its words begin words of title or text."""
        return self._entries(search, False)

    def trash(self) -> tuple[SessionEntry, ...]:
        """List what `delete` moved away and `purge` has not yet removed, newest first."""
        return self._entries("", True)

    def open(self, id: str) -> SessionRecord:
        """Read one session with its words. Raises StoreError if there is none of that id."""
        self.settle()
        folder = self._folder(self._kept, id)
        try:
            return read(folder)
        except OSError as error:
            raise StoreError("unreadable", folder=folder, reason=reason_for(error)) from error

    def rename(self, id: str, title: str) -> None:
        """Give a session another title. Raises StoreError."""
        folder = self._folder(self._kept, id)
        self._save(Change(id, lambda: self._add(folder, {"title": title}, 0, title), title))

    def edit(self, session: SessionRecord, utterance: int, text: str) -> SessionRecord:
        """Return the session with one utterance reading `text`, see `Document.revise`, and write that to its journal.

        Like `confirm` and `undo` it takes a session in memory too.

        Raises:
            StoreError: The change cannot be written.
        """
        return self._apply(session, session.document.revise(utterance, text), text)

    def confirm(self, session: SessionRecord, place: WordPosition) -> SessionRecord:
        """Return the session with a doubtful word marked as right, and write that to its journal."""
        return self._apply(session, session.document.confirm(place))

    def undo(self, session: SessionRecord) -> SessionRecord:
        """Return the session without its last edit, also after it was closed and opened again."""
        edits = session.document.edits[-1:]
        return self._change(session, {"undo": True}, edits[0].utterance) if edits else session

    def delete(self, id: str) -> None:
        """Move a session to the trash; `undelete` brings it back. Raises StoreError while it is being recorded."""
        self.settle()
        if recording(folder := self._folder(self._kept, id)):
            raise StoreError("recording")
        self._move(folder, self._trash / id)

    def undelete(self, id: str) -> None:
        """Bring a session back from the trash. Raises StoreError if it is not there."""
        self._move(self._folder(self._trash, id), self._kept / id)

    def purge(self, id: str | None = None) -> None:
        """Remove a session of the trash for good, or all: sound, words, and their traces in the index."""
        folders = _folders(self._trash) if id is None else [self._folder(self._trash, id)]
        self._purge([folder.name for folder in folders])

    def retention(self, days: float | None) -> None:
        """Move sessions older than so many days to the trash; None keeps all."""
        if days is None or self.problem:
            return
        for entry in self.list():
            if entry.created < time.time() - days * DAY:
                with suppress(StoreError):  # being recorded
                    self.delete(entry.id)

    def rebuild(self) -> None:
        """Make the index anew from the folders."""
        self.settle()
        self._index.close()
        self._index = self._open_index(anew=True)
        try:
            self._catch_up()
        except sqlite3.Error:  # no room for it
            self._index.close()
            self._index = SearchIndex(None)
            self._catch_up()

    def close(self) -> None:
        """Close the index; recorders go on, and the next start enters their sessions."""
        self.settle()
        self._index.close()

    def _open_index(self, anew: bool = False) -> SearchIndex:
        if not self.problem:
            with suppress(sqlite3.Error, OSError):
                return SearchIndex(self.root / "index.sqlite", anew)
        return SearchIndex(None)

    def _catch_up(self) -> None:
        """Bring the index in line with the folders, and recover the sessions whose recorder was killed."""
        known = self._index.known()
        recovered = []
        for area, trashed in ((self._kept, False), (self._trash, True)):
            for folder in _folders(area):
                entry = known.pop(folder.name, None)
                with suppress(OSError, StoreError):  # unreadable, or just moved by another program
                    if entry == ((folder / JOURNAL).stat().st_size, trashed):
                        continue
                    session = read(folder)
                    if session.closed or recording(folder) or self.problem:
                        self._learn(session, trashed)
                        continue
                    session = recover(folder)
                    self._learn(session, trashed)
                    if session.document.seconds:
                        recovered.append(session.id)
                    elif not trashed:  # killed before the first sound
                        self._move(folder, self._trash / folder.name)
        if known:
            self._index.forget(*known)
        self.recovered += tuple(entry for entry in self.list() if entry.id in recovered)

    def _entries(self, search: str, trashed: bool) -> tuple[SessionEntry, ...]:
        try:
            return self._index.entries(search, trashed)
        except sqlite3.OperationalError as error:
            raise StoreError("list-unreadable", reason=error) from error
        except sqlite3.DatabaseError:  # damaged
            self.rebuild()
            return self._index.entries(search, trashed)

    def _follow(self, session: SessionRecord) -> None:
        """Enter a session in the index. The thread of its recorder; the next start repairs what fails here."""
        if session.folder is not None:
            with suppress(sqlite3.Error, OSError):
                if session.closed:
                    self._learn(session)
                else:
                    self._index.follow(session)

    def _learn(self, session: SessionRecord, trashed: bool = False) -> None:
        if session.folder is not None:
            size = (session.folder / JOURNAL).stat().st_size if session.closed else -1
            self._index.learn(session, size, trashed)

    def _apply(self, session: SessionRecord, edit: Edit, text: str = "") -> SessionRecord:
        if edit.after == edit.before:
            return session
        return self._change(session, edit_record(edit), edit.utterance, text)

    def _change(self, session: SessionRecord, record: dict[str, Any], utterance: int, typed: str = "") -> SessionRecord:
        changed = fold(session, record)
        folder = session.folder
        if folder is not None:
            text, count = changed.document.utterances[utterance].text, changed.document.count
            self._save(
                Change(session.id, lambda: self._add(folder, record, utterance + 1, text, count), typed, session)
            )
        return changed

    def _save(self, change: Change) -> None:
        if self._queue is None:
            change.write()
        else:
            self._queue.submit(change)

    def _add(self, folder: Path, record: dict[str, Any], *line: Any) -> None:
        """Add a record to the journal, and the line that it changes to the index, see `SearchIndex.amend`."""
        try:
            append(folder, record)
        except OSError as error:
            raise StoreError("change-not-kept", reason=reason_for(error)) from error
        with suppress(sqlite3.Error, OSError):
            self._index.amend(folder.name, (folder / JOURNAL).stat().st_size, *line)

    def _move(self, folder: Path, to: Path) -> None:
        try:
            os.utime(folder)  # its age in the trash counts from now
            folder.rename(to)
        except OSError as error:
            raise StoreError("not-moved", reason=reason_for(error)) from error
        with suppress(sqlite3.Error):
            self._index.move(folder.name, to.parent == self._trash)

    def _purge(self, ids: Sequence[str]) -> None:
        try:
            for id in ids:
                shutil.rmtree(self._trash / id)
                self._index.forget(id)
        except (OSError, sqlite3.Error) as error:
            raise StoreError("trash-not-emptied", reason=reason_for(error)) from error

    def _folder(self, area: Path, id: str) -> Path:
        if Path(id).name != id or not (area / id / JOURNAL).is_file():
            raise StoreError("missing", id=id, folder=area)
        return area / id


def _folders(area: Path) -> list[Path]:
    """List the folders of sessions in `area`, oldest first; none if there is no such folder."""
    with suppress(OSError):
        return sorted(folder for folder in area.iterdir() if (folder / JOURNAL).is_file())
    return []
