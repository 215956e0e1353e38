"""The window as a person starts it: Qt's plugin for X11, a window manager, the shipped model; no sound card."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from asr.recognizer import SHIPPED
from tests.support.desktop import screens
from tests.support.desktop.screens import Screen
from tests.support.programs.scripts import environment

MISSING = screens.missing() or ("" if (SHIPPED / "model.safetensors").is_file() else "no acoustic model")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(MISSING), reason=MISSING or "everything is here")]
PATIENCE = 120.0  # seconds: a busy machine is no defect of the program
WINDOW = " - Echoic$|^Echoic$"  # its title, as a pattern of xdotool


@pytest.fixture
def screen() -> Iterator[Screen]:
    with screens.screen((1024, 600)) as shown:  # smaller than the window would like to be
        yield shown


@pytest.fixture
def desktop_environment(screen: Screen, tmp_path: Path) -> dict[str, str]:
    """Of a user of its own, whose desktop has a screen and no bus."""
    left_out = ("XDG_", "QT_QPA_PLATFORM", "WAYLAND_")  # Qt chooses its plugin by itself, as on a desktop
    kept = {name: value for name, value in environment().items() if not name.startswith(left_out)}
    (tmp_path / "run").mkdir(mode=0o700)
    own = {"DISPLAY": screen.display, "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path / "run")}
    return kept | own | {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent"}


@pytest.fixture
def echoic(desktop_environment: dict[str, str], tmp_path: Path) -> Iterator[subprocess.Popen]:
    """`echoic` without arguments; what it says goes into files, so that nothing waits for a reader."""
    with (tmp_path / "stdout").open("wb") as out, (tmp_path / "stderr").open("wb") as errors:
        command = [sys.executable, "-W", "error", "-m", "app"]
        process = subprocess.Popen(command, cwd=tmp_path, env=desktop_environment, stdout=out, stderr=errors)
    yield process
    process.kill()
    process.wait()


def until(condition: Callable[[], object], process: subprocess.Popen) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert process.poll() is None, "the program has ended"
        assert time.monotonic() < end, "the program does not get there"
        time.sleep(0.1)


def test_it_opens_on_an_x_server_is_painted_and_ends_when_it_is_closed(
    screen: Screen, desktop_environment: dict[str, str], echoic: subprocess.Popen, tmp_path: Path
) -> None:
    def ready() -> bool:
        asked = [sys.executable, "-m", "app", "status", "--json"]
        run = subprocess.run(asked, env=desktop_environment, capture_output=True, text=True, timeout=PATIENCE)
        return '"ready"' in run.stdout

    until(lambda: screen.xdotool("search", "--onlyvisible", "--name", WINDOW), echoic)
    until(ready, echoic)
    window = screen.xdotool("search", "--onlyvisible", "--name", WINDOW)
    until(lambda: len(screen.colors(window)) > 8, echoic)  # a window that is not painted has one colour
    left, top, width, height = screen.geometry(window)
    assert left >= 0 and top >= 0 and left + width <= 1024 and top + height <= 600
    screen.close_window(window)
    assert echoic.wait(PATIENCE) == 0
    assert (tmp_path / "stderr").read_text() == "" and (tmp_path / "stdout").read_text() == ""
