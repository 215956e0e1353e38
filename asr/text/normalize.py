"""Convert written text to the spelling of the lexicon."""

import re
import unicodedata

_APOSTROPHES = re.compile("[\u2018\u2019\u02bc\uff07`]")
_SEPARATORS = re.compile(r"[\s\u2010-\u2015\u2212/_-]+")
_UNSPOKEN = re.compile(r"[^a-z' ]+")


def normalize(text: str) -> str:
    """Convert written text to words of a-z and apostrophe with one space between them.

    Accents are removed; hyphens, dashes and slashes separate words; all other characters are dropped. Digits are among
    them, so numbers must be written out before. Apostrophes around a word are quotes and go; 'em and goin' keep theirs.
    """
    text = _APOSTROPHES.sub("'", text)
    text = unicodedata.normalize("NFKD", text).lower()
    text = _UNSPOKEN.sub("", _SEPARATORS.sub(" ", text))
    words = (w[1:-1] if len(w) > 1 and w[0] == w[-1] == "'" else w for w in text.split())
    return " ".join(w for w in words if w.strip("'"))
