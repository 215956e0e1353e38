"""One session in one folder: its sound as a WAV file and everything else as an append-only journal.

Each journal record is one JSON object that begins its own line: a record torn by a crash has lost its closing brace,
so it is not read as a whole one, and does not spoil the record after it.

A folder may come from anywhere, so `read` believes nothing: types and ranges are checked, and what it takes has
limits. What cannot be read is reported in `SessionRecord.damage`; the rest of the session is there.
"""

import errno
import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from io import BufferedReader
from pathlib import Path
from typing import Any, BinaryIO

from app.sessions.errors import StoreError
from app.sessions.folder.record_values import MAX_CREATED
from app.sessions.folder.records import line
from app.sessions.folder.session_files import JOURNAL, RESERVE, SOUND, lock, open_file, turn, write
from app.sessions.folder.session_record import VERSION, Fold, SessionRecord, UnknownVersionError, fold
from app.sessions.folder.session_sound import HEADER, SAMPLE_BYTES, sound_rate, write_header

MAX_JOURNAL = 64 << 20  # bytes that are read: a million words, or a hundred hours of speech
MAX_LINE = 4 << 20  # bytes of one record
MAX_WORK = 20_000_000  # steps that reading may take, so that no crafted journal takes minutes
_LINE_WORK = 10  # steps of a line; a word of an edit and of the utterance that it changes are a step each
MAX_DAMAGE = 20  # sentences about one journal


class _TooLongError(Exception):
    """The journal is over a limit."""


def read(folder: Path) -> SessionRecord:
    """Read the session in a folder, as far as its journal can be read; `damage` says what cannot.

    A journal over the limits is read up to them. It counts as closed, since its end is not known.

    Raises:
        OSError: There is no journal, or it is no file.
        StoreError: It is of another version.
    """
    with BufferedReader(open_file(folder / JOURNAL, os.O_RDONLY, follow=True)) as journal:
        created = min(max(os.fstat(journal.fileno()).st_mtime, 0.0), MAX_CREATED)  # until the first record states it
        folded = Fold(SessionRecord(folder.name, "live", folder.name, "", created, folder))
        try:
            damage = _read_records(journal, folded)
        except UnknownVersionError as error:
            raise StoreError("other-version", version=error.args[0], expected=VERSION) from error
    session = folded.result()
    if len(damage) > MAX_DAMAGE:
        damage[MAX_DAMAGE - 1 :] = [f"{len(damage) - MAX_DAMAGE + 1} further records cannot be read."]
    return replace(session, problems=(*session.problems, *damage), damage=tuple(damage))


def _read_records(journal: BinaryIO, folded: Fold) -> list[str]:
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
                except UnknownVersionError:
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


def _lines(journal: BinaryIO, folded: Fold) -> Iterator[bytes | None]:
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
    with turn(folder), open_file(folder / JOURNAL, os.O_RDWR | os.O_APPEND) as journal:
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
