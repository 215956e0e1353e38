"""English number words: their values, and a parser of cardinals and ordinals."""

from typing import NamedTuple

from asr.text.formatter.words_ahead import WordsAhead

DIGITS = {
    **{"zero": 0, "one": 1, "two": 2, "three": 3, "four": 4},
    **{"five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9},
}
TEENS = {
    **{"ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15},
    **{"sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19},
}
TENS = {
    **{"twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50},
    **{"sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90},
}
SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
SMALL = DIGITS | TEENS | TENS
ORDINALS = {
    **{"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8},
    **{"ninth": 9, "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14},
    **{"fifteenth": 15, "sixteenth": 16, "seventeenth": 17, "eighteenth": 18, "nineteenth": 19},
    **{"twentieth": 20, "thirtieth": 30, "fortieth": 40, "fiftieth": 50, "sixtieth": 60, "seventieth": 70},
    **{"eightieth": 80, "ninetieth": 90, "hundredth": 100, "thousandth": 1000, "millionth": 10**6},
}
DECADES = {"twenties": 20, "thirties": 30, "forties": 40, "fifties": 50, "sixties": 60, "seventies": 70}
DECADES |= {"eighties": 80, "nineties": 90}


class Number(NamedTuple):
    """A number as it was spoken."""

    value: int
    end: int  # index of the word after it
    digit: bool = False  # one word below ten
    scale: int = 0  # its only scale word, as in "three hundred million"; 0: none, or more words after it
    hundreds: bool = False  # spoken in hundreds above a thousand: "nineteen hundred"


def below_hundred(words: WordsAhead, at: int) -> tuple[int, int] | None:
    """Return the value of "seven", "seventeen" or "seventy seven" at an index, and the index after it."""
    text = words.text(at)
    if text in DIGITS:
        return DIGITS[text], at + 1
    if text in TEENS:
        return TEENS[text], at + 1
    if text not in TENS:
        return None
    unit = DIGITS.get(words.text(at + 1), 0)
    return (TENS[text] + unit, at + 2) if unit else (TENS[text], at + 1)


def _below_thousand(words: WordsAhead, at: int, article: bool) -> tuple[int, int] | None:
    """Return the value of up to three digits, such as "two hundred and five", and the index after it."""
    text = words.text(at)
    if article and text == "a" and words.hint(at + 1) in ("hundred", *SCALES):
        value, end = 1, at + 1
    elif small := below_hundred(words, at):
        value, end = small
    else:
        return None
    if not value or words.text(end) != "hundred":
        return value, end
    value, end = value * 100, end + 1
    rest = _after_and(words, end)
    return (value + rest[0], rest[1]) if rest else (value, end)


def _after_and(words: WordsAhead, at: int) -> tuple[int, int] | None:
    """Return the tens and units after a hundred or a scale, with or without "and"."""
    joined = words.text(at) == "and"
    if joined and (words.previous == "between" or words.text(at + 1) not in SMALL):
        return None
    rest = below_hundred(words, at + joined)
    if not rest or not rest[0]:
        return None
    after = words.text(rest[1])
    # "between one hundred and two hundred" and "one hundred and twenty five thousand" are not meant
    return None if joined and (after == "hundred" or after in SCALES) else rest


def cardinal(words: WordsAhead, at: int = 0) -> Number | None:
    """Return the longest cardinal that begins at an index; "a hundred" counts as one.

    Raises:
        MoreNeededError: It may still grow.
    """
    first = words.text(at)
    if first not in SMALL and first != "a":
        return None
    total, limit, end, scale, groups = 0, 10**15, at, 0, 0
    hundreds = False
    while part := _below_thousand(words, end, article=not groups):
        value, after = part
        word = words.text(after)
        if word in SCALES and SCALES[word] < limit and value:
            total, limit, end, scale = total + value * SCALES[word], SCALES[word], after + 1, SCALES[word]
            groups += 1
            if words.text(end) == "and":
                if not (rest := _after_and(words, end)):
                    break
                return Number(total + rest[0], rest[1])
            continue
        if groups and (value >= limit or not value or word in SCALES):
            break
        hundreds = value >= 1000
        total, end = total + value, after
        scale = 0 if groups else scale
        groups += 1
        break
    if not groups or (first == "a" and end == at + 1):
        return None
    return Number(total, end, end == at + 1 and first in DIGITS, scale if groups == 1 else 0, hundreds)


def ordinal(words: WordsAhead, at: int = 0) -> Number | None:
    """Return the ordinal at an index: "third", "twenty first", "one hundred and fifth"."""
    text = words.text(at)
    if text in ORDINALS:
        return Number(ORDINALS[text], at + 1, ORDINALS[text] < 10)
    if text in TENS and ORDINALS.get(words.text(at + 1), 10) < 10:
        return Number(TENS[text] + ORDINALS[words.text(at + 1)], at + 2)
    if text not in SMALL or words.hint(at + 1) not in ("hundred", "thousand", "hundredth", "thousandth"):
        return None
    before = SMALL[text]
    if words.text(at + 1) in ("hundredth", "thousandth"):
        return Number(before * ORDINALS[words.text(at + 1)], at + 2)
    before *= 100 if words.text(at + 1) == "hundred" else 1000
    behind = at + 2 + (words.text(at + 2) == "and")
    if words.hint(behind) not in ORDINALS and words.hint(behind) not in TENS:
        return None
    rest = ordinal(words, behind)
    return Number(before + rest.value, rest.end) if rest and rest.value < 100 else None


def with_suffix(value: int) -> str:
    """Return an ordinal in digits: 21 -> "21st"."""
    suffix = "th" if 10 <= value % 100 < 20 else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    return f"{value:,}{suffix}"
