"""The whole program on an X server with a window manager: its overlay takes no focus, its own window gets no words."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.desktop import screens
from tests.support.desktop.screens import Screen
from tests.support.programs.scripts import ROOT

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(screens.missing()), reason=screens.missing() or "everything is here"),
]

PROGRAM = """\
import sys
from app.__main__ import main
from app.window import application
from tests.support.recognition.fakes import FakeMicrophone, FakeRecognizer

class Talking(FakeMicrophone):
    def __init__(self, name=None):
        super().__init__(name)
        for _ in range(5):
            self.push(1.0)

application.devices = lambda: []
application.load = lambda path: FakeRecognizer(by_word=True)
application.open_device = lambda name, rate: Talking(name)
sys.exit(main(["window"]))
"""
WORDS = "the quick brown fox jumps over the lazy dog"

Run = Callable[..., subprocess.CompletedProcess]


@pytest.fixture
def screen() -> Iterator[Screen]:
    with screens.screen() as shown:
        yield shown


@pytest.fixture
def echoic(screen: Screen, tmp_path: Path) -> Iterator[Run]:
    """Runs a command beside the program, which is ready and has its window on the screen."""
    kept = {name: value for name, value in screen.environment.items() if not name.startswith(("XDG_", "DBUS_"))}
    environment = kept | {"PYTHONPATH": str(ROOT), "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)}

    def run(*arguments: str) -> subprocess.CompletedProcess:
        command = [sys.executable, "-m", "app", *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)

    with subprocess.Popen([sys.executable, "-c", PROGRAM], cwd=tmp_path, env=environment) as program:
        end = time.monotonic() + 60
        while '"ready"' not in run("status", "--json").stdout:
            assert program.poll() is None and time.monotonic() < end
            time.sleep(0.2)
        yield run
        program.terminate()
        assert program.wait(30) == 143


def until(done: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not done():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_words_go_to_the_other_program_while_the_overlay_is_shown(screen: Screen, echoic: Run, tmp_path: Path) -> None:
    field = screen.field("field", tmp_path)
    assert echoic("dictate", "--start").returncode == 0
    overlay = screen.xdotool("search", "--onlyvisible", "--name", "Echoic dictation")
    assert overlay and screen.xdotool("getwindowfocus") != overlay
    until(lambda: field.read_text().startswith(f"{WORDS} "))
    assert echoic("dictate", "--stop").returncode == 0
    until(lambda: not json.loads(echoic("status", "--json").stdout)["dictating"])
    assert not screen.xdotool("search", "--onlyvisible", "--name", "Echoic dictation")
    before = field.read_text()
    once = echoic("dictate", "--once")
    assert (once.returncode, once.stderr) == (0, "")
    until(lambda: field.read_text() == before + WORDS + " ")


def test_the_programs_own_window_gets_no_words(screen: Screen, echoic: Run, tmp_path: Path) -> None:
    """There a space would play the session that is shown, and Ctrl+Z undo a correction."""
    screen.focus("Echoic")
    once = echoic("dictate", "--once")
    assert once.returncode == 0 and f"was not typed: {WORDS}" in once.stderr
    overlay = screen.xdotool("search", "--onlyvisible", "--name", "Echoic dictation")
    assert overlay  # and says so


def test_a_second_start_raises_the_window(screen: Screen, echoic: Run, tmp_path: Path) -> None:
    screen.field("field", tmp_path)
    (tmp_path / "talk.wav").write_bytes(b"")
    assert echoic(str(tmp_path / "talk.wav")).returncode == 0
    until(lambda: screen.xdotool("getwindowname", screen.xdotool("getwindowfocus")).endswith("Echoic"))
