"""A process on a terminal of its own; `echoic` there, with a recogniser of one word."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from asr.updates import Word
from tests.support.programs.scripts import environment
from tests.support.recognition.fakes import FakeRecognizer


class Terminal:
    """A process and what it shows. `hang_up` closes the terminal, as a person does."""

    def __init__(self, command: list[str], columns: int, stdin: Any) -> None:
        self._mine, theirs = pytest.importorskip("pty").openpty()
        self.process = subprocess.Popen(
            command,
            stdin=stdin,
            stdout=theirs,
            stderr=theirs,
            env=environment(TERM="xterm", COLUMNS=str(columns), PYTHONUTF8="1"),
        )
        os.close(theirs)
        self._open = True

    def read(self) -> bytes:
        """Return all that is shown until the process has closed the terminal."""
        shown = b""
        try:
            while piece := os.read(self._mine, 65_536):
                shown += piece
        except OSError:  # the other end is closed
            pass
        return shown

    def hang_up(self) -> None:
        if self._open:
            self._open = False
            os.close(self._mine)


@contextmanager
def terminal(command: list[str], columns: int = 80, stdin: Any = subprocess.PIPE) -> Iterator[Terminal]:
    """Run a command on a terminal of so many columns; what is left of it is killed."""
    shown = Terminal(command, columns, stdin)
    try:
        with shown.process:
            try:
                yield shown
            except BaseException:
                shown.process.kill()
                raise
    finally:
        shown.hang_up()


def one_word(text: str) -> FakeRecognizer:
    """Return a recogniser for which every sound is one word."""
    word = Word(text, 0.0, 0.5, 0.5)
    return FakeRecognizer(lambda line: None if line else [word])


def on_a_terminal(arguments: list[str], word: str, stdin: Any = subprocess.DEVNULL) -> bytes:
    """Return what a terminal gets from `echoic` with a model of one word."""
    script = (
        "import sys; from app.__main__ import main; from app.cli.process import loading;"
        "from tests.support.programs.terminals import one_word;"
        f"loading.load = lambda path: one_word({word!r}); sys.exit(main({arguments!r}))"
    )
    with terminal([sys.executable, "-c", script], 200, stdin) as shown:
        text = shown.read()
        shown.process.wait(60)
    return text
