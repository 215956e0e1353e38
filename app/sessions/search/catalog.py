"""The catalog of all sessions: the search index, kept in line with the folders, which are the truth.

The index is derived. It is never waited for, never written once a disk was full, and what it missed is entered later.
"""

import os
import sqlite3
import threading
import time
import weakref
from contextlib import suppress
from pathlib import Path
from typing import Any

from app.sessions.errors import StoreError, reason_for
from app.sessions.folder.journal import recover
from app.sessions.folder.session_folders import is_session, journal_size, make_private, read_anything, session_folders
from app.sessions.folder.session_record import SessionRecord
from app.sessions.recorder import SessionRecorder
from app.sessions.search.search_index import BUSY, SearchIndex, SessionEntry, is_busy, is_damage

START = 10.0  # seconds for reading folders at a start; the rest follows with each list
CATCH_UP = 0.2  # seconds for it then


class Catalog:
    """The index of the sessions of one store. Any thread may call any method.

    Attributes:
        recovered: Sessions whose program was killed, and that were recovered since this was made.
    """

    recovered: tuple[SessionEntry, ...] = ()

    def __init__(self, root: Path, writable: bool) -> None:
        """Open or make the index, and bring it in line with the folders.

        Args:
            root: The folder of the store.
            writable: Whether that can be written; the index is in memory if not.
        """
        self._root, self._writable = root, writable
        self._kept, self._trash = root / "sessions", root / "trash"
        self._recorders: weakref.WeakSet[SessionRecorder] = weakref.WeakSet()
        self._followed: set[str] = set()  # ids of recorders that have had a folder
        self._late: dict[str, None] = {}  # ids that the index does not know as they are, newest first
        self._late_lock = threading.Lock()
        self._index = self._open_index()
        try:
            self._catch_up()
        except (sqlite3.Error, OSError) as error:
            if isinstance(error, sqlite3.Error) and is_damage(error):
                self.rebuild()
            else:
                self._use_memory()

    def add_recorder(self, recorder: SessionRecorder) -> None:
        """Know a recorder, whose words have the room that a full disk has left."""
        self._recorders.add(recorder)

    def entries(self, search: str, trashed: bool) -> tuple[SessionEntry, ...]:
        """List what the index has, see `SearchIndex.entries`. Raises sqlite3.Error."""
        return self._index.entries(search, trashed)

    def rebuild(self) -> None:
        """Make the index anew from the folders."""
        self._index.close()
        self._index = self._open_index(anew=True)
        try:
            self._catch_up()
        except (sqlite3.Error, OSError):  # no room for it
            self._use_memory()

    def _use_memory(self) -> None:
        """Keep the index in memory from now on: the one on the disk can be neither used nor replaced."""
        self._index.close()
        self._index = SearchIndex(None)
        self._catch_up()

    def close(self) -> None:
        """Close the index."""
        self._index.close()

    def _open_index(self, anew: bool = False) -> SearchIndex:
        if self._writable and not self._short_of_room():
            with suppress(sqlite3.Error, OSError):
                return SearchIndex(self._root / "index.sqlite", anew)
        return SearchIndex(None)

    def _catch_up(self) -> None:
        """Bring the index in line with the folders, and recover the sessions whose recorder was killed."""
        known = self._index.known()
        late: list[str] = []
        for area, trashed in ((self._kept, False), (self._trash, True)):
            for folder in session_folders(area):
                entry = known.pop(folder.name, None)
                make_private(folder)
                if entry is None or entry != (journal_size(folder), trashed):
                    late.append(folder.name)
        with self._late_lock:
            self._late = dict.fromkeys([*known, *sorted(late, reverse=True)])  # ids begin with their date
        try:
            self.learn_late(START)
        except sqlite3.Error as error:
            if not is_busy(error):
                raise

    def learn_late(self, seconds: float) -> None:
        """Enter the sessions that the index does not know as they are, as far as there is time.

        Raises:
            sqlite3.Error: The index is damaged, or takes nothing now: they stay late.
        """
        end = time.monotonic() + seconds
        while self._late and time.monotonic() < end and not self.puts_off():
            with self._late_lock:
                id = next(iter(self._late), None)
                if id is None:
                    return
                del self._late[id]
            try:
                self._learn_folder(id)
            except (sqlite3.Error, OSError):
                self.be_late(id)
                raise

    def _learn_folder(self, id: str) -> None:
        """Enter one session as its folder has it, damaged or not; recover it if its program was killed."""
        trashed = not is_session(self._kept, id)
        folder = (self._trash if trashed else self._kept) / id
        if not is_session(folder.parent, id):
            self._index.forget(id, patience=BUSY)
            return
        session = read_anything(folder)
        if session.closed or not self._writable or folder.is_symlink():  # what a link points to is not ours to repair
            self._learn(session, trashed)
            return
        mended = None
        with suppress(OSError, StoreError):  # cannot be written, or is of another version: listed as it is
            mended = recover(folder)
        if mended is None:
            self._learn(read_anything(folder), trashed)
        elif mended.document.seconds or mended.damage or trashed:
            if mended.document.seconds and not trashed:
                self.recovered += (_entry_of(mended),)
            self._learn(mended, trashed)
        else:  # killed before the first sound
            self._learn(mended)
            with suppress(StoreError):
                self.move(folder, self._trash / id)

    def be_late(self, *ids: str) -> None:
        """Enter these sessions later. Any thread."""
        with self._late_lock:
            self._late.update(dict.fromkeys(ids))

    def _short_of_room(self) -> bool:
        """Return whether a recorder found the disk full: then what room there is belongs to its words."""
        for recorder in list(self._recorders):
            status = recorder.status
            if status.problem and status.session.folder is not None and not status.session.closed:
                return True
        return False

    def puts_off(self) -> bool:
        """Return whether the index must not be written now."""
        return not self._index.in_memory and self._short_of_room()

    def follow(self, session: SessionRecord) -> None:
        """Enter a session in the index. The thread of its recorder; what fails here is done later."""
        if session.folder is None:  # only in memory, perhaps since its folder was deleted
            if session.id in self._followed:
                self.be_late(session.id)
            return
        self._followed.add(session.id)
        if self.puts_off():
            self.be_late(session.id)
            return
        try:
            if session.closed:
                self._learn(session)
            else:
                self._index.follow(session)
        except (sqlite3.Error, OSError):
            self.be_late(session.id)

    def _learn(self, session: SessionRecord, trashed: bool = False) -> None:
        if session.folder is not None:
            size = journal_size(session.folder) if session.closed else -1
            self._index.learn(session, size, trashed)

    def amend(self, folder: Path, *line: Any) -> None:
        """Enter a changed line, see `SearchIndex.amend`; without one, several changed: the session follows later."""
        if self.puts_off() or not line:
            self.be_late(folder.name)
            return
        try:
            self._index.amend(folder.name, journal_size(folder), *line)
        except (sqlite3.Error, OSError):
            self.be_late(folder.name)

    def move(self, folder: Path, to: Path) -> None:
        """Move a session between what is kept and the trash. Raises StoreError."""
        try:
            if os.path.lexists(to):
                raise FileExistsError(f"{to} exists")
            # its age in the trash counts from now; of a link, not of what it points to
            os.utime(folder, follow_symlinks=os.utime not in os.supports_follow_symlinks)
            folder.rename(to)
        except OSError as error:
            raise StoreError("not-moved", reason=reason_for(error)) from error
        try:
            self._index.move(folder.name, to.parent == self._trash)
        except sqlite3.Error:
            self.be_late(folder.name)

    def forget(self, *ids: str) -> None:
        """Remove all traces of sessions from the index. Raises sqlite3.Error."""
        self._index.forget(*ids)


def _entry_of(session: SessionRecord) -> SessionEntry:
    document = session.document
    return SessionEntry(
        session.id,
        session.kind,
        session.title,
        session.source,
        session.created,
        document.seconds,
        document.count,
        session.recovered,
        damage=session.damage[0] if session.damage else "",
    )
