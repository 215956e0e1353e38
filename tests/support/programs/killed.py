"""The whole program in a process of its own, killed in the middle of a session."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.support.programs.scripts import ROOT

# The window with a microphone that never ends. It prints every word that becomes final, once it is on the screen.
PROGRAM = """
import sys, threading, time
from pathlib import Path
import numpy as np
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from app.sessions.store import Store
from app.window.main_window import MainWindow
from app.window.services import Services
from app.window.settings.settings import Settings
from app.window.live.live_state import LiveState
from tests.support.recognition.spoken import SecondsRecognizer

class Endless:
    def __enter__(self): return self
    def __exit__(self, *error): pass
    def stop(self): pass
    def __iter__(self):
        random = np.random.default_rng(1)
        while True:
            yield random.uniform(-0.1, 0.1, 777).astype(np.float32)
            time.sleep(0.002)

app = QApplication(sys.argv[:1])
folder = Path(sys.argv[1])
settings = Settings(QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat))
services = Services(lambda path: SecondsRecognizer(), lambda name, rate: Endless(), None, lambda: [])
window = MainWindow(services, Store(folder / "data"), settings)

def start(state):
    if state is LiveState.READY:
        window.commands["start"].trigger()

def show(updates):
    for update in updates:
        for word in update.words:
            print(word.text, update.seconds, flush=True)

window.live.state_changed.connect(start)
window.live.updated.connect(show)
window.show()
app.exec()
"""


def killed_after(words: int, folder: Path) -> list[tuple[str, float]]:
    """Run PROGRAM, kill it after so many words, and return all it has shown: (word, seconds of sound recognised)."""
    environment = os.environ | {"PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
    child = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(folder)], stdout=subprocess.PIPE, text=True, env=environment
    )
    with child:
        assert child.stdout is not None
        lines = [child.stdout.readline() for _ in range(words)]
        child.send_signal(signal.SIGKILL)
        lines += child.stdout.readlines()
        assert child.wait() == -signal.SIGKILL
    shown = [line.split() for line in lines if line.endswith("\n")]
    return [(word, float(seconds)) for word, seconds in shown]
