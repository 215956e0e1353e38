"""The whole program with no way out: every use of a socket is an error, and none is left open by a library."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from asr.audio.media import read_file
from asr.recognizer import SHIPPED, Recognizer
from tests.support.programs.scripts import ROOT
from tests.support.recognition import sound

SAMPLE = SHIPPED.parent / "samples" / "lighthouse.ogg"

# It hears, recognises a file, is searched and closed; then the command line does the same. Whatever touches a
# socket is refused, and noted, since an error may be caught.
PROGRAM = """
import os, signal, sys
from pathlib import Path
touched = []

def refuse(event, arguments):
    if event.startswith("socket."):
        touched.append(f"{event} {arguments}")
        raise RuntimeError(f"refused: {event}")

sys.addaudithook(refuse)

import numpy as np
import torch
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from app.audio_io import microphone
from app.__main__ import main
from app.window.files.file_queue import JobStatus
from app.window.main_window import MainWindow
from app.window.live.live_state import LiveState
from asr.audio.media import read_file

path = sys.argv[1]
speech = np.concatenate(list(read_file(path, 16_000)))

class SpeechCard:
    samplerate = 16000.0
    def start(self):
        for first in range(0, len(speech), 480):
            block = speech[first:first + 480].reshape(-1, 1)
            self.hear(block, len(block), None, None)
    def stop(self): pass
    def close(self): pass

def open_stream(wanted, callback):
    device = SpeechCard()
    device.hear = callback
    return device

microphone._open_stream = open_stream

def use():
    "What a person does; each yield waits until it is true."
    yield lambda: any(isinstance(w, MainWindow) for w in app.topLevelWidgets())
    window = next(w for w in app.topLevelWidgets() if isinstance(w, MainWindow))
    yield lambda: window.live.state is LiveState.READY
    window.commands["captions"].trigger()
    window.commands["start"].trigger()
    yield lambda: window.live.state is LiveState.LISTENING
    yield lambda: window.live.document.seconds > 0.5
    window.commands["start"].trigger()
    yield lambda: window.live.state is LiveState.READY
    print("heard", len(window.live.document.words))
    window.open_files([Path(path)])
    yield lambda: window.file_queue.jobs[-1].status in (JobStatus.DONE, JobStatus.FAILED)
    print("read", len(window.transcript.document.words))
    window.ui.session_list.search.setText("the")
    window.commands["about"].trigger()
    yield lambda: True
    window.close()
    app.quit()

def open_sockets():
    kinds = [os.readlink(f"/proc/self/fd/{fd}") for fd in os.listdir("/proc/self/fd")
             if os.path.islink(f"/proc/self/fd/{fd}")]
    # The socket of the running program, and those of the session's bus, have no address on a network.
    local = {f"socket:[{line.split()[6]}]" for line in Path("/proc/net/unix").read_text().splitlines()[1:]}
    return [kind for kind in kinds if kind.startswith("socket:") and kind not in local]

def step():
    global wanted
    found = open_sockets()
    if found:
        touched.append(f"a library has opened {found}")
    if wanted():
        wanted = next(course, None)
        if wanted is None:
            timer.stop()

app = QApplication(sys.argv[:1])
course = use()
wanted = next(course)
timer = QTimer()
timer.timeout.connect(step)
timer.start(20)
print("window", main([]))
print("file", main(["transcribe", path]))
play = SpeechCard.start
SpeechCard.start = lambda self: (play(self), signal.raise_signal(signal.SIGINT))
print("microphone", main(["listen", "--json"]))
touched += open_sockets()
for line in touched:
    print("TOUCHED", line)
"""
TOLD = ("heard", "read", "window", "file", "microphone")


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs Linux's /proc to see what libraries open")
@pytest.mark.slow
def test_no_socket_is_touched_by_the_window_or_the_command_line(shipped: Recognizer, tmp_path: Path) -> None:
    speech = np.concatenate(list(read_file(SAMPLE, 16_000)))[: 4 * 16_000]
    path = sound.write(tmp_path / "speech.wav", speech)
    folders = ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "HOME")
    environment = {k: v for k, v in os.environ.items() if "DBUS" not in k}
    environment |= dict.fromkeys(folders, str(tmp_path)) | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(path)],
        capture_output=True,
        text=True,
        timeout=600,
        env=environment,
        cwd=tmp_path,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said = done.stdout.splitlines()
    assert [line for line in said if line.startswith("TOUCHED")] == []
    counts = dict(line.rsplit(" ", 1) for line in said if line.split(" ")[0] in TOLD)
    assert int(counts["heard"]) == int(counts["read"]) > 3, done.stdout
    assert (counts["window"], counts["file"], counts["microphone"]) == ("0", "0", "130")
    assert '"type": "final"' in done.stdout
