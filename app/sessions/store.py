"""All kept sessions. Their folders (see `app.sessions.journal`) are the truth; the index can be rebuilt from them."""

import json
import os
import secrets
import shutil
import sqlite3
import stat
import tempfile
import threading
import time
import weakref
from collections.abc import Callable, Sequence
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
from app.sessions.journal import (
    JOURNAL,
    SOUND,
    SessionRecord,
    append,
    bookmark_record,
    edit_record,
    fold,
    lock,
    open_file,
    read,
    recover,
    undo_record,
)
from app.sessions.recorder import SessionRecorder
from app.sessions.search_index import BUSY, SearchIndex, SessionEntry, is_busy, is_damage, spoken_only

DAY = 86400  # seconds
TRASH_DAYS = 1  # after which a start of the program really deletes; until then a delete can be undone
JUMP_DAYS = 30  # a clock that moved further since it was last seen may be wrong
START = 10.0  # seconds for reading folders at a start; the rest follows with each list
CATCH_UP = 0.2  # seconds for it then
STARTED = "started"  # the file with the clock of the last start


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
    recovered: tuple[SessionEntry, ...] = ()  # found when this store opened: sessions whose program was killed

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
        self._recorders: weakref.WeakSet[SessionRecorder] = weakref.WeakSet()
        self._followed: set[str] = set()  # ids of recorders that have had a folder
        self._late: dict[str, None] = {}  # ids that the index does not know as they are, newest first
        self._late_lock = threading.Lock()
        try:
            for folder in (self.root, self._kept, self._trash):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                with suppress(OSError):
                    folder.chmod(0o700)
                tempfile.TemporaryFile(dir=folder).close()
        except OSError as error:
            self.problem = f"{self.root} cannot be written ({reason_for(error)}): new sessions are only in memory."
        self._index = self._open_index()
        try:
            self._catch_up()
        except (sqlite3.Error, OSError) as error:
            if isinstance(error, sqlite3.Error) and is_damage(error):
                self.rebuild()
            else:
                self._use_memory()
        self._retire(retention_days)

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
        recorder = SessionRecorder(session, self._follow, problem)
        self._recorders.add(recorder)
        return recorder

    def list(self, search: str = "") -> tuple[SessionEntry, ...]:
        """List sessions, newest first; with `search`, those where all its words begin words of title or text.

        Those that this or another program is recording are marked, on systems with locks of files.
        """
        return tuple(
            replace(entry, recording=_is_locked(self._kept / entry.id / JOURNAL)) if entry.recording else entry
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
        recorder = SessionRecorder(fresh, self._follow, self.problem)
        self._recorders.add(recorder)
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
            self._move(folder, self._trash / id)
            return
        with journal:
            if not lock(journal):  # and no other program begins to recover it before it is moved
                raise StoreError("recording")
            self._move(folder, self._trash / id)

    def undelete(self, id: str) -> None:
        """Bring a session back from the trash. Raises StoreError if it is not there."""
        self._move(self._folder(self._trash, id), self._kept / id)

    def purge(self, id: str | None = None) -> None:
        """Remove a session of the trash for good, or all: sound, words, and their traces in the index."""
        if id is None:
            self._purge([folder.name for folder in _everything(self._trash)])
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
        seen, jumped = self._last_start(now)
        jump = now - seen > JUMP_DAYS * DAY
        if jump:
            jumped = now
        with suppress(OSError):
            self._write_start(now, jumped)
        if jump or 0 <= now - jumped < DAY:
            waiting = retention_days is not None and any(
                entry.created < now - retention_days * DAY for entry in self.list()
            )
            if jump and (waiting or _everything(self._trash)):
                days = round((now - seen) / DAY)
                logger.warning("clock is %d days ahead of the last start: nothing is retired", days)
                self.notices += (
                    f"The clock of this computer is {days} days ahead of the last use of Echoic. If it is right, old "
                    "sessions and the trash are cleared at a start from tomorrow on; nothing was deleted now.",
                )
            return
        old = now - TRASH_DAYS * DAY
        for path in _everything(self._kept):  # folders of recorders that were killed before their first record
            if path.name.startswith(".") and _modified(path) < old and not _size(path):
                with suppress(OSError):
                    (path / JOURNAL).unlink(missing_ok=True)
                    path.rmdir()
        with suppress(StoreError):
            self._purge([path.name for path in _everything(self._trash) if _modified(path) < old])
        with suppress(StoreError):
            self.retention(retention_days)

    def _last_start(self, now: float) -> tuple[float, float]:
        """Return the clock at the newest sign of this program, and at the last jump of the clock."""
        problems = suppress(OSError, ValueError, OverflowError, RecursionError)
        with problems, open_file(self.root / STARTED, os.O_RDONLY) as file:
            match json.loads(file.read(1000)):
                case {"seen": int(seen), "jumped": int(jumped)}:
                    return float(seen), float(jumped)
        signs = [_modified(folder / JOURNAL) for folder in (*_folders(self._kept), *_folders(self._trash))]
        return max((sign for sign in signs if sign), default=now), 0.0

    def _write_start(self, now: float, jumped: float) -> None:
        (self.root / STARTED).unlink(missing_ok=True)
        with open_file(self.root / STARTED, os.O_WRONLY | os.O_CREAT | os.O_EXCL) as file:
            file.write(json.dumps({"seen": int(now), "jumped": int(jumped)}).encode())

    def rebuild(self) -> None:
        """Make the index anew from the folders."""
        self.settle()
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
        """Close the index; recorders go on, and the next start enters their sessions."""
        self.settle()
        self._index.close()

    def _open_index(self, anew: bool = False) -> SearchIndex:
        if not (self.problem or self._short_of_room()):
            with suppress(sqlite3.Error, OSError):
                return SearchIndex(self.root / "index.sqlite", anew)
        return SearchIndex(None)

    def _catch_up(self) -> None:
        """Bring the index in line with the folders, and recover the sessions whose recorder was killed."""
        known = self._index.known()
        late: list[str] = []
        for area, trashed in ((self._kept, False), (self._trash, True)):
            for folder in _folders(area):
                entry = known.pop(folder.name, None)
                _make_private(folder)
                if entry is None or entry != (_size(folder), trashed):
                    late.append(folder.name)
        with self._late_lock:
            self._late = dict.fromkeys([*known, *sorted(late, reverse=True)])  # ids begin with their date
        try:
            self._learn_late(START)
        except sqlite3.Error as error:
            if not is_busy(error):
                raise

    def _learn_late(self, seconds: float) -> None:
        """Enter the sessions that the index does not know as they are, as far as there is time.

        Raises:
            sqlite3.Error: The index is damaged, or takes nothing now: they stay late.
        """
        end = time.monotonic() + seconds
        while self._late and time.monotonic() < end and not self._puts_off():
            with self._late_lock:
                id = next(iter(self._late), None)
                if id is None:
                    return
                del self._late[id]
            try:
                self._learn_folder(id)
            except (sqlite3.Error, OSError):
                self._be_late(id)
                raise

    def _learn_folder(self, id: str) -> None:
        """Enter one session as its folder has it, damaged or not; recover it if its program was killed."""
        trashed = not _is_session(self._kept, id)
        folder = (self._trash if trashed else self._kept) / id
        if not _is_session(folder.parent, id):
            self._index.forget(id, patience=BUSY)
            return
        session = _read_anything(folder)
        if session.closed or self.problem or folder.is_symlink():  # what a link points to is not ours to repair
            self._learn(session, trashed)
            return
        mended = None
        with suppress(OSError, StoreError):  # cannot be written, or is of another version: listed as it is
            mended = recover(folder)
        if mended is None:
            self._learn(_read_anything(folder), trashed)
        elif mended.document.seconds or mended.damage or trashed:
            if mended.document.seconds and not trashed:
                self.recovered += (_entry_of(mended),)
            self._learn(mended, trashed)
        else:  # killed before the first sound
            self._learn(mended)
            with suppress(StoreError):
                self._move(folder, self._trash / id)

    def _be_late(self, *ids: str) -> None:
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

    def _puts_off(self) -> bool:
        """Return whether the index must not be written now."""
        return not self._index.in_memory and self._short_of_room()

    def _entries(self, search: str, trashed: bool) -> tuple[SessionEntry, ...]:
        try:
            with suppress(sqlite3.OperationalError, OSError):  # locked, full: the list is as new as it can be
                self._learn_late(CATCH_UP)
            return self._index.entries(search, trashed)
        except sqlite3.Error as error:
            if not is_damage(error):
                raise StoreError("list-unreadable", reason=error) from error
        self.rebuild()
        try:
            return self._index.entries(search, trashed)
        except sqlite3.Error as error:
            raise StoreError("list-unreadable", reason=error) from error

    def _follow(self, session: SessionRecord) -> None:
        """Enter a session in the index. The thread of its recorder; what fails here is done later."""
        if session.folder is None:  # only in memory, perhaps since its folder was deleted
            if session.id in self._followed:
                self._be_late(session.id)
            return
        self._followed.add(session.id)
        if self._puts_off():
            self._be_late(session.id)
            return
        try:
            if session.closed:
                self._learn(session)
            else:
                self._index.follow(session)
        except (sqlite3.Error, OSError):
            self._be_late(session.id)

    def _learn(self, session: SessionRecord, trashed: bool = False) -> None:
        if session.folder is not None:
            size = _size(session.folder) if session.closed else -1
            self._index.learn(session, size, trashed)

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
        if self._puts_off() or not line:
            self._be_late(folder.name)
            return
        try:
            self._index.amend(folder.name, _size(folder), *line)
        except (sqlite3.Error, OSError):
            self._be_late(folder.name)

    def _move(self, folder: Path, to: Path) -> None:
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
            self._be_late(folder.name)

    def _purge(self, names: Sequence[str]) -> None:
        """Remove what has these names in the trash; one that cannot be removed keeps no other."""
        failed: list[Exception] = []
        removed = []
        for name in names:
            try:
                _remove(self._trash / name)
                removed.append(name)
            except OSError as error:
                failed.append(error)
        if removed:
            try:
                self._index.forget(*removed)
            except sqlite3.Error as error:
                # A full disk has no room even to delete rows: a new index of what is left needs less.
                try:
                    self.rebuild()
                except (sqlite3.Error, OSError):
                    failed.append(error)
        if failed:
            raise StoreError("trash-not-emptied", reason=reason_for(failed[0])) from failed[0]

    def _folder(self, area: Path, id: str) -> Path:
        if not _is_session(area, id):
            raise StoreError("missing", id=id, folder=area)
        return area / id


def _is_session(area: Path, id: str) -> bool:
    """Return whether a folder of that name in `area` is a session, which may be damaged: it has a journal or sound."""
    folder = area / id
    return (
        Path(id).name == id
        and not id.startswith(".")
        and (os.path.lexists(folder / JOURNAL) or os.path.lexists(folder / SOUND))
    )


def _everything(area: Path) -> list[Path]:
    """List all that is in `area`, by name; nothing if there is no such folder."""
    with suppress(OSError):
        return sorted(area.iterdir())
    return []


def _folders(area: Path) -> list[Path]:
    """List the folders of sessions in `area`, oldest first."""
    return [folder for folder in _everything(area) if _is_session(area, folder.name)]


def _read_anything(folder: Path) -> SessionRecord:
    """Read a session; one that cannot be read at all has a sentence about it and nothing else."""
    try:
        return read(folder)
    except StoreError as error:
        reason = str(error)
    except OSError as error:
        reason = f"The journal cannot be read: {reason_for(error)}."
    made = _modified(folder)
    return SessionRecord(folder.name, "live", folder.name, "", made, folder, problems=(reason,), damage=(reason,))


def _is_locked(journal: Path) -> bool:
    """Return whether a recorder holds the lock of a journal."""
    with suppress(OSError), open_file(journal, os.O_RDONLY) as file:
        return not lock(file)
    return False


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


def _modified(path: Path) -> float:
    """Return when a file, a folder or a link was changed, 0 if that is not known."""
    with suppress(OSError):
        return path.stat(follow_symlinks=False).st_mtime
    return 0.0


def _size(folder: Path) -> int:
    """Return the bytes of the journal of a session, 0 if there is none."""
    with suppress(OSError):
        return (folder / JOURNAL).stat().st_size
    return 0


def _make_private(folder: Path) -> None:
    """Give what is in the folder of a session to the user alone. Links, and what lies behind them, stay as they are."""
    if os.name != "posix":
        return
    with suppress(OSError):
        for path, mode in ((folder, 0o700), *((path, 0o600) for path in _everything(folder))):
            found = path.stat(follow_symlinks=False).st_mode
            if (stat.S_ISDIR(found) if path is folder else stat.S_ISREG(found)) and stat.S_IMODE(found) & 0o077:
                path.chmod(mode)
            elif path is folder and not stat.S_ISDIR(found):
                return


def _remove(path: Path) -> None:
    """Remove a folder, a file or a link, not what the link points to. Raises OSError."""
    if path.is_symlink() or not path.is_dir():
        path.unlink(missing_ok=True)
    else:
        shutil.rmtree(path)
