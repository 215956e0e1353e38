"""Numbers as they are written: years, times, money, percent, units, ordinals, dates, digits and telephone numbers.

Every rule looks at the words from the first one that is not written yet and returns them as units, or None. The style:
numbers below ten stay words in prose ("one of them", "three people") as most guides ask, and become digits where a
number is the point: money, percent, time of day, measures, decimals, dates, and after words such as "page".

text2num (PyPI), which was considered, converts whole texts; these rules also say when a number may still grow.
"""

from collections.abc import Callable

from asr.text.formatter.amounts import DOLLARS, SINGLE, UNITS, amount, fraction_at, sign_after
from asr.text.formatter.calendar_rules import MONTHS, YEAR_BEFORE, dates, time_of_day, years
from asr.text.formatter.digit_rules import NAMED_BY_NUMBER, digits, units_of_plain
from asr.text.formatter.numerals import (
    DIGITS,
    ORDINALS,
    SCALES,
    SMALL,
    TEENS,
    TENS,
    Number,
    below_hundred,
    cardinal,
    ordinal,
    with_suffix,
)
from asr.text.formatter.words_ahead import Unit, Units, WordsAhead

_FIXED = {("nine", "eleven"): "9/11", ("twenty", "four", "seven"): "24/7", ("fifty", "fifty"): "50/50"}
_HOURS = {text: value for text, value in (DIGITS | TEENS).items() if 1 <= value <= 12}


def ordinals(words: WordsAhead) -> Units | None:
    """Ordinals from ten on: "the twenty first century". "A tenth" and "one tenth" are shares and stay."""
    number = ordinal(words)
    if number is None or number.digit:
        return None
    if words.previous in ("a", "every", "another", "each") and words.text(number.end - 1) == "second":
        return [Unit(number.end - 1, str(number.value - 2)), Unit(1)]  # "a twenty second delay"
    if number.end == 1 and (words.previous in ("a", "an") or words.previous in SMALL):
        return None
    if words.text(0) in ("hundredth", "thousandth", "millionth"):
        return None
    return [Unit(number.end, with_suffix(number.value))]


def _stays(words: WordsAhead, number: Number) -> Units | None:
    """Return words that must not become digits, "one or two hundred", "ten past five"; None for others."""
    if number.end == 1 and number.digit and words.text(1) in ("or", "to") and words.hint(2) in SMALL:
        other = cardinal(words, 2)
        if other and (other.value < 10 or words.text(2) in DIGITS):
            return units_of_plain(other.end)
    after = words.text(number.end)
    if after in ("something", "odd", "ish", "somethings"):
        return units_of_plain(number.end)
    if number.value in (5, 10, 20, 25) and after in ("to", "past") and words.text(number.end + 1) in _HOURS:
        hour = _HOURS[words.text(number.end + 1)]
        if after == "past" or hour < number.value:  # "ten past three", "ten to five", but not "ten to twelve people"
            return units_of_plain(number.end + 2)
    return None


def cardinals(words: WordsAhead) -> Units | None:
    """Cardinals and decimals, with the signs and units after them."""
    first = words.text(0)
    for spoken, written in _FIXED.items():
        if first == spoken[0] and all(words.text(i) == text for i, text in enumerate(spoken)):
            after = words.text(len(spoken))
            if after not in SMALL and after not in ("hundred", *SCALES, *DOLLARS):
                return [Unit(len(spoken), written)]
    if first in ("minus", "negative"):
        if words.previous in SMALL or words.hint(1) not in SMALL:
            return None
        number = cardinal(words, 1)
        if number is None:
            return None
        units = amount(words, f"-{number.value:,}", number.end, number.digit, 0)
        return units
    if first == "point":
        fraction = fraction_at(words, 0)
        if fraction is None or words.previous in SMALL:
            return None
        if not sign_after(words, fraction[1]) and words.text(fraction[1]) not in (*SCALES, *UNITS):
            return None
        return amount(words, "0." + fraction[0], fraction[1], False, 0)
    number = cardinal(words)
    if number is None:
        return None
    if stays := _stays(words, number):
        return stays
    if fraction := fraction_at(words, number.end):
        end = fraction[1]
        scale = SCALES.get(words.text(end), 0)
        return amount(words, f"{number.value}.{fraction[0]}", end + bool(scale), False, scale)
    if first in DIGITS and number.end == 1 and number.value and words.text(1) in TENS:  # "one fifty"
        pair = below_hundred(words, 1)
        assert pair is not None
        after = words.text(pair[1])
        if after not in SMALL and after not in ("hundred", "or", "to", *SCALES) and after not in SINGLE:
            return amount(words, str(number.value * 100 + pair[0]), pair[1], False, 0)
    if number.value >= 10**6 and number.scale > 1000 and number.value // number.scale < 1000:
        value = number.value // number.scale
        if first == "a":
            return units_of_plain(number.end)
        return amount(words, str(value), number.end, False, number.scale)
    if first == "a" and number.value in (100, 1000, 100_000):
        if sign := sign_after(words, number.end):
            return [Unit(sign[1], f"{number.value}%")]
        return units_of_plain(number.end)
    small = number.value < 10 and number.digit and words.previous not in NAMED_BY_NUMBER
    if small and words.text(1) in ("to", "or", "and") and words.previous == "between":
        return None
    if small and words.text(1) == "to" and words.hint(2) in (*TEENS, *TENS):  # "five to ten"
        other = cardinal(words, 2)
        if other and other.value >= 10:
            return [Unit(1, str(number.value)), Unit(1)]
    separated = not number.hundreds or words.previous not in YEAR_BEFORE
    shown = f"{number.value:,}" if separated and not (number.hundreds and number.value < 2000) else str(number.value)
    if number.hundreds and words.text(number.end) in DOLLARS:
        shown = f"{number.value:,}"
    return amount(words, shown, number.end, small, 0)


RULES: tuple[Callable[[WordsAhead], Units | None], ...] = (dates, years, time_of_day, digits, ordinals, cardinals)
_STARTS = frozenset(SMALL) | frozenset(ORDINALS) | frozenset(MONTHS)
STARTS = _STARTS | {"a", "oh", "double", "triple", "minus", "negative", "point"}  # words that may begin a number


def numbers(words: WordsAhead) -> Units | None:
    """Return the units that the first rule makes of the words, None if no number begins here.

    Raises:
        MoreNeededError: What is there may still grow.
    """
    first = words[0].text
    if first not in STARTS or (first == "a" and words.hint(1) not in ("hundred", *SCALES)):
        return None
    for rule in RULES:
        if units := rule(words):
            return units
    return None
