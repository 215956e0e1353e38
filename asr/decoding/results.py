"""What a state of the search says: the words of a hypothesis, which one closes an utterance, and the other readings."""

from dataclasses import replace

import numpy as np

from asr.decoding.beams import WordHypothesis
from asr.decoding.choices.confidence import confidence
from asr.decoding.choices.following import CANDIDATES, FollowingWords, with_end
from asr.decoding.state import Context, DecoderState, Reading
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
        self._following = FollowingWords(scorer)

    def complete(self, state: DecoderState) -> tuple[np.ndarray, np.ndarray]:
        """Return the hypotheses that may close an utterance, (n,) int, and their scores with its end, (n,) float64.

        They are those between two words, or all where there is none.
        """
        if state.complete is not None:
            return state.complete
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

    def words_of(self, state: DecoderState, beam: int) -> list[WordHypothesis]:
        """Return the words of a hypothesis, without alternatives."""
        words = state.histories.word_hypotheses(beam, int(state.beams.word_count[beam]))
        return state.biasing.named(words) if state.biasing else words

    def final_words(
        self, state: DecoderState, beam: int, count: int | None = None
    ) -> tuple[list[WordHypothesis], Context | None]:
        """Return the words of a hypothesis that become final, with their alternatives where these are wanted.

        Args:
            state: The state.
            beam: The hypothesis.
            count: How many of its words become final, the first; None: all of them, since the utterance ends.

        Returns:
            The words, and the context after them.
        """
        words, clusters, context = self.words_of(state, beam), state.clusters, state.context
        closes, count = count is None, len(words) if count is None else count
        if clusters is None or context is None:
            return words[:count], context
        if state.biasing:
            clusters = replace(clusters, words=state.biasing.spoken(clusters.words))
        ids = tuple(word.word for word in words)
        result = []
        for i, word in enumerate(words[:count]):
            neighbours = (*ids[max(i - 1, 0) : i], *ids[i + 1 : i + 2])
            wanted = state.alternatives
            others = clusters.competitors(word, max(CANDIDATES, wanted), neighbours)
            sure = confidence(word.posterior, word.share, len(word.text or self._text(state, word.word)))
            models = (state.biasing, state.user_lm)
            following = with_end(ids[i + 1 :], closes)
            ranked, context = self._following.rank(context, word.word, others, following, sure, wanted, *models)
            named = tuple((self._text(state, other), score) for other, score in ranked)
            result.append(replace(word, alternatives=named))
            context = self._following.after(context, word.word, *models)
        return result, context

    def _text(self, state: DecoderState, word: int) -> str:
        """Return a word as it is spoken, of the lexicon or of the stream's vocabulary."""
        known = len(self._lexicon.words)
        return state.biasing.words[word - known].text if state.biasing and word >= known else self._lexicon.words[word]
