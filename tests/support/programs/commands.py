"""`echoic` with the pretended recogniser: as a process of its own, or in this one with a pipe for stdin."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from tests.support.programs.scripts import environment
from tests.support.recognition import sound

SPOKEN = ["-m", "tests.support.recognition.spoken"]
Listen = Callable[..., tuple[int, str, str]]  # the fixture `through_a_pipe`
EXAMPLE = "word0 word1 word2\nword3\n"


def start(*arguments: object, **options: Any) -> subprocess.Popen[bytes]:
    """`echoic` with the pretended recogniser as a process of its own; `program`: another one than SPOKEN."""
    return subprocess.Popen(
        [
            sys.executable,
            "-W",
            "error",
            *options.get("program", SPOKEN),
            *map(str, arguments),
        ],
        stdin=options.get("stdin", subprocess.PIPE),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    )


def pcm(seconds: float) -> bytes:
    return (sound.noise(seconds) * 32_767).astype("<i2").tobytes()


def pipe_in(monkeypatch: pytest.MonkeyPatch, data: bytes) -> threading.Thread:
    """Make `data` what stdin brings, through a real pipe; a process each would load torch each time."""
    reading, writing = os.pipe()
    writer = threading.Thread(target=_fill, args=(writing, data))
    writer.start()
    monkeypatch.setattr(sys, "stdin", os.fdopen(reading))
    return writer


def _fill(number: int, data: bytes) -> None:
    with suppress(BrokenPipeError), open(number, "wb") as stream:
        stream.write(data)
