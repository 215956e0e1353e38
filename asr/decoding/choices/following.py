"""Alternatives ordered by what the beam held, and by how well they go with the words that follow.

What the beam held soon after a word (`asr.decoding.confusions`) depends on the sound and on the words before it alone.
A word that is in doubt becomes final late, when others after it are known. So each alternative is put in the word's
place, and the language models score the next words after it; what counts is how much likelier or less likely they are
than after the recognised word. The n-gram model does this for every word, the neural language model for those in doubt,
since each alternative costs it a step for each following word.

A weighted sum of these values is ln p that the alternative was said, but for a constant that all have in common; what
stands for none of them, since the word is right or the right one is not listed, grows with the confidence in the word
(a multinomial logistic regression).
"""

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from asr.decoding.biasing import Biasing
from asr.decoding.choices.confidence import log_odds
from asr.decoding.confusions import Competitors
from asr.decoding.state import Context
from asr.decoding.user_lm import UserLM
from asr.decoding.word_ends import NgramScores, WordScorer
from asr.language.lexicon import END

DOUBTED = 0.9  # confidence below which the neural language model is asked, too: 4 % of the other words are wrong
CANDIDATES = 48  # words of the beam that are scored by the n-gram model
SHORTLIST = 16  # of these, by the neural language model
NGRAM_WORDS, NEURAL_WORDS = 3, 2  # following words that each model scores


class Weights(NamedTuple):
    """Of what is known of a word and its alternatives, by asr.training.evaluation.words.order_weights."""

    none: float  # a constant: that no alternative is right
    sure: float  # of the log odds that the word is right: the same
    values: tuple[float, ...]  # of the columns of `FollowingWords.ngram_values`, then of `neural_values`


NGRAM_WEIGHTS = Weights(0.591, 0.345, (0.589, -0.098, 0.269, 0.389, 0.599))
NEURAL_WEIGHTS = Weights(0.403, 0.291, (0.564, -0.097, 0.116, 0.222, 0.576, 0.068, 0.175, 0.275))

Candidates = tuple[tuple[int, float], ...]  # word ids, and how likely each was said, 0..1


class FollowingWords:
    """Scores alternatives by the words that follow. Holds weights and settings, no state of any stream.

    Args:
        scorer: Has the language models.
    """

    def __init__(self, scorer: WordScorer):
        self._scorer = scorer

    def after(self, context: Context, word: int, biasing: Biasing | None, user_lm: UserLM | None) -> Context:
        """Return the context after a word.

        Args:
            context: The one before it.
            word: Its id.
            biasing: The stream's vocabulary.
            user_lm: The stream's language.
        """
        found = self._scorer.ngram(np.array([context.ngram_state]), np.array([word]), biasing, user_lm)
        taken = (*context.taken, int(found.lm_word[0])) if context.lm_states is not None else ()
        return replace(context, ngram_state=int(found.ngram_state[0]), taken=taken)

    def rank(
        self,
        context: Context,
        word: int,
        others: Competitors,
        following: tuple[int, ...],
        sure: float,
        count: int,
        biasing: Biasing | None,
        user_lm: UserLM | None,
    ) -> tuple[Candidates, Context]:
        """Order alternatives of a word.

        Args:
            context: The words before it.
            word: Its id.
            others: The alternatives, at most CANDIDATES or `count`.
            following: The words after it, END at the end of the utterance.
            sure: Confidence in the word, 0..1.
            count: How many alternatives are wanted.
            biasing: The stream's vocabulary.
            user_lm: The stream's language.

        Returns:
            The best `count`, best first, with the probability that they were said; and the context, in which more words
            may be taken in.
        """
        if not len(others.words):
            return (), context
        values, steps = self.ngram_values(context, word, others, following, biasing, user_lm)
        scores, weights = values @ NGRAM_WEIGHTS.values, NGRAM_WEIGHTS
        if sure < DOUBTED and context.lm_states is not None:
            listed = np.argsort(-scores, kind="stable")[: max(SHORTLIST, count)]
            more, context = self.neural_values(context, steps, listed)
            others, weights = Competitors(*(each[listed] for each in others)), NEURAL_WEIGHTS
            scores = np.concatenate([values[listed], more], 1) @ NEURAL_WEIGHTS.values
        order = np.argsort(-scores, kind="stable")[:count]
        none = weights.none + weights.sure * log_odds(sure)
        said = np.exp(scores[order] - np.logaddexp.reduce(np.append(scores, none)))
        return tuple(zip(others.words[order].tolist(), said.tolist(), strict=True)), context

    def ngram_values(
        self,
        context: Context,
        word: int,
        others: Competitors,
        following: tuple[int, ...],
        biasing: Biasing | None,
        user_lm: UserLM | None,
    ) -> tuple[np.ndarray, list[NgramScores]]:
        """Return what is known of alternatives without the neural language model.

        Returns:
            (N, 2 + NGRAM_WORDS) float64: ln `seen`, rows between the ends, and the ln likelihood ratio of each of the
            next words, 0 where that is not known; and the scores of the word and its alternatives, and of the next
            words after them.
        """
        words = np.append(word, others.words)
        steps = [self._scorer.ngram(np.full(len(words), context.ngram_state), words, biasing, user_lm)]
        values = np.zeros((len(others.words), 2 + NGRAM_WORDS))
        values[:, 0], values[:, 1] = np.log(others.seen), np.abs(others.late)
        for number, next_word in enumerate(following[:NGRAM_WORDS], 2):
            step = self._scorer.ngram(steps[-1].ngram_state, np.full(len(words), next_word), biasing, user_lm)
            values[:, number] = step.logp[1:] - step.logp[0]
            steps.append(step)
        return values, steps

    def neural_values(
        self, context: Context, steps: list[NgramScores], listed: np.ndarray
    ) -> tuple[np.ndarray, Context]:
        """Return what the neural language model, mixed with the other, knows of alternatives.

        Args:
            context: The words before the word; with a state of that model.
            steps: Of `ngram_values`.
            listed: (n,) int64, which alternatives.

        Returns:
            (n, 1 + NEURAL_WORDS) float64, the ln likelihood ratio of the alternative itself, and of each of the next
            words, 0 where that is not known; and the context, all words of which are taken in.
        """
        neural_lm = self._scorer.neural_lm
        assert neural_lm
        context = context.caught_up(neural_lm)
        states = context.lm_states
        assert states
        rows, at = np.append(0, 1 + listed), np.zeros(1 + len(listed), np.int64)
        values = np.zeros((len(listed), 1 + NEURAL_WORDS))
        for number, step in enumerate(steps[: 1 + NEURAL_WORDS]):
            if number:
                states = states.extend(at, steps[number - 1].lm_word[rows])
                at = len(states) - len(rows) + np.arange(len(rows))
                states = neural_lm.advance(states, at)
            logp = self._scorer.neural(states, at, step.take(rows))
            values[:, number] = logp[1:] - logp[0]
        return values, context


def with_end(following: tuple[int, ...], is_closed: bool) -> tuple[int, ...]:
    """Return the words after a word, with END behind them where the utterance ends."""
    return (*following, END) if is_closed else following
