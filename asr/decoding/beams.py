"""The hypotheses of a beam search as rows of arrays, so one search step costs a fixed number of numpy calls."""

from dataclasses import dataclass, fields, replace

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

    def extend(self, beams: "Beams", row: int) -> "Histories":
        """Return the histories of `beams`, which came from these; words that have just ended in `row` are appended."""
        columns = [getattr(self, name)[beams.source] for name in _HISTORY_FIELDS]
        ended = np.flatnonzero(beams.ended_word != NO_WORD)
        slot = beams.word_count[ended] - 1
        posterior = np.exp(beams.phone_logp[ended] / np.maximum(beams.phone_count[ended], 1))
        values = (beams.ended_word[ended], beams.first_row[ended], row, posterior, 0.0)
        for column, value in zip(columns, values, strict=True):
            column[ended, slot] = value  # indexing made a copy above, so this array may be written
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

    @classmethod
    def merge(cls, parts: list["Beams"], beam_size: int, beam_threshold: float) -> "Beams":
        """Merge hypotheses with equal n-gram state, lexicon node and last unit, then prune. Best first.

        Equal hypotheses have the same future: their probabilities are summed, and the better one's history is kept.

        Args:
            parts: The hypotheses, in any number of pieces.
            beam_size: How many to keep at most.
            beam_threshold: Drop those this far behind the best, ln.
        """
        whole = cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in _BEAM_FIELDS))
        order = np.argsort(-whole.total, kind="stable")
        state = whole.ngram_state
        if state.max() >> STATE_BITS:  # states of two models do not fit: number those that occur
            state = np.unique(state, return_inverse=True)[1].reshape(-1)
        # 24 bits for a node, 11 for a unit (there are 1,600 pairs of labels).
        key = ((state << 24) | whole.node) << 11 | whole.last_unit
        order = order[np.argsort(key[order], kind="stable")]
        # Equal keys now lie side by side, the best of each group first.
        heads = np.flatnonzero(np.r_[True, np.diff(key[order]) != 0])
        best, lm_score = order[heads], whole.lm_score[order]
        # The sums include the language model, since the members of a group may differ in its score.
        blank = np.logaddexp.reduceat(whole.blank[order] + lm_score, heads) - whole.lm_score[best]
        nonblank = np.logaddexp.reduceat(whole.nonblank[order] + lm_score, heads) - whole.lm_score[best]
        total = np.logaddexp(blank, nonblank) + whole.lm_score[best]
        kept = np.argsort(-total, kind="stable")[:beam_size]
        kept = kept[total[kept] > total[kept[0]] - beam_threshold]
        return replace(whole.take(best[kept]), blank=blank[kept], nonblank=nonblank[kept])


# `fields` takes as long as several numpy calls, and these are needed in the innermost loop.
_BEAM_FIELDS = tuple(field.name for field in fields(Beams))
_HISTORY_FIELDS = tuple(field.name for field in fields(Histories))
