"""The best path is the best of all paths."""

import itertools

import numpy as np
import pytest

from asr.training.acoustic.viterbi import NO_UNIT, viterbi


def said(path: tuple[int, ...]) -> list[int]:
    """Collapse a path of units: repeats, then blanks (0)."""
    return [unit for unit, _ in itertools.groupby(path) if unit]


@pytest.mark.parametrize("units", [[1], [1, 2], [2, 2], [1, 2, 1], [1, 1, 2], []])
def test_no_path_of_the_same_units_is_likelier(units: list[int]) -> None:
    for seed in range(20):
        logp = np.log(np.random.default_rng(seed).dirichlet(np.ones(3), 5))
        path = viterbi(logp, np.array(units, int))
        spelt = tuple(0 if at == NO_UNIT else units[at] for at in path)
        assert said(spelt) == units
        assert [at for at, _ in itertools.groupby(path[path != NO_UNIT])] == list(range(len(units)))
        best = max(sum(logp[range(5), p]) for p in itertools.product(range(3), repeat=5) if said(p) == units)
        assert sum(logp[range(5), spelt]) == pytest.approx(best)


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
