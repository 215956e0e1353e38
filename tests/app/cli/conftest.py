"""What tests of several commands share."""

import sys

import pytest

from app.__main__ import main
from tests.support.programs.commands import Listen, pipe_in


@pytest.fixture
def through_a_pipe(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Listen:
    """Returns (exit code, stdout, stderr) of `echoic listen --input -`."""

    def listen(data: bytes, *arguments: str) -> tuple[int, str, str]:
        writer = pipe_in(monkeypatch, data)
        code = main(["listen", "--input", "-", *arguments])
        sys.stdin.close()
        writer.join()
        return (code, *capsys.readouterr())

    return listen
