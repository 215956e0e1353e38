"""Rules of single languages for the stages after recognition; the model file names the language of its words."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Language:
    """The rules of one language.

    Args:
        name: Its English name.
        leaning: Lower-case words that belong to the word after them: a subtitle line should not end on one.
    """

    name: str
    leaning: frozenset[str] = frozenset()


_ENGLISH_LEANING = (
    *("a", "an", "the", "this", "that", "these", "those", "my", "your", "his", "her", "its", "our", "their"),
    *("of", "to", "in", "on", "at", "by", "for", "with", "from", "and", "or", "but"),
    *("mr", "mrs", "miss", "ms", "dr", "doctor", "saint", "sir", "professor"),
)

LANGUAGES = {"en": Language("English", frozenset(_ENGLISH_LEANING))}


def language_of(code: str) -> Language:
    """Return the rules of a language by its ISO 639-1 code; an unknown language has none."""
    return LANGUAGES.get(code, Language(code))
