"""The commands that steer the running program, against a program that runs."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.__main__ import main
from tests.support.programs.scripts import ROOT

PROGRAM = """\
import sys
from app.__main__ import main
from app.window import application
from tests.support.recognition.fakes import FakeMicrophone, FakeRecognizer

class Talking(FakeMicrophone):
    def __init__(self, name=None):
        super().__init__(name)
        for _ in range(0 if "silent" in sys.argv else 5):
            self.push(1.0)

application.devices = lambda: []
application.load = lambda path: FakeRecognizer(by_word=True)
application.open_device = lambda name, rate: Talking(name)
sys.exit(main(["window", "--hidden"]))
"""


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    with tempfile.TemporaryDirectory(prefix="ec-") as runtime:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "DBUS_"))}
        kept.pop("DISPLAY", None)
        kept.pop("WAYLAND_DISPLAY", None)
        yield kept | {
            **{"PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"},
            **{"HOME": str(tmp_path), "XDG_RUNTIME_DIR": runtime},
        }


def echoic(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "app", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)


def state(environment: dict[str, str], wanted: str) -> dict:
    """The answer of `status`, once the state is the wanted one."""
    end = time.monotonic() + 60
    while True:
        run = echoic(environment, "status", "--json")
        if run.returncode == 0 and (answer := json.loads(run.stdout))["state"] == wanted:
            return answer
        assert time.monotonic() < end, run
        time.sleep(0.2)


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals are of another kind there")
def test_commands_steer_the_running_program(environment: dict[str, str], tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", PROGRAM], cwd=tmp_path, env=environment) as program:
        try:
            assert state(environment, "ready")["dictating"] is False
            assert echoic(environment, "toggle").returncode == 0
            assert state(environment, "listening")["words"] > 0
            assert "live:" in echoic(environment, "status").stdout
            assert echoic(environment, "toggle").returncode == 0
            state(environment, "ready")
            printed = echoic(environment, "dictate", "--once", "--print")
            assert printed.stdout == "the quick brown fox jumps over the lazy dog\n", printed
            refused = echoic(environment, "dictate")  # there is no other program to type into
            assert refused.returncode == 2 and "dictate --once --print" in refused.stderr
            state(environment, "ready")
        finally:
            program.terminate()
            program.wait(30)


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals are of another kind there")
def test_ctrl_c_ends_the_dictation_that_is_waited_for(environment: dict[str, str], tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", PROGRAM, "silent"], cwd=tmp_path, env=environment) as program:
        try:
            state(environment, "ready")
            command = [sys.executable, "-m", "app", "dictate", "--once", "--print"]
            with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as waiting:
                assert state(environment, "arming")["dictating"] is True
                waiting.send_signal(signal.SIGINT)
                assert waiting.wait(30) == 130
            assert state(environment, "ready")["dictating"] is False
        finally:
            program.terminate()
            program.wait(30)


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="the socket is of another kind there")
def test_a_command_for_a_key_starts_the_program_where_none_runs(environment: dict[str, str]) -> None:
    assert echoic(environment, "status").returncode == 2
    started = echoic(environment, "toggle", "--json")
    assert started.returncode == 0 and json.loads(started.stdout)["ok"], started
    assert echoic(environment, "quit").returncode == 0
    end = time.monotonic() + 30
    while echoic(environment, "status").returncode == 0:
        assert time.monotonic() < end


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a screen")
@pytest.mark.parametrize("command", ["start", "stop", "toggle", "status", "quit", "dictate"])
def test_without_a_running_program_it_is_said_what_to_do(
    command: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert main([command]) == 2
    assert "Echoic is not running. Start it with `echoic`" in capsys.readouterr().err


def test_print_needs_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["dictate", "--print"]) == 2
    assert "--once" in capsys.readouterr().err
