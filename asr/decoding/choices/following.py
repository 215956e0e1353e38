"""Alternatives judged by the words that follow: which of them goes best with what was said next.

What the beam held soon after a word (`asr.decoding.confusions`) depends on the sound and on the words before it alone.
A word that is in doubt becomes final late, when others after it are known. So each alternative is put in the word's
place, and the language models score the next words after it; what counts is how much likelier or less likely they are
than after the recognised word. The n-gram model does this for every word, the neural language model for those in doubt,
since each alternative costs it a step for each following word.
"""

from dataclasses import replace

import numpy as np

from asr.decoding.biasing import Biasing
from asr.decoding.state import Context
from asr.decoding.user_lm import UserLM
from asr.decoding.word_ends import WordScorer
from asr.language.lexicon import END

SURE = 0.9  # confidence from which the words that follow are not asked: 4 % of such words are wrong
DOUBTED = 0.7  # confidence below which the neural language model is asked, too: half of such words are wrong
CANDIDATES = 48  # words of the beam that are scored by the n-gram model
SHORTLIST = 16  # of these, by the neural language model
NGRAM_WORDS, NEURAL_WORDS = 3, 2  # following words that each model scores
# Weights of their ln likelihood ratios: tuned on development speech, by asr.training.evaluation.confidence.
NGRAM_WEIGHT, SHORTLIST_WEIGHT, NEURAL_WEIGHT = 0.3, 0.5, 1.0
OWN_WEIGHT = 0.2  # of the ratio of the words themselves, which the share of the beam holds already

Candidates = tuple[tuple[int, float], ...]  # word ids, and shares of the beam times overlaps, 0..1


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
        others: Candidates,
        following: tuple[int, ...],
        doubted: bool,
        count: int,
        biasing: Biasing | None,
        user_lm: UserLM | None,
    ) -> tuple[Candidates, Context]:
        """Order alternatives of a word.

        Args:
            context: The words before it.
            word: Its id.
            others: The alternatives, at most CANDIDATES or `count`, the likeliest first.
            following: The words after it, END at the end of the utterance.
            doubted: Ask the neural language model, too.
            count: How many alternatives are wanted.
            biasing: The stream's vocabulary.
            user_lm: The stream's language.

        Returns:
            The best `count`, best first, with what they had times a power of their likelihood ratio, at most 1; and the
            context, in which more words may be taken in.
        """
        if not others:
            return (), context
        words = np.array([word, *(other for other, _ in others)])
        scores = np.log([share for _, share in others])
        ngram = self._scorer.ngram(np.full(len(words), context.ngram_state), words, biasing, user_lm)
        states, ratios, steps = ngram.ngram_state, np.zeros(len(words)), []
        for next_word in following[:NGRAM_WORDS]:
            step = self._scorer.ngram(states, np.full(len(words), next_word), biasing, user_lm)
            states, ratios = step.ngram_state, ratios + step.logp
            steps.append(step)
        ratios = ratios[1:] - ratios[0]
        neural_lm = self._scorer.neural_lm
        if doubted and neural_lm is not None:
            context = context.caught_up(neural_lm)
        lm_states = context.lm_states
        if not doubted or neural_lm is None or lm_states is None:
            return _best(others, scores + NGRAM_WEIGHT * ratios, count), context
        listed = np.argsort(-(scores + SHORTLIST_WEIGHT * ratios), kind="stable")[: max(SHORTLIST, count)]
        rows = np.append(0, 1 + listed)
        at = np.zeros(len(rows), np.int64)
        own = self._scorer.neural(lm_states, at, ngram.take(rows))
        ratios = np.zeros(len(rows))
        lm_words = ngram.lm_word[rows]
        for step in steps[:NEURAL_WORDS]:
            lm_states = lm_states.extend(at, lm_words)
            at = len(lm_states) - len(rows) + np.arange(len(rows))
            lm_states = neural_lm.advance(lm_states, at)
            ratios += self._scorer.neural(lm_states, at, step.take(rows))
            lm_words = step.lm_word[rows]
        ratios = NEURAL_WEIGHT * (ratios[1:] - ratios[0]) + OWN_WEIGHT * (own[1:] - own[0])
        return _best([others[row] for row in listed], scores[listed] + ratios, count), context


def _best(others: Candidates | list[tuple[int, float]], scores: np.ndarray, count: int) -> Candidates:
    """Return the `count` alternatives with the highest (n,) ln scores, with these as probabilities, best first."""
    order = np.argsort(-scores, kind="stable")[:count]
    return tuple((others[row][0], float(np.exp(min(scores[row], 0.0)))) for row in order)


def with_end(following: tuple[int, ...], is_closed: bool) -> tuple[int, ...]:
    """Return the words after a word, with END behind them where the utterance ends."""
    return (*following, END) if is_closed else following
