"""Folders that are watched for files that arrive."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.__main__ import main
from app.cli import watch
from app.cli.process import loading
from app.cli.process.interrupt import Interrupt
from app.cli.watch import FolderWatch
from tests.support.recognition import sound, spoken

LIMIT = 20.0  # seconds


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "SETTLED", 0.5)
    monkeypatch.setattr(watch, "_WAIT_MS", 50)


class Watched:
    """Files that a watch gives, collected in a thread."""

    def __init__(self, *folders: Path, recursive: bool = False) -> None:
        self.interrupt = Interrupt()
        self.files: list[Path] = []
        self._watch = FolderWatch(list(folders), recursive, self.interrupt)
        self.thread = threading.Thread(target=self._collect)

    def _collect(self) -> None:
        self.files.extend(self._watch)

    def wait_for(self, count: int) -> list[Path]:
        until = time.monotonic() + LIMIT
        while len(self.files) < count and time.monotonic() < until:
            time.sleep(0.02)
        return self.files


@contextmanager
def watched(*folders: Path, recursive: bool = False) -> Iterator[Watched]:
    one = Watched(*folders, recursive=recursive)
    one.thread.start()
    try:
        yield one
    finally:
        one.interrupt.requested = True
        one.thread.join(LIMIT)
        assert not one.thread.is_alive()


@pytest.mark.slow
def test_what_is_there_and_what_arrives_is_given_once(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"1")
    (tmp_path / "notes.txt").write_bytes(b"1")
    (tmp_path / ".hidden.wav").write_bytes(b"1")
    with watched(tmp_path) as files:
        assert files.wait_for(1) == [tmp_path / "a.wav"]
        (tmp_path / "elsewhere").mkdir()
        (tmp_path / "elsewhere" / "b.mp3").write_bytes(b"1")
        (tmp_path / "elsewhere" / "b.mp3").rename(tmp_path / "b.mp3")
        assert files.wait_for(2)[1:] == [tmp_path / "b.mp3"]
        time.sleep(1.0)
        assert len(files.files) == 2


@pytest.mark.slow
def test_a_file_that_grows_is_given_when_it_is_complete(tmp_path: Path) -> None:
    with watched(tmp_path) as files, (tmp_path / "long.wav").open("wb") as growing:
        for _ in range(12):
            growing.write(b"x" * 100)
            growing.flush()
            time.sleep(0.1)
            assert not files.files
        assert files.wait_for(1) == [tmp_path / "long.wav"]


@pytest.mark.slow
def test_an_empty_file_is_waited_for_and_a_changed_one_is_given_again(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"")
    with watched(tmp_path) as files:
        time.sleep(1.5)
        assert not files.files
        (tmp_path / "a.wav").write_bytes(b"1")
        files.wait_for(1)
        (tmp_path / "a.wav").write_bytes(b"12")
        assert files.wait_for(2) == [tmp_path / "a.wav"] * 2


@pytest.mark.slow
def test_folders_within_a_folder_are_watched_where_that_is_wanted(tmp_path: Path) -> None:
    for recursive, expected in ((False, []), (True, ["new"])):
        folder = tmp_path / str(recursive)
        folder.mkdir()
        with watched(folder, recursive=recursive) as files:
            (folder / "new").mkdir()
            (folder / "new" / "a.wav").write_bytes(b"1")
            files.wait_for(1) if recursive else time.sleep(1.0)
            assert [file.parent.name for file in files.files] == expected


@pytest.mark.slow
def test_a_file_system_without_events_is_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "_is_arrival", lambda change, path: False)
    monkeypatch.setattr(watch, "_LISTED_EVERY", 0.2)
    with watched(tmp_path) as files:
        time.sleep(0.3)
        (tmp_path / "a.wav").write_bytes(b"1")
        assert files.wait_for(1) == [tmp_path / "a.wav"]


@pytest.mark.slow
def test_files_are_transcribed_as_they_arrive_and_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    talks, texts = tmp_path / "talks", tmp_path / "texts"
    (talks / "day").mkdir(parents=True)
    sound.write(talks / "first.wav", sound.noise(3.5))
    monkeypatch.setattr(loading, "load", lambda path: spoken.SecondsRecognizer())

    class Ended(FolderWatch):
        def __iter__(self) -> Iterator[Path]:
            for number, file in enumerate(super().__iter__()):
                yield file
                if number == 0:
                    sound.write(talks / "day" / "second.wav", sound.noise(2.5))
                else:
                    self._interrupt.requested = True

    monkeypatch.setattr(watch, "FolderWatch", Ended)
    arguments = ["transcribe", str(talks), "--watch", "--recursive", "-o", str(texts), "-f", "txt"]
    assert main(arguments) == 130
    assert (texts / "first.txt").read_text() == "word0 word1 word2\nword3\n"
    assert (texts / "day" / "second.txt").read_text().startswith("word0")
    assert "watching" in capsys.readouterr().err
    before = (texts / "first.txt").stat()
    assert main(arguments) == 130
    assert (texts / "first.txt").stat() == before


def test_what_cannot_be_watched_is_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = sound.write(tmp_path / "a.wav", sound.noise(0.5))
    assert main(["transcribe", str(path), "--watch", "--beside"]) == 2
    assert "is no folder" in capsys.readouterr().err
    assert main(["transcribe", str(tmp_path), "--watch"]) == 2
    assert "give --output DIR or --beside" in capsys.readouterr().err
