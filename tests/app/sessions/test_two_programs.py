"""Two programs on one data folder: each change is made to what a person saw, or not at all, and is reported."""

import errno
import json
import os
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.sessions.document import Edit
from app.sessions.folder import journal as journals
from app.sessions.folder import session_files
from app.sessions.folder.journal import append, read
from app.sessions.folder.records import edit_record, line
from app.sessions.folder.session_files import JOURNAL, RESERVE, SOUND, recording
from app.sessions.folder.session_record import SessionRecord
from app.sessions.store import Store, StoreError
from app.worker.save_queue import SaveFailure, SaveQueue
from tests.support.programs.scripts import ROOT
from tests.support.recognition.sessions import RATE, killed, samples, start, update


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[tuple[Store, Store]]:
    """Two programs on one data folder."""
    one, two = Store(tmp_path), Store(tmp_path)
    yield one, two
    one.close()
    two.close()


def keep(store: Store, *lines: str) -> str:
    with store.create("live", "A talk").begin(RATE) as writer:
        writer.sound(samples(0.1))
        for i, line in enumerate(lines):
            writer.update(update(line, 10.0 * i))
    return writer.session.id


def test_an_edit_of_words_that_another_window_changed_is_a_conflict(stores: tuple[Store, Store]) -> None:
    one, two = stores
    id = keep(one, "a x b c", "other line")
    first, second = one.open(id), two.open(id)
    one.edit(first, 0, "a b d")
    with pytest.raises(StoreError) as error:
        two.edit(second, 0, "a b c d")
    assert error.value.code == "conflict"
    two.edit(second, 1, "another line")  # what nobody else touched
    assert one.open(id).document.text() == two.open(id).document.text() == "a b d\nanother line"
    assert one.open(id).damage == ()


def test_undo_takes_back_only_the_change_that_the_window_shows(stores: tuple[Store, Store]) -> None:
    one, two = stores
    id = keep(one, "a b", "c d")
    mine = one.edit(one.open(id), 0, "a x")
    two.edit(two.open(id), 1, "c y")
    with pytest.raises(StoreError) as error:
        one.undo(mine)
    assert error.value.code == "conflict"
    assert one.open(id).document.text() == "a x\nc y"
    one.undo(one.open(id))
    assert two.open(id).document.text() == "a x\nc d"
    one.undo(mine)  # now it is the last
    assert two.open(id).document.text() == "a b\nc d"


def test_the_window_hears_of_a_conflict(qtbot: QtBot, stores: tuple[Store, Store]) -> None:
    one, two = stores
    id = keep(one, "a x b c")
    queue = SaveQueue()
    failures: list[SaveFailure] = []
    one.save_later(queue)
    queue.failed.connect(failures.append)
    session = one.open(id)
    two.edit(two.open(id), 0, "a b d")
    one.edit(one.edit(session, 0, "typed"), 0, "typed more")
    assert not queue.flush()
    (failure,) = failures
    assert (failure.error.code, failure.texts) == ("conflict", ("typed", "typed more"))
    assert one.open(id).document.text() == "a b d"
    one.save_later(None)


def test_changes_of_many_writers_are_whole_and_in_turn(tmp_path: Path) -> None:
    with start(tmp_path / "id") as writer:
        writer.update(update("zero"))
    failures: list[StoreError] = []
    made: list[str] = []

    def work(name: str) -> None:
        for number in range(10):
            document = read(tmp_path / "id").document
            try:
                append(tmp_path / "id", edit_record(document.revise(0, f"{name}{number}")))
                made.append(f"{name}{number}")
            except StoreError as error:
                failures.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    session = read(tmp_path / "id")
    assert {error.code for error in failures} <= {"conflict"}
    assert session.damage == () and len(session.document.edits) == len(made) == 30 - len(failures)
    assert session.document.text() in made


def test_an_edit_that_fits_nothing_is_reported_when_it_is_read(tmp_path: Path) -> None:
    with start(tmp_path / "id") as writer:
        writer.update(update("one two"))
    words = writer.session.document.words
    record = edit_record(Edit(0, tuple(reversed(words)), ()))
    with (tmp_path / "id" / JOURNAL).open("ab") as file:  # as by a program without turns
        file.write(line(record))
    session = read(tmp_path / "id")
    assert session.document.text() == "one two" and len(session.problems) == 1


def test_many_changes_of_one_session_read_it_once(stores: tuple[Store, Store], monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = stores
    id = keep(one, "a b", "c d")
    session = one.open(id)
    reads: list[Path] = []

    def noted(folder: Path) -> SessionRecord:
        reads.append(folder)
        return read(folder)

    monkeypatch.setattr(journals, "read", noted)
    for number in range(5):
        session = one.edit(session, number % 2, f"a {number}")
    session = one.undo(session)
    assert len(reads) == 1
    assert two.open(id).document == session.document
    program = "import sys; from app.sessions.store import *; s = Store(Path(sys.argv[1])); "
    program += "s.edit(s.open(sys.argv[2]), 0, 'elsewhere'); s.close()"
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", program, str(one.root), id], env=environment, check=True)
    with pytest.raises(StoreError):
        one.edit(session, 0, "mine")
    assert one.open(id).document.utterances[0].text == "elsewhere"


def test_a_change_waits_for_another_program_and_gives_up(
    stores: tuple[Store, Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _ = stores
    id = keep(one, "a b")
    number = os.open(one.root / "sessions" / id, os.O_RDONLY)
    assert session_files.lock(number)
    monkeypatch.setattr(session_files, "LOCK_PATIENCE", 0.05)
    with pytest.raises(StoreError) as error:
        one.rename(id, "New")
    assert error.value.code == "change-not-kept"
    os.close(number)
    one.rename(id, "New")
    assert one.open(id).title == "New"


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.EOPNOTSUPP, errno.EBADF, errno.EIO])
def test_a_file_system_without_locks_works(number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import fcntl

    def flock(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    killed(tmp_path / "sessions" / "crashed")
    monkeypatch.setattr(fcntl, "flock", flock)
    store = Store(tmp_path)
    assert [entry.id for entry in store.recovered] == ["crashed"]
    id = keep(store, "one")
    store.edit(store.open(id), 0, "two")
    store.delete(id)
    assert not recording(tmp_path / "trash" / id)
    store.close()


# Records, closes and deletes sessions again and again, beside a program that starts again and again.
BUSY_PROGRAM = """
import sys
from pathlib import Path
from app.sessions.store import Store
from tests.support.recognition.sessions import RATE, samples, update
store = Store(Path(sys.argv[1]))
print("ready", flush=True)
for number in range(60):
    with store.create("live", str(number)).begin(RATE) as writer:
        assert writer.problem == "", writer.problem
        writer.sound(samples(0.05))
        writer.update(update("one two"))
        assert writer.session.folder.is_dir(), "moved away"
    assert writer.session.closed and writer.session.recovered == 0
store.close()
print("done", flush=True)
"""


@pytest.mark.slow
def test_starts_leave_the_sessions_of_another_program_alone(tmp_path: Path) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", BUSY_PROGRAM, str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    with child:
        assert child.stdout is not None and child.stdout.readline() == "ready\n"
        while child.poll() is None:
            store = Store(tmp_path)
            assert store.recovered == () and store.trash() == ()
            store.close()
        assert child.stdout.read() == "done\n" and child.returncode == 0
    store = Store(tmp_path)
    assert (len(store.list()), store.recovered) == (60, ())
    assert {(entry.words, entry.recovered, entry.damage) for entry in store.list()} == {(2, 0, "")}
    store.close()


def test_a_session_closed_between_listing_and_locking_is_not_recovered(tmp_path: Path) -> None:
    folder = tmp_path / "sessions" / "id"
    writer = start(folder)
    writer.sound(samples(0.2))
    assert journals.recover(folder) is None  # being recorded
    writer.close()
    assert journals.recover(folder) is None  # closed properly
    assert read(folder).recovered == 0.0


def test_a_session_begins_with_a_locked_journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At no moment is there a folder of a session without its lock."""
    from app.sessions import recorder

    def lock(file: object) -> bool:
        assert not (tmp_path / "id").exists()
        return session_files.lock(file)  # type: ignore[arg-type]

    monkeypatch.setattr(recorder, "lock", lock)
    with start(tmp_path / "id"):
        assert recording(tmp_path / "id")
    assert [path.name for path in tmp_path.iterdir()] == ["id"]


def test_the_trash_can_be_opened(stores: tuple[Store, Store]) -> None:
    one, two = stores
    id = keep(one, "hello")
    two.delete(id)
    assert one.open(id, trashed=True).document.text() == "hello"
    with pytest.raises(StoreError):
        one.open(id)
    one.undelete(id)
    assert two.open(id).document.text() == "hello"


def test_everything_is_for_the_user_only_also_in_a_folder_that_was_open(tmp_path: Path) -> None:
    for folder in ("", "sessions", "trash", "sessions/old"):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder).chmod(0o755)
    with start(tmp_path / "copy") as writer:
        writer.sound(samples(0.1))
    for name in (JOURNAL, SOUND):
        (tmp_path / "copy" / name).rename(tmp_path / "sessions" / "old" / name)
        (tmp_path / "sessions" / "old" / name).chmod(0o644)
    (tmp_path / "copy").rmdir()
    (tmp_path / "index.sqlite").touch(0o644)
    old = os.umask(0)
    try:
        store = Store(tmp_path)
        with store.create("live", "One").begin(RATE) as writer:
            writer.update(update("hello"))
            assert (tmp_path / "sessions" / writer.session.id / RESERVE).exists()
            modes(tmp_path)
        store.rename(writer.session.id, "Two")
        modes(tmp_path)
        store.close()
        modes(tmp_path)
    finally:
        os.umask(old)


def modes(root: Path) -> None:
    """No other user may do anything with what is in a folder."""
    for path in (root, *root.rglob("*")):
        wanted = 0o700 if path.is_dir() else 0o600
        assert stat.S_IMODE(path.stat().st_mode) == wanted, path


@pytest.mark.slow
def test_links_in_a_session_are_never_written_through(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious " * 100)
    victim.chmod(0o644)
    for name in (SOUND, JOURNAL, RESERVE):
        folder = tmp_path / "data" / "sessions" / f"linked-{name}"
        killed(folder)
        (folder / name).unlink(missing_ok=True)
        if name == JOURNAL:
            victim.write_bytes(b'\n{"echoic":1,"kind":"live","title":"x","source":"","created":1}\n' + b"x" * 500)
        (folder / name).symlink_to(victim)
    before = victim.read_bytes()
    store = Store(tmp_path / "data")
    assert len(store.list()) == 3
    with pytest.raises(StoreError):
        store.rename(f"linked-{JOURNAL}", "New")
    for entry in store.list():
        store.delete(entry.id)
    store.purge()
    assert victim.read_bytes() == before and stat.S_IMODE(victim.stat().st_mode) == 0o644
    assert not list((tmp_path / "data" / "trash").iterdir())
    store.close()


def test_a_linked_session_does_not_block_the_trash(tmp_path: Path) -> None:
    store = Store(tmp_path / "data")
    elsewhere = tmp_path / "elsewhere"
    with start(elsewhere) as writer:
        writer.update(update("hello"))
    (store.root / "sessions" / "a-link").symlink_to(elsewhere)
    id = keep(store, "one")
    store.close()
    store = Store(store.root)
    assert {entry.id for entry in store.list()} == {"a-link", id}
    store.delete("a-link")
    store.delete(id)
    (store.root / "trash" / "a-dangling-link").symlink_to(tmp_path / "nowhere")
    store.purge()
    assert store.trash() == () and not list((store.root / "trash").iterdir())
    assert read(elsewhere).document.text() == "hello"
    store.close()


def test_a_linked_session_is_not_repaired(tmp_path: Path) -> None:
    killed(tmp_path / "elsewhere")
    before = {path.name: path.read_bytes() for path in (tmp_path / "elsewhere").iterdir()}
    (tmp_path / "data" / "sessions").mkdir(parents=True)
    (tmp_path / "data" / "sessions" / "a-link").symlink_to(tmp_path / "elsewhere")
    store = Store(tmp_path / "data")
    assert [entry.id for entry in store.list()] == ["a-link"] and store.recovered == ()
    assert store.open("a-link").document.count == 3
    assert {path.name: path.read_bytes() for path in (tmp_path / "elsewhere").iterdir()} == before
    store.close()


def test_a_session_that_cannot_be_removed_keeps_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.sessions import store as stores

    store = Store(tmp_path)
    first, second = keep(store, "one"), keep(store, "two")
    store.delete(first)
    store.delete(second)
    remove = stores.remove

    def refuse(path: Path) -> None:
        if path.name == first:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        remove(path)

    with monkeypatch.context() as patch:
        patch.setattr(stores, "remove", refuse)
        with pytest.raises(StoreError, match="cannot be emptied"):
            store.purge()
    assert [entry.id for entry in store.trash()] == [first]
    store.purge()
    store.close()


def test_a_killed_recorder_keeps_the_edits_made_meanwhile(tmp_path: Path) -> None:
    """The lock of changes ends with its process too."""
    folder = tmp_path / "sessions" / "id"
    killed(folder)
    program = """
import os, signal, sys
from pathlib import Path
from app.sessions.folder import journal
journal.write = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
journal.append(Path(sys.argv[1]), {"title": "never"})
"""
    child = subprocess.run(
        [sys.executable, "-c", program, str(folder)], env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False
    )
    assert child.returncode == -signal.SIGKILL
    append(folder, {"title": "Mine"})
    store = Store(tmp_path)
    assert store.open("id").title == "Mine" and json.dumps(store.open("id").damage) == "[]"
    store.close()
