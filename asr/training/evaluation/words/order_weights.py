"""Fit the weights by which alternatives are ordered.

python -m asr.training.evaluation.words.order_weights TRAIN/manifest.jsonl --noise NOISE/manifest.jsonl
    [--corpora NAME ...] [--limit N] [--processes N]

The recordings are those of training, since development speech has few words that are replaced; they are disturbed
(another speed, with the pitch; noise) until about as many of their words are wrong. For each wrong word the
alternatives have values (`asr.decoding.choices.following`), and a multinomial logistic regression gives the weights
with which the right one, or none of them, is most probable. Replaced words are paired with the transcript by time. The
last lines are NGRAM_WEIGHTS and NEURAL_WEIGHTS. How many right words are listed then,
`asr.training.evaluation.confidence` tells on development speech.
"""

import argparse
import multiprocessing
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import track

from asr.alignment.aligner import Aligner
from asr.audio.media import read_file
from asr.decoding.choices.following import DOUBTED, FollowingWords, Weights
from asr.pipeline import transcribe
from asr.recognizer import Recognizer
from asr.stream_options import StreamOptions
from asr.training.evaluation.words.judged import judged_words
from asr.training.evaluation.words.pairing import spoken_times
from asr.training.manifests import read_manifest

SPEEDS = 0.9, 1.12
DECIBELS = 3.0, 20.0  # of speech above noise
PENALTY = 1.0  # of squared weights, each of values with a standard deviation of 1
CHUNK = 1600  # samples
OPTIONS = StreamOptions(alternatives=5, formatted=False)


@dataclass(frozen=True)
class Example:
    """The alternatives of a word that is wrong."""

    right: int  # which alternative is the word that was said; -1: none
    ngram: np.ndarray  # (N, k) float32, see FollowingWords.ngram_values
    neural: np.ndarray | None  # (N, m) float32, see neural_values; None of a word that is not in doubt


class RecordingOrder(FollowingWords):
    """Keeps what is known of the alternatives of each word."""

    def __init__(self, scorer: Any):
        super().__init__(scorer)
        self.words: list[tuple[int, np.ndarray, np.ndarray, np.ndarray | None]] = []  # id, alternatives, both values

    def rank(self, context, word, others, following, sure, count, biasing, user_lm):  # type: ignore[no-untyped-def]
        """Rank as ever."""
        ngram, steps = self.ngram_values(context, word, others, following, biasing, user_lm)
        neural = None
        if sure < DOUBTED and context.lm_states is not None:
            neural = self.neural_values(context, steps, np.arange(len(others.words)))[0].astype(np.float32)
        self.words.append((word, others.words, ngram.astype(np.float32), neural))
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
    updates = transcribe(recognizer, (sound[i : i + CHUNK] for i in range(0, len(sound), CHUNK)), OPTIONS)
    words = [word for update in updates for word in update.words]
    spoken = text.split()
    judged = judged_words(spoken, spoken_times(_aligner, spoken, len(sound) / rate), words)
    texts = recognizer._lexicon.words
    if [word.text for word in words] != [texts[word] for word, *_ in _order.words]:
        return []  # words in tones are left out of the updates
    found = []
    for each, (_, others, ngram, neural) in zip(judged, _order.words, strict=True):
        if not each.right:
            names = [texts[other] for other in others]
            found.append(Example(names.index(each.reference) if each.reference in names else -1, ngram, neural))
    return found


def fit(values: Sequence[np.ndarray], right: Sequence[int], steps: int = 30) -> Weights:
    """Fit a multinomial logistic regression by Newton's method.

    Args:
        values: Of each example (N, k), N >= 0.
        right: Of each which row is right, -1: none.
        steps: Of the method.
    """
    every = np.concatenate(values).astype(np.float64)
    mean, scale = every.mean(0), every.std(0) + 1e-6
    # The row of "none" comes first; only its first value, a constant, is not zero.
    rows = []
    for each in values:
        table = np.zeros((1 + len(each), 1 + every.shape[1]))
        table[0, 0], table[1:, 1:] = 1.0, (each - mean) / scale
        rows.append(table)
    weights, penalty = np.zeros(1 + every.shape[1]), np.full(1 + every.shape[1], 2 * PENALTY)
    penalty[0] = 1e-6
    for _ in range(steps):
        gradient, curvature = penalty * weights, np.diag(penalty)
        for table, number in zip(rows, right, strict=True):
            scores = table @ weights
            probability = np.exp(scores - np.logaddexp.reduce(scores))
            expected = probability @ table
            gradient += expected - table[1 + number]
            curvature += (table * probability[:, None]).T @ table - np.outer(expected, expected)
        weights -= np.linalg.solve(curvature, gradient)
    plain = weights[1:] / scale
    return Weights(round(float(weights[0] + mean @ plain), 3), tuple(round(float(weight), 3) for weight in plain))


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
    noises = [args.noise.parent / entry["audio"] for entry in read_manifest(args.noise) if "room" not in entry["kind"]]
    tasks = [
        (args.manifest.parent / entry["audio"], entry["text"], noises[number % len(noises)], number)
        for number, entry in enumerate(entries)
    ]
    with multiprocessing.get_context("spawn").Pool(args.processes, _prepare, (args.model,)) as pool:
        results = track(pool.imap(_examples, tasks), "Recognising", len(tasks), console=Console(stderr=True))
        examples = [example for found in results for example in found]
    listed = sum(example.right >= 0 for example in examples)
    print(f"{len(tasks)} recordings, {len(examples)} wrong words; the beam held the right one for {listed} of them")
    doubted = [(np.concatenate([e.ngram, e.neural], 1), e.right) for e in examples if e.neural is not None]
    print("NGRAM_WEIGHTS =", fit([e.ngram for e in examples], [e.right for e in examples]))
    if doubted:
        print("NEURAL_WEIGHTS =", fit(*zip(*doubted, strict=True)))


if __name__ == "__main__":
    main()
