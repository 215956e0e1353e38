"""Sessions on the disk: journals and the index of a search."""

import random
import sqlite3
from pathlib import Path
from typing import Any

from tests.hard_use.mutations import TEXTS, VALUES, Target, bytes_of, json_of, line_of, some_of
from tests.support.recognition.journals import CHANGES, WORDS

RECORDS: tuple[dict[str, Any], ...] = (
    WORDS,
    {"words": [["three", 1.0, 1.5, 0.9, "Three."]], "seconds": 2.0, "endpoint": False},
    *CHANGES,
    {"bookmark": [1.0, True]},
    {"title": "Another"},
    {"problem": "A sentence."},
    {"recovered": 1.0},
    {"close": 1.0},
)


def journal() -> Target:
    """Journals of sessions: a start lists both, opens the sound one, and exports what can be opened of the other."""
    from app.export.registry import FORMATS
    from app.export.transcript import ExportedTranscript
    from app.sessions.folder.records import line
    from app.sessions.folder.session_files import JOURNAL
    from app.sessions.folder.session_record import SessionRecord, first_record
    from app.sessions.store import Store

    head = first_record(SessionRecord("id", "live", "A talk", "microphone", 1.5, rate=16_000))

    def start(chance: random.Random, folder: Path) -> None:
        records = [head, RECORDS[0], *some_of(RECORDS, chance, 6)]
        at = chance.randrange(len(records))
        records[at] = json_of(records[at], chance)
        data = b"".join(b"\n" + line_of(record) for record in records)
        if chance.random() < 0.3:
            data = bytes_of(data, chance)
        for id, content in (("odd", data), ("sound", b"".join(map(line, (head, RECORDS[0], RECORDS[-1]))))):
            (folder / "sessions" / id).mkdir(parents=True)
            (folder / "sessions" / id / JOURNAL).write_bytes(content)
        store = Store(folder)
        try:
            listed = {entry.id for entry in store.list()}
            trashed = {entry.id for entry in store.trash()}  # where one of which nothing is left goes
            assert "sound" in listed and "odd" in listed | trashed, f"listed were {sorted(listed)}"
            assert store.open("sound").document.count == 2
            assert "sound" in {entry.id for entry in store.list("two")}
            session = store.open("odd")  # or refused
            transcript = ExportedTranscript(session.document, session.title, language=session.language)
            for format in FORMATS.values():
                if not format.binary:
                    format.write(transcript)
            document = session.document
            while document.edits:
                document = document.undo()
        finally:
            store.close()

    return start


def record() -> Target:
    """Records of a journal that is read by itself, exported, undone and closed after a kill: many in little time."""
    from app.export.registry import FORMATS
    from app.export.transcript import ExportedTranscript
    from app.sessions.folder import journal
    from app.sessions.folder.session_files import JOURNAL
    from app.sessions.folder.session_record import SessionRecord, first_record

    head = first_record(SessionRecord("id", "live", "A talk", "microphone", 1.5, rate=16_000))

    def read(chance: random.Random, folder: Path) -> None:
        records = [head, RECORDS[0], *some_of(RECORDS, chance, 6)]
        for _ in range(chance.randint(1, 2)):
            at = chance.randrange(len(records))
            records[at] = json_of(records[at], chance)
        data = b"".join(b"\n" + line_of(record) for record in records)
        (folder / JOURNAL).write_bytes(bytes_of(data, chance) if chance.random() < 0.3 else data)
        session = journal.read(folder)  # or refused
        transcript = ExportedTranscript(session.document, session.title, language=session.language)
        format = chance.choice([format for format in FORMATS.values() if not format.binary])
        format.write(transcript)
        document = session.document
        while document.edits:
            document = document.undo()
        if chance.random() < 0.1:
            recovered = journal.recover(folder)
            assert recovered is None or recovered.closed

    return read


def index() -> Target:
    """The search index: whatever is in the file, sessions are listed and found."""
    from app.sessions.store import Store
    from tests.support.recognition.sessions import kept_sessions

    made = kept_sessions({"one": "hello world", "two": "hello there"})
    path = made / "index.sqlite"
    whole = path.read_bytes()

    def start(chance: random.Random, folder: Path) -> None:
        for name in ("-wal", "-shm", "-journal"):
            (made / f"index.sqlite{name}").unlink(missing_ok=True)
        path.write_bytes(bytes_of(whole, chance))
        store = Store(made)
        try:
            titles = sorted(entry.title for entry in store.list())
            found = sorted(entry.title for entry in store.list("hello"))
            # Another title or word may be a flipped letter; what was lost must come back.
            assert len(titles) == 2, f"listed were {titles}"
            assert len(found) <= 2
        finally:
            store.close()

    return start


def index_row() -> Target:
    """Rows of the index that hold what they must not: they are listed, or the index says that it is damaged."""
    from app.sessions.search.search_index import SearchIndex, SessionEntry
    from tests.support.recognition.sessions import kept_sessions

    made = kept_sessions({"one": "hello world", "two": "hello there"})
    with sqlite3.connect(made / "index.sqlite") as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        connection.execute("PRAGMA journal_mode = DELETE").fetchall()
        columns = [row[1] for row in connection.execute("PRAGMA table_info(sessions)")]
        tables = {"sessions": columns, "lines_content": ["id", "c0", "c1"], "lines_data": ["block"]}
    connection.close()
    whole = (made / "index.sqlite").read_bytes()
    values = [value for value in (*VALUES, *TEXTS) if not isinstance(value, list | dict) and not _is_too_large(value)]

    def look(chance: random.Random, folder: Path) -> None:
        path = folder / "index.sqlite"
        path.write_bytes(whole)
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA synchronous = OFF")
        for _ in range(chance.randint(1, 3)):
            table = chance.choice(list(tables))
            value = chance.choice((*values, chance.randbytes(9)))
            try:
                connection.execute(f"UPDATE {table} SET {chance.choice(tables[table])} = ?", (value,))
            except (sqlite3.Error, UnicodeEncodeError):  # such as two rows with one id
                continue
        connection.commit()
        connection.close()
        index = None
        try:
            index = SearchIndex(path)
            for search, trashed in (("", False), ("", True), ("hello", False), ("2026", False)):
                assert all(isinstance(entry, SessionEntry) for entry in index.entries(search, trashed))
            known = index.known()
            index.amend(next(iter(known), "x"), 10, 1, "hello again", 2)
            index.forget(*known)
        except sqlite3.Error:  # the catalog then makes it anew, which `index` tries
            pass
        finally:
            if index is not None:
                index.close()

    return look


def _is_too_large(value: Any) -> bool:
    return isinstance(value, int) and not -(2**63) <= value < 2**63


def cluster_journal() -> Target:
    """Journals of work on a cluster, and lists of files."""
    from app.cluster.journal import Journal
    from app.cluster.plan import find_sources

    job = {"formats": ["txt"], "model": "m", "options": {"plain": True}}
    records = [
        {"journal": 1, "job": job},
        {"planned": "a.wav", "outputs": ["a.txt"]},
        {"done": "a.wav", "version": "1", "faults": [], "seconds": 1.0, "cost": 0.1, "level": -20.0},
    ]

    def read(chance: random.Random, folder: Path) -> None:
        changed: list[Any] = [*records, *some_of(records[1:], chance, 3)]
        at = chance.randrange(len(changed))
        changed[at] = json_of(changed[at], chance)
        data = b"".join(line_of(one) + b"\n" for one in changed)
        path = folder / "journal.jsonl"
        path.write_bytes(bytes_of(data, chance) if chance.random() < 0.3 else data)
        with Journal(path, job) as found:
            assert all(isinstance(one, str) for one in (*found.planned, *found.done))
            assert all(isinstance(one["version"], str) and one["faults"] is not None for one in found.done.values())
            found.plan({"b.wav": ["b.txt"]})
            found.finish("b.wav", {"version": "1", "faults": [], "seconds": 1.0, "cost": 0.1, "level": -20.0})

    def listed(chance: random.Random, folder: Path) -> None:
        name = chance.choice(("a.txt", "a.jsonl"))
        text = "\n".join(line_of(json_of({"audio": "a.wav"}, chance)).decode() for _ in range(2))
        data = text.encode() if name.endswith("jsonl") else b"a.wav\n../b.wav\n"
        path = folder / name
        path.write_bytes(bytes_of(data, chance) if chance.random() < 0.7 else data)
        find_sources([path], False)

    return lambda chance, folder: (read if chance.random() < 0.7 else listed)(chance, folder)
