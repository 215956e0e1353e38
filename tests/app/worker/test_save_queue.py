"""Changes written in the background: in order, none lost, and the interface never waits for the disk."""

import errno
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

import app.sessions.store
from app.sessions.folder.journal import append
from app.sessions.folder.session_record import SessionRecord
from app.sessions.store import Store
from app.worker.save_queue import SaveFailure, SaveQueue
from tests.support.recognition.sessions import RATE, update


@pytest.fixture
def queue(qtbot: QtBot, store: Store) -> Iterator[SaveQueue]:
    queue = SaveQueue()
    store.save_later(queue)
    yield queue
    store.save_later(None)
    queue.flush()


@pytest.fixture
def session(store: Store) -> SessionRecord:
    with store.create("live", "A talk").begin(RATE) as recorder:
        recorder.update(update("one two"))
        recorder.update(update("three four", 5.0))
    return store.open(recorder.session.id)


class SlowDisk:
    """Writes when it is let, in whatever thread asks; then, once `full`, not at all."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.go_on, self.full = threading.Event(), False
        self.threads: set[int] = set()
        monkeypatch.setattr(app.sessions.store, "append", self.append)

    def append(self, folder: Path, record: dict) -> None:
        self.threads.add(threading.get_ident())
        assert self.go_on.wait(20)
        if self.full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        append(folder, record)


def test_changes_return_at_once_and_are_written_in_order(
    qtbot: QtBot, store: Store, queue: SaveQueue, session: SessionRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = SlowDisk(monkeypatch)
    edited = store.edit(session, 0, "one too")
    edited = store.edit(edited, 0, "one to")
    edited = store.edit(store.undo(edited), 1, "three for")
    store.rename(session.id, "Renamed")
    assert edited.document.text() == "one too\nthree for"
    assert not queue.settle(0.05)  # nothing is written yet, and this thread went on
    with qtbot.waitSignal(queue.saved) as saved:
        disk.go_on.set()
    assert saved.args == [session.id]
    kept = store.open(session.id)
    assert kept.document == edited.document and kept.title == "Renamed"
    assert len(disk.threads) == 1 and threading.get_ident() not in disk.threads
    assert [entry.title for entry in store.list("too")] == ["Renamed"]


def test_a_session_is_read_with_the_changes_that_wait(store: Store, queue: SaveQueue, session: SessionRecord) -> None:
    for number in range(20):
        edited = store.edit(session, 0, f"one {number}")
        assert store.open(session.id).document == edited.document
        session = edited
    store.edit(session, 0, "at last")
    store.delete(session.id)  # waits too: the folder moves
    store.undelete(session.id)
    assert store.open(session.id).document.text() == "at last\nthree four"


def test_flush_loses_nothing_at_the_end(store: Store, queue: SaveQueue, session: SessionRecord) -> None:
    before = set(threading.enumerate())
    session = store.edit(session, 0, "typed last")
    assert queue.flush()
    assert set(threading.enumerate()) <= before
    again = Store(store.root)
    assert again.open(session.id).document.text() == "typed last\nthree four"
    again.close()


def test_a_change_that_fails_takes_those_on_top_of_it_along_and_no_others(
    qtbot: QtBot, store: Store, queue: SaveQueue, session: SessionRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.create("live", "Another").begin(RATE) as recorder:
        recorder.update(update("five"))
    other = store.open(recorder.session.id)
    kept = store.edit(session, 1, "three fore")
    assert queue.flush()
    disk = SlowDisk(monkeypatch)
    disk.full = True
    failures: list[SaveFailure] = []
    queue.failed.connect(failures.append)
    # What is being typed when the failure is reported was typed on top of it as well.
    typing = store.edit(store.edit(kept, 0, "one too"), 0, "one to")
    queue.failing.connect(lambda id: store.edit(typing, 1, "typed meanwhile"))
    disk.go_on.set()
    qtbot.waitUntil(lambda: len(failures) == 1)
    (failure,) = failures
    assert (failure.id, failure.error.code, failure.before) == (session.id, "change-not-kept", kept)
    assert failure.texts == ("one too", "one to", "typed meanwhile")
    disk.full = False
    store.edit(other, 0, "six")
    store.edit(kept, 0, "one again")  # after the report, the session can be changed again
    assert queue.flush()
    assert store.open(other.id).document.text() == "six"
    assert store.open(session.id).document.text() == "one again\nthree fore"


def test_flush_says_that_something_failed(
    store: Store, queue: SaveQueue, session: SessionRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = SlowDisk(monkeypatch)
    disk.full = True
    disk.go_on.set()
    store.edit(session, 0, "one too")
    assert not queue.flush()
    assert queue.flush()  # reported once


def test_a_defect_in_writing_is_a_failure_and_the_queue_goes_on(
    store: Store, queue: SaveQueue, session: SessionRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(app.sessions.store, "append", lambda *_: 1 / 0)
        store.edit(session, 0, "one too")
        assert not queue.flush()
    store.edit(session, 0, "one too")
    assert queue.flush()
