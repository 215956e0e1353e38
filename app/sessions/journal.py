"""One session in one folder: its sound as a WAV file and everything else as an append-only journal.

Each journal record is one JSON object that begins its own line: a record torn by a crash has lost its closing brace,
so it is not read as a whole one, and does not spoil the record after it.
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

import numpy as np

from app.sessions.document import Document, Edit, Gap
from asr.acoustic.config import Config
from asr.updates import Update, Word

# Of sessions whose journal does not state them: all models had the defaults then, and the header of a sound that a
# crash tore may state no rate either.
OLD_RATE, OLD_LANGUAGE = Config.rate, Config.language
SOUND, JOURNAL, RESERVE = "sound.wav", "journal.jsonl", "reserve"
HEADER = struct.Struct("<4sI4s4sIHHIIHH4sI")  # RIFF WAVE with one "fmt " chunk of 16 bytes, then "data"
_RATE_OFFSET = 24  # bytes from the beginning of the file
SAMPLE_BYTES = 2


@dataclass(frozen=True)
class SessionRecord:
    """A session as its journal states it."""

    id: str  # the name of its folder
    kind: str  # "live" or "file"
    title: str
    source: str  # the device or the file
    created: float  # seconds since 1970, UTC
    folder: Path | None = None  # None: it is only in memory
    model: str = ""  # its name; "" where an older journal does not state it
    language: str = OLD_LANGUAGE  # ISO 639-1 code of the words
    rate: int = 0  # Hz, of the sound; 0 where an older journal does not state it
    document: Document = field(default_factory=Document)
    pauses: tuple[float, ...] = ()  # seconds of sound at which recording was paused
    problems: tuple[str, ...] = ()  # sentences: what could not be kept
    closed: bool = False
    recovered: float = 0.0  # seconds of sound found after the program was killed

    @property
    def sound(self) -> Path | None:
        """The WAV file (mono, 16 bits, at the rate of its header); None if no sound was kept."""
        path = self.folder / SOUND if self.folder else None
        return path if path and path.is_file() and path.stat().st_size > HEADER.size else None


def fold(session: SessionRecord, record: dict[str, Any]) -> SessionRecord:
    """Return the session after one more record: what records mean, in writing and in reading."""
    document = session.document
    match record:
        case {"echoic": 1, "kind": kind, "title": title, "source": source, "created": created}:
            session = replace(session, kind=kind, title=title, source=source, created=created)
            optional = {name: record[name] for name in ("model", "language", "rate") if name in record}
            return replace(session, **optional)
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
    """Return what every journal begins with."""
    names = ("kind", "title", "source", "created", "model", "language", "rate")
    return {"echoic": 1} | {name: getattr(session, name) for name in names}


def update_record(update: Update) -> dict[str, Any]:
    """Return the record of the final words of an update; what is partial is not kept."""
    seconds, endpoint = float(update.seconds), bool(update.endpoint)
    return {"words": _rows(update.words), "seconds": seconds, "endpoint": endpoint}


def edit_record(edit: Edit) -> dict[str, Any]:
    """Return the record of an edit.

    It states how many words it replaces, so that words recognised while it was made stay behind it.
    """
    return {"edit": [edit.utterance, len(edit.before), _rows(edit.after)]}


def read(folder: Path) -> SessionRecord:
    """Read the session in a folder, as far as its journal can be read. Raises OSError if there is no journal."""
    data = (folder / JOURNAL).read_bytes()
    created = (folder / JOURNAL).stat().st_mtime  # until the first record states it
    session = SessionRecord(folder.name, "live", folder.name, "", created, folder)
    for text in data.split(b"\n"):
        with suppress(ValueError, TypeError, IndexError):  # blank, torn or damaged: skip it
            session = fold(session, json.loads(text))
    return session


def append(folder: Path, record: dict[str, Any]) -> None:
    """Add one record to the journal of a session; it is on the disk when this returns. Raises OSError."""
    with (folder / JOURNAL).open("ab", buffering=0) as journal:
        write(journal, line(record))
        os.fsync(journal.fileno())


def recording(folder: Path) -> bool:
    """Return whether a recorder, in this program or another, has the session open; its lock ends with its process."""
    with suppress(FileNotFoundError), (folder / JOURNAL).open("rb", buffering=0) as journal:
        return not lock(journal)
    return False


def recover(folder: Path) -> SessionRecord:
    """Close a session whose recorder was killed: repair the header of the sound, record what was found.

    Raises:
        OSError: It cannot be read or written.
    """
    (folder / RESERVE).unlink(missing_ok=True)
    session, seconds = read(folder), 0.0
    if (folder / SOUND).exists():
        rate = session.rate or sound_rate(folder / SOUND)
        with (folder / SOUND).open("r+b", buffering=0) as sound:
            size = max(0, sound.seek(0, os.SEEK_END) - HEADER.size)
            seconds = write_header(sound, size, rate) / (SAMPLE_BYTES * rate)
    append(folder, {"recovered": max(seconds, session.document.seconds)})
    return read(folder)


def sound_rate(sound: Path) -> int:
    """Return the sample rate, Hz, that the header of a session's WAV file states. Raises OSError."""
    with sound.open("rb") as file:
        header = file.read(HEADER.size)
    stated = int.from_bytes(header[_RATE_OFFSET : _RATE_OFFSET + 4], "little")
    return stated or OLD_RATE  # 0 where a crash tore the header


def read_sound(sound: Path, start: float, seconds: float) -> tuple[np.ndarray, int]:
    """Read part of the WAV file of a session.

    Args:
        sound: The file.
        start: Seconds from its beginning.
        seconds: Length to read; less comes back at the end of the file.

    Returns:
        (n,) float32 samples, -1..1, and their rate in Hz.

    Raises:
        OSError: It is gone.
    """
    rate = sound_rate(sound)
    offset = HEADER.size + SAMPLE_BYTES * round(start * rate)
    samples = np.fromfile(sound, "<i2", round(seconds * rate), offset=offset)
    return samples.astype(np.float32) / 32768, rate


def map_sound(sound: Path) -> tuple[np.ndarray, int]:
    """Map the WAV file of a session into memory: (n,) int16 samples and their rate in Hz. Raises OSError."""
    count = (sound.stat().st_size - HEADER.size) // SAMPLE_BYTES
    if count <= 0:
        return np.zeros(0, np.int16), sound_rate(sound)
    return np.memmap(sound, "<i2", "r", offset=HEADER.size, shape=(count,)), sound_rate(sound)


def _rows(words: Iterable[Word]) -> list[list[Any]]:
    return [[word.text, float(word.start), float(word.end), float(word.confidence)] for word in words]


def _words(rows: Iterable[tuple[str, float, float, float]]) -> tuple[Word, ...]:
    return tuple(Word(text, start, end, confidence) for text, start, end, confidence in rows)


def line(record: dict[str, Any]) -> bytes:
    """Return a record as the journal keeps it; floats are read back exactly."""
    return b"\n" + json.dumps(record, separators=(",", ":")).encode("ascii")


def write(file: FileIO, data: bytes) -> None:
    """Write all of `data`: a raw file may take only a part at a time. Raises OSError."""
    while data:
        data = data[file.write(data) or 0 :]


def write_header(sound: FileIO, size: int, rate: int) -> int:
    """Write a WAV header for `size` bytes of sound at `rate` Hz; returns the bytes it states, whole samples."""
    size = min(size & ~1, 0xFFFFFFFE - HEADER.size)
    format = (16, 1, 1, rate, SAMPLE_BYTES * rate, SAMPLE_BYTES, 8 * SAMPLE_BYTES)  # PCM, mono
    sound.seek(0)
    write(sound, HEADER.pack(b"RIFF", size + 36, b"WAVE", b"fmt ", *format, b"data", size))
    sound.seek(0, os.SEEK_END)
    return size


def lock(journal: FileIO) -> bool:
    """Take the lock of a session, held until the file is closed. Returns False if another has it."""
    if sys.platform == "win32":
        return True  # an open file can be neither moved nor removed there
    import fcntl

    try:
        fcntl.flock(journal, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
