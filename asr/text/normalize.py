"""Written text to its spoken form, as the lexicon spells it."""

import re
import unicodedata

_APOSTROPHES = re.compile("[\u2018\u2019\u02bc\uff07`]")
_SEPARATORS = re.compile(r"[\s\u2010-\u2015\u2212/_-]+")
_UNSPOKEN = re.compile(r"[^a-z' ]+")


def normalize(text: str) -> str:
    """Written text -> spoken form: words of a-z and apostrophe with one space between them.

    Accents are taken off, hyphens, dashes and slashes part words, and all other signs, digits among them,
    are dropped: numbers must be written out before. Quoting apostrophes go, those of 'em and goin' stay.
    """
    text = _APOSTROPHES.sub("'", text)
    text = unicodedata.normalize("NFKD", text).lower()
    text = _UNSPOKEN.sub("", _SEPARATORS.sub(" ", text))
    words = (w[1:-1] if len(w) > 1 and w[0] == w[-1] == "'" else w for w in text.split())
    return " ".join(w for w in words if w.strip("'"))
