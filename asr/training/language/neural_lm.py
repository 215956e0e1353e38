"""Train a GRU language model of words, compare one with the n-gram model, or write the file that ships:

python -m asr.training.language.neural_lm train --text TEXT_DIR --output .work/wordgru --minutes 60 [--model DIR]
python -m asr.training.language.neural_lm perplexity --text TEXT_DIR/heldout.txt --gru .work/wordgru/checkpoint.pt
python -m asr.training.language.neural_lm export .work/wordgru/checkpoint.pt assets/model/neural_lm.safetensors

A training that goes on with other text (`--init`) forgets less in the mean with what it began from (Wortsman et al.
2022, "Robust fine-tuning", arXiv 2109.01903): `export BEFORE AFTER AFTER AFTER OUTPUT`. Two that ran beside each other,
on one core each, may go on from their mean: `--init ONE OTHER`.

Training holds its rate until the last `--anneal` minutes, then lets it fall to nothing. It keeps a checkpoint; started
again, with other `--minutes` if they are to be more or fewer, it goes on from there. On a GPU a sum over all words is
cheap in batches of many thousand words: `--exact --batch 24576`.
"""

import argparse
import hashlib
import json
import time
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from asr.decoding.lexicon import Lexicon, digest
from asr.decoding.neural_lm import NeuralLM
from asr.decoding.ngram_lm import NgramLM
from asr.recognizer import SHIPPED
from asr.training import checkpoints
from asr.training.arguments import named
from asr.training.distributed import unreduced
from asr.training.language import neural_lm_compare
from asr.training.language.neural_lm_model import NeuralLMNetwork, frequencies, learnt
from asr.training.language.neural_lm_text import Rivals, Sentences, exact_loss, sampled_loss
from asr.training.language.ngram import tokens


@dataclass
class NeuralLMProgress:
    """How far a run is; kept in its checkpoint."""

    update: int = 0
    words: int = 0  # predicted
    elapsed: float = 0.0  # seconds, of all the runs it took
    epoch: int = 1
    batch: int = 0  # of this epoch


class NeuralLMTraining:
    """One training: a model, its optimiser, how far it is, and the folder it keeps them in."""

    def __init__(self, sentences: Sentences, held: np.ndarray, frequency: np.ndarray, args: argparse.Namespace):
        """held: (t,) lexicon ids of sentences to watch; frequency: (lexicon,) of each word on its own."""
        self.sentences, self.held, self.args = sentences, held, args
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.model = NeuralLMNetwork(args.vocabulary, frequency, args.width, args.inner).to(self.device)
        if self.device.type == "cuda":
            unreduced(self.model.gru)
        seen = np.bincount(sentences.text, minlength=args.vocabulary + 1)
        self.rivals = Rivals(seen, args.head, args.draws)
        with torch.no_grad():  # begin with what each word's frequency says
            self.model.bias.copy_(torch.from_numpy(np.log(np.maximum(seen, 1) / seen.sum())))
        self.optimiser = torch.optim.Adam(self.model.parameters(), lr=args.rate, betas=(0.9, 0.99), fused=True)
        self.path = args.output / "checkpoint.pt"
        checkpoints.agree(self.path, digest(args.words))
        if args.init and not self.path.exists():
            begun = [learnt(path, frequency, args.words) for path in args.init]
            for path, model in zip(args.init, begun, strict=True):
                if (size := (model.gru.hidden_size, model.inner)) != (args.width, args.inner):
                    raise SystemExit(f"{path} wants --width {size[0]} --inner {size[1]}")
            self.model.load_state_dict(checkpoints.averaged([model.state_dict() for model in begun]))
        self.at = checkpoints.resume(self.path, self.model, self.optimiser, NeuralLMProgress())
        self.parameters = sum(p.numel() for p in self.model.parameters())

    def save(self) -> None:
        checkpoints.save(self.path, self.model, self.optimiser, self.at, lexicon=digest(self.args.words))

    def rate(self) -> float:
        """Learning rate: up in `warm` updates, level, and straight down to nothing in the last `anneal` minutes."""
        left = self.args.minutes - self.at.elapsed / 60
        return self.args.rate * max(min(1.0, (self.at.update + 1) / self.args.warm, left / self.args.anneal), 0.0)

    def learn(self, updates: int | None = None) -> None:
        """Train until the time is up, or for so many updates."""
        budget = self.args.minutes * 60
        losses: list[Tensor] = []
        until = None if updates is None else self.at.update + updates
        told = saved = clock = time.monotonic()
        began = NeuralLMProgress(**vars(self.at))
        often = 5 if self.device.type == "cuda" else 20  # seconds
        while True:
            batches = self.sentences.batches(self.args.batch, self.args.seed, self.at.epoch)
            for chosen in islice(batches, self.at.batch, None):
                if self.at.elapsed >= budget or self.at.update == until:
                    return
                words, loss = self.update(chosen)
                losses.append(loss)
                now = time.monotonic()
                self.at.update += 1
                self.at.batch += 1
                self.at.words += words
                self.at.elapsed += now - clock
                clock = now
                if now - told > often:
                    told = now
                    self.tell(float(torch.stack(losses).mean()), began)
                    losses.clear()
                if now - saved > 180:
                    saved = now
                    self.save()
                    self.watch()
            self.at.epoch += 1
            self.at.batch = 0

    def send(self, tensor: Tensor) -> Tensor:
        """To the device of the model, without waiting for it."""
        return tensor if self.device.type == "cpu" else tensor.pin_memory().to(self.device, non_blocking=True)

    def update(self, chosen: np.ndarray) -> tuple[int, Tensor]:
        """One step on these sentences: words predicted, loss (which a GPU may be yet to find)."""
        for group in self.optimiser.param_groups:
            group["lr"] = self.rate()
        classes, told = self.sentences.padded(chosen)
        targets = self.send(classes[:, 1:][told])
        place = self.send(torch.nonzero(told.flatten())[:, 0])  # of the targets among all steps
        # bf16 where it is faster: not for the tiny networks of tests.
        with torch.autocast(self.device.type, torch.bfloat16) if self.parameters > 1e5 else nullcontext():
            states, _ = self.model(self.send(classes[:, :-1]))
            states = F.dropout(states.flatten(0, 1).index_select(0, place), self.args.dropout)
            if self.args.exact:
                loss = exact_loss(self.model, states, targets, self.args.even)
            else:
                rivals, worth = map(
                    self.send, self.rivals.draw(np.random.default_rng((self.args.seed, self.at.update)))
                )
                loss = sampled_loss(self.model, states, targets, rivals, worth, self.args.even)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimiser.step()
        return len(targets), loss.detach()

    def tell(self, loss: float, began: NeuralLMProgress) -> None:
        at = self.at
        speed = (at.words - began.words) / (at.elapsed - began.elapsed)
        print(
            f"{at.elapsed / 60:5.1f}/{self.args.minutes:.0f} min  update {at.update}  epoch {at.epoch}  "
            f"{at.words / 1e6:.2f} M words  loss {loss:.3f}  rate {self.rate():.2e}  "
            f"{speed:.0f} words/s  left {self.args.minutes - at.elapsed / 60:.0f} min",
            flush=True,
        )

    def watch(self) -> None:
        """Perplexity of the held-out sentences, with the words the lexicon does not know left out."""
        if not len(self.held):
            return
        logp = neural_lm_compare.of_gru(self.model, self.held)
        known = neural_lm_compare.known(self.held)
        row = {"minutes": round(self.at.elapsed / 60, 1), "words": self.at.words,
               "perplexity": round(neural_lm_compare.perplexity(logp[known]), 1)}  # fmt: skip
        print(row, flush=True)
        with (self.args.output / "log.jsonl").open("a") as log:
            print(json.dumps(row), file=log)


def train(args: argparse.Namespace) -> None:
    args.output.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    lexicon = Lexicon.load(args.model / "lexicon.safetensors")
    language = NgramLM.load(args.model / "ngram_lm.safetensors")
    args.vocabulary = min(args.vocabulary, len(lexicon.words))
    args.words = lexicon.words[: args.vocabulary]
    weights = dict(args.weight)
    mark = hashlib.sha256(json.dumps([digest(args.words), sorted(weights.items())]).encode()).hexdigest()[:8]
    kept = args.output / f"text-{args.vocabulary}-{mark}.npy"
    sentences = Sentences.load(args.text, weights, lexicon.ids, args.vocabulary, kept)
    lines = args.watch.read_text(encoding="utf-8").splitlines() if args.watch else [""]
    held = tokens([lines[:: max(1, len(lines) // 300)]], lexicon.ids) if args.watch else np.zeros(0, np.int32)
    run = NeuralLMTraining(sentences, held, frequencies(language), args)
    size = f"{sentences.lengths.sum() / 1e6:.1f} M words; {run.parameters / 1e6:.2f} M parameters"
    print(f"{len(sentences.begins)} sentences, {size}", flush=True)
    try:
        run.learn()
        run.save()
        run.watch()
    except KeyboardInterrupt:
        run.save()
        print(f"Kept in {run.path}; the same command goes on from there.", flush=True)
        raise SystemExit(130) from None


def export(args: argparse.Namespace) -> None:
    language = NgramLM.load(args.model / "ngram_lm.safetensors")
    words = Lexicon.load(args.model / "lexicon.safetensors").words
    most = max(len(checkpoints.read(path)["model"]["bias"]) - 1 for path in args.checkpoint)
    weights = [learnt(path, frequencies(language), words[:most]).state_dict() for path in args.checkpoint]
    if any(other[key].shape != value.shape for other in weights for key, value in weights[0].items()):
        raise SystemExit("Checkpoints of networks of different widths have no mean; give those of one.")
    NeuralLM.save(args.output, checkpoints.averaged(weights), words)
    print(f"{args.output}: {args.output.stat().st_size / 1e6:.1f} MB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    training = commands.add_parser("train", help="learn from text")
    training.set_defaults(run=train)
    training.add_argument("--text", type=Path, required=True, help="folder of *.txt.xz, one sentence a line")
    training.add_argument("--model", type=Path, default=SHIPPED, help="folder of lexicon and n-gram model")
    training.add_argument(
        "--weight", type=named(int), nargs="*", default=[], metavar="NAME=TIMES", help="read NAME.txt.xz so often"
    )
    training.add_argument("--watch", type=Path, help="held-out sentences, one a line, to watch the perplexity on")
    training.add_argument("--output", type=Path, required=True, help="folder of the checkpoint and the log")
    training.add_argument("--init", type=Path, nargs="+", help="begin from the mean of these, of the same width")
    training.add_argument("--minutes", type=float, default=60, help="length of the run")
    training.add_argument("--anneal", type=float, default=15, help="last minutes, in which the rate falls to nothing")
    training.add_argument("--vocabulary", type=int, default=30_000, help="words of the lexicon with their own class")
    training.add_argument("--width", type=int, default=512, help="of the recurrent layer")
    training.add_argument("--inner", type=int, default=256, help="width of the embedding")
    training.add_argument("--exact", action="store_true", help="sum over all words: no rivals are drawn")
    training.add_argument("--head", type=int, default=600, help="rivals that are always there")
    training.add_argument("--draws", type=int, default=600, help="rivals drawn for each batch")
    training.add_argument("--batch", type=int, default=1280, help="words of a batch, with padding")
    training.add_argument("--dropout", type=float, default=0.0, help="share of a state left out of what it tells")
    training.add_argument("--even", type=float, default=0.1, help="weight of ln(sum of all words)^2")
    training.add_argument("--rate", type=float, default=2e-3, help="highest learning rate")
    training.add_argument("--warm", type=int, default=100, help="updates to reach it")
    training.add_argument("--threads", type=int, default=1)
    training.add_argument("--seed", type=int, default=1)
    neural_lm_compare.arguments(commands.add_parser("perplexity", help="against the n-gram model on the same text"))
    shipping = commands.add_parser("export", help="write the file of which the search asks")
    shipping.set_defaults(run=export)
    shipping.add_argument("checkpoint", type=Path, nargs="+", help="the mean of several is written, as often as named")
    shipping.add_argument("output", type=Path)
    shipping.add_argument("--model", type=Path, default=SHIPPED, help="folder of the n-gram model it ships with")
    args = parser.parse_args()
    args.run(args)


if __name__ == "__main__":
    main()
