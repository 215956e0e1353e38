"""What a training learns from and is watched on."""

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from asr.acoustic.config import Config
from asr.training.acoustic import augment
from asr.training.acoustic.packs import Example, Pack, load, sentences, silences, utterances
from asr.training.text.pronounce import Pronouncer


@dataclass(frozen=True)
class Corpus:
    items: list[Example]
    dev: list[Example]
    noise: np.ndarray  # (frames, mels)
    mean: torch.Tensor  # (mels,)
    deviation: torch.Tensor  # (mels,)

    @classmethod
    def load(
        cls, train: list[Path], dev: Path, noise: Path | None, held: list[Path], config: Config, cache: Path,
        doubt: float = math.inf,
    ) -> "Corpus":  # fmt: skip
        """The recordings of the manifests, less the sentences of `dev` and `held`; without noises for None."""
        out = sentences([dev, *held])
        packs: list[Pack] = [load(path, config, cache) for path in train]
        watched, noises = load(dev, config, cache), load(noise, config, cache) if noise else None
        if noises and len(noises.frames) <= augment.PIECE:
            raise SystemExit(f"{noise} holds {len(noises.frames)} frames of sound; it needs more than {augment.PIECE}.")
        said = Pronouncer()(w for p in (*packs, watched) for entry in p.entries for w in entry["text"].split())
        items = [item for pack in packs for item in utterances(pack, said, config, held=out, doubt=doubt)]
        items += silences(noises) if noises else []
        sample = np.concatenate([np.asarray(pack.frames[::50], dtype=np.float32) for pack in packs])
        return cls(
            items, utterances(watched, said, config, longest=40),
            np.asarray(noises.frames) if noises else np.zeros((0, config.mels)),
            torch.from_numpy(sample.mean(0)), torch.from_numpy(sample.std(0)),
        )  # fmt: skip
