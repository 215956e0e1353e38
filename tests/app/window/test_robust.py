"""A full disk, a folder that cannot be written, a program that was killed: survived, and said in the window."""

import errno
import os
import subprocess
from collections.abc import Callable, Iterator
from io import FileIO
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

import app.sessions.recorder
from app.sessions.folder.journal import read
from app.sessions.folder.session_files import SOUND
from app.sessions.store import Store
from app.window.files.file_queue import JobStatus
from app.window.live.live_state import LiveState
from app.window.main_window import MainWindow
from asr.audio.media import read_file
from tests.app.window.helpers import Desktop
from tests.support.programs.killed import killed_after
from tests.support.recognition.fakes import SCRIPT, FakeMicrophone

EVERYTHING = "\n".join(text for text, _ in SCRIPT)


def reach(qtbot: QtBot, window: MainWindow, state: LiveState) -> None:
    qtbot.waitUntil(lambda: window.live.state is state)


def listen(qtbot: QtBot, window: MainWindow, desktop: Desktop) -> FakeMicrophone:
    before = len(desktop.feeds)
    window.commands["start"].trigger()
    qtbot.waitUntil(lambda: len(desktop.feeds) > before and desktop.feed.entered)
    desktop.feed.push(0.5)
    reach(qtbot, window, LiveState.LISTENING)
    return desktop.feed


def stop(qtbot: QtBot, window: MainWindow) -> None:
    window.commands["start"].trigger()
    reach(qtbot, window, LiveState.READY)


def mount(folder: Path, options: str) -> None:
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip(f"no disk of its own can be mounted here: {done.stderr.strip()}")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of three megabytes."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("only root can mount a disk of its own")
    folder = tmp_path / "disk"
    folder.mkdir()
    mount(folder, "size=3m")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def said(window: MainWindow) -> str:
    """What the banner says, "" where there is none."""
    return window.ui.banner.text.text() if window.ui.banner.isVisible() else ""


def fill(disk: Path) -> None:
    """Until not one byte has room."""
    size = 1 << 16
    with (disk / "filling").open("ab", buffering=0) as file:
        while size:
            try:
                file.write(bytes(size))
            except OSError:
                size //= 2


class TestSoundThatFindsNoRoom:
    """Once as the error of a write, once on a disk that really is full."""

    @pytest.fixture(params=["error", "disk"])
    def store(self, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
        if request.param == "disk":
            store = Store(request.getfixturevalue("disk") / "data")
        else:
            store, room, real = Store(tmp_path / "data"), [200_000], app.sessions.recorder.write

            def write(file: FileIO, data: bytes) -> None:
                if Path(str(file.name)).name == SOUND:
                    room[0] -= len(data)
                    if room[0] < 0:
                        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                real(file, data)

            monkeypatch.setattr(app.sessions.recorder, "write", write)
        yield store
        store.close()

    def test_it_is_said_and_the_text_goes_on(self, window: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
        feed = listen(qtbot, window, desktop)
        feed.push(80.0)
        said = "Sound is no longer being kept (the disk is full); the text goes on."
        qtbot.waitUntil(lambda: said in window.ui.banner.text.text())
        assert window.ui.banner.isVisible() and "Export the text" in window.ui.banner.text.text()
        stop(qtbot, window)
        assert window.live.document.text() == EVERYTHING
        (entry,) = window.store.list()
        kept = read(window.store.root / "sessions" / entry.id)
        assert kept.closed and kept.problems == (said,)
        assert kept.document.text() == EVERYTHING  # on the full disk, in the room that was reserved for it
        assert kept.document.seconds == 80.5
        assert kept.sound is not None
        seconds = sum(len(chunk) for chunk in read_file(kept.sound, 16_000)) / 16_000
        assert 1 < seconds < 80  # what had room is whole

    @pytest.mark.slow
    def test_the_next_session_says_it_again(self, window: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
        for _ in range(2):
            feed = listen(qtbot, window, desktop)
            feed.push(80.0)
            qtbot.waitUntil(lambda: "the disk is full" in window.ui.banner.text.text())
            stop(qtbot, window)
        assert [entry.words for entry in window.store.list()] == [len(EVERYTHING.split())] * 2


class TestADiskWithoutAnyRoom:
    @pytest.fixture
    def store(self, disk: Path) -> Iterator[Store]:
        store = Store(disk / "data")
        yield store
        store.close()

    def test_the_words_stay_in_memory_and_on_the_screen(
        self, window: MainWindow, desktop: Desktop, qtbot: QtBot, disk: Path
    ) -> None:
        fill(disk)
        feed = listen(qtbot, window, desktop)
        feed.push(20.0)
        qtbot.waitUntil(lambda: "New words cannot be kept (the disk is full)" in said(window))
        qtbot.waitUntil(lambda: "not kept" in window.ui.status_bar.text)
        stop(qtbot, window)
        assert window.live.document.text() == window.transcript.document.text() == EVERYTHING
        (disk / "filling").unlink()
        feed = listen(qtbot, window, desktop)  # and once there is room, it is as if nothing had been
        feed.push(20.0)
        qtbot.waitUntil(lambda: window.live.document.text() == EVERYTHING)
        qtbot.waitUntil(lambda: window.ui.status_bar.text == "")
        assert said(window) == ""
        stop(qtbot, window)
        assert window.live.recorder is not None
        assert window.store.open(window.live.recorder.session.id).document.text() == EVERYTHING

    def test_a_start_of_the_program_is_survived(
        self, store: Store, disk: Path, make_window: Callable[[], MainWindow], qtbot: QtBot
    ) -> None:
        store.create("live", "before").begin(16_000).close()
        fill(disk)
        again = Store(disk / "data")
        assert [entry.title for entry in again.list()] == ["before"]
        again.close()
        window = make_window()
        reach(qtbot, window, LiveState.READY)
        assert window.store.list()[0].title == "before"


class TestAFolderThatCannotBeWritten:
    """A file in its place, and a disk that is read-only, with a session from better times on it."""

    @pytest.fixture(params=["file", "disk"])
    def store(self, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
        if request.param == "file":
            (tmp_path / "file").write_text("")
            store = Store(tmp_path / "file" / "data")
        else:
            disk = request.getfixturevalue("disk")
            before = Store(disk / "data")
            before.create("live", "before").begin(16_000).close()
            before.close()
            mount(disk, "remount,ro,size=3m")
            store = Store(disk / "data")
        yield store
        store.close()

    def test_it_is_said_and_everything_else_works(self, window: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
        banner = window.ui.banner
        assert banner.isVisible()
        assert f"{window.store.root} cannot be written" in banner.text.text()
        assert "new sessions are only in memory" in banner.text.text()
        feed = listen(qtbot, window, desktop)
        feed.push(20.0)
        qtbot.waitUntil(lambda: "cannot be written" in banner.text.text() and banner.isVisible())
        assert "not kept" in window.ui.status_bar.text
        stop(qtbot, window)
        assert window.transcript.document.text() == EVERYTHING
        window.open_files([Path("a.wav")])
        qtbot.waitUntil(lambda: window.file_queue.jobs[0].status is JobStatus.DONE)
        assert window.transcript.document.text().startswith("the quick brown fox")

    @pytest.mark.parametrize("store", ["disk"], indirect=True)
    def test_old_sessions_can_be_read_but_not_changed(self, window: MainWindow, qtbot: QtBot) -> None:
        (entry,) = window.store.list()
        window.transcript.show_kept(entry.id)
        assert window.transcript.title == "before"
        window.library.delete()
        assert "cannot be moved: Read-only file system" in window.ui.banner.text.text()
        assert window.store.list() == (entry,)


class TestAProgramThatWasKilled:
    @pytest.fixture
    def shown(self, tmp_path: Path) -> list[str]:
        return [word for word, _ in killed_after(4, tmp_path)]

    @pytest.fixture
    def store(self, shown: list[str], tmp_path: Path) -> Iterator[Store]:
        store = Store(tmp_path / "data")
        yield store
        store.close()

    def test_the_next_start_offers_what_was_said(self, window: MainWindow, shown: list[str], store: Store) -> None:
        assert "Last session ended unexpectedly; 0:0" in window.ui.banner.text.text()
        assert window.ui.banner.action.text() == "Open" and window.ui.banner.other.text() == "Discard"
        window.ui.banner.action.click()
        assert window.transcript.document.text().split()[: len(shown)] == shown
        assert window.ui.player.duration == pytest.approx(store.recovered[0].seconds, abs=0.001)

    @pytest.mark.slow
    def test_it_can_be_thrown_away(self, window: MainWindow, store: Store) -> None:
        window.ui.banner.other.click()
        assert store.list() == () and len(store.trash()) == 1

    @pytest.mark.slow
    def test_what_was_thrown_away_comes_back_by_undo(self, window: MainWindow, shown: list[str], store: Store) -> None:
        window.ui.banner.other.click()
        assert window.ui.banner.isVisible()
        window.ui.banner.action.click()
        assert not window.ui.banner.isVisible()
        assert len(store.list()) == 1 and store.trash() == ()
        assert window.transcript.document.text().split()[: len(shown)] == shown
