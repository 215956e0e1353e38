"""Tables of the study: figures of several runs with their spread, and whether two sets of runs differ."""

from collections.abc import Iterable

import numpy as np


def separated(one: Iterable[float], other: Iterable[float]) -> bool:
    """Return whether the ranges of two sets of runs do not overlap; False for a set of one run."""
    a, b = list(one), list(other)
    return len(a) > 1 and len(b) > 1 and (max(a) < min(b) or max(b) < min(a))


def spread(values: Iterable[float], digits: int = 1) -> str:
    """Format the mean and, in brackets, each value."""
    found = list(values)
    each = [f"{value:.{digits}f}" for value in found]
    return f"{np.mean(found):.{digits}f} ({', '.join(each)})" if len(found) > 1 else each[0]


def table(head: list[str], rows: list[list[str]]) -> str:
    """Format a Markdown table; all columns but the first are right-aligned."""
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"
