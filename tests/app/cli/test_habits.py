"""What people type: a file as the first word, a file as the output, folders, capitals, several files at once."""

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from app.__main__ import main
from app.arguments import COMMANDS, make_parser
from app.cli.process import loading
from app.worker.media_files import files_in
from asr.updates import Update
from tests.support.programs.scripts import ROOT
from tests.support.recognition import sound, spoken
from tests.support.recognition.fakes import FakeRecognizer, FakeState

SAMPLE = ROOT / "assets" / "samples" / "lighthouse.ogg"
Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def recognizer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "load", lambda path: spoken.SecondsRecognizer())


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    """Two words."""
    return sound.write(tmp_path / "talk.wav", sound.noise(2.0))


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """One word."""
    return sound.write(tmp_path / "other.wav", sound.noise(1.0))


@pytest.mark.parametrize(
    ("level", "words"),
    [
        (0.0, "digital silence"),
        (10 ** (-71 / 20), "(loudest -71 dBFS, which is very quiet"),
        (0.1, "(loudest -20 dBFS)"),
    ],
)
def test_a_file_without_words_is_told_with_its_level(
    level: float, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setattr(loading, "load", lambda path: FakeRecognizer(()))
    quiet = sound.write(tmp_path / "quiet.wav", np.full(16_000, level, np.float32), codec="pcm_f32le")
    for arguments in ([], ["-f", "json"], ["-o", str(tmp_path / "out")]):
        assert main(["transcribe", str(quiet), *arguments]) == 0
        said = capsys.readouterr().err
        assert f"no speech found in {quiet}" in said and words in said


def test_a_pipe_without_words_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    monkeypatch.setattr(loading, "load", lambda path: FakeRecognizer(()))
    (tmp_path / "raw").write_bytes(bytes(32_000))
    assert main(["listen", "--input", str(tmp_path / "raw")]) == 0
    assert "no speech found in 1.0 s of sound" in capsys.readouterr().err


def test_words_of_several_files_stand_under_their_names(talk: Path, other: Path, capsys: Captured) -> None:
    missing = talk.with_name("missing.wav")
    assert main(["transcribe", str(missing), str(talk), str(other)]) == 2
    assert capsys.readouterr().out == f"==> {talk} <==\nword0 word1\n\n==> {other} <==\nword0\n"
    assert main(["transcribe", str(talk)]) == 0
    assert capsys.readouterr().out == "word0 word1\n"


def test_subtitles_of_several_files_are_one_valid_text(talk: Path, other: Path, capsys: Captured) -> None:
    assert main(["transcribe", str(talk), str(other), "-f", "srt"]) == 0
    srt = capsys.readouterr().out
    assert re.findall(r"^(\d+)$", srt, re.MULTILINE) == ["1", "2", "3", "4"]
    assert (
        f"1\n00:00:00,000 --> 00:00:00,001\n{talk}\n" in srt
        and f"\n\n3\n00:00:00,000 --> 00:00:00,001\n{other}\n" in srt
    )
    assert main(["transcribe", str(talk), str(other), "-f", "vtt"]) == 0
    vtt = capsys.readouterr().out
    assert vtt.startswith(f"WEBVTT\n\nNOTE {talk}\n\n00:00:00.000 --> ") and vtt.count("WEBVTT") == 1
    assert f"\n\nNOTE {other}\n\n00:00:00.000 --> " in vtt


def test_json_of_several_files_is_an_array_and_of_one_an_object(talk: Path, other: Path, capsys: Captured) -> None:
    missing = str(talk.with_name("missing.wav"))
    assert main(["transcribe", str(talk), missing, str(other), "-f", "json"]) == 2
    assert [whole["file"] for whole in json.loads(capsys.readouterr().out)] == [str(talk), str(other)]
    assert main(["transcribe", missing, missing, "-f", "json"]) == 2
    assert json.loads(capsys.readouterr().out) == []
    assert main(["transcribe", str(talk), "-f", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["file"] == str(talk)
    assert main(["transcribe", str(talk), str(other), "-f", "jsonl"]) == 0
    assert [json.loads(line)["file"] for line in capsys.readouterr().out.splitlines()] == [str(talk), str(other)]


def test_every_fault_names_its_file(tmp_path: Path, capsys: Captured) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "talk.wav").write_text("a letter\n" * 100)
    assert main(["transcribe", str(tmp_path / "a" / "talk.wav"), str(tmp_path / "b" / "talk.wav")]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert [str(tmp_path / folder) in line for folder, line in zip("ab", lines, strict=False)] == [True, True]


def test_an_output_with_a_known_suffix_is_a_file_of_that_format(talk: Path, tmp_path: Path, capsys: Captured) -> None:
    out = tmp_path / "new" / "Talk.SRT"
    assert main(["transcribe", str(talk), "-o", str(out)]) == 0
    assert out.read_text().startswith("1\n00:00:00,000 --> ")
    assert main(["transcribe", str(talk), "-o", str(out)]) == 2
    assert "give --overwrite" in capsys.readouterr().err
    for arguments in ([str(talk)], ["-f", "txt"], ["-f", "srt", "-f", "txt"]):
        assert main(["transcribe", str(talk), *arguments, "-o", str(out), "--overwrite"]) == 2
        assert "takes one input and no other format" in capsys.readouterr().err
    folder = tmp_path / "out.srt"
    folder.mkdir()
    assert main(["transcribe", str(talk), "-o", str(folder)]) == 0
    assert (folder / "talk.txt").exists()
    assert main(["transcribe", str(talk), "-o", "-"]) == 0
    assert capsys.readouterr().out == "word0 word1\n"


def test_a_file_that_is_no_text_is_no_output(talk: Path, tmp_path: Path, capsys: Captured) -> None:
    for name in (talk.name, "notes.pdf"):
        (tmp_path / name).touch()
        before = (tmp_path / name).read_bytes()
        assert main(["transcribe", str(talk), "-o", str(tmp_path / name), "--overwrite"]) == 2
        said = capsys.readouterr().err
        assert f"{name} cannot be written to: it is a file" in said and ".srt" in said
        assert (tmp_path / name).read_bytes() == before


def test_the_one_output_is_not_the_input(talk: Path, tmp_path: Path, capsys: Captured) -> None:
    recording = talk.rename(tmp_path / "rec.txt")
    before = recording.read_bytes()
    assert main(["transcribe", str(recording), "-o", str(recording), "--overwrite"]) == 2
    assert "same file" in capsys.readouterr().err and recording.read_bytes() == before


def test_a_file_as_the_first_argument_opens_the_window_and_with_options_is_transcribed(
    talk: Path, capsys: Captured, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[object] = []

    def run(*arguments: object) -> int:
        opened.append(arguments)
        return 0

    monkeypatch.setattr("app.window.run", run)
    assert main([str(talk), "missing.wav"]) == 0
    assert opened == [([str(talk), "missing.wav"], None, False, False)]
    assert main([str(talk), "-f", "txt"]) == 0
    assert capsys.readouterr().out == "word0 word1\n"
    bare = talk.rename(tmp_path / "recording")
    assert main([str(bare), "-f", "JSON"]) == 0
    assert json.loads(capsys.readouterr().out)["text"] == "word0 word1"
    assert main(["missing.wav", "-f", "txt"]) == 2
    assert "does not exist" in capsys.readouterr().err
    assert main(["transcirbe", str(bare)]) == 2
    assert "invalid choice" in capsys.readouterr().err
    assert len(opened) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a screen")
def test_a_file_without_a_screen_says_what_to_type(
    talk: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    spaced = talk.rename(talk.with_name("my talk.wav"))
    assert main([str(spaced)]) == 2
    typed = capsys.readouterr().err.strip().rpartition("type: ")[2]
    assert shlex.split(typed) == ["echoic", "transcribe", str(spaced)]
    assert main(shlex.split(typed)[1:]) == 0
    assert capsys.readouterr().out == "word0 word1\n"


def test_a_command_is_a_command_also_where_a_file_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "listen").touch()
    assert main(["listen", "--input", os.devnull]) == 2
    assert "No sound came" in capsys.readouterr().err
    for command in COMMANDS:
        with pytest.raises(SystemExit) as leaving:
            make_parser().parse_args([command, "--help"])
        assert leaving.value.code == 0
    capsys.readouterr()
    assert main(["no-such-command"]) == 2
    assert all(f"'{command}'" in capsys.readouterr().err or command for command in COMMANDS)


def test_the_version_is_told(capsys: Captured) -> None:
    assert main(["--version"]) == 0
    assert re.match(r"echoic(, not installed| \d+\.\d+)", capsys.readouterr().out)


def test_a_folder_stands_for_the_sound_in_it(talk: Path, tmp_path: Path, capsys: Captured) -> None:
    folder = tmp_path / "folder"
    (folder / "deep").mkdir(parents=True)
    shutil.copy(talk, folder / "B.WAV")
    shutil.copy(talk, folder / "deep" / "c.wav")
    shutil.copy(talk, folder / "._b.wav")
    (folder / "notes.txt").write_text("mine")
    (folder / "deep" / "circle").symlink_to(folder)
    assert main(["transcribe", str(folder), "-f", "json"]) == 0
    assert [whole["file"] for whole in json.loads(capsys.readouterr().out)] == [str(folder / "B.WAV")]
    assert main(["transcribe", str(folder), "--recursive", "-o", str(tmp_path / "out")]) == 0
    made = sorted(str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*.txt"))
    assert made == ["B.txt", "deep/c.txt"]
    assert list(files_in(folder, recursive=True)) == [folder / "B.WAV", folder / "deep" / "c.wav"]
    (tmp_path / "empty").mkdir()
    assert main(["transcribe", str(tmp_path / "empty"), str(talk)]) == 2
    said = capsys.readouterr()
    assert "without a sound or video file" in said.err and "1 of 2 files" in said.err and "word0 word1" in said.out


def test_an_output_beside_each_input(talk: Path, tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    shutil.copy(talk, tmp_path / "deep" / "talk.wav")
    assert main(["transcribe", str(tmp_path), "--recursive", "--beside", "-f", "srt", "-f", "txt"]) == 0
    assert {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("talk.*")} == {
        *("talk.wav", "talk.srt", "talk.txt"),
        *("deep/talk.wav", "deep/talk.srt", "deep/talk.txt"),
    }


def test_a_batch_that_was_ended_goes_on_where_it_was(
    talk: Path, other: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    out = tmp_path / "out"
    batch = ["transcribe", str(talk), str(other), "-f", "txt", "-f", "srt", "-o", str(out), "--skip-existing"]

    class Ended(spoken.SecondsRecognizer):
        def finish(self, state: FakeState) -> Update:
            if state.samples == 16_000:  # in the second file
                signal.raise_signal(signal.SIGTERM)
            return super().finish(state)

    monkeypatch.setattr(loading, "load", lambda path: Ended())
    assert main(batch) == 143
    assert {path.name for path in out.iterdir()} == {
        *("talk.txt", "talk.srt"),
        *("other.unfinished.txt", "other.unfinished.srt"),
    }
    (out / "talk.txt").write_text("corrected")
    (out / "talk.srt").unlink()
    monkeypatch.setattr(loading, "load", lambda path: spoken.SecondsRecognizer())
    assert main(batch) == 0
    assert (out / "talk.txt").read_text() == "corrected" and (out / "talk.srt").read_text().startswith("1\n")
    assert (out / "other.txt").read_text() == "word0\n"
    capsys.readouterr()
    monkeypatch.setattr(loading, "load", lambda path: pytest.fail("the work was begun"))
    assert main(batch) == 0
    assert "2 of 2 files left out" in capsys.readouterr().err
    assert main(["transcribe", str(talk), "--skip-existing"]) == 2
    assert "--skip-existing is about output files" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root can become a user without a name")
def test_a_user_without_a_name_or_a_home_is_served(tmp_path: Path) -> None:
    """As in a container that runs under a number. The folder of this test is closed to that user."""
    closed = sound.write(tmp_path / "talk.wav", sound.noise(1.0))
    tmp_path.chmod(0o700)
    script = (
        "import os; from app.__main__ import main; from app.cli.process import loading;"
        "from tests.support.recognition import spoken;"
        "loading.load = lambda path: spoken.SecondsRecognizer();"
        f"main(['transcribe', {str(SAMPLE)!r}]); main(['doctor']);"  # imports what only this user may read
        "os.setgroups([]); os.setgid(54321); os.setuid(54321);"
        f"codes = [main(['transcribe', name]) for name in ({str(SAMPLE)!r}, {str(closed)!r})];"
        "main(['doctor']); print(codes)"
    )
    environment = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "OMP_NUM_THREADS")}
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={**environment, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert "Traceback" not in done.stderr and "defect" not in done.stderr, done.stderr
    assert done.stdout.splitlines()[-1] == "[0, 2]" and "cannot be opened" in done.stderr
