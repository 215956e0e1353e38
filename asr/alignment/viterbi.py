"""The most likely CTC path of known words (Viterbi; Graves et al. 2006, section 4.1, max instead of sum).

A word may have several pronunciations, of which the path takes one. With `Tolerance`, text and sound need not agree
everywhere: the path may skip a word, and it may pass over sound between two words that is no word of the text.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from asr.text.phones import BLANK

NONE = -1  # in a path: the row is of no word; of a word: it is skipped


@dataclass(frozen=True)
class Tolerance:
    """How far text and sound may differ, in ln: what the path pays instead of following the text."""

    skipped_phone: float  # for each phone of a word that is skipped
    foreign_row: float  # for each row between two words that holds another label than the blank


@dataclass(frozen=True)
class Path:
    """Which word and phone each row is of."""

    words: np.ndarray  # (rows,) int64, number of the word, or NONE
    phones: np.ndarray  # (rows,) int64, number of the phone within the word's pronunciation, or NONE
    pronunciations: np.ndarray  # (words,) int64, which of its pronunciations each word has, or NONE: skipped


def viterbi(logp: np.ndarray, units: np.ndarray) -> np.ndarray:
    """Align log posteriors with one known sequence.

    Args:
        logp: (rows, units) log posteriors.
        units: (n,) labels or units of the sequence.

    Returns:
        (rows,) int64, for each row an index into `units`, or NONE where it is a blank.

    Raises:
        ValueError: There are fewer rows than the units need. Equal units in succession need a blank between them.
    """
    return best_path(logp, [[units.tolist()]] if len(units) else []).phones


def best_path(logp: np.ndarray, words: Sequence[Sequence[Sequence[int]]], tolerance: Tolerance | None = None) -> Path:
    """Align log posteriors with known words.

    Takes a byte for each row and state; there are about two states for each phone of each pronunciation.

    Args:
        logp: (rows, units) log posteriors; unit 0 is the blank.
        words: For each word its pronunciations, for each of these its units, at least one.
        tolerance: None: every word is in the sound, and nothing else.

    Raises:
        ValueError: No path exists, since there are too few rows for the words.
    """
    graph = _Graph.of(words, tolerance)
    rows = len(logp)
    between = logp[:, BLANK]
    if tolerance and logp.shape[1] > 1:
        between = np.maximum(between, np.delete(logp, BLANK, 1).max(1) - tolerance.foreign_row)
    scores = np.column_stack([logp, between]).astype(np.float64)
    back = np.zeros((rows, graph.size), np.int8)
    skips = np.zeros((rows + 1, 2 * len(graph.boundaries)), np.int32)
    # Scores of states, of leaving words before each boundary, and of what is no state.
    best = np.full(graph.size + len(graph.boundaries) + 1, -np.inf)
    best[graph.boundaries[0]] = 0.0
    skips[0] = graph.skip(best)
    columns, everyone = graph.columns, np.arange(graph.size)
    for row in range(rows):
        candidates = best[graph.sources]
        back[row] = candidates.argmax(0)
        best[: graph.size] = candidates[back[row], everyone] + scores[row, columns]
        skips[row + 1] = graph.skip(best)
    state = graph.last_state(best)
    if not rows or state is None:
        raise ValueError(f"{rows} rows are too few for {graph.least_units(words)} units")
    return graph.traced(state, back, skips)


@dataclass(frozen=True)
class _Graph:
    """The states of a path: a boundary before each word and after the last, and those of each pronunciation.

    A pronunciation of k units has 2 k - 1 states, with a blank between each two units. Number `size` + w stands for the
    end of any word from which the words up to w are skipped, so that w may follow it in the next row.
    """

    size: int
    columns: np.ndarray  # (size,) column of the scores of each state
    sources: np.ndarray  # (n, size) the states from which each may be reached; the last number of all is none
    boundaries: np.ndarray  # (words + 1,) their states
    last_states: np.ndarray  # (words, n) the last states of the pronunciations of each word
    skip_costs: np.ndarray | None  # (words + 1,) ln, of skipping all words before a boundary; None: none may be
    word: np.ndarray  # (size,) number of the word, NONE for boundaries
    pronunciation: np.ndarray  # (size,) number of the pronunciation
    phone: np.ndarray  # (size,) number of the phone, NONE for blanks and boundaries

    @classmethod
    def of(cls, words: Sequence[Sequence[Sequence[int]]], tolerance: Tolerance | None) -> "_Graph":
        columns: list[int] = []
        sources: list[list[int]] = []
        names: list[tuple[int, ...]] = []
        boundaries: list[int] = []
        last_states: list[list[int]] = []
        before: list[int] = []  # last states of the word before

        def add(
            column: int, reachable: list[int], word: int = NONE, pronunciation: int = NONE, phone: int = NONE
        ) -> int:
            columns.append(column)
            sources.append([len(sources), *reachable])
            names.append((word, pronunciation, phone))
            return len(columns) - 1

        for w, pronunciations in enumerate(words):
            boundary = add(-1, before)
            boundaries.append(boundary)
            last: list[int] = []
            for p, units in enumerate(pronunciations):
                # A unit that repeats needs a blank in between.
                reachable = [boundary, *(state for state in before if columns[state] != units[0])]
                state = add(units[0], reachable, w, p, 0)
                for i in range(1, len(units)):
                    blank = add(BLANK, [state], w, p)
                    state = add(units[i], [blank, *([state] if units[i] != units[i - 1] else [])], w, p, i)
                last.append(state)
            before = last
            last_states.append(last)
        boundaries.append(add(-1, before))
        size = len(columns)
        none = size + len(boundaries)
        costs = None
        if tolerance:
            phones = [min(map(len, pronunciations)) for pronunciations in words]
            costs = np.r_[0.0, np.cumsum(phones) * tolerance.skipped_phone]
            for state, (w, _, phone) in enumerate(names):
                if phone == 0 and w >= 2:
                    sources[state].append(size + w)
        word, pronunciation, phone = np.array(names).T
        return cls(
            size,
            np.array(columns),
            _padded(sources, none).T.copy(),
            np.array(boundaries),
            _padded(last_states, none),
            costs,
            word,
            pronunciation,
            phone,
        )

    def skip(self, best: np.ndarray) -> np.ndarray:
        """Let the best paths at boundaries and at ends of words skip words: writes into `best`.

        Returns:
            (2 * (words + 1),) int32: for each boundary the one from which its best path came, within the row; and the
            state from which it may be left behind without a row between two words.
        """
        count = len(self.boundaries)
        came = np.arange(2 * count, dtype=np.int32)
        if self.skip_costs is None:
            return came
        # Scores without the costs that all paths up to a boundary share, so that one running maximum compares them.
        came[:count], highest = _running_maximum(best[self.boundaries] + self.skip_costs)
        best[self.boundaries] = highest - self.skip_costs
        if count > 2:
            last = best[self.last_states[:-2]]
            chosen = last.argmax(1)
            words = np.arange(count - 3)
            source, highest = _running_maximum(last[words, chosen] + self.skip_costs[1:-2])
            best[self.size + 2 : self.size + count - 1] = highest - self.skip_costs[2:-1]
            came[count + 2 : -1] = self.last_states[source, chosen[source]]
        return came

    def last_state(self, best: np.ndarray) -> int | None:
        """Return the state in which the best path ends, None if there is no path."""
        ends = [self.boundaries[-1:], *self.last_states[-1:]]
        costs = [np.zeros(len(states)) for states in ends]
        if self.skip_costs is not None:  # the path may end after any word, and skip the rest
            ends = [self.boundaries[-1:], *self.last_states]
            rest = self.skip_costs[-1] - self.skip_costs[1:]
            costs = [np.zeros(1), *(np.full(self.last_states.shape[1], cost) for cost in rest)]
        states = np.concatenate(ends)
        totals = best[states] - np.concatenate(costs)
        return int(states[totals.argmax()]) if np.isfinite(totals.max()) else None

    def traced(self, state: int, back: np.ndarray, skips: np.ndarray) -> Path:
        """Follow the best path back from the state in which it ends."""
        rows = len(back)
        states = np.zeros(rows, np.int64)
        number = {int(boundary): i for i, boundary in enumerate(self.boundaries)}
        for row in range(rows - 1, -1, -1):
            if (boundary := number.get(state)) is not None:
                state = int(self.boundaries[skips[row + 1, boundary]])
            states[row] = state
            state = int(self.sources[back[row, state], state])
            if state >= self.size:
                state = int(skips[row, len(self.boundaries) + state - self.size])
        chosen = np.full(len(self.last_states), NONE)
        inside = self.word[states] != NONE
        chosen[self.word[states][inside]] = self.pronunciation[states][inside]
        phones = self.phone[states]
        return Path(np.where(phones == NONE, NONE, self.word[states]), phones, chosen)

    @staticmethod
    def least_units(words: Sequence[Sequence[Sequence[int]]]) -> int:
        return sum(min(map(len, pronunciations)) for pronunciations in words)


def _padded(rows: Sequence[Sequence[int]], padding: int) -> np.ndarray:
    """Return lists of numbers as the rows of one array, which are filled up with `padding`."""
    widest = max(map(len, rows), default=1)
    return np.array([[*row, *[padding] * (widest - len(row))] for row in rows], np.int64).reshape(-1, widest)


def _running_maximum(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return for (n,) values the number of the highest so far, (n,) int32, and that value."""
    highest = np.maximum.accumulate(values)
    own = np.arange(len(values), dtype=np.int32)
    return np.maximum.accumulate(np.where(values == highest, own, 0)), highest
