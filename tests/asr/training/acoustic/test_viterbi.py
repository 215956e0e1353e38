"""Viterbi: the path found is the most likely of all paths of the sequence."""

import itertools

import numpy as np
import pytest

from asr.training.acoustic.viterbi import NO_UNIT, viterbi


def collapsed(path: tuple[int, ...]) -> list[int]:
    """Collapse a path of units: repeats, then blanks (0)."""
    return [unit for unit, _ in itertools.groupby(path) if unit]


@pytest.mark.parametrize("units", [[1], [1, 2], [2, 2], [1, 2, 1], [1, 1, 2], []])
def test_no_path_of_the_same_units_is_more_likely(units: list[int]) -> None:
    for seed in range(20):
        logp = np.log(np.random.default_rng(seed).dirichlet(np.ones(3), 5))
        path = viterbi(logp, np.array(units, int))
        best = tuple(0 if number == NO_UNIT else units[number] for number in path)
        assert collapsed(best) == units
        assert [number for number, _ in itertools.groupby(path[path != NO_UNIT])] == list(range(len(units)))
        highest = max(sum(logp[range(5), p]) for p in itertools.product(range(3), repeat=5) if collapsed(p) == units)
        assert sum(logp[range(5), best]) == pytest.approx(highest)


def test_too_few_rows_are_refused() -> None:
    assert list(viterbi(np.zeros((2, 2)), np.array([1, 1])[:1])) in ([0, 0], [0, NO_UNIT], [NO_UNIT, 0])
    with pytest.raises(ValueError, match="2 rows are too few for 2 units"):
        viterbi(np.zeros((2, 2)), np.array([1, 1]))


def test_long_recordings_are_aligned() -> None:
    units = np.arange(1, 301)
    logp = np.full((700, 301), -9.0)
    logp[:, 0] = -1.0
    logp[np.arange(0, 600, 2), units] = 0.0
    path = viterbi(logp, units)
    assert path[:600:2].tolist() == list(range(300)) and (path[1::2] == NO_UNIT).all()
