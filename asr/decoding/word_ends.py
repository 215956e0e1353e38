"""Words that end in a row, scored by the language models (shallow fusion, Gulcehre et al. 2015).

A word that ends is scored by the n-gram model at once, with the user's own beside it if the stream has one, and by the
neural language model too if its hypothesis would survive pruning. Nothing else in the search asks language models.
"""

from functools import cached_property
from typing import NamedTuple

import numpy as np

from asr.batching import Call, Work
from asr.decoding.beams import Beams
from asr.decoding.biasing import Biasing
from asr.decoding.compiled.acceleration import Kernels, scores_of
from asr.decoding.expansion import Moves, repeats
from asr.decoding.search_options import SearchOptions
from asr.decoding.state import DecoderState
from asr.decoding.user_lm import UserLM, UserScores, base_states
from asr.language.lexicon import END, Lexicon
from asr.language.neural_lm import LMStates, NeuralLM, interpolate
from asr.language.ngram_lm import NgramLM


class WordEnds(NamedTuple):
    """E hypotheses whose last word has ended: back at the root, or inside a phrase of the vocabulary."""

    move: np.ndarray  # (E,) int64, row of the Moves with the word's last phone
    node: np.ndarray  # (E,) int64, node after the word
    word: np.ndarray  # (E,) int64, word id
    lm_word: np.ndarray  # (E,) int64, its id for the language models
    ngram_state: np.ndarray  # (E,) int64, state of the n-gram models after it
    ngram_logp: np.ndarray  # (E,) float64, its ln p by the n-gram model of the recogniser, part of `lm_score`
    lm_state: np.ndarray  # (E,) int64, state of the neural language model before it, or after it
    lm_score: np.ndarray  # (E,) float64, weighted ln p of all words
    total: np.ndarray  # (E,) float64, ln of the whole score
    user: UserScores | None  # of the word by the user's n-gram model, part of `lm_score`, too

    def take(self, rows: np.ndarray) -> "WordEnds":
        """Return copies of the hypotheses `rows`, (n,) int or bool."""
        kept = {name: getattr(self, name)[rows] for name in self._fields[:-1]}
        return WordEnds(**kept, user=self.user and self.user.take(rows))


class NgramScores(NamedTuple):
    """What the n-gram models say of n words."""

    lm_word: np.ndarray  # (n,) int64, ids of the words for the language models
    ngram_state: np.ndarray  # (n,) int64, states of the n-gram models after them
    ngram_logp: np.ndarray  # (n,) float64, ln p by the n-gram model of the recogniser
    logp: np.ndarray  # (n,) float64, ln p of the mixture with the user's, if there is one
    user: UserScores | None  # of the words by the user's n-gram model

    def take(self, rows: np.ndarray) -> "NgramScores":
        """Return those of the words `rows`, (k,) int."""
        kept = {name: getattr(self, name)[rows] for name in self._fields[:-1]}
        return NgramScores(**kept, user=self.user and self.user.take(rows))


class WordScorer:
    """End words, and score them by the language models. Holds weights and settings, no state of any stream.

    Args:
        lexicon: The words and their pronunciations.
        ngram_lm: Scores every word that ends.
        neural_lm: Scores words that end and survive pruning, if there is one.
        search: The settings.
        kernels: What does the inner loops, to the same bit; numpy if there are none.
    """

    def __init__(
        self,
        lexicon: Lexicon,
        ngram_lm: NgramLM,
        neural_lm: NeuralLM | None,
        search: SearchOptions,
        kernels: Kernels | None = None,
    ):
        self.lexicon, self.ngram_lm, self.neural_lm, self.search = lexicon, ngram_lm, neural_lm, search
        self.kernels = kernels
        self._score = scores_of(ngram_lm, kernels)

    @cached_property
    def _bounds(self) -> np.ndarray:
        """(V,) float32: no less than ln p of each word after any words."""
        return self.ngram_lm.upper_bound(np.arange(len(self.lexicon.words)))

    def end_words(self, beams: Beams, moves: Moves, stream: DecoderState, floor: float) -> WordEnds:
        """End words at the nodes that `moves` have just reached, one hypothesis for each homophone.

        Args:
            beams: The hypotheses before the moves.
            moves: The moves.
            stream: Has the vocabulary and the language of the stream.
            floor: Hypotheses whose score is not above it are left out.
        """
        biasing, user_lm = stream.biasing, stream.user_lm
        search, tree = self.search, biasing.tree if biasing else self.lexicon
        bounds = self._bounds if stream.bounds is None else stream.bounds
        wanted = None if biasing else bounds  # with a vocabulary, what it adds counts, too
        move, item, word = reach_words(beams, moves, tree, wanted, search, floor, self.kernels)
        node = np.zeros_like(word)
        boost: np.ndarray | float = 0.0
        if biasing:
            node, added = biasing.end(item)
            without = moves.nonblank[move] + moves.lm_score[move] + search.word_score
            without -= search.lm_weight * tree.lookahead[moves.node[move]]
            able = np.flatnonzero(without + search.lm_weight * (bounds[word] + added) > floor)
            move, word, node, boost = move[able], word[able], node[able], search.lm_weight * added[able]
        source = moves.source[move]
        scores = self.ngram(beams.ngram_state[source], word, biasing, user_lm)
        # The word's own probability replaces the look-ahead, the best probability below its node.
        gain = search.lm_weight * (scores.logp - tree.lookahead[moves.node[move]]) + search.word_score
        gain += boost
        lm_score = moves.lm_score[move] + gain
        total = moves.nonblank[move] + lm_score
        lm_state = beams.lm_state[source]
        ngram = (scores.lm_word, scores.ngram_state, scores.ngram_logp)
        ends = WordEnds(move, node, word, *ngram, lm_state, lm_score, total, scores.user)
        return ends.take(np.flatnonzero(total > floor))

    def ngram(
        self, states: np.ndarray, words: np.ndarray, biasing: Biasing | None, user_lm: UserLM | None
    ) -> NgramScores:
        """Score words by the n-gram models.

        Args:
            states: (n,) int64, states of the n-gram models before them.
            words: (n,) int64, word ids.
            biasing: The stream's vocabulary.
            user_lm: The stream's language.
        """
        base = base_states(states) if user_lm else states
        if biasing:
            lm_word = biasing.lm_words(words)
            logp, following = biasing.score(self._score, base, lm_word)
        else:
            lm_word = words
            logp, following = self._score(base, words)
        ngram_logp, user = logp.astype(np.float64), None
        mixed = ngram_logp
        if user_lm:
            user, user_state = user_lm.score(states, words)
            mixed, following = user.mix(ngram_logp), following | user_state
        return NgramScores(lm_word, following, ngram_logp, mixed, user)

    def neural(self, lm_states: LMStates, rows: np.ndarray, scores: NgramScores) -> np.ndarray:
        """Return (n,) float64 ln p of words by all language models, as `apply_neural_lm` mixes them.

        Args:
            lm_states: States of the neural language model.
            rows: (n,) int64, those before the words, all of them advanced.
            scores: Of the words by the n-gram models.
        """
        if self.neural_lm is None:
            return scores.logp
        known, neural_logp = self._score_known(self.neural_lm, lm_states, rows, scores.lm_word)
        logp = self._mixed(known, neural_logp, scores.ngram_logp)
        return scores.user.mix(logp) if scores.user else logp

    @staticmethod
    def _score_known(
        neural_lm: NeuralLM, lm_states: LMStates, rows: np.ndarray, words: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return which of (n,) words the neural language model knows, and (n,) float64 its ln p of these, others 0.

        A network of this size learns no names: rare words are scored by the n-gram model alone.
        """
        known, logp = words < neural_lm.vocabulary, np.zeros(len(words))
        logp[known] = neural_lm.score(lm_states, rows[known], words[known])
        return known, logp

    def _mixed(self, known: np.ndarray, neural_logp: np.ndarray, ngram_logp: np.ndarray) -> np.ndarray:
        """Return (n,) float64 ln p by both language models of what the neural one knows, by the other of the rest."""
        return np.where(known, interpolate(neural_logp, ngram_logp, self.search.neural_lm_share), ngram_logp)

    def apply_neural_lm(self, ends: WordEnds, lm_states: LMStates) -> Work[tuple[WordEnds, LMStates]]:
        """Mix the neural language model into the score of each hypothesis's last word, and extend its LM state.

        `total` stays as it was. The states of the words are added behind `lm_states`.
        """
        assert self.neural_lm
        if not len(ends.word):
            return ends, lm_states
        # Many hypotheses share state and word; each pair is scored once.
        pairs, pair_of = np.unique(ends.lm_state << 32 | ends.lm_word, return_inverse=True)
        rows, words = pairs >> 32, pairs & 0xFFFFFFFF
        pending = lm_states.pending(rows)
        if len(pending):
            lm_states = yield Call(self.neural_lm.advance_all, (lm_states, pending))
        known, neural_logp = self._score_known(self.neural_lm, lm_states, rows, words)
        logp, before = self._mixed(known[pair_of], neural_logp[pair_of], ends.ngram_logp), ends.ngram_logp
        if ends.user:
            logp, before = ends.user.mix(logp), ends.user.mix(before)
        lm_score = ends.lm_score + self.search.lm_weight * (logp - before)
        return ends._replace(lm_score=lm_score, lm_state=len(lm_states) + pair_of), lm_states.extend(rows, words)

    def end_sentence(
        self, ngram_states: np.ndarray, rows: np.ndarray, lm_states: LMStates | None, user_lm: UserLM | None
    ) -> np.ndarray:
        """Return (n,) float64 weighted ln p that the sentence ends.

        Args:
            ngram_states: (n,) int64, states of the n-gram models.
            rows: (n,) int64, rows of `lm_states`.
            lm_states: States of the neural language model; None without one.
            user_lm: The stream's language.
        """
        logp = self.ngram_lm.end(base_states(ngram_states)).astype(np.float64)
        if self.neural_lm and lm_states:
            lm_states = self.neural_lm.advance(lm_states, rows)
            neural_logp = self.neural_lm.score(lm_states, rows, np.full(len(rows), END))
            logp = interpolate(neural_logp, logp, self.search.neural_lm_share)
        if user_lm:
            logp = user_lm.end(ngram_states).mix(logp)
        return logp * self.search.lm_weight


def reach_words(
    beams: Beams,
    moves: Moves,
    tree: Lexicon,
    bounds: np.ndarray | None,
    search: SearchOptions,
    floor: float,
    kernels: Kernels | None = None,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Find the words that end at the nodes of moves, one for each homophone.

    Args:
        beams: The hypotheses before the moves.
        moves: The moves.
        tree: The lexicon, or that of a vocabulary.
        bounds: (V,) float32, no less than ln p of each word. Words whose score would not be above `floor` even so are
            left out: most would be too unlikely after whatever words. None: all words are wanted.
        search: The settings.
        floor: The score.
        kernels: What does it, to the same bit; numpy if there are none.

    Returns:
        (E,) int64 each: the move, the index into `tree.node_words`, and the word id.
    """
    if kernels:
        return kernels.reach_words(
            moves.source,
            moves.node,
            moves.nonblank,
            moves.lm_score,
            beams.word_count,
            search.max_open_words,
            tree.first_word,
            tree.word_count,
            tree.node_words,
            tree.lookahead,
            _NO_BOUNDS if bounds is None else bounds,
            bounds is not None,
            np.float32(search.lm_weight),  # as numpy multiplies float32 by a setting
            search.word_score,
            floor,
        )
    is_open = beams.word_count[moves.source] < search.max_open_words
    move, index = repeats(tree.word_count[moves.node].astype(np.int64) * is_open)
    item = tree.first_word[moves.node[move]] + index
    word = tree.node_words[item].astype(np.int64)
    if bounds is not None:
        without = moves.nonblank + moves.lm_score - search.lm_weight * tree.lookahead[moves.node] + search.word_score
        able = np.flatnonzero(without[move] + search.lm_weight * bounds[word] > floor)
        move, item, word = move[able], item[able], word[able]
    return move, item, word


_NO_BOUNDS = np.zeros(0, np.float32)
