"""Settings of the beam search."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SearchOptions:
    """Settings of the search, tuned on development speech. They belong to the recogniser, not to a stream."""

    lm_weight: float = 1.0  # weight of the language model against the acoustic model
    word_score: float = -0.6  # added for each word, ln
    neural_lm_share: float = 0.85  # weight of the neural language model in the mixture, if there is one
    beam_size: int = 800  # hypotheses kept from row to row
    beam_threshold: float = 15.0  # drop hypotheses this far behind the best, ln
    token_threshold: float = -9.0  # ignore units less likely than this, ln
    commit_threshold: float = 0.9995  # share of the beam's probability that must agree before a word is final
    max_open_words: int = 40  # words that an utterance may hold before they are final
    context_silence: float = 3.0  # seconds without a phone that end a sentence; 0: every utterance is one
    vocabulary_boost: float = 6.0  # added for an entry of a stream's vocabulary, less ln of how many there are
    phone_boost: float = 0.8  # added to that for each of its phones
    new_word_score: float = -7.0  # added to ln p(any word outside the lexicon) for a new word of a vocabulary
    language_boost: float = 0.0  # added for a new word of the user's language, whose own model scores it
