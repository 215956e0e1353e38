"""Dates in a search: "november", "29 nov", "2026", "2026-11-29" and "sunday" find the sessions of that time, too."""

import re
from collections.abc import Sequence

MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")  # as SQLite counts them
MONTH_LETTERS, DAY_LETTERS = 3, 4  # from how many letters on a name is meant: "sun" is a word, too
FORMATS = {4: "%Y", 7: "%Y-%m", 10: "%Y-%m-%d"}  # of SQLite's strftime, by the length of the text
_NUMBERS = re.compile(r"(?:19|20)\d\d(?:-\d\d(?:-\d\d)?)?")

Date = tuple[str, str]  # a format of SQLite's strftime, and what it gives for the sessions that are meant


def dates_of(words: Sequence[str]) -> list[Date | None]:
    """Return for each word of a search which date it may mean; a bare number is a day only beside a month."""
    plain = [word.strip(",.").lower() for word in words]
    months = [_named(word, MONTHS, MONTH_LETTERS) for word in plain]
    return [
        ("%m", f"{month + 1:02}") if month is not None else _date(word, beside_month=any(m is not None for m in months))
        for word, month in zip(plain, months, strict=True)
    ]


def _date(word: str, beside_month: bool) -> Date | None:
    day = _named(word, DAYS, DAY_LETTERS)
    if day is not None:
        return "%w", str(day)
    if _NUMBERS.fullmatch(word):
        return FORMATS[len(word)], word
    if beside_month and re.fullmatch(r"\d\d?", word):
        return "%d", f"{int(word):02}"
    return None


def _named(word: str, names: Sequence[str], least: int) -> int | None:
    found = [number for number, name in enumerate(names) if len(word) >= least and name.startswith(word)]
    return found[0] if found else None
