"""Train a teacher: a bidirectional CTC head on the features of a frozen encoder.

python -m asr.training.distillation.teacher --train TRAIN/manifest.jsonl --dev DEV/manifest.jsonl --features FEATURES \\
    --paths PATHS --minutes 40 --output .work/teacher

The features are those of `asr.training.distillation.whisper`. The head scores the units of the acoustic model
(`asr.acoustic.biphones`), so its posteriors can be searched with the same lexicon and language models
(`teacher_evaluate`) and serve as targets of the acoustic model (`posteriors`, `student`).

With `--bottleneck 0` the head scores phones alone and is trained with plain CTC, which needs a fraction of the time;
its student is then trained with `--phones`.

With CTC, a head with random weights outputs only blanks for a long time. So the first share `--aligned` of the time
minimises the cross entropy of the rows on known alignments (`asr.training.distillation.paths`), and the rest CTC-CRF
plus a tenth of it. The phones of the teacher then also fall on the rows where the acoustic model has them. The training
writes a checkpoint every few minutes and resumes from it when the same command runs again.
"""

import argparse
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from rapidfuzz.distance import Levenshtein
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from asr.acoustic.biphones import label_logits, to_units
from asr.acoustic.config import Config
from asr.acoustic.ctc_crf import Denominator, ctc, trigrams
from asr.acoustic.network import Head
from asr.text.phones import LABELS
from asr.training import alignments, checkpoints, fast_gru
from asr.training.acoustic.losses import greedy
from asr.training.acoustic.packs import groups_of_similar_lengths, load_pack, trainable_examples
from asr.training.acoustic.train import AcousticProgress, SpeechTraining
from asr.training.alignments import ManifestAlignments
from asr.training.distillation import shards
from asr.training.manifests import held_out_sentences, read_manifest
from asr.training.text.pronounce import Pronouncer
from asr.training.timed_training import warm_up

ROWS_PER_SECOND = 25  # of features, and of scores
UNKNOWN = -1  # target of a row without an alignment
ALIGNMENT_WEIGHT = 0.1  # of the cross entropy beside CTC-CRF


class Teacher(nn.Module):
    """Layer normalisation, a linear layer, a bidirectional GRU, and the head of the acoustic model.

    As many rows as the acoustic model has in a step are read and scored at once.
    """

    def __init__(self, config: Config, inputs: int, narrow: int = 384, width: int = 256, layers: int = 3):
        """Make a head with random weights.

        Args:
            config: Units and rows per step of the acoustic model.
            inputs: Features of a row.
            narrow: Outputs of the linear layer.
            width: Units of a GRU layer, in each direction.
            layers: GRU layers.
        """
        super().__init__()
        self.config = config
        self.terms = {"inputs": inputs, "narrow": narrow, "width": width, "layers": layers}
        self.norm = nn.LayerNorm(inputs * config.rows_per_step)
        self.narrow = nn.Linear(inputs * config.rows_per_step, narrow)
        self.layers = nn.GRU(narrow, width, layers, batch_first=True, bidirectional=True)
        self.top = nn.Linear(2 * width, config.width)
        self.head = Head(config)

    def forward(self, features: Tensor, rows: Tensor) -> Tensor:
        """Score padded features; the padding has no influence on the scores before it.

        Args:
            features: (batch, rows, inputs).
            rows: (batch,) lengths.

        Returns:
            (batch, rows, units) logits.
        """
        per_step = self.config.rows_per_step
        steps = (rows + per_step - 1) // per_step
        length = features.shape[1]
        x = F.pad(features, (0, 0, 0, -length % per_step)).unflatten(1, (-1, per_step)).flatten(2)
        x = self.narrow(self.norm(x))
        if torch.is_autocast_enabled("cpu") and x.device.type == "cpu":
            y = fast_gru.bidirectional(self.layers, x, steps)
        else:
            packed = pack_padded_sequence(x, steps, batch_first=True, enforce_sorted=False)
            y, _ = pad_packed_sequence(self.layers(packed)[0], batch_first=True, total_length=x.shape[1])
        scores: Tensor = self.head(F.relu(self.top(y)))
        return scores[:, :length]


@dataclass(frozen=True)
class FeatureExample:
    """One recording with its features and targets."""

    features: np.ndarray  # (rows, inputs) float16
    path: np.ndarray  # (rows,) int16 units, or UNKNOWN
    labels: np.ndarray  # (k,) int64
    corpus: str


@dataclass(frozen=True)
class TeacherBatch:
    """A padded batch of examples."""

    features: Tensor  # (batch, rows, inputs) float32, 0 after the end of an item
    rows: Tensor  # (batch,) int64
    path: Tensor  # (batch, rows) int64, UNKNOWN after the end of an item
    labels: Tensor  # of all items, one after the other
    counts: Tensor  # (batch,) int64, labels of each item


def fit_path(path: np.ndarray | None, rows: int, config: Config) -> np.ndarray:
    """Cut a path to a number of rows, or pad it with UNKNOWN; None is a path of no rows.

    Args:
        path: (n,) units of pairs.
        rows: Of the features.
        config: Of the teacher. If it scores phones alone, the result holds the second phone of each pair.
    """
    whole = np.full(rows, UNKNOWN, np.int16)
    if path is not None:
        whole[: len(path)] = path[:rows] if config.bottleneck else path[:rows] % len(config.labels)
    return whole


def collate(examples: list[FeatureExample]) -> TeacherBatch:
    """Pad examples to one batch."""
    rows = torch.tensor([len(example.features) for example in examples])
    features = torch.zeros(len(examples), int(rows.max()), examples[0].features.shape[1])
    path = torch.full(features.shape[:2], UNKNOWN)
    for i, example in enumerate(examples):
        features[i, : rows[i]] = torch.from_numpy(example.features.astype(np.float32))
        path[i, : rows[i]] = torch.from_numpy(example.path.astype(np.int64))
    labels = torch.from_numpy(np.concatenate([example.labels for example in examples]))
    return TeacherBatch(features, rows, path, labels, torch.tensor([len(example.labels) for example in examples]))


def batches(examples: list[FeatureExample], seconds: float, rng: np.random.Generator) -> Iterator[TeacherBatch]:
    """Yield all examples once, in random batches of similar lengths with `seconds` of sound, padding included."""
    lengths = np.array([len(example.features) for example in examples])
    for group in groups_of_similar_lengths(lengths, seconds * ROWS_PER_SECOND, rng):
        yield collate([examples[i] for i in group])


def alignment_loss(logits: Tensor, path: Tensor) -> Tensor:
    """Return the mean cross entropy of the rows whose unit is known; 0 if there is none.

    Args:
        logits: (batch, rows, units).
        path: (batch, rows) units, or UNKNOWN.
    """
    total = F.cross_entropy(logits.float().flatten(0, 1), path.flatten(), ignore_index=UNKNOWN, reduction="sum")
    return total / (path != UNKNOWN).sum().clamp(min=1)


def load_examples(
    manifest: Path,
    config: Config,
    cache: Path,
    features: Mapping[str, np.ndarray],
    paths: Mapping[str, np.ndarray],
    longest: float = 20.0,
    held_out: frozenset[str] = frozenset(),
    aligned: ManifestAlignments | None = None,
    max_loss: float = math.inf,
) -> list[FeatureExample]:
    """Join the labels of a manifest with features and paths; recordings without features are left out.

    Args:
        manifest: JSON lines.
        config: Labels and frame rate.
        cache: Folder of feature packs.
        features: Name of the clip -> (rows, inputs).
        paths: Name of the clip -> (rows,) units.
        longest: Seconds.
        held_out: Sentences of evaluation sets, left out.
        aligned: Alignments of the manifest.
        max_loss: Nats per phone above which aligned utterances are left out.
    """
    pack = load_pack(manifest, config, cache)
    pronunciations = Pronouncer()(word for entry in pack.entries for word in entry["text"].split())
    items = trainable_examples(pack, pronunciations, config, longest, held_out, aligned or {}, max_loss)
    examples = []
    for item in items:
        rows = features.get(item.name)
        if rows is not None:
            examples.append(
                FeatureExample(rows, fit_path(paths.get(item.name), len(rows), config), item.labels, item.corpus)
            )
    return examples


@torch.inference_mode()
def phone_errors(
    model: Teacher, dev: list[FeatureExample], denominator: Denominator | None
) -> dict[str, tuple[float, float]]:
    """Validate a teacher: corpus -> phone error rate of the greedy path in %, and loss per phone.

    Args:
        model: In training mode before and after.
        dev: Development set.
        denominator: Of the CTC-CRF loss, or None for CTC.
    """
    model.eval()
    found = {}
    for corpus in sorted({example.corpus for example in dev}):
        errors, total, count = 0, 0.0, 0
        group = [example for example in dev if example.corpus == corpus]
        for batch in batches(group, 300, np.random.default_rng(0)):
            logits = model(batch.features, batch.rows)
            units = to_units(batch.labels, batch.counts, model.config)
            labels = int(batch.counts.sum())
            total += float(ctc(logits, batch.rows, units, batch.counts, denominator)) * labels
            count += labels
            of_items = batch.labels.split(batch.counts.tolist())
            for scores, rows, expected in zip(logits, batch.rows, of_items, strict=True):
                errors += Levenshtein.distance(expected.tolist(), greedy(label_logits(scores[:rows], model.config)))
        found[corpus] = (round(100 * errors / count, 1), round(total / count, 3))
    model.train()
    return found


class TeacherTraining(SpeechTraining):
    """The training of a teacher by one process."""

    model: Teacher
    progress: AcousticProgress
    report_seconds = 30.0
    validates_at_end = True

    def __init__(
        self, config: Config, train: list[FeatureExample], dev: list[FeatureExample], args: argparse.Namespace
    ):
        """Make the teacher, or resume it from the checkpoint in `args.output`.

        Args:
            config: Units and rows per step of the acoustic model.
            train: Training speech.
            dev: Development speech.
            args: Options of the command line.
        """
        self.train_items, self.dev_items, self.args = train, dev, args
        self.validate_seconds = args.watch * 60
        model = Teacher(config, train[0].features.shape[1], width=args.width, layers=args.layers).train()
        phone_model = trigrams((example.labels for example in train), len(config.labels))
        self.denominator = Denominator(*phone_model) if config.bottleneck else None
        optimiser = torch.optim.AdamW(model.parameters(), lr=args.rate, betas=(0.9, 0.98), weight_decay=0.01)
        super().__init__(model, optimiser, AcousticProgress(), args.output, args.minutes)

    @property
    def share(self) -> float:
        """Share of the time that has passed, 0 to 1."""
        return min(self.progress.elapsed / (60 * self.minutes), 1.0)

    def checkpoint_entries(self) -> dict[str, Any]:
        """Return the configuration of the units, and the sizes of the teacher."""
        return {"config": self.model.config.to_dict(), "terms": self.model.terms}

    def learning_rate(self) -> float:
        """Return the learning rate: it rises in `--warm` updates, then falls linearly to 0 at the end of the time."""
        return float(self.args.rate * warm_up(self.progress.update, self.args.warm) * (1 - self.share))

    def dev_errors(self) -> dict[str, tuple[float, float]]:
        """Return the errors of the greedy path and the loss of the teacher."""
        return phone_errors(self.model, self.dev_items, self.denominator)

    def loss(self, batch: TeacherBatch) -> Tensor:
        """Compute the loss of a batch, a scalar."""
        with self.autocast(batch.features.device):
            logits = self.model(batch.features, batch.rows)
        aligned = alignment_loss(logits, batch.path)
        if self.share < self.args.aligned:
            return aligned
        units = to_units(batch.labels, batch.counts, self.model.config)
        return ctc(logits, batch.rows, units, batch.counts, self.denominator) + ALIGNMENT_WEIGHT * aligned

    def step(self, batch: TeacherBatch) -> None:
        """Make one update."""
        self.set_learning_rate()
        loss = self.loss(batch)
        self.apply_gradients(loss)
        self.progress.hours += float(batch.rows.sum()) / ROWS_PER_SECOND / 3600
        self.count_update(loss.detach())

    def train(self) -> None:
        """Train until the time is up."""
        self.start_clock()
        while not self.finished:
            self.progress.epoch += 1
            rng = np.random.default_rng((self.args.seed, self.progress.epoch))
            for batch in batches(self.train_items, self.args.batch, rng):
                self.step(batch)
                if self.finished:
                    break
        self.save()


def read(path: Path) -> Teacher:
    """Load the teacher of a checkpoint, in evaluation mode."""
    checkpoint = checkpoints.read(path)
    model = Teacher(Config.from_dict(checkpoint["config"]), **checkpoint["terms"])
    model.load_state_dict(checkpoint["model"])
    return model.eval().requires_grad_(False)


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train", type=Path, nargs="+", required=True, help="manifests of training speech")
    parser.add_argument("--dev", type=Path, required=True, help="manifest of development speech")
    parser.add_argument("--held", type=Path, nargs="+", default=[], help="manifests whose sentences are left out, too")
    parser.add_argument("--features", type=Path, required=True, help="folder of asr.training.distillation.whisper")
    parser.add_argument("--paths", type=Path, required=True, help="folder of asr.training.distillation.paths")
    parser.add_argument(
        "--alignments",
        type=Path,
        nargs="+",
        default=[],
        help="files of asr.training.acoustic.align: pronunciations, and losses for --doubt",
    )
    parser.add_argument(
        "--doubt", type=float, help="leave out utterances with a larger loss per phone; needs --alignments"
    )
    parser.add_argument("--cache", type=Path, default=Path(".work/cache"), help="folder of feature packs")
    parser.add_argument("--output", type=Path, required=True, help="folder of the checkpoint and the log")
    parser.add_argument("--minutes", type=float, default=40, help="duration of the training")
    parser.add_argument("--aligned", type=float, default=0.15, help="share of it with the cross entropy alone")
    parser.add_argument("--watch", type=float, default=8, help="minutes between two validations")
    parser.add_argument("--batch", type=float, default=80, help="seconds of sound in a batch")
    parser.add_argument("--rate", type=float, default=2e-3, help="highest learning rate")
    parser.add_argument("--warm", type=int, default=100, help="updates until it is reached")
    parser.add_argument("--width", type=int, default=256, help="units of a recurrent layer, in each direction")
    parser.add_argument("--layers", type=int, default=3, help="recurrent layers")
    parser.add_argument(
        "--bottleneck",
        type=int,
        default=192,
        help="units before the scores of phone pairs; 0: phones alone, and plain CTC",
    )
    parser.add_argument("--seed", type=int, default=1)
    return parser


def main() -> None:
    """Run the command."""
    parser = make_parser()
    args = parser.parse_args()
    if args.doubt is not None and not args.alignments:
        parser.error("--doubt needs --alignments, a file that asr.training.acoustic.align writes")
    args.output.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(args.seed)
    config = Config(labels=LABELS, bottleneck=args.bottleneck)
    features, paths = shards.read(args.features), shards.read(args.paths)
    held_out = held_out_sentences([args.dev, *args.held])
    max_loss = math.inf if args.doubt is None else args.doubt
    try:
        aligned = alignments.load(args.alignments, args.train, config)
    except ValueError as error:
        parser.error(str(error))
    train = []
    for manifest in args.train:
        known = aligned.get(manifest, {})
        train += load_examples(
            manifest, config, args.cache, features, paths, held_out=held_out, aligned=known, max_loss=max_loss
        )
    if not train:
        parser.error(f"--features has nothing of the recordings of {', '.join(map(str, args.train))}")
    dev = load_examples(args.dev, config, args.cache, features, {}, longest=40)
    hours = sum(len(example.features) for example in train) / ROWS_PER_SECOND / 3600
    print(f"{len(train)} utterances, {hours:.1f} h; dev {len(dev)} of {len(read_manifest(args.dev))}", flush=True)
    training = TeacherTraining(config, train, dev, args)
    with training.saved_on_interrupt():
        training.train()


if __name__ == "__main__":
    main()
