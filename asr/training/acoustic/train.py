"""Train an acoustic model from JSON-lines manifests:

python -m asr.training.acoustic.train --train TRAIN/manifest.jsonl WEAK/manifest.jsonl --dev DEV/manifest.jsonl \\
    --noise NOISE/manifest.jsonl --minutes 60 --output .work/first

The learning rate follows the share of `--minutes` that is spent, so a run ends where it was told to. It checkpoints
every few minutes into the output folder and resumes from there when it is started again. On several GPUs, or as
several processes: torchrun --nproc-per-node N -m asr.training.acoustic.train ...

With --mmi the network learns to be right together with a language model. The phone errors that the log tells are those
of its greedy path, without one: they rise then, while words get better.
"""

import argparse
import json
import math
import time
from collections.abc import Callable
from contextlib import nullcontext
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
from asr.acoustic.network import CELLS, AcousticModel, Memory
from asr.text.phones import LABELS
from asr.training import checkpoints
from asr.training.acoustic.batches import Epoch, Passes
from asr.training.acoustic.corpus import Corpus
from asr.training.acoustic.ctc_crf import Denominator, trigrams
from asr.training.acoustic.losses import carried, ctc, disagreement, phone_errors
from asr.training.acoustic.warm_start import start
from asr.training.arguments import named
from asr.training.distributed import ProcessGroup, unreduced


@dataclass
class AcousticProgress:
    """How far a run is; kept in its checkpoint."""

    update: int = 0
    heard: float = 0.0  # hours of sound, of all processes
    elapsed: float = 0.0  # seconds, of all the runs it took
    epoch: int = 0


class AcousticTraining:
    """One training: a model, its optimiser, how far it is, and the folder it keeps them in."""

    clock = staticmethod(time.monotonic)  # seconds; what `minutes` are counted by

    def __init__(self, config: Config, corpus: Corpus, args: argparse.Namespace, place: ProcessGroup):
        self.config, self.corpus, self.args, self.place = config, corpus, args, place
        self.model = AcousticModel(config).to(place.device).train()
        self.model.dropout = args.dropout
        if place.device.type == "cuda":
            for layer in self.model.layers:
                unreduced(layer)
        self.model.mean.copy_(corpus.mean)
        self.model.scale.copy_(1 / corpus.deviation)
        if args.init:
            start(self.model, checkpoints.mean([checkpoints.read(path) for path in args.init]))
        self.others = None
        if args.mmi:
            said = trigrams((item.labels for item in corpus.items), len(config.labels))
            self.others = Denominator(*said).to(place.device)  # once: a call from elsewhere makes its tables anew
        decayed = [p for p in self.model.parameters() if p.ndim > 1]
        others = [p for p in self.model.parameters() if p.ndim <= 1]
        self.optimiser = torch.optim.AdamW(
            [{"params": decayed, "weight_decay": args.decay}, {"params": others, "weight_decay": 0.0}],
            lr=args.rate, betas=(0.9, 0.98),
        )  # fmt: skip
        self.path = args.output / "checkpoint.pt"
        self.at = checkpoints.resume(self.path, self.model, self.optimiser, AcousticProgress())
        self.parameters = sum(p.numel() for p in self.model.parameters())
        self.network: nn.Module = self.model
        if place.world > 1:
            self.network = nn.parallel.DistributedDataParallel(self.model)

    def amp(self):
        """bf16 where it is faster: not for the tiny networks of tests, nor on a processor that has to emulate it."""
        native = self.place.device.type == "cuda" or torch.backends.cpu.get_cpu_capability().startswith("AVX512")
        fast = native and self.parameters > 1e5
        return torch.autocast(self.place.device.type, torch.bfloat16) if fast else nullcontext()

    def save(self) -> None:
        terms = {"config": self.config.to_dict(), "seed": self.args.seed}
        checkpoints.save(self.path, self.model, self.optimiser, self.at, **terms)

    def score(self) -> None:
        found = phone_errors(self.model, self.corpus.dev, self.amp, self.others)
        at = self.at
        row: dict[str, Any] = {"minutes": round(at.elapsed / 60, 1), "update": at.update, "heard": round(at.heard, 1)}
        row |= {"dev": {corpus: errors for corpus, (errors, _) in found.items()}}
        row |= {"dev_loss": {corpus: loss for corpus, (_, loss) in found.items()}}
        print(row, flush=True)
        with (self.args.output / "log.jsonl").open("a") as log:
            print(json.dumps(row), file=log)

    def rate(self) -> float:
        """Learning rate: up in `warm` updates, then straight down to nothing at the end of the time."""
        share = self.at.elapsed / (self.args.minutes * 60)
        return self.args.rate * min(1.0, (self.at.update + 1) / self.args.warm) * max(1 - share, 0.0)

    def rows(self, lengths: Tensor) -> Tensor:
        """How many rows of scores belong to items of so many frames."""
        return (-(-lengths // self.config.stride) * self.config.rows_per_step).to(torch.int64)

    def losses(self, batch: Any, logits: Tensor, middle: Tensor | None) -> tuple[Tensor, Tensor]:
        """The loss that the log tells, and the one that is minimised; `logits` begin with the first row of sound."""
        _, lengths, labels, counts = batch
        rows = self.rows(lengths)
        loss = ctc(logits, rows, to_units(labels, counts, self.config), counts, self.others)
        apart = disagreement(logits, rows, len(labels)) if self.args.agree else 0.0
        aside = 0.0 if middle is None else ctc(middle, rows, labels, counts)
        return loss, loss + self.args.agree * apart + 0.3 * aside

    def learn(self) -> None:
        """Train until the time is up; on Ctrl+C keep the checkpoint."""
        budget, first = self.args.minutes * 60, self.place.rank == 0
        last: Memory | None = None
        losses: list[torch.Tensor] = []
        told = saved = scored = clock = self.clock()
        rng = np.random.default_rng((self.args.seed, self.at.epoch, self.place.rank))
        for number, batch in self.batches() if self.at.elapsed < budget else ():
            for group in self.optimiser.param_groups:
                group["lr"] = self.rate()
            x, lengths = batch[:2]
            with self.amp():
                begin = carried(last, self.model.begin(len(x)), rng)
                logits, last, middle = self.network(x.to(self.place.device, non_blocking=True), begin)
            loss, whole = self.losses(batch, logits[:, self.config.output_delay_rows :], middle)
            self.optimiser.zero_grad(set_to_none=True)
            whole.backward()
            nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
            for weight in self.model.parameters():
                if weight.grad is not None:  # a gradient that is no number teaches nothing, and would stay
                    weight.grad.nan_to_num_(0.0, 0.0, 0.0)
            self.optimiser.step()
            losses.append(loss.detach())  # asking for its number would make a GPU wait
            now = self.clock()
            seconds = float(lengths.sum()) * self.config.hop / self.config.rate
            self.at.update += 1
            self.at.epoch = max(self.at.epoch, number)
            self.at.heard += seconds / 3600 * self.place.world
            self.at.elapsed = self.place.agree(self.at.elapsed + now - clock)
            clock = now
            if first and now - told > 20:
                told = now
                self.tell(float(torch.stack(losses).mean()))
                losses.clear()
            if first and now - saved > 180:
                saved = now
                self.save()
            if first and (now - scored > self.args.watch * 60 or self.at.elapsed >= budget):
                scored = now
                self.score()
            if self.at.elapsed >= budget:
                break
        if first:
            self.save()

    def epochs(self) -> Callable[..., Epoch]:
        """What makes an epoch by its number."""
        args, corpus, place = self.args, self.corpus, self.place
        return partial(
            Epoch, corpus.items, args.batch, self.config, corpus.noise, corpus.mean, args.seed,
            changed=args.changed, rank=place.rank, world=place.world, views=2 if args.agree else 1,
            seldom=dict(args.seldom), splice=args.splice, masks=args.masks,
        )  # fmt: skip

    def batches(self) -> DataLoader:
        """The epochs that are still to come, with their numbers, without end."""
        args, place = self.args, self.place
        make = self.epochs()
        if not len(make(0, splice=0.0)):
            raise SystemExit(f"There are fewer batches than processes ({place.world}): take a smaller --batch.")
        ahead = 6 if args.workers == 1 else 3
        return DataLoader(
            Passes(make, self.at.epoch + 1), batch_size=None, num_workers=args.workers, prefetch_factor=ahead,
            pin_memory=place.device.type == "cuda",
        )  # fmt: skip

    def tell(self, loss: float) -> None:
        at = self.at
        print(
            f"{at.elapsed / 60:5.1f}/{self.args.minutes:.0f} min  update {at.update}  epoch {at.epoch}  "
            f"{at.heard:.1f} h heard  loss {loss:.3f}  rate {self.rate():.2e}  "
            f"{at.heard * 3600 / at.elapsed:.0f}x real time  left {self.args.minutes - at.elapsed / 60:.0f} min",
            flush=True,
        )


def arguments(about: str | None) -> argparse.ArgumentParser:
    """The command line of a training of the acoustic model."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train", type=Path, nargs="+", required=True, help="manifests to learn from")
    parser.add_argument("--dev", type=Path, required=True, help="manifest to watch the phone error rate on")
    parser.add_argument("--held", type=Path, nargs="+", default=[], help="more manifests not to learn sentences of")
    parser.add_argument(
        "--doubt", type=float, default=math.inf, help="leave out what asr.training.acoustic.align found worse"
    )
    seldom: dict[str, Any] = {"type": named(float), "nargs": "+", "default": [], "metavar": "CORPUS=SHARE"}
    parser.add_argument("--seldom", **seldom, help="hear a share of it a pass: what is known")
    parser.add_argument("--noise", type=Path, required=True, help="manifest of noises to mix in")
    parser.add_argument("--output", type=Path, required=True, help="folder of checkpoints and the log")
    parser.add_argument("--cache", type=Path, default=Path(".work/cache"), help="folder of feature packs")
    parser.add_argument("--minutes", type=float, default=60, help="length of the run; sets the schedule")
    parser.add_argument("--watch", type=float, default=15, help="minutes from one look at dev to the next")
    parser.add_argument(
        "--init", type=Path, nargs="+", help="checkpoint or model file to begin as; several: their mean"
    )
    parser.add_argument("--batch", type=float, default=300, help="seconds of sound in a batch")
    parser.add_argument("--workers", type=int, default=1, help="processes that make batches; a GPU wants many")
    parser.add_argument("--rate", type=float, default=1.5e-3, help="highest learning rate")
    parser.add_argument("--warm", type=int, default=200, help="updates to reach it")
    parser.add_argument("--decay", type=float, default=0.01, help="of the weights, for each unit of the learning rate")
    parser.add_argument("--changed", type=float, default=1.0, help="share of batches that are augmented")
    parser.add_argument("--masks", type=float, default=1.0, help="stretches a second that are masked in those")
    parser.add_argument("--splice", type=float, default=0.0, help="share of utterances put together anew, see align")
    parser.add_argument("--dropout", type=float, default=0.0, help="share of a layer's outputs that are left out")
    parser.add_argument(
        "--mmi", action="store_true", help="what is said must win against all else (asr.training.acoustic.ctc_crf)"
    )
    parser.add_argument("--agree", type=float, default=0.0, help="weight of agreeing on two views of an utterance")
    parser.add_argument("--cell", choices=sorted(CELLS), default="gru")
    parser.add_argument("--lookahead", type=int, default=3, help="steps; --init may come from a network of fewer")
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--width", type=int, default=512)
    parser.add_argument(
        "--bottleneck", type=int, default=0, help="units before the scores of pairs of phones; 0: no pairs"
    )
    parser.add_argument("--seed", type=int, default=1)
    return parser


def main(about: str | None = __doc__, more: Callable[[argparse.ArgumentParser], None] | None = None,
         kind: type[AcousticTraining] = AcousticTraining) -> None:  # fmt: skip
    """Run a training of one kind; `more` adds its arguments."""
    parser = arguments(about)
    if more:
        more(parser)
    args = parser.parse_args()
    if args.mmi and not args.bottleneck:
        parser.error("--mmi needs scores of pairs: --bottleneck 192, say")
    args.output.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(args.seed)
    place = ProcessGroup.join()
    terms = {name: getattr(args, name) for name in ("cell", "layers", "width", "lookahead", "bottleneck")}
    config = Config(labels=LABELS, **terms)
    if place.rank > 0:
        distributed.barrier()  # the first process makes the feature packs
    corpus = Corpus.load(args.train, args.dev, args.noise, args.held, config, args.cache, args.doubt)
    if place.world > 1 and place.rank == 0:
        distributed.barrier()
    absent = dict(args.seldom).keys() - {item.corpus for item in corpus.items}
    if absent:
        parser.error(f"--seldom names what is not in --train: {', '.join(sorted(absent))}")
    try:
        run = kind(config, corpus, args, place)
    except ValueError as error:
        parser.error(str(error))
    items = run.corpus.items
    hours = sum(len(item.frames) for item in items) * config.hop / config.rate / 3600
    if place.rank == 0:
        parameters = f"{run.parameters / 1e6:.2f} M parameters"
        print(f"{len(items)} utterances, {hours:.1f} h; {parameters}; {place}", flush=True)
    try:
        run.learn()
    except KeyboardInterrupt:
        if place.rank == 0:
            run.save()
            print(f"Kept in {run.path}; the same command goes on from there.", flush=True)
        raise SystemExit(130) from None
    finally:
        if place.world > 1:
            distributed.destroy_process_group()


if __name__ == "__main__":
    main()
