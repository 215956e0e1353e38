"""`kill -9` in the middle of a session, of the whole program: what was final is kept, and so is the sound."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from app.sessions.store import Store
from asr.audio.media import read_file
from asr.pipeline import transcribe
from tests.scripts import ROOT
from tests.spoken import Recognizer

TESTS = ROOT / "tests"

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
from app.window.live.live_state import LiveState
from tests.spoken import Recognizer

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
outside = Services(lambda path: Recognizer(), lambda name, rate: Endless(), None, lambda: [])
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
    environment = os.environ | {"PYTHONPATH": str(TESTS.parent), "QT_QPA_PLATFORM": "offscreen"}
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


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
@pytest.mark.parametrize("words", [1, 6])
@pytest.mark.slow
def test_kill_9_loses_at_most_the_partial(words: int, tmp_path: Path) -> None:
    shown = killed_after(words, tmp_path)
    assert len(shown) >= words
    store = Store(tmp_path / "data")
    (entry,) = store.recovered
    session = store.open(entry.id)
    store.close()
    kept = session.document.words
    assert [word.text for word in kept][: len(shown)] == [word for word, _ in shown]
    assert session.recovered == session.document.seconds >= shown[-1][1]
    sound = np.concatenate(list(read_file(session.sound, 16_000)))
    assert len(sound) == round(session.document.seconds * 16_000)
    random = np.random.default_rng(1)
    spoken = np.concatenate([random.uniform(-0.1, 0.1, 777) for _ in range(len(sound) // 777 + 1)])[: len(sound)]
    np.testing.assert_allclose(sound, spoken, atol=0.6 / 32_768)  # all of it, in order
    # The sound is whole: recognised again it has the words that were kept, then those that were still partial.
    again = [word for update in transcribe(Recognizer(), [sound]) for word in update.words]
    assert tuple(again[: len(kept)]) == kept
    assert len(again) - len(kept) <= 2  # one that the last piece of sound had just ended, and the partial
