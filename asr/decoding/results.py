"""What a state of the search says: the words of a hypothesis, which one closes an utterance, and the other readings."""

from dataclasses import replace

import numpy as np

from asr.decoding.beams import WordHypothesis
from asr.decoding.state import DecoderState, Reading
from asr.decoding.word_ends import WordScorer
from asr.language.lexicon import Lexicon


class Results:
    """Read the words out of states. Holds no state of any stream.

    Args:
        lexicon: The words.
        scorer: Scores the end of a sentence.
    """

    def __init__(self, lexicon: Lexicon, scorer: WordScorer):
        self._lexicon, self._scorer = lexicon, scorer

    def complete(self, state: DecoderState) -> tuple[np.ndarray, np.ndarray]:
        """Return the hypotheses that may close an utterance, (n,) int, and their scores with its end, (n,) float64.

        They are those between two words, or all where there is none.
        """
        beams = state.beams
        complete = np.flatnonzero(beams.node == 0)
        if not len(complete):
            return np.arange(len(beams.node)), beams.total
        end_logp = self._scorer.end_sentence(
            beams.ngram_state[complete], beams.lm_state[complete], state.lm_states, state.user_lm
        )
        return complete, beams.total[complete] + end_logp

    def best_complete(self, state: DecoderState) -> int:
        """Choose the hypothesis that closes an utterance."""
        complete, totals = self.complete(state)
        return int(complete[totals.argmax()])

    def nbest(self, state: DecoderState) -> tuple[Reading, ...]:
        """Return the likeliest sequences of words if the utterance ends here, at most `state.alternatives`.

        The first is that of `best_complete`. Scores are sums over all hypotheses with the same words.
        """
        if not state.alternatives:
            return ()
        complete, totals = self.complete(state)
        shares = np.exp(totals - totals.max())
        shares /= shares.sum()
        words, counts = state.histories.words, state.beams.word_count
        if state.biasing:  # a word of the vocabulary and one of the lexicon may be the same
            words = state.biasing.spoken(words)
        sums: dict[tuple[int, ...], float] = {}
        for beam, share in zip(complete.tolist(), shares.tolist(), strict=True):
            sequence = tuple(words[beam, : counts[beam]].tolist())
            sums[sequence] = sums.get(sequence, 0.0) + share
        best = int(complete[totals.argmax()])
        first = tuple(words[best, : counts[best]].tolist())
        order = sorted(sums, key=lambda sequence: (sequence != first, -sums[sequence]))
        return tuple(
            Reading(tuple(self._text(state, word) for word in sequence), sums[sequence])
            for sequence in order[: state.alternatives]
        )

    def words_of(self, state: DecoderState, beam: int, count: int | None = None) -> list[WordHypothesis]:
        """Return the words of a hypothesis, or its first `count`, with their alternatives where these are wanted."""
        words = state.histories.word_hypotheses(beam, int(state.beams.word_count[beam]))
        clusters = state.clusters
        if state.biasing:
            words = state.biasing.named(words)
            clusters = clusters and replace(clusters, words=state.biasing.spoken(clusters.words))
        if clusters is None:
            return words[:count]
        result = []
        for i, word in enumerate(words[:count]):
            neighbours = tuple(other.word for other in (*words[max(i - 1, 0) : i], *words[i + 1 : i + 2]))
            others = clusters.competitors(word, state.alternatives, neighbours)
            named = tuple((self._text(state, other), score) for other, score in others)
            result.append(replace(word, alternatives=named))
        return result

    def _text(self, state: DecoderState, word: int) -> str:
        """Return a word as it is spoken, of the lexicon or of the stream's vocabulary."""
        known = len(self._lexicon.words)
        return state.biasing.words[word - known].text if state.biasing and word >= known else self._lexicon.words[word]
