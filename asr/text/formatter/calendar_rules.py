"""Times and dates as they are written: time of day, years, decades, days of a month."""

from asr.text.formatter.amounts import CENTS, DOLLARS, SINGLE, UNITS
from asr.text.formatter.inputs import CAPITAL
from asr.text.formatter.numerals import (
    DECADES,
    DIGITS,
    ORDINALS,
    SCALES,
    SMALL,
    TEENS,
    TENS,
    Number,
    below_hundred,
    ordinal,
    with_suffix,
)
from asr.text.formatter.words_ahead import Unit, Units, WordsAhead

MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_AMBIGUOUS_MONTHS = ("march", "may")
YEAR_BEFORE = frozenset(
    {"in", "since", "of", "by", "until", "till", "before", "after", "from", "year", "during", "around", "to"}
    | {"summer", "winter", "spring", "fall", "autumn", "early", "late", "mid", "circa", "and", *MONTHS}
)
_TIME_BEFORE = frozenset({"at", "by", "until", "till", "around", "about", "before", "after", "from"})


def _half_day(words: WordsAhead, at: int) -> tuple[str, int] | None:
    """Return "a.m." or "p.m." and the index after it."""
    text = words.text(at)
    if text in ("am", "pm"):
        if text == "am" and words.text(at + 1) == "i":
            return None
        return f"{text[0]}.m.", at + 1
    if text in ("a", "p") and words.hint(at + 1) == "m" and words.text(at + 1) == "m":
        return f"{text}.m.", at + 2
    return None


def _minutes(words: WordsAhead, at: int) -> tuple[int, int] | None:
    """Return minutes from "oh five", "ten" or "forty five" at an index, and the index after them."""
    if words.text(at) in ("oh", "o") and DIGITS.get(words.text(at + 1)):
        return DIGITS[words.text(at + 1)], at + 2
    small = below_hundred(words, at)
    return small if small and 10 <= small[0] < 60 else None


def time_of_day(words: WordsAhead) -> Units | None:
    """ "five p m", "six thirty", "at ten oh five", "nine o'clock"."""
    first = words.text(0)
    hour = DIGITS.get(first) or TEENS.get(first, 0)
    if not 1 <= hour <= 12:
        return None
    if half := _half_day(words, 1):
        return [Unit(1, str(hour)), Unit(half[1] - 1, half[0])]
    if words.text(1) == "o'clock":
        return [Unit(1, str(hour)), Unit(1)]
    if not (minutes := _minutes(words, 1)):
        return None
    value, end = minutes
    time = f"{hour}:{value:02}"
    if half := _half_day(words, end):
        return [Unit(end, time), Unit(half[1] - end, half[0])]
    after = words.text(end)
    more = after in SMALL or after in ("hundred", "percent", "point", *SCALES, *DOLLARS, *CENTS)
    counted = after in UNITS or after.removesuffix("s") in SINGLE
    if more or counted or after == "oh":
        return None
    usual = value in (15, 30, 45) and words.text(1) != "oh"
    return [Unit(end, time)] if usual or words.previous in _TIME_BEFORE else None


def year(words: WordsAhead, at: int = 0, certain: bool = False) -> tuple[int, int] | None:
    """Return a year that is spoken in two halves, and the index after it: "nineteen forty five", "twenty oh six".

    Args:
        words: The words.
        at: Where it begins.
        certain: The words before it say that it is a year, so that "two thousand ten" is one as well.
    """
    first = words.text(at)
    century = TEENS.get(first) or (20 if first == "twenty" else 0)
    if certain and first == "two" and words.text(at + 1) == "thousand":
        behind = at + 2 + (words.text(at + 2) == "and" and words.hint(at + 3) in SMALL)
        rest = below_hundred(words, behind)
        return (2000 + rest[0], rest[1]) if rest else (2000, at + 2)
    if century < 10 or (century < 13 and not certain):
        return None
    if words.text(at + 1) in ("oh", "o") and DIGITS.get(words.text(at + 2)):
        value, end = DIGITS[words.text(at + 2)], at + 3
    elif (half := below_hundred(words, at + 1)) and half[0] >= 10:
        value, end = half
    else:
        return None
    if century < 13 and value < 60 and words.previous not in ("in", "since", "year", "of", *MONTHS):
        return None  # a time of day
    alike = words.text(at + 1) in TEENS and value == century + 1  # "thirteen fourteen" counts
    if alike or words.text(end) in ("hundred", *SCALES):
        return None
    return century * 100 + value, end


def years(words: WordsAhead) -> Units | None:
    """Years and decades: "nineteen forty five", "the nineteen nineties", "the eighteen hundreds"."""
    first = words.text(0)
    century = TEENS.get(first) or (20 if first == "twenty" else 0)
    if century >= 11 and words.text(1) == "hundreds":
        return [Unit(2, f"{century}00s")]
    if century >= 11 and words.text(1) in DECADES:
        return [Unit(2, f"{century}{DECADES[words.text(1)]}s")]
    certain = words.previous in YEAR_BEFORE
    if found := year(words, certain=certain):
        if first == "two" and found[1] == 2 and words.text(2):
            return None  # "in two thousand cases"; only where nothing follows it is the year
        if sign := DOLLARS.get(words.text(found[1])):  # a price in two halves
            return [Unit(found[1] + 1, f"{sign}{found[0] // 100}.{found[0] % 100:02}")]
        return [Unit(found[1], str(found[0]))]
    return None


def _is_month(words: WordsAhead, at: int) -> bool:
    text = words.text(at)
    return text in MONTHS and (text not in _AMBIGUOUS_MONTHS or words.case(at) == CAPITAL)


def dates(words: WordsAhead) -> Units | None:
    """Days of a month: "march third", "may twenty first nineteen ninety", "the fourth of july"."""
    first = words.text(0)
    if first in MONTHS and words.text(1) in (*SMALL, *ORDINALS, "the"):
        followed = words.text(1) in ORDINALS
        if not (_is_month(words, 0) or (followed and words.previous in ("on", "by", "until", "since", "of"))):
            return None
        month = Unit(1, first.capitalize())
        if found := year(words, 1, certain=True):
            return [month, Unit(found[1] - 1, str(found[0]))]
        skip = words.text(1) == "the"
        day = ordinal(words, 1 + skip)
        if day and day.value > 31:
            day = None
        suffix = day is not None
        if day is None and not skip:
            small = below_hundred(words, 1)
            day = Number(small[0], small[1]) if small and 1 <= small[0] <= 31 else None
        if day is None or words.text(day.end) in ("hundred", "percent", *SCALES):
            return None
        shown = with_suffix(day.value) if suffix else str(day.value)
        between = [Unit(1)] if skip else []
        if found := year(words, day.end, certain=True):
            return [
                month,
                *between,
                Unit(day.end - 1 - skip, shown + ","),
                Unit(found[1] - day.end, str(found[0])),
            ]
        return [month, *between, Unit(day.end - 1 - skip, shown)]
    day = ordinal(words) if first in ORDINALS or first in TENS else None
    if day and day.value <= 31 and words.text(day.end) == "of" and words.text(day.end + 1) in MONTHS:
        month = Unit(1, words.text(day.end + 1).capitalize())
        return [Unit(day.end, with_suffix(day.value)), Unit(1), month]
    return None
