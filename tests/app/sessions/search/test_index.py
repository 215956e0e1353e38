"""The index is derived: damaged, locked or without room it stops nothing, and it finds words of every script."""

import os
import sqlite3
import threading
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from app.sessions.search import catalog
from app.sessions.search.search_index import VERSION, SearchIndex
from app.sessions.store import Store, StoreError
from tests.support.recognition.sessions import RATE, samples, update


def keep(store: Store, title: str, *lines: str) -> str:
    with store.create("live", title).begin(RATE) as writer:
        writer.sound(samples(0.1))
        for i, line in enumerate(lines):
            writer.update(update(line, 10.0 * i))
    return writer.session.id


def titles(store: Store, search: str = "") -> set[str]:
    return {entry.title for entry in store.list(search)}


def run(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    for statement in statements:
        connection.execute(statement)
    connection.close()


def put(path: Path, make: Callable[[], object]) -> None:
    """Something else in place of a file."""
    path.unlink()
    make()


ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n"
COLUMNS = "id, kind, title, source, created, seconds, words, recovered, damage, utterances, size, trashed, number"
HARMS: dict[str, Callable[[Path], object]] = {
    "empty": lambda p: p.write_bytes(b""),
    "noise": lambda p: p.write_bytes(os.urandom(50_000)),
    "cut": lambda p: os.truncate(p, p.stat().st_size // 2),
    "header": lambda p: p.write_bytes(p.read_bytes()[:100] + bytes(4000) + p.read_bytes()[4100:]),
    "text": lambda p: run(p, "UPDATE sessions SET title = CAST(x'ff80fe' AS TEXT)"),
    "id": lambda p: run(p, "UPDATE sessions SET id = CAST(x'ff80fe' AS TEXT) WHERE number = 1"),
    "blob": lambda p: run(p, "UPDATE sessions SET title = x'00' WHERE number = 1"),
    "number": lambda p: run(p, "UPDATE sessions SET created = 'yesterday'"),
    "column": lambda p: run(p, "ALTER TABLE sessions DROP COLUMN words"),
    "table": lambda p: run(p, "DROP TABLE sessions"),
    "lines": lambda p: run(p, "DROP TABLE lines"),
    "rows": lambda p: run(p, "DELETE FROM sessions"),
    "trigger": lambda p: run(
        p, f"CREATE TRIGGER t AFTER INSERT ON sessions BEGIN SELECT count(*) FROM ({ENDLESS}); END"
    ),
    "view": lambda p: run(
        p,
        "DROP TABLE sessions",
        f"CREATE VIEW sessions AS SELECT {', '.join('x AS ' + c for c in COLUMNS.split(', '))} FROM ({ENDLESS})",
    ),
    "old": lambda p: run(p, "PRAGMA user_version = 2"),
    "new": lambda p: run(p, f"PRAGMA user_version = {VERSION + 1}"),
    "link": lambda p: put(p, lambda: p.symlink_to("/dev/zero")),
    "pipe": lambda p: put(p, lambda: os.mkfifo(p)),
    "folder": lambda p: put(p, p.mkdir),
}


@pytest.mark.parametrize("harm", HARMS)
def test_no_damage_of_the_index_stops_or_delays_a_start(harm: str, tmp_path: Path) -> None:
    store = Store(tmp_path)
    keep(store, "one", "hello world")
    store.delete(keep(store, "two", "hello there"))
    before = store.list(), store.list("hello"), store.trash()
    store.close()
    HARMS[harm](tmp_path / "index.sqlite")
    for _ in range(2):
        began = time.monotonic()
        store = Store(tmp_path)
        assert (store.list(), store.list("hello"), store.trash()) == before
        assert time.monotonic() - began < 10
        store.close()


@pytest.mark.parametrize("harm", ["text", "blob", "number", "table", "lines"])
def test_an_index_damaged_while_it_is_open_is_made_anew(harm: str, tmp_path: Path) -> None:
    store = Store(tmp_path)
    keep(store, "one", "hello world")
    before = store.list(), store.list("hello")
    HARMS[harm](tmp_path / "index.sqlite")
    assert (store.list(), store.list("hello")) == before
    store.close()


def test_a_question_that_never_ends_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = SearchIndex(tmp_path / "index.sqlite")
    with pytest.raises(sqlite3.OperationalError), index._using(limit=0.1) as connection:
        connection.execute(f"SELECT count(*) FROM ({ENDLESS})").fetchall()
    index.close()


def test_an_older_index_is_made_anew_from_the_folders(tmp_path: Path) -> None:
    store = Store(tmp_path)
    keep(store, "会議の記録", "hello")
    store.close()
    (tmp_path / "index.sqlite").unlink()
    run(  # as version 2 had it
        tmp_path / "index.sqlite",
        "CREATE TABLE sessions (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, title TEXT NOT"
        " NULL, source TEXT NOT NULL, created REAL NOT NULL, seconds REAL NOT NULL, words INTEGER NOT NULL, recovered"
        " REAL NOT NULL, utterances INTEGER NOT NULL, size INTEGER NOT NULL, trashed INTEGER NOT NULL)",
        'CREATE VIRTUAL TABLE lines USING fts5(text, tokenize = "unicode61 remove_diacritics 2")',
        "PRAGMA user_version = 2",
    )
    store = Store(tmp_path)
    assert titles(store, "記録") == {"会議の記録"}
    store.close()


@pytest.mark.slow
def test_a_locked_index_delays_no_words_and_catches_up(tmp_path: Path) -> None:
    store = Store(tmp_path)
    other = sqlite3.connect(tmp_path / "index.sqlite", isolation_level=None)
    first = keep(store, "first", "early")
    other.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    with store.create("live", "locked").begin(RATE) as writer:
        for number in range(5):
            writer.update(update(f"word{number}", 10.0 * number))
        assert writer.saved
    store.rename(first, "renamed")
    store.edit(store.open(first), 0, "late")
    assert time.monotonic() - began < 3
    assert titles(store) == {"first"}  # as it was, at once
    assert time.monotonic() - began < 4
    second = Store(tmp_path)  # a start does not wait either
    assert "first" in titles(second) and time.monotonic() - began < 6
    other.execute("COMMIT")
    for each in (store, second):
        assert titles(each) == {"renamed", "locked"}
        assert titles(each, "word3") == {"locked"} and titles(each, "late") == {"renamed"}
        assert titles(each, "early") == set()
        each.close()
    other.close()


def test_after_disk_full_nothing_is_written_but_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(tmp_path)
    other = keep(store, "other", "hello")
    writes: list[str] = []
    for name in ("learn", "follow", "amend", "move", "forget"):
        kept = getattr(SearchIndex, name)

        def noted(
            self: SearchIndex, *args: object, _kept: Callable = kept, _name: str = name, **more: object
        ) -> object:
            if not self.in_memory:
                writes.append(_name)
            return _kept(self, *args, **more)

        monkeypatch.setattr(SearchIndex, name, noted)
    with store.create("live", "full").begin(RATE) as writer:
        writer.update(update("before"))
        writer._stop_sound(OSError(28, "No space left on device"))
        writes.clear()
        for number in range(5):
            writer.update(update(f"word{number}", 10.0 * number))
        writer.pause()
        store.edit(store.open(other), 0, "hello again")
        store.rename(other, "renamed")
        store.list()
        assert writes == [] and writer.saved
    assert titles(store, "word4") == {"full"}  # it is over
    assert titles(store, "again") == {"renamed"}
    store.close()


def test_purge_on_a_full_disk_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(tmp_path)
    keep(store, "stays", "hello")
    gone = [keep(store, "goes", "zeppelin") for _ in range(3)]
    for id in gone:
        store.delete(id)

    def forget(*_: object, **__: object) -> None:
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error

    monkeypatch.setattr(SearchIndex, "forget", forget)
    store.purge()
    assert store.trash() == () and titles(store) == {"stays"}
    data = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"zeppelin" not in data
    store.close()


def test_a_list_that_cannot_be_made_is_an_error_that_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(tmp_path)

    def entries(*_: object) -> None:
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = sqlite3.SQLITE_IOERR
        raise error

    monkeypatch.setattr(SearchIndex, "entries", entries)
    with pytest.raises(StoreError, match="disk I/O error"):
        store.list()
    store.close()


def test_a_start_reads_folders_for_a_limited_time_and_goes_on_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path)
    for number in range(4):
        keep(store, str(number))
    store.close()
    (tmp_path / "index.sqlite").unlink()
    monkeypatch.setattr(catalog, "START", 0.0)
    store = Store(tmp_path)
    assert titles(store) == set("0123")
    store.close()


@pytest.mark.parametrize(
    ("text", "searches"),
    [
        ("今日は東京で会議をしました", ["東京", "会議", "京で", "今", "会議 東京"]),
        ("我们明天去北京开会", ["北京", "明天", "开"]),
        ("สวัสดีครับวันนี้อากาศดี", ["วันนี้", "อากาศ"]),
        ("ស្វាគមន៍មកកាន់ប្រទេសកម្ពុជា", ["ប្រទេស"]),
        ("データ1987年版PDF資料", ["1987", "資料", "ータ", "PDF", "pdf資"]),
        ("𠮷野家の牛丼", ["𠮷野", "牛丼"]),
        ("한국어 회의록입니다", ["회의", "한국"]),
    ],
)
def test_words_are_found_inside_text_of_scripts_without_spaces(text: str, searches: list[str], tmp_path: Path) -> None:
    store = Store(tmp_path)
    keep(store, text)
    keep(store, "spoken", text)
    keep(store, "neither", "the quick brown fox")
    for search in searches:
        for form in ("NFC", "NFD"):
            assert titles(store, unicodedata.normalize(form, search)) == {text, "spoken"}, search
    assert titles(store, "大阪") == titles(store, text[::-1]) == set()
    assert titles(store, "uick") == set() and titles(store, "qui") == {"neither"}  # words with spaces: as ever
    excerpt = next(entry.excerpt for entry in store.list(searches[0]) if entry.title == "spoken")
    assert excerpt.strip("…") in text and "\u200b" not in excerpt and excerpt
    store.close()


def test_a_title_of_decomposed_characters_is_found(tmp_path: Path) -> None:
    store = Store(tmp_path)
    title = unicodedata.normalize("NFD", "がっこうの記録")  # as some systems name files
    keep(store, title)
    assert titles(store, "っこう") == titles(store, "が") == {title}
    store.close()


def test_an_edit_is_found_in_scripts_without_spaces(tmp_path: Path) -> None:
    store = Store(tmp_path)
    id = keep(store, "one", "東京で会議")
    store.edit(store.open(id), 0, "大阪で会議")
    assert titles(store, "大阪") == {"one"} and titles(store, "東京") == set()
    store.rename(id, "京都の話")
    assert titles(store, "都の") == {"京都の話"}
    store.close()


def test_threads_that_write_at_once_leave_nothing_out(tmp_path: Path) -> None:
    store = Store(tmp_path)
    threads = [threading.Thread(target=keep, args=(store, str(n), "alpha", "beta")) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert titles(store, "alpha beta") == set("012345")
    store.close()
