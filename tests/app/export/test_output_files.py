"""Outputs: a recording is never replaced by its text, under whatever name it is met."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.__main__ import main
from app.cli.process import loading
from app.export.output_files import targets, write_whole
from tests.support.programs.scripts import ROOT
from tests.support.recognition import sound, spoken


@pytest.fixture(autouse=True)
def recognizer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "load", lambda path: spoken.SecondsRecognizer())


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """An MP3 file whose name ends as a transcript's does."""
    return sound.write(tmp_path / "talk.mp3", sound.noise(3.5)).rename(tmp_path / "rec.txt")


def refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loading, "load", lambda path: pytest.fail("the work was begun"))
        assert main(["transcribe", *arguments]) == 2
    assert "same file" in capsys.readouterr().err


def test_an_input_is_not_replaced_by_its_own_text(
    recording: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = recording.read_bytes()
    refused([str(recording), "-o", str(tmp_path), "--overwrite"], capsys)
    assert recording.read_bytes() == before


@pytest.mark.parametrize("link", [os.symlink, os.link], ids=["link", "hard link"])
def test_an_input_is_not_replaced_under_another_name(
    recording: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], link: object
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    assert callable(link)
    link(recording, out / "rec.txt")
    refused([str(recording), "-o", str(out), "--overwrite"], capsys)


def test_an_input_of_another_file_of_the_batch_is_not_replaced(
    recording: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = recording.read_bytes()
    first = sound.write(tmp_path / "rec.wav", sound.noise(1.0))
    assert main(["transcribe", str(first), str(recording), "-o", str(tmp_path), "--overwrite"]) == 2
    assert "same file" in capsys.readouterr().err
    assert recording.read_bytes() == before


def test_two_outputs_that_are_one_file_are_noticed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = [str(sound.write(tmp_path / name, sound.noise(1.0))) for name in ("a.wav", "b.wav")]
    (tmp_path / "b.txt").write_text("old")
    (tmp_path / "a.txt").symlink_to("b.txt")
    assert main(["transcribe", *files, "-o", str(tmp_path), "--overwrite"]) == 2
    assert "same files" in capsys.readouterr().err


def test_names_that_differ_in_case_or_in_how_they_are_composed_do_not_meet(tmp_path: Path) -> None:
    files = [Path("Straße.wav"), Path("STRASSE.wav"), Path("caf\u00e9.wav"), Path("cafe\u0301.wav")]
    names = [outputs["txt"].name for outputs in targets(files, ["txt"], [tmp_path] * 4)]
    assert names == ["Straße.txt", "STRASSE.wav.txt", "caf\u00e9.txt", "cafe\u0301.wav.txt"]


def test_an_output_that_is_a_link_is_followed(tmp_path: Path) -> None:
    talk = sound.write(tmp_path / "talk.wav", sound.noise(1.0))
    (tmp_path / "far").mkdir()
    (tmp_path / "talk.txt").symlink_to("far/words.txt")  # does not exist yet
    for _ in range(2):
        assert main(["transcribe", str(talk), "-o", str(tmp_path), "--overwrite"]) == 0
        assert (tmp_path / "talk.txt").is_symlink()
        assert (tmp_path / "far" / "words.txt").read_text() == "word0\n"
    assert sorted(os.listdir(tmp_path / "far")) == ["words.txt"]


def test_a_file_that_is_replaced_keeps_its_permissions(tmp_path: Path) -> None:
    private = tmp_path / "a.txt"
    private.touch(0o600)
    write_whole(private, b"words")
    assert private.stat().st_mode & 0o777 == 0o600 and private.read_bytes() == b"words"


def test_links_that_name_each_other_and_what_is_no_file_stay(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    talk = sound.write(tmp_path / "talk.wav", sound.noise(1.0))
    (tmp_path / "talk.txt").symlink_to("talk.txt")
    assert main(["transcribe", str(talk), "-o", str(tmp_path), "--overwrite"]) == 2
    assert "cannot be written" in capsys.readouterr().err and (tmp_path / "talk.txt").is_symlink()
    os.mkfifo(tmp_path / "talk.srt")
    assert main(["transcribe", str(talk), "-f", "srt", "-o", str(tmp_path), "--overwrite"]) == 2
    assert "no ordinary file" in capsys.readouterr().err and (tmp_path / "talk.srt").is_fifo()
    (tmp_path / "device.txt").symlink_to(os.devnull)
    with pytest.raises(OSError, match="ordinary"):
        write_whole(tmp_path / "device.txt", b"words")


def test_words_are_not_appended_to_the_recording(recording: Path) -> None:
    before = recording.read_bytes()
    with recording.open("ab") as stdout:
        line = [sys.executable, "-m", "tests.support.recognition.spoken", "transcribe", str(recording)]
        done = subprocess.run(line, cwd=ROOT, stdout=stdout, stderr=subprocess.PIPE, timeout=120)
    assert done.returncode == 2 and b"is an input" in done.stderr
    assert recording.read_bytes() == before
