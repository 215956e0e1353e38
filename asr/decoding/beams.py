"""The hypotheses of a beam search as rows of arrays, so one search step costs a fixed number of numpy calls."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property

import numpy as np

NEVER = -1e30  # ln 0, kept finite so that differences of two of them stay numbers
STATE_BITS = 28  # of a state of the n-gram model; those above are of the user's, see asr.decoding.user_lm
NO_WORD = -1  # in Beams.ended_word: no word ended in this row


@dataclass(frozen=True)
class WordHypothesis:
    """One word of a hypothesis, timed in decoder rows since the stream began."""

    word: int  # word id in the lexicon
    first_row: int  # row of its first phone
    last_row: int  # row of its last phone
    posterior: float  # geometric mean of its phones' posteriors, 0..1
    share: float  # of the beam's probability that had this word soon after its end, 0..1; 0 where not known yet
    alternatives: tuple[tuple[str, float], ...] = ()  # other words that may be meant, with their scores
    text: str = ""  # of a word of the stream's vocabulary, as it is spoken; "": the lexicon's
    written: str = ""  # of such a word, as the vocabulary writes it


@dataclass(frozen=True)
class Histories:
    """The complete words of B hypotheses, one column per word. The arrays are never written into once they are here.

    They are kept apart from `Beams` because they are much larger: thousands of candidates are scored in a row, and only
    those that survive need a copy of their words.
    """

    words: np.ndarray  # (B, max_words) int32, word ids
    first_rows: np.ndarray  # (B, max_words) int32, row of each word's first phone
    last_rows: np.ndarray  # (B, max_words) int32, row of each word's last phone
    posteriors: np.ndarray  # (B, max_words) float32, 0..1, of each word's phones
    shares: np.ndarray  # (B, max_words) float32, 0..1, see asr.decoding.confusions; 0: not known yet

    @classmethod
    def initial(cls, max_words: int) -> "Histories":
        """Return the one empty history that an utterance starts with."""
        slots = np.zeros((1, max_words), np.int32)
        return cls(slots, slots, slots, slots.astype(np.float32), slots.astype(np.float32))

    def follow(self, rows: Sequence[tuple[int, "Beams"]]) -> "Histories":
        """Return the histories of the last of some beams, each of which came from the one before, the first from these.

        Words that have ended are appended. Histories are much larger than beams, so those of several rows are copied
        once.

        Args:
            rows: The number of each row, and its beams.
        """
        if not rows:
            return self
        beam = np.arange(len(rows[-1][1].node))  # the hypothesis of a row that each of the last row came from
        ended: list[tuple[np.ndarray, ...]] = []
        for row, beams in reversed(rows):
            words = beams.ended_word[beam]
            last = np.flatnonzero(words != NO_WORD)
            if len(last):
                old = beam[last]
                posterior = np.exp(beams.phone_logp[old] / np.maximum(beams.phone_count[old], 1))
                numbers = np.full(len(last), row)
                word = (words[last], beams.first_row[old], numbers, posterior, np.zeros(len(last)))
                ended.append((last, beams.word_count[old] - 1, *word))
            beam = beams.source[beam]
        columns = [getattr(self, name)[beam] for name in _HISTORY_FIELDS]
        for last, slot, *values in ended:
            for column, value in zip(columns, values, strict=True):
                column[last, slot] = value  # indexing made a copy above, so this array may be written
        return Histories(*columns)

    def drop_first(self, rows: np.ndarray) -> "Histories":
        """Return the histories `rows`, (n,) int, without their first words."""
        return Histories(*(np.roll(getattr(self, name)[rows], -1, axis=1) for name in _HISTORY_FIELDS))

    def with_shares(self, shares: np.ndarray) -> "Histories":
        """Return the histories with other shares, (B, max_words) float32."""
        return replace(self, shares=shares)

    def word_hypotheses(self, beam: int, word_count: int) -> list[WordHypothesis]:
        """Return the words of one hypothesis, which has `word_count` of them."""
        columns = (getattr(self, name)[beam, :word_count].tolist() for name in _HISTORY_FIELDS)
        return [WordHypothesis(*values) for values in zip(*columns, strict=True)]


@dataclass(frozen=True)
class Beams:
    """B hypotheses of the open utterance. The arrays are never written into once they are here.

    `blank` and `nonblank` are the two probabilities of CTC prefix search (Graves & Jaitly 2014; Hannun et al. 2014).
    """

    node: np.ndarray  # (B,) int64, node of the lexicon's tree; the root between words
    ngram_state: np.ndarray  # (B,) int64, state of the n-gram model, and of the user's in the bits above 28
    lm_state: np.ndarray  # (B,) int64, row of this hypothesis in the LMStates of the neural language model
    last_unit: np.ndarray  # (B,) int64, the last unit that was not a blank
    blank: np.ndarray  # (B,) float64, ln p of all paths so far that end in a blank
    nonblank: np.ndarray  # (B,) float64, ln p of all paths so far that end in `last_unit`
    lm_score: np.ndarray  # (B,) float64, weighted ln p of the words so far, with the node's look-ahead
    first_row: np.ndarray  # (B,) int64, row of the open word's first phone
    phone_logp: np.ndarray  # (B,) float64, sum of ln p of the open word's phones, each at its first row
    phone_count: np.ndarray  # (B,) int64, phones of the open word so far
    word_count: np.ndarray  # (B,) int64, complete words
    source: np.ndarray  # (B,) int64, the hypothesis of the row before that this one continues
    ended_word: np.ndarray  # (B,) int64, word that ended in this row, or NO_WORD

    @cached_property
    def acoustic(self) -> np.ndarray:
        """(B,) float64 ln p of the sound: all paths, whether they end in a blank or not."""
        return np.logaddexp(self.blank, self.nonblank)

    @cached_property
    def total(self) -> np.ndarray:
        """(B,) float64 ln of the whole score: acoustic and language model."""
        return self.acoustic + self.lm_score

    def take(self, rows: np.ndarray) -> "Beams":
        """Return copies of the hypotheses `rows`, (n,) int."""
        return Beams(*(getattr(self, name)[rows] for name in _BEAM_FIELDS))

    @classmethod
    def initial(cls, ngram_state: int) -> "Beams":
        """Return the one empty hypothesis that an utterance starts with."""
        zero = np.zeros(1, np.int64)
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
            source=zero,
            ended_word=zero + NO_WORD,
        )


# `fields` takes as long as several numpy calls, and these are needed in the innermost loop.
_BEAM_FIELDS = tuple(field.name for field in fields(Beams))
_HISTORY_FIELDS = tuple(field.name for field in fields(Histories))
