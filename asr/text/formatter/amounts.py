"""Amounts: a number in digits with what belongs to it, a sign, a currency or a unit."""

from asr.text.formatter.digit_rules import digit_at
from asr.text.formatter.numerals import SMALL, below_hundred
from asr.text.formatter.words_ahead import Unit, Units, WordsAhead

UNITS = {
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
PER_HOUR = {"kilometers": "km/h", "kilometres": "km/h", "miles": "mph"}
DOLLARS = {"dollars": "$", "dollar": "$", "euros": "€", "euro": "€"}
CENTS = ("cents", "cent")
SINGLE = ("year", "minute", "hour", "second", "day", "week", "month", "foot", "man", "person", "mile", "page")


def sign_after(words: WordsAhead, end: int) -> tuple[str, int] | None:
    """Return what turns the number before it into an amount: the sign for "%", "p.m." and the like, and its end."""
    text = words.text(end)
    if text == "percent":
        return "%", end + 1
    if text == "per" and words.text(end + 1) == "cent":
        return "%", end + 2
    return None


def fraction_at(words: WordsAhead, at: int) -> tuple[str, int] | None:
    """Return the digits after "point" at an index, and the index after them."""
    if words.text(at) != "point":
        return None
    text, end = "", at + 1
    while one := digit_at(words, end):
        text, end = text + one[0], one[1]
    if not text and (pair := below_hundred(words, end)):
        text, end = str(pair[0]), pair[1]
    return (text, end) if text else None


def amount(words: WordsAhead, shown: str, end: int, small: bool, scale: int) -> Units | None:
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
    if sign := sign_after(words, end):
        return [Unit(sign[1], shown + sign[0])] if not scale else [Unit(start, shown), *scales, Unit(1, "%")]
    text = words.text(end)
    if text in DOLLARS:
        sign_text = DOLLARS[text]
        if scale:
            return [Unit(start, sign_text + shown), Unit(2, words.text(end - 1))]
        if words.text(end + 1) == "and" and words.text(end + 2) in SMALL:
            cents = below_hundred(words, end + 2)
            if cents and words.text(cents[1]) in CENTS:
                return [Unit(cents[1] + 1, f"{sign_text}{shown}.{cents[0]:02}")]
        return [Unit(end + 1, sign_text + shown)]
    if text in PER_HOUR and words.text(end + 1) == "per" and words.text(end + 2) == "hour":
        return [Unit(start, shown), *scales, Unit(3, PER_HOUR[text])]
    if text == "degrees" and words.text(end + 1) in ("celsius", "fahrenheit"):
        return [Unit(end + 2, f"{shown}°{words.text(end + 1)[0].upper()}")]
    if text in UNITS:
        unit = UNITS[text]
        return [Unit(start, shown), *scales, Unit(1, None if unit == text else unit)]
    if text in CENTS:
        return [Unit(start, shown), *scales, Unit(1)]
    return None if small else [Unit(start, shown), *scales]
