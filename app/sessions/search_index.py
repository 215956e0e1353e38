"""The SQLite index of sessions, for their list and full-text search (FTS5). It can be rebuilt at any time."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from app.sessions.journal import SessionRecord

# each brings the index from the version of its place in this tuple to the next
MIGRATIONS = (
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
        said INTEGER NOT NULL,   -- utterances in the full text
        size INTEGER NOT NULL,   -- bytes of the journal as it was indexed, -1 while it grows
        trashed INTEGER NOT NULL
    );
    -- rowid: number of the session << 20, plus 0 for its title, plus 1, 2, 3... for its utterances
    CREATE VIRTUAL TABLE lines USING fts5(text, tokenize = "unicode61 remove_diacritics 2");
    """,
    "ALTER TABLE sessions RENAME COLUMN said TO utterances",
)
SHIFT = 20  # bits of a row number that count the lines of a session
TERMS = 32  # words of a search; more would not narrow it down


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


class SearchIndex:
    """The index. Any thread may use it; each has its own connection, so that reading never waits for writing."""

    def __init__(self, path: Path | None, anew: bool = False) -> None:
        """Open or make the index. A damaged or newer one is replaced by an empty one.

        Args:
            path: Of the file; None keeps it in memory.
            anew: Replace any that is there.

        Raises:
            sqlite3.Error: It cannot be made either.
        """
        self._path = path
        self._lock = threading.RLock()
        self._connections: dict[threading.Thread | None, sqlite3.Connection] = {}
        self._closed = False
        if anew:
            self._remove()
        try:
            self._migrate()
        except sqlite3.OperationalError:  # locked, full, read-only: no reason to throw it away
            self.close()
            raise
        except sqlite3.DatabaseError:
            self.close()
            self._remove()
            self._closed = False
            self._migrate()

    def entries(self, search: str = "", trashed: bool = False) -> tuple[SessionEntry, ...]:
        """List sessions, newest first; with `search`, those in which all its words begin words of title or text."""
        columns = "number, id, kind, title, source, created, seconds, words, recovered"
        select = f"SELECT {columns} FROM sessions WHERE trashed = ?"
        order = " ORDER BY created DESC, number DESC"
        with self._using() as connection:
            if not search.split():
                return tuple(SessionEntry(*row[1:]) for row in connection.execute(select + order, (trashed,)))
            terms = _terms(search)
            if not terms:
                return ()
            hit = f"SELECT rowid >> {SHIFT} FROM lines WHERE lines MATCH ?"
            select += f" AND number IN ({' INTERSECT '.join([hit] * len(terms))})"
            rows = connection.execute(select + order, (trashed, *terms)).fetchall()
            hits = ((SessionEntry(*row[1:]), self._excerpt(connection, row[0], terms)) for row in rows)
            return tuple(replace(entry, excerpt=excerpt) for entry, excerpt in hits)

    def known(self) -> dict[str, tuple[int, int]]:
        """Return for every session by id the size of the journal that was indexed, and whether it is in the trash."""
        with self._using() as connection:
            return {row[0]: row[1:] for row in connection.execute("SELECT id, size, trashed FROM sessions")}

    def learn(self, session: SessionRecord, size: int, trashed: bool = False) -> None:
        """Enter a whole session, in place of what was entered before."""
        with self._changing() as connection:
            self._forget(connection, session.id)
            self._enter(connection, session, size, trashed)

    def follow(self, session: SessionRecord) -> None:
        """Enter what a session that is being recorded has gained since the last time."""
        with self._changing() as connection:
            self._enter(connection, session, -1, False)

    def amend(self, id: str, size: int, line: int, text: str, words: int | None = None) -> None:
        """Enter one line that changed, 0 the title or 1, 2, 3... an utterance, and nothing else."""
        with self._changing() as connection:
            connection.execute(
                f"INSERT OR REPLACE INTO lines (rowid, text) SELECT (number << {SHIFT}) + ?, ? FROM sessions"
                " WHERE id = ?",
                (line, _clean(text), id),
            )
            connection.execute(
                "UPDATE sessions SET title = coalesce(?, title), words = coalesce(?, words),"
                " size = CASE WHEN size < 0 THEN -1 ELSE ? END WHERE id = ?",
                (None if line else _clean(text), words, size, id),
            )

    def forget(self, *ids: str) -> None:
        """Remove sessions, so that nothing of their words stays in the files of the index."""
        with self._changing() as connection:
            for id in ids:
                self._forget(connection, id)
            # drops what deleted rows left behind
            connection.execute("INSERT INTO lines (lines) VALUES ('optimize')")
        with self._using() as connection:
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
        for end in ("", "-wal", "-shm") if self._path else ():
            Path(f"{self._path}{end}").unlink(missing_ok=True)

    def _enter(self, connection: sqlite3.Connection, session: SessionRecord, size: int, trashed: bool) -> None:
        document = session.document
        row = connection.execute("SELECT number, utterances FROM sessions WHERE id = ?", (session.id,)).fetchone()
        if row is None:
            names = map(_clean, (session.id, session.kind, session.title, session.source))
            number = connection.execute(
                "INSERT INTO sessions (id, kind, title, source, created, recovered, trashed, seconds, words,"
                " utterances, size) VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0) RETURNING number",
                (*names, session.created, session.recovered, trashed),
            ).fetchone()[0]
            indexed = 0
            connection.execute(
                "INSERT INTO lines (rowid, text) VALUES (? << ?, ?)", (number, SHIFT, _clean(session.title))
            )
        else:
            number, indexed = row
        indexed = max(0, min(indexed, len(document.utterances)) - 1)  # the last one may have grown
        fresh = [
            ((number << SHIFT) + indexed + 1 + i, _clean(utterance.text))
            for i, utterance in enumerate(document.utterances[indexed : (1 << SHIFT) - 1])
        ]
        connection.executemany("INSERT OR REPLACE INTO lines (rowid, text) VALUES (?, ?)", fresh)
        connection.execute(
            "UPDATE sessions SET seconds = ?, words = ?, utterances = ?, size = ? WHERE number = ?",
            (document.seconds, document.count, len(document.utterances), size, number),
        )

    def _forget(self, connection: sqlite3.Connection, id: str) -> None:
        rows = connection.execute("SELECT number FROM sessions WHERE id = ?", (_clean(id),)).fetchall()
        for (number,) in rows:
            span = (number << SHIFT, ((number + 1) << SHIFT) - 1)
            connection.execute("DELETE FROM lines WHERE rowid BETWEEN ? AND ?", span)
            connection.execute("DELETE FROM sessions WHERE number = ?", (number,))

    def _excerpt(self, connection: sqlite3.Connection, number: int, terms: list[str]) -> str:
        row = connection.execute(
            "SELECT snippet(lines, 0, '', '', '…', 12) FROM lines"
            " WHERE lines MATCH ? AND rowid > ? AND rowid < ? ORDER BY rowid LIMIT 1",
            (" OR ".join(terms), number << SHIFT, (number + 1) << SHIFT),
        ).fetchone()
        return row[0] if row else ""

    def _migrate(self) -> None:
        with self._changing() as connection:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version > len(MIGRATIONS):
                raise sqlite3.DatabaseError(f"index of version {version}, expected {len(MIGRATIONS)} or less")
            for migration in MIGRATIONS[version:]:
                for statement in migration.split(";\n"):
                    connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")

    @contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        """Run a transaction: all of it or nothing."""
        with self._using() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    @contextmanager
    def _using(self) -> Iterator[sqlite3.Connection]:
        """Yield the connection of this thread; the one in memory is shared, by one thread at a time."""
        if self._path is None:
            with self._lock:
                yield self._connection(None)
        else:
            yield self._connection(threading.current_thread())

    def _connection(self, thread: threading.Thread | None) -> sqlite3.Connection:
        with self._lock:
            if self._closed:
                raise sqlite3.ProgrammingError("the index is closed")
            for other in [t for t in self._connections if t is not None and not t.is_alive()]:
                self._connections.pop(other).close()
            if thread not in self._connections:
                # closed by another thread than its own, hence no check
                opened = sqlite3.connect(
                    self._path or ":memory:", timeout=5, isolation_level=None, check_same_thread=False
                )
                self._connections[thread] = opened
                for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "secure_delete = ON"):
                    opened.execute(f"PRAGMA {pragma}").fetchall()
            return self._connections[thread]


def _clean(text: str) -> str:
    """Return text that SQLite takes: pasted text may hold halves of surrogate pairs."""
    return text.encode("utf-8", "replace").decode()


def _terms(search: str) -> list[str]:
    """Return FTS5 queries, one for each word, each finding words that begin with it."""
    words = [word for word in _clean(search).replace("\0", " ").split() if any(map(str.isalnum, word))]
    return ['"' + word.replace('"', '""') + '"*' for word in words[:TERMS]]
