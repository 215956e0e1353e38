"""Shards: arrays of many clips in few files, written one after the other so that a stopped command can continue.

A shard has two files: NNNNN.npy, the rows of some clips of a manifest end to end, and NNNNN.json, [[audio path, number
of rows], ...]. The JSON file is written last, so a shard that has one is complete. Which clips belong to a shard
depends on the manifest alone.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

SECONDS = 480.0  # of sound in a shard


def write(stem: Path, names: Sequence[str], arrays: Sequence[np.ndarray]) -> None:
    """Write one shard.

    Args:
        stem: Its path without a suffix.
        names: Audio paths of its clips, as they stand in the manifest.
        arrays: (rows, ...) of each clip.
    """
    stem.parent.mkdir(parents=True, exist_ok=True)
    part = stem.with_suffix(".part.npy")
    np.save(part, np.concatenate(arrays))
    part.replace(stem.with_suffix(".npy"))
    index = stem.with_suffix(".part")
    index.write_text(json.dumps([[name, len(rows)] for name, rows in zip(names, arrays, strict=True)]))
    index.replace(stem.with_suffix(".json"))


def read(folder: Path) -> dict[str, np.ndarray]:
    """Return the arrays of all complete shards, FOLDER/<manifest>/.../NNNNN.json, memory-mapped.

    Returns:
        Name of the clip (`asr.training.acoustic.packs.clip_name`) -> (rows, ...).
    """
    arrays: dict[str, np.ndarray] = {}
    for path in sorted(folder.glob("*/**/*.json")):
        manifest = path.relative_to(folder).parts[0]
        whole = np.load(path.with_suffix(".npy"), mmap_mode="r")
        first = 0
        for name, rows in json.loads(path.read_text()):
            arrays[f"{manifest}/{name}"] = whole[first : first + rows]
            first += rows
    return arrays


def plan(entries: Sequence[dict], seconds: float = SECONDS) -> list[list[dict]]:
    """Divide manifest entries into runs of at most `seconds` of sound, or of one longer clip."""
    runs: list[list[dict]] = []
    total = 0.0
    for entry in entries:
        if not runs or total + entry["seconds"] > seconds:
            runs.append([])
            total = 0.0
        runs[-1].append(entry)
        total += entry["seconds"]
    return runs


def missing(folder: Path, entries: Sequence[dict], part: tuple[int, int] = (0, 1)) -> Iterator[tuple[Path, list[dict]]]:
    """Yield the shards that are not written yet.

    Args:
        folder: Of the shards.
        entries: Manifest entries that the shards cover.
        part: (I, N): only every N-th shard, from number I on, for N processes that divide the work.

    Yields:
        The path of a shard without a suffix, and its manifest entries.
    """
    for number, run in enumerate(plan(entries)):
        stem = folder / f"{number:05d}"
        if number % part[1] == part[0] and not stem.with_suffix(".json").exists():
            yield stem, run


def parse_part(text: str) -> tuple[int, int]:
    """Return (I, N) of an argument I/N; the type of `--part`.

    Raises:
        ValueError: It is not I/N with 0 <= I < N.
    """
    index, _, count = text.partition("/")
    if not 0 <= int(index) < int(count):
        raise ValueError(text)
    return int(index), int(count)


PART_ARGUMENT: dict[str, Any] = {
    "type": parse_part,
    "default": (0, 1),
    "metavar": "I/N",
    "help": "write only every N-th shard, from number I on, so that N processes divide the work",
}
