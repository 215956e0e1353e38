"""A second start hands its files to the first; what another program records is marked."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app.sessions.store import Store
from app.window.desktop import other_programs
from app.window.desktop.controller import Controller
from app.window.desktop.other_programs import OtherPrograms
from app.window.live.live_state import LiveState
from app.window.main_window import MainWindow
from tests.app.window.helpers import Desktop
from tests.support.programs.scripts import environment
from tests.support.recognition.sessions import RATE, samples, update

FIRST = """\
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from app.__main__ import main
from app.window import application, main_window
from tests.support.recognition.fakes import FakeFile, FakeRecognizer

application.devices = lambda: []
application.load = lambda path: FakeRecognizer()
application.open_file = lambda path, rate: (FakeFile(2), 2.0)
open_files = main_window.MainWindow.open_files

def note(self, paths):
    open_files(self, paths)
    with open("opened", "a") as file:
        print([str(path) for path in paths], self.isVisible(), file=file)

main_window.MainWindow.open_files = note
sys.exit(main(["window", *sys.argv[1:]]))
"""


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[dict[str, str]]:
    """An environment with a home and sockets of its own."""
    with tempfile.TemporaryDirectory(prefix="ec-") as runtime:
        own = environment(QT_QPA_PLATFORM="offscreen", HOME=str(tmp_path))
        yield {name: value for name, value in own.items() if not name.startswith("XDG_")} | {"XDG_RUNTIME_DIR": runtime}


def begin(environment: dict[str, str], folder: Path, *arguments: str) -> subprocess.Popen:
    return subprocess.Popen([sys.executable, "-c", FIRST, *arguments], cwd=folder, env=environment)


def opened(folder: Path, process: subprocess.Popen, lines: int) -> list[str]:
    """The lines that the program wrote, once there are so many."""
    path, end = folder / "opened", time.monotonic() + 60
    while not path.exists() or len(path.read_text().splitlines()) < lines:
        assert process.poll() is None and time.monotonic() < end
        time.sleep(0.05)
    return path.read_text().splitlines()


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals are of another kind there")
def test_a_second_start_hands_its_files_to_the_first(elsewhere: dict[str, str], tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    with begin(elsewhere, tmp_path, "--hidden") as first:
        assert opened(tmp_path, first, 1) == ["[] False"]
        with begin(elsewhere, other, "b.wav") as second:
            assert second.wait(60) == 0
        assert opened(tmp_path, first, 2)[1] == f"{[str(other / 'b.wav')]} True"
        assert not (other / "opened").exists()
        with begin(elsewhere, other, "--own", "c.wav") as own:  # two windows, where that is wanted
            opened(other, own, 1)
            with begin(elsewhere, tmp_path) as third:
                assert third.wait(60) == 0
            opened(tmp_path, first, 3)
            own.terminate()
            assert own.wait(60) == 143
        first.terminate()
        assert first.wait(60) == 143
    assert not [name for name in os.listdir(elsewhere["XDG_RUNTIME_DIR"]) if not name.endswith(".lock")]


def asked(controller: Controller, **request: Any) -> dict[str, Any]:
    answers: list[dict[str, Any]] = []
    controller.handle(request, answers.append)
    (answer,) = answers
    return answer


def test_files_from_another_start_are_queued_and_the_window_is_shown(window: MainWindow, qtbot: QtBot) -> None:
    controller = Controller(window)
    window.hide()
    assert asked(controller, command="open", files=["/a.wav", 5], token="")["ok"]
    assert window.isVisible() and [job.path for job in window.file_queue.jobs] == [Path("/a.wav")]
    qtbot.waitUntil(lambda: window.file_queue.running is None)


@pytest.mark.parametrize("token", ["a\0b", "\ud800", "\u00e4\n"])
def test_a_token_that_no_environment_holds_costs_nothing_but_the_token(window: MainWindow, token: str) -> None:
    before = os.environ.get("XDG_ACTIVATION_TOKEN")
    assert asked(Controller(window), command="open", files=[], token=token)["ok"]
    assert os.environ.get("XDG_ACTIVATION_TOKEN") == before


def test_a_command_of_another_version_is_refused_in_words(window: MainWindow) -> None:
    answer = asked(Controller(window), command="fly")
    assert answer["ok"] is False and "another version" in answer["error"]
    assert asked(Controller(window))["ok"] is False


def test_commands_start_and_stop_the_session(window: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    controller = Controller(window)
    states: list[str] = []
    controller.state_changed.connect(states.append)
    assert asked(controller, command="toggle")["state"] == "arming"
    qtbot.waitUntil(lambda: bool(desktop.feeds) and desktop.feed.entered)
    desktop.feed.push(3.0)
    qtbot.waitUntil(lambda: asked(controller, command="status").get("seconds") == 3.0)
    assert asked(controller, command="start")["state"] == "listening"  # it runs already
    assert asked(controller, command="toggle")["state"] == "draining"
    assert asked(controller, command="stop")["ok"]
    qtbot.waitUntil(lambda: window.live.state is LiveState.READY)
    assert states == ["arming", "listening", "draining", "ready"]
    assert "seconds" not in asked(controller, command="status")


def rows(window: MainWindow) -> list[str]:
    listed = window.ui.session_list.list
    return [str(listed.item(row).toolTip()) for row in range(listed.count())]


@pytest.mark.skipif(sys.platform == "win32", reason="files have no such locks there")
@pytest.mark.slow
def test_a_session_that_another_program_records_is_marked_until_it_ends(
    window: MainWindow, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(other_programs, "LOOK_AGAIN", 100)
    watcher = OtherPrograms(window)
    other = Store(tmp_path / "data")
    with other.create("live", "Elsewhere").begin(RATE) as recorder:
        recorder.sound(samples(1.0))
        recorder.update(update("hello there", 0.0))
        qtbot.waitUntil(lambda: any("another program records it" in row for row in rows(window)))
        (entry,) = window.store.list()
        assert entry.recording
    qtbot.waitUntil(lambda: not any("another program" in row for row in rows(window)))
    (entry,) = window.store.list()
    assert not entry.recording and entry.words == 2
    watcher.close()
    other.close()


def test_the_sessions_of_this_window_are_not_marked(
    listening: MainWindow, desktop: Desktop, qtbot: QtBot, make_window: Callable[[], MainWindow]
) -> None:
    watcher = OtherPrograms(listening)
    desktop.feed.push(3.0)
    qtbot.waitUntil(lambda: listening.live.document.seconds > 3)
    watcher.refresh()
    assert not any("another program" in row for row in rows(listening))
    assert not watcher._timer.isActive()
    watcher.close()
    desktop.feed.stop()
    qtbot.waitUntil(lambda: listening.live.state is LiveState.READY)
