"""Shards: complete ones are read, missing ones are made, and nothing else."""

from pathlib import Path

import numpy as np
import pytest

from asr.training.distillation import shards

ENTRIES: list[dict] = [{"audio": f"{i}.opus", "seconds": 3.0} for i in range(10)]


def rows(name: str) -> np.ndarray:
    """Return rows that differ between clips: as many as the number in the name."""
    number = int(name.split(".")[0])
    return np.full((number, 2), number, np.float16)


def make(folder: Path, part: tuple[int, int] = (0, 1), most: int = 100) -> int:
    """Write up to `most` of the missing shards and return how many were written."""
    made = 0
    for stem, run in list(shards.missing(folder, ENTRIES, part))[:most]:
        names = [entry["audio"] for entry in run]
        shards.write(stem, names, [rows(name) for name in names])
        made += 1
    return made


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make shards of three clips."""
    monkeypatch.setattr(shards.plan, "__defaults__", (9.0,))


def test_a_plan_holds_every_clip_once_in_order() -> None:
    runs = shards.plan([*ENTRIES, {"audio": "long", "seconds": 20.0}])
    assert [entry["audio"] for run in runs for entry in run] == [*(e["audio"] for e in ENTRIES), "long"]
    assert [len(run) for run in runs] == [3, 3, 3, 1, 1]


def test_stopped_work_continues(tmp_path: Path) -> None:
    folder = tmp_path / "train-1" / "corpus"
    assert make(folder, most=2) == 2
    kept = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert make(folder) == 2 and make(folder) == 0
    assert all(path.stat().st_mtime_ns == time for path, time in kept.items())
    found = shards.read(tmp_path)
    assert list(found) == [f"train-1/{entry['audio']}" for entry in ENTRIES]
    assert all(np.array_equal(found[f"train-1/{e['audio']}"], rows(e["audio"])) for e in ENTRIES)


def test_a_shard_without_its_list_is_made_again(tmp_path: Path) -> None:
    folder = tmp_path / "train-1"
    make(folder)
    (folder / "00001.json").unlink()
    assert len(shards.read(tmp_path)) == 7
    assert [stem.name for stem, _ in shards.missing(folder, ENTRIES)] == ["00001"]


def test_processes_share_the_work(tmp_path: Path) -> None:
    folder = tmp_path / "train-1"
    assert make(folder, (0, 2)) == 2 and make(folder, (1, 2)) == 2
    assert len(shards.read(tmp_path)) == 10


def test_a_part_is_a_number_below_the_count() -> None:
    assert shards.parse_part("1/2") == (1, 2)
    for text in ("2/2", "1", "-1/2", "a/b"):
        with pytest.raises(ValueError):
            shards.parse_part(text)


def test_manifests_with_clips_of_one_name_do_not_mix(tmp_path: Path) -> None:
    for number, name in enumerate(("train-1", "weak-2")):
        shards.write(tmp_path / name / "00000", ["0.opus"], [np.array([number])])
    assert {key: int(value[0]) for key, value in shards.read(tmp_path).items()} == {
        "train-1/0.opus": 0,
        "weak-2/0.opus": 1,
    }


def test_an_empty_folder_holds_nothing(tmp_path: Path) -> None:
    assert shards.read(tmp_path) == {} and shards.read(tmp_path / "absent") == {}
