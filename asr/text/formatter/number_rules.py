"""Numbers as they are written: years, times, money, percent, units, ordinals, dates, digits and telephone numbers.

Every rule looks at the words from the first one that is not written yet and returns them as units, or None. The style:
numbers below ten stay words in prose ("one of them", "three people") as most guides ask, and become digits where a
number is the point: money, percent, time of day, measures, decimals, dates, and after words such as "page".

text2num (PyPI), which was considered, converts whole texts; these rules also say when a number may still grow.
"""

from collections.abc import Callable
from itertools import pairwise

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
    cardinal,
    ordinal,
    with_suffix,
)
from asr.text.formatter.words_ahead import Unit, WordsAhead

Units = list[Unit]

MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_AMBIGUOUS_MONTHS = ("march", "may")
# Words after which even a small number is a name: "page 5".
_NAMED_BY_NUMBER = frozenset(
    {"page", "chapter", "room", "gate", "platform", "channel", "flight", "route", "highway", "apartment", "suite"}
    | {"version", "section", "figure", "volume", "episode", "season", "verse", "bus", "extension", "terminal"}
    | {"interstate", "pages", "chapters", "rooms", "python", "windows", "covid"}
)
_YEAR_BEFORE = frozenset(
    {"in", "since", "of", "by", "until", "till", "before", "after", "from", "year", "during", "around", "to"}
    | {"summer", "winter", "spring", "fall", "autumn", "early", "late", "mid", "circa", "and", *MONTHS}
)
_TIME_BEFORE = frozenset({"at", "by", "until", "till", "around", "about", "before", "after", "from"})
_UNITS = {
    "kilometers": "km",
    "kilometer": "km",
    "kilometres": "km",
    "centimeters": "cm",
    "centimeter": "cm",
    "centimetres": "cm",
    "millimeters": "mm",
    "millimeter": "mm",
    "millimetres": "mm",
    "kilograms": "kg",
    "kilogram": "kg",
    "kilos": "kg",
    "milligrams": "mg",
    "milliliters": "ml",
    "gigabytes": "GB",
    "gigabyte": "GB",
    "megabytes": "MB",
    "megabyte": "MB",
    "terabytes": "TB",
    "terabyte": "TB",
    "kilobytes": "KB",
    "kilobyte": "KB",
    "megahertz": "MHz",
    "gigahertz": "GHz",
    "kilohertz": "kHz",
    "hertz": "Hz",
    "kilowatts": "kW",
    "megawatts": "MW",
    "gigs": "gigs",
    "degrees": "degrees",
}
_PER_HOUR = {"kilometers": "km/h", "kilometres": "km/h", "miles": "mph"}
_DOLLARS = {"dollars": "$", "dollar": "$", "euros": "€", "euro": "€"}
_CENTS = ("cents", "cent")
_FIXED = {("nine", "eleven"): "9/11", ("twenty", "four", "seven"): "24/7", ("fifty", "fifty"): "50/50"}
_SINGLE = ("year", "minute", "hour", "second", "day", "week", "month", "foot", "man", "person", "mile", "page")
_HOURS = {text: value for text, value in (DIGITS | TEENS).items() if 1 <= value <= 12}
_MAX_DIGITS = 16  # of one string of digits


def _units_of_plain(count: int) -> Units:
    return [Unit(1)] * count


def _after(words: WordsAhead, end: int) -> tuple[str, int] | None:
    """Return what turns the number before it into an amount: the sign for "%", "p.m." and the like, and its end."""
    text = words.text(end)
    if text == "percent":
        return "%", end + 1
    if text == "per" and words.text(end + 1) == "cent":
        return "%", end + 2
    return None


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
    more = after in SMALL or after in ("hundred", "percent", "point", *SCALES, *_DOLLARS, *_CENTS)
    counted = after in _UNITS or after.removesuffix("s") in _SINGLE
    if more or counted or after == "oh":
        return None
    usual = value in (15, 30, 45) and words.text(1) != "oh"
    return [Unit(end, time)] if usual or words.previous in _TIME_BEFORE else None


def _digit_at(words: WordsAhead, at: int) -> tuple[str, int] | None:
    """Return the digits of one word, or of "double five"; "oh" is a zero within digits."""
    text = words.text(at)
    if text in DIGITS:
        return str(DIGITS[text]), at + 1
    if text in ("oh", "o"):
        return "0", at + 1
    times = {"double": 2, "triple": 3}.get(text)
    if times and words.hint(at + 1) in ("oh", "o", *DIGITS) and (one := _digit_at(words, at + 1)):
        return one[0] * times, one[1]
    return None


def digits(words: WordsAhead) -> Units | None:
    """Strings of digits: "nine one one", telephone numbers, codes. Counting ("one two three four") stays as it is."""
    first = words.text(0)
    text, end = "", 0
    long_distance = first == "one" and words.text(1) in DIGITS and words.text(2) == "hundred"
    if first in DIGITS and words.text(1 + long_distance) == "hundred":
        end = 2 + long_distance
        if _digit_at(words, end) is None:
            return None
        hundreds = DIGITS[words.text(end - 2)]
        text = f"{'1' * long_distance}{hundreds}00"  # "eight hundred five five five ..."
    elif first not in (*DIGITS, "oh", "double", "triple"):
        return None
    start = end
    while len(text) < _MAX_DIGITS:
        if one := _digit_at(words, end):
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
    named = words.previous in _NAMED_BY_NUMBER or words.previous in ("code", "pin", "number", "dial", "zip")
    if len(text) < 3 or (counting and not named):
        return _units_of_plain(end) if len(text) > 1 and counting else None
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
    certain = words.previous in _YEAR_BEFORE
    if found := year(words, certain=certain):
        if first == "two" and found[1] == 2 and words.text(2):
            return None  # "in two thousand cases"; only where nothing follows it is the year
        if sign := _DOLLARS.get(words.text(found[1])):  # a price in two halves
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


def _fraction(words: WordsAhead, at: int) -> tuple[str, int] | None:
    """Return the digits after "point" at an index, and the index after them."""
    if words.text(at) != "point":
        return None
    text, end = "", at + 1
    while one := _digit_at(words, end):
        text, end = text + one[0], one[1]
    if not text and (pair := below_hundred(words, end)):
        text, end = str(pair[0]), pair[1]
    return (text, end) if text else None


def _amount(words: WordsAhead, shown: str, end: int, small: bool, scale: int) -> Units | None:
    """Return the units of a number in digits and what belongs to it; None where a small number stays a word.

    Args:
        words: The words.
        shown: The number.
        end: The index after it.
        small: It stays a word unless it is an amount.
        scale: The scale after it, "million", or 0.
    """
    scales = [Unit(1)] if scale else []
    start = end - len(scales)
    if sign := _after(words, end):
        return [Unit(sign[1], shown + sign[0])] if not scale else [Unit(start, shown), *scales, Unit(1, "%")]
    text = words.text(end)
    if text in _DOLLARS:
        sign_text = _DOLLARS[text]
        if scale:
            return [Unit(start, sign_text + shown), Unit(2, words.text(end - 1))]
        if words.text(end + 1) == "and" and words.text(end + 2) in SMALL:
            cents = below_hundred(words, end + 2)
            if cents and words.text(cents[1]) in _CENTS:
                return [Unit(cents[1] + 1, f"{sign_text}{shown}.{cents[0]:02}")]
        return [Unit(end + 1, sign_text + shown)]
    if text in _PER_HOUR and words.text(end + 1) == "per" and words.text(end + 2) == "hour":
        return [Unit(start, shown), *scales, Unit(3, _PER_HOUR[text])]
    if text == "degrees" and words.text(end + 1) in ("celsius", "fahrenheit"):
        return [Unit(end + 2, f"{shown}°{words.text(end + 1)[0].upper()}")]
    if text in _UNITS:
        unit = _UNITS[text]
        return [Unit(start, shown), *scales, Unit(1, None if unit == text else unit)]
    if text in _CENTS:
        return [Unit(start, shown), *scales, Unit(1)]
    return None if small else [Unit(start, shown), *scales]


def _stays(words: WordsAhead, number: Number) -> Units | None:
    """Return words that must not become digits, "one or two hundred", "ten past five"; None for others."""
    if number.end == 1 and number.digit and words.text(1) in ("or", "to") and words.hint(2) in SMALL:
        other = cardinal(words, 2)
        if other and (other.value < 10 or words.text(2) in DIGITS):
            return _units_of_plain(other.end)
    after = words.text(number.end)
    if after in ("something", "odd", "ish", "somethings"):
        return _units_of_plain(number.end)
    if number.value in (5, 10, 20, 25) and after in ("to", "past") and words.text(number.end + 1) in _HOURS:
        hour = _HOURS[words.text(number.end + 1)]
        if after == "past" or hour < number.value:  # "ten past three", "ten to five", but not "ten to twelve people"
            return _units_of_plain(number.end + 2)
    return None


def cardinals(words: WordsAhead) -> Units | None:
    """Cardinals and decimals, with the signs and units after them."""
    first = words.text(0)
    for spoken, written in _FIXED.items():
        if first == spoken[0] and all(words.text(i) == text for i, text in enumerate(spoken)):
            after = words.text(len(spoken))
            if after not in SMALL and after not in ("hundred", *SCALES, *_DOLLARS):
                return [Unit(len(spoken), written)]
    if first in ("minus", "negative"):
        if words.previous in SMALL or words.hint(1) not in SMALL:
            return None
        number = cardinal(words, 1)
        if number is None:
            return None
        units = _amount(words, f"-{number.value:,}", number.end, number.digit, 0)
        return units
    if first == "point":
        fraction = _fraction(words, 0)
        if fraction is None or words.previous in SMALL:
            return None
        if not _after(words, fraction[1]) and words.text(fraction[1]) not in (*SCALES, *_UNITS):
            return None
        return _amount(words, "0." + fraction[0], fraction[1], False, 0)
    number = cardinal(words)
    if number is None:
        return None
    if stays := _stays(words, number):
        return stays
    if fraction := _fraction(words, number.end):
        end = fraction[1]
        scale = SCALES.get(words.text(end), 0)
        return _amount(words, f"{number.value}.{fraction[0]}", end + bool(scale), False, scale)
    if first in DIGITS and number.end == 1 and number.value and words.text(1) in TENS:  # "one fifty"
        pair = below_hundred(words, 1)
        assert pair is not None
        after = words.text(pair[1])
        if after not in SMALL and after not in ("hundred", "or", "to", *SCALES) and after not in _SINGLE:
            return _amount(words, str(number.value * 100 + pair[0]), pair[1], False, 0)
    if number.value >= 10**6 and number.scale > 1000 and number.value // number.scale < 1000:
        value = number.value // number.scale
        if first == "a":
            return _units_of_plain(number.end)
        return _amount(words, str(value), number.end, False, number.scale)
    if first == "a" and number.value in (100, 1000, 100_000):
        if sign := _after(words, number.end):
            return [Unit(sign[1], f"{number.value}%")]
        return _units_of_plain(number.end)
    small = number.value < 10 and number.digit and words.previous not in _NAMED_BY_NUMBER
    if small and words.text(1) in ("to", "or", "and") and words.previous == "between":
        return None
    if small and words.text(1) == "to" and words.hint(2) in (*TEENS, *TENS):  # "five to ten"
        other = cardinal(words, 2)
        if other and other.value >= 10:
            return [Unit(1, str(number.value)), Unit(1)]
    separated = not number.hundreds or words.previous not in _YEAR_BEFORE
    shown = f"{number.value:,}" if separated and not (number.hundreds and number.value < 2000) else str(number.value)
    if number.hundreds and words.text(number.end) in _DOLLARS:
        shown = f"{number.value:,}"
    return _amount(words, shown, number.end, small, 0)


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
