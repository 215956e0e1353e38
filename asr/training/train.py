"""Train an acoustic model from JSON-lines manifests:

python -m asr.training.train --train TRAIN/manifest.jsonl WEAK/manifest.jsonl --dev DEV/manifest.jsonl \\
    --noise NOISE/manifest.jsonl --minutes 60 --output .work/first

The learning rate follows the share of `--minutes` that is spent, so a run ends where it was told
to. It checkpoints every few minutes into the output folder and resumes from there when it is started again.
"""

import argparse
import json
import math
import time
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, Dataset

from asr.config import Config
from asr.model import CELLS, AcousticModel, Memory
from asr.text import BLANK, LABELS
from asr.training import augment
from asr.training.data import Pack, Utterance, batches, load, silences, utterances
from asr.training.pronounce import Pronouncer

Batch = tuple[Tensor, Tensor, Tensor, Tensor]  # frames, their lengths, labels end to end, their counts


def collate(items: list[Utterance], config: Config, noise: np.ndarray | None, fill: Tensor | None, seed: int) -> Batch:
    """Utterances -> one padded batch, augmented where `noise` and `fill` are given.

    Behind its sound each item has silence up to a whole step and through the look-ahead, as at the end of a stream.
    """
    silence = math.log(config.floor)
    lengths = torch.tensor([len(item.frames) for item in items])
    x = torch.full((len(items), int(lengths.max()), config.mels), silence)
    for i, item in enumerate(items):
        x[i, : len(item.frames)] = torch.from_numpy(np.asarray(item.frames, dtype=np.float32))
    if noise is not None and fill is not None:
        generator = torch.Generator().manual_seed(seed)
        x, lengths = augment.stretch(x, lengths, generator)
        x = augment.reverberate(x, generator)
        x = augment.add_noise(x, noise, generator)
        x = augment.recolour(x, generator)
        x = augment.mask(x, lengths, fill, generator).clamp(min=silence)
    stride = config.stride
    steps = -(-x.shape[1] // stride) + config.lookahead
    x = F.pad(x, (0, 0, 0, steps * stride - x.shape[1]), value=silence)
    past = torch.arange(x.shape[1])[None, :] >= lengths[:, None]
    x = x.masked_fill(past[..., None], silence)
    labels = torch.from_numpy(np.concatenate([item.labels for item in items]))
    return x, lengths, labels, torch.tensor([len(item.labels) for item in items])


class Epoch(Dataset):
    """One pass over the items; batch i is made when it is asked for, in a process beside the training."""

    def __init__(self, items: list[Utterance], args, config: Config, noise: np.ndarray, fill: Tensor, epoch: int):
        rng = np.random.default_rng((args.seed, epoch))
        self.groups = list(batches(items, args.batch, config, rng))
        self.rest = config, noise, fill
        self.seed = args.seed * 1_000_003 + epoch * 10_007

    def __len__(self) -> int:
        return len(self.groups)

    def __getitem__(self, i: int) -> Batch:
        return collate(self.groups[i], *self.rest, self.seed + i)


def ctc(logits: Tensor, rows: Tensor, labels: Tensor, counts: Tensor) -> Tensor:
    """Mean CTC loss a label (Graves et al. 2006); items whose labels do not fit after a stretch count as 0."""
    losses = F.ctc_loss(
        logits.float().log_softmax(-1).transpose(0, 1), labels, rows, counts,
        blank=BLANK, reduction="none", zero_infinity=True,
    )  # fmt: skip
    return losses.sum() / counts.sum().clamp(min=1)


def carried(last: Memory | None, memory: Memory, rng: np.random.Generator) -> Memory:
    """Half the time begin where another utterance ended: a live stream is seldom at zero."""
    if last is None or rng.random() < 0.5:
        return memory
    pick = torch.from_numpy(rng.integers(len(last.frames), size=len(memory.frames)))

    def take(h):
        return tuple(take(part) for part in h) if isinstance(h, tuple) else h[:, pick].detach().float()

    return replace(memory, hidden=tuple(take(h) for h in last.hidden))


def greedy(logits: Tensor) -> list[int]:
    """(rows, labels) -> the best path, repeats and blanks taken out."""
    best = logits.argmax(-1)
    changed = torch.cat([torch.ones(1, dtype=torch.bool), best[1:] != best[:-1]])
    return [int(label) for label in best[changed] if label != BLANK]


def edits(a: list[int], b: list[int]) -> int:
    """Levenshtein distance."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (x != y))
    return row[-1]


@torch.inference_mode()
def phone_errors(model: AcousticModel, items: list[Utterance], amp) -> dict[str, float]:
    """Phone error rate in %, by corpus, of the greedy path."""
    model.eval()
    wrong: dict[str, int] = {}
    total: dict[str, int] = {}
    c = model.config
    device = model.mean.device
    for batch in batches(items, 300, c, np.random.default_rng(0)):
        x, lengths, _, _ = collate(batch, c, None, None, 0)
        with amp():
            logits, _, _ = model(x.to(device), model_begin(model, len(batch)))
        rows = -(-lengths // c.stride) * c.outputs
        late = c.lookahead * c.outputs
        for item, scores, n in zip(batch, logits.float().cpu(), rows.tolist(), strict=True):
            heard = greedy(scores[late : late + n])
            wrong[item.corpus] = wrong.get(item.corpus, 0) + edits(item.labels.tolist(), heard)
            total[item.corpus] = total.get(item.corpus, 0) + len(item.labels)
    model.train()
    return {corpus: round(100 * wrong[corpus] / total[corpus], 1) for corpus in sorted(total)}


def model_begin(model: AcousticModel, batch: int) -> Memory:
    """`model.begin` on the model's own device."""
    memory, device = model.begin(batch), model.mean.device
    if device.type == "cpu":
        return memory

    def move(h):
        return tuple(move(part) for part in h) if isinstance(h, tuple) else h.to(device)

    return Memory(memory.frames.to(device), tuple(move(h) for h in memory.hidden), memory.tops.to(device))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train", type=Path, nargs="+", required=True, help="manifests to learn from")
    parser.add_argument("--dev", type=Path, required=True, help="manifest to watch the phone error rate on")
    parser.add_argument("--noise", type=Path, required=True, help="manifest of noises to mix in")
    parser.add_argument("--output", type=Path, required=True, help="folder of checkpoints and the log")
    parser.add_argument("--cache", type=Path, default=Path(".work/cache"), help="folder of feature packs")
    parser.add_argument("--minutes", type=float, default=60, help="length of the run; sets the schedule")
    parser.add_argument("--init", type=Path, help="checkpoint to start from, instead of random weights")
    parser.add_argument("--batch", type=float, default=300, help="seconds of sound in a batch")
    parser.add_argument("--rate", type=float, default=1.5e-3, help="highest learning rate")
    parser.add_argument("--warm", type=int, default=200, help="updates to reach it")
    parser.add_argument("--cell", choices=sorted(CELLS), default="gru")
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--width", type=int, default=512)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    config = Config(labels=LABELS, cell=args.cell, layers=args.layers, width=args.width)
    packs: list[Pack] = [load(path, config, args.cache) for path in args.train]
    dev_pack = load(args.dev, config, args.cache)
    pronunciations = Pronouncer()(
        word for pack in (*packs, dev_pack) for entry in pack.entries for word in entry["text"].split()
    )
    items = [item for pack in packs for item in utterances(pack, pronunciations, config)]
    dev = utterances(dev_pack, pronunciations, config, longest=40)
    noise_pack = load(args.noise, config, args.cache)
    noise = np.asarray(noise_pack.frames)
    items += silences(noise_pack)
    hours = sum(len(item.frames) for item in items) * config.hop / config.rate / 3600
    args.output.mkdir(parents=True, exist_ok=True)

    model = AcousticModel(config).to(device).train()
    sample = np.concatenate([np.asarray(pack.frames[::50], dtype=np.float32) for pack in packs])
    model.mean.copy_(torch.from_numpy(sample.mean(0)))
    model.scale.copy_(torch.from_numpy(1 / sample.std(0)))
    fill = model.mean.cpu().clone()
    if args.init:
        model.load_state_dict(torch.load(args.init, weights_only=True)["model"])
    decayed = [p for p in model.parameters() if p.ndim > 1]
    others = [p for p in model.parameters() if p.ndim <= 1]
    optimiser = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": 0.01}, {"params": others, "weight_decay": 0.0}],
        lr=args.rate, betas=(0.9, 0.98),
    )  # fmt: skip
    update, heard, elapsed, epoch = 0, 0.0, 0.0, 0
    checkpoint = args.output / "checkpoint.pt"
    if checkpoint.exists():
        kept = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(kept["model"])
        optimiser.load_state_dict(kept["optimiser"])
        update, heard, elapsed, epoch = kept["update"], kept["heard"], kept["elapsed"], kept["epoch"]
    size = sum(p.numel() for p in model.parameters())
    print(f"{len(items)} utterances, {hours:.1f} h; {size / 1e6:.2f} M parameters; {device}", flush=True)

    def amp():
        return torch.autocast(device.type, torch.bfloat16) if size > 1e5 else nullcontext()

    def save() -> None:
        part = checkpoint.with_suffix(".part")
        torch.save(
            {"model": model.state_dict(), "optimiser": optimiser.state_dict(), "config": config.to_dict(),
             "update": update, "heard": heard, "elapsed": elapsed, "epoch": epoch, "seed": args.seed}, part,
        )  # fmt: skip
        part.replace(checkpoint)

    budget = args.minutes * 60
    late = config.lookahead * config.outputs
    last: Memory | None = None
    losses: list[float] = []
    told = saved = scored = clock = time.monotonic()
    while elapsed < budget:
        epoch += 1
        rng = np.random.default_rng((args.seed, epoch))

        loader = DataLoader(
            Epoch(items, args, config, noise, fill, epoch),
            batch_size=None, shuffle=False, num_workers=1, prefetch_factor=6,
        )  # fmt: skip
        for x, lengths, labels, counts in loader:
            share = elapsed / budget
            rate = args.rate * min(1.0, (update + 1) / args.warm) * max(1 - share, 0.0)
            for group in optimiser.param_groups:
                group["lr"] = rate
            with amp():
                logits, memory, middle = model(x.to(device), carried(last, model_begin(model, len(x)), rng))
            rows = (-(-lengths // config.stride) * config.outputs).to(torch.int64)
            loss = ctc(logits[:, late:], rows, labels, counts)
            total = loss if middle is None else loss + 0.3 * ctc(middle, rows, labels, counts)
            optimiser.zero_grad(set_to_none=True)
            total.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            last = memory
            update += 1
            seconds = float(lengths.sum()) * config.hop / config.rate
            heard += seconds / 3600
            losses.append(float(loss.detach()))
            now = time.monotonic()
            elapsed += now - clock
            clock = now
            if now - told > 20:
                told = now
                print(
                    f"{elapsed / 60:5.1f}/{args.minutes:.0f} min  update {update}  epoch {epoch}  "
                    f"{heard:.1f} h heard  loss {np.mean(losses):.3f}  rate {rate:.2e}  "
                    f"{heard * 3600 / elapsed:.0f}x real time  left {(budget - elapsed) / 60:.0f} min",
                    flush=True,
                )
                losses.clear()
            if now - saved > 180:
                saved = now
                save()
            if now - scored > 480 or elapsed >= budget:
                scored = now
                rates = phone_errors(model, dev, amp)
                row = {"minutes": round(elapsed / 60, 1), "update": update, "heard": round(heard, 1), "dev": rates}
                print(row, flush=True)
                with (args.output / "log.jsonl").open("a") as log:
                    print(json.dumps(row), file=log)
            if elapsed >= budget:
                break
    save()


if __name__ == "__main__":
    main()
