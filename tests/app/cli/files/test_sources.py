"""Sources of `echoic transcribe` and `echoic info`: files, pipes and stdin, each opened once."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from app.__main__ import main
from app.cli.process import loading
from tests.support.programs.scripts import ROOT
from tests.support.programs.terminals import on_a_terminal
from tests.support.recognition import sound, spoken
from tests.support.recognition.fakes import FakeRecognizer

WORDS = "word0 word1 word2\nword3 word4\n"
Piped = Callable[[bytes], int]

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")


@pytest.fixture(autouse=True)
def recognizer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "load", lambda path: spoken.SecondsRecognizer())


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
    command = f"{sys.executable} -m tests.support.recognition.spoken transcribe <(cat {path})"
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


@pytest.mark.slow
@pytest.mark.parametrize("command", ["transcribe", "info"])
def test_ctrl_c_ends_the_wait_for_a_pipe_that_nobody_writes_into(tmp_path: Path, command: str) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.recognition.spoken", command, str(pipe)],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
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


@pytest.fixture
def stdin_of_sound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Stdin is a pipe with five seconds of sound."""
    reading, writing = os.pipe()
    writer = written(writing, sound.write(tmp_path / "piped.wav", sound.noise(5.0)).read_bytes())
    with os.fdopen(reading) as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        yield
    writer.join()


def test_a_pipe_stands_under_its_name_among_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], stdin_of_sound: None
) -> None:
    bad = tmp_path / "bad.wav"
    assert main(["transcribe", str(tmp_path / "piped.wav"), "-", str(bad)]) == 2
    said = capsys.readouterr()
    assert said.out == f"==> {tmp_path / 'piped.wav'} <==\n{WORDS}\n==> stdin <==\n{WORDS}"
    assert "1 of 3 files had a problem" in said.err


def test_stdin_in_any_format_and_into_one_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, stdin_of_sound: None
) -> None:
    assert main(["-", "-f", "json"]) == 0
    whole = json.loads(capsys.readouterr().out)
    assert whole["file"] == "stdin" and whole["text"].split() == WORDS.split()
    with (tmp_path / "piped.wav").open() as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        assert main(["transcribe", "-", "-o", str(tmp_path / "talk.srt")]) == 0
    assert "word3 word4" in (tmp_path / "talk.srt").read_text()


def test_a_pipe_has_no_folder_to_write_beside_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "load", lambda path: pytest.fail("the work was begun"))
    os.mkfifo(tmp_path / "pipe")
    for name, told in (("-", "stdin"), ("/dev/stdin", "/dev/stdin"), (str(tmp_path / "pipe"), "pipe")):
        assert main(["transcribe", name, "--beside"]) == 2
        assert f"{told} is a pipe, which has no folder" in capsys.readouterr().err
    assert main(["transcribe", "-", "/dev/stdin"]) == 2
    assert "only once" in capsys.readouterr().err


def test_stdin_is_never_a_file_or_folder_of_that_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, stdin_of_sound: None
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("./-").mkdir()
    assert main(["transcribe", "-"]) == 0
    assert capsys.readouterr().out == WORDS


def test_a_pipe_without_words_is_told_with_its_level(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, stdin_of_sound: None
) -> None:
    monkeypatch.setattr(loading, "load", lambda path: FakeRecognizer(()))
    assert main(["transcribe", "-"]) == 0
    said = capsys.readouterr().err
    assert "no speech found in stdin (loudest -" in said, said


def test_outputs_of_stdin_that_exist_are_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], stdin_of_sound: None
) -> None:
    (tmp_path / "stdin.txt").write_text("before")
    assert main(["transcribe", "-", "-o", str(tmp_path), "--skip-existing"]) == 0
    assert (tmp_path / "stdin.txt").read_text() == "before"
    assert "1 of 1 files left out" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_an_open_pipe_and_keeps_its_words(tmp_path: Path, number: signal.Signals) -> None:
    data = sound.write(tmp_path / "a.wav", sound.noise(60.0)).read_bytes()
    command = [
        sys.executable,
        "-m",
        "tests.support.recognition.spoken",
        "transcribe",
        "-",
        "-o",
        str(tmp_path / "talk.txt"),
    ]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin and process.stderr
        process.stdin.write(data[: len(data) // 2])
        process.stdin.flush()
        time.sleep(4)
        assert process.poll() is None
        process.send_signal(number)
        errors = process.stderr.read().decode()
        process.stdin.close()
    assert process.returncode == 128 + number and "the words up to there are kept" in errors, errors
    assert "cut short" not in errors
    text = (tmp_path / "talk.txt").read_text()
    assert text.startswith("word0 word1 word2\nword3 word4") and text.endswith("word29\n")


def test_a_bar_is_drawn_for_a_pipe_among_files(tmp_path: Path) -> None:
    path = sound.write(tmp_path / "a.wav", sound.noise(3.0))
    reading, writing = os.pipe()
    writer = written(writing, path.read_bytes())
    with os.fdopen(reading) as stdin:
        shown = on_a_terminal(["transcribe", "-", str(path), "-o", str(tmp_path)], "word", stdin).decode()
    writer.join()
    assert "1/2 stdin" in shown and "2/2 a.wav" in shown
    assert (tmp_path / "stdin.txt").read_text() == (tmp_path / "a.txt").read_text() == "word\n"


def test_a_note_names_the_file_that_it_is_about(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = sound.write(tmp_path / "a.mp3", sound.noise(2.5)).read_bytes()
    paths = [tmp_path / folder / "joined.mp3" for folder in "ab"]
    for path, data in zip(paths, (one + one, one), strict=True):
        path.parent.mkdir()
        path.write_bytes(data)
    assert main(["transcribe", *map(str, paths), "-f", "srt"]) == 0
    assert f"{paths[0]}: joined.mp3 holds bytes" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["missing.wav", "letter.txt"])
def test_info_says_which_file_has_a_fault(tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "letter.txt").write_text("a letter\n" * 100)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = written(pipe, b"")
    assert main(["info", str(tmp_path / name), str(pipe)]) == 2
    writer.join()
    said = capsys.readouterr().err
    assert name in said and f"{pipe}: No sound came" in said
