"""Speech, noises and manifests for the tests of training."""

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from asr.training.acoustic import packs
from asr.training.acoustic.packs import Example
from tests.support.recognition.sound import noise
from tests.support.recognition.tiny import mel_bank, tiny_config

CONFIG = tiny_config()
NOISE = np.random.default_rng(0).normal(-6, 1, (1500, CONFIG.mels)).astype(np.float16)


def utterance(labels: Sequence[int], seed: int = 0) -> Example:
    """Return an example with 16 frames for each label, in which bands of its own are loud, and 8 quiet ones around."""
    rng = np.random.default_rng(seed)
    frames = rng.normal(-9, 0.3, (8 + 24 * len(labels), CONFIG.mels))
    for i, label in enumerate(labels):
        frames[8 + 24 * i : 24 + 24 * i, (label * 5) % 60 : (label * 5) % 60 + 4] += 8
    return Example(frames.astype(np.float16), np.array(labels), "made")


FOUR = [utterance(labels, i) for i, labels in enumerate([[1, 2, 3], [3, 3, 5, 1], [7, 2], [5, 7, 1, 2, 9]])]


def write_manifest(folder: Path, texts: Sequence[str], seconds: float) -> Path:
    """Write recordings of noise with these texts and return their manifest; the corpus is named as the folder."""
    folder.mkdir()
    lines = []
    for i, text in enumerate(texts):
        soundfile.write(folder / f"{i}.wav", noise(seconds, seed=i), 16_000)
        entry = {"audio": f"{i}.wav", "text": text, "corpus": folder.name, "seconds": seconds, "kind": "noise"}
        lines.append(json.dumps(entry))
    (folder / "manifest.jsonl").write_text("\n".join(lines))
    return folder / "manifest.jsonl"


class SerialPool:
    """A pool without processes."""

    def __init__(self, processes: int):
        pass

    def __enter__(self) -> "SerialPool":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def map(self, function: Callable[[Any], Any], jobs: Iterable[Any], chunksize: int) -> list[Any]:
        return list(map(function, jobs))


class FewWords:
    """A dictionary of three words."""

    def __call__(self, words: Iterable[str]) -> dict[str, tuple[tuple[str, ...], ...]]:
        known = {"the": (("DH", "AH"), ("DH", "IY")), "key": (("K", "IY"),), "be": (("B", "IY"),)}
        return {word: known[word] for word in words if word in known}


def compute_packs_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let packs be computed in this process and without torchaudio."""
    monkeypatch.setattr(packs, "mel_bank", mel_bank)
    monkeypatch.setattr(packs, "Pool", SerialPool)
