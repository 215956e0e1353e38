"""All sessions: found, renamed, edited, deleted and recovered, whatever became of the index or the disk."""

import os
import shutil
import sqlite3
import stat
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.sessions import store as store_module
from app.sessions.document import WordPosition
from app.sessions.folder.session_files import JOURNAL, SOUND
from app.sessions.retention import DAY
from app.sessions.search.search_index import VERSION
from app.sessions.store import Store, StoreError
from tests.support.recognition.sessions import RATE, killed, samples, update


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path)
    yield opened
    opened.close()


def keep(store: Store, title: str, *lines: str, kind: str = "live") -> str:
    with store.create(kind, title, "microphone").begin(RATE) as writer:
        for i, line in enumerate(lines):
            writer.sound(samples(0.1))
            writer.update(update(line, 10.0 * i))
    return writer.session.id


def titles(store: Store, search: str = "") -> list[str]:
    return [entry.title for entry in store.list(search)]


def age(store: Store, id: str, days: float) -> None:
    """Make a session older, in its journal as in the index."""
    path = store.root / "sessions" / id / JOURNAL
    created = store.open(id).created
    path.write_text(path.read_text().replace(repr(created), repr(created - days * DAY)))
    store.rebuild()


def test_sessions_are_listed_newest_first(store: Store) -> None:
    first = keep(store, "one", "hello world")
    keep(store, "two", kind="file")
    assert titles(store) == ["two", "one"]
    entry = store.list()[1]
    assert (entry.id, entry.kind, entry.source, entry.words, entry.seconds) == (
        first,
        "live",
        "microphone",
        2,
        0.1,
    )
    assert (entry.recovered, entry.excerpt, store.problem, store.recovered) == (0, "", "", ())
    assert store.open(first).document.text() == "hello world"
    assert store.open(first).sound == store.root / "sessions" / first / SOUND


def test_what_is_kept_is_for_the_user_only(store: Store) -> None:
    id = keep(store, "one")
    for folder in (store.root / "sessions", store.root / "sessions" / id):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_dates_are_searched_too(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    noon = datetime(2024, 2, 29, 12).timestamp()  # a Thursday, here
    for title, days in (("leap day", 0), ("the day after", 1), ("a year later", 366)):
        with monkeypatch.context() as patch:
            patch.setattr(store_module.time, "time", lambda days=days: noon + 24 * 3600 * days)
            recorder = store.create("live", title).begin(RATE)
        recorder.update(update("we met in march"))
        recorder.close()
    assert titles(store, "2024-02-29") == titles(store, "29 Feb") == titles(store, "february 29, 2024") == ["leap day"]
    assert titles(store, "thursday") == ["leap day"] and titles(store, "thur leap") == ["leap day"]
    assert titles(store, "2024-02") == ["leap day"] and titles(store, "2025") == ["a year later"]
    assert titles(store, "2024") == ["the day after", "leap day"]
    assert len(titles(store, "march")) == 3  # of the text
    assert titles(store, "29") == titles(store, "thu") == titles(store, "2024-02-30") == []
    assert store.list("2025")[0].excerpt == ""


def test_an_excerpt_begins_shortly_before_the_hit(store: Store) -> None:
    """A list shows some forty characters of it."""
    keep(store, "long", "on a clear night he could count the lights of seven villages along the coast")
    (entry,) = store.list("vill")
    assert entry.excerpt == "…lights of seven villages along the coast"
    assert store.list("ni")[0].excerpt.startswith("on a clear night he could")
    assert store.list("seven lights")[0].excerpt.startswith("…he could count the lights of seven villages")


def test_search_finds_the_beginnings_of_words_in_titles_and_text(store: Store) -> None:
    keep(store, "Café talk", "the quick brown fox", "jumps over")
    keep(store, "other", "a dog")
    assert titles(store, "qui") == titles(store, "CAFE jum") == titles(store, "fox talk") == ["Café talk"]
    assert titles(store, "o") == ["other", "Café talk"]
    assert titles(store, "uick") == titles(store, "fox dog") == titles(store, "…") == []
    assert store.list("over")[0].excerpt == "jumps over"
    assert store.list("caf")[0].excerpt == ""
    assert titles(store, '"fox') == titles(store, "brown fox* -") == ["Café talk"]
    assert titles(store, "  ") == titles(store)


@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text() | st.lists(st.sampled_from(["AND", "NOT", "fox*", "(", '"', "^", "NEAR(", "text:", "\0"])).map(" ".join)
)
@pytest.mark.slow
def test_no_search_is_an_error(store: Store, search: str) -> None:
    if not store.list():
        keep(store, "one", "fox")
    assert len(store.list(search)) <= 1


def test_a_session_is_found_while_it_is_recorded(store: Store) -> None:
    with store.create("live", "now").begin(RATE) as writer:
        assert titles(store) == ["now"]
        writer.update(update("first words", endpoint=False))
        assert titles(store, "first") == []
        writer.update(update("and more", 2.0))
        assert titles(store, "first more") == ["now"]
        store.rename(writer.session.id, "renamed")
        writer.update(update("later", 5.0))
        assert titles(store, "renamed first later") == ["renamed"]
        with pytest.raises(StoreError, match="still being recorded"):
            store.delete(writer.session.id)
    assert titles(store, "first later") == ["renamed"]
    assert writer.session.title == "renamed"


def test_edits_are_kept_found_and_undone(store: Store) -> None:
    session = store.open(keep(store, "one", "hello word", "good by"))
    edited = store.edit(session, 0, "hello world")
    edited = store.confirm(edited, WordPosition(1, 0))
    assert store.open(session.id) == edited
    assert titles(store, "world") == ["one"] and titles(store, "word") == []
    assert store.edit(edited, 0, "hello world") is edited  # nothing to keep
    assert store.undo(store.undo(store.open(session.id))) == session == store.open(session.id)
    assert titles(store, "word") == ["one"]
    assert store.undo(session) is session


def test_an_edit_that_cannot_be_kept_says_so(store: Store) -> None:
    session = store.open(keep(store, "one", "hello word"))
    shutil.rmtree(store.root / "sessions")
    with pytest.raises(StoreError, match="cannot be kept"):
        store.edit(session, 0, "hello world")


def test_delete_can_be_undone_and_purge_cannot(store: Store) -> None:
    id = keep(store, "one", "hello xylophone")
    store.delete(id)
    assert titles(store) == titles(store, "hello") == []
    assert [entry.id for entry in store.trash()] == [id]
    store.undelete(id)
    assert (titles(store, "hello"), store.trash()) == (["one"], ())
    store.delete(id)
    store.purge(id)
    assert store.trash() == ()
    for wrong in (id, "", ".", "..", "../sessions"):
        for action in (store.open, store.undelete, store.delete, store.purge):
            with pytest.raises(StoreError, match="There is no session"):
                action(wrong)


def test_what_was_purged_is_nowhere_on_the_disk(store: Store) -> None:
    keep(store, "stays", "some words")
    id = keep(store, "xylophone title", "quartz marmalade", "zeppelin", "zeppelin quartz")
    session = store.edit(store.open(id), 0, "amethyst marmalade")
    store.rename(session.id, "another kaleidoscope")
    assert b"zeppelin" in b"".join(path.read_bytes() for path in store.root.rglob("*") if path.is_file())
    store.delete(id)
    store.purge()
    data = b"".join(path.read_bytes() for path in store.root.rglob("*") if path.is_file())
    for word in (
        b"xylophone",
        b"quartz",
        b"marmalade",
        b"zeppelin",
        b"amethyst",
        b"kaleidoscope",
        id.encode(),
    ):
        assert word not in data
        assert word[1:] not in data  # the index shares the beginnings of words
    assert b"stays" in data


def test_a_start_empties_old_trash_only(store: Store) -> None:
    old, new = keep(store, "old"), keep(store, "new")
    store.delete(old)
    store.delete(new)
    os.utime(store.root / "trash" / old, (0, 0))
    store.close()
    again = Store(store.root)
    assert [entry.title for entry in again.trash()] == ["new"]
    again.close()


def test_retention_moves_old_sessions_to_the_trash(store: Store) -> None:
    old, _ = keep(store, "old"), keep(store, "new")
    age(store, old, 31)
    store.retention(None)
    store.retention(32)
    assert titles(store) == ["new", "old"]
    store.close()
    again = Store(store.root, retention_days=30)
    assert titles(again) == ["new"]
    assert [entry.title for entry in again.trash()] == ["old"]  # and so can still be undone
    with again.create("live", "now").begin(RATE) as writer:
        time.sleep(0.01)
        again.retention(0)
        assert titles(again) == ["now"]
        writer.update(update("goes on"))
    again.close()


def test_a_private_session_leaves_nothing(store: Store) -> None:
    before = sorted(store.root.rglob("*"))
    with store.create("live", "secret", private=True).begin(RATE) as writer:
        assert np.array_equal(writer.sound(np.zeros(100, np.float32)), np.zeros(100))
        writer.update(update("hush hush"))
    session = store.edit(writer.close(), 0, "hush now")
    assert session.document.text() == "hush now"
    assert store.undo(session).document.text() == "hush hush"
    assert store.list() == () and sorted(store.root.rglob("*")) == before
    assert writer.problem == ""


def test_kill_9_is_recovered_at_the_next_start(store: Store) -> None:
    at_work = store.create("live", "at work").begin(RATE)  # not closed either
    killed(store.root / "sessions" / "crashed")
    store.close()
    again = Store(store.root)
    (entry,) = again.recovered
    assert (entry.id, entry.title, entry.recovered, entry.words) == ("crashed", "A talk", 3.25, 3)
    assert titles(again, "word1") == ["A talk"]
    assert titles(again) == ["at work", "A talk"]
    again.close()
    at_work.close()
    third = Store(store.root)
    assert third.recovered == ()  # said once
    assert {entry.recovered for entry in third.list()} == {3.25, 0.0}
    third.close()


def test_a_session_killed_after_it_was_indexed_is_recovered(store: Store) -> None:
    """The index knows all of its words, and still must not take it for complete."""
    writer = store.create("live", "one").begin(RATE)
    writer.sound(samples(1.0))
    writer.update(update("hello"))
    copy = store.root / "copy"
    shutil.copytree(store.root / "sessions" / writer.session.id, copy)
    id = writer.close().id
    store.delete(id)
    store.purge()
    shutil.copytree(copy, store.root / "sessions" / id)
    shutil.rmtree(copy)
    store.close()
    again = Store(store.root)
    assert [(entry.id, entry.recovered) for entry in again.recovered] == [(id, 1.0)]
    again.close()


def test_a_session_killed_before_its_first_sound_is_put_away(store: Store) -> None:
    folder = store.root / "sessions" / keep(store, "empty")
    lines = (folder / JOURNAL).read_text().splitlines()
    (folder / JOURNAL).write_text("\n".join(lines[:-1]))  # not closed
    store.close()
    again = Store(store.root)
    assert (again.list(), again.recovered, len(again.trash())) == ((), (), 1)
    again.close()


def harm_nothing(path: Path) -> None: ...


def harm_remove(path: Path) -> None:
    path.unlink()


def harm_noise(path: Path) -> None:
    path.write_bytes(b"this is no database " * 1000)


def harm_pages(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    path.write_bytes(data)


def harm_newer(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("DROP TABLE sessions")
    connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    connection.close()


@pytest.mark.parametrize("harm", [harm_nothing, harm_remove, harm_noise, harm_pages, harm_newer])
def test_the_index_is_made_anew_from_the_folders(store: Store, harm: Callable[[Path], None]) -> None:
    keep(store, "one", "hello world")
    gone = keep(store, "two", "hello there")
    store.delete(gone)
    before = store.list("hello"), store.list(), store.trash()
    store.close()
    harm(store.root / "index.sqlite")
    again = Store(store.root)
    assert (again.list("hello"), again.list(), again.trash()) == before
    assert again.recovered == ()
    again.close()


def test_folders_copied_and_removed_by_hand_are_noticed(store: Store) -> None:
    one, two = keep(store, "one", "hello"), keep(store, "two")
    store.close()
    shutil.copytree(store.root / "sessions" / one, store.root / "sessions" / "copy")
    shutil.rmtree(store.root / "sessions" / two)
    (store.root / "sessions" / "stray").mkdir()
    again = Store(store.root)
    assert titles(again) == ["one", "one"]
    assert again.open("copy").document.text() == "hello"
    again.close()


def test_an_empty_index_is_of_the_newest_version(store: Store) -> None:
    connection = sqlite3.connect(store.root / "index.sqlite")
    assert connection.execute("PRAGMA user_version").fetchone() == (VERSION,)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


def test_a_reader_sees_whole_sessions_while_others_write(store: Store) -> None:
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for i in range(5):
                keep(store, f"{number} {i}", "alpha beta", "gamma delta")
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        assert {entry.words for entry in store.list()} <= {0, 2, 4}
        store.list("gamma")
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(store.list("alpha delta")) == 15


def test_words_are_kept_when_the_index_is_gone(store: Store) -> None:
    writer = store.create("live", "one").begin(RATE)
    store.close()
    writer.update(update("hello"))
    writer.close()
    again = Store(store.root)
    assert titles(again, "hello") == ["one"]
    again.close()


def test_a_folder_that_cannot_be_written_is_said_and_survived(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = Store(tmp_path / "file" / "echoic", retention_days=1)
    assert store.problem == (f"{store.root} cannot be written (Not a directory): new sessions are only in memory.")
    with store.create("live", "one").begin(RATE) as writer:
        assert writer.problem == store.problem
        writer.sound(samples(0.1))
        writer.update(update("hello word"))
    session = store.edit(writer.close(), 0, "hello world")
    assert session.document.text() == "hello world"
    assert store.list() == store.list("hello") == ()
    store.close()


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="needs permissions of the POSIX kind")
def test_sessions_in_a_read_only_folder_can_still_be_read() -> None:
    root = Path(tempfile.mkdtemp())  # pytest's own is closed to other users
    store = Store(root)
    id = keep(store, "one", "hello world")
    killed(root / "sessions" / "crashed")
    store.close()
    for path in (root, *root.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    root_user = os.geteuid() == 0
    if root_user:
        os.seteuid(65534)  # nothing is read-only for root
    try:
        locked = Store(root, retention_days=0)
        assert "cannot be written (Permission denied)" in locked.problem
        assert titles(locked, "hello") == ["one"] and len(locked.list()) == 2
        assert locked.open(id).document.text() == "hello world"
        with locked.create("live", "new").begin(RATE) as writer:
            assert writer.problem == locked.problem
        for action in (lambda: locked.rename(id, "two"), lambda: locked.delete(id)):
            with pytest.raises(StoreError, match="Permission denied"):
                action()
        assert len(locked.list()) == 2
        locked.close()
    finally:
        if root_user:
            os.seteuid(0)
        for path in (root, *root.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
        shutil.rmtree(root)
