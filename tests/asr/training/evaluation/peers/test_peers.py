"""Recognisers side by side: rows are kept and gone on with, figures are computed from them."""

import argparse
import json
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest

from asr.training.evaluation.peers import measure as peers
from asr.training.evaluation.peers import report as peers_report
from asr.training.evaluation.peers.report import as_markdown, draw, summaries
from asr.training.evaluation.peers.side_by_side import TIMES, Recording, Worker, rows_of, spread
from tests.support.recognition import sound

TEXT = "the cat sat on the mat"


class Known:
    """A system that shows a word of the text for each half second; it notes each recording in a file."""

    MODES: ClassVar[tuple[str, ...]] = ("stream", "file")
    rate = 8000

    def __init__(self, log: Path) -> None:
        self.name, self.model, self._log = "Known 1.0", log, log
        self._samples = 0

    def open(self) -> "Known":
        with self._log.open("a") as log:
            log.write("x")
        self._samples = 0
        return self

    def push(self, samples: np.ndarray) -> str:
        self._samples += len(samples)
        return " ".join(TEXT.split()[: 2 * self._samples // self.rate])

    def finish(self) -> str:
        return f"{self.push(np.zeros(0))}."

    def file(self, sound: np.ndarray) -> str:
        self.open().push(sound)
        return self.finish().title()


@pytest.fixture
def recordings(tmp_path: Path) -> list[Recording]:
    found = []
    for number in range(3):
        path = sound.write(tmp_path / f"{number}.wav", sound.noise(2.0))
        found.append(Recording(path, "noise" if number == 2 else "made", "" if number == 2 else TEXT))
    return found


def known(tmp_path: Path) -> list[Worker]:
    (tmp_path / "log").touch()
    return [Worker("known", mode, partial(Known, tmp_path / "log")) for mode in Known.MODES]


@pytest.mark.slow
def test_each_system_recognises_each_recording_once_also_in_two_runs(
    tmp_path: Path, recordings: list[Recording]
) -> None:
    file = tmp_path / "rows.jsonl"
    first = list(rows_of(known(tmp_path), recordings[:2], file))
    file.write_bytes(file.read_bytes() + b'{"key": "known", "mo')  # a kill
    rows = list(rows_of(known(tmp_path), recordings, file))
    assert [row["path"] for row in rows[:4]] == [row["path"] for row in first]
    assert len(rows) == 6 and (tmp_path / "log").read_text() == "x" * 6
    assert {(row["mode"], Path(row["path"]).name) for row in rows} == {
        (mode, f"{number}.wav") for mode in Known.MODES for number in range(3)
    }
    stream = next(row for row in rows if row["mode"] == "stream" and row["text"])
    assert stream["texts"][-1][1] == "the cat sat on." and stream["seconds"] == 2.0 and stream["memory"] >= 0
    assert stream["texts"][0][0] == pytest.approx(0.5, abs=0.2)


@pytest.mark.slow
def test_a_system_whose_rows_are_deleted_is_measured_anew_and_keeps_its_place(
    tmp_path: Path, recordings: list[Recording], monkeypatch: pytest.MonkeyPatch
) -> None:
    file, logs = tmp_path / "rows.jsonl", [tmp_path / "first", tmp_path / "second"]
    for log in logs:
        log.touch()
    monkeypatch.setattr(peers, "recordings_of", lambda _: recordings)
    monkeypatch.setattr(
        peers, "workers_of", lambda _: [Worker(log.name, "stream", partial(Known, log)) for log in logs]
    )
    args = peers.make_parser().parse_args(["manifest.jsonl", "--rows", str(file)])
    before = peers.measured(args)
    lines = file.read_text().splitlines()
    file.write_text("".join(f"{line}\n" for line in lines if '"key": "first"' not in line))
    after = peers.measured(args)
    assert [log.read_text() for log in logs] == ["x" * 6, "x" * 3]
    assert [row["key"] for row in after] == [row["key"] for row in before] == ["first"] * 3 + ["second"] * 3


def test_recordings_are_spread_over_all_in_any_beginning() -> None:
    for count in (1, 2, 7, 479):
        assert sorted(spread(count)) == list(range(count))
    assert spread(8)[:4] == [0, 4, 2, 6]


def row(path: str, mode: str, texts: list[tuple[float, str]], **changes: Any) -> dict:
    about = {"key": "a", "mode": mode, "path": path, "corpus": "librispeech", "text": TEXT, "system": "A 1"}
    figures = {"megabytes": 40.2, "memory": 99.6, "seconds": 3.0, "onset": 0.5, "processor_seconds": 1.5}
    return {**about, **figures, "texts": texts, "end": texts[-1][0] if texts else 3.0, **changes}


ENDS = [0.6, 1.0, 1.4, 1.6, 1.8, None]
ROWS = [
    {"key": TIMES, "mode": TIMES, "path": "1", "corpus": "librispeech", "text": TEXT, "ends": ENDS},
    row("1", "stream", [(1.0, "the cap"), (1.5, "the cat sat"), (3.2, "The cat sat on a mat.")]),
    row("1", "file", [(3.4, "The cat sat on the mat.")], key="b", system="B 2"),
    row("2", "stream", [(1.0, "the")]),  # of a recording that B lacks
    row("3", "stream", [(2.0, "hm hm")], corpus="noise", text="", seconds=30.0),
    row("3", "file", [], key="b", system="B 2", corpus="noise", text="", seconds=30.0),
]


def test_figures_are_those_of_the_recordings_that_all_have() -> None:
    a, b = summaries(ROWS)
    assert (a["system"], a["mode"], a["recordings"], a["megabytes"], a["memory"]) == ("A 1", "stream", 1, 40, 100)
    assert a["wer"] == {"librispeech": 16.7, "all": 16.7} and b["wer"]["all"] == 0.0
    assert a["times_real_time"] == 2.0 and a["times_real_time_of"] == {"librispeech": 2.0}
    assert a["first_word"] == [0.5, 0.5]  # shown at 1.0, the sound began at 0.5
    # stable: "the" 1.0 - 0.6, "cat" 1.5 - 1.0, "sat" 1.5 - 1.4, "on" 3.2 - 1.6; "the" is wrong, "mat" was not found
    assert a["stable"] == [0.45, 1.27] and b["stable"] is None
    assert a["final"] == [0.2, 0.2] and b["final"] == [0.4, 0.4]
    assert a["changed"] == pytest.approx(100 / 6, abs=0.1) and b["changed"] is None
    assert a["invented"] == 4.0 and b["invented"] == 0.0


def test_tables_and_plots_have_all_systems(tmp_path: Path) -> None:
    found = summaries(ROWS)
    tables = as_markdown(found)
    assert "| A 1 | stream | 40 | 16.7 % | 16.7 % | 2.0 | 100 | 4.0 |" in tables
    assert "| B 2 | file |  |  | 0.40, 0.40 |  |" in tables
    pytest.importorskip("matplotlib")
    draw(tmp_path / "peers.svg", found)
    assert "<svg" in (tmp_path / "peers.svg").read_text()


def test_a_corpus_without_a_name_of_its_own_stands_behind_the_others() -> None:
    found = peers_report.summaries([row("1", "stream", [(1.0, TEXT)], corpus="zoo"), row("2", "stream", [(1.0, TEXT)])])
    assert list(found[0]["wer"]) == ["librispeech", "zoo", "all"]


def test_options_choose_systems_and_modes(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    manifest = tmp_path / "manifest.jsonl"
    entries = [{"audio": f"{i}.wav", "text": "Mr. Cat", "corpus": "made"} for i in range(4)]
    manifest.write_text("".join(json.dumps(entry) + "\n" for entry in entries))
    arguments = [str(manifest), "--limit", "2", "--noise", str(manifest), "--whisper", f"tiny={tmp_path}"]
    args = peers.make_parser().parse_args([*arguments, "--modes", "stream"])
    assert [(worker.key, worker.mode) for worker in peers.workers_of(args)] == [
        *((TIMES, TIMES), ("echoic", "stream"), ("pocketsphinx", "stream"), ("whisper tiny", "file")),
    ]
    found = peers.recordings_of(args)
    assert [(one.corpus, one.text) for one in found] == [("made", "mr cat")] * 2 + [("noise", "")] * 4
    args = peers.make_parser().parse_args([*arguments, "--own", "echoic"])
    assert [worker.mode for worker in peers.workers_of(args)] == [TIMES, "stream", "file", "file"]
    with pytest.raises(argparse.ArgumentTypeError):
        peers.named_folder(f"tiny={tmp_path / 'missing'}")
