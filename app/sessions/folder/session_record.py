"""A session as its journal states it, and what each record means, in writing and in reading."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from pathlib import Path
from typing import Any

from app.sessions.document import Document, Gap
from app.sessions.edits import AnyEdit, Edit, EditGroup, Join, Split
from app.sessions.folder.record_values import (
    checked_created,
    checked_kind,
    checked_number,
    checked_rate,
    checked_string,
    checked_words,
    keep_alternatives,
    with_alternatives,
)
from app.sessions.folder.records import changed_digest, edit_digest
from app.sessions.folder.session_files import SOUND
from app.sessions.folder.session_sound import HEADER
from asr.acoustic.config import Config
from asr.updates import Update, Word, add_update

OLD_LANGUAGE = Config.language  # of sessions whose journal does not state it: all models had the default then
VERSION = 2  # of journals; the first had no written form of words
READABLE = (1, 2)


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


class UnknownVersionError(ValueError):
    """The journal is of another version of the program."""


class Fold:
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

    def add(self, record: Any, known: tuple[Word, ...] = ()) -> tuple[str, ...]:
        """Take one record, whole or not at all.

        Args:
            record: The record.
            known: Words that are shared if the record holds the same, see `fold`.

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
                words, self.seconds = checked_words(rows), checked_number(seconds)
                damage: tuple[str, ...] = ()
                try:
                    words = with_alternatives(words, record.get("alternatives", []))
                except ValueError:  # the words are worth more
                    damage = ("The alternatives of some words cannot be read.",)
                self._words += [old if old == new else new for old, new in zip_longest(known, words) if new is not None]
                if endpoint:
                    self._join(True)
                return damage
            case {"gap": [start, seconds]}:
                self.gaps.append(Gap(checked_number(start), checked_number(seconds)))
            case {"edit": _} | {"edits": [*_]} | {"split": _} | {"join": _}:
                self._join(False)
                edit = self._edit_of(record)
                self.work += edit.make(self.utterances)
                self.edits.append(edit)
            case {"undo": True}:
                self._join(False)
                if self.edits:
                    last = self.edits[-1]
                    if "of" in record and record["of"] != edit_digest(last):
                        raise ValueError("it takes back another change than the last")
                    self.work += last.inverse().make(self.utterances)
                    del self.edits[-1]
                elif "of" in record:
                    raise ValueError("it takes back a change that is not there")
            case {"pause": seconds}:
                self.pauses.append(checked_number(seconds))
            case {"bookmark": seconds, "on": bool(on)}:
                self.bookmarks.discard(checked_number(seconds))
                if on:
                    self.bookmarks.add(checked_number(seconds))
            case {"title": str(title)}:
                self.session = replace(self.session, title=title)
            case {"problem": str(sentence)}:
                self.problems.append(sentence)
            case {"close": seconds}:
                self.seconds = checked_number(seconds)
                self.session = replace(self.session, closed=True)
            case {"recovered": seconds}:
                self.seconds = checked_number(seconds)
                self.session = replace(self.session, closed=True, recovered=self.seconds)
            case _:
                raise ValueError("it is of an unknown kind, or of a later version")
        return ()

    def _begin(self, version: Any, record: dict[str, Any]) -> tuple[str, ...]:
        if isinstance(version, int) and version not in READABLE:
            raise UnknownVersionError(version)
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
                edit = Split(index, word, checked_number(end), checked_number(start))
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
                return Edit(index, before, keep_alternatives(before, checked_words(rows)))
        raise ValueError("it changes words that are not there")

    def _look_at(self, index: int) -> None:
        if not 0 <= index < len(self.utterances):
            raise ValueError("it changes words that are not there")

    def _changed_digest(self, edit: AnyEdit) -> str:
        return changed_digest(edit, self.utterances)


# Values of the first record and what checks them; those needed are in journals of every age.
_FIRST: dict[str, Callable[[Any], Any]] = {
    "kind": checked_kind,
    "title": checked_string,
    "source": checked_string,
    "created": checked_created,
    "model": checked_string,
    "language": checked_string,
    "rate": checked_rate,
}
_NEEDED = ("kind", "title", "source", "created")


def fold(session: SessionRecord, record: dict[str, Any], words: tuple[Word, ...] = ()) -> SessionRecord:
    """Return the session after one more record: what records mean, in writing and in reading.

    Args:
        session: Before the record.
        record: A JSON object.
        words: From which the record was made; where they are the same they are shared, so that a long session has each
            word once.

    Raises:
        ValueError: It is no record, or does not fit the session.
    """
    folded = Fold(session)
    folded.add(record, words)
    return folded.result()


def first_record(session: SessionRecord) -> dict[str, Any]:
    """Return what every journal begins with."""
    return {"echoic": VERSION} | {name: getattr(session, name) for name in _FIRST}
