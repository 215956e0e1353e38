"""The symbols of speech: the phones a network predicts, and the spoken form of written text."""

import re
import unicodedata

BLANK = 0  # the label of "no new phone", as CTC needs it

# The 39 phones of CMUdict, stress left out.
PHONES = (
    *("AA", "AE", "AH", "AO", "AW", "AY", "B", "CH", "D", "DH", "EH", "ER", "EY"),
    *("F", "G", "HH", "IH", "IY", "JH", "K", "L", "M", "N", "NG", "OW", "OY", "P"),
    *("R", "S", "SH", "T", "TH", "UH", "UW", "V", "W", "Y", "Z", "ZH"),
)
LABELS = ("<b>", *PHONES)  # label id -> name; LABELS[BLANK] is the blank
LABEL_IDS = {name: label for label, name in enumerate(LABELS)}

_APOSTROPHES = re.compile("[\u2018\u2019\u02bc\uff07`]")
_SEPARATORS = re.compile(r"[\s\u2010-\u2015\u2212/_-]+")
_UNSPOKEN = re.compile(r"[^a-z' ]+")


def normalise(text: str) -> str:
    """Written text -> spoken form: words of a-z and apostrophe with one space between them.

    Accents are taken off, hyphens, dashes and slashes part words, and all other signs, digits among them,
    are dropped: numbers must be written out before. Quoting apostrophes go, those of 'em and goin' stay.
    """
    text = _APOSTROPHES.sub("'", text)
    text = unicodedata.normalize("NFKD", text).lower()
    text = _UNSPOKEN.sub("", _SEPARATORS.sub(" ", text))
    words = (w[1:-1] if len(w) > 1 and w[0] == w[-1] == "'" else w for w in text.split())
    return " ".join(w for w in words if w.strip("'"))
