"""Arrays of many clips in few files, written shard by shard so that a stopped command continues.

A shard of a manifest is NNNNN.npy, the rows of some of its clips end to end, and NNNNN.json, [[clip, rows], ...]. The
list is written last, so a shard with a list is complete. The manifest alone decides what is in a shard; clips have its
"audio" for names.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

SECONDS = 480.0  # of the clips in a shard


def write(stem: Path, names: Sequence[str], arrays: Sequence[np.ndarray]) -> None:
    """Write one shard: arrays (rows, ...) of some clips; `stem` is its path without a suffix."""
    stem.parent.mkdir(parents=True, exist_ok=True)
    part = stem.with_suffix(".part.npy")
    np.save(part, np.concatenate(arrays))
    part.replace(stem.with_suffix(".npy"))
    listed = stem.with_suffix(".part")
    listed.write_text(json.dumps([[name, len(rows)] for name, rows in zip(names, arrays, strict=True)]))
    listed.replace(stem.with_suffix(".json"))


def read(folder: Path) -> dict[str, np.ndarray]:
    """Return the arrays of all complete shards, FOLDER/MANIFEST/.../NNNNN.json, memory-mapped; {} if there is none.

    The key of a clip is MANIFEST/AUDIO, as `asr.training.acoustic.packs.clip_name` gives it.
    """
    arrays: dict[str, np.ndarray] = {}
    for path in sorted(folder.glob("*/**/*.json")):
        manifest = path.relative_to(folder).parts[0]
        whole = np.load(path.with_suffix(".npy"), mmap_mode="r")
        at = 0
        for name, rows in json.loads(path.read_text()):
            arrays[f"{manifest}/{name}"] = whole[at : at + rows]
            at += rows
    return arrays


def plan(listed: Sequence[dict], seconds: float = SECONDS) -> list[list[dict]]:
    """Cut a manifest into runs of at most `seconds` of sound, or of one clip."""
    runs: list[list[dict]] = []
    total = 0.0
    for entry in listed:
        if not runs or total + entry["seconds"] > seconds:
            runs.append([])
            total = 0.0
        runs[-1].append(entry)
        total += entry["seconds"]
    return runs


def missing(folder: Path, listed: Sequence[dict], part: tuple[int, int] = (0, 1)) -> Iterator[tuple[Path, list[dict]]]:
    """Yield the shards still to be written as (stem, manifest entries).

    Of several processes that share the work, each takes every part[1]th shard, from number part[0] on.
    """
    for number, run in enumerate(plan(listed)):
        stem = folder / f"{number:05d}"
        if number % part[1] == part[0] and not stem.with_suffix(".json").exists():
            yield stem, run


def part(text: str) -> tuple[int, int]:
    """Read the argument I/N of a command line."""
    index, _, count = text.partition("/")
    return int(index), int(count)
