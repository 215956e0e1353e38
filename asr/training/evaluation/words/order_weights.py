"""Fit the weights by which alternatives are ordered.

python -m asr.training.evaluation.words.order_weights TRAIN/manifest.jsonl --noise NOISE/manifest.jsonl
    [--corpora NAME ...] [--limit N] [--processes N]

The recordings are those of training, since development speech has few words that are replaced; they are disturbed
(another speed, with the pitch; noise) until about as many of their words are wrong. The alternatives of each word have
values (`asr.decoding.choices.following`), and a multinomial logistic regression gives the weights with which the word
that was said is most probable, or none of them where the recognised one is right. Replaced words are paired with the
transcript by time. The last lines are NGRAM_WEIGHTS and NEURAL_WEIGHTS. How many right words are listed then,
`asr.training.evaluation.confidence` tells on development speech.
"""

import argparse
import multiprocessing
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import track

from asr.alignment.aligner import Aligner
from asr.audio.media import read_file
from asr.decoding.choices.confidence import log_odds
from asr.decoding.choices.following import DOUBTED, FollowingWords, Weights
from asr.decoding.word_ends import WordScorer
from asr.recognizer import Recognizer
from asr.stream_options import StreamOptions
from asr.training.evaluation.words.judged import recognised
from asr.training.manifests import is_room, read_manifest

SPEEDS = 0.9, 1.12
DECIBELS = 3.0, 20.0  # of speech above noise
PENALTY = 1.0  # of squared weights, each of values with a standard deviation of 1
OPTIONS = StreamOptions(alternatives=5, formatted=False)


@dataclass(frozen=True)
class Example:
    """The alternatives of a recognised word."""

    right: int  # which of them is the word that was said; -1: none
    replaced: bool  # the recognised word stands for another one
    sure: float  # confidence in it
    ngram: np.ndarray  # (N, k) float32, see FollowingWords.ngram_values
    neural: np.ndarray | None  # (N, m) float32, see neural_values; None of a word that is not in doubt


class RecordingOrder(FollowingWords):
    """Keeps what is known of the alternatives of each word."""

    def __init__(self, scorer: WordScorer):
        super().__init__(scorer)
        # Its id, the confidence in it, its alternatives, and the values of both models.
        self.words: list[tuple[int, float, np.ndarray, np.ndarray, np.ndarray | None]] = []

    def rank(self, context, word, others, following, sure, count, biasing, user_lm):  # type: ignore[no-untyped-def]
        """Rank as ever."""
        ngram, steps = self.ngram_values(context, word, others, following, biasing, user_lm)
        neural = None
        if sure < DOUBTED and context.lm_states is not None:
            neural = self.neural_values(context, steps, np.arange(len(others.words)))[0].astype(np.float32)
        self.words.append((word, sure, others.words, ngram.astype(np.float32), neural))
        return super().rank(context, word, others, following, sure, count, biasing, user_lm)


def disturbed(sound: np.ndarray, noise: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Return (m,) float32 sound at another speed, with noise.

    Args:
        sound: (n,) float32.
        noise: (k,) float32, repeated until it is long enough.
        random: Draws the speed and how loud the noise is.
    """
    sound = np.interp(np.arange(0, len(sound) - 1, random.uniform(*SPEEDS)), np.arange(len(sound)), sound)
    noise = np.resize(noise, len(sound))
    levels = [np.sqrt(np.mean(np.square(each, dtype=np.float64)) + 1e-12) for each in (sound, noise)]
    louder = min(levels[0] / levels[1] * 10 ** (-random.uniform(*DECIBELS) / 20), 1e3)
    return np.clip(sound + louder * noise, -1, 1).astype(np.float32)


_aligner: Aligner  # of a worker process
_order: RecordingOrder


def _prepare(model: Path | None) -> None:
    global _aligner, _order
    recognizer = Recognizer.load(model)
    results = recognizer._decoder.results
    results._following = _order = RecordingOrder(results._scorer)
    _aligner = Aligner(recognizer)


def _examples(task: tuple[Path, str, Path, int]) -> list[Example]:
    """Recognise a disturbed recording.

    Args:
        task: The recording, its transcript, the noise, and a seed.
    """
    path, text, noise, seed = task
    recognizer = _aligner.recognizer
    rate = recognizer.config.rate
    spoken_sound, noise_sound = (np.concatenate(list(read_file(each, rate))) for each in (path, noise))
    sound = disturbed(spoken_sound, noise_sound, np.random.default_rng(seed))
    _order.words.clear()
    judged = recognised(_aligner, sound, text.split(), OPTIONS)
    texts = recognizer._lexicon.words
    if [each.word.text for each in judged] != [texts[word] for word, *_ in _order.words]:
        return []  # words in tones are left out of the updates
    found = []
    for each, (_, sure, others, ngram, neural) in zip(judged, _order.words, strict=True):
        names = [texts[other] for other in others]
        replaced = not each.right and bool(each.reference)
        right = names.index(each.reference) if replaced and each.reference in names else -1
        found.append(Example(right, replaced, sure, ngram, neural))
    return found


def fit(examples: Sequence[Example], neural: bool, steps: int = 30) -> Weights:
    """Fit a multinomial logistic regression by Newton's method, each step of which is halved until it is a better one.

    Args:
        examples: Of words with and without alternatives.
        neural: Fit to the values of the neural language model, too, where an example has them; leave out the others.
        steps: Of the method.
    """
    if neural:
        examples = [example for example in examples if example.neural is not None]
        values = [np.concatenate([e.ngram, e.neural], 1) for e in examples if e.neural is not None]
    else:
        values = [example.ngram for example in examples]
    every = np.concatenate(values).astype(np.float64)
    mean, scale = every.mean(0), every.std(0) + 1e-6
    # The row of "none" comes first; only its first two values, a constant and the log odds, are not zero.
    tables = []
    for example, each in zip(examples, values, strict=True):
        table = np.zeros((1 + len(each), 2 + every.shape[1]))
        table[0, :2], table[1:, 2:] = (1.0, log_odds(example.sure)), (each - mean) / scale
        tables.append(table)
    chosen = [1 + example.right for example in examples]
    penalty = np.append([0.0, 0.0], np.full(every.shape[1], PENALTY))

    def loss(weights: np.ndarray) -> float:
        scores = [table @ weights for table in tables]
        errors = (np.logaddexp.reduce(each) - each[number] for each, number in zip(scores, chosen, strict=True))
        return float(penalty @ weights**2 + sum(errors))

    weights = np.zeros(len(penalty))
    before = loss(weights)
    for _ in range(steps):
        gradient, curvature = 2 * penalty * weights, np.diag(2 * penalty + 1e-9)
        for table, number in zip(tables, chosen, strict=True):
            scores = table @ weights
            probability = np.exp(scores - np.logaddexp.reduce(scores))
            expected = probability @ table
            gradient += expected - table[number]
            curvature += (table * probability[:, None]).T @ table - np.outer(expected, expected)
        step = np.linalg.solve(curvature, gradient)
        while (after := loss(weights - step)) > before and np.abs(step).max() > 1e-9:
            step /= 2
        weights, before = weights - step, after
        if np.abs(step).max() < 1e-4:
            break
    plain = weights[2:] / scale
    none, sure, *found = (round(float(weight), 3) for weight in (weights[0] + mean @ plain, weights[1], *plain))
    return Weights(none, sure, tuple(found))


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("manifest", type=Path, help="manifest of training speech")
    parser.add_argument("--noise", type=Path, required=True, metavar="MANIFEST", help="noises that are mixed in")
    parser.add_argument("--corpora", nargs="+", metavar="NAME", help="recordings of these alone; default: all")
    parser.add_argument("--limit", type=int, default=0, help="use about this many recordings; default: all")
    parser.add_argument("--model", type=Path, help="folder of the model; default: the shipped one")
    parser.add_argument("--processes", type=int, default=1, help="recognise on so many cores")
    return parser


def main() -> None:
    """Run the command."""
    args = make_parser().parse_args()
    entries = [e for e in read_manifest(args.manifest) if not args.corpora or e.get("corpus") in args.corpora]
    entries = entries[:: max(1, len(entries) // args.limit)] if args.limit else entries
    noises = [args.noise.parent / entry["audio"] for entry in read_manifest(args.noise) if not is_room(entry)]
    tasks = [
        (args.manifest.parent / entry["audio"], entry["text"], noises[number % len(noises)], number)
        for number, entry in enumerate(entries)
    ]
    with multiprocessing.get_context("spawn").Pool(args.processes, _prepare, (args.model,)) as pool:
        results = track(pool.imap(_examples, tasks), "Recognising", len(tasks), console=Console(stderr=True))
        examples = [example for found in results for example in found]
    replaced, held = (sum(kinds) for kinds in zip(*((e.replaced, e.right >= 0) for e in examples), strict=True))
    what = f"{len(examples)} words, {replaced} of them replaced"
    print(f"{len(tasks)} recordings, {what}; the beam held the right one for {held}")
    print("NGRAM_WEIGHTS =", fit(examples, neural=False))
    if any(example.neural is not None for example in examples):
        print("NEURAL_WEIGHTS =", fit(examples, neural=True))


if __name__ == "__main__":
    main()
