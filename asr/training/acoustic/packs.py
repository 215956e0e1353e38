"""Manifests to packs of log-mel frames, and packs to batches."""

import hashlib
import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from multiprocessing import Pool
from pathlib import Path

import numpy as np
import soundfile
import torch

from asr.acoustic.config import Config
from asr.acoustic.features import LogMel
from asr.training.acoustic.mel_bank import mel_bank


def entries(manifest: Path, limit: int = 0) -> list[dict]:
    """The lines of a JSON-lines manifest; with a limit about so many, evenly over it, so that every set is there."""
    listed = [json.loads(line) for line in manifest.read_text(encoding="utf-8").splitlines()]
    return listed[:: max(1, len(listed) // limit)] if limit else listed


@dataclass(frozen=True)
class Pack:
    """All frames of a manifest end to end, and what is said in each stretch."""

    frames: np.ndarray  # (total, mels) float16, memory-mapped
    begins: np.ndarray  # (n + 1,) int64: entry i is frames[begins[i]:begins[i + 1]]
    entries: list[dict]  # n manifest lines
    name: str = ""  # of the manifest (`identity`)


def _frames(job: tuple[Path, Config]) -> np.ndarray:
    path, config = job
    torch.set_num_threads(1)
    sound, rate = soundfile.read(path, dtype="float32")
    if rate != config.rate or sound.ndim != 1:
        raise ValueError(f"{path}: expected mono at {config.rate} Hz, found {sound.shape} at {rate} Hz")
    return LogMel(config, mel_bank(config))(sound).numpy().astype(np.float16)


def identity(manifest: Path) -> str:
    """Name a manifest by its folder and its content."""
    return f"{manifest.parent.name}-{hashlib.sha256(manifest.read_bytes()).hexdigest()[:8]}"


def clip_name(manifest: str, entry: dict) -> str:
    """Name a clip by its manifest's `identity` and its "audio"."""
    return f"{manifest}/{entry.get('audio', '')}"


def stem(manifest: Path, config: Config, cache: Path) -> Path:
    """Where the pack of a manifest lies, less its two suffixes; another manifest or front end has another."""
    front = (config.rate, config.window, config.hop, config.fft, config.mels, config.low, config.high, config.floor)
    made_of = hashlib.sha256(manifest.read_bytes() + json.dumps(front).encode()).hexdigest()
    return cache / f"{manifest.parent.name}-{made_of[:8]}"


def load(manifest: Path, config: Config, cache: Path, processes: int = 2) -> Pack:
    """The pack of a JSON-lines manifest; made at the first call, kept in the folder `cache`."""
    at = stem(manifest, config, cache)
    if not at.with_suffix(".json").exists():
        cache.mkdir(parents=True, exist_ok=True)
        listed = entries(manifest)
        jobs = [(manifest.parent / entry["audio"], config) for entry in listed]
        with Pool(processes) as pool:
            parts = pool.map(_frames, jobs, chunksize=64)
        np.save(at.with_suffix(".npy"), np.concatenate(parts))
        at.with_suffix(".json").write_text(json.dumps({"lens": [len(part) for part in parts], "entries": listed}))
    index = json.loads(at.with_suffix(".json").read_text())
    begins = np.concatenate([[0], np.cumsum(index["lens"])])
    return Pack(np.load(at.with_suffix(".npy"), mmap_mode="r"), begins, index["entries"], identity(manifest))


SHORTEST = 5  # words of a sentence that is somebody's; shorter ones ("thank you very much") belong to everybody


def sentences(manifests: Iterable[Path]) -> frozenset[str]:
    """The sentences in which something is scored: to be left out of what is learnt from, whoever says them."""
    said = {entry["text"] for path in manifests for entry in entries(path)}
    return frozenset(text for text in said if len(text.split()) >= SHORTEST)


@dataclass(frozen=True)
class Example:
    frames: np.ndarray  # (n, mels) float16
    labels: np.ndarray  # (k,) int64 CTC labels, no blanks
    corpus: str
    cuts: tuple[tuple[int, int], ...] = ()  # between words: the frame, and how many labels stand before it
    speaker: str = ""  # "" if nobody knows
    name: str = ""  # MANIFEST/AUDIO, as asr.training.distillation.shards names clips
    transcribed: bool = True  # else nobody knows what is said, and `labels` is empty


def utterances(
    pack: Pack, pronunciations: dict, config: Config, longest: float = 20.0, held: frozenset[str] = frozenset(),
    doubt: float = math.inf,
) -> list[Example]:  # fmt: skip
    """The entries that can be trained on: not `held`, every word pronounced, not too long, room for the labels.

    Phones are those that asr.training.acoustic.align found, else each word's most usual; what it found with a loss
    above `doubt` a phone is left out, its text being wrong more often than not."""
    ids = {label: i for i, label in enumerate(config.labels)}
    kept = []
    for i, entry in enumerate(pack.entries):
        frames = pack.frames[pack.begins[i] : pack.begins[i + 1]]
        words = entry["text"].split()
        if not words or entry["text"] in held or any(word not in pronunciations for word in words):
            continue
        if entry.get("loss", 0.0) > doubt:
            continue
        phones = entry.get("phones") or [phone for word in words for phone in pronunciations[word][0]]
        labels = np.array([ids[phone] for phone in phones])
        needed = len(labels) + int((labels[1:] == labels[:-1]).sum())
        rows = len(frames) // config.stride * config.rows_per_step
        if len(frames) <= longest * config.rate / config.hop and needed <= rows:
            cuts = tuple((int(frame), int(count)) for frame, count in entry.get("cuts", ()))
            speaker = entry.get("speaker", "unknown")
            speaker = "" if speaker == "unknown" else speaker
            kept.append(Example(frames, labels, entry["corpus"], cuts, speaker, clip_name(pack.name, entry)))
    return kept


def untranscribed(pack: Pack, config: Config, longest: float = 20.0) -> list[Example]:
    """The entries that are not too long, without labels: for learning from a teacher's posteriors."""
    return [
        Example(frames, np.zeros(0, np.int64), entry["corpus"], name=clip_name(pack.name, entry), transcribed=False)
        for entry, first, end in zip(pack.entries, pack.begins[:-1], pack.begins[1:], strict=True)
        if 0 < len(frames := pack.frames[first:end]) <= longest * config.rate / config.hop
    ]


def silences(pack: Pack) -> list[Example]:
    """Noises as utterances without words, so that the network learns to say nothing; room responses are left out."""
    nothing = np.zeros(0, np.int64)
    return [
        Example(pack.frames[pack.begins[i] : pack.begins[i + 1]], nothing, "noise")
        for i, entry in enumerate(pack.entries)
        if entry["seconds"] >= 2 and "impulse" not in entry["kind"] and "room" not in entry["kind"]
    ]


LEAST = 12  # rows of a batch: the cost of a recurrent step hardly falls below it


def batches(
    items: list[Example], seconds: float, config: Config, rng: np.random.Generator, least: int = LEAST
) -> Iterator[list[Example]]:
    """One pass over the items in random batches of alike lengths: `seconds` of sound with padding, `least` items."""
    lengths = np.array([len(item.frames) for item in items])
    for group in grouped(lengths, seconds * config.rate / config.hop, rng, least):
        yield [items[i] for i in group]


def grouped(lengths: np.ndarray, limit: float, rng: np.random.Generator, least: int = LEAST) -> Iterator[list[int]]:
    """Group items of alike lengths at random, `limit` with padding and at least `least` items; their indices."""
    order = np.argsort(lengths * rng.uniform(0.9, 1.1, len(lengths)))
    groups: list[list[int]] = [[]]
    longest = 0
    for i in order.tolist():
        longest = max(longest, int(lengths[i]))
        if len(groups[-1]) >= least and longest * (len(groups[-1]) + 1) > limit:
            groups.append([])
            longest = int(lengths[i])
        groups[-1].append(i)
    for g in rng.permutation(len(groups)):
        yield groups[g]
