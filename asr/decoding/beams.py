"""The hypotheses of a beam search as rows of arrays, so one search step costs a fixed number of numpy calls."""

from dataclasses import dataclass, fields, replace

import numpy as np

NEVER = -1e30  # ln 0, kept finite so that differences of two of them stay numbers
WORD_SLOTS = ("words", "first_rows", "last_rows", "confidences")  # the fields of Beams with one column per word


@dataclass(frozen=True)
class WordHypothesis:
    """One word of a hypothesis, timed in decoder rows since the stream began."""

    word: int  # word id in the lexicon
    first_row: int  # row of its first phone
    last_row: int  # row of its last phone
    confidence: float  # geometric mean of its phones' posteriors, 0..1


@dataclass(frozen=True)
class Beams:
    """B hypotheses of the open utterance. The arrays are never written into once they are here.

    `blank` and `nonblank` are the two probabilities of CTC prefix search (Graves & Jaitly 2014; Hannun et al. 2014).
    """

    node: np.ndarray  # (B,) int64, node of the lexicon's tree; the root between words
    ngram_state: np.ndarray  # (B,) int64, state of the n-gram model
    lm_state: np.ndarray  # (B,) int64, row of this hypothesis in the LMStates of the neural language model
    last_unit: np.ndarray  # (B,) int64, the last unit that was not a blank
    blank: np.ndarray  # (B,) float64, ln p of all paths so far that end in a blank
    nonblank: np.ndarray  # (B,) float64, ln p of all paths so far that end in `last_unit`
    lm_score: np.ndarray  # (B,) float64, weighted ln p of the words so far, with the node's look-ahead
    first_row: np.ndarray  # (B,) int64, row of the open word's first phone
    phone_logp: np.ndarray  # (B,) float64, sum of ln p of the open word's phones, each at its first row
    phone_count: np.ndarray  # (B,) int64, phones of the open word so far
    word_count: np.ndarray  # (B,) int64, complete words
    words: np.ndarray  # (B, max_words) int64, word ids
    first_rows: np.ndarray  # (B, max_words) int64, row of each word's first phone
    last_rows: np.ndarray  # (B, max_words) int64, row of each word's last phone
    confidences: np.ndarray  # (B, max_words) float32, 0..1

    @property
    def acoustic(self) -> np.ndarray:
        """(B,) float64 ln p of the sound: all paths, whether they end in a blank or not."""
        return np.logaddexp(self.blank, self.nonblank)

    @property
    def total(self) -> np.ndarray:
        """(B,) float64 ln of the whole score: acoustic and language model."""
        return self.acoustic + self.lm_score

    def take(self, rows: np.ndarray) -> "Beams":
        """Return copies of the hypotheses `rows`, (n,) int."""
        return Beams(*(getattr(self, f.name)[rows] for f in fields(self)))

    @classmethod
    def initial(cls, ngram_state: int, max_words: int) -> "Beams":
        """Return the one empty hypothesis that an utterance starts with."""
        zero = np.zeros(1, np.int64)
        slots = np.zeros((1, max_words), np.int64)
        return cls(
            node=zero,
            ngram_state=zero + ngram_state,
            lm_state=zero,
            last_unit=zero,
            blank=np.zeros(1),
            nonblank=np.full(1, NEVER),
            lm_score=np.zeros(1),
            first_row=zero,
            phone_logp=np.zeros(1),
            phone_count=zero,
            word_count=zero,
            words=slots,
            first_rows=slots,
            last_rows=slots,
            confidences=slots.astype(np.float32),
        )

    @classmethod
    def merge(cls, parts: list["Beams"], beam_size: int, beam_threshold: float) -> "Beams":
        """Merge hypotheses with equal n-gram state, lexicon node and last unit, then prune. Best first.

        Equal hypotheses have the same future: their probabilities are summed, and the better one's history is kept.

        Args:
            parts: The hypotheses, in any number of pieces.
            beam_size: How many to keep at most.
            beam_threshold: Drop those this far behind the best, ln.
        """
        whole = cls(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(cls)))
        order = np.argsort(-whole.total, kind="stable")
        # 24 bits for a node, 11 for a unit (there are 1,600 pairs of labels).
        key = ((whole.ngram_state << 24) | whole.node) << 11 | whole.last_unit
        order = order[np.argsort(key[order], kind="stable")]
        # Equal keys now lie side by side, the best of each group first.
        heads = np.flatnonzero(np.r_[True, np.diff(key[order]) != 0])
        merged = replace(
            whole.take(order[heads]),
            blank=np.logaddexp.reduceat(whole.blank[order] + whole.lm_score[order], heads),
            nonblank=np.logaddexp.reduceat(whole.nonblank[order] + whole.lm_score[order], heads),
        )
        # The sums include the language model, since the members of a group may differ in its score.
        merged = replace(merged, blank=merged.blank - merged.lm_score, nonblank=merged.nonblank - merged.lm_score)
        total = merged.total
        kept = np.argsort(-total, kind="stable")[:beam_size]
        return merged.take(kept[total[kept] > total[kept[0]] - beam_threshold])

    def word_hypotheses(self, beam: int) -> list[WordHypothesis]:
        """Return the complete words of one hypothesis."""
        columns = (getattr(self, name)[beam, : self.word_count[beam]].tolist() for name in WORD_SLOTS)
        return [WordHypothesis(*values) for values in zip(*columns, strict=True)]
