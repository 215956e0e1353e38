"""The command that measures a server: its figures are of what it says, with a recogniser that needs no model."""

import argparse
import asyncio
import json
import sys
from pathlib import Path

import pytest

from tests.support.programs.scripts import ROOT

pytest.importorskip("websockets", reason="websockets is not installed")
from app.server import load

COMMAND = [sys.executable, "-m", "tests.support.recognition.spoken"]
needs_proc = pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="needs Linux's /proc")


@pytest.mark.slow
@needs_proc
def test_everything_is_measured(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    arguments = argparse.Namespace(streams=[1, 3], seconds=1.5, aborts=30, json=False)
    with load.measured(["--processes", "0"], COMMAND) as server:
        assert server.pids() and server.memory() > 5 and server.cpu_seconds() > 0 and server.open_files() > 5
        results = asyncio.run(load.measure(server, arguments, bytes(2 * 16_000 * 4)))
    assert results["streams"][0]["streams"] == 1 and 0 < results["streams"][0]["delay_50"] < 10
    assert results["streams"][0]["delay_50"] <= results["streams"][0]["delay_99"] <= results["streams"][0]["delay_most"]
    assert results["aborts"]["connects"] == 30
    assert results["aborts"]["streams_left"] == 0 and results["aborts"]["files_left"] <= 0
    assert results["garbage"] == {"connects": 300, "health": 200, "same_processes": True}
    assert results["slow_readers"]["megabytes_sent"] > 0.01
    assert json.loads(json.dumps(results)) == results
    printed = capsys.readouterr().out
    assert "delay 50 %" in printed and "garbage: connects 300, health 200" in printed


@pytest.mark.slow
@needs_proc
def test_a_server_that_is_too_slow_does_not_hold_its_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    program = (
        "import sys; from app.__main__ import main; from app.cli.process import loading\n"
        "from tests.support.recognition.spoken import SecondsRecognizer"
        "\nrecognizer = SecondsRecognizer(); recognizer.slow = 0.9"
        "\nloading.load = lambda path: recognizer\nsys.exit(main())"
    )
    with load.measured(["--processes", "0"], [sys.executable, "-c", program]) as server:
        figures = asyncio.run(load.streams(server, 1, bytes(2 * 16_000 * 4), 2.0))
    assert not figures.held and figures.delay_95 > load.HELD


def test_help_says_what_is_measured(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["load", "--help"])
    with pytest.raises(SystemExit):
        load.main()
    text = capsys.readouterr().out
    assert "aborts" in text and "Memory and processor time need Linux" in text
