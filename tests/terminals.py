"""`echoic` on a terminal of its own, with a recogniser of one word."""

import os
import subprocess
import sys
from typing import Any

import pytest

from asr.updates import Word
from tests.fakes import FakeRecognizer
from tests.scripts import ROOT


def one_word(text: str) -> FakeRecognizer:
    """Return a recogniser for which every sound is one word."""
    word = Word(text, 0.0, 0.5, 0.5)
    return FakeRecognizer(lambda line: None if line else [word])


def on_a_terminal(arguments: list[str], word: str, stdin: Any = subprocess.DEVNULL) -> bytes:
    """Return what a terminal gets from `echoic` with a model of one word."""
    pty = pytest.importorskip("pty")
    mine, theirs = pty.openpty()
    script = (
        "import sys; from app.__main__ import main; from app.cli import loading;"
        "from tests.terminals import one_word;"
        f"loading.load = lambda path: one_word({word!r}); sys.exit(main({arguments!r}))"
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
