"""Ctrl+C in the terminal, and the other signals that end a program, close the window as a click does."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.programs.scripts import environment

PROGRAM = """\
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from app.__main__ import main
from app.window import application, main_window

closed = main_window.MainWindow.closeEvent
shown = main_window.MainWindow.showEvent

def close(self, event):
    closed(self, event)
    Path("closed").touch()

def show(self, event):
    shown(self, event)
    QTimer.singleShot(0, Path("shown").touch)

main_window.MainWindow.closeEvent = close
main_window.MainWindow.showEvent = show
application.devices = lambda: []
sys.argv = ["echoic", "window"]
main()  # which ends the process by itself, as the program does
"""


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals are of another kind there")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_closes_the_window(number: signal.Signals, code: int, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        env=environment(QT_QPA_PLATFORM="offscreen", HOME=str(tmp_path)),
    )
    assert process.stderr
    with process:
        while not (tmp_path / "shown").exists():
            assert process.poll() is None
            time.sleep(0.05)
        time.sleep(0.5)  # idle: no timer of the window's own shall be what lets Python look for the signal
        process.send_signal(number)
        assert process.wait(60) == code
        assert (tmp_path / "closed").exists()
        assert b"Traceback" not in process.stderr.read()
