"""Sources of `echoic transcribe` and `echoic info`: files, pipes and stdin, each opened once."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from app.__main__ import main
from app.cli import commands
from tests import sound, spoken
from tests.scripts import ROOT

WORDS = "word0 word1 word2\nword3 word4\n"
Piped = Callable[[bytes], int]

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")


@pytest.fixture(autouse=True)
def recognizer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "load", lambda path: spoken.SecondsRecognizer())


def written(path: Path | int, data: bytes) -> threading.Thread:
    """Write into a pipe from a thread, in small pieces."""

    def write() -> None:
        with suppress(BrokenPipeError), open(path, "wb", buffering=0) as pipe:
            for at in range(0, len(data), 3000):
                pipe.write(data[at : at + 3000])

    writer = threading.Thread(target=write)
    writer.start()
    return writer


@pytest.mark.parametrize("suffix", [".wav", ".flac", ".mp3", ".m4a", ".mp4", ".mkv", ".ogg"])
def test_a_pipe_gives_the_words_of_the_file(tmp_path: Path, suffix: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = sound.write(tmp_path / f"a{suffix}", sound.noise(5.0, 48_000), 48_000)
    assert main(["transcribe", str(path)]) == 0
    expected = capsys.readouterr().out
    assert expected.startswith("word0 word1 word2\nword3")
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = written(pipe, path.read_bytes())
    assert main(["transcribe", str(pipe)]) == 0
    writer.join()
    assert capsys.readouterr() == (expected, "")


@pytest.mark.parametrize("name", ["-", "/dev/stdin", "/dev/fd/0"])
@pytest.mark.parametrize("piped", [True, False])
def test_stdin_gives_the_words_of_the_file(
    tmp_path: Path,
    name: str,
    piped: bool,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = sound.write(tmp_path / "a.wav", sound.noise(5.0))
    if piped:
        reading, writing = os.pipe()
        writer = written(writing, path.read_bytes())
        stdin = os.fdopen(reading)
    else:
        stdin = path.open()
    with stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        assert main(["transcribe", name]) == 0
    if piped:
        writer.join()
    assert capsys.readouterr().out == WORDS


def test_outputs_of_stdin_are_named_after_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = sound.write(tmp_path / "a.wav", sound.noise(5.0))
    with path.open() as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        assert main(["transcribe", "-", "-o", str(tmp_path)]) == 0
    assert (tmp_path / "stdin.txt").read_text() == WORDS


@pytest.mark.parametrize("suffix", [".wav", ".mp4"])
def test_process_substitution(tmp_path: Path, suffix: str) -> None:
    path = sound.write(tmp_path / f"a{suffix}", sound.noise(5.0))
    command = f"{sys.executable} -m tests.spoken transcribe <(cat {path})"
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and done.stdout.startswith("word0 word1 word2\nword3"), done.stderr


def test_a_pipe_without_sound_is_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for data, sentence in ((b"", "No sound came through the pipe"), (b"a letter\n" * 100, "not sound or video")):
        pipe = tmp_path / f"pipe{len(data)}"
        os.mkfifo(pipe)
        writer = written(pipe, data)
        assert main(["transcribe", str(pipe)]) == 2
        writer.join()
        assert sentence in capsys.readouterr().err


@pytest.mark.parametrize("command", ["transcribe", "info"])
def test_ctrl_c_ends_the_wait_for_a_pipe_that_nobody_writes_into(tmp_path: Path, command: str) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.spoken", command, str(pipe)], cwd=ROOT, stderr=subprocess.PIPE, text=True
    )
    time.sleep(4)
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 130 and "Traceback" not in errors, errors


def test_a_track_is_chosen_and_a_wrong_one_is_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = sound.write_tracks(tmp_path / "a.mkv", [sound.noise(2.0), sound.noise(5.0)])
    assert main(["transcribe", str(path)]) == 0
    assert capsys.readouterr().out == "word0 word1\n"
    assert main(["transcribe", str(path), "--track", "2"]) == 0
    assert capsys.readouterr().out == WORDS
    for wrong in ("0", "3", "-1"):
        assert main(["transcribe", str(path), "--track", wrong]) == 2
        assert f"no sound track {wrong}; its tracks are 1 to 2" in capsys.readouterr().err


def test_info_lists_the_tracks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tracks = [sound.noise(2.0), np.stack([sound.noise(2.0)] * 2)]
    tags = [{"language": "eng", "title": "Talk"}, {"language": "deu", "title": "red \x1b[31m"}]
    path = sound.write_tracks(tmp_path / "a.mkv", tracks, default=2, tags=tags)
    bad = tmp_path / "missing.wav"
    assert main(["info", str(path), str(bad)]) == 2
    said = capsys.readouterr()
    assert said.out.splitlines() == [
        f"{path}: 2.00 s",
        '  track 1: pcm_s16le, 1 channel, 16000 Hz, eng, "Talk"',
        '  track 2: pcm_s16le, 2 channels, 16000 Hz, deu, "red \\x1b[31m", default',
    ]
    assert "does not exist" in said.err


def test_a_note_is_said_and_is_no_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = sound.write(tmp_path / "a.mp3", sound.noise(2.5)).read_bytes()
    path = tmp_path / "joined.mp3"
    path.write_bytes(one + one)
    assert main(["transcribe", str(path)]) == 0
    said = capsys.readouterr()
    assert said.out.startswith("word0 word1 word2\nword3 word4") and "No sound is missing" in said.err
