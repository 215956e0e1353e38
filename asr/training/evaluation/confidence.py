"""Measure how often words of each confidence are right, to set `asr.recognizer.CONFIDENCE_LINE`.

python -m asr.training.evaluation.confidence DEV/manifest.jsonl [--model FOLDER] [--limit N]

A confidence of 0.7 should mean that seven of ten such words are right. The table shows whether it does. The last line
gives the values that would: a straight line through the words by least squares (after Platt 1999).
"""

import argparse
from itertools import pairwise

import jiwer
import numpy as np
from rich.console import Console
from rich.table import Table

from asr.pipeline import transcribe
from asr.recognizer import CONFIDENCE_LINE
from asr.training.evaluation.recordings import make_parser as recordings_parser
from asr.training.evaluation.recordings import recordings
from asr.updates import Word

BINS = np.linspace(0, 1, 11)


def correct_words(text: str, words: list[Word]) -> list[tuple[float, bool]]:
    """Return the confidence of each word, and whether it is right in the alignment with the fewest errors.

    Args:
        text: The transcript.
        words: Recognised.
    """
    if not words:
        return []
    aligned = jiwer.process_words(text, " ".join(word.text for word in words))
    right = np.zeros(len(words), bool)
    for chunk in aligned.alignments[0]:
        if chunk.type == "equal":
            right[chunk.hyp_start_idx : chunk.hyp_end_idx] = True
    return [(word.confidence, bool(ok)) for word, ok in zip(words, right, strict=True)]


def fit_confidence(rows: np.ndarray) -> tuple[float, float]:
    """Return the values that CONFIDENCE_LINE should have: at a posterior of 0, and gained up to a posterior of 1.

    Args:
        rows: (n, 2): confidence with the present values, and 1 for a right word or 0 for a wrong one.
    """
    base, gain = CONFIDENCE_LINE
    slope, start = np.polyfit((rows[:, 0] - base) / gain, rows[:, 1], 1)
    return float(start), float(slope)


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    return recordings_parser(__doc__)


def main() -> None:
    """Run the command."""
    recognizer, speech = recordings(make_parser().parse_args())
    found = []
    for sound, text in speech:
        found += correct_words(text, [word for update in transcribe(recognizer, [sound]) for word in update.words])
    rows = np.array(found, float)
    table = Table("confidence", "words", "right (%)")
    for low, high in pairwise(BINS):
        inside = rows[(rows[:, 0] >= low) & (rows[:, 0] <= high), 1]
        if len(inside):
            table.add_row(f"{low:.1f} to {high:.1f}", str(len(inside)), f"{100 * inside.mean():.0f}")
    Console().print(table)
    uncertain = rows[rows[:, 0] < 0.5, 1]
    print(f"under 0.5: {len(uncertain)} of {len(rows)} words, {np.sum(uncertain == 0)} of them wrong")
    print("CONFIDENCE_LINE = ({:.2f}, {:.2f}) would fit these words".format(*fit_confidence(rows)))


if __name__ == "__main__":
    main()
