"""The data of an acoustic training: examples, development set, noises and normalisation."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from asr.acoustic.config import Config
from asr.training import alignments
from asr.training.acoustic import augment
from asr.training.acoustic.packs import Example, Pack, load_pack, noise_examples, trainable_examples
from asr.training.manifests import held_out_sentences
from asr.training.text.pronounce import Pronouncer


@dataclass(frozen=True)
class Corpus:
    """What a training learns from and is validated on."""

    items: list[Example]
    dev: list[Example]
    noise: np.ndarray  # (frames, mels)
    mean: torch.Tensor  # (mels,)
    deviation: torch.Tensor  # (mels,)
    not_aligned: tuple[Path, ...] = ()  # manifests of the training speech that no alignment file covers

    @classmethod
    def load(
        cls,
        train: Sequence[Path],
        dev: Path,
        noise: Path | None,
        held_out: Sequence[Path],
        config: Config,
        cache: Path,
        alignment_files: Sequence[Path] = (),
        max_loss: float = math.inf,
    ) -> "Corpus":
        """Load the recordings of the manifests `train`, without the sentences of `dev` and `held_out`.

        Args:
            train: Manifests of training speech.
            dev: Manifest of development speech.
            noise: Manifest of noises, or None to train without.
            held_out: Manifests whose sentences are left out.
            config: Front end and labels.
            cache: Folder of feature packs.
            alignment_files: Files that asr.training.acoustic.align wrote for manifests of `train`.
            max_loss: Nats per phone above which aligned utterances are left out.

        Raises:
            ValueError: An alignment file does not suit the manifests or the configuration.
            SystemExit: There is too little noise.
        """
        aligned = alignments.load(alignment_files, train, config)
        sentences = held_out_sentences([dev, *held_out])
        packs: list[Pack] = [load_pack(path, config, cache) for path in train]
        dev_pack, noises = load_pack(dev, config, cache), load_pack(noise, config, cache) if noise else None
        if noises and len(noises.frames) <= augment.PIECE:
            raise SystemExit(f"{noise} holds {len(noises.frames)} frames of sound; it needs more than {augment.PIECE}.")
        words = (word for pack in (*packs, dev_pack) for entry in pack.entries for word in entry["text"].split())
        pronunciations = Pronouncer()(words)
        items: list[Example] = []
        for path, pack in zip(train, packs, strict=True):
            items += trainable_examples(
                pack,
                pronunciations,
                config,
                held_out=sentences,
                alignments=aligned.get(path, {}),
                max_loss=max_loss,
            )
        items += noise_examples(noises) if noises else []
        sample = np.concatenate([np.asarray(pack.frames[::50], dtype=np.float32) for pack in packs])
        return cls(
            items,
            trainable_examples(dev_pack, pronunciations, config, longest=40),
            np.asarray(noises.frames) if noises else np.zeros((0, config.mels)),
            torch.from_numpy(sample.mean(0)),
            torch.from_numpy(sample.std(0)),
            tuple(path for path in train if path not in aligned) if alignment_files else (),
        )
