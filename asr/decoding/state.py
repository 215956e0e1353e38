"""What the search remembers of one stream."""

from dataclasses import dataclass

import numpy as np

from asr.decoding.beams import Beams, Histories
from asr.decoding.biasing import Biasing
from asr.decoding.confusions import Clusters
from asr.decoding.user_lm import UserLM
from asr.language.neural_lm import LMStates


@dataclass(frozen=True)
class Reading:
    """One sequence of words that the open part of an utterance may be."""

    words: tuple[str, ...]
    score: float  # share of the probability of all complete hypotheses, 0..1


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
    readings: tuple[Reading, ...] = ()  # of the words with which the last step closed an utterance
