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
    skips = np.zeros((rows + 1, len(graph.boundaries)), np.int32)
    best = np.full(graph.size + 1, -np.inf)  # the last one is no state
    best[graph.boundaries[0]] = 0.0
    skips[0] = graph.skip(best)
    columns, everyone = graph.columns, np.arange(graph.size)
    for row in range(rows):
        candidates = best[graph.sources]
        back[row] = candidates.argmax(0)
        best[:-1] = candidates[back[row], everyone] + scores[row, columns]
        skips[row + 1] = graph.skip(best)
    state = graph.last_state(best)
    if not rows or state is None:
        raise ValueError(f"{rows} rows are too few for {graph.least_units(words)} units")
    return graph.traced(state, back, skips)


@dataclass(frozen=True)
class _Graph:
    """The states of a path: a boundary before each word and after the last, and those of each pronunciation.

    A pronunciation of k units has 2 k - 1 states, with a blank between each two units.
    """

    size: int
    columns: np.ndarray  # (size,) column of the scores of each state
    sources: np.ndarray  # (n, size) the states from which each may be reached; the number `size` is none
    boundaries: np.ndarray  # (words + 1,) their states
    last_states: tuple[np.ndarray, ...]  # for each word the last states of its pronunciations
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
        last_states: list[np.ndarray] = []
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
            last_states.append(np.array(last))
        boundaries.append(add(-1, before))
        size, widest = len(columns), max(map(len, sources))
        costs = None
        if tolerance:
            phones = [min(map(len, pronunciations)) for pronunciations in words]
            costs = np.r_[0.0, np.cumsum(phones) * tolerance.skipped_phone]
        word, pronunciation, phone = np.array(names).T
        padded = [[*reachable, *[size] * (widest - len(reachable))] for reachable in sources]
        return cls(
            size,
            np.array(columns),
            np.array(padded).T.copy(),
            np.array(boundaries),
            tuple(last_states),
            costs,
            word,
            pronunciation,
            phone,
        )

    def skip(self, best: np.ndarray) -> np.ndarray:
        """Let the best paths at boundaries skip words: writes into `best`.

        Returns:
            (words + 1,) int32, for each boundary the one from which its best path came, within the row.
        """
        own = np.arange(len(self.boundaries), dtype=np.int32)
        if self.skip_costs is None:
            return own
        # Scores without the costs that all paths up to a boundary share, so that one running maximum compares them.
        comparable = best[self.boundaries] + self.skip_costs
        highest = np.maximum.accumulate(comparable)
        best[self.boundaries] = highest - self.skip_costs
        return np.maximum.accumulate(np.where(comparable == highest, own, 0))

    def last_state(self, best: np.ndarray) -> int | None:
        """Return the state in which the best path ends, None if there is no path."""
        ends = [self.boundaries[-1:], *self.last_states[-1:]]
        penalties = [np.zeros(len(states)) for states in ends]
        if self.skip_costs is not None:  # the path may end after any word, and skip the rest
            ends = [self.boundaries[-1:], *self.last_states]
            rest = self.skip_costs[-1] - self.skip_costs[1:]
            penalties = [np.zeros(1), *(np.full(len(s), r) for s, r in zip(self.last_states, rest, strict=True))]
        states = np.concatenate(ends)
        totals = best[states] - np.concatenate(penalties)
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
        chosen = np.full(len(self.last_states), NONE)
        inside = self.word[states] != NONE
        chosen[self.word[states][inside]] = self.pronunciation[states][inside]
        phones = self.phone[states]
        return Path(np.where(phones == NONE, NONE, self.word[states]), phones, chosen)

    @staticmethod
    def least_units(words: Sequence[Sequence[Sequence[int]]]) -> int:
        return sum(min(map(len, pronunciations)) for pronunciations in words)
