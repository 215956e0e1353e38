"""The SQLite index of sessions, for their list and full-text search (FTS5). It can be rebuilt at any time.

Words are indexed for searches by their beginnings. Chinese, Japanese, Thai and other scripts have no spaces between
words: there each character is indexed by itself, and a search finds what stands anywhere in the text.
"""

import os
import re
import sqlite3
import stat
import threading
import time
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app.sessions.folder.session_record import SessionRecord
from app.sessions.search.search_dates import dates_of
from asr.text.encodable import encodable
from asr.updates import Word, shown_words

VERSION = 4  # of the index; one of another version is made anew from the folders
SCHEMA = (
    """
    CREATE TABLE sessions (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        title TEXT NOT NULL,
        source TEXT NOT NULL,
        created REAL NOT NULL,
        seconds REAL NOT NULL,
        words INTEGER NOT NULL,
        recovered REAL NOT NULL,
        damage TEXT NOT NULL,        -- the first sentence about it, or ""
        utterances INTEGER NOT NULL, -- in the full text
        size INTEGER NOT NULL,       -- bytes of the journal as it was indexed, -1 while it grows
        trashed INTEGER NOT NULL
    )
    """,
    # rowid: number of the session << 20, plus 0 for its title, plus 1, 2, 3... for its utterances
    # spoken: the words that are written in another way, such as numbers; excerpts are of the text
    'CREATE VIRTUAL TABLE lines USING fts5(text, spoken, tokenize = "unicode61 remove_diacritics 2")',
)
SHIFT = 20  # bits of a row number that count the lines of a session
TERMS = 32  # words of a search; more would not narrow it down
BUSY = 0.05  # seconds to wait for another program that writes: derived data never delays words
PATIENCE = 5.0  # seconds for what a person waits for and must not be left half done, as in `forget`
LIMIT = 5.0  # seconds of one question; only a damaged index takes longer
BREAK = "\u200b"  # stands between the characters of scripts without spaces; a separator for SQLite, invisible
HIT = "\x02"  # stands before a hit in the answer of SQLite, and in no text that is spoken
LEAD = 20  # characters of an excerpt before the hit, so that a narrow list shows it
_SPACELESS = re.compile(
    "([\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u1950-\u19df\u1a20-\u1aaf\ua9e0-\ua9ff\uaa60-\uaa7f"
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u30ff\u3105-\u312f\u31a0-\u31ff\u3400-\u9fff\uf900-\ufaff\uff66-\uff9f"
    "\U00016fe0-\U0001b2ff\U00020000-\U0003ffff])"
)
# What says nothing about the file itself: that another has it, or that the disk is full, read-only, or fails.
_TRANSIENT = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_NOMEM,
}


@dataclass(frozen=True)
class SessionEntry:
    """One line of the list of sessions."""

    id: str
    kind: str  # "live" or "file"
    title: str
    source: str  # the device or the file
    created: float  # seconds since 1970, UTC
    seconds: float  # of sound
    words: int
    recovered: float  # seconds of sound found after the program was killed; 0 for a session that was closed
    excerpt: str = ""  # of a search: the words round the first hit
    damage: str = ""  # a sentence: why not all of it can be read, or ""
    recording: bool = False  # some program is recording it; of the index alone: it was not closed yet


def is_damage(error: sqlite3.Error) -> bool:
    """Return whether an error says that the index is damaged, so that it must be made anew."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return not isinstance(error, sqlite3.ProgrammingError)  # the index was closed
    return code & 0xFF not in _TRANSIENT


def is_busy(error: sqlite3.Error) -> bool:
    """Return whether an error only says that another program writes to the index."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


class SearchIndex:
    """The index. Any thread may use it; each has its own connection, so that reading never waits for writing."""

    def __init__(self, path: Path | None, anew: bool = False) -> None:
        """Open or make the index. A damaged or newer one is replaced by an empty one.

        Args:
            path: Of the file; None keeps it in memory.
            anew: Replace any that is there.

        Raises:
            sqlite3.Error: It cannot be made either.
            OSError: What is in its place cannot be removed.
        """
        self._path = path
        self._lock = threading.RLock()
        self._connections: dict[threading.Thread | None, sqlite3.Connection] = {}
        self._closed = False
        if anew:
            self._remove()
        try:
            self._prepare()
        except sqlite3.Error as error:
            self.close()
            if not is_damage(error):  # locked, full, read-only: no reason to throw it away
                raise
            self._remove()
            self._closed = False
            self._prepare()

    @property
    def in_memory(self) -> bool:
        """Whether it has no file."""
        return self._path is None

    def entries(self, search: str = "", trashed: bool = False) -> tuple[SessionEntry, ...]:
        """List sessions, newest first; with `search`, those in which all its words begin words of title or text.

        Words of scripts without spaces are found anywhere in the text. A word may also mean when it was recorded, see
        `dates_of`.
        """
        columns = "number, id, kind, title, source, created, seconds, words, recovered, damage, size"
        select = f"SELECT {columns} FROM sessions WHERE trashed = ?"
        order = " ORDER BY created DESC, number DESC"
        with self._using() as connection:
            if not search.split():
                return tuple(_entry(row) for row in connection.execute(select + order, (trashed,)))
            words = _words(search)
            if not words:
                return ()
            terms = [_term(word) for word in words]
            values: list[Any] = [trashed]
            for term, date in zip(terms, dates_of(words), strict=True):
                hit = f"number IN (SELECT rowid >> {SHIFT} FROM lines WHERE lines MATCH ?)"
                select += f" AND ({hit} OR strftime(?, created, 'unixepoch', 'localtime') = ?)"
                values += [term, *(date or (None, None))]
            rows = connection.execute(select + order, values).fetchall()
            hits = ((_entry(row), self._excerpt(connection, row[0], terms)) for row in rows)
            return tuple(replace(entry, excerpt=excerpt) for entry, excerpt in hits)

    def known(self) -> dict[str, tuple[int, int]]:
        """Return for every session by id the size of the journal that was indexed, and whether it is in the trash."""
        with self._using() as connection:
            return {str(row[0]): row[1:] for row in connection.execute("SELECT id, size, trashed FROM sessions")}

    def learn(self, session: SessionRecord, size: int, trashed: bool = False) -> None:
        """Enter a whole session, in place of what was entered before."""
        with self._changing() as connection:
            self._forget(connection, session.id)
            self._enter(connection, session, size, trashed)

    def follow(self, session: SessionRecord) -> None:
        """Enter what a session that is being recorded has gained since the last time."""
        with self._changing() as connection:
            self._enter(connection, session, -1, False)

    def amend(self, id: str, size: int, line: int, text: str, words: int | None = None, spoken: str = "") -> None:
        """Enter one line that changed, 0 the title or 1, 2, 3... an utterance, and nothing else.

        `spoken` are those of its words that are written in another way.
        """
        with self._changing() as connection:
            connection.execute(
                f"INSERT OR REPLACE INTO lines (rowid, text, spoken) SELECT (number << {SHIFT}) + ?, ?, ? FROM sessions"
                " WHERE id = ?",
                (line, _indexed(text), _indexed(spoken), id),
            )
            connection.execute(
                "UPDATE sessions SET title = coalesce(?, title), words = coalesce(?, words),"
                " size = CASE WHEN size < 0 THEN -1 ELSE ? END WHERE id = ?",
                (None if line else encodable(text), words, size, id),
            )

    def forget(self, *ids: str, patience: float = PATIENCE) -> None:
        """Remove sessions, so that nothing of their words stays in the files of the index."""
        with self._changing(patience) as connection:
            for id in ids:
                self._forget(connection, id)
            # drops what deleted rows left behind
            connection.execute("INSERT INTO lines (lines) VALUES ('optimize')")
        with self._using(patience) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def move(self, id: str, trashed: bool) -> None:
        """Record that a session went to the trash or came back."""
        with self._changing() as connection:
            connection.execute("UPDATE sessions SET trashed = ? WHERE id = ?", (trashed, id))

    def close(self) -> None:
        """Close the connections of all threads; later calls raise sqlite3.ProgrammingError."""
        with self._lock:
            self._closed = True
            while self._connections:
                self._connections.popitem()[1].close()

    def _remove(self) -> None:
        for end in ("", "-wal", "-shm", "-journal") if self._path else ():
            Path(f"{self._path}{end}").unlink(missing_ok=True)

    def _enter(self, connection: sqlite3.Connection, session: SessionRecord, size: int, trashed: bool) -> None:
        document = session.document
        row = connection.execute("SELECT number, utterances FROM sessions WHERE id = ?", (session.id,)).fetchone()
        if row is None:
            damage = session.damage[0] if session.damage else ""
            names = map(encodable, (session.id, session.kind, session.title, session.source, damage))
            number = connection.execute(
                "INSERT INTO sessions (id, kind, title, source, damage, created, recovered, trashed, seconds, words,"
                " utterances, size) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0) RETURNING number",
                (*names, session.created, session.recovered, trashed),
            ).fetchone()[0]
            indexed = 0
            connection.execute(
                "INSERT INTO lines (rowid, text, spoken) VALUES (? << ?, ?, '')",
                (number, SHIFT, _indexed(session.title)),
            )
        else:
            number, indexed = row
        indexed = max(0, min(indexed, len(document.utterances)) - 1)  # the last one may have grown
        fresh = [
            ((number << SHIFT) + indexed + 1 + i, _indexed(utterance.text), _indexed(spoken_only(utterance.words)))
            for i, utterance in enumerate(document.utterances[indexed : (1 << SHIFT) - 1])
        ]
        connection.executemany("INSERT OR REPLACE INTO lines (rowid, text, spoken) VALUES (?, ?, ?)", fresh)
        connection.execute(
            "UPDATE sessions SET seconds = ?, words = ?, utterances = ?, size = ? WHERE number = ?",
            (document.seconds, document.count, len(document.utterances), size, number),
        )

    def _forget(self, connection: sqlite3.Connection, id: str) -> None:
        rows = connection.execute("SELECT number FROM sessions WHERE id = ?", (encodable(id),)).fetchall()
        for (number,) in rows:
            span = (number << SHIFT, ((number + 1) << SHIFT) - 1)
            connection.execute("DELETE FROM lines WHERE rowid BETWEEN ? AND ?", span)
            connection.execute("DELETE FROM sessions WHERE number = ?", (number,))

    def _excerpt(self, connection: sqlite3.Connection, number: int, terms: list[str]) -> str:
        words = 48 if any(BREAK in term for term in terms) else 24  # characters count as words there
        row = connection.execute(
            f"SELECT snippet(lines, 0, '{HIT}', '', '…', {words}) FROM lines"
            " WHERE lines MATCH ? AND rowid > ? AND rowid < ? ORDER BY rowid LIMIT 1",
            (" OR ".join(terms), number << SHIFT, (number + 1) << SHIFT),
        ).fetchone()
        return _from_hit(str(row[0]).replace(BREAK, "")) if row else ""

    def _prepare(self) -> None:
        """Make the tables, or check that they are those of this version and nothing else."""
        if self._path is not None:
            _make_private(self._path)
        with self._using() as connection:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            found = _schema(connection)
        if found or version:
            if version != VERSION or found != _expected_schema():
                raise sqlite3.DatabaseError(f"index of version {version}, expected {VERSION}")
            return
        with self._changing() as connection:
            if not _schema(connection):  # else another program was faster
                for statement in SCHEMA:
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {VERSION}")

    @contextmanager
    def _changing(self, patience: float = BUSY) -> Iterator[sqlite3.Connection]:
        """Run a transaction: all of it or nothing."""
        with self._using(patience, limit=None) as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    with suppress(sqlite3.Error):  # the first error says more
                        connection.execute("ROLLBACK")
                raise

    @contextmanager
    def _using(self, patience: float = BUSY, limit: float | None = LIMIT) -> Iterator[sqlite3.Connection]:
        """Yield the connection of this thread; the one in memory is shared, by one thread at a time.

        Args:
            patience: Seconds to wait for another program.
            limit: Seconds after which a statement is ended with sqlite3.OperationalError.
        """
        with self._shared():
            try:
                connection = self._connection(None if self._path is None else threading.current_thread())
                connection.execute(f"PRAGMA busy_timeout = {round(1000 * patience)}").fetchall()
                end = time.monotonic() + limit if limit is not None else 0.0
                connection.set_progress_handler((lambda: time.monotonic() > end) if end else None, 10_000)
                yield connection
            except (UnicodeError, ValueError, TypeError, OverflowError, RecursionError) as error:
                raise sqlite3.DatabaseError(f"the index holds what it must not: {error}") from error

    @contextmanager
    def _shared(self) -> Iterator[None]:
        if self._path is not None:
            yield
            return
        with self._lock:
            yield

    def _connection(self, thread: threading.Thread | None) -> sqlite3.Connection:
        with self._lock:
            if self._closed:
                raise sqlite3.ProgrammingError("the index is closed")
            for other in [t for t in self._connections if t is not None and not t.is_alive()]:
                self._connections.pop(other).close()
            if thread not in self._connections:
                # closed by another thread than its own, hence no check
                opened = sqlite3.connect(
                    self._path or ":memory:", timeout=BUSY, isolation_level=None, check_same_thread=False
                )
                self._connections[thread] = opened
                for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "secure_delete = ON"):
                    opened.execute(f"PRAGMA {pragma}").fetchall()
            return self._connections[thread]


def _make_private(path: Path) -> None:
    """Make the file of the index for the user only; its companions get the same permissions from SQLite.

    Raises:
        sqlite3.DatabaseError: There is something else, such as a link or a pipe.
    """
    if os.path.lexists(path) and not stat.S_ISREG(path.lstat().st_mode):
        raise sqlite3.DatabaseError("the index is not a file")
    with suppress(OSError):  # read-only: it can still be read
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600))
    for end in ("", "-wal", "-shm"):
        with suppress(OSError):
            os.chmod(f"{path}{end}", 0o600)


def _schema(connection: sqlite3.Connection) -> set[tuple[str, ...]]:
    return set(connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master"))


def _expected_schema() -> set[tuple[str, ...]]:
    with closing(sqlite3.connect(":memory:")) as connection:
        for statement in SCHEMA:
            connection.execute(statement)
        return _schema(connection)


def _entry(row: tuple[Any, ...]) -> SessionEntry:
    """Return the entry of a row. Raises TypeError where a value has another type, as in a damaged index."""
    _, id, kind, title, source, created, seconds, words, recovered, damage, size = row
    if not all(isinstance(text, str) for text in (id, kind, title, source, damage)):
        raise TypeError("expected texts")
    if not all(isinstance(number, int | float) for number in (created, seconds, words, recovered, size)):
        raise TypeError("expected numbers")
    return SessionEntry(id, kind, title, source, created, seconds, words, recovered, damage=damage, recording=size < 0)


def spoken_only(words: Sequence[Word]) -> str:
    """Return the spoken words that a search in the written text does not find: "ninety two" where it has 92."""
    wholes = (word for word in shown_words(words) if word.display is not None)
    return " ".join(w.text for w in wholes if re.sub(r"[\W_]+", "", w.shown).lower() != re.sub(r"\W+", "", w.text))


def _from_hit(excerpt: str) -> str:
    """Return an excerpt that begins shortly before its first hit, and without the marks of hits."""
    before, hit, after = excerpt.partition(HIT)
    if hit and len(before) > LEAD:
        kept = before[-LEAD:]
        before = "…" + (kept[kept.index(" ") + 1 :] if " " in kept else kept)
    return before + after.replace(HIT, "")


def _indexed(text: str) -> str:
    """Return text as it is indexed: composed, and with BREAK between characters of scripts without spaces."""
    return _SPACELESS.sub(BREAK + r"\1" + BREAK, unicodedata.normalize("NFC", encodable(text)))


def _words(search: str) -> list[str]:
    """Return the words of a search as they are indexed."""
    words = _indexed(search).replace("\0", " ").split()
    return [word for word in words if any(map(str.isalnum, word))][:TERMS]


def _term(word: str) -> str:
    """Return the FTS5 query that finds words which begin with a word."""
    return '"' + word.replace('"', '""') + '"*'
