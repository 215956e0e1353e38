"""The journal: a run goes on wherever the last one ended."""

import json
from pathlib import Path

import pytest

from app.cluster.errors import ClusterError
from app.cluster.journal import Journal

JOB = {"formats": ["txt"], "output": "out"}
RECORD = {"version": "1", "faults": [], "seconds": 1.0}


def written(path: Path) -> None:
    with Journal(path, JOB) as journal:
        journal.plan({"a.wav": ["out/a.txt"], "b.wav": ["out/b.txt"]})
        journal.finish("a.wav", RECORD)


def test_what_was_planned_and_done_is_known_again(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "journal"
    written(path)
    with Journal(path, JOB) as journal:
        assert journal.planned == {"out/a.txt", "out/b.txt"}
        assert set(journal.done) == {"a.wav"} and journal.done["a.wav"]["version"] == "1"


@pytest.mark.slow
def test_wherever_a_kill_cut_it_the_lines_before_are_read_and_it_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    written(path)
    content = path.read_bytes()
    first = content.index(b"\n") + 1
    for cut in range(first, len(content) - 1):
        path.write_bytes(content[:cut])
        with Journal(path, JOB) as journal:
            assert not journal.done
            journal.finish("b.wav", RECORD)
        with Journal(path, JOB) as journal:
            assert set(journal.done) == {"b.wav"}


def test_one_that_was_cut_in_its_first_line_begins_anew(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    path.write_bytes(b"")
    written(path)
    assert json.loads(path.read_bytes().splitlines()[0])["journal"] == 1


@pytest.mark.parametrize(
    "content", [b"words of a transcript\n", b'{"journal": 2, "job": {}}\n', b'{"audio": "a.wav"}\n']
)
def test_what_is_no_journal_stays_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "journal"
    path.write_bytes(content)
    with pytest.raises(ClusterError) as refused:
        Journal(path, JOB)
    assert refused.value.code == "journal-unusable" and path.read_bytes() == content


def test_another_job_and_another_program_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    written(path)
    with pytest.raises(ClusterError) as other:
        Journal(path, {**JOB, "formats": ["srt"]})
    assert other.value.code == "journal-other-job" and "formats" in str(other.value)
    with Journal(path, JOB), pytest.raises(ClusterError) as busy:
        Journal(path, JOB)
    assert busy.value.code == "journal-in-use"


@pytest.mark.parametrize(
    "record",
    [
        {"planned": "c.wav"},
        {"planned": "c.wav", "outputs": 0.5},
        {"planned": "c.wav", "outputs": [["out/c.txt"], 1]},
        {"done": ["c.wav"], **RECORD},
        {"done": "c.wav", "version": "1"},
        {"done": "c.wav", "faults": [], "version": 1},
    ],
)
def test_a_damaged_record_says_nothing_and_ends_nothing(tmp_path: Path, record: dict[str, object]) -> None:
    path = tmp_path / "journal"
    written(path)
    path.write_text(path.read_text() + json.dumps(record) + "\n" + "[" * 5000 + "\n")
    with Journal(path, JOB) as journal:
        assert journal.planned == {"out/a.txt", "out/b.txt"} and set(journal.done) == {"a.wav"}


def test_a_journal_of_no_job_is_refused_and_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    path.write_text('{"journal": 1, "job": [1]}\n')
    with pytest.raises(ClusterError, match="job"):
        Journal(path, JOB)
    assert path.read_text() == '{"journal": 1, "job": [1]}\n'
