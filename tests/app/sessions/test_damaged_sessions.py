"""Journals from anywhere: one that is odd is listed with what is wrong with it, and stops nothing else."""

import json
import os
import time
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.sessions.folder import journal as journals
from app.sessions.folder.journal import read, recover
from app.sessions.folder.records import line
from app.sessions.folder.session_files import JOURNAL, SOUND
from app.sessions.folder.session_record import SessionRecord, first_record
from app.sessions.store import Store, StoreError
from tests.support.recognition.journals import CHANGES, WORDS
from tests.support.recognition.sessions import RATE, killed, samples, start, update

HEAD = first_record(SessionRecord("id", "live", "A talk", "microphone", 1.5, rate=RATE))
CLOSE = {"close": 1.0}
KINDS: tuple[dict[str, Any], ...] = (
    HEAD,
    WORDS,
    *CHANGES,
    {"title": "Another"},
    {"problem": "A sentence."},
    CLOSE,
    {"recovered": 1.0},
)


def journal(folder: Path, *records: Any) -> Path:
    """A session with these records: values become JSON, bytes stay as they are."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [b"\n" + r if isinstance(r, bytes) else b"\n" + json.dumps(r).encode() for r in records]
    (folder / JOURNAL).write_bytes(b"".join(lines))
    return folder


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where anything stands in a value of JSON."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, each in inner for place in places(each, (*path, key)))]


def changed(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """The value with `new` at a place."""
    if not path:
        return new
    copy = value.copy()
    copy[path[0]] = changed(value[path[0]], path[1:], new)
    return copy


@st.composite
def odd_records(draw: st.DrawFn) -> Any:
    """Anything, or a record with anything in it."""
    record = draw(st.sampled_from(KINDS))
    return changed(record, draw(st.sampled_from(places(record))), draw(JSON))


def check_types(session: SessionRecord) -> None:
    """What the window, the index and the exports rely on."""
    assert session.kind in ("live", "file", "dictation")
    for text in (session.title, session.source, session.model, session.language, *session.problems):
        assert isinstance(text, str)
    assert isinstance(session.rate, int)
    time.localtime(session.created)
    document = session.document
    for word in document.words:
        assert isinstance(word.text, str)
        assert all(abs(number) <= 1e9 for number in (word.start, word.end)) and abs(word.confidence) <= 1.001
    for number in (document.seconds, session.recovered, *session.pauses):
        assert abs(number) <= 1e9
    assert all(abs(gap.start) + abs(gap.seconds) <= 2e9 for gap in document.gaps)
    while document.edits:  # whatever was changed can be taken back
        document = document.undo()


@pytest.mark.slow
@settings(deadline=None, max_examples=100)
@given(st.lists(st.sampled_from(KINDS) | odd_records(), max_size=6))
def test_no_record_stops_a_start_nor_gets_wrong_types_in(
    tmp_path_factory: pytest.TempPathFactory, records: list[Any]
) -> None:
    root = tmp_path_factory.mktemp("root")
    journal(root / "sessions" / "odd", HEAD, WORDS, *records)
    journal(root / "sessions" / "sound", HEAD, WORDS, CLOSE)
    store = Store(root)
    titles = {entry.id: entry.title for entry in store.list()}
    assert store.problem == "" and titles["sound"] == "A talk" and "odd" in titles
    try:
        check_types(store.open("odd"))
    except StoreError as error:
        assert error.code == "other-version"
    assert store.open("sound").document.text() == "one two"
    store.close()


ODD: dict[str, Callable[[Path], Path]] = {
    "title": lambda f: journal(f, HEAD | {"title": 5}, WORDS, CLOSE),
    "created": lambda f: journal(f, HEAD | {"created": 1e300}, WORDS, CLOSE),
    "rate": lambda f: journal(f, HEAD | {"rate": -1}, WORDS, CLOSE),
    "words": lambda f: journal(f, HEAD, {"words": [[7, 0, 1, 1]], "seconds": 1.0, "endpoint": True}, CLOSE),
    "not-a-number": lambda f: journal(f, HEAD, b'{"close":NaN}', b'{"pause":Infinity}', CLOSE),
    "brackets": lambda f: journal(f, b"[" * 5_000),
    "braces": lambda f: journal(f, HEAD, b'{"a":' * 100_000, CLOSE),
    "long-line": lambda f: journal(f, HEAD, b'{"title":"' + b"x" * (journals.MAX_LINE + 5) + b'"}', WORDS, CLOSE),
    "zeros": lambda f: journal(f, HEAD, WORDS, bytes(5_000), CLOSE),
    "no-beginning": lambda f: journal(f, WORDS, CLOSE),
}


@pytest.mark.parametrize("case", ODD)
def test_an_odd_session_is_listed_with_its_reason_and_its_sound(case: str, tmp_path: Path) -> None:
    with start(tmp_path / "sessions" / "odd") as writer:
        writer.sound(samples(0.5))
    ODD[case](tmp_path / "sessions" / "odd")
    for _ in range(2):  # made anew, then from the index
        store = Store(tmp_path)
        (entry,) = store.list()
        session = store.open("odd")
        assert entry.damage and session.damage[0] == entry.damage
        assert set(session.damage) <= set(session.problems)
        assert session.sound is not None
        with wave.open(str(session.sound)) as file:
            assert file.getnframes() == RATE // 2
        store.close()
    if case not in ("brackets", "words"):
        assert session.document.text() == ("" if case in ("not-a-number", "braces") else "one two")


def test_a_journal_larger_than_memory_is_read_up_to_the_limit(tmp_path: Path) -> None:
    folder = journal(tmp_path / "sessions" / "odd", HEAD, WORDS, {"title": "Long"}, b"")
    os.truncate(folder / JOURNAL, 1 << 40)  # a sparse terabyte without a line feed
    began = time.monotonic()
    store = Store(tmp_path)
    assert time.monotonic() - began < 20
    (entry,) = store.list()
    assert (entry.title, entry.words) == ("Long", 2) and entry.damage
    with pytest.raises(StoreError, match="large"):
        store.edit(store.open("odd"), 0, "one too")
    store.close()


@pytest.mark.slow
@pytest.mark.parametrize(
    "record",
    [b"5", b'{"pause":1}', json.dumps(WORDS | {"endpoint": False}).encode(), b'{"edit":[0,0,[]]}', b"[]"],
    ids=["number", "pause", "words", "edit", "list"],
)
def test_no_journal_within_the_limit_takes_minutes(record: bytes, tmp_path: Path) -> None:
    folder = journal(tmp_path / "id", HEAD, WORDS, *[record] * 100_000)
    began = time.process_time()
    session = read(folder)
    assert time.process_time() - began < 20  # in squares of its length it would be hours
    assert len(session.damage) <= journals.MAX_DAMAGE


def test_a_folder_without_a_readable_journal_is_listed(tmp_path: Path) -> None:
    for id in ("none", "pipe", "folder"):
        with start(tmp_path / "sessions" / id) as writer:
            writer.sound(samples(0.1))
        (tmp_path / "sessions" / id / JOURNAL).unlink()
    os.mkfifo(tmp_path / "sessions" / "pipe" / JOURNAL)
    (tmp_path / "sessions" / "folder" / JOURNAL).mkdir()
    store = Store(tmp_path)
    assert {entry.id for entry in store.list() if entry.damage} == {"none", "pipe", "folder"}
    for id in ("none", "pipe", "folder"):
        with pytest.raises(StoreError, match="cannot be read"):
            store.open(id)
        with pytest.raises(StoreError):
            store.rename(id, "New")
        store.delete(id)
    store.purge()
    assert store.list() == store.trash() == () and not list((tmp_path / "trash").iterdir())
    store.close()


def test_a_journal_of_another_version_is_refused_listed_and_left_as_it_is(tmp_path: Path) -> None:
    folder = journal(tmp_path / "sessions" / "new", HEAD | {"echoic": 3}, WORDS)
    before = (folder / JOURNAL).read_bytes()
    store = Store(tmp_path)
    (entry,) = store.list()
    assert "version 3" in entry.damage
    for action in (lambda: store.open("new"), lambda: store.rename("new", "Mine")):
        with pytest.raises(StoreError) as error:
            action()
        assert error.value.code == "other-version"
    assert (folder / JOURNAL).read_bytes() == before
    store.delete("new")
    assert [entry.id for entry in store.trash()] == ["new"]
    store.close()


def test_records_of_later_kinds_are_problems_of_the_session(tmp_path: Path) -> None:
    folder = journal(tmp_path / "id", HEAD, {"chapter": [1.0, "Beginning"]}, WORDS, CLOSE)
    session = read(folder)
    assert session.problems == session.damage
    assert session.problems == (
        "Record 2 of the journal was left out: it is of an unknown kind, or of a later version.",
    )


def test_what_a_crash_or_a_full_disk_tears_is_no_damage(tmp_path: Path) -> None:
    words = json.dumps(WORDS).encode()
    assert read(journal(tmp_path / "id", HEAD, words[:20])).damage == ()
    assert read(journal(tmp_path / "id", HEAD, words[:20], {"recovered": 1.0})).damage == ()
    assert read(journal(tmp_path / "id", HEAD, words[:20], words, CLOSE)).damage == ()  # written once more
    assert read(journal(tmp_path / "id", HEAD, words[:20], {"title": "x"})).damage != ()


def test_a_journal_of_the_first_version_is_read_exactly(tmp_path: Path) -> None:
    folder = tmp_path / "id"
    folder.mkdir()
    (folder / JOURNAL).write_text(
        '\n{"echoic":1,"kind":"live","title":"A","source":"mic","created":1.5}'
        '\n{"words":[["one",0.0,0.5,0.9],["too",0.5,1.0,0.25]],"seconds":1,"endpoint":false}'
        '\n{"edit":[0,2,[["one",0.0,0.5,0.9],["two",0.5,1.0,1.0]]]}'
        '\n{"words":[["three",1.0,1.5,0.9]],"seconds":2.0,"endpoint":true}'
        '\n{"edit":[0,2,[]]}\n{"undo":true}\n{"gap":[2.0,1]}\n{"pause":2.0}\n{"title":"B"}\n{"close":3.0}'
    )
    session = read(folder)
    assert session.document.text() == "one two three" and session.damage == session.problems == ()
    assert (session.title, session.source, session.created, session.closed) == ("B", "mic", 1.5, True)
    assert (session.pauses, session.document.seconds, len(session.document.edits)) == ((2.0,), 3.0, 1)
    assert session.document.undo().text() == "one too three"


def test_a_defective_recogniser_does_not_end_a_session(tmp_path: Path) -> None:
    from asr.updates import Update, Word

    with start(tmp_path / "id") as writer:
        writer.update(Update((Word("one", float("nan"), float("inf"), float("nan")),), (), 1.0, True))
        writer.update(update("two", 2.0))
    assert read(tmp_path / "id").document.text() == "one\ntwo" and read(tmp_path / "id").damage == ()


def test_a_damaged_session_that_was_killed_is_recovered_with_its_sound(tmp_path: Path) -> None:
    folder = tmp_path / "sessions" / "crashed"
    killed(folder)
    (folder / JOURNAL).write_bytes(b"[" * 5_000 + (folder / JOURNAL).read_bytes())
    store = Store(tmp_path)
    (entry,) = store.recovered
    assert entry.recovered == 3.25 and entry.damage
    assert store.open("crashed").document.text() == "word0 word1\nword2"
    assert (folder / SOUND).exists() and recover(folder) is None
    store.close()


def test_a_record_is_read_back_as_it_was_written() -> None:
    assert json.loads(line(HEAD)) == HEAD
