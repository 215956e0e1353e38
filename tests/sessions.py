"""Sessions made for tests: recorded here, or by a program that is killed in the middle of one."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np

from app.sessions.journal import SessionRecord, recording
from app.sessions.recorder import SessionRecorder
from asr.audio.media import read_file
from asr.updates import Update, Word
from tests.scripts import ROOT

RATE = 16_000  # Hz, of recorders that tests begin


def start(folder: Path | None) -> SessionRecorder:
    """A recorder that has begun, in a folder or in memory."""
    return SessionRecorder(SessionRecord("id", "live", "A talk", "microphone", 1.5, folder)).begin(RATE)


def update(text: str, seconds: float = 1.0, endpoint: bool = True) -> Update:
    """Words from `seconds` on, one a second."""
    words = tuple(Word(t, seconds + i, seconds + i + 0.1, 0.123456789) for i, t in enumerate(text.split()))
    return Update(words, (), seconds, endpoint)


def samples(seconds: float, seed: int = 0) -> np.ndarray:
    """(n,) float32: white noise over the full scale."""
    return np.random.default_rng(seed).uniform(-1, 1, round(RATE * seconds)).astype(np.float32)


CHILD = """
import sys
from pathlib import Path
import numpy as np
from app.sessions.journal import SessionRecord
from app.sessions.recorder import SessionRecorder
from asr.audio.media import read_file
from asr.updates import Update, Word
writer = SessionRecorder(SessionRecord("id", "live", "A talk", "", 1.5, Path(sys.argv[1]))).begin(16_000)
for second in range(3):
    writer.sound(np.full(16000, 0.25, np.float32))
    writer.update(Update((Word(f"word{second}", second, second + 0.5, 0.9),), (), second + 1.0, second == 1))
writer.sound(np.full(4000, 0.5, np.float32))
writer.update(Update((), (Word("partial", 3.0, 3.1, 0.5),), 3.25))
print("ready", flush=True)
sys.stdin.read()
"""


def sound_of(session: SessionRecord) -> np.ndarray:
    """The kept sound as the command line reads it, (n,) float32 at RATE."""
    assert session.sound is not None
    return np.concatenate(list(read_file(session.sound, RATE)))


def killed(folder: Path) -> None:
    """A session whose program was killed after 3.25 s of sound and three words."""
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with child:
        assert child.stdout and child.stdout.readline() == "ready\n"
        assert recording(folder)
        child.send_signal(signal.SIGKILL)
        assert child.wait() == -signal.SIGKILL


# The window with a microphone that never ends; every word that becomes final is printed once it is on the screen.
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
from app.window.live.states import LiveState
from tests.spoken import SecondsRecognizer

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
outside = Services(lambda path: SecondsRecognizer(), lambda name, rate: Endless(), None, lambda: [])
window = MainWindow(outside, Store(folder / "data"), settings)

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
    """(word, seconds of sound heard) of everything a program had shown when it was killed."""
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
    told = [line.split() for line in lines if line.endswith("\n")]
    return [(word, float(seconds)) for word, seconds in told]
