"""One row of the beam search: expansion, words that end, language models, merging and pruning."""

from dataclasses import replace

import numpy as np

from asr.batching import Work
from asr.decoding.beams import Beams
from asr.decoding.compiled.acceleration import Kernels
from asr.decoding.expansion import expand, hold
from asr.decoding.merging import merge
from asr.decoding.search_options import SearchOptions
from asr.decoding.state import DecoderState
from asr.decoding.word_ends import WordScorer
from asr.language.lexicon import Lexicon
from asr.language.neural_lm import LMStates
from asr.text.phones import BLANK

_SURE_BLANK = -1e-3  # a row whose blank is likelier than this, ln, starts no new phone


class RowSearch:
    """Extend hypotheses by one row. Holds weights and settings, no state of any stream.

    Args:
        lexicon: The words and their pronunciations.
        scorer: Ends words, and scores them.
        search: The settings.
        kernels: What does the inner loops, to the same bit; numpy if there are none.
    """

    def __init__(self, lexicon: Lexicon, scorer: WordScorer, search: SearchOptions, kernels: Kernels | None = None):
        self.lexicon, self.scorer, self.search, self.kernels = lexicon, scorer, search, kernels

    def advance(
        self,
        beams: Beams,
        lm_states: LMStates | None,
        stream: DecoderState,
        scores: np.ndarray,
        row: int,
    ) -> Work[tuple[Beams, LMStates | None]]:
        """Extend all hypotheses by a row.

        Args:
            beams: The hypotheses.
            lm_states: Their states of the neural language model; None without one.
            stream: Has the vocabulary and the language of the stream.
            scores: (units,) float64 ln posteriors.
            row: Number of the row.
        """
        if scores[BLANK] > _SURE_BLANK:
            return hold(beams, scores), lm_states
        biasing = stream.biasing
        search, tree = self.search, biasing.tree if biasing else self.lexicon
        expansion = expand(beams, scores, tree, biasing, search, self.kernels)
        moves, floor = expansion.moves, expansion.floor
        if not (self.scorer.neural_lm and lm_states):
            ends = self.scorer.end_words(beams, moves, stream, floor)
        else:
            # Only words that would survive pruning are worth the network. Merging comes after it, as it sums scores.
            inner = expansion.inner
            totals = (expansion.total, moves.nonblank[inner] + moves.lm_score[inner])
            ends = self.scorer.end_words(beams, moves, stream, max(floor, self._below_best(*totals)))
            lowest = self._below_best(*totals, ends.total)
            if lowest > floor:
                ends = ends.take(np.flatnonzero(ends.total > lowest))
            ends, lm_states = yield from self.scorer.apply_neural_lm(ends, lm_states)
        beams = merge(beams, expansion, ends, biasing, scores, len(tree.labels), row, search, self.kernels)
        if lm_states:
            is_used = np.bincount(beams.lm_state, minlength=len(lm_states)) > 0
            used = np.flatnonzero(is_used)
            if 2 * len(used) <= len(lm_states):  # copying the others is dearer than keeping a few that nobody refers to
                lm_state = np.cumsum(is_used)[beams.lm_state] - 1
                beams, lm_states = replace(beams, lm_state=lm_state), lm_states.take(used)
        return beams, lm_states

    def _below_best(self, *parts: np.ndarray) -> float:
        """Return the largest number below the scores of the best `beam_size` hypotheses; -inf for no more than these.

        Args:
            parts: (n,) float64 each, scores.
        """
        size = self.search.beam_size
        if sum(map(len, parts)) <= size:
            return -np.inf
        return float(np.nextafter(np.partition(np.concatenate(parts), -size)[-size], -np.inf))
