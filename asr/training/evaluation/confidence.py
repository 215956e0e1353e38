"""Measure how often words of each confidence are right, and how often the right word is among the alternatives.

python -m asr.training.evaluation.confidence DEV/manifest.jsonl [--limit N] [--processes N] [--plot FILE.svg]

A confidence of 0.7 should mean that seven of ten such words are right. The table shows whether it does, and the
expected calibration error (Guo et al. 2017) is the mean distance, weighted by words. The second table shows how many
replaced words have the right one among their alternatives, with replaced words paired with the transcript in three ways
(`asr.training.evaluation.words.pairing`). The last line gives the values of
`asr.decoding.choices.confidence.CONFIDENCE_WEIGHTS` that fit these words best, by logistic regression (Platt 1999).
"""

import argparse
import multiprocessing
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from asr.alignment.aligner import Aligner
from asr.audio.media import read_file
from asr.decoding.choices.confidence import confidence_features
from asr.recognizer import Recognizer
from asr.stream_options import StreamOptions
from asr.training.evaluation.recordings import make_parser as recordings_parser
from asr.training.evaluation.words.judged import JudgedWord, recognised
from asr.training.evaluation.words.listed import listed_table
from asr.training.manifests import read_manifest

BINS = np.linspace(0, 1, 11)
ALTERNATIVES = 5


def calibration_error(confidences: np.ndarray, right: np.ndarray) -> float:
    """Return the expected calibration error of (n,) confidences, with (n,) 1 for a right word and 0 for a wrong one."""
    numbers = np.clip(np.digitize(confidences, BINS) - 1, 0, len(BINS) - 2)
    error = 0.0
    for number in np.unique(numbers):
        inside = numbers == number
        error += inside.mean() * abs(confidences[inside].mean() - right[inside].mean())
    return float(error)


def fit_weights(features: np.ndarray, right: np.ndarray, steps: int = 50) -> np.ndarray:
    """Fit a logistic regression by Newton's method.

    Args:
        features: (n, k) float.
        right: (n,) 0 or 1.
        steps: Of the method.

    Returns:
        (k,) weights.
    """
    weights = np.zeros(features.shape[1])
    damping = 1e-3 * np.eye(len(weights))
    for _ in range(steps):
        probability = 1 / (1 + np.exp(-features @ weights))
        gradient = features.T @ (probability - right) + 1e-3 * weights
        curvature = (features * (probability * (1 - probability))[:, None]).T @ features + damping
        weights -= np.linalg.solve(curvature, gradient)
    return weights


def draw(path: Path, confidences: np.ndarray, right: np.ndarray, title: str) -> None:
    """Draw a reliability plot: the share of right words over the confidence, and how many words have it."""
    from matplotlib.figure import Figure

    figure = Figure((4.2, 4.6), layout="constrained")
    above, below = figure.subplots(2, 1, height_ratios=[3, 1], sharex=True)
    numbers = np.clip(np.digitize(confidences, BINS) - 1, 0, len(BINS) - 2)
    used = [number for number in range(len(BINS) - 1) if (numbers == number).sum() >= 10]
    points = [(confidences[numbers == n].mean(), right[numbers == n].mean()) for n in used]
    above.plot([0, 1], [0, 1], color="0.7")
    above.plot(*zip(*points, strict=True), marker="o")
    above.set(ylabel="share of words that are right", title=title, ylim=(0, 1))
    below.hist(confidences, BINS)
    below.set(xlabel="confidence", ylabel="words", xlim=(0, 1))
    figure.savefig(path)


_aligner: Aligner  # of a worker process


def _prepare(model: Path | None) -> None:
    global _aligner
    _aligner = Aligner(Recognizer.load(model))


def _judge(task: tuple[Path, str, str]) -> list[JudgedWord]:
    """Recognise a recording as a stream and compare it with its transcript.

    Args:
        task: The recording, its transcript, and its corpus.
    """
    path, text, corpus = task
    recognizer = _aligner.recognizer
    sound = np.concatenate(list(read_file(path, recognizer.config.rate)))
    spoken = text.split()
    judged = recognised(_aligner, sound, spoken, StreamOptions(alternatives=ALTERNATIVES))
    known = recognizer.knows(spoken)
    return [
        replace(
            j,
            features=confidence_features(h.posterior, h.share, len(j.word.text)),
            known=j.reference in known,
            corpus=corpus,
        )
        for j, h in zip(judged, _aligner.recorded.words, strict=True)
    ]


def report(judged: Iterable[JudgedWord], below: float) -> None:
    """Print tables of confidences and alternatives. `below`: confidence under which the window marks a word."""
    judged = list(judged)
    confidences = np.array([j.word.confidence for j in judged])
    right = np.array([j.right for j in judged], float)
    table = Table("confidence", "words", "right (%)")
    for low, high in pairwise(BINS):
        inside = right[(confidences >= low) & ((confidences < high) | (high == 1))]
        if len(inside):
            table.add_row(f"{low:.1f} to {high:.1f}", str(len(inside)), f"{100 * inside.mean():.0f}")
    Console().print(table)
    print(f"expected calibration error: {calibration_error(confidences, right):.3f}")
    doubted, wrong = confidences < below, right == 0
    both = (doubted & wrong).sum()
    print(
        f"under {below}: {doubted.mean():.1%} of {len(right)} words; {both / max(doubted.sum(), 1):.0%} of them are "
        f"wrong, and {both / max(wrong.sum(), 1):.0%} of all wrong words are among them"
    )
    print(listed_table(judged, ALTERNATIVES, below))
    offered = [(other.score, other.text == j.reference) for j in judged for other in j.word.alternatives]
    scores, said = np.array(offered, float).reshape(-1, 2).T
    print(
        f"{len(offered)} alternatives: {scores.sum():.0f} are right by their probabilities, {said.sum():.0f} by the "
        f"transcript; expected calibration error: {calibration_error(scores, said):.3f}"
    )
    weights = fit_weights(np.array([j.features for j in judged]), right)
    print("CONFIDENCE_WEIGHTS =", tuple(round(float(weight), 3) for weight in weights), "would fit these words")


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = recordings_parser(__doc__)
    parser.add_argument("--below", type=float, default=0.7, help="confidence under which the window marks a word")
    parser.add_argument("--processes", type=int, default=1, help="recognise on so many cores")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="draw a reliability plot (svg or png)")
    return parser


def main() -> None:
    """Run the command."""
    args = make_parser().parse_args()
    entries = read_manifest(args.manifest, args.limit)
    tasks = [(args.manifest.parent / entry["audio"], entry["text"], entry.get("corpus", "")) for entry in entries]
    with multiprocessing.get_context("spawn").Pool(args.processes, _prepare, (args.model,)) as pool:
        results = track(pool.imap(_judge, tasks), "Recognising", len(tasks), console=Console(stderr=True))
        judged = [j for found in results for j in found]
    report(judged, args.below)
    if args.plot:
        confidences = np.array([j.word.confidence for j in judged])
        right = np.array([j.right for j in judged], float)
        draw(args.plot, confidences, right, f"{len(judged)} words of {args.manifest.parent.name}")


if __name__ == "__main__":
    main()
