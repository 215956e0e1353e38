"""One session in one folder: its sound as a WAV file and everything else as an append-only journal.

Each journal record is one JSON object that begins its own line: a record torn by a crash has lost its closing brace,
so it is not read as a whole one, and does not spoil the record after it.

A folder may come from anywhere, so `read` believes nothing: types and ranges are checked, and what it takes has
limits. What cannot be read is reported in `SessionRecord.damage`; the rest of the session is there.
"""

import errno
import hashlib
import json
import math
import os
import stat
import struct
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from io import BufferedReader, FileIO
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from app.sessions.document import DOUBTFUL, Document, Gap
from app.sessions.edits import AnyEdit, Edit, EditGroup, Join, Split
from app.sessions.errors import StoreError
from asr.acoustic.config import Config
from asr.updates import Alternative, Update, Utterance, Word, add_update

# Of sessions whose journal does not state them: all models had the defaults then, and the header of a sound that a
# crash tore may state no rate either.
OLD_RATE, OLD_LANGUAGE = Config.rate, Config.language
SOUND, JOURNAL, RESERVE = "sound.wav", "journal.jsonl", "reserve"
HEADER = struct.Struct("<4sI4s4sIHHIIHH4sI")  # RIFF WAVE with one "fmt " chunk of 16 bytes, then "data"
_RATE_OFFSET = 24  # bytes from the beginning of the file
SAMPLE_BYTES = 2
VERSION = 2  # of journals; the first had no written form of words
READABLE = (1, 2)
MAX_ALTERNATIVES = 5  # of a doubtful word; others are not kept
MAX_JOURNAL = 64 << 20  # bytes that are read: a million words, or a hundred hours of speech
MAX_LINE = 4 << 20  # bytes of one record
MAX_WORK = 20_000_000  # steps that reading may take, so that no crafted journal takes minutes
_LINE_WORK = 10  # steps of a line; a word of an edit and of the utterance that it changes are a step each
MAX_DAMAGE = 20  # sentences about one journal
MAX_RATE = 768_000  # Hz
MAX_NUMBER = 1e9  # seconds are smaller
MAX_CREATED = 250_000_000_000  # seconds since 1970: a year of four digits, in every time zone
LOCK_PATIENCE = 5.0  # seconds for another program to write its change


@dataclass(frozen=True)
class SessionRecord:
    """A session as its journal states it."""

    id: str  # the name of its folder
    kind: str  # "live", "file" or "dictation"
    title: str
    source: str  # the device or the file
    created: float  # seconds since 1970, UTC
    folder: Path | None = None  # None: it is only in memory
    model: str = ""  # its name; "" where an older journal does not state it
    language: str = OLD_LANGUAGE  # ISO 639-1 code of the words
    rate: int = 0  # Hz, of the sound; 0 where an older journal does not state it
    document: Document = field(default_factory=Document)
    problems: tuple[str, ...] = ()  # sentences: what could not be kept, then `damage`
    closed: bool = False
    recovered: float = 0.0  # seconds of sound found after the program was killed
    damage: tuple[str, ...] = ()  # sentences: what of the journal cannot be read
    private: bool = False  # it is only in memory because the user wants that

    @property
    def pauses(self) -> tuple[float, ...]:
        """Seconds of sound at which recording was paused."""
        return self.document.pauses

    @property
    def sound(self) -> Path | None:
        """The WAV file (mono, 16 bits, at the rate of its header); None if no sound was kept."""
        path = self.folder / SOUND if self.folder else None
        with suppress(OSError):
            return path if path and path.is_file() and path.stat().st_size > HEADER.size else None
        return None


class _UnknownVersionError(ValueError):
    """The journal is of another version of the program."""


class _TooLongError(Exception):
    """The journal is over a limit."""


class _Fold:
    """A session that takes records. Its sequences are lists, so that long journals are read in linear time."""

    def __init__(self, session: SessionRecord) -> None:
        document = session.document
        self.session = session
        self.work = 0  # steps so far
        self.seconds = document.seconds
        self.utterances, self.gaps, self.edits = list(document.utterances), list(document.gaps), list(document.edits)
        self.pauses, self.bookmarks = list(document.pauses), set(document.bookmarks)
        self.problems = list(session.problems)
        self._words: list[Word] = []  # of updates without an endpoint, not yet in the utterances

    def result(self) -> SessionRecord:
        """Return the session so far."""
        self._join(False)
        document = Document(
            tuple(self.utterances),
            tuple(self.gaps),
            self.seconds,
            tuple(self.edits),
            tuple(self.pauses),
            tuple(sorted(self.bookmarks)),
        )
        return replace(self.session, document=document, problems=tuple(self.problems))

    def add(self, record: Any) -> tuple[str, ...]:
        """Take one record, whole or not at all.

        Returns:
            What is wrong with values of a record whose other values are taken.

        Raises:
            ValueError: It is no record of this version, or it does not fit the session; the message says why.
        """
        if not isinstance(record, dict):
            raise ValueError("it is not an object")
        match record:
            case {"echoic": version}:
                return self._begin(version, record)
            case {"words": rows, "seconds": seconds, "endpoint": bool(endpoint)}:
                words, self.seconds = _words(rows), _number(seconds)
                damage: tuple[str, ...] = ()
                try:
                    words = _with_alternatives(words, record.get("alternatives", []))
                except ValueError:  # the words are worth more
                    damage = ("The alternatives of some words cannot be read.",)
                self._words += words
                if endpoint:
                    self._join(True)
                return damage
            case {"gap": [start, seconds]}:
                self.gaps.append(Gap(_number(start), _number(seconds)))
            case {"edit": _} | {"edits": [*_]} | {"split": _} | {"join": _}:
                self._join(False)
                edit = self._edit_of(record)
                self.work += edit.make(self.utterances)
                self.edits.append(edit)
            case {"undo": True}:
                self._join(False)
                if self.edits:
                    last = self.edits[-1]
                    if "of" in record and record["of"] != _edit_digest(last):
                        raise ValueError("it takes back another change than the last")
                    self.work += last.inverse().make(self.utterances)
                    del self.edits[-1]
                elif "of" in record:
                    raise ValueError("it takes back a change that is not there")
            case {"pause": seconds}:
                self.pauses.append(_number(seconds))
            case {"bookmark": seconds, "on": bool(on)}:
                self.bookmarks.discard(_number(seconds))
                if on:
                    self.bookmarks.add(_number(seconds))
            case {"title": str(title)}:
                self.session = replace(self.session, title=title)
            case {"problem": str(sentence)}:
                self.problems.append(sentence)
            case {"close": seconds}:
                self.seconds = _number(seconds)
                self.session = replace(self.session, closed=True)
            case {"recovered": seconds}:
                self.seconds = _number(seconds)
                self.session = replace(self.session, closed=True, recovered=self.seconds)
            case _:
                raise ValueError("it is of an unknown kind, or of a later version")
        return ()

    def _begin(self, version: Any, record: dict[str, Any]) -> tuple[str, ...]:
        if isinstance(version, int) and version not in READABLE:
            raise _UnknownVersionError(version)
        wrong = [] if version in READABLE else ["version"]
        for name, check in _FIRST.items():
            if name in record:
                try:
                    self.session = replace(self.session, **{name: check(record[name])})
                except ValueError:
                    wrong.append(name)
            elif name in _NEEDED:
                wrong.append(name)
        return tuple(f"The {name} of this session cannot be read." for name in wrong)

    def _join(self, endpoint: bool) -> None:
        """Bring the words that wait into the utterances, which is the same as one update after the other."""
        if self._words or endpoint:
            update = Update(tuple(self._words), (), self.seconds, endpoint)
            self.utterances[-1:] = add_update(tuple(self.utterances[-1:]), update)
            self._words = []

    def _edit_of(self, record: dict[str, Any]) -> AnyEdit:
        """Return the change that a record states. Raises ValueError if its words are not there."""
        edit: AnyEdit
        match record:
            case {"edit": row}:
                edit = self._edit_of_row(row)
            case {"edits": rows}:
                edit = EditGroup(tuple(self._edit_of_row(row) for row in rows))
            case {"split": [int(index), int(word), end, start]}:
                self._look_at(index)
                edit = Split(index, word, _number(end), _number(start))
            case {"join": int(index)}:
                self._look_at(index)
                self._look_at(index + 1)
                first, second = self.utterances[index : index + 2]
                edit = Join(index, len(first.words), first.end, second.start, second.readings, second.is_line)
            case _:
                raise ValueError("it is of an unknown kind, or of a later version")
        if "of" in record and record["of"] != self._changed_digest(edit):
            raise ValueError("it changes other words than those that are there")
        return edit

    def _edit_of_row(self, row: Any) -> Edit:
        match row:
            case [int(index), int(count), rows] if count >= 0:
                self._look_at(index)
                before = self.utterances[index].words[:count]
                return Edit(index, before, _keep_alternatives(before, _words(rows)))
        raise ValueError("it changes words that are not there")

    def _look_at(self, index: int) -> None:
        if not 0 <= index < len(self.utterances):
            raise ValueError("it changes words that are not there")

    def _changed_digest(self, edit: AnyEdit) -> str:
        return changed_digest(edit, self.utterances)


def changed_digest(edit: AnyEdit, utterances: Sequence[Utterance]) -> str:
    """Return what tells the words that a change is made to from others.

    Args:
        edit: The change.
        utterances: Before it.
    """
    match edit:
        case Edit(before=words):
            return _digest(words)
        case EditGroup(edits):
            return _digest(word for one in edits for word in one.before)
        case Split(utterance=index):
            return _digest(utterances[index].words)
    return _digest((*utterances[edit.utterance].words, *utterances[edit.utterance + 1].words))


def _number(value: Any, most: float = MAX_NUMBER) -> float:
    """Return a finite number as a float. Raises ValueError for anything else."""
    if type(value) in (float, int) and -most <= value <= most:  # false for NaN and infinity
        return float(value)
    raise ValueError("a number in it is none, or out of range")


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("a text in it is none")
    return value


def _kind(value: Any) -> str:
    if value not in ("live", "file", "dictation"):
        raise ValueError("unknown kind")
    return str(value)


def _created(value: Any) -> float:
    """Return a time that calendars know."""
    created = _number(value, MAX_CREATED)
    if created < 0:
        raise ValueError("before 1970")
    return created


def _rate(value: Any) -> int:
    rate = _number(value, MAX_RATE)
    if rate != int(rate) or rate < 1:
        raise ValueError("no sample rate")
    return int(rate)


# Values of the first record and what checks them; those needed are in journals of every age.
_FIRST: dict[str, Callable[[Any], Any]] = {
    "kind": _kind,
    "title": _string,
    "source": _string,
    "created": _created,
    "model": _string,
    "language": _string,
    "rate": _rate,
}
_NEEDED = ("kind", "title", "source", "created")


def fold(session: SessionRecord, record: dict[str, Any]) -> SessionRecord:
    """Return the session after one more record: what records mean, in writing and in reading.

    Raises:
        ValueError: It is no record, or does not fit the session.
    """
    folded = _Fold(session)
    folded.add(record)
    return folded.result()


def first_record(session: SessionRecord) -> dict[str, Any]:
    """Return what every journal begins with."""
    return {"echoic": VERSION} | {name: getattr(session, name) for name in _FIRST}


def update_record(update: Update) -> dict[str, Any]:
    """Return the record of the final words of an update; what is partial is not kept."""
    seconds, endpoint = _real(update.seconds), bool(update.endpoint)
    record = {"words": _rows(update.words), "seconds": seconds, "endpoint": endpoint}
    others = [
        [number, [[other.text, round(_real(other.score), 4)] for other in word.alternatives[:MAX_ALTERNATIVES]]]
        for number, word in enumerate(update.words)
        if word.alternatives and word.confidence < DOUBTFUL
    ]
    return record | ({"alternatives": others} if others else {})


def edit_record(edit: AnyEdit, utterances: Sequence[Utterance] = ()) -> dict[str, Any]:
    """Return the record of a change.

    It states how many words it replaces, so that words recognised while it was made stay behind it, and a digest of
    these words, so that it is never made to others.

    Args:
        edit: The change.
        utterances: Before it; needed where lines are split or joined.
    """
    record: dict[str, Any]
    match edit:
        case Edit():
            record = {"edit": _row_of(edit)}
        case EditGroup(edits):
            record = {"edits": [_row_of(one) for one in edits]}
        case Split(utterance, word, end, start):
            record = {"split": [utterance, word, _real(end), _real(start)]}
        case Join(utterance):
            record = {"join": utterance}
    return record | {"of": changed_digest(edit, utterances)}


def _row_of(edit: Edit) -> list[Any]:
    return [edit.utterance, len(edit.before), _rows(edit.after)]


def bookmark_record(seconds: float, on: bool) -> dict[str, Any]:
    """Return the record that sets a bookmark, or removes it."""
    return {"bookmark": _real(seconds), "on": on}


def undo_record(edit: AnyEdit) -> dict[str, Any]:
    """Return the record that takes back the last edit, which is `edit`."""
    return {"undo": True, "of": _edit_digest(edit)}


def read(folder: Path) -> SessionRecord:
    """Read the session in a folder, as far as its journal can be read; `damage` says what cannot.

    A journal over the limits is read up to them. It counts as closed, since its end is not known.

    Raises:
        OSError: There is no journal, or it is no file.
        StoreError: It is of another version.
    """
    with BufferedReader(open_file(folder / JOURNAL, os.O_RDONLY, follow=True)) as journal:
        created = min(max(os.fstat(journal.fileno()).st_mtime, 0.0), MAX_CREATED)  # until the first record states it
        folded = _Fold(SessionRecord(folder.name, "live", folder.name, "", created, folder))
        try:
            damage = _read_records(journal, folded)
        except _UnknownVersionError as error:
            raise StoreError("other-version", version=error.args[0], expected=VERSION) from error
    session = folded.result()
    if len(damage) > MAX_DAMAGE:
        damage[MAX_DAMAGE - 1 :] = [f"{len(damage) - MAX_DAMAGE + 1} further records cannot be read."]
    return replace(session, problems=(*session.problems, *damage), damage=tuple(damage))


def _read_records(journal: BinaryIO, folded: _Fold) -> list[str]:
    """Add all records of a journal; returns sentences on those that cannot be read."""
    damage: list[str] = []
    torn: tuple[int, bytes] | None = None  # the last line, if it is the beginning of a record
    begun = False

    def report(number: int, reason: str) -> None:
        damage.append(f"Record {number} of the journal was left out: {reason}.")

    try:
        for number, text in enumerate(_lines(journal, folded)):
            if text is None:
                report(number, f"it is longer than {MAX_LINE} bytes")
                continue
            if not text.strip():
                continue
            record, reason = None, ""
            try:
                record = json.loads(text)
            except (ValueError, RecursionError):
                reason = "it is not JSON"
            kinds = record if isinstance(record, dict) else {}
            # A record that a full disk tore was written once more; one that a crash tore was never confirmed.
            if torn is not None and not (text.startswith(torn[1]) or "recovered" in kinds):
                report(torn[0], "it is not JSON")
            torn = None
            if reason and text.startswith(b"{") and not text.rstrip().endswith(b"}"):
                torn = number, text
                continue
            begun = begun or "echoic" in kinds
            if not reason:
                try:
                    damage += folded.add(record)
                except _UnknownVersionError:
                    raise
                except ValueError as error:
                    reason = str(error)
            if reason:
                report(number, reason)
    except _TooLongError:
        damage.append("The journal is longer than any that Echoic writes: its end was not read.")
        folded.session = replace(folded.session, closed=True)
    if not begun and (damage or folded.utterances):
        damage.insert(0, "The beginning of the journal is missing.")
    return damage


def _lines(journal: BinaryIO, folded: _Fold) -> Iterator[bytes | None]:
    """Yield the lines of a journal without their line feeds, None for one that is too long.

    Raises:
        _TooLongError: The journal is over a limit.
    """
    size = 0
    while text := journal.readline(MAX_LINE + 1):
        size += len(text)
        fits = len(text) <= MAX_LINE
        while len(text) > MAX_LINE and not text.endswith(b"\n") and size <= MAX_JOURNAL:
            text = journal.readline(MAX_LINE + 1)
            size += len(text)
        folded.work += _LINE_WORK
        if folded.work > MAX_WORK or size > MAX_JOURNAL:
            raise _TooLongError
        yield text.removesuffix(b"\n") if fits else None


def append(folder: Path, record: dict[str, Any]) -> None:
    """Add one record to the journal of a session; it is on the disk when this returns.

    A record of `edit_record` or `undo_record` is added only if it fits what is on the disk now. Programs take turns.

    Raises:
        OSError: It cannot be written.
        StoreError: Another program changed what the record changes ("conflict").
    """
    data = line(record)
    with _turn(folder), open_file(folder / JOURNAL, os.O_RDWR | os.O_APPEND) as journal:
        before = os.fstat(journal.fileno())
        if len(data) > MAX_LINE or before.st_size + len(data) > MAX_JOURNAL:
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
        session = None
        if "of" in record:
            try:
                session = fold(_newest.read(folder, before), record)
            except ValueError as error:
                raise StoreError("conflict") from error
        write(journal, data)
        os.fsync(journal.fileno())
        after = os.fstat(journal.fileno())
        if session is not None and after.st_size == before.st_size + len(data):  # a recorder may have added words
            _newest.keep(session, after)


class _Newest:
    """The session that was changed last, so that many changes of a long one do not read it as often."""

    def __init__(self) -> None:
        self._kept: tuple[tuple[int, ...], SessionRecord] | None = None  # replaced as a whole: any thread may ask

    def read(self, folder: Path, found: os.stat_result) -> SessionRecord:
        """Return the session in a folder, whose journal has this status."""
        kept = self._kept
        if kept is not None and kept[0] == self._identity(found) and kept[1].folder == folder:
            return kept[1]
        return read(folder)

    def keep(self, session: SessionRecord, found: os.stat_result) -> None:
        """Keep the session as it is with this status of its journal."""
        self._kept = self._identity(found), session

    @staticmethod
    def _identity(found: os.stat_result) -> tuple[int, ...]:
        return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


_newest = _Newest()


@contextmanager
def _turn(folder: Path) -> Iterator[None]:
    """Wait until no other program changes the session; its recorder, which only adds, has another lock."""
    if sys.platform == "win32":  # folders have no locks there
        yield
        return
    number = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        end = time.monotonic() + LOCK_PATIENCE
        while not lock(number):
            if time.monotonic() > end:
                raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))
            time.sleep(0.01)
        yield
    finally:
        os.close(number)


def open_file(path: Path, flags: int, follow: bool = False) -> FileIO:
    """Open a file of a session, for the user only if it is made.

    Args:
        path: Of the file.
        flags: Of `os.open`.
        follow: Accept a symbolic link: only to read, so that a session from elsewhere can overwrite nothing.

    Raises:
        OSError: It cannot be opened, is a link, or is no file at all: a pipe would wait for ever, a device never end.
    """
    flags |= getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
    if not follow:
        flags |= getattr(os, "O_NOFOLLOW", 0)
    number = os.open(path, flags, 0o600)
    try:
        if not stat.S_ISREG(os.fstat(number).st_mode):
            raise OSError(errno.EINVAL, "it is not a file", str(path))
    except OSError:
        os.close(number)
        raise
    access = flags & (os.O_RDONLY | os.O_WRONLY | os.O_RDWR)
    mode = {os.O_RDONLY: "rb", os.O_WRONLY: "wb", os.O_RDWR: "r+b"}[access]
    # The name is for messages and tests: `FileIO` of a number alone would be called by it.
    return FileIO(path, mode, opener=lambda *_: number)


def recording(folder: Path) -> bool:
    """Return whether a recorder, in this program or another, has the session open; its lock ends with its process."""
    with suppress(OSError), open_file(folder / JOURNAL, os.O_RDONLY, follow=True) as journal:
        return not lock(journal)
    return False


def recover(folder: Path) -> SessionRecord | None:
    """Close a session whose recorder was killed: repair the header of the sound, record what was found.

    Returns:
        The session; None if it is being recorded, or was closed meanwhile.

    Raises:
        OSError: It cannot be read or written.
        StoreError: It is of another version.
    """
    with open_file(folder / JOURNAL, os.O_RDWR | os.O_APPEND) as journal:
        if not lock(journal) or (session := read(folder)).closed:
            return None
        (folder / RESERVE).unlink(missing_ok=True)
        seconds = 0.0
        with suppress(OSError), open_file(folder / SOUND, os.O_RDWR) as sound:
            rate = session.rate or sound_rate(folder / SOUND)
            size = max(0, sound.seek(0, os.SEEK_END) - HEADER.size)
            seconds = size // SAMPLE_BYTES / rate
            write_header(sound, size, rate)
        write(journal, line({"recovered": max(seconds, session.document.seconds)}))
        os.fsync(journal.fileno())
    return read(folder)


def sound_rate(sound: Path) -> int:
    """Return the sample rate, Hz, that the header of a session's WAV file states. Raises OSError."""
    with sound.open("rb") as file:
        header = file.read(HEADER.size)
    stated = int.from_bytes(header[_RATE_OFFSET : _RATE_OFFSET + 4], "little")
    return stated if 1 <= stated <= MAX_RATE else OLD_RATE  # 0 where a crash tore the header


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
    """Return words as a record has them: text, start, end, confidence and, if there is one, the written form."""
    return [
        [word.text, _real(word.start), _real(word.end), min(max(_real(word.confidence), 0.0), 1.0)]
        + ([] if word.display is None else [word.display])
        for word in words
    ]


def _real(value: float) -> float:
    """Return a number that journals may have: a recogniser with defects must not end a session."""
    return min(max(float(value), -MAX_NUMBER), MAX_NUMBER) if math.isfinite(value) else 0.0


def _words(rows: Any) -> tuple[Word, ...]:
    """Return the words of a record. Raises ValueError if one is none."""
    if not isinstance(rows, list):
        raise ValueError("its words are none")
    words = []
    for row in rows:
        if not isinstance(row, list) or len(row) not in (4, 5):
            raise ValueError("one of its words is none")
        text, start, end, confidence = row[:4]
        display = _string(row[4]) if len(row) == 5 else None
        words.append(Word(_string(text), _number(start), _number(end), _number(confidence, 1.001), display))
    return tuple(words)


def _with_alternatives(words: tuple[Word, ...], others: Any) -> tuple[Word, ...]:
    """Return words with their alternatives. Raises ValueError if these are none."""
    result = list(words)
    if not isinstance(others, list):
        raise ValueError("its alternatives are none")
    for row in others:
        match row:
            case [int(number), [*pairs]] if 0 <= number < len(words) and len(pairs) <= MAX_ALTERNATIVES:
                if not all(isinstance(pair, list) and len(pair) == 2 for pair in pairs):
                    raise ValueError("one of its alternatives is none")
                found = tuple(Alternative(_string(text), _number(score, 1.001)) for text, score in pairs)
                result[number] = replace(words[number], alternatives=found)
            case _:
                raise ValueError("its alternatives are none")
    return tuple(result)


def _keep_alternatives(before: Iterable[Word], after: tuple[Word, ...]) -> tuple[Word, ...]:
    """Return the words after an edit with the alternatives of those before it that have the same time."""
    known = {(word.start, word.end): word.alternatives for word in before if word.alternatives}
    return tuple(
        replace(word, alternatives=known[word.start, word.end]) if (word.start, word.end) in known else word
        for word in after
    )


def _digest(words: Iterable[Word]) -> str:
    """Return what tells these words from others."""
    return hashlib.sha256(json.dumps(_rows(words), separators=(",", ":")).encode("ascii")).hexdigest()[:16]


def _edit_digest(edit: AnyEdit) -> str:
    """Return what tells a change from others."""
    match edit:
        case Edit():
            return f"{edit.utterance}-{_digest(edit.before)}-{_digest(edit.after)}"
        case EditGroup(edits):
            parts = "+".join(map(_edit_digest, edits))
            return f"group-{hashlib.sha256(parts.encode('ascii')).hexdigest()[:16]}"
    return f"{type(edit).__name__.lower()}-{edit.utterance}-{edit.word}"


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


def lock(journal: FileIO | int) -> bool:
    """Take the lock of a session, held until the file is closed.

    Returns:
        False if another has it. True where the file system has no locks: then none is known to have it.
    """
    if sys.platform == "win32":
        return True  # an open file can be neither moved nor removed there
    import fcntl

    try:
        fcntl.flock(journal, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in (errno.EWOULDBLOCK, errno.EAGAIN)
    return True
