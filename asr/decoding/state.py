"""What the search remembers of one stream."""

from dataclasses import dataclass, replace

import numpy as np

from asr.decoding.beams import Beams, Histories
from asr.decoding.biasing import Biasing
from asr.decoding.confusions import Clusters
from asr.decoding.user_lm import UserLM
from asr.language.neural_lm import LMStates, NeuralLM


@dataclass(frozen=True)
class Reading:
    """One sequence of words that the open part of an utterance may be."""

    words: tuple[str, ...]
    score: float  # share of the probability of all complete hypotheses, 0..1


@dataclass(frozen=True)
class Context:
    """The words before the first open word of a stream, as the language models remember them."""

    ngram_state: int  # of the n-gram models, as in Beams
    lm_states: LMStates | None  # one state of the neural language model; None without one
    taken: tuple[int, ...] = ()  # words since then, which the neural one has not taken in: most contexts need not

    def caught_up(self, neural_lm: NeuralLM) -> "Context":
        """Return the context with all words taken into the neural language model."""
        states = self.lm_states
        if states is None:
            return self
        first = np.zeros(1, np.int64)
        states = neural_lm.advance(states, first)
        for word in self.taken:
            states = states.extend(first, np.array([word])).take(first + 1)
            states = neural_lm.advance(states, first)
        return replace(self, lm_states=states.take(first), taken=())


@dataclass(frozen=True)
class DecoderState:
    """Everything the search remembers of one stream."""

    beams: Beams
    histories: Histories  # the words of `beams`
    endpoint_rows: int  # rows of blanks that close an utterance
    lm_states: LMStates | None  # of the neural language model; None without one
    biasing: Biasing | None = None  # the stream's vocabulary, and the new words of its language
    user_lm: UserLM | None = None  # the stream's language
    bounds: np.ndarray | None = None  # (words,) float32, no less than ln p of a word with either of them
    upcoming: "DecoderState | None" = None  # a new state of changed options, which the next utterance takes up
    row: int = 0  # rows decoded since the stream began
    blank_rows: int = 0  # rows since a label other than the blank was the likeliest
    has_final_words: bool = False  # the open utterance has given final words already
    alternatives: int = 0  # how many are wanted, of words and of utterances
    clusters: Clusters | None = None  # the words of all hypotheses; None where no alternatives are wanted
    context: Context | None = None  # the words before those of `histories`; None where no alternatives are wanted
    # The hypotheses that may close the utterance here, and their scores (`Results.complete`), once they are known.
    complete: tuple[np.ndarray, np.ndarray] | None = None
    readings: tuple[Reading, ...] = ()  # of the words with which the last step closed an utterance
