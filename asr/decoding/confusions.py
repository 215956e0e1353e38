"""What the beam holds beside its best hypothesis: how much of it agrees on a word, and which words compete with it.

Words become final when nearly all hypotheses agree on them, so at that time there is nothing left to choose from. What
matters is what the beam held soon after the word had ended. It is looked at after each block: words of different
hypotheses at about the same time form clusters, as in a confusion network (Mangu, Brill & Stolcke 2000), and the
probability of a cluster is the sum of those of its hypotheses. No second search is needed.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from asr.decoding.beams import Beams, Histories, WordHypothesis

LAST_WORDS = 5  # of each hypothesis that are looked at
OBSERVED_ROWS = 8  # from one look at the beam to the next at most: every word is seen while it is recent
RECENT_ROWS = 24  # a word is looked at until so many rows after its last phone
SAME_WORD_ROWS = 4  # rows by which ends of one word differ at most from one hypothesis to the next
LEAST_SHARE = 1e-7  # of a cluster that is kept as a competitor
MOST_CLUSTERS = 128  # that are kept of a block


class Competitors(NamedTuple):
    """N words that may be meant instead of a word, those that the beam held most first."""

    words: np.ndarray  # (N,) int64, word ids
    seen: np.ndarray  # (N,) float64, above 0: share of the beam times overlap with the word, summed over all looks
    late: np.ndarray  # (N,) float64, rows by which it ends after the word, where share times overlap was largest


@dataclass(frozen=True)
class Clusters:
    """N words that some hypotheses of the beam hold at about the same time."""

    words: np.ndarray  # (N,) int64, word ids
    first_rows: np.ndarray  # (N,) float64, mean row of the first phone
    last_rows: np.ndarray  # (N,) float64, mean row of the last phone
    shares: np.ndarray  # (N,) float64, 0..1, share of the beam's probability

    @classmethod
    def empty(cls) -> "Clusters":
        """Return no clusters."""
        none = np.zeros(0)
        return cls(none.astype(np.int64), none, none, none)

    def take(self, rows: np.ndarray) -> "Clusters":
        """Return the clusters `rows`, (n,) int or bool."""
        return Clusters(self.words[rows], self.first_rows[rows], self.last_rows[rows], self.shares[rows])

    def add(self, others: "Clusters") -> "Clusters":
        """Return these and the likeliest of others, which a later block has."""
        kept = np.argsort(-others.shares, kind="stable")[:MOST_CLUSTERS]
        others = others.take(kept[others.shares[kept] >= LEAST_SHARE])
        names = ("words", "first_rows", "last_rows", "shares")
        return Clusters(*(np.concatenate([getattr(self, name), getattr(others, name)]) for name in names))

    def since(self, row: float) -> "Clusters":
        """Return those that end at a row or later."""
        return self.take(self.last_rows >= row)

    def competitors(self, word: WordHypothesis, count: int, neighbours: tuple[int, ...] = ()) -> Competitors:
        """Return the words that may be meant instead of a word.

        Args:
            word: A word of the best hypothesis.
            count: How many at most.
            neighbours: Words beside it, which are no alternatives.
        """
        common = np.minimum(self.last_rows, word.last_row) - np.maximum(self.first_rows, word.first_row) + 1
        either = np.maximum(self.last_rows, word.last_row) - np.minimum(self.first_rows, word.first_row) + 1
        held = self.shares * np.maximum(common, 0) / either
        others = np.flatnonzero((held > 0) & ~np.isin(self.words, (word.word, *neighbours)))
        others = others[np.lexsort((-held[others], self.words[others]))]  # of each word the largest first
        words, largest = np.unique(self.words[others], return_index=True)
        seen = np.add.reduceat(held[others], largest) if len(largest) else np.zeros(0)
        best = np.argsort(-seen, kind="stable")[:count]
        return Competitors(words[best], seen[best], self.last_rows[others[largest[best]]] - word.last_row)


def observe(beams: Beams, histories: Histories, row: int) -> tuple[Histories, Clusters]:
    """Cluster the recent words of all hypotheses, and enter the share of each word that has just ended.

    A word has the share of its cluster when it is first seen; it keeps that, since later the words behind it decide.

    Args:
        beams: The hypotheses.
        histories: Their words.
        row: Number of the next row.

    Returns:
        The histories with shares, and the clusters.
    """
    share_of = np.exp(beams.total - beams.total.max())
    share_of /= share_of.sum()
    slots = beams.word_count[:, None] - np.arange(1, LAST_WORDS + 1)
    hypotheses, columns = np.nonzero(slots >= 0)
    slots = slots[hypotheses, columns]
    last = histories.last_rows[hypotheses, slots]
    recent = last >= row - RECENT_ROWS
    if not recent.any():
        return histories, Clusters.empty()
    hypotheses, slots, last = hypotheses[recent], slots[recent], last[recent]
    words = histories.words[hypotheses, slots]
    order = np.lexsort((last, words))
    hypotheses, slots, last, words = hypotheses[order], slots[order], last[order], words[order]
    begins = np.r_[True, (np.diff(words) != 0) | (np.diff(last) > SAME_WORD_ROWS)]
    heads, weights = np.flatnonzero(begins), share_of[hypotheses]
    shares = np.add.reduceat(weights, heads)
    first = histories.first_rows[hypotheses, slots]
    sums = np.maximum(shares, np.finfo(float).tiny)
    clusters = Clusters(
        words[heads].astype(np.int64),
        np.add.reduceat(weights * first, heads) / sums,
        np.add.reduceat(weights * last, heads) / sums,
        np.minimum(shares, 1.0),
    )
    entered = histories.shares.copy()
    fresh = entered[hypotheses, slots] == 0
    entered[hypotheses[fresh], slots[fresh]] = clusters.shares[np.cumsum(begins) - 1][fresh]
    return histories.with_shares(entered), clusters
