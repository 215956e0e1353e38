"""Train a teacher: a bidirectional CTC head on the features of a frozen encoder (asr.training.distillation.whisper).

python -m asr.training.distillation.teacher --train TRAIN/manifest.jsonl --dev DEV/manifest.jsonl --features FEATURES \\
    --paths PATHS --minutes 40 --output .work/teacher

The head scores our own units (asr.acoustic.biphones), so that its posteriors can be searched with our lexicon and
language models (teacher_evaluate) and serve as targets for our acoustic model (posteriors, student).

CTC from random weights predicts blanks alone for a long time. So the first `--aligned` share of the time minimises
the cross entropy of the rows on known alignments (asr.training.distillation.paths), and the rest CTC-CRF plus a tenth
of it; the teacher's phones then also fall on the rows where our acoustic model has them. Checkpoints are written every
three minutes, and the same command continues from the last.
"""

import argparse
import json
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from rapidfuzz.distance import Levenshtein
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from asr.acoustic.biphones import label_logits, to_units
from asr.acoustic.config import Config
from asr.acoustic.network import Head
from asr.text.phones import LABELS
from asr.training import checkpoints
from asr.training.acoustic.ctc_crf import Denominator, trigrams
from asr.training.acoustic.losses import ctc, greedy
from asr.training.acoustic.packs import entries, grouped, load, sentences, utterances
from asr.training.distillation import shards
from asr.training.text.pronounce import Pronouncer

HERTZ = 25  # rows of features, and of scores, a second
IGNORED = -1  # as a row's target: no alignment is known


class Teacher(nn.Module):
    """Features (batch, rows, inputs) to the scores of CTC units (batch, rows, units), rows of 40 ms.

    As many rows as the acoustic model has outputs a step are read and scored at once.
    """

    def __init__(self, config: Config, inputs: int, narrow: int = 384, width: int = 256, layers: int = 3):
        super().__init__()
        self.config = config
        self.terms = {"inputs": inputs, "narrow": narrow, "width": width, "layers": layers}
        self.norm = nn.LayerNorm(inputs * config.rows_per_step)
        self.narrow = nn.Linear(inputs * config.rows_per_step, narrow)
        self.layers = nn.GRU(narrow, width, layers, batch_first=True, bidirectional=True)
        self.top = nn.Linear(2 * width, config.width)
        self.head = Head(config)

    def forward(self, features: Tensor, rows: Tensor) -> Tensor:
        """Score padded features; item i has rows[i], and the padding has no influence on their scores."""
        outputs = self.config.rows_per_step
        steps = (rows + outputs - 1) // outputs
        length = features.shape[1]
        x = F.pad(features, (0, 0, 0, -length % outputs)).unflatten(1, (-1, outputs)).flatten(2)
        x = self.narrow(self.norm(x))
        packed = pack_padded_sequence(x, steps, batch_first=True, enforce_sorted=False)
        y, _ = pad_packed_sequence(self.layers(packed)[0], batch_first=True, total_length=x.shape[1])
        scores: Tensor = self.head(F.relu(self.top(y)))
        return scores[:, :length]


@dataclass(frozen=True)
class FeatureExample:
    """One clip with its features and targets."""

    features: np.ndarray  # (rows, inputs) float16
    path: np.ndarray  # (rows,) int16 units, or IGNORED
    labels: np.ndarray  # (k,) int64
    corpus: str


@dataclass(frozen=True)
class Batch:
    features: Tensor  # (batch, rows, inputs) float32, 0 behind an item's end
    rows: Tensor  # (batch,) int64
    path: Tensor  # (batch, rows) int64, IGNORED behind an item's end
    labels: Tensor  # all items' end to end
    counts: Tensor  # (batch,) int64, labels of each


def fitted(path: np.ndarray | None, rows: int) -> np.ndarray:
    """Cut or pad a path to a number of rows, with IGNORED."""
    whole = np.full(rows, IGNORED, np.int16)
    if path is not None:
        whole[: len(path)] = path[:rows]
    return whole


def collate(examples: list[FeatureExample]) -> Batch:
    """Pad examples to one batch."""
    rows = torch.tensor([len(example.features) for example in examples])
    features = torch.zeros(len(examples), int(rows.max()), examples[0].features.shape[1])
    path = torch.full(features.shape[:2], IGNORED)
    for i, example in enumerate(examples):
        features[i, : rows[i]] = torch.from_numpy(example.features.astype(np.float32))
        path[i, : rows[i]] = torch.from_numpy(example.path.astype(np.int64))
    labels = torch.from_numpy(np.concatenate([example.labels for example in examples]))
    return Batch(features, rows, path, labels, torch.tensor([len(example.labels) for example in examples]))


def batches(examples: list[FeatureExample], seconds: float, rng: np.random.Generator) -> Iterator[Batch]:
    """Yield one pass over the examples: `seconds` of sound a batch, with padding."""
    lengths = np.array([len(example.features) for example in examples])
    for group in grouped(lengths, seconds * HERTZ, rng):
        yield collate([examples[i] for i in group])


def alignment_loss(logits: Tensor, path: Tensor) -> Tensor:
    """Mean cross entropy of the rows (batch, rows, units) whose unit is known, (batch, rows); 0 if none is."""
    total = F.cross_entropy(logits.float().flatten(0, 1), path.flatten(), ignore_index=IGNORED, reduction="sum")
    return total / (path != IGNORED).sum().clamp(min=1)


def examples(
    manifest: Path, config: Config, cache: Path, features: dict[str, np.ndarray], paths: dict[str, np.ndarray],
    held: frozenset[str] = frozenset(), doubt: float = math.inf, longest: float = 20.0,
) -> list[FeatureExample]:  # fmt: skip
    """Join a manifest's labels with features and alignments; leave out clips without features."""
    pack = load(manifest, config, cache)
    pronunciations = Pronouncer()(word for entry in pack.entries for word in entry["text"].split())
    found = []
    for item in utterances(pack, pronunciations, config, longest, held, doubt):
        rows = features.get(item.name)
        if rows is not None:
            found.append(FeatureExample(rows, fitted(paths.get(item.name), len(rows)), item.labels, item.corpus))
    return found


@dataclass
class Progress:
    """How far a training is; kept in its checkpoint."""

    update: int = 0
    hours: float = 0.0  # of sound, repeats included
    elapsed: float = 0.0  # seconds of training
    epoch: int = 0


@torch.inference_mode()
def measure(model: Teacher, dev: list[FeatureExample], others: Denominator | None) -> dict[str, tuple[float, float]]:
    """By corpus: the phone error rate of the greedy path in %, and the loss a phone (`ctc`)."""
    model.eval()
    found = {}
    for corpus in sorted({example.corpus for example in dev}):
        wrong, total, count = 0, 0.0, 0
        for batch in batches([example for example in dev if example.corpus == corpus], 300, np.random.default_rng(0)):
            logits = model(batch.features, batch.rows)
            units = to_units(batch.labels, batch.counts, model.config)
            many = int(batch.counts.sum())
            total += float(ctc(logits, batch.rows, units, batch.counts, others)) * many
            count += many
            for scores, rows, labels in zip(logits, batch.rows, batch.labels.split(batch.counts.tolist()), strict=True):
                wrong += Levenshtein.distance(labels.tolist(), greedy(label_logits(scores[:rows], model.config)))
        found[corpus] = (round(100 * wrong / count, 1), round(total / count, 3))
    model.train()
    return found


class Run:
    """One training: the teacher, its optimiser, how far it is, and the folder they are kept in."""

    def __init__(
        self, config: Config, train: list[FeatureExample], dev: list[FeatureExample], args: argparse.Namespace
    ):
        self.train, self.dev, self.args = train, dev, args
        self.model = Teacher(config, train[0].features.shape[1]).train()
        counted = trigrams((example.labels for example in train), len(config.labels))
        self.others = Denominator(*counted) if config.bottleneck else None
        self.optimiser = torch.optim.AdamW(self.model.parameters(), lr=args.rate, betas=(0.9, 0.98), weight_decay=0.01)
        self.path = args.output / "checkpoint.pt"
        self.at = checkpoints.resume(self.path, self.model, self.optimiser, Progress())

    @property
    def share(self) -> float:
        """Return how much of the time is spent, 0..1."""
        return min(self.at.elapsed / (60 * self.args.minutes), 1.0)

    def rate(self) -> float:
        """Return the learning rate: up in `warm` updates, then straight down to nothing at the end of the time."""
        return float(self.args.rate) * min(1.0, (self.at.update + 1) / self.args.warm) * (1 - self.share)

    def loss(self, batch: Batch) -> Tensor:
        logits = self.model(batch.features, batch.rows)
        aligned = alignment_loss(logits, batch.path)
        if self.share < self.args.aligned:
            return aligned
        units = to_units(batch.labels, batch.counts, self.model.config)
        return ctc(logits, batch.rows, units, batch.counts, self.others) + 0.1 * aligned

    def step(self, batch: Batch) -> float:
        for group in self.optimiser.param_groups:
            group["lr"] = self.rate()
        loss = self.loss(batch)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimiser.step()
        self.at.update += 1
        self.at.hours += float(batch.rows.sum()) / HERTZ / 3600
        return float(loss.detach())

    def save(self) -> None:
        checkpoints.save(
            self.path, self.model, self.optimiser, self.at,
            config=self.model.config.to_dict(), terms=self.model.terms,
        )  # fmt: skip

    def score(self) -> None:
        found = measure(self.model, self.dev, self.others)
        row = {"minutes": round(self.at.elapsed / 60, 1), "update": self.at.update, "hours": round(self.at.hours, 1)}
        print(row | {"phone errors and loss on dev": found}, flush=True)
        with (self.args.output / "log.jsonl").open("a") as log:
            print(json.dumps(row | {"dev": found}), file=log)

    def learn(self) -> None:
        """Train until the time is up."""
        clock = printed = saved = scored = time.monotonic()
        losses: list[float] = []
        while self.share < 1:
            self.at.epoch += 1
            for batch in batches(self.train, self.args.batch, np.random.default_rng((self.args.seed, self.at.epoch))):
                losses.append(self.step(batch))
                now = time.monotonic()
                self.at.elapsed += now - clock
                clock = now
                if now - printed > 30:
                    at = self.at
                    print(
                        f"{at.elapsed / 60:5.1f} min  update {at.update}  epoch {at.epoch}  {at.hours:.1f} h  "
                        f"loss {np.mean(losses):.3f}  rate {self.rate():.1e}  {at.hours * 3600 / at.elapsed:.0f}x",
                        flush=True,
                    )
                    printed = now
                    losses.clear()
                if now - saved > 180:
                    saved = now
                    self.save()
                if now - scored > 60 * self.args.watch:
                    scored = now
                    self.score()
                if self.share >= 1:
                    break
        self.save()
        self.score()


def read(path: Path) -> Teacher:
    """Load the teacher of a checkpoint, ready to run."""
    kept = checkpoints.read(path)
    model = Teacher(Config.from_dict(kept["config"]), **kept["terms"])
    model.load_state_dict(kept["model"])
    return model.eval().requires_grad_(False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train", type=Path, nargs="+", required=True, help="manifests to learn from")
    parser.add_argument("--dev", type=Path, required=True, help="manifest to measure on")
    parser.add_argument("--held", type=Path, nargs="+", default=[], help="more manifests not to learn sentences of")
    parser.add_argument("--features", type=Path, required=True, help="folder of asr.training.distillation.whisper")
    parser.add_argument("--paths", type=Path, required=True, help="folder of asr.training.distillation.paths")
    parser.add_argument("--cache", type=Path, default=Path(".work/cache"), help="folder of feature packs")
    parser.add_argument("--output", type=Path, required=True, help="folder of the checkpoint and the log")
    parser.add_argument(
        "--doubt", type=float, default=math.inf, help="leave out what asr.training.acoustic.align found worse"
    )
    parser.add_argument("--minutes", type=float, default=40, help="length of the training; sets the schedule")
    parser.add_argument("--aligned", type=float, default=0.15, help="share of it with the cross entropy alone")
    parser.add_argument("--watch", type=float, default=8, help="minutes from one measurement on dev to the next")
    parser.add_argument("--batch", type=float, default=80, help="seconds of sound in a batch")
    parser.add_argument("--rate", type=float, default=2e-3, help="highest learning rate")
    parser.add_argument("--warm", type=int, default=100, help="updates to reach it")
    parser.add_argument(
        "--bottleneck", type=int, default=192, help="as in asr.training.acoustic.train: units before pairs"
    )
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    args.output.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(args.seed)
    config = Config(labels=LABELS, bottleneck=args.bottleneck)
    features, paths = shards.read(args.features), shards.read(args.paths)
    held = sentences([args.dev, *args.held])
    train = [
        example
        for manifest in args.train
        for example in examples(manifest, config, args.cache, features, paths, held, args.doubt)
    ]
    dev = examples(args.dev, config, args.cache, features, {}, longest=40)
    hours = sum(len(example.features) for example in train) / HERTZ / 3600
    print(f"{len(train)} clips, {hours:.1f} h; dev {len(dev)} of {len(entries(args.dev))}", flush=True)
    Run(config, train, dev, args).learn()


if __name__ == "__main__":
    main()
