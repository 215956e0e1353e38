"""Manifests made of folders as LibriSpeech and Common Voice have them."""

import json
import re
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from asr.training import corpora

TONE = (0.1 * np.sin(np.arange(8000) / 9)).astype(np.float32)


def run(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> None:
    monkeypatch.setattr(sys, "argv", ["corpora", *map(str, arguments)])
    corpora.main()


def entries(manifest: Path) -> list[dict]:
    return [json.loads(line) for line in manifest.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def books(tmp_path: Path) -> Path:
    """Two chapters of one reader, three seconds in six recordings."""
    for chapter in ("11", "12"):
        folder = tmp_path / "LibriSpeech" / "dev-clean" / "7" / chapter
        folder.mkdir(parents=True)
        names = [f"7-{chapter}-{number:04d}" for number in range(3)]
        for name in names:
            soundfile.write(folder / f"{name}.flac", TONE, 16000)
        (folder / f"7-{chapter}.trans.txt").write_text("".join(f"{name} IT'S OVER\n" for name in names))
    return tmp_path / "LibriSpeech" / "dev-clean"


@pytest.fixture
def clips(tmp_path: Path) -> Path:
    """Clips at 48 kHz with two channels, one of them damaged, of three speakers, one of whom is in the test list."""
    folder = tmp_path / "cv" / "en"
    (folder / "clips").mkdir(parents=True)
    lines = ["client_id\tpath\tsentence\tup_votes"]
    sentences = ["“Hello”, she said.", "In 1920 it closed.", 'Its name is quoted: "Zoë.', "…", "Broken."]
    for number, sentence in enumerate(sentences):
        path = folder / "clips" / f"{number}.flac"
        soundfile.write(path, np.stack([TONE, TONE], 1).repeat(3, 0), 48000)
        lines.append(f"speaker{number % 3}\t{path.name}\t{sentence}\t2")
    path.write_bytes(b"no sound")
    (folder / "train.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "test.tsv").write_text(f"{lines[0]}\nspeaker2\tother.flac\tOther.\t2\n", encoding="utf-8")
    return folder


def test_librispeech_stays_where_it_is_in_parts(
    books: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(monkeypatch, "librispeech", books, "--hours", 1 / 3600, "--output", tmp_path / "data" / "books")
    parts = [tmp_path / "data" / f"books-{number:03d}" / "manifest.jsonl" for number in range(3)]
    assert [len(entries(part)) for part in parts] == [2, 2, 2]
    assert "6 recordings" in capsys.readouterr().out
    found = [(part.parent / entry.pop("audio"), entry) for part in parts for entry in entries(part)]
    assert {path.resolve() for path, _ in found} == set(books.rglob("*.flac"))
    expected = {"text": "it's over", "speaker": "librispeech-7", "corpus": "librispeech", "seconds": 0.5}
    assert all(entry == expected for _, entry in found)
    run(monkeypatch, "librispeech", books, "--output", tmp_path / "data" / "books")  # again, in one part
    assert [len(entries(part)) for part in parts if part.exists()] == [6]


def test_clips_become_flac_of_one_channel_at_the_rate_of_the_model(
    clips: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ("commonvoice", clips, "--without", "test.tsv", "--output", tmp_path / "data" / "clips")
    run(monkeypatch, *command)
    assert "left out: 2 by their text, 1 that cannot be read" in capsys.readouterr().out
    manifest = tmp_path / "data" / "clips-000" / "manifest.jsonl"
    (entry,) = entries(manifest)
    assert entry["text"] == "hello she said" and "speaker0" not in entry["speaker"]
    written = manifest.parent / entry["audio"]
    sound, rate = soundfile.read(written, dtype="float32")
    assert rate == 16000 and sound.ndim == 1 and entry["seconds"] == 0.5
    assert abs(len(sound) - 8000) < 9 and np.corrcoef(sound[:7900], TONE[:7900])[0, 1] > 0.99
    before = written.stat().st_mtime_ns
    run(monkeypatch, *command)  # again: what was decoded stays
    assert written.stat().st_mtime_ns == before and entries(manifest) == [entry]


def test_speakers_of_the_lists_that_are_held_out_are_left_out(clips: Path) -> None:
    names = [entry["audio"].name for entry in corpora.commonvoice(clips, ["train.tsv"], ["test.tsv"])]
    assert names == ["0.flac", "1.flac", "3.flac", "4.flac"]
    assert len(list(corpora.commonvoice(clips, ["train.tsv"], []))) == 5


def test_noises_have_the_kind_of_their_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "rain").mkdir()
    soundfile.write(tmp_path / "rain" / "a.wav", TONE, 16000)
    run(monkeypatch, "noise", tmp_path / "rain", "--output", tmp_path / "noise")
    (entry,) = entries(tmp_path / "noise-000" / "manifest.jsonl")
    assert (entry["kind"], entry["text"], entry["corpus"], entry["seconds"]) == ("rain", "", "noise", 0.5)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("librispeech", "."), "has no *.trans.txt"),
        (("commonvoice", "."), "train.tsv does not exist"),
        (("commonvoice", ".", "--list", "other.tsv"), "has no column client_id, path, sentence"),
        (("commonvoice", ".", "--list", "empty.tsv"), "Nothing is left to write"),
        (("noise", "."), "has no sounds"),
    ],
)
def test_another_folder_is_refused_with_what_was_expected(
    arguments: tuple[str, ...], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("other.tsv").write_text("a\tb\n")
    Path("empty.tsv").write_text("client_id\tpath\tsentence\n")
    with pytest.raises(SystemExit, match=re.escape(said)):
        run(monkeypatch, *arguments, "--output", "data")
    assert not list(Path().glob("data*/manifest.jsonl"))


def test_a_missing_recording_of_librispeech_is_named(books: Path) -> None:
    next(books.rglob("*.flac")).unlink()
    with pytest.raises(SystemExit, match=r"flac is missing, which 7-1\d.trans.txt lists"):
        list(corpora.librispeech(books))
