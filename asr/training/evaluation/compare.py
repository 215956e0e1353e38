"""Is one model better than another beyond chance? A paired bootstrap over recordings (Bisani & Ney 2004):

python -m asr.training.evaluation.compare BEFORE.jsonl AFTER.jsonl

Both files are written by `asr.training.evaluation.evaluate MANIFEST --details FILE` on one manifest. For each corpus
and for all: both word error rates, their difference, and the interval in which 95 % of the differences lie when the
recordings are drawn anew, with replacement.
"""

import argparse
import json
from pathlib import Path

import jiwer
import numpy as np
from rich.console import Console
from rich.table import Table

DRAWS = 10_000
Counts = np.ndarray  # (recordings, 2) int64: wrong words, words


def counts(rows: list[dict]) -> Counts:
    """Count each recording's wrong words and its words."""
    found = []
    for row in rows:
        done = jiwer.process_words(row["said"], row["heard"])
        wrong = done.substitutions + done.deletions + done.insertions
        found.append((wrong, done.hits + done.substitutions + done.deletions))
    return np.array(found)


def read(path: Path) -> list[dict]:
    """Read the rows of a details file in an order that does not depend on the run."""
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    return sorted(rows, key=lambda row: (row["corpus"], row["said"], row["seconds"]))


def difference(before: Counts, after: Counts, seed: int = 0) -> tuple[float, float, float]:
    """Return the difference of two word error rates in points, and the ends of its 95 % interval."""

    def points(wrong: np.ndarray, words: np.ndarray) -> np.ndarray:
        return np.asarray(100 * wrong / words)

    gained = after[:, 0] - before[:, 0]
    drawn = np.random.default_rng(seed).integers(len(gained), size=(DRAWS, len(gained)))
    low, high = np.percentile(points(gained[drawn].sum(1), before[drawn, 1].sum(1)), [2.5, 97.5])
    return float(points(gained.sum(), before[:, 1].sum())), float(low), float(high)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    args = parser.parse_args()
    before, after = read(args.before), read(args.after)
    if [row["said"] for row in before] != [row["said"] for row in after]:
        parser.error("the files are not of the same recordings")
    table = Table("set", "before", "after", "difference", "95 % interval")
    corpora = sorted({row["corpus"] for row in before})
    for name in [*corpora, "all"]:
        chosen = [i for i, row in enumerate(before) if name in ("all", row["corpus"])]
        old, new = counts([before[i] for i in chosen]), counts([after[i] for i in chosen])
        rates = (f"{100 * part[:, 0].sum() / part[:, 1].sum():.2f}" for part in (old, new))
        change, low, high = difference(old, new)
        table.add_row(name, *rates, f"{change:+.2f}", f"{low:+.2f} to {high:+.2f}")
    Console().print(table)


if __name__ == "__main__":
    main()
