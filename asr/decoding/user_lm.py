"""The user's own language in the beam search: an n-gram model mixed with the language models of the recogniser.

The probability of a word is share * p_user + (1 - share) * p, where p is all that the search has without it (linear
interpolation; Bellegarda 2004, "Statistical language model adaptation"). The share grows with the size of the user's
texts, so that a few sentences change little.
"""

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from asr.decoding.beams import NEVER, STATE_BITS
from asr.decoding.compiled.acceleration import Kernels, scores_of
from asr.language.ngram_estimation import Grams, prune, smooth
from asr.language.ngram_lm import NgramLM, Scores
from asr.user.language import END, LONGEST, START, UNKNOWN, UserLanguage

MOST = 0.5  # largest share of the user's model
HALF = 30_000.0  # words of text with which the share is half of the largest
_STATE = (1 << STATE_BITS) - 1


class UserScores(NamedTuple):
    """What the user's model says of n words."""

    logp: np.ndarray  # (n,) float64, ln of share * p_user
    rest: float  # ln of 1 - share

    def mix(self, logp: np.ndarray) -> np.ndarray:
        """Return (n,) float64 ln p of the mixture with (n,) ln p of the other models."""
        return np.logaddexp(self.logp, self.rest + logp)

    def take(self, rows: np.ndarray) -> "UserScores":
        """Return those of the words `rows`, (k,) int or bool."""
        return UserScores(self.logp[rows], self.rest)


@dataclass(frozen=True)
class UserLM:
    """A user's language, ready for the search. Belongs to a stream, and never changes.

    States of hypotheses hold both models: `user state << STATE_BITS | state of the recogniser's model`.
    """

    ngram_lm: NgramLM  # over the words of the user's language
    local: np.ndarray  # (words,) int64, by word id of the search: id in the user's language, or UNKNOWN
    share: float  # of the user's model in the mixture, above 0 and below 1
    kernels: Kernels | None = None  # what scores, to the same bit; numpy if there are none

    @cached_property
    def _score(self) -> Scores:
        return scores_of(self.ngram_lm, self.kernels)

    @property
    def start(self) -> int:
        """The state at the beginning of a sentence, without that of the recogniser's model."""
        return self.ngram_lm.start << STATE_BITS

    def score(self, states: np.ndarray, words: np.ndarray) -> tuple[UserScores, np.ndarray]:
        """Score words.

        Args:
            states: (n,) int64, of both models.
            words: (n,) int64, word ids of the search.

        Returns:
            The scores, and (n,) int64 states after the words, without those of the recogniser's model.
        """
        before, local = states >> STATE_BITS, self.local[words]
        logp, following = self._score(before, local)
        known = local != UNKNOWN
        return self._scores(np.where(known, logp, NEVER)), np.where(known, following, 0) << STATE_BITS

    def end(self, states: np.ndarray) -> UserScores:
        """Score the end of the sentence after (n,) int64 states of both models."""
        before = states >> STATE_BITS
        return self._scores(self._score(before, np.full(len(before), END))[0])

    def upper_bound(self, words: np.ndarray) -> np.ndarray:
        """Return (n,) float64, for (n,) int word ids: no less than the `logp` of any state."""
        local = self.local[words]
        bound = self.ngram_lm.upper_bound(local) + math.log(self.share)
        return np.where(local == UNKNOWN, NEVER, bound)

    def _scores(self, logp: np.ndarray) -> UserScores:
        return UserScores(logp + math.log(self.share), math.log1p(-self.share))


def base_states(states: np.ndarray) -> np.ndarray:
    """Return the states of the recogniser's n-gram model, (n,) int64, of states of both models."""
    return states & _STATE


def compile_language(
    language: UserLanguage, known: Iterable[str], new: Sequence[str], kernels: Kernels | None = None
) -> UserLM:
    """Prepare a user's language for the search.

    Args:
        language: At least one sentence.
        known: The words of the lexicon, in the order of their ids.
        new: The words behind them. One that is written in several ways is there several times.
        kernels: What scores, if there is something compiled.
    """
    grams = grams_of(language)
    smooth(grams)
    model = prune(grams, [0] * LONGEST)
    with np.errstate(over="ignore"):  # what is never scored, as the beginning of a sentence, may become infinite
        model = replace(model, logp=model.logp.astype(np.float16), backoff=model.backoff.astype(np.float16))
    numbers = {word: number for number, word in enumerate(language.words) if number > UNKNOWN}
    local = np.array([numbers.get(word, UNKNOWN) for word in itertools.chain(known, new)], np.int64)
    local[[START, END]] = START, END
    return UserLM(model, local, MOST * language.size / (language.size + HALF), kernels)


def grams_of(language: UserLanguage) -> list[Grams]:
    """Return the n-grams of one to three words that the triples of a language imply."""
    words, triples, counts = len(language.words), language.grams.astype(np.int64), language.counts
    # Each pair begins a triple, but for the last one of a sentence.
    last = triples[:, 2] == END
    pairs = np.concatenate([triples[:, 0] * words + triples[:, 1], triples[last, 1] * words + END])
    keys, inverse = np.unique(pairs, return_inverse=True)
    pair_counts = np.bincount(inverse.reshape(-1), np.concatenate([counts, counts[last]]), len(keys)).astype(np.int64)
    first, second = np.divmod(keys, words)
    everything, none = np.arange(words), np.zeros(0)
    known, from_start = everything != UNKNOWN, everything == START
    # A word is the first of as many pairs as it occurs, and an end is the second.
    single = np.bincount(first, pair_counts, words).astype(np.int64)
    single[END] = int(pair_counts[second == END].sum())
    unigrams = Grams(np.zeros(words, np.int64), everything, np.zeros(words, np.int64), single, from_start, known, none)
    bigrams = Grams(first, second, second, pair_counts, from_start[first], known[first] & known[second], none)
    prefix = np.searchsorted(keys, triples[:, 0] * words + triples[:, 1])
    suffix = np.searchsorted(keys, triples[:, 1] * words + triples[:, 2])
    complete = bigrams.known[prefix] & known[triples[:, 2]]
    trigrams = Grams(prefix, triples[:, 2], suffix, counts, bigrams.from_start[prefix], complete, none)
    return [unigrams, bigrams, trigrams]
