"""Sessions on disk. The folders (see `journal`) are the truth, the index can be made anew from them."""

import os
import secrets
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, ClassVar

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


class Store:
    """All sessions below one folder, `sessions/<id>`, and `trash/<id>`. Usable from any thread."""

    problem: str = ""  # a sentence to show, or ""; not empty when the folder cannot be written
    recovered: tuple[SessionEntry, ...] = ()  # what a killed program left behind, found when this store opened

    def __init__(self, root: Path | None = None, retention_days: float | None = None) -> None:
        """Open or make the store, recover what was not closed, empty old trash, apply the retention setting.

        `root`: the folder, the user's data folder if None. Never raises for a folder that cannot be written:
        then `problem` says so, what is there can be read, and new sessions live in memory.
        """
        self.root = root or Path(platformdirs.user_data_dir("echoic", appauthor=False))
        self._kept, self._trash = self.root / "sessions", self.root / "trash"
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

    def create(
        self, kind: str, title: str, source: str = "", private: bool = False, model: str = ""
    ) -> SessionRecorder:
        """Begin a session, "live" or "file". Never raises for a bad disk, see `SessionRecorder.problem`.

        A private session has the same interface and leaves nothing on disk, nor in the list. `model` is a name.
        """
        now = time.time()
        id = time.strftime("%Y%m%d-%H%M%S-", time.gmtime(now)) + secrets.token_hex(4)
        folder = None if private or self.problem else self._kept / id
        writer = SessionRecorder(SessionRecord(id, kind, title, source, now, folder, model), self._follow)
        if self.problem and not private:
            writer.problem = self.problem
        self._follow(writer.session)
        return writer

    def list(self, search: str = "") -> tuple[SessionEntry, ...]:
        """Sessions, newest first; with `search`, those where all its words begin words of title or text."""
        return self._entries(search, False)

    def trash(self) -> tuple[SessionEntry, ...]:
        """What `delete` moved away and `purge` has not yet removed, newest first."""
        return self._entries("", True)

    def open(self, id: str) -> SessionRecord:
        """One session with its words. Raises StoreError if there is none of that id."""
        folder = self._folder(self._kept, id)
        try:
            return read(folder)
        except OSError as error:
            raise StoreError("unreadable", folder=folder, reason=reason_for(error)) from error

    def rename(self, id: str, title: str) -> None:
        """Give a session another title. StoreError."""
        self._add(self._folder(self._kept, id), {"title": title}, 0, title)

    def edit(self, session: SessionRecord, utterance: int, text: str) -> SessionRecord:
        """The session with one utterance reading `text`, see `Document.revise`; kept in its journal.

        Like `confirm` and `undo` it takes a session in memory too; StoreError: the change cannot be kept.
        """
        return self._apply(session, session.document.revise(utterance, text))

    def confirm(self, session: SessionRecord, place: WordPosition) -> SessionRecord:
        """The session with a doubtful word said to be right; kept in its journal."""
        return self._apply(session, session.document.confirm(place))

    def undo(self, session: SessionRecord) -> SessionRecord:
        """The session with its last edit taken back, also after it was closed and opened again."""
        edits = session.document.edits[-1:]
        return self._change(session, {"undo": True}, edits[0].utterance) if edits else session

    def delete(self, id: str) -> None:
        """Move a session to the trash; `undelete` brings it back. StoreError while it is recorded."""
        if recording(folder := self._folder(self._kept, id)):
            raise StoreError("recording")
        self._move(folder, self._trash / id)

    def undelete(self, id: str) -> None:
        """Bring a session back from the trash. StoreError if it is not there."""
        self._move(self._folder(self._trash, id), self._kept / id)

    def purge(self, id: str | None = None) -> None:
        """Really remove a session of the trash, or all: sound, words, and their traces in the index."""
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
        """Throw the index away and make it anew from the folders."""
        self._index.close()
        self._index = self._open_index(anew=True)
        try:
            self._catch_up()
        except sqlite3.Error:  # no room for it
            self._index.close()
            self._index = SearchIndex(None)
            self._catch_up()

    def close(self) -> None:
        """Close the index; writers go on keeping their sessions, the next start takes note of them."""
        self._index.close()

    def _open_index(self, anew: bool = False) -> SearchIndex:
        if not self.problem:
            with suppress(sqlite3.Error, OSError):
                return SearchIndex(self.root / "index.sqlite", anew)
        return SearchIndex(None)

    def _catch_up(self) -> None:
        """Bring the index in line with the folders, and recover the sessions whose writer was killed."""
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
        """Called by writers, in their thread. The index may fail: the next start finds what it missed."""
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

    def _apply(self, session: SessionRecord, edit: Edit) -> SessionRecord:
        if edit.after == edit.before:
            return session
        return self._change(session, edit_record(edit), edit.utterance)

    def _change(self, session: SessionRecord, record: dict[str, Any], utterance: int) -> SessionRecord:
        changed = fold(session, record)
        if session.folder is not None:
            text = changed.document.utterances[utterance].text
            self._add(session.folder, record, utterance + 1, text, changed.document.count)
        return changed

    def _add(self, folder: Path, record: dict[str, Any], *line: Any) -> None:
        """Into the journal the record, into the index the line that it changes, see `SearchIndex.amend`."""
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
    """The folders of sessions there, oldest first; none if there is no such place."""
    with suppress(OSError):
        return sorted(folder for folder in area.iterdir() if (folder / JOURNAL).is_file())
    return []
