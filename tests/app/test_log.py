"""The log file: it says what the program did, never what a person said, and never stands in the way."""

import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import platformdirs
import pytest

from app import log
from app.__main__ import main
from app.cli.process import loading
from app.sessions.store import StoreError
from asr.errors import AudioError
from tests.support.programs.scripts import ROOT
from tests.support.recognition import sound, spoken


@pytest.fixture(autouse=True)
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the log is during a test; what is started is stopped."""
    monkeypatch.setattr(platformdirs, "user_state_path", lambda *_, **__: tmp_path / "state")
    yield tmp_path / "state" / "echoic.log"
    log.stop()


def raise_in_frames(error: Exception) -> Exception:
    """The error with a traceback and a cause whose message holds a word."""
    try:
        try:
            raise ValueError("rhubarb")
        except ValueError as cause:
            raise error from cause
    except Exception as raised:
        return raised


def test_a_command_leaves_its_start_its_model_and_its_end(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(loading, "load", lambda path: spoken.SecondsRecognizer())
    talk = sound.write(tmp_path / "rhubarb.wav", sound.noise(3.5))
    assert main(["transcribe", str(talk)]) == 0
    assert main(["transcribe", str(tmp_path / "custard.wav")]) == 2
    text = file.read_text()
    assert "start: command transcribe" in text
    assert f"echoic {version('echoic')}, Python" in text and "torch" in text
    assert "end: exit code 0" in text and "end: exit code 2" in text
    for word in ("rhubarb", "custard", "word0", str(tmp_path)):
        assert word not in text
    assert capsys.readouterr().err.count("echoic:") == 1


def test_an_error_is_its_class_its_code_and_its_place(file: Path) -> None:
    log.start("window")
    error = raise_in_frames(AudioError("missing", path="/home/rhubarb/custard.wav"))
    error.add_note("What was typed: rhubarb")
    log.logger.error("refused", exc_info=error)
    log.logger.error("failed", exc_info=raise_in_frames(StoreError("not-moved", reason="rhubarb")))
    log.logger.error("failed", exc_info=raise_in_frames(OSError(28, "rhubarb", "/home/custard")))
    text = file.read_text()
    assert "AudioError missing" in text and "StoreError not-moved" in text and "OSError 28" in text
    assert "test_log:" in text and "raise_in_frames" in text
    assert text.count("ValueError") == 3 and text.count("after:") == 3
    for word in ("rhubarb", "custard", "/home", ".py"):
        assert word not in text


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_defect_in_any_thread_is_logged_and_reported_as_before(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reported: list[object] = []
    monkeypatch.setattr(threading, "excepthook", lambda arguments: reported.append(arguments.exc_type))
    monkeypatch.setattr(sys, "excepthook", lambda *error: reported.append(error[0]))
    log.start("window")
    thread = threading.Thread(target=lambda: 1 / 0)
    thread.start()
    thread.join()
    error = raise_in_frames(RuntimeError("rhubarb"))
    sys.excepthook(type(error), error, error.__traceback__)
    assert reported == [ZeroDivisionError, RuntimeError]
    text = file.read_text()
    assert "ZeroDivisionError" in text and "RuntimeError" in text and "rhubarb" not in text


def test_a_defect_of_a_command_is_logged(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(loading, "load", lambda path: [][1])
    assert main(["transcribe", str(sound.write(tmp_path / "a.wav", sound.noise(0.1)))]) == 1
    assert "IndexError" in file.read_text() and "app.cli.transcribe:" in file.read_text()


def test_a_log_that_cannot_be_written_bothers_nobody(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(loading, "load", lambda path: spoken.SecondsRecognizer())
    talk = str(sound.write(tmp_path / "a.wav", sound.noise(3.5)))
    file.parent.write_text("a file in its place")
    assert main(["transcribe", talk]) == 0
    file.parent.unlink()
    file.mkdir(parents=True)  # a folder in its place
    assert main(["transcribe", talk]) == 0
    for broken in (lambda *_, **__: Path("~/state"), lambda *_, **__: 1 / 0):  # no home
        monkeypatch.setattr(platformdirs, "user_state_path", broken)
        assert log.path() is None
        assert main(["transcribe", talk]) == 0
    assert capsys.readouterr().err == ""
    assert not (Path.cwd() / "~").exists()


def test_a_disk_that_fills_up_under_the_log_bothers_nobody(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log.start("window")
    (handler,) = [handler for handler in log.logger.handlers if isinstance(handler, logging.FileHandler)]

    class Full:
        def write(self, text: str) -> None:
            raise OSError(28, "full")

        flush = close = tell = seek = lambda *_: 0

    handler.close()
    handler.stream = Full()  # type: ignore[assignment]
    log.logger.error("anything")
    assert capsys.readouterr().err == ""


def test_old_lines_are_dropped(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "SIZE", 2000)
    log.start("window")
    for number in range(500):
        log.logger.info("line %d", number)
    files = sorted(file.parent.iterdir())
    assert len(files) == 1 + log.OLDER and sum(path.stat().st_size for path in files) <= 2000 * (1 + log.OLDER)
    assert "line 499" in file.read_text()


def test_nothing_is_printed_where_no_log_was_started(capsys: pytest.CaptureFixture[str]) -> None:
    code = "from app.log import logger; logger.error('anything')"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")


@pytest.mark.slow
def test_doctor_names_the_log(file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(loading, "load", lambda path: spoken.SecondsRecognizer())
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    main(["doctor", "--json"])
    assert json.loads(capsys.readouterr().out)["log"] == str(file)
    main(["doctor"])
    assert f"{'log':20} {file}" in capsys.readouterr().out.splitlines()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere other folders are usual")
def test_the_log_is_in_the_state_folder_of_the_user(tmp_path: Path) -> None:
    code = "from app import log; print(log.path())"
    environment = os.environ | {"XDG_STATE_HOME": str(tmp_path)}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(tmp_path / "echoic" / "echoic.log")
