"""`echoic transcribe --cluster`: the outputs of `echoic transcribe`, each once, through any end."""

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fsspec
import pytest

from app.__main__ import main
from app.cli.process import loading
from app.cli.transcribe import TranscribeOptions
from app.cluster.command import JOURNAL, transcribe_on_cluster
from app.cluster.errors import ClusterError
from app.cluster.places import place_of
from tests.app.cluster.conftest import HereCluster
from tests.support.recognition import sound
from tests.support.recognition.fakes import FakeRecognizer

FORMATS = ("txt", "srt", "json")


def archive(folder: Path, names: tuple[str, ...] = ("a.wav", "a.flac", "day/b.wav", "day/night/c.ogg")) -> Path:
    for i, name in enumerate(names):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        sound.write(folder / name, sound.noise(2.5 + i))
    return folder


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != JOURNAL
    }


def run(given: list[str], output: str | None, *, before: Callable[[Any], None] | None = None, **options: Any) -> Any:
    """Return the exit code, and the names of the files that were transcribed."""
    cluster = HereCluster(before)
    journal = options.pop("journal", None)
    made = TranscribeOptions(formats=FORMATS, recursive=True, **options)
    place = None if output is None else place_of(output)
    code = transcribe_on_cluster([place_of(one) for one in given], place, made, lambda: cluster, journal)
    return code, [task.source.place.name for task in cluster.items]


def done(journal: Path) -> list[str]:
    records = map(json.loads, journal.read_text().splitlines())
    return [Path(record["done"]).name for record in records if "done" in record]


def test_outputs_have_the_names_and_the_bytes_of_those_of_transcribe(here: Path) -> None:
    archive(here / "talks")
    options = [argument for name in FORMATS for argument in ("-f", name)]
    assert main(["transcribe", "talks", "--recursive", *options, "-o", "alone"]) == 0
    code, _ = run(["talks"], "together")
    assert code == 0 and files(here / "together") == files(here / "alone")
    assert {"day/night/c.srt", "a.txt", "a.wav.txt"} <= set(files(here / "alone"))
    assert main(["transcribe", "talks", "--recursive", *options, "--beside"]) == 0
    beside = files(here / "talks")
    for name in beside:
        if not name.endswith((".wav", ".flac", ".ogg")):
            (here / "talks" / name).unlink()
    assert run(["talks"], None, beside=True)[0] == 0
    assert files(here / "talks") == beside and (here / JOURNAL).exists()


def test_a_storage_gets_the_same_files(here: Path) -> None:
    talks = archive(here / "talks")
    memory = fsspec.filesystem("memory")
    for name, content in files(talks).items():
        memory.pipe_file(f"memory://talks/{name}", content)
    assert run(["talks"], "out")[0] == 0
    assert run(["memory://talks"], "memory://texts/all")[0] == 0
    found = {path.removeprefix("/texts/all/"): memory.cat_file(path) for path in memory.find("memory://texts/all")}
    local = files(here / "out")
    assert set(found) == set(local)
    assert all(found[name] == local[name] for name in found if not name.endswith("json"))  # its file is named by URL
    code, again = run(["memory://talks"], "memory://texts/all")
    assert code == 0 and not again


def test_a_list_names_files_relative_to_itself(here: Path) -> None:
    archive(here / "talks")
    (here / "talks" / "some.jsonl").write_text('{"audio": "day/b.wav", "text": "x"}\n\n{"audio": "a.wav"}\n')
    (here / "talks" / "some.txt").write_text("day/night/c.ogg\n")
    code, names = run(["talks/some.jsonl", "talks/some.txt", "talks/a.wav"], "out")
    assert code == 0 and names == ["b.wav", "a.wav", "c.ogg"]
    assert {"day/b.txt", "a.txt", "day/night/c.txt"} <= set(files(here / "out"))
    for line in ('{"sound": "a.wav"}', "[" * 5000):
        (here / "talks" / "some.jsonl").write_text(f"{line}\n")
        with pytest.raises(ClusterError) as refused:
            run(["talks/some.jsonl"], "out")
        assert refused.value.code == "list-unreadable" and "line 1" in str(refused.value)


def test_wherever_it_is_killed_it_goes_on_and_each_file_is_made_once(here: Path) -> None:
    """The end comes while the nth file is transcribed, as a kill does: nothing of the program runs after it."""

    class Killed(BaseException):
        pass

    archive(here / "talks")
    assert run(["talks"], "whole")[0] == 0
    made: list[str] = []

    def dying(after: int) -> Callable[[Any], None]:
        seen = []

        def before(task: Any) -> None:
            seen.append(task)
            if len(seen) > after:
                raise Killed
            made.append(task.source.place.name)

        return before

    for _ in range(3):
        with pytest.raises(Killed):
            run(["talks"], "out", before=dying(1))
    code, last = run(["talks"], "out", before=dying(1))
    assert code == 0 and len(last) == 1  # four runs of one file each
    assert run(["talks"], "out") == (0, [])
    assert sorted(made) == sorted(done(here / "out" / JOURNAL)) and len(made) == 4
    assert files(here / "out") == files(here / "whole")


def test_outputs_that_were_written_but_not_journalled_are_replaced(here: Path) -> None:
    archive(here / "talks")
    assert run(["talks"], "out")[0] == 0
    before, journal = files(here / "out"), here / "out" / JOURNAL
    lines = journal.read_text().splitlines(keepends=True)
    journal.write_text("".join(lines[:-1]))
    code, again = run(["talks"], "out")
    assert code == 0 and len(again) == 1 and files(here / "out") == before


def test_outputs_of_others_are_never_replaced_unasked(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    archive(here / "talks", ("a.wav", "b.wav"))
    (here / "out").mkdir()
    (here / "out" / "a.srt").write_text("mine")
    code, names = run(["talks"], "out")
    assert (code, names) == (2, ["b.wav"]) and (here / "out" / "a.srt").read_text() == "mine"
    assert "a.srt exists" in capsys.readouterr().err
    code, names = run(["talks"], "out", skip_existing=True)
    assert (code, names) == (0, ["a.wav"]) and (here / "out" / "a.srt").read_text() == "mine"
    (here / "again").mkdir()
    (here / "again" / "a.srt").write_text("mine")
    assert run(["talks"], "again", overwrite=True)[0] == 0
    assert (here / "again" / "a.srt").read_text() != "mine"


def test_bad_files_are_reported_and_tried_again(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    archive(here / "talks", ("a.wav", "b.wav"))
    (here / "talks" / "bad.wav").write_bytes(b"nothing of sound")
    code, names = run(["talks", "talks/missing.wav"], "out")
    told = capsys.readouterr().err
    assert code == 2 and len(names) == 4 and "bad.wav" in told and "missing.wav" in told and "2 files had" in told
    assert sorted(name for name in files(here / "out") if name.endswith("txt")) == ["a.txt", "b.txt"]
    sound.write(here / "talks" / "bad.wav", sound.noise(1.0))
    code, names = run(["talks"], "out")
    assert (code, names) == (0, ["bad.wav"]) and (here / "out" / "bad.txt").exists()


def test_a_defect_at_one_file_stops_no_other(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    archive(here / "talks", ("a.wav", "b.wav"))

    def before(task: Any) -> None:
        if task.source.place.name == "a.wav":
            raise RuntimeError("lost")

    code, _ = run(["talks"], "out", before=before)
    assert code == 2 and (here / "out" / "b.txt").exists()
    assert "a.wav: it cannot be transcribed: lost" in capsys.readouterr().err


def test_a_file_that_changed_or_lost_its_outputs_is_transcribed_again(here: Path) -> None:
    talks = archive(here / "talks", ("a.wav", "b.wav", "c.wav"))
    assert run(["talks"], "out")[0] == 0
    sound.write(talks / "b.wav", sound.noise(5.0))
    (here / "out" / "c.srt").unlink()
    code, names = run(["talks"], "out")
    assert (code, names) == (0, ["b.wav", "c.wav"]) and b"word4" in files(here / "out")["b.txt"]


def test_a_signal_ends_it_between_files_and_says_how_to_go_on(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    archive(here / "talks", ("a.wav", "b.wav", "c.wav"))

    def before(task: Any) -> None:
        if task.source.place.name == "b.wav":
            os.kill(os.getpid(), signal.SIGTERM)

    code, names = run(["talks"], "out", before=before)
    assert (code, names) == (143, ["a.wav", "b.wav"])
    assert "2 of 3 files were done, the same command goes on" in capsys.readouterr().err
    assert run(["talks"], "out") == (0, ["c.wav"])


def test_other_options_need_another_journal(here: Path) -> None:
    archive(here / "talks", ("a.wav",))
    assert run(["talks"], "out")[0] == 0
    with pytest.raises(ClusterError) as refused:
        run(["talks"], "out", channel=1)
    assert refused.value.code == "journal-other-job" and "channel" in str(refused.value)
    assert run(["talks"], "out", channel=1, overwrite=True, journal=here / "second")[0] == 0


def test_a_file_without_words_is_told_with_its_level(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "load", lambda path: FakeRecognizer(()))
    archive(here / "talks", ("a.wav",))
    assert run(["talks"], "out")[0] == 0
    assert "no speech found in talks/a.wav (loudest" in capsys.readouterr().err


def test_what_cannot_begin_is_a_sentence(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    archive(here / "talks", ("a.wav",))
    for arguments, expected in (
        (["s3://talks", "-o", "out"], "belongs to --cluster"),
        (["talks", "-o", "s3://out"], "belongs to --cluster"),
        (["talks", "-o", "out", "--journal", "j"], "--journal belongs to --cluster"),
        (["talks", "-o", "out", "--watch", "--cluster", "local"], "do not go together"),
    ):
        assert main(["transcribe", *arguments]) == 2
        assert expected in capsys.readouterr().err
    for given, output, code in ((["-"], "out", "no-pipe"), (["talks"], None, "needs-outputs")):
        with pytest.raises(ClusterError) as refused:
            run(given, output)
        assert refused.value.code == code
    with pytest.raises(ClusterError) as refused:
        run(["talks"], "out.txt")
    assert refused.value.code == "output-is-a-file"
    assert run(["talks", "nothing"], "nothing")[0] == 2
