"""Alignment files: which phones each utterance of a manifest has, how well they fit, and where its words meet.

`asr.training.acoustic.align` writes such a file, `asr.training.acoustic.train --alignments` reads it. It is JSON lines:
first a header with the version, the labels, the frame rate and the manifests (path and sha256), then one record for
each aligned utterance, keyed by manifest and audio path:

    {"format": "echoic alignments", "version": 1, "labels": ["<b>", "AA", ...], "frames_per_second": 100.0,
     "manifests": [{"path": "train/manifest.jsonl", "sha256": "...", "utterances": 5120}]}
    {"manifest": 0, "audio": "a.wav", "phones": ["DH", "IY"], "loss": 0.31, "cuts": [[57, 2]]}
"""

import hashlib
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asr.acoustic.config import Config

FORMAT, VERSION = "echoic alignments", 1


@dataclass(frozen=True)
class Alignment:
    """One utterance, aligned by a trained network."""

    phones: tuple[str, ...]  # of the pronunciations that fit the sound best
    loss: float  # CTC loss per phone, in nats; inf where the sound is too short for the phones
    cuts: tuple[tuple[int, int], ...] = ()  # between words: (frame, number of phones before it)


ManifestAlignments = Mapping[str, Alignment]  # audio path, as it stands in the manifest -> alignment


def save(path: Path, config: Config, manifests: Mapping[Path, ManifestAlignments]) -> None:
    """Write the alignments of some manifests. The file is replaced as a whole."""
    header = {
        "format": FORMAT,
        "version": VERSION,
        "labels": list(config.labels),
        "frames_per_second": config.rate / config.hop,
        "manifests": [
            {"path": str(manifest), "sha256": _digest(manifest), "utterances": len(found)}
            for manifest, found in manifests.items()
        ],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    with part.open("w", encoding="utf-8") as file:
        print(json.dumps(header), file=file)
        for number, found in enumerate(manifests.values()):
            for audio, alignment in found.items():
                print(json.dumps({"manifest": number, "audio": audio, **_to_json(alignment)}), file=file)
    part.replace(path)


def load(paths: Iterable[Path], manifests: Sequence[Path], config: Config) -> dict[Path, dict[str, Alignment]]:
    """Read alignment files for the manifests of a training.

    A later file replaces what an earlier one has for the same manifest. A file may cover more manifests than the
    training uses.

    Returns:
        Manifest -> alignments; without the manifests that no file covers.

    Raises:
        ValueError: A file is no alignment file, has another version, other labels or another frame rate, is damaged,
            was made from an older version of a manifest, or covers none of the manifests.
    """
    digests = {manifest: _digest(manifest) for manifest in manifests}
    found: dict[Path, dict[str, Alignment]] = {}
    for path in paths:
        header, *records = path.read_text(encoding="utf-8").splitlines() or [""]
        listed = _check_header(path, header, config)
        for entry in listed:
            if any(str(known) == entry["path"] and digest != entry["sha256"] for known, digest in digests.items()):
                raise ValueError(f"{entry['path']} has changed since {path} was made; align it again")
        used = [[known for known, digest in digests.items() if digest == entry["sha256"]] for entry in listed]
        if not any(used):
            raise ValueError(
                f"{path} covers none of the manifests of --train, but {', '.join(e['path'] for e in listed)}"
            )
        aligned: list[dict[str, Alignment]] = [{} for _ in listed]
        for number, record in enumerate(records, 2):
            try:
                row = json.loads(record)
                aligned[row["manifest"]][row["audio"]] = _from_json(row)
            except (ValueError, LookupError, TypeError, OverflowError, RecursionError) as error:
                raise ValueError(f"{path}, line {number}: not a record of an alignment") from error
        for entry, covered, utterances in zip(listed, used, aligned, strict=True):
            if len(utterances) != entry["utterances"]:
                raise ValueError(
                    f"{path} is incomplete: {len(utterances)} of {entry['utterances']} utterances of {entry['path']}"
                )
            found |= {manifest: utterances for manifest in covered}
    return found


def _check_header(path: Path, line: str, config: Config) -> list[dict[str, Any]]:
    """Return the manifests that a header lists; ValueError where the file does not suit the training."""
    frames_per_second = config.rate / config.hop
    try:
        header = json.loads(line)
        if header["format"] != FORMAT:
            raise ValueError(header["format"])
        version, labels, rate = header["version"], tuple(header["labels"]), float(header["frames_per_second"])
        listed = [{key: entry[key] for key in ("path", "sha256", "utterances")} for entry in header["manifests"]]
    except (ValueError, LookupError, TypeError, OverflowError, RecursionError) as error:
        raise ValueError(f"{path} is not an alignment file; asr.training.acoustic.align writes one") from error
    if version != VERSION:
        raise ValueError(f"{path} has version {version} of the format; this program reads version {VERSION}")
    if labels != config.labels:
        raise ValueError(f"{path} was made with other labels than those of this training")
    if rate != frames_per_second:
        raise ValueError(f"{path} counts {rate:g} frames a second, this training {frames_per_second:g}")
    return listed


def _digest(manifest: Path) -> str:
    return hashlib.sha256(manifest.read_bytes()).hexdigest()


def _to_json(alignment: Alignment) -> dict[str, Any]:
    loss = alignment.loss if math.isfinite(alignment.loss) else None  # JSON has no infinity
    return {"phones": alignment.phones, "loss": loss, "cuts": alignment.cuts}


def _from_json(row: dict[str, Any]) -> Alignment:
    loss = math.inf if row["loss"] is None else float(row["loss"])
    return Alignment(tuple(row["phones"]), loss, tuple((int(frame), int(phones)) for frame, phones in row["cuts"]))
