"""Train the tagger of marks and capitals on written text, or export it.

python -m asr.training.text.tagger train TEXT_DIR/written_*.txt.xz --cased en_US.dic --names LAST_NAMES FIRST_NAMES \\
    --output .work/tagger --minutes 40
python -m asr.training.text.tagger export .work/tagger/checkpoint.pt assets/model/formatter.safetensors

Every fiftieth line is held out. The words' embedding begins as that of the neural language model, reduced to its
principal components. A checkpoint is written every few minutes; the same command resumes from it.
"""

import argparse
import pickle
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from asr.language.lexicon import MARKS as LEXICON_MARKS
from asr.language.lexicon import Lexicon
from asr.quantization import STEP
from asr.recognizer import SHIPPED
from asr.tensor_file import TensorFile
from asr.text.formatter.inputs import CAPITAL, WordClasses, suffix_class
from asr.text.formatter.tagger import Tagger
from asr.training import checkpoints
from asr.training.text.tagger.data import IGNORED, TaggerBatch, Text, batches
from asr.training.text.tagger.model import Inputs, TaggerNetwork
from asr.training.text.tagger.tagged_text import Token, case_of, read_tokens
from asr.training.text.tagger.written_forms import WrittenForms, read_dictionary, read_names, written_forms
from asr.training.timed_training import Progress, TimedTraining, warm_up

HELD_OUT = 50  # one line in so many is held out
CASE_WEIGHT = 0.5  # of the loss of cases beside that of marks


def encode(lines: Sequence[list[Token]], vocabulary: WordClasses) -> Text:
    """Return the words of all lines as classes."""
    words = [token for line in lines for token in line]
    cases = [case_of(token.written) for token in words]
    return Text(
        np.array([vocabulary.word_class(token.spoken) for token in words], np.int32),
        np.array([vocabulary.prior(token.spoken) for token in words], np.int8),
        np.array([token.mark for token in words], np.int8),
        np.array([IGNORED if w.first and c == CAPITAL else c for w, c in zip(words, cases, strict=True)], np.int8),
    )


@dataclass(frozen=True)
class TaggedCorpus:
    """What one training reads."""

    words: tuple[str, ...]  # the vocabulary
    forms: WrittenForms
    vocabulary: WordClasses
    suffixes: np.ndarray  # (classes,) the class of the suffix of each word; of other classes itself
    text: Text
    held_out: dict[str, Text]  # by the name of the file

    @classmethod
    def load(cls, args: argparse.Namespace) -> "TaggedCorpus":
        """Read the text, or the cache in the output folder of a training that has read it before."""
        cache = args.output / "corpus.pickle"
        if not cache.exists():
            lexicon = Lexicon.load(args.model / "lexicon.safetensors").words
            words = tuple(lexicon[len(LEXICON_MARKS) : args.vocabulary + len(LEXICON_MARKS)])
            known = frozenset(lexicon)
            lines = {path.name.split(".")[0]: list(read_tokens([path], known)) for path in args.text}
            training = [line for of in lines.values() for i, line in enumerate(of) if i % HELD_OUT]
            dictionary = [entry for path in args.cased for entry in read_dictionary(path)]
            names = [name for path in args.names for name in read_names(path)]
            forms = written_forms(training, dictionary, names, lexicon[len(LEXICON_MARKS) :])
            vocabulary = WordClasses(words, forms.priors)
            held_out = {name: encode(of[::HELD_OUT], vocabulary) for name, of in lines.items()}
            args.output.mkdir(parents=True, exist_ok=True)
            cache.write_bytes(pickle.dumps((words, forms, encode(training, vocabulary), held_out)))
        words, forms, text, held_out = pickle.loads(cache.read_bytes())
        vocabulary = WordClasses(words, forms.priors)
        suffixes = np.arange(vocabulary.classes)
        suffixes[: len(words)] = [len(words) + suffix_class(word) for word in words]
        return cls(words, forms, vocabulary, suffixes, text, held_out)


def initial_embedding(model: Path, words: Sequence[str], inner: int) -> Tensor:
    """Return the embedding of the neural language model for `words`, (n, inner) float32, by principal components."""
    file = TensorFile.open(model / "neural_lm.safetensors").torch()
    name = "embedding.weight"
    table = file[name].float() * file[name + STEP][:, None]
    lexicon = Lexicon.load(model / "lexicon.safetensors").ids
    rows = table[torch.tensor([min(lexicon[word], len(table) - 1) for word in words])]
    rows = rows - rows.mean(0)
    _, _, directions = torch.linalg.svd(rows[:8192], full_matrices=False)
    reduced = rows @ directions[:inner].T
    return reduced / reduced.std() * 0.4


@dataclass
class TaggerProgress(Progress):
    """How far a training of the tagger is."""

    words: int = 0


def inputs_of(batch: TaggerBatch) -> Inputs:
    """Return the inputs of a batch as tensors."""
    return Inputs(*(torch.from_numpy(a) for a in (batch.words, batch.pauses, batch.priors)))


def loss_of(model: TaggerNetwork, batch: TaggerBatch, unseen: int) -> Tensor:
    """Return the mean loss of a batch."""
    marks, cases = model(inputs_of(batch), torch.from_numpy(batch.seen), unseen)
    entropy = nn.functional.cross_entropy
    mark = entropy(marks.flatten(0, 1), torch.from_numpy(batch.marks).flatten(), ignore_index=IGNORED)
    case = entropy(cases.flatten(0, 1), torch.from_numpy(batch.cases).flatten(), ignore_index=IGNORED)
    return mark + CASE_WEIGHT * case


class TaggerTraining(TimedTraining):
    """The training of a tagger, by one process."""

    model: TaggerNetwork
    progress: TaggerProgress

    def __init__(self, corpus: TaggedCorpus, args: argparse.Namespace):
        """Make the network, or resume it from the checkpoint in `args.output`."""
        self.corpus, self.args = corpus, args
        model = TaggerNetwork(corpus.vocabulary.classes, args.inner, args.width)
        path = args.output / checkpoints.FILE_NAME
        if not path.exists():
            with torch.no_grad():
                start = initial_embedding(args.model, corpus.words, args.inner)
                model.words.weight[: len(corpus.words)] = start
                suffixes = torch.from_numpy(corpus.suffixes[: len(corpus.words)])
                sums = torch.zeros_like(model.words.weight).index_add_(0, suffixes, start)
                counts = torch.bincount(suffixes, minlength=corpus.vocabulary.classes)
                seen = counts > 0
                model.words.weight[seen] = sums[seen] / counts[seen][:, None]
        rate = args.rate
        groups = [
            {"params": [model.words.weight], "scale": 0.3},
            {"params": [p for name, p in model.named_parameters() if name != "words.weight"], "scale": 1.0},
        ]
        optimiser = torch.optim.Adam(groups, lr=rate, betas=(0.9, 0.99), fused=True)
        super().__init__(model, optimiser, TaggerProgress(), args.output, args.minutes)

    def set_learning_rate(self) -> None:
        """Give each group of weights its rate: the embedding, which is trained already, a smaller one."""
        for group in self.optimiser.param_groups:
            group["lr"] = self.learning_rate() * group["scale"]

    def learning_rate(self) -> float:
        """Return the learning rate: it rises in 100 updates, is constant, and falls to 0 in the last 40 % of time."""
        annealing = self.minutes_left / (0.4 * self.minutes)
        return float(self.args.rate * max(min(warm_up(self.progress.update, 100), annealing), 0.0))

    def amount(self) -> str:
        """Return the number of words."""
        return f"{self.progress.words / 1e6:.2f} M words"

    def speed(self) -> str:
        """Return the words in a second."""
        return f"{self.progress.words / max(self.progress.elapsed, 1e-9):.0f} words/s"

    def checkpoint_entries(self) -> dict[str, Any]:
        """Return the vocabulary and the sizes of the network."""
        corpus = self.corpus
        return {
            "inner": self.args.inner,
            "width": self.args.width,
            "vocabulary": list(corpus.words),
            "priors": corpus.forms.priors,
            "mixed": corpus.forms.mixed,
        }

    def epochs(self) -> Iterator[TaggerBatch]:
        """Yield batches of epoch after epoch."""
        corpus = self.corpus
        while True:
            yield from batches(
                corpus.text, corpus.vocabulary, corpus.suffixes, self.args.batch, self.args.seed + self.progress.epoch
            )
            self.progress.epoch += 1

    def train(self) -> None:
        """Train until the time is up. A resumed training begins another epoch."""
        if self.progress.update:
            self.progress.epoch += 1
        self.start_clock()
        unseen = self.corpus.vocabulary.first_special + 1
        self.model.train()
        for batch in self.epochs():
            if self.finished:
                return
            self.set_learning_rate()
            loss = loss_of(self.model, batch, unseen)
            self.apply_gradients(loss)
            self.progress.words += int((batch.marks != IGNORED).sum())
            self.count_update(loss.detach())

    def validate(self) -> None:
        """Log F1 of marks and the share of wrong cases on held-out text, with pauses and without errors."""
        self.model.eval()
        row: dict[str, Any] = {"minutes": round(self.progress.elapsed / 60, 1), "words": self.progress.words}
        for name, text in self.corpus.held_out.items():
            confusion, wrong = np.zeros((4, 4), np.int64), [0, 0]
            short = text.take(np.arange(min(len(text), 12000)))
            for batch in batches(short, self.corpus.vocabulary, self.corpus.suffixes, 4096, 0, clean=True):
                with torch.inference_mode():
                    unseen = self.corpus.vocabulary.first_special + 1
                    marks, cases = self.model(inputs_of(batch), torch.from_numpy(batch.seen), unseen)
                real = batch.marks != IGNORED
                np.add.at(confusion, (batch.marks[real], marks.argmax(-1).numpy()[real]), 1)
                real = batch.cases != IGNORED
                wrong[0] += int((cases.argmax(-1).numpy()[real] != batch.cases[real]).sum())
                wrong[1] += int(real.sum())
            hits = np.diag(confusion)
            f1 = 2 * hits / np.maximum(confusion.sum(0) + confusion.sum(1), 1)
            row[name] = [*(round(float(f), 3) for f in f1[1:]), round(wrong[0] / max(wrong[1], 1), 4)]
        self.log(row)
        self.model.train()


def train(args: argparse.Namespace) -> None:
    """Run `train`."""
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    corpus = TaggedCorpus.load(args)
    training = TaggerTraining(corpus, args)
    print(f"{len(corpus.text)} words; {training.parameters / 1e6:.2f} M parameters", flush=True)
    with training.saved_on_interrupt():
        training.train()
        training.save()
        training.validate()


def export(args: argparse.Namespace) -> None:
    """Run `export`."""
    checkpoint = checkpoints.read(args.checkpoint)
    Tagger.save(args.output, checkpoint["model"], checkpoint["vocabulary"], checkpoint["priors"], checkpoint["mixed"])
    print(f"{args.output}: {args.output.stat().st_size / 1e6:.1f} MB")


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    training = commands.add_parser("train", help="train from written text")
    training.set_defaults(run=train)
    training.add_argument("text", type=Path, nargs="+", help="files of written text (*.txt.xz), a paragraph a line")
    training.add_argument("--cased", type=Path, nargs="*", default=[], help="Hunspell dictionaries with capitals")
    training.add_argument("--names", type=Path, nargs="*", default=[], help="lists of names, one a line")
    training.add_argument("--model", type=Path, default=SHIPPED, help="folder of lexicon and neural language model")
    training.add_argument("--output", type=Path, required=True, help="folder of the checkpoint and the log")
    training.add_argument("--minutes", type=float, default=40, help="duration of the training")
    training.add_argument("--vocabulary", type=int, default=30_000, help="words with a class of their own")
    training.add_argument("--inner", type=int, default=96, help="width of the embedding")
    training.add_argument("--width", type=int, default=192, help="units of the GRU")
    training.add_argument("--batch", type=int, default=4096, help="words of a batch, padding included")
    training.add_argument("--rate", type=float, default=3e-3, help="highest learning rate")
    training.add_argument("--threads", type=int, default=1, help="processor threads")
    training.add_argument("--seed", type=int, default=1)
    exporting = commands.add_parser("export", help="write the file that the formatter loads")
    exporting.set_defaults(run=export)
    exporting.add_argument("checkpoint", type=Path, help="checkpoint of a training")
    exporting.add_argument("output", type=Path, help="file to write (formatter.safetensors)")
    return parser


def main() -> None:
    """Run the command."""
    args = make_parser().parse_args()
    args.run(args)
