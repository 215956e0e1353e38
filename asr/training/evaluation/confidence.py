"""How often words of each confidence are right, to set `asr.recognizer.CONFIDENCE_LINE`:

python -m asr.training.evaluation.confidence DEV/manifest.jsonl [--model FOLDER] [--limit N]

A confidence of 0.7 should mean that seven words in ten like it are what was said. The table shows whether it does, and
a straight line through the words (least squares; Platt 1999 has the idea) says what to set if it does not.
"""

from itertools import pairwise

import jiwer
import numpy as np
from rich.console import Console
from rich.table import Table

from asr.pipeline import transcribe
from asr.recognizer import CONFIDENCE_LINE
from asr.training.evaluation.recordings import recordings
from asr.updates import Word

BINS = np.linspace(0, 1, 11)


def judged(said: str, heard: list[Word]) -> list[tuple[float, bool]]:
    """Each word's confidence, and whether it is right in the alignment with the fewest errors."""
    if not heard:
        return []
    aligned = jiwer.process_words(said, " ".join(word.text for word in heard))
    right = np.zeros(len(heard), bool)
    for chunk in aligned.alignments[0]:
        if chunk.type == "equal":
            right[chunk.hyp_start_idx : chunk.hyp_end_idx] = True
    return [(word.confidence, bool(ok)) for word, ok in zip(heard, right, strict=True)]


def line(rows: np.ndarray) -> tuple[float, float]:
    """(n, 2) of confidence and 0 or 1 -> what CONFIDENCE_LINE should be: at no trust, and gained by full trust."""
    base, gain = CONFIDENCE_LINE
    slope, start = np.polyfit((rows[:, 0] - base) / gain, rows[:, 1], 1)
    return float(start), float(slope)


def main() -> None:
    recognizer, heard = recordings(__doc__)
    found = []
    for sound, said in heard:
        found += judged(said, [word for update in transcribe(recognizer, [sound]) for word in update.words])
    rows = np.array(found, float)
    table = Table("confidence", "words", "right (%)")
    for low, high in pairwise(BINS):
        inside = rows[(rows[:, 0] >= low) & (rows[:, 0] <= high), 1]
        if len(inside):
            table.add_row(f"{low:.1f} to {high:.1f}", str(len(inside)), f"{100 * inside.mean():.0f}")
    Console().print(table)
    doubted = rows[rows[:, 0] < 0.5, 1]
    print(f"under 0.5: {len(doubted)} of {len(rows)} words, {np.sum(doubted == 0)} of them wrong")
    print("CONFIDENCE_LINE = ({:.2f}, {:.2f}) would fit these words".format(*line(rows)))


if __name__ == "__main__":
    main()
