"""Nothing leaves the computer: no network is used, and the About box says so (see tests/test_contracts.py, too)."""

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.window.help import about
from app.window.help.about import NETWORK, AboutDialog, open_sockets
from app.window.live.live_state import LiveState
from app.window.main_window import MainWindow
from tests.app.window.helpers import Desktop
from tests.support.programs.scripts import ROOT
from tests.support.recognition.fakes import FakeFile


def test_no_socket_is_opened_by_a_whole_session(
    listening: MainWindow, desktop: Desktop, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object, **_more: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket.socket, "__init__", refuse)
    desktop.feed.push(5.0)
    desktop.feed.stop()
    qtbot.waitUntil(lambda: listening.live.state is LiveState.READY)
    desktop.files["a.wav"] = FakeFile(3)
    listening.open_files([Path("a.wav")])
    qtbot.waitUntil(lambda: listening.file_queue.running is None)
    assert len(listening.store.list()) == 2


SESSION = """
import json, os, socket, sys
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from app.window.help.network_audit import attempts, watch
assert attempts() is None
watch()
import torch, av, sounddevice, numpy
from asr.pipeline import transcribe
from app.window import application
from app.window.help import about
from PySide6.QtWidgets import QApplication
app = QApplication([])
before = about.evidence()
tried = attempts()
socket.socketpair()
import tempfile
one, two = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)
with tempfile.TemporaryDirectory() as folder, one, two:
    one.bind(folder + "/s"); one.listen(); two.connect(folder + "/s")
local = attempts()
try:
    socket.create_connection(("127.0.0.1", 9), 0.2)
except OSError:
    pass
print(json.dumps([before, tried, local, attempts(), about.evidence()]))
"""


@pytest.mark.slow
def test_the_witness_counts_everything_from_the_first_import_on() -> None:
    command = [sys.executable, "-W", "ignore", "-c", SESSION]
    try:
        run = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
    except subprocess.CalledProcessError as error:
        if "PortAudio" in error.stderr:
            pytest.skip("PortAudio is not installed")
        raise
    before, tried, local, after, evidence = json.loads(run.stdout)
    assert tried == {}
    assert "attempts to reach a network since the start: 0" in before
    assert local == {}  # local sockets reach no network
    assert after["socket.connect"] == 1
    assert "socket.connect: 1" in evidence


def test_about_tells_which_modules_are_loaded(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ftplib", object())
    told = AboutDialog("scripted", "en", window).evidence.toPlainText()
    for name in NETWORK:
        line = next(line for line in told.splitlines() if line.split()[:1] == [name])
        assert line.endswith("LOADED") == (name in sys.modules)
    assert "ftplib" in told
    assert ("is loaded for local sockets" in told) == ("PySide6.QtNetwork" in sys.modules)


def test_about_says_that_nothing_leaves_the_computer(window: MainWindow) -> None:
    window.commands["about"].trigger()
    (box,) = window.findChildren(AboutDialog)
    from PySide6.QtWidgets import QLabel

    said = " ".join(label.text() for label in box.findChildren(QLabel))
    assert "Nothing leaves this computer." in said
    assert "Model: scripted" in said
    box.close()


@pytest.mark.skipif(not Path("/proc/self/net/tcp").exists(), reason="needs Linux's /proc")
def test_about_counts_open_sockets() -> None:
    before = open_sockets()
    assert before is not None
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        one.listen()
        assert open_sockets() == before + 1
        assert f"open at this moment: {before + 1}" in about.evidence()


def test_a_private_session_leaves_no_file(window: MainWindow, desktop: Desktop, qtbot: QtBot, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    window.commands["private"].setChecked(True)
    window.commands["start"].trigger()
    qtbot.waitUntil(lambda: bool(desktop.feeds))
    desktop.feed.push(2.0)
    qtbot.waitUntil(lambda: "not kept" in window.ui.status_bar.text)
    window.commands["start"].trigger()
    qtbot.waitUntil(lambda: window.live.state is LiveState.READY)
    assert window.transcript.document.text().startswith("the quick")
    assert [p for p in sorted(tmp_path.rglob("*")) if p not in before and p.suffix != ".ini"] == []


def test_a_file_is_as_private_as_the_switch_said_when_it_was_added(
    window: MainWindow, desktop: Desktop, qtbot: QtBot
) -> None:
    desktop.recognizer.slow = 0.02  # the second file waits for its turn
    desktop.files["open.wav"] = FakeFile(10)
    window.open_files([Path("open.wav")])
    window.commands["private"].setChecked(True)
    window.open_files([Path("secret.wav")])
    window.commands["private"].setChecked(False)
    desktop.recognizer.slow = 0.0
    qtbot.waitUntil(lambda: window.file_queue.progress() == (2, 2))
    assert [entry.title for entry in window.store.list()] == ["open.wav"]
