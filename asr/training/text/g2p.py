"""Train the grapheme-to-phoneme network of asr.text.pronounce on CMUdict, and measure it on a tenth of its words.

    python -m asr.training.text.g2p --output .work/g2p --minutes 60
    python -m asr.training.text.g2p --output .work/g2p --export assets/model/pronounce.safetensors
    python -m asr.training.text.g2p --evaluate assets/model/pronounce.safetensors

A tenth of the words, chosen by their spelling, is never trained on. A word counts as right if its best pronunciation
is one of those in the dictionary; phone errors are counted against the nearest of them, as published work does.
"""

import argparse
import random
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import torch
from rapidfuzz.distance import Levenshtein
from torch import nn

from asr.text.phones import PHONES
from asr.text.pronounce import LETTERS, G2PNetwork, G2PSizes, GraphemeToPhoneme, equally_long
from asr.training import checkpoints
from asr.training.text.pronounce import Pronunciation, dictionary
from asr.training.timed_training import Progress, TimedTraining, warm_up

HELD_OUT, DEVELOPMENT = "held-out", "development"
_IGNORED = -100  # target that cross_entropy leaves out
_LONGEST = 24  # letters; CMUdict has a handful of longer words


def part_of(word: str) -> str:
    """Return the part that a word belongs to, by its spelling: HELD_OUT (a tenth), DEVELOPMENT (1 %) or "train"."""
    number = zlib.crc32(word.encode()) % 100
    return HELD_OUT if number < 10 else DEVELOPMENT if number == 10 else "train"


def words_of(part: str) -> dict[str, tuple[Pronunciation, ...]]:
    """Return the words of a part of CMUdict with their pronunciations."""
    return {word: phones for word, phones in dictionary().items() if part_of(word) == part and len(word) <= _LONGEST}


def evaluate(model: GraphemeToPhoneme, words: Mapping[str, Sequence[Pronunciation]]) -> dict[str, float]:
    """Return word accuracy, phone error rate, and the accuracy of the best of four pronunciations."""
    right = among = errors = phones = 0
    for word, found in model.pronounce(words, count=4).items():
        variants = words[word]
        best = found[0].phones if found else ()
        distances = [(Levenshtein.distance(best, variant), len(variant)) for variant in variants]
        distance, length = min(distances, key=lambda pair: pair[0] / pair[1])
        errors, phones = errors + distance, phones + length
        right += best in variants
        among += any(each.phones in variants for each in found)
    return {
        "words": len(words),
        "word_accuracy": round(right / len(words), 4),
        "phone_error_rate": round(errors / phones, 4),
        "right_among_four": round(among / len(words), 4),
    }


@dataclass
class G2PProgress(Progress):
    """How far the training is."""

    batch: int = 0  # of the epoch
    words: int = 0  # trained on


class G2PTraining(TimedTraining):
    """The training of one network. Words of a batch have equally many letters."""

    progress: G2PProgress

    def __init__(self, args: argparse.Namespace):
        self.args = args
        self.words = words_of("train")
        self.development = words_of(DEVELOPMENT)
        torch.manual_seed(args.seed)
        network = G2PNetwork(len(PHONES), G2PSizes(args.embedding, args.encoder, args.decoder), args.dropout)
        optimiser = torch.optim.Adam(network.parameters(), lr=args.rate, betas=(0.9, 0.98))
        super().__init__(network, optimiser, G2PProgress(), args.output, args.minutes)
        self._resumed_at = G2PProgress(**vars(self.progress))

    def checkpoint_entries(self) -> dict[str, Any]:
        """Return the sizes of the network."""
        return {"sizes": (self.args.embedding, self.args.encoder, self.args.decoder)}

    def learning_rate(self) -> float:
        """Return the learning rate: it rises in `--warm` updates, and then falls linearly to 0 with the time left."""
        return float(self.args.rate * warm_up(self.progress.update, self.args.warm) * self._share_left)

    @property
    def _share_left(self) -> float:
        return max(self.minutes_left / self.minutes, 0.0)

    def amount(self) -> str:
        """Return the number of words trained on."""
        return f"{self.progress.words / 1e6:.2f} M words"

    def speed(self) -> str:
        """Return the words in a second since the training was resumed."""
        words = self.progress.words - self._resumed_at.words
        return f"{words / (self.progress.elapsed - self._resumed_at.elapsed):.0f} words/s"

    def validate(self) -> None:
        """Measure the network on the development words."""
        model = GraphemeToPhoneme(self.model, PHONES)  # type: ignore[arg-type]
        self.log({"update": self.progress.update, "epoch": self.progress.epoch, **evaluate(model, self.development)})
        self.model.train()

    def batches(self, epoch: int) -> Iterator[list[str]]:
        """Return the batches of an epoch in an order of its own."""
        draw = random.Random(self.args.seed * 1000 + epoch)
        words = list(self.words)
        draw.shuffle(words)
        batches = list(equally_long(words, self.args.batch))
        draw.shuffle(batches)
        yield from batches

    def train(self, updates: int | None = None) -> None:
        """Train until the time is up, or for a number of updates."""
        self.start_clock()
        self.model.train()
        last = None if updates is None else self.progress.update + updates
        while True:
            for words in islice(self.batches(self.progress.epoch), self.progress.batch, None):
                if self.finished or self.progress.update == last:
                    return
                loss = self.update(words)
                self.progress.batch += 1
                self.progress.words += len(words)
                self.count_update(loss)
            self.progress.epoch += 1
            self.progress.batch = 0

    def update(self, words: list[str]) -> torch.Tensor:
        """Make one optimiser step; a word with several pronunciations is trained on one of them at a time."""
        self.set_learning_rate()
        spoken = [self.words[word][(self.progress.epoch + i) % len(self.words[word])] for i, word in enumerate(words)]
        ids = [[1 + PHONES.index(phone) for phone in phones] for phones in spoken]
        longest = max(map(len, ids))
        letters = torch.tensor([[LETTERS.index(letter) for letter in word] for word in words])
        before = torch.tensor([[0, *row, *[0] * (longest - len(row))] for row in ids])
        target = torch.tensor([[*row, 0, *[_IGNORED] * (longest - len(row))] for row in ids])
        with self.autocast(torch.device("cpu")):
            logits = self.model(letters, before)
        loss = nn.functional.cross_entropy(
            logits.float().flatten(0, 1), target.flatten(), ignore_index=_IGNORED, label_smoothing=self.args.smoothing
        )
        self.apply_gradients(loss)
        return loss.detach()


def load_checkpoint(folder: Path) -> GraphemeToPhoneme:
    """Return the network of a training."""
    checkpoint = checkpoints.read(folder / checkpoints.FILE_NAME)
    network = G2PNetwork(len(PHONES), G2PSizes(*checkpoint["sizes"]))
    network.load_state_dict(checkpoint["model"])
    return GraphemeToPhoneme(network, PHONES)


def make_parser() -> argparse.ArgumentParser:
    """Return the options of the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, help="folder of the checkpoint and the log; a training resumes from it")
    parser.add_argument("--minutes", type=float, default=60, help="train for so long (default: 60)")
    parser.add_argument("--export", type=Path, metavar="FILE", help="write the network of --output, and measure it")
    parser.add_argument("--evaluate", type=Path, metavar="FILE", help="measure a written network on the held-out words")
    parser.add_argument("--embedding", type=int, default=64, help="of a letter, and of a phone")
    parser.add_argument("--encoder", type=int, default=160, help="width of the encoder in each direction")
    parser.add_argument("--decoder", type=int, default=224, help="width of the decoder")
    parser.add_argument("--dropout", type=float, default=0.2, help="share of inputs that are set to 0")
    parser.add_argument("--smoothing", type=float, default=0.05, help="label smoothing")
    parser.add_argument("--batch", type=int, default=256, help="words in a batch")
    parser.add_argument("--rate", type=float, default=2e-3, help="highest learning rate")
    parser.add_argument("--warm", type=int, default=400, help="updates until the highest learning rate")
    parser.add_argument("--seed", type=int, default=1, help="of the weights and the order of the words")
    return parser


def main() -> None:
    """Run the command."""
    args = make_parser().parse_args()
    if args.evaluate:
        print(evaluate(GraphemeToPhoneme.load(args.evaluate), words_of(HELD_OUT)))
    elif not args.output:
        raise SystemExit("Give --output FOLDER to train, or --evaluate FILE.")
    elif args.export:
        load_checkpoint(args.output).save(args.export)
        print(evaluate(GraphemeToPhoneme.load(args.export), words_of(HELD_OUT)))
    else:
        args.output.mkdir(parents=True, exist_ok=True)
        training = G2PTraining(args)
        with training.saved_on_interrupt():
            training.train()
            training.save()
            training.validate()


if __name__ == "__main__":
    main()
