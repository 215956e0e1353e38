"""The hypotheses of a beam search: every beam is a row of a few arrays, so a step costs some numpy calls however many
there are."""

from dataclasses import dataclass, fields, replace

import numpy as np

NEVER = -1e30  # ln 0, kept finite so that differences stay numbers
SLOTS = ("words", "begins", "ends", "trusts")


@dataclass(frozen=True)
class WordHypothesis:
    """One word with its first and last row and its trust."""

    word: int
    begin: int
    end: int
    trust: float


@dataclass(frozen=True)
class Beams:
    """B hypotheses of the open utterance, best first. Arrays are never written into once they are here."""

    node: np.ndarray  # (B,) int64, place in the lexicon's tree; the root between words
    context: np.ndarray  # (B,) int64, state of the n-gram model
    story: np.ndarray  # (B,) int64, state of the word GRU: which of the stories
    last: np.ndarray  # (B,) int64, last unit said
    blank: np.ndarray  # (B,) float64, ln p of the sound so far, ending in a blank
    phone: np.ndarray  # (B,) float64, the same ending in the last label
    prior: np.ndarray  # (B,) float64, weighted ln p of the words so far with the node's look-ahead
    begin: np.ndarray  # (B,) int64, row where the open word's first phone came
    trust: np.ndarray  # (B,) float64, sum of ln p of the open word's phones as they came
    phones: np.ndarray  # (B,) int64, how many
    count: np.ndarray  # (B,) int64, words done
    words: np.ndarray  # (B, longest) int64, their ids
    begins: np.ndarray  # (B, longest) int64, row of each word's first phone
    ends: np.ndarray  # (B, longest) int64, row of each word's last phone
    trusts: np.ndarray  # (B, longest) float32, 0..1

    @property
    def sound(self) -> np.ndarray:
        return np.logaddexp(self.blank, self.phone)

    @property
    def total(self) -> np.ndarray:
        return self.sound + self.prior

    def take(self, rows: np.ndarray) -> "Beams":
        return Beams(*(getattr(self, f.name)[rows] for f in fields(self)))

    @classmethod
    def fresh(cls, context: int, longest: int) -> "Beams":
        """One, in which nothing is said."""
        one = np.zeros(1, np.int64)
        slots = np.zeros((1, longest), np.int64)
        return cls(
            node=one, context=one + context, story=one, last=one, blank=np.zeros(1),
            phone=np.full(1, NEVER), prior=np.zeros(1), begin=one, trust=np.zeros(1), phones=one, count=one,
            words=slots, begins=slots, ends=slots, trusts=slots.astype(np.float32),
        )  # fmt: skip

    @classmethod
    def merged(cls, parts: list["Beams"], most: int, width: float) -> "Beams":
        """Beams with the same future become one, with the history of the likelier; then the best are kept: at most
        `most`, and none that is `width` (in ln) behind the best."""
        whole = cls(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(cls)))
        order = np.argsort(-whole.total, kind="stable")
        # 24 bits for a node, 11 for a unit (there are 1,600 pairs).
        key = ((whole.context << 24) | whole.node) << 11 | whole.last
        order = order[np.argsort(key[order], kind="stable")]
        heads = np.flatnonzero(np.r_[True, np.diff(key[order]) != 0])
        merged = replace(
            whole.take(order[heads]),
            blank=np.logaddexp.reduceat(whole.blank[order] + whole.prior[order], heads),
            phone=np.logaddexp.reduceat(whole.phone[order] + whole.prior[order], heads),
        )
        # The sum was over sound and prior together, since the parts may differ in both.
        merged = replace(merged, blank=merged.blank - merged.prior, phone=merged.phone - merged.prior)
        total = merged.total
        kept = np.argsort(-total, kind="stable")[:most]
        return merged.take(kept[total[kept] > total[kept[0]] - width])

    def said(self, beam: int) -> list[WordHypothesis]:
        """The words of one beam."""
        lists = (getattr(self, name)[beam, : self.count[beam]].tolist() for name in SLOTS)
        return [WordHypothesis(*values) for values in zip(*lists, strict=True)]
