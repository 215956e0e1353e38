"""Compare two evaluations of the same recordings: is one better beyond chance?

python -m asr.training.evaluation.compare BEFORE.jsonl AFTER.jsonl

Both files are written by `asr.training.evaluation.evaluate MANIFEST --details FILE`. For each corpus and for all
recordings, the command prints both word error rates, their difference, and the 95 % interval of the difference: a
paired bootstrap over the recordings (Bisani & Ney 2004), which are drawn anew, with replacement.
"""

import argparse
import json
from pathlib import Path

import jiwer
import numpy as np
from rich.console import Console
from rich.table import Table

DRAWS = 10_000
Counts = np.ndarray  # (recordings, 2) int64: errors, words


def word_counts(rows: list[dict]) -> Counts:
    """Return the errors and the words of each recording."""
    counts = []
    for row in rows:
        compared = jiwer.process_words(row["reference"], row["hypothesis"])
        errors = compared.substitutions + compared.deletions + compared.insertions
        counts.append((errors, compared.hits + compared.substitutions + compared.deletions))
    return np.array(counts)


def read_details(path: Path) -> list[dict]:
    """Return the rows of a details file, in an order that does not depend on the run."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return sorted(rows, key=lambda row: (row["corpus"], row["reference"], row["seconds"]))


def difference(before: Counts, after: Counts, seed: int = 0) -> tuple[float, float, float]:
    """Return the difference of two word error rates in points, and the ends of its 95 % interval."""
    change, words = after[:, 0] - before[:, 0], before[:, 1]
    drawn = np.random.default_rng(seed).integers(len(change), size=(DRAWS, len(change)))
    low, high = np.percentile(100 * change[drawn].sum(1) / words[drawn].sum(1), [2.5, 97.5])
    return float(100 * change.sum() / words.sum()), float(low), float(high)


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("before", type=Path, help="details of the first evaluation")
    parser.add_argument("after", type=Path, help="details of the second evaluation")
    return parser


def main() -> None:
    """Run the command."""
    parser = make_parser()
    args = parser.parse_args()
    before, after = read_details(args.before), read_details(args.after)
    if [row["reference"] for row in before] != [row["reference"] for row in after]:
        parser.error("the files are not of the same recordings")
    table = Table("set", "before", "after", "difference", "95 % interval")
    corpora = sorted({row["corpus"] for row in before})
    for name in [*corpora, "all"]:
        chosen = [i for i, row in enumerate(before) if name in ("all", row["corpus"])]
        old, new = word_counts([before[i] for i in chosen]), word_counts([after[i] for i in chosen])
        rates = (f"{100 * counts[:, 0].sum() / counts[:, 1].sum():.2f}" for counts in (old, new))
        change, low, high = difference(old, new)
        table.add_row(name, *rates, f"{change:+.2f}", f"{low:+.2f} to {high:+.2f}")
    Console().print(table)


if __name__ == "__main__":
    main()
