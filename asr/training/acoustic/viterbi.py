"""The most likely CTC path of a known label sequence (Viterbi; Graves et al. 2006, section 4.1, max instead of sum)."""

import numpy as np

from asr.text.phones import BLANK

NO_UNIT = -1  # in a path: the row is a blank


def viterbi(logp: np.ndarray, units: np.ndarray) -> np.ndarray:
    """Align log posteriors with a known sequence.

    Args:
        logp: (rows, units) log posteriors.
        units: (n,) labels or units of the sequence.

    Returns:
        (rows,) int64, for each row an index into `units`, or NO_UNIT.

    Raises:
        ValueError: There are fewer rows than the units need. Equal units in succession need a blank between them.
    """
    n, rows = len(units), len(logp)
    if rows < n + int((units[1:] == units[:-1]).sum()) or not rows:
        raise ValueError(f"{rows} rows are too few for {n} units")
    states = np.full(2 * n + 1, BLANK)  # blank, unit, blank, ..., unit, blank
    states[1::2] = units
    scores = logp[:, states].astype(np.float64)
    skips = np.zeros(2 * n + 1, bool)  # reachable from the unit before without a blank
    skips[3::2] = units[1:] != units[:-1]
    best = np.full(2 * n + 1, -np.inf)
    best[:2] = scores[0, :2]
    back = np.zeros((rows, 2 * n + 1), np.int8)  # number of states by which the best path advanced
    before = np.full((3, 2 * n + 1), -np.inf)
    for row in range(1, rows):
        before[0] = best
        before[1, 1:] = best[:-1]
        before[2, 2:] = np.where(skips[2:], best[:-2], -np.inf)
        back[row] = before.argmax(0)
        best = before.max(0) + scores[row]
    state = int(best[-2:].argmax()) + len(best) - 2 if n else 0
    path = np.full(rows, NO_UNIT)
    for row in range(rows - 1, -1, -1):
        if state % 2:
            path[row] = state // 2
        state -= int(back[row, state])
    return path
