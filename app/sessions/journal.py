"""One session in one folder: its sound as a WAV file and everything else as an append-only journal.

Each journal record is one JSON object that begins its own line: a record torn by a crash has lost its closing
brace, is not taken for a whole one, and does not spoil the record after it.
"""

import json
import os
import struct
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from io import FileIO
from pathlib import Path
from typing import Any

from app.sessions.document import Document, Edit, Gap
from asr.updates import Update, Word

RATE = 16000  # Hz, of the kept sound
SOUND, JOURNAL, RESERVE = "sound.wav", "journal.jsonl", "reserve"
HEADER = struct.Struct("<4sI4s4sIHHIIHH4sI")


@dataclass(frozen=True)
class SessionRecord:
    """A session as its journal tells it."""

    id: str  # the name of its folder
    kind: str  # "live" or "file"
    title: str
    source: str  # the device or the file
    created: float  # seconds since 1970, UTC
    folder: Path | None = None  # None: it is only in memory
    model: str = ""  # its name; "" where an older journal does not tell it
    document: Document = field(default_factory=Document)
    pauses: tuple[float, ...] = ()  # seconds of sound at which recording was paused
    problems: tuple[str, ...] = ()  # sentences: what could not be kept
    closed: bool = False
    recovered: float = 0.0  # seconds of sound found after the program was killed

    @property
    def sound(self) -> Path | None:
        """The WAV file (16 kHz, mono, 16 bits); None if no sound was kept."""
        path = self.folder / SOUND if self.folder else None
        return path if path and path.is_file() and path.stat().st_size > HEADER.size else None


def fold(session: SessionRecord, record: dict[str, Any]) -> SessionRecord:
    """The session after one more record; the only meaning that records have, in writing and in reading."""
    document = session.document
    match record:
        case {"echoic": 1, "kind": kind, "title": title, "source": source, "created": created}:
            model = record.get("model", "")
            return replace(session, kind=kind, title=title, source=source, created=created, model=model)
        case {"words": rows, "seconds": seconds, "endpoint": endpoint}:
            document = document.append(Update(_words(rows), (), seconds, endpoint))
        case {"gap": [start, seconds]}:
            document = document.lose(Gap(start, seconds))
        case {"edit": [utterance, count, rows]}:
            before = document.utterances[utterance].words[:count]
            document = document.apply(Edit(utterance, before, _words(rows)))
        case {"undo": True}:
            document = document.undo()
        case {"pause": seconds}:
            return replace(session, pauses=(*session.pauses, seconds))
        case {"title": title}:
            return replace(session, title=title)
        case {"problem": sentence}:
            return replace(session, problems=(*session.problems, sentence))
        case {"close": seconds}:
            return replace(session, document=replace(document, seconds=seconds), closed=True)
        case {"recovered": seconds}:
            document = replace(document, seconds=seconds)
            return replace(session, document=document, closed=True, recovered=seconds)
    return replace(session, document=document)


def first_record(session: SessionRecord) -> dict[str, Any]:
    """What every journal begins with."""
    names = ("kind", "title", "source", "created", "model")
    return {"echoic": 1} | {name: getattr(session, name) for name in names}


def update_record(update: Update) -> dict[str, Any]:
    """The final words of an update; what is partial is not kept."""
    seconds, endpoint = float(update.seconds), bool(update.endpoint)
    return {"words": _rows(update.words), "seconds": seconds, "endpoint": endpoint}


def edit_record(edit: Edit) -> dict[str, Any]:
    """It says how many words it replaces, so that words which came while it was made stay behind it."""
    return {"edit": [edit.utterance, len(edit.before), _rows(edit.after)]}


def read(folder: Path) -> SessionRecord:
    """The session in a folder, as far as its journal can be read. Raises OSError if there is no journal."""
    data = (folder / JOURNAL).read_bytes()
    created = (folder / JOURNAL).stat().st_mtime  # until the first record says better
    session = SessionRecord(folder.name, "live", folder.name, "", created, folder)
    for text in data.split(b"\n"):
        with suppress(ValueError, TypeError, IndexError):  # blank, torn or damaged: skip it
            session = fold(session, json.loads(text))
    return session


def append(folder: Path, record: dict[str, Any]) -> None:
    """Add one record to the journal of a session, on disk when this returns. Raises OSError."""
    with (folder / JOURNAL).open("ab", buffering=0) as journal:
        write(journal, line(record))
        os.fsync(journal.fileno())


def recording(folder: Path) -> bool:
    """Whether a writer, in this program or another, is at work on the session; its lock dies with it."""
    with suppress(FileNotFoundError), (folder / JOURNAL).open("rb", buffering=0) as journal:
        return not lock(journal)
    return False


def recover(folder: Path) -> SessionRecord:
    """Close a session whose writer was killed: mend the header of the sound, note what was found. OSError."""
    (folder / RESERVE).unlink(missing_ok=True)
    found = 0.0
    if (folder / SOUND).exists():
        with (folder / SOUND).open("r+b", buffering=0) as sound:
            found = write_header(sound, max(0, sound.seek(0, os.SEEK_END) - HEADER.size)) / (2 * RATE)
    append(folder, {"recovered": max(found, read(folder).document.seconds)})
    return read(folder)


def _rows(words: Iterable[Word]) -> list[list[Any]]:
    return [[word.text, float(word.start), float(word.end), float(word.confidence)] for word in words]


def _words(rows: Iterable[tuple[str, float, float, float]]) -> tuple[Word, ...]:
    return tuple(Word(text, start, end, confidence) for text, start, end, confidence in rows)


def line(record: dict[str, Any]) -> bytes:
    """A record as the journal keeps it; floats come back exactly as they were."""
    return b"\n" + json.dumps(record, separators=(",", ":")).encode("ascii")


def write(file: FileIO, data: bytes) -> None:
    """All of it: a raw file may take only a part at a time."""
    while data:
        data = data[file.write(data) or 0 :]


def write_header(sound: FileIO, size: int) -> int:
    """Make the header tell of `size` bytes of sound; returns the bytes it tells of, whole samples."""
    size = min(size & ~1, 0xFFFFFFFE - HEADER.size)
    fields = (b"RIFF", size + 36, b"WAVE", b"fmt ", 16, 1, 1, RATE, 2 * RATE, 2, 16, b"data", size)
    sound.seek(0)
    write(sound, HEADER.pack(*fields))
    sound.seek(0, os.SEEK_END)
    return size


def lock(journal: FileIO) -> bool:
    """Take the lock of a session, held until the file is closed; False if another has it."""
    if sys.platform == "win32":
        return True  # an open file can be neither moved nor removed there
    import fcntl

    try:
        fcntl.flock(journal, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
