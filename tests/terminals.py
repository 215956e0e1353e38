"""`echoic` on a terminal of its own, with a recogniser of one word."""

import os
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from asr.stream_options import DEFAULT_OPTIONS, StreamOptions
from asr.updates import Update, Word
from tests import spoken
from tests.scripts import ROOT


class SaysOneWord(spoken.SecondsRecognizer):
    """Every sound is one word."""

    def __init__(self, text: str) -> None:
        self.text = text

    def step(self, state: spoken.SecondsState, samples: np.ndarray) -> tuple[spoken.SecondsState, Update]:
        now = spoken.SecondsState(state.samples + len(samples))
        return now, Update((), (Word(self.text, 0.0, 0.5, 0.5),), now.samples / 16_000)

    def finish(self, state: spoken.SecondsState) -> Update:
        return Update((Word(self.text, 0.0, 0.5, 0.5),), (), state.samples / 16_000, True)

    def start(self, options: StreamOptions = DEFAULT_OPTIONS) -> spoken.SecondsState:
        return spoken.SecondsState()


def on_a_terminal(arguments: list[str], word: str, stdin: Any = subprocess.DEVNULL) -> bytes:
    """Return what a terminal gets from `echoic` with a model of one word."""
    pty = pytest.importorskip("pty")
    mine, theirs = pty.openpty()
    script = (
        "import sys; from app.__main__ import main; from app.cli import commands;"
        "from tests.terminals import SaysOneWord;"
        f"commands.load = lambda path: SaysOneWord({word!r}); sys.exit(main({arguments!r}))"
    )
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    environment = {**os.environ, "PYTHONPATH": path, "TERM": "xterm", "COLUMNS": "200", "PYTHONUTF8": "1"}
    process = subprocess.Popen(
        [sys.executable, "-c", script], stdin=stdin, stdout=theirs, stderr=theirs, env=environment
    )
    os.close(theirs)
    shown = b""
    try:
        while piece := os.read(mine, 65_536):
            shown += piece
    except OSError:  # the other end is closed
        pass
    os.close(mine)
    process.wait(60)
    return shown
