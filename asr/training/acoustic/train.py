"""Train an acoustic model from JSON-lines manifests.

python -m asr.training.acoustic.train --train TRAIN/manifest.jsonl WEAK/manifest.jsonl --dev DEV/manifest.jsonl \\
    --noise NOISE/manifest.jsonl --minutes 60 --output .work/first

The learning rate depends on the share of `--minutes` that has passed, so a training ends on time. It writes a
checkpoint every few minutes into the output folder and resumes from it when the same command runs again. On several
GPUs, or as several processes: torchrun --nproc-per-node N -m asr.training.acoustic.train ...

With --mmi the network learns to be right together with a language model. The log then shows higher phone error rates,
as those are of the greedy path without a language model, while word error rates fall.

--doubt and --splice need alignments: `asr.training.acoustic.align` makes the file for --alignments.
"""

import argparse
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, distributed, nn
from torch.utils.data import DataLoader

from asr.acoustic.biphones import to_units
from asr.acoustic.config import Config
from asr.acoustic.ctc_crf import Denominator, ctc, trigrams
from asr.acoustic.network import CELLS, AcousticModel, Memory
from asr.text.phones import LABELS
from asr.training import checkpoints, fast_gru
from asr.training.acoustic.batches import Batch, Epoch, Passes
from asr.training.acoustic.corpus import Corpus
from asr.training.acoustic.losses import disagreement, initial_memory, phone_errors
from asr.training.acoustic.warm_start import initialise_from
from asr.training.arguments import named_number
from asr.training.distributed import ProcessGroup, keep_float32
from asr.training.timed_training import Progress, TimedTraining, warm_up


@dataclass
class AcousticProgress(Progress):
    """How far an acoustic training is."""

    hours: float = 0.0  # of sound trained on, by all processes


class SpeechTraining(TimedTraining):
    """A training on speech, counted in hours of sound and validated by its phone errors."""

    progress: AcousticProgress

    def amount(self) -> str:
        """Return the hours of sound trained on."""
        return f"{self.progress.hours:.1f} h of sound"

    def speed(self) -> str:
        """Return the hours of sound trained on in an hour."""
        return f"{self.progress.hours * 3600 / self.progress.elapsed:.0f}x real time"

    def validate(self) -> None:
        """Log phone error rate and loss of each corpus of the development set."""
        found = self.dev_errors()
        progress = self.progress
        row: dict[str, Any] = {
            "minutes": round(progress.elapsed / 60, 1),
            "update": progress.update,
            "hours": round(progress.hours, 1),
        }
        row |= {"dev": {corpus: errors for corpus, (errors, _) in found.items()}}
        row |= {"dev_loss": {corpus: loss for corpus, (_, loss) in found.items()}}
        self.log(row)

    def dev_errors(self) -> dict[str, tuple[float, float]]:
        """Return, for each corpus of the development set, the phone error rate in % and the loss per phone."""
        raise NotImplementedError


class AcousticTraining(SpeechTraining):
    """The training of an acoustic model, by one process or by several together."""

    model: AcousticModel
    progress: AcousticProgress
    validates_at_end = True

    def __init__(self, config: Config, corpus: Corpus, args: argparse.Namespace, group: ProcessGroup):
        """Make the network, or resume it from the checkpoint in `args.output`.

        Args:
            config: Of the network.
            corpus: Training and development speech.
            args: Options of the command line.
            group: This process's place among those that train together.
        """
        self.config, self.corpus, self.args, self.group = config, corpus, args, group
        self.validate_seconds = args.watch * 60
        model = AcousticModel(config).to(group.device).train()
        model.dropout = args.dropout
        if group.device.type == "cuda":
            for layer in model.layers:
                keep_float32(layer)
        else:
            fast_gru.accelerate(model.layers)
        model.mean.copy_(corpus.mean)
        model.scale.copy_(1 / corpus.deviation)
        if args.init:
            initialise_from(model, checkpoints.mean([checkpoints.read(path) for path in args.init]))
        self.denominator = None
        if args.mmi:
            phone_model = trigrams((item.labels for item in corpus.items), len(config.labels))
            # Moved once; a call with scores on another device would copy its tables every time.
            self.denominator = Denominator(*phone_model).to(group.device)
        decayed = [p for p in model.parameters() if p.ndim > 1]
        others = [p for p in model.parameters() if p.ndim <= 1]
        optimiser = torch.optim.AdamW(
            [{"params": decayed, "weight_decay": args.decay}, {"params": others, "weight_decay": 0.0}],
            lr=args.rate,
            betas=(0.9, 0.98),
        )
        super().__init__(model, optimiser, AcousticProgress(), args.output, args.minutes)
        self.network: nn.Module = self.model
        if group.world > 1:
            self.network = nn.parallel.DistributedDataParallel(self.model)

    @property
    def leads(self) -> bool:
        """Whether this is the process that writes checkpoints, progress lines and the log."""
        return self.group.rank == 0

    def shared_time(self, seconds: float) -> float:
        """Return the elapsed seconds of the first process, so that all stop at the same update."""
        return self.group.broadcast(seconds)

    def checkpoint_entries(self) -> dict[str, Any]:
        """Return the configuration and the seed."""
        return {"config": self.config.to_dict(), "seed": self.args.seed}

    def learning_rate(self) -> float:
        """Return the learning rate: it rises in `--warm` updates, then falls linearly to 0 at the end of the time."""
        share = self.progress.elapsed / (self.minutes * 60)
        return float(self.args.rate * warm_up(self.progress.update, self.args.warm) * max(1 - share, 0.0))

    def dev_errors(self) -> dict[str, tuple[float, float]]:
        """Return the errors of the greedy path and the loss of this training."""
        autocast = partial(self.autocast, self.group.device)
        return phone_errors(self.model, self.corpus.dev, autocast, self.denominator)

    def train(self) -> None:
        """Train until the time is up."""
        self.start_clock()
        last: Memory | None = None
        rng = np.random.default_rng((self.args.seed, self.progress.epoch, self.group.rank))
        for number, batch in self.batches() if not self.finished else ():
            self.set_learning_rate()
            loss, last = self.loss(batch, last, rng)
            self.apply_gradients(loss[1], drop_invalid=True)
            seconds = float(batch[1].sum()) * self.config.hop / self.config.rate
            self.progress.epoch = max(self.progress.epoch, number)
            self.progress.hours += seconds / 3600 * self.group.world
            self.count_update(loss[0].detach())
            if self.finished:
                break
        if self.leads:
            self.save()

    def loss(self, batch: Batch, last: Memory | None, rng: np.random.Generator) -> tuple[tuple[Tensor, Tensor], Memory]:
        """Compute the losses of a batch.

        Returns:
            The main loss (CTC or CTC-CRF per label), which is reported, and its sum with the weighted auxiliary
            losses, which is minimised; and the state of the network after the batch.
        """
        x = batch[0]
        with self.autocast(self.group.device):
            begin = initial_memory(last, self.model.begin(len(x)), rng)
            logits, after, middle = self.network(x.to(self.group.device, non_blocking=True), begin)
        return self.losses(batch, logits[:, self.config.output_delay_rows :], middle), after

    def losses(self, batch: Any, logits: Tensor, middle: Tensor | None) -> tuple[Tensor, Tensor]:
        """Compute the loss that is reported and the one that is minimised.

        Args:
            batch: Of `batches`.
            logits: (batch, rows, units), from the row of the first frame on.
            middle: Logits of the auxiliary output, (batch, rows, labels), or None.
        """
        _, lengths, labels, counts = batch
        rows = self.rows(lengths)
        main = ctc(logits, rows, to_units(labels, counts, self.config), counts, self.denominator)
        apart = disagreement(logits, rows, len(labels)) if self.args.agree else 0.0
        weight = self.args.middle
        if middle is None:
            auxiliary: Tensor | float = 0.0
        else:  # without a weight: torchrun needs a gradient for all weights
            auxiliary = ctc(middle, rows, labels, counts) if weight else middle.sum()
        return main, main + self.args.agree * apart + weight * auxiliary

    def rows(self, lengths: Tensor) -> Tensor:
        """Return the numbers of output rows, (batch,) int64, of items of these lengths in frames."""
        return (-(-lengths // self.config.stride) * self.config.rows_per_step).to(torch.int64)

    def epoch_maker(self) -> partial[Any]:
        """Return a function that makes an epoch from its number."""
        args, corpus, group = self.args, self.corpus, self.group
        return partial(
            Epoch,
            corpus.items,
            args.batch,
            self.config,
            corpus.noise,
            corpus.mean,
            args.seed,
            changed=args.changed,
            rank=group.rank,
            world=group.world,
            views=2 if args.agree else 1,
            seldom=dict(args.seldom),
            splice=args.splice,
            masks=args.masks,
        )

    def batches(self) -> DataLoader:
        """Return the batches of the coming epochs, without end, as pairs (epoch number, batch).

        Raises:
            SystemExit: There are fewer batches than processes.
        """
        args, group, make = self.args, self.group, self.epoch_maker()
        if not len(make(0, splice=0.0)):
            raise SystemExit(f"There are fewer batches than processes ({group.world}): take a smaller --batch.")
        return DataLoader(
            Passes(make, self.progress.epoch + 1),
            batch_size=None,
            num_workers=args.workers,
            prefetch_factor=6 if args.workers == 1 else 3,
            pin_memory=group.device.type == "cuda",
        )


def make_parser(description: str | None = __doc__) -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    data = parser.add_argument_group("data")
    data.add_argument("--train", type=Path, nargs="+", required=True, help="manifests of training speech")
    data.add_argument("--dev", type=Path, required=True, help="manifest of development speech")
    data.add_argument("--noise", type=Path, required=True, help="manifest of noises to mix in")
    data.add_argument("--held", type=Path, nargs="+", default=[], help="manifests whose sentences are left out, too")
    data.add_argument(
        "--alignments",
        type=Path,
        nargs="+",
        default=[],
        help="files of asr.training.acoustic.align: pronunciations, losses for --doubt, cut points for --splice",
    )
    data.add_argument(
        "--doubt", type=float, help="leave out utterances with a larger loss per phone; needs --alignments"
    )
    seldom: dict[str, Any] = {"type": named_number(float), "nargs": "+", "default": [], "metavar": "CORPUS=SHARE"}
    data.add_argument("--seldom", **seldom, help="use only this share of a corpus in each epoch")
    data.add_argument("--cache", type=Path, default=Path(".work/cache"), help="folder of feature packs")

    run = parser.add_argument_group("run")
    run.add_argument("--output", type=Path, required=True, help="folder of the checkpoint and the log")
    run.add_argument("--minutes", type=float, default=60, help="duration of the training")
    run.add_argument("--watch", type=float, default=15, help="minutes between two validations")
    run.add_argument(
        "--init",
        type=Path,
        nargs="+",
        help="checkpoint or model file to begin from; the mean of several, or of an ensemble",
    )
    run.add_argument("--workers", type=int, default=1, help="processes that make batches; a GPU needs many")
    run.add_argument("--seed", type=int, default=1)

    method = parser.add_argument_group("optimisation")
    method.add_argument("--batch", type=float, default=300, help="seconds of sound in a batch")
    method.add_argument("--rate", type=float, default=1.5e-3, help="highest learning rate")
    method.add_argument("--warm", type=int, default=200, help="updates until it is reached")
    method.add_argument("--decay", type=float, default=0.01, help="weight decay")
    method.add_argument("--changed", type=float, default=1.0, help="share of batches that are augmented")
    method.add_argument("--masks", type=float, default=1.0, help="masked stretches of time per second in those")
    method.add_argument(
        "--splice", type=float, default=0.0, help="share of utterances replaced by spliced ones; needs --alignments"
    )
    method.add_argument("--dropout", type=float, default=0.0, help="dropout between layers")
    method.add_argument("--mmi", action="store_true", help="CTC-CRF loss (asr.acoustic.ctc_crf)")
    method.add_argument("--agree", type=float, default=0.0, help="weight of the consistency of two views (CR-CTC)")

    method.add_argument(
        "--middle",
        type=float,
        default=0.3,
        help="weight of the auxiliary CTC loss in the middle; 0 suits a short training from a model file, which has no "
        "weights for that output",
    )

    network = parser.add_argument_group("network")
    network.add_argument("--cell", choices=sorted(CELLS), default="gru")
    network.add_argument("--lookahead", type=int, default=3, help="steps; --init may have fewer")
    network.add_argument("--layers", type=int, default=4, help="recurrent layers; --init may have fewer")
    network.add_argument("--width", type=int, default=512, help="units of a layer")
    network.add_argument(
        "--bottleneck", type=int, default=0, help="units before the scores of phone pairs; 0: no pairs"
    )
    return parser


def check_options(parser: argparse.ArgumentParser, args: argparse.Namespace) -> None:
    """Refuse combinations of options of which one would have no effect."""
    if args.mmi and not args.bottleneck:
        parser.error("--mmi needs scores of pairs, for example --bottleneck 192")
    for option, given in (("--doubt", args.doubt is not None), ("--splice", args.splice > 0)):
        if given and not args.alignments:
            parser.error(f"{option} needs --alignments, a file that asr.training.acoustic.align writes")


def run(parser: argparse.ArgumentParser, make_training: Callable[..., AcousticTraining]) -> None:
    """Run the command line of an acoustic training.

    Args:
        parser: Of `make_parser`, perhaps with more options.
        make_training: Called as `AcousticTraining`, which a subclass may replace.
    """
    args = parser.parse_args()
    check_options(parser, args)
    args.output.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(args.seed)
    group = ProcessGroup.join()
    terms = {name: getattr(args, name) for name in ("cell", "layers", "width", "lookahead", "bottleneck")}
    config = Config(labels=LABELS, **terms)
    max_loss = math.inf if args.doubt is None else args.doubt
    paths = (args.train, args.dev, args.noise, args.held)
    try:
        with group.first_process_first():  # it makes the feature packs
            corpus = Corpus.load(*paths, config, args.cache, args.alignments, max_loss)
    except ValueError as error:
        parser.error(str(error))
    absent = dict(args.seldom).keys() - {item.corpus for item in corpus.items}
    if absent:
        parser.error(f"--seldom names what is not in --train: {', '.join(sorted(absent))}")
    if args.splice and not any(item.cuts for item in corpus.items):
        parser.error("--splice has nothing to splice: --alignments has no cut points between words")
    try:
        training = make_training(config, corpus, args, group)
    except ValueError as error:
        parser.error(str(error))
    if training.leads:
        items = training.corpus.items
        hours = sum(len(item.frames) for item in items) * config.hop / config.rate / 3600
        size = f"{training.parameters / 1e6:.2f} M parameters"
        print(f"{len(items)} utterances, {hours:.1f} h; {size}; {group}", flush=True)
        for path in corpus.not_aligned:
            print(f"{path} has no alignments: usual pronunciations, and neither --doubt nor --splice", flush=True)
    try:
        with training.saved_on_interrupt():
            training.train()
    finally:
        if group.world > 1:
            distributed.destroy_process_group()


def main() -> None:
    """Run the command."""
    run(make_parser(), AcousticTraining)


if __name__ == "__main__":
    main()
