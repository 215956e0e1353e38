"""Strings of digits as they are written: telephone numbers, codes, and what only counts."""

from itertools import pairwise

from asr.text.formatter.numerals import DIGITS, SCALES, below_hundred
from asr.text.formatter.words_ahead import Unit, Units, WordsAhead

# Words after which even a small number is a name: "page 5".
NAMED_BY_NUMBER = frozenset(
    {"page", "chapter", "room", "gate", "platform", "channel", "flight", "route", "highway", "apartment", "suite"}
    | {"version", "section", "figure", "volume", "episode", "season", "verse", "bus", "extension", "terminal"}
    | {"interstate", "pages", "chapters", "rooms", "python", "windows", "covid"}
)
_MAX_DIGITS = 16  # of one string of digits


def units_of_plain(count: int) -> Units:
    """Return `count` words that stay as they are spoken."""
    return [Unit(1)] * count


def digit_at(words: WordsAhead, at: int) -> tuple[str, int] | None:
    """Return the digits of one word, or of "double five"; "oh" is a zero within digits."""
    text = words.text(at)
    if text in DIGITS:
        return str(DIGITS[text]), at + 1
    if text in ("oh", "o"):
        return "0", at + 1
    times = {"double": 2, "triple": 3}.get(text)
    if times and words.hint(at + 1) in ("oh", "o", *DIGITS) and (one := digit_at(words, at + 1)):
        return one[0] * times, one[1]
    return None


def digits(words: WordsAhead) -> Units | None:
    """Strings of digits: "nine one one", telephone numbers, codes. Counting ("one two three four") stays as it is."""
    first = words.text(0)
    text, end = "", 0
    long_distance = first == "one" and words.text(1) in DIGITS and words.text(2) == "hundred"
    if first in DIGITS and words.text(1 + long_distance) == "hundred":
        end = 2 + long_distance
        if digit_at(words, end) is None:
            return None
        hundreds = DIGITS[words.text(end - 2)]
        text = f"{'1' * long_distance}{hundreds}00"  # "eight hundred five five five ..."
    elif first not in (*DIGITS, "oh", "double", "triple"):
        return None
    start = end
    while len(text) < _MAX_DIGITS:
        if one := digit_at(words, end):
            text, end = text + one[0], one[1]
        elif len(text) >= 3 and (pair := below_hundred(words, end)):
            text, end = text + str(pair[0]), pair[1]
        else:
            break
    if not text or (start and len(text) != 10 + long_distance):
        return None
    if first == "oh" and len(text) < 3:
        return None
    counting = all(ord(b) - ord(a) == 1 for a, b in pairwise(text)) and text[0] in "01"
    named = words.previous in NAMED_BY_NUMBER or words.previous in ("code", "pin", "number", "dial", "zip")
    if len(text) < 3 or (counting and not named):
        return units_of_plain(end) if len(text) > 1 and counting else None
    after = words.text(end)
    if after in ("hundred", "point", *SCALES):
        return None
    return [Unit(end, telephone(text))]


def telephone(text: str) -> str:
    """Group the digits of a telephone number as in North America; other strings stay as they are."""
    if len(text) == 7:
        return f"{text[:3]}-{text[3:]}"
    if len(text) == 10:
        return f"{text[:3]}-{text[3:6]}-{text[6:]}"
    if len(text) == 11 and text[0] == "1":
        return f"1-{text[1:4]}-{text[4:7]}-{text[7:]}"
    return text
