"""Train the acoustic model as the student of a teacher (Hinton et al. 2015, arXiv 1503.02531), from a trained model.

python -m asr.training.distillation.student --init assets/model/model.safetensors --posteriors POSTERIORS --kl 0.5 \\
    --mmi --bottleneck 192 --rate 3e-4 ...

All options of `asr.training.acoustic.train` exist, too. The loss is that of `asr.training.acoustic.train` plus `--kl`
times the Kullback-Leibler divergence from the teacher's posteriors (`asr.training.distillation.posteriors`) to those of
the student, row by row. The teacher has scored the unchanged recording, the student scores the augmented one, and the
rows of the teacher are moved to its tempo. With `--phones` the teacher scores phones alone, and the divergence is that
of the student's phones, summed over the phone before. Recordings of `--untranscribed` have only the divergence. The
auxiliary loss in the middle of the network is left out, as a model file has no weights for it.
"""

import argparse
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from asr.acoustic.biphones import label_logits, to_units
from asr.acoustic.config import Config
from asr.acoustic.ctc_crf import ctc
from asr.text.phones import BLANK
from asr.training.acoustic import augment, train
from asr.training.acoustic.batches import Epoch
from asr.training.acoustic.corpus import Corpus
from asr.training.acoustic.packs import Example, load_pack, untranscribed_examples
from asr.training.distillation import shards
from asr.training.distillation.posteriors import pad, stretch_rows
from asr.training.distributed import ProcessGroup


class DistillationBatch(NamedTuple):
    """A batch of `asr.training.acoustic.batches`, with the posteriors of the teacher."""

    frames: Tensor
    lengths: Tensor
    labels: Tensor
    counts: Tensor
    transcribed: Tensor  # (batch,) bool
    units: Tensor  # (batch, rows, KEPT) int64, the most likely ones of the teacher
    logp: Tensor  # (batch, rows, KEPT) float32, their log probabilities
    known: Tensor  # (batch, rows) bool, whether the teacher has scored this row


class DistillationEpoch(Epoch):
    """An epoch whose batches have the posteriors of the teacher, at the tempo of each item."""

    def __init__(self, targets: Mapping[str, np.ndarray], *terms: Any, **named: Any):
        """Choose the items of the pass and group them into batches.

        Args:
            targets: Name of the clip -> (rows,) TOP_UNITS of asr.training.distillation.posteriors.
            terms: Of `Epoch`.
            named: Of `Epoch`.
        """
        super().__init__(*terms, **named)
        self.targets = targets

    def __getitem__(self, i: int) -> DistillationBatch:  # type: ignore[override]
        batch = super().__getitem__(i)
        group = self.groups[i]
        frames, lengths, _, _ = batch
        speeds = [1.0] * len(group)
        if self.augmented(i):  # the same generator as in `collate`, whose first numbers are the tempi
            speeds = augment.tempi(len(group), torch.Generator().manual_seed(self.seed + i)).tolist()
        rows = frames.shape[1] // self.config.stride * self.config.rows_per_step - self.config.output_delay_rows
        ends = (-(-lengths // self.config.stride) * self.config.rows_per_step).tolist()
        moved = [
            self._target(item, speed, min(end, rows)) for item, speed, end in zip(group, speeds, ends, strict=True)
        ]
        transcribed = torch.tensor([item.transcribed for item in group])
        return DistillationBatch(*batch, transcribed, *pad(moved, rows))

    def _target(self, item: Example, speed: float, rows: int) -> np.ndarray | None:
        """Return the teacher's rows of an item at a tempo, or None where the teacher has not scored it."""
        kept = self.targets.get(item.name)
        return None if kept is None else stretch_rows(np.asarray(kept), speed, rows, self.config.rows_per_step)


def divergence(logits: Tensor, batch: DistillationBatch, rows: Tensor, min_weight: float) -> Tensor:
    """Return the KL divergence from the teacher to the student, per phone of the teacher.

    The weight of a row is the probability that not both have a blank there, as most rows are blanks on which both
    agree.

    Args:
        logits: (batch, rows, units) of the student, or (batch, rows, labels) if the teacher scores phones alone.
        batch: With the posteriors of the teacher.
        rows: (batch,) lengths.
        min_weight: Smallest weight of a row.
    """
    units, teacher, known = (part.to(logits.device) for part in (batch.units, batch.logp, batch.known))
    length = min(logits.shape[1], units.shape[1])
    student = logits[:, :length].float().log_softmax(-1)
    units, teacher = units[:, :length], teacher[:, :length]
    within = torch.arange(length, device=logits.device)[None] < rows.to(logits.device)[:, None]
    counted = known[:, :length] & within
    p = teacher.exp()
    of_rows = (p * (teacher - student.gather(-1, units))).sum(-1)
    blank = (p * (units == BLANK)).sum(-1)
    weight = min_weight + (1 - min_weight) * (1 - blank * student[..., BLANK].detach().exp())
    phones = ((1 - blank) * counted).sum()
    return (of_rows * weight * counted).sum() / torch.maximum(phones, counted.sum() / 8).clamp(min=1)


class StudentTraining(train.AcousticTraining):
    """The training of a student, by one process or by several together."""

    def __init__(self, config: Config, corpus: Corpus, args: argparse.Namespace, group: ProcessGroup):
        """Make the network as `AcousticTraining` does, and add the recordings of `--untranscribed` to the corpus.

        Raises:
            ValueError: `--agree` is given, which makes two views of an utterance; a student is trained on one.
        """
        if args.agree:
            raise ValueError("--agree makes two views of an utterance; a student is trained on one")
        super().__init__(config, corpus, args, group)
        self.targets = shards.read(args.posteriors) if args.kl else {}
        with group.first_process_first():  # it makes the feature packs
            packs = [load_pack(path, config, args.cache) for path in args.untranscribed]
        items = [item for pack in packs for item in untranscribed_examples(pack, config) if item.name in self.targets]
        self.corpus = replace(corpus, items=corpus.items + items)

    def epoch_maker(self) -> partial[Any]:
        """Return a function that makes an epoch with the posteriors of the teacher from its number."""
        make = super().epoch_maker()
        return partial(DistillationEpoch, self.targets, *make.args, **make.keywords)

    def losses(self, batch: DistillationBatch, logits: Tensor, middle: Tensor | None) -> tuple[Tensor, Tensor]:
        """Compute the loss that is reported, the divergence (without it, by labels), and the one that is minimised."""
        rows = self.rows(batch.lengths)
        transcribed = torch.nonzero(batch.transcribed).flatten()
        by_labels = logits.new_zeros((), dtype=torch.float32)
        if len(transcribed):
            counts = batch.counts[transcribed]  # the other items have no labels in batch.labels
            units = to_units(batch.labels, counts, self.config)
            scores = logits[transcribed.to(logits.device)]
            by_labels = ctc(scores, rows[transcribed], units, counts, self.denominator)
        unused = 0.0 if middle is None else 0.0 * middle.sum()  # torchrun needs a gradient for all weights
        if not self.args.kl:
            return by_labels, by_labels + unused
        scores = label_logits(logits.float(), self.config) if self.args.phones else logits
        apart = divergence(scores, batch, rows, self.args.quiet)
        return apart, self.args.ctc * by_labels + self.args.kl * apart + unused


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line: that of `asr.training.acoustic.train` with the options of a student."""
    parser = train.make_parser(__doc__)
    group = parser.add_argument_group("distillation")
    group.add_argument("--posteriors", type=Path, required=True, help="folder of asr.training.distillation.posteriors")
    group.add_argument("--untranscribed", type=Path, nargs="+", default=[], help="manifests whose texts are not used")
    group.add_argument("--phones", action="store_true", help="the teacher scores phones alone, not pairs of them")
    group.add_argument("--kl", type=float, default=0.5, help="weight of the divergence; 0: none, for comparison")
    group.add_argument("--ctc", type=float, default=1.0, help="weight of the loss by labels")
    group.add_argument("--quiet", type=float, default=0.1, help="smallest weight of a row in the divergence")
    return parser


def main() -> None:
    """Run the command."""
    train.run(make_parser(), StudentTraining)


if __name__ == "__main__":
    main()
