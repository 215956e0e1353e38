"""Sessions made for tests: recorded here, or by a program that is killed in the middle of one."""

import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from app.sessions.folder.session_files import recording
from app.sessions.folder.session_record import SessionRecord
from app.sessions.recorder import SessionRecorder
from app.sessions.store import Store
from asr.audio.media import read_file
from asr.updates import Update, Word

RATE = 16_000  # Hz, of recorders that tests begin


def start(folder: Path | None) -> SessionRecorder:
    """A recorder that has begun, in a folder or in memory."""
    return SessionRecorder(SessionRecord("id", "live", "A talk", "microphone", 1.5, folder)).begin(RATE)


def update(text: str, seconds: float = 1.0, endpoint: bool = True) -> Update:
    """Words from `seconds` on, one a second."""
    words = tuple(Word(t, seconds + i, seconds + i + 0.1, 0.123456789) for i, t in enumerate(text.split()))
    return Update(words, (), seconds, endpoint)


def kept_sessions(texts: Mapping[str, str]) -> Path:
    """A folder of closed sessions, whose words are given by title."""
    folder = Path(tempfile.mkdtemp())
    store = Store(folder)
    for title, text in texts.items():
        with store.create("live", title).begin(RATE) as recorder:
            recorder.update(update(text))
    store.close()
    return folder


def samples(seconds: float, seed: int = 0) -> np.ndarray:
    """(n,) float32: white noise over the full scale."""
    return np.random.default_rng(seed).uniform(-1, 1, round(RATE * seconds)).astype(np.float32)


CHILD = """
import sys
from pathlib import Path
import numpy as np
from app.sessions.folder.session_record import SessionRecord
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
