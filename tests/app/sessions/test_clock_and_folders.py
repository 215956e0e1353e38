"""A clock that is wrong deletes nothing, and a folder that vanishes while it is recorded is reported at once."""

import os
import shutil
import time
from pathlib import Path

import pytest

from app.sessions.folder.journal import read
from app.sessions.folder.session_files import JOURNAL, SOUND
from app.sessions.retention import DAY
from app.sessions.store import Store
from tests.support.recognition.sessions import RATE, samples, start, update


def keep(store: Store, title: str) -> str:
    with store.create("live", title).begin(RATE) as writer:
        writer.update(update("hello"))
    return writer.session.id


class Clock:
    """The clock of the computer, some days wrong."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.days, now = 0.0, time.time
        monkeypatch.setattr("app.sessions.store.time.time", lambda: now() + self.days * DAY)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def restarted(root: Path, days: float | None = 30) -> tuple[list[str], int, tuple[str, ...]]:
    """What a start leaves: titles, sessions in the trash, and what it says."""
    store = Store(root, retention_days=days)
    left = [entry.title for entry in store.list()], len(store.trash()), store.notices
    store.close()
    return left


@pytest.mark.parametrize("stated", [True, False])
def test_a_clock_ten_years_ahead_deletes_nothing_by_one_start_and_it_is_said(
    stated: bool, tmp_path: Path, clock: Clock
) -> None:
    store = Store(tmp_path)
    keep(store, "one")
    store.delete(keep(store, "deleted"))
    store.close()
    if not stated:  # kept by an older program
        (tmp_path / "started").unlink()
    clock.days = 3653
    titles, trash, notices = restarted(tmp_path)
    assert (titles, trash) == (["one"], 1)
    assert len(notices) == 1 and "3653 days ahead" in notices[0]
    assert restarted(tmp_path) == (["one"], 1, ())  # nor by the next, at once
    clock.days = 0.0  # it was wrong
    assert restarted(tmp_path) == (["one"], 1, ())


def test_a_clock_that_is_right_after_all_is_believed_a_day_later(tmp_path: Path, clock: Clock) -> None:
    store = Store(tmp_path)
    keep(store, "one")
    store.close()
    clock.days = 200
    assert restarted(tmp_path)[:2] == (["one"], 0)
    clock.days = 201.1
    assert restarted(tmp_path) == ([], 1, ())  # from where it can be brought back
    clock.days = 203
    assert restarted(tmp_path) == ([], 0, ())


def test_nothing_is_said_where_there_is_nothing_to_retire(tmp_path: Path, clock: Clock) -> None:
    store = Store(tmp_path)
    keep(store, "one")
    store.close()
    clock.days = 100
    assert restarted(tmp_path, days=None) == (["one"], 0, ())


def test_ordinary_weeks_of_retention_go_on(tmp_path: Path, clock: Clock) -> None:
    store = Store(tmp_path)
    keep(store, "one")
    store.close()
    for clock.days in (20, 29):
        assert restarted(tmp_path) == (["one"], 0, ())
    clock.days = 40
    assert restarted(tmp_path) == ([], 1, ())


@pytest.mark.parametrize("content", [b"", b"[" * 5000, b'{"seen":"x"}', b'{"seen":1e999,"jumped":0}', b"\xff"])
def test_a_damaged_note_of_the_last_start_stops_nothing(content: bytes, tmp_path: Path) -> None:
    store = Store(tmp_path)
    keep(store, "one")
    store.close()
    (tmp_path / "started").write_bytes(content)
    assert restarted(tmp_path) == (["one"], 0, ())


@pytest.mark.parametrize("by", ["sound", "words", "gap"])
def test_a_folder_deleted_while_recording_is_said_at_once(by: str, tmp_path: Path) -> None:
    store = Store(tmp_path)
    with store.create("live", "one").begin(RATE) as writer:
        writer.sound(samples(0.2))
        writer.update(update("before"))
        assert writer.saved
        folder = writer.session.folder
        assert folder is not None
        shutil.rmtree(folder)
        if by == "sound":
            writer.sound(samples(0.1))
        elif by == "words":
            writer.update(update("partial", 5.0, endpoint=False))
        else:
            writer.gap(0.2, 1.0)
        assert writer.problem == "The folder of this session was deleted: it is only in memory now."
        assert not writer.saved and writer.session.folder is None
        assert len(writer.sound(samples(0.1))) == RATE // 10  # recognition goes on
        writer.update(update("after", 9.0))
    assert writer.problem and writer.close().document.text().split("\n")[0].startswith("before")
    assert "after" in writer.close().document.text()
    assert not folder.exists() and store.list() == ()
    store.close()


def test_a_folder_moved_while_recording_is_said_and_still_written(tmp_path: Path) -> None:
    with start(tmp_path / "id") as writer:
        writer.update(update("before"))
        (tmp_path / "id").rename(tmp_path / "elsewhere")
        writer.sound(samples(0.1))
        assert "was moved" in writer.problem
        writer.update(update("after", 5.0))
        assert "was moved" in writer.problem
    session = read(tmp_path / "elsewhere")
    assert session.document.text() == "before\nafter" and session.closed


def test_sound_deleted_while_recording_is_said_at_once(tmp_path: Path) -> None:
    with start(tmp_path / "id") as writer:
        writer.sound(samples(0.1))
        (tmp_path / "id" / SOUND).unlink()
        writer.sound(samples(0.1))
        assert writer.problem == "Sound is no longer being kept (its file was deleted); the text goes on."
        writer.update(update("after"))
    assert read(tmp_path / "id").document.text() == "after"
    assert read(tmp_path / "id").problems == (writer.problem,)


def test_what_a_killed_beginning_left_is_cleared_a_day_later(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.close()
    left = tmp_path / "sessions" / ".20260101-000000-abc"
    left.mkdir()
    (left / JOURNAL).touch()
    restarted(tmp_path)
    assert left.exists()
    os.utime(left, (0, 0))
    restarted(tmp_path)
    assert not left.exists()
