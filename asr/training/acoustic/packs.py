"""Manifests to packs of log-mel frames, and packs to batches of examples.

python -m asr.training.acoustic.packs DATA/*/manifest.jsonl --processes 16

computes the packs before a training would do it, which has two processes for that and uses none of its GPUs meanwhile.
A stopped command continues after the last whole pack.
"""

import argparse
import hashlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing import Pool
from pathlib import Path
from types import MappingProxyType

import numpy as np
import soundfile
import torch

from asr.acoustic.config import Config
from asr.acoustic.features import LogMel
from asr.text.phones import LABELS
from asr.training.acoustic.mel_bank import mel_bank
from asr.training.alignments import ManifestAlignments
from asr.training.manifests import is_room, read_manifest

MIN_BATCH = 12  # recordings: below that a recurrent step hardly becomes cheaper


@dataclass(frozen=True)
class Pack:
    """The log-mel frames of all recordings of a manifest, one after the other, with the manifest's entries."""

    frames: np.ndarray  # (total, mels) float16, memory-mapped
    begins: np.ndarray  # (n + 1,) int64: entry i is frames[begins[i]:begins[i + 1]]
    entries: list[dict]  # n manifest entries
    name: str = ""  # of the manifest, see `manifest_name`


def _frames(job: tuple[Path, Config]) -> np.ndarray:
    path, config = job
    torch.set_num_threads(1)
    sound, rate = soundfile.read(path, dtype="float32")
    if rate != config.rate or sound.ndim != 1:
        raise ValueError(f"{path}: expected mono at {config.rate} Hz, found {sound.shape} at {rate} Hz")
    with torch.autocast("cpu", enabled=False):  # a process that was forked under autocast would be under it, too
        return LogMel(config, mel_bank(config))(sound).numpy().astype(np.float16)


def manifest_name(manifest: Path) -> str:
    """Return a name for a manifest: its folder and a digest of its content."""
    return f"{manifest.parent.name}-{hashlib.sha256(manifest.read_bytes()).hexdigest()[:8]}"


def clip_name(manifest: str, entry: dict) -> str:
    """Return a name for a recording: the name of its manifest (`manifest_name`) and its audio path."""
    return f"{manifest}/{entry.get('audio', '')}"


def stem(manifest: Path, config: Config, cache: Path) -> Path:
    """Return the path of a manifest's pack without its suffixes.

    The name contains a digest, so a changed manifest or front end has another pack.
    """
    front = (config.rate, config.window, config.hop, config.fft, config.mels, config.low, config.high, config.floor)
    made_of = hashlib.sha256(manifest.read_bytes() + json.dumps(front).encode()).hexdigest()
    return cache / f"{manifest.parent.name}-{made_of[:8]}"


def load_pack(manifest: Path, config: Config, cache: Path, processes: int = 2) -> Pack:
    """Return the pack of a manifest. The first call computes it and stores it in the folder `cache`."""
    path = stem(manifest, config, cache)
    if not path.with_suffix(".json").exists():
        cache.mkdir(parents=True, exist_ok=True)
        entries = read_manifest(manifest)
        jobs = [(manifest.parent / entry["audio"], config) for entry in entries]
        with Pool(processes) as pool:
            parts = pool.map(_frames, jobs, chunksize=64)
        np.save(path.with_suffix(".npy"), np.concatenate(parts))
        path.with_suffix(".json").write_text(json.dumps({"lens": [len(part) for part in parts], "entries": entries}))
    index = json.loads(path.with_suffix(".json").read_text())
    begins = np.concatenate([[0], np.cumsum(index["lens"])])
    return Pack(np.load(path.with_suffix(".npy"), mmap_mode="r"), begins, index["entries"], manifest_name(manifest))


@dataclass(frozen=True)
class Example:
    """One utterance of training."""

    frames: np.ndarray  # (n, mels) float16
    labels: np.ndarray  # (k,) int64 CTC labels, without blanks
    corpus: str
    cuts: tuple[tuple[int, int], ...] = ()  # between words: (frame, number of labels before it)
    speaker: str = ""  # "" if unknown
    name: str = ""  # of the recording, see `clip_name`; "" for spliced examples
    transcribed: bool = True  # False: the words are unknown, and `labels` is empty


def trainable_examples(
    pack: Pack,
    pronunciations: Mapping[str, Sequence[Sequence[str]]],
    config: Config,
    longest: float = 20.0,
    held_out: frozenset[str] = frozenset(),
    alignments: ManifestAlignments = MappingProxyType({}),
    max_loss: float = math.inf,
) -> list[Example]:
    """Return the examples of a pack that can be trained on.

    Left out: sentences of `held_out`, words without pronunciation, recordings that are too long or have too few rows
    for their labels, and utterances whose alignment has a loss above `max_loss`, since most of their texts are wrong.

    Args:
        pack: Recordings and their texts.
        pronunciations: Word -> its pronunciations, the most usual first.
        config: Labels and frame rate.
        longest: Seconds.
        held_out: Sentences of evaluation sets.
        alignments: Of the same manifest. An utterance without one has the most usual pronunciations and no cuts.
        max_loss: Nats per phone.
    """
    ids = {label: i for i, label in enumerate(config.labels)}
    kept = []
    for i, entry in enumerate(pack.entries):
        frames = pack.frames[pack.begins[i] : pack.begins[i + 1]]
        words = entry["text"].split()
        if not words or entry["text"] in held_out or any(word not in pronunciations for word in words):
            continue
        alignment = alignments.get(entry.get("audio", ""))
        if alignment and alignment.loss > max_loss:
            continue
        usual = (phone for word in words for phone in pronunciations[word][0])
        labels = np.array([ids[phone] for phone in (alignment.phones if alignment else usual)])
        needed = len(labels) + int((labels[1:] == labels[:-1]).sum())  # CTC needs a blank between equal labels
        rows = len(frames) // config.stride * config.rows_per_step
        if len(frames) <= longest * config.rate / config.hop and needed <= rows:
            cuts = alignment.cuts if alignment else ()
            speaker = entry.get("speaker", "unknown")
            speaker = "" if speaker == "unknown" else speaker
            kept.append(Example(frames, labels, entry["corpus"], cuts, speaker, clip_name(pack.name, entry)))
    return kept


def untranscribed_examples(pack: Pack, config: Config, longest: float = 20.0) -> list[Example]:
    """Return the recordings of a pack as examples without labels, to train on the posteriors of a teacher.

    Empty recordings and those of more than `longest` seconds are left out.
    """
    no_labels = np.zeros(0, np.int64)
    kept = []
    for i, entry in enumerate(pack.entries):
        frames = pack.frames[pack.begins[i] : pack.begins[i + 1]]
        if 0 < len(frames) <= longest * config.rate / config.hop:
            name = clip_name(pack.name, entry)
            kept.append(Example(frames, no_labels, entry["corpus"], name=name, transcribed=False))
    return kept


def noise_examples(pack: Pack) -> list[Example]:
    """Return noises as examples without labels, so that the network learns to output only blanks for them.

    Room impulse responses and noises of less than two seconds are left out.
    """
    no_labels = np.zeros(0, np.int64)
    return [
        Example(pack.frames[pack.begins[i] : pack.begins[i + 1]], no_labels, "noise")
        for i, entry in enumerate(pack.entries)
        if entry["seconds"] >= 2 and not is_room(entry)
    ]


def batches(
    items: list[Example], seconds: float, config: Config, rng: np.random.Generator, least: int = MIN_BATCH
) -> Iterator[list[Example]]:
    """Yield all items once, in random batches of similar lengths.

    Args:
        items: Examples.
        seconds: Sound of a batch, padding included; more where `least` long recordings need it.
        config: Frame rate.
        rng: Randomness of lengths and order.
        least: Recordings of a batch; the last batch may have fewer.
    """
    lengths = np.array([len(item.frames) for item in items])
    for group in groups_of_similar_lengths(lengths, seconds * config.rate / config.hop, rng, least):
        yield [items[i] for i in group]


def groups_of_similar_lengths(
    lengths: np.ndarray, limit: float, rng: np.random.Generator, least: int = MIN_BATCH
) -> Iterator[list[int]]:
    """Yield the indices of all items once, in random groups of similar lengths.

    Args:
        lengths: (items,) of the items, in any unit.
        limit: Length of a group in the same unit, padding included; more where `least` long items need it.
        rng: Randomness of lengths and order.
        least: Items of a group; the last group may have fewer.
    """
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


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("manifests", type=Path, nargs="+", help="manifests of recordings")
    parser.add_argument("--cache", type=Path, default=Path(".work/cache"), help="folder of feature packs")
    parser.add_argument("--processes", type=int, default=2, help="compute on so many cores")
    return parser


def main() -> None:
    """Run the command."""
    args = make_parser().parse_args()
    config = Config(labels=LABELS)
    for manifest in args.manifests:
        pack = load_pack(manifest, config, args.cache, args.processes)
        hours = len(pack.frames) * config.hop / config.rate / 3600
        print(f"{manifest}: {len(pack.entries)} recordings, {hours:.1f} h", flush=True)


if __name__ == "__main__":
    main()
