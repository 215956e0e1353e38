"""Train the acoustic model as the student of a teacher (Hinton et al. 2015, arXiv 1503.02531), from a trained model:

python -m asr.training.distillation.student --init assets/model/model.safetensors --posteriors POSTERIORS --kl 0.5 \\
    --mmi --bottleneck 192 --rate 3e-4 ... (as asr.training.acoustic.train)

Its loss adds to that of asr.training.acoustic.train `--kl` times the Kullback-Leibler divergence of the student's
posteriors from the teacher's (asr.training.distillation.posteriors), row by row. The teacher has scored the clean
recording, the student scores it augmented, and the teacher's rows follow its tempo. Clips of `--untranscribed` have the
divergence alone. The middle layer's loss is left out, as a model file has no weights for it.
"""

import argparse
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from asr.acoustic.biphones import to_units
from asr.acoustic.config import Config
from asr.text.phones import BLANK
from asr.training.acoustic import augment, train
from asr.training.acoustic.batches import Epoch
from asr.training.acoustic.corpus import Corpus
from asr.training.acoustic.losses import ctc
from asr.training.acoustic.packs import Example, load, untranscribed
from asr.training.distillation import shards
from asr.training.distillation.posteriors import padded, stretched
from asr.training.distributed import ProcessGroup


class Batch(NamedTuple):
    """A batch of asr.training.acoustic.batches with the teacher's posteriors."""

    frames: Tensor
    lengths: Tensor
    labels: Tensor
    counts: Tensor
    transcribed: Tensor  # (batch,) bool
    units: Tensor  # (batch, rows, KEPT) int64, the teacher's likeliest
    logp: Tensor  # (batch, rows, KEPT) float32, their ln p
    known: Tensor  # (batch, rows) bool, whether the teacher scored this row


class DistillationEpoch(Epoch):
    """An epoch whose batches carry the teacher's posteriors, `targets` by clip name, at each item's own tempo."""

    def __init__(self, targets: Mapping[str, np.ndarray], *terms: Any, **named: Any):
        super().__init__(*terms, **named)
        self.targets = targets

    def __getitem__(self, i: int) -> Batch:  # type: ignore[override]
        batch = super().__getitem__(i)
        group = self.groups[i]
        frames, lengths, _, _ = batch
        speeds = [1.0] * len(group)
        if self.augmented(i):
            speeds = augment.tempi(len(group), torch.Generator().manual_seed(self.seed + i)).tolist()
        rows = frames.shape[1] // self.config.stride * self.config.rows_per_step - self.config.output_delay_rows
        ends = (-(-lengths // self.config.stride) * self.config.rows_per_step).tolist()
        moved = [self.moved(item, speed, min(end, rows)) for item, speed, end in zip(group, speeds, ends, strict=True)]
        transcribed = torch.tensor([item.transcribed for item in group])
        return Batch(*batch, transcribed, *padded(moved, rows))

    def moved(self, item: Example, speed: float, rows: int) -> np.ndarray | None:
        """Return the teacher's rows of an item at a tempo, or None where the teacher did not score it."""
        kept = self.targets.get(item.name)
        return None if kept is None else stretched(np.asarray(kept), speed, rows, self.config.rows_per_step)


def divergence(logits: Tensor, batch: Batch, rows: Tensor, quiet: float) -> Tensor:
    """Compute the KL divergence of logits (batch, rows, units) from the teacher, per phone of the teacher.

    A row's weight is the probability that not both have a blank there, and at least `quiet`: most rows are blanks on
    which both agree.
    """
    units, teacher, known = (part.to(logits.device) for part in (batch.units, batch.logp, batch.known))
    many = min(logits.shape[1], units.shape[1])
    student = logits[:, :many].float().log_softmax(-1)
    units, teacher = units[:, :many], teacher[:, :many]
    within = torch.arange(many, device=logits.device)[None] < rows.to(logits.device)[:, None]
    counted = known[:, :many] & within
    p = teacher.exp()
    apart = (p * (teacher - student.gather(-1, units))).sum(-1)
    blank = (p * (units == BLANK)).sum(-1)
    weight = quiet + (1 - quiet) * (1 - blank * student[..., BLANK].detach().exp())
    phones = ((1 - blank) * counted).sum()
    return (apart * weight * counted).sum() / torch.maximum(phones, counted.sum() / 8).clamp(min=1)


class StudentTraining(train.AcousticTraining):
    """One training of a student."""

    def __init__(self, config: Config, corpus: Corpus, args: argparse.Namespace, place: ProcessGroup):
        if args.agree:
            raise ValueError("--agree makes two views of an utterance; a student is trained on one")
        super().__init__(config, corpus, args, place)
        more = [item for path in args.untranscribed for item in untranscribed(load(path, config, args.cache), config)]
        self.targets = shards.read(args.posteriors) if args.kl else {}
        more = [item for item in more if item.name in self.targets]
        self.corpus = replace(corpus, items=corpus.items + more)

    def epochs(self) -> Callable[..., Epoch]:
        make = super().epochs()
        assert isinstance(make, partial)
        return partial(DistillationEpoch, self.targets, *make.args, **make.keywords)

    def losses(self, batch: Any, logits: Tensor, middle: Tensor | None) -> tuple[Tensor, Tensor]:
        rows = self.rows(batch.lengths)
        own = torch.nonzero(batch.transcribed).flatten()
        loss = logits.new_zeros((), dtype=torch.float32)
        if len(own):
            counts = batch.counts[own]  # items without labels add none to batch.labels
            units = to_units(batch.labels, counts, self.config)
            loss = ctc(logits[own.to(logits.device)], rows[own], units, counts, self.others)
        unused = 0.0 if middle is None else 0.0 * middle.sum()  # all weights need a gradient for torchrun
        if not self.args.kl:
            return loss, loss + unused
        apart = divergence(logits, batch, rows, self.args.quiet)
        return apart, self.args.ctc * loss + self.args.kl * apart + unused


def more(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of a student."""
    parser.add_argument("--posteriors", type=Path, required=True, help="folder of asr.training.distillation.posteriors")
    parser.add_argument("--untranscribed", type=Path, nargs="+", default=[], help="manifests without texts")
    parser.add_argument("--kl", type=float, default=0.5, help="weight of the divergence; 0: none, for comparison")
    parser.add_argument("--ctc", type=float, default=1.0, help="weight of the loss by labels")
    parser.add_argument("--quiet", type=float, default=0.1, help="least weight of a row")


if __name__ == "__main__":
    train.main(__doc__, more, StudentTraining)
