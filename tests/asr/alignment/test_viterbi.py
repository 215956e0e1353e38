"""Viterbi: the path found is the most likely of all paths of the sequence."""

import itertools

import numpy as np
import pytest

from asr.alignment.viterbi import NONE, Tolerance, best_path, viterbi


def collapsed(path: tuple[int, ...]) -> list[int]:
    """Collapse a path of units: repeats, then blanks (0)."""
    return [unit for unit, _ in itertools.groupby(path) if unit]


@pytest.mark.parametrize("units", [[1], [1, 2], [2, 2], [1, 2, 1], [1, 1, 2], []])
def test_no_path_of_the_same_units_is_more_likely(units: list[int]) -> None:
    for seed in range(20):
        logp = np.log(np.random.default_rng(seed).dirichlet(np.ones(3), 5))
        path = viterbi(logp, np.array(units, int))
        best = tuple(0 if number == NONE else units[number] for number in path)
        assert collapsed(best) == units
        assert [number for number, _ in itertools.groupby(path[path != NONE])] == list(range(len(units)))
        highest = max(sum(logp[range(5), p]) for p in itertools.product(range(3), repeat=5) if collapsed(p) == units)
        assert sum(logp[range(5), best]) == pytest.approx(highest)


def test_too_few_rows_are_refused() -> None:
    assert list(viterbi(np.zeros((2, 2)), np.array([1, 1])[:1])) in ([0, 0], [0, NONE], [NONE, 0])
    with pytest.raises(ValueError, match="2 rows are too few for 2 units"):
        viterbi(np.zeros((2, 2)), np.array([1, 1]))


def test_long_recordings_are_aligned() -> None:
    units = np.arange(1, 301)
    logp = np.full((700, 301), -9.0)
    logp[:, 0] = -1.0
    logp[np.arange(0, 600, 2), units] = 0.0
    path = viterbi(logp, units)
    assert path[:600:2].tolist() == list(range(300)) and (path[1::2] == NONE).all()


def test_the_better_pronunciation_of_each_word_is_taken() -> None:
    words = [[[1, 2], [3]], [[2], [1, 3, 2], [3, 3]]]
    for seed in range(40):
        logp = np.log(np.random.default_rng(seed).dirichlet(np.ones(4), 7))
        path = best_path(logp, words)

        def score(chosen: tuple[int, int], logp: np.ndarray = logp) -> float:
            units = np.array([*words[0][chosen[0]], *words[1][chosen[1]]])
            rows = viterbi(logp, units)
            return float(sum(logp[row, units[n] if n != NONE else 0] for row, n in enumerate(rows)))

        scores = {chosen: score(chosen) for chosen in itertools.product(range(2), range(3))}
        assert tuple(path.pronunciations) == max(scores, key=lambda chosen: scores[chosen])
        total = sum(
            logp[row, 0 if w == NONE else words[w][path.pronunciations[w]][p]]
            for row, (w, p) in enumerate(zip(path.words, path.phones, strict=True))
        )
        assert total == pytest.approx(max(scores.values()))


@pytest.mark.parametrize("seed", range(20))
def test_no_tolerant_path_is_more_likely(seed: int) -> None:
    """All paths are tried: any words skipped, and any rows between words foreign."""
    words = [[[1], [2, 1]], [[2]], [[1, 2]], [[2]], [[1], [2]]]
    tolerance = Tolerance(skipped_phone=1.5, foreign_row=0.7)
    logp = np.log(np.random.default_rng(seed).dirichlet(np.ones(3), 5))
    between = np.maximum(logp[:, 0], logp[:, 1:].max(1) - tolerance.foreign_row)

    def best(row: int, word: int) -> float:
        """Return the score of the rows from `row` on, which is between words, before word number `word`."""
        rest = sum(min(map(len, pronunciations)) for pronunciations in words[word:])
        if row == len(logp):
            return -tolerance.skipped_phone * rest
        found = between[row] + best(row + 1, word)
        for skipped in range(word, len(words)):
            cost = tolerance.skipped_phone * sum(min(map(len, p)) for p in words[word:skipped])
            for units in words[skipped]:
                found = max(found, within(row, skipped, units, 0) - cost)
        return found

    def within(row: int, word: int, units: list[int], phone: int) -> float:
        """Return the score from `row` on, which is of phone number `phone` of a word."""
        if row == len(logp):
            return -np.inf
        here = logp[row, units[phone]]
        found = within(row + 1, word, units, phone)
        if phone + 1 < len(units):
            if units[phone] != units[phone + 1]:
                found = max(found, within(row + 1, word, units, phone + 1))
            blanks = 0.0
            for last in range(row + 1, len(logp) - 1):
                blanks += logp[last, 0]
                found = max(found, blanks + within(last + 1, word, units, phone + 1))
        else:
            after_it = best(row + 2, word + 1) + between[row + 1] if row + 1 < len(logp) else best(row + 1, word + 1)
            found = max(found, after_it)
            following = words[word + 1] if word + 1 < len(words) else []
            for after in following:
                if after[0] != units[-1]:
                    found = max(found, within(row + 1, word + 1, after, 0))
            for skipped in range(word + 2, len(words)):
                cost = tolerance.skipped_phone * sum(min(map(len, p)) for p in words[word + 1 : skipped])
                found = max(found, *(within(row + 1, skipped, after, 0) - cost for after in words[skipped]))
        return float(here + found)

    path = best_path(logp, words, tolerance)
    total = 0.0
    for row, (w, p) in enumerate(zip(path.words, path.phones, strict=True)):
        inside = np.flatnonzero(path.words == w)
        if w != NONE:
            total += logp[row, words[w][path.pronunciations[w]][p]]
            assert inside[0] <= row <= inside[-1]
        else:
            around = path.words[:row][path.words[:row] != NONE][-1:], path.words[row:][path.words[row:] != NONE][:1]
            same = len(around[0]) and len(around[1]) and around[0][0] == around[1][0]
            total += logp[row, 0] if same else between[row]
    total -= sum(
        tolerance.skipped_phone * min(map(len, words[w])) for w in range(len(words)) if path.pronunciations[w] == NONE
    )
    assert total == pytest.approx(best(0, 0))


def test_words_that_the_sound_lacks_are_skipped_and_sound_that_the_text_lacks_is_passed_over() -> None:
    def rows(*units: int) -> np.ndarray:
        return np.log(np.eye(6)[[row for unit in units for row in (unit, 0)]] * 0.97 + 0.005)

    tolerance = Tolerance(skipped_phone=3.0, foreign_row=1.5)
    path = best_path(rows(1, 2, 3), [[[1]], [[4, 5, 4]], [[2]], [[3]]], tolerance)
    assert path.pronunciations.tolist() == [0, NONE, 0, 0] and path.words[[0, 2, 4]].tolist() == [0, 2, 3]
    path = best_path(rows(1, 4, 5, 4, 3), [[[1]], [[3]]], tolerance)
    assert path.words.tolist() == [0, NONE, NONE, NONE, NONE, NONE, NONE, NONE, 1, NONE]
    path = best_path(rows(4, 5), [[[1, 2, 3]]], tolerance)
    assert path.pronunciations.tolist() == [NONE] and (path.words == NONE).all()
