"""What the tagger sees of a word: its class, the pause before it, and how it is usually written.

Training and recognition use the same tables, so a network is never used with other inputs than those of its training.
"""

import zlib
from collections.abc import Mapping, Sequence

PAUSES = (0.06, 0.16, 0.3, 0.5, 0.8)  # seconds that part the classes of pauses: len(PAUSES) + 1 classes
LOOKAHEAD = 4  # words after a word that its mark may depend on

# Marks after a word, and cases of a word as it stands inside a sentence. The tagger gives the first four marks; the
# others can only be spoken.
NONE, COMMA, PERIOD, QUESTION, EXCLAMATION, COLON = range(6)
MARKS = ("", ",", ".", "?", "!", ":")
TAGGED = 4
SENTENCE_ENDS = (PERIOD, QUESTION, EXCLAMATION)
LOWER, CAPITAL, UPPER, MIXED = range(4)
UNKNOWN_CASE = 4  # the prior of a word that no list has
PRIORS = 6  # classes of how a word is usually written: the cases, unknown, and both lower and capital
BOTH_CASES = 5

SUFFIXES = 512  # classes of words outside the vocabulary, by their last three letters

# Classes of what is no word, after the vocabulary and the suffixes.
END, UNSEEN, START, AFTER_SENTENCE, INSIDE_SENTENCE = range(5)
SPECIALS = 5


def pause_class(seconds: float) -> int:
    """Return the class of a pause, 0 to len(PAUSES)."""
    return sum(seconds >= limit for limit in PAUSES)


def suffix_class(word: str) -> int:
    """Return the class of a word outside the vocabulary, 0 to SUFFIXES - 1."""
    return zlib.crc32(word[-3:].encode()) % SUFFIXES


class WordClasses:
    """The classes of words: the vocabulary, then classes of suffixes, then what is no word.

    Args:
        words: The vocabulary, in the order of the network's embedding.
        priors: How words are usually written: word -> one of PRIORS. Others are UNKNOWN_CASE.
    """

    def __init__(self, words: Sequence[str], priors: Mapping[str, int]):
        self._ids = {word: i for i, word in enumerate(words)}
        self._priors = priors
        self.first_special = len(self._ids) + SUFFIXES

    @property
    def classes(self) -> int:
        """The rows of the embedding."""
        return self.first_special + SPECIALS

    def word_class(self, word: str) -> int:
        """Return the class of a word."""
        known = self._ids.get(word)
        return len(self._ids) + suffix_class(word) if known is None else known

    def prior(self, word: str) -> int:
        """Return how a word is usually written, one of PRIORS."""
        return self._priors.get(word, UNKNOWN_CASE)
