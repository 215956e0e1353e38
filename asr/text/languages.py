"""What later stages need to know of a language; the model file says which one its words are."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Language:
    """The rules of one language.

    Args:
        name: Its English name.
        leaning: Lower-case words that lean on the next one: a subtitle line should not end on them.
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
    """The rules of a language by its ISO 639-1 code; one without rules if it is unknown here."""
    return LANGUAGES.get(code, Language(code))
