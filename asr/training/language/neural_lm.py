"""Train the neural language model (a GRU over words), compare it with the n-gram model, or export it.

python -m asr.training.language.neural_lm train --text TEXT_DIR --output .work/neural_lm --minutes 60 [--model DIR]
python -m asr.training.language.neural_lm perplexity --text heldout.txt --gru .work/neural_lm/checkpoint.pt
python -m asr.training.language.neural_lm export .work/neural_lm/checkpoint.pt assets/model/neural_lm.safetensors

When training continues on other text (`--init`), the mean of the weights before and after keeps more of the first text
(Wortsman et al. 2022, "Robust fine-tuning", arXiv 2109.01903): `export BEFORE AFTER AFTER AFTER OUTPUT`. Two trainings
that ran in parallel, on one core each, may be continued from their mean: `--init ONE OTHER`.

The learning rate is constant until the last `--anneal` minutes and then falls to 0. A checkpoint is written every few
minutes; the same command resumes from it, also with other `--minutes`. On a GPU the sum over all words is cheap in
batches of many thousand words: `--exact --batch 24576`.
"""

import argparse
import hashlib
import json
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from asr.language.lexicon import Lexicon, digest
from asr.language.neural_lm import NeuralLM
from asr.language.ngram_estimation import tokens
from asr.language.ngram_lm import NgramLM
from asr.recognizer import SHIPPED
from asr.training import checkpoints
from asr.training.arguments import named_number
from asr.training.distributed import keep_float32
from asr.training.language import neural_lm_compare
from asr.training.language.neural_lm_model import NeuralLMNetwork, frequencies, load_grown
from asr.training.language.neural_lm_text import NegativeSampler, Sentences, exact_loss, sampled_loss
from asr.training.timed_training import Progress, TimedTraining, warm_up


@dataclass
class NeuralLMProgress(Progress):
    """How far a training of the neural LM is."""

    words: int = 0  # predicted
    epoch: int = 1
    batch: int = 0  # of this epoch


class NeuralLMTraining(TimedTraining):
    """The training of a neural LM, by one process."""

    model: NeuralLMNetwork
    progress: NeuralLMProgress

    def __init__(self, sentences: Sentences, held_out: np.ndarray, frequency: np.ndarray, args: argparse.Namespace):
        """Make the network, or resume it from the checkpoint in `args.output`.

        Args:
            sentences: Training text.
            held_out: (t,) lexicon ids of sentences to validate on; may be empty.
            frequency: (lexicon,) of each word.
            args: Options of the command line, with `words`, the vocabulary.

        Raises:
            SystemExit: A checkpoint has another lexicon, or `--init` another size.
        """
        self.sentences, self.held_out, self.args = sentences, held_out, args
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.report_seconds = 5.0 if self.device.type == "cuda" else 20.0
        model = NeuralLMNetwork(args.vocabulary, frequency, args.width, args.inner).to(self.device)
        if self.device.type == "cuda":
            keep_float32(model.gru)
        seen = np.bincount(sentences.text, minlength=args.vocabulary + 1)
        self.sampler = NegativeSampler(seen, args.head, args.draws)
        with torch.no_grad():  # begin with unigram probabilities
            model.bias.copy_(torch.from_numpy(np.log(np.maximum(seen, 1) / seen.sum())))
        optimiser = torch.optim.Adam(model.parameters(), lr=args.rate, betas=(0.9, 0.99), fused=True)
        path = args.output / checkpoints.FILE_NAME
        checkpoints.check_lexicon(path, digest(args.words))
        if args.init and not path.exists():
            model.load_state_dict(self._initial_weights(frequency))
        super().__init__(model, optimiser, NeuralLMProgress(), args.output, args.minutes)
        self._resumed_at = NeuralLMProgress(**vars(self.progress))

    def _initial_weights(self, frequency: np.ndarray) -> dict[str, Tensor]:
        """Return the mean weights of the checkpoints of `--init`."""
        args = self.args
        models = [load_grown(path, frequency, args.words) for path in args.init]
        for path, model in zip(args.init, models, strict=True):
            if (size := (model.gru.hidden_size, model.inner)) != (args.width, args.inner):
                raise SystemExit(f"{path} needs --width {size[0]} --inner {size[1]}")
        return checkpoints.average([model.state_dict() for model in models])

    def checkpoint_entries(self) -> dict[str, Any]:
        """Return the digest of the vocabulary."""
        return {"lexicon": digest(self.args.words)}

    def learning_rate(self) -> float:
        """Return the learning rate: it rises in `--warm` updates, is constant, and falls to 0 in the last minutes."""
        annealing = self.minutes_left / self.args.anneal
        return float(self.args.rate * max(min(warm_up(self.progress.update, self.args.warm), annealing), 0.0))

    def amount(self) -> str:
        """Return the number of predicted words."""
        return f"{self.progress.words / 1e6:.2f} M words"

    def speed(self) -> str:
        """Return the words predicted in a second since the training was resumed."""
        words = self.progress.words - self._resumed_at.words
        return f"{words / (self.progress.elapsed - self._resumed_at.elapsed):.0f} words/s"

    def train(self, updates: int | None = None) -> None:
        """Train until the time is up, or for a number of updates."""
        self.start_clock()
        last = None if updates is None else self.progress.update + updates
        while True:
            batches = self.sentences.batches(self.args.batch, self.args.seed, self.progress.epoch)
            for chosen in islice(batches, self.progress.batch, None):
                if self.finished or self.progress.update == last:
                    return
                words, loss = self.update(chosen)
                self.progress.batch += 1
                self.progress.words += words
                self.count_update(loss)
            self.progress.epoch += 1
            self.progress.batch = 0

    def send(self, tensor: Tensor) -> Tensor:
        """Copy to the device of the model; to a GPU without waiting for it."""
        return tensor if self.device.type == "cpu" else tensor.pin_memory().to(self.device, non_blocking=True)

    def update(self, chosen: np.ndarray) -> tuple[int, Tensor]:
        """Make one optimiser step.

        Args:
            chosen: (b,) numbers of the sentences of the batch.

        Returns:
            The number of predicted words, and the loss, whose value a GPU may still be computing.
        """
        self.set_learning_rate()
        classes, predicted = self.sentences.padded(chosen)
        targets = self.send(classes[:, 1:][predicted])
        steps = self.send(torch.nonzero(predicted.flatten())[:, 0])  # those that predict a word
        with self.autocast(self.device):
            states, _ = self.model(self.send(classes[:, :-1]))
            states = F.dropout(states.flatten(0, 1).index_select(0, steps), self.args.dropout)
            if self.args.exact:
                loss = exact_loss(self.model, states, targets, self.args.even)
            else:
                rng = np.random.default_rng((self.args.seed, self.progress.update))
                sample, log_weights = map(self.send, self.sampler.draw(rng))
                loss = sampled_loss(self.model, states, targets, sample, log_weights, self.args.even)
        self.apply_gradients(loss)
        return len(targets), loss.detach()

    def validate(self) -> None:
        """Log the perplexity of the held-out sentences, without words outside the lexicon."""
        if not len(self.held_out):
            return
        logp = neural_lm_compare.neural_logp(self.model, self.held_out)
        known = neural_lm_compare.known(self.held_out)
        self.log(
            {
                "minutes": round(self.progress.elapsed / 60, 1),
                "words": self.progress.words,
                "perplexity": round(neural_lm_compare.perplexity(logp[known]), 1),
            }
        )


def train(args: argparse.Namespace) -> None:
    """Run `train`."""
    args.output.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    lexicon = Lexicon.load(args.model / "lexicon.safetensors")
    ngram = NgramLM.load(args.model / "ngram_lm.safetensors")
    args.vocabulary = min(args.vocabulary, len(lexicon.words))
    args.words = lexicon.words[: args.vocabulary]
    weights = dict(args.weight)
    mark = hashlib.sha256(json.dumps([digest(args.words), sorted(weights.items())]).encode()).hexdigest()[:8]
    cache = args.output / f"text-{args.vocabulary}-{mark}.npy"
    sentences = Sentences.load(args.text, weights, lexicon.ids, args.vocabulary, cache)
    held_out = np.zeros(0, np.int32)
    if args.watch:
        lines = args.watch.read_text(encoding="utf-8").splitlines()
        held_out = tokens([lines[:: max(1, len(lines) // 300)]], lexicon.ids)
    training = NeuralLMTraining(sentences, held_out, frequencies(ngram), args)
    size = f"{sentences.lengths.sum() / 1e6:.1f} M words; {training.parameters / 1e6:.2f} M parameters"
    print(f"{len(sentences.begins)} sentences, {size}", flush=True)
    with training.saved_on_interrupt():
        training.train()
        training.save()
        training.validate()


def export(args: argparse.Namespace) -> None:
    """Run `export`."""
    ngram = NgramLM.load(args.model / "ngram_lm.safetensors")
    words = Lexicon.load(args.model / "lexicon.safetensors").words
    most = max(len(checkpoints.read(path)["model"]["bias"]) - 1 for path in args.checkpoint)
    weights = [load_grown(path, frequencies(ngram), words[:most]).state_dict() for path in args.checkpoint]
    if any(other[key].shape != value.shape for other in weights for key, value in weights[0].items()):
        raise SystemExit("Checkpoints of networks of different widths have no mean; give those of one.")
    NeuralLM.save(args.output, checkpoints.average(weights), words)
    print(f"{args.output}: {args.output.stat().st_size / 1e6:.1f} MB")


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    training = commands.add_parser("train", help="train from text")
    training.set_defaults(run=train)
    training.add_argument("--text", type=Path, required=True, help="folder of *.txt.xz, one sentence per line")
    training.add_argument("--model", type=Path, default=SHIPPED, help="folder of lexicon and n-gram model")
    training.add_argument(
        "--weight",
        type=named_number(int),
        nargs="*",
        default=[],
        metavar="NAME=TIMES",
        help="read NAME.txt.xz this many times",
    )
    training.add_argument("--watch", type=Path, help="held-out sentences, one per line, to measure the perplexity on")
    training.add_argument("--output", type=Path, required=True, help="folder of the checkpoint and the log")
    training.add_argument("--init", type=Path, nargs="+", help="checkpoints to begin from, by their mean")
    training.add_argument("--minutes", type=float, default=60, help="duration of the training")
    training.add_argument("--anneal", type=float, default=15, help="last minutes, in which the rate falls to 0")
    training.add_argument("--vocabulary", type=int, default=30_000, help="words of the lexicon with their own class")
    training.add_argument("--width", type=int, default=512, help="units of the recurrent layer")
    training.add_argument("--inner", type=int, default=256, help="width of the embedding")
    training.add_argument("--exact", action="store_true", help="sum over all words instead of sampled ones")
    training.add_argument("--head", type=int, default=600, help="most frequent words that are always in the sample")
    training.add_argument("--draws", type=int, default=600, help="words drawn for each batch")
    training.add_argument("--batch", type=int, default=1280, help="words of a batch, padding included")
    training.add_argument("--dropout", type=float, default=0.0, help="dropout of the state before the output")
    training.add_argument("--even", type=float, default=0.1, help="weight of self-normalisation, ln(sum)^2")
    training.add_argument("--rate", type=float, default=2e-3, help="highest learning rate")
    training.add_argument("--warm", type=int, default=100, help="updates until it is reached")
    training.add_argument("--threads", type=int, default=1, help="processor threads")
    training.add_argument("--seed", type=int, default=1)
    neural_lm_compare.add_arguments(commands.add_parser("perplexity", help="compare with the n-gram model"))
    exporting = commands.add_parser("export", help="write the file that the search loads")
    exporting.set_defaults(run=export)
    exporting.add_argument(
        "checkpoint", type=Path, nargs="+", help="of several, the mean is written; name one twice to weight it twice"
    )
    exporting.add_argument("output", type=Path, help="model file to write (*.safetensors)")
    exporting.add_argument("--model", type=Path, default=SHIPPED, help="folder of lexicon and n-gram model")
    return parser


def main() -> None:
    """Run the command."""
    args = make_parser().parse_args()
    args.run(args)


if __name__ == "__main__":
    main()
