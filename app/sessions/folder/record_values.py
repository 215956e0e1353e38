"""Values of journal records, which may come from anywhere: types and ranges are checked.

Each function raises ValueError for what is none; the message says why.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from app.sessions.folder.session_sound import MAX_RATE
from asr.updates import Alternative, Word

MAX_ALTERNATIVES = 5  # of a doubtful word; others are not kept
MAX_NUMBER = 1e9  # seconds are smaller
MAX_CREATED = 250_000_000_000  # seconds since 1970: a year of four digits, in every time zone


def checked_number(value: Any, most: float = MAX_NUMBER) -> float:
    """Return a finite number as a float. Raises ValueError for anything else."""
    if type(value) in (float, int) and -most <= value <= most:  # false for NaN and infinity
        return float(value)
    raise ValueError("a number in it is none, or out of range")


def checked_string(value: Any) -> str:
    """Return a text."""
    if not isinstance(value, str):
        raise ValueError("a text in it is none")
    return value


def checked_kind(value: Any) -> str:
    """Return the kind of a session."""
    if value not in ("live", "file", "dictation"):
        raise ValueError("unknown kind")
    return str(value)


def checked_created(value: Any) -> float:
    """Return a time that calendars know."""
    created = checked_number(value, MAX_CREATED)
    if created < 0:
        raise ValueError("before 1970")
    return created


def checked_rate(value: Any) -> int:
    """Return a sample rate in Hz."""
    rate = checked_number(value, MAX_RATE)
    if rate != int(rate) or rate < 1:
        raise ValueError("no sample rate")
    return int(rate)


def checked_words(rows: Any) -> tuple[Word, ...]:
    """Return the words of a record. Raises ValueError if one is none."""
    if not isinstance(rows, list):
        raise ValueError("its words are none")
    words = []
    for row in rows:
        if not isinstance(row, list) or len(row) not in (4, 5):
            raise ValueError("one of its words is none")
        text, start, end, confidence = row[:4]
        display = checked_string(row[4]) if len(row) == 5 else None
        numbers = checked_number(start), checked_number(end), checked_number(confidence, 1.001)
        words.append(Word(checked_string(text), *numbers, display))
    return tuple(words)


def with_alternatives(words: tuple[Word, ...], others: Any) -> tuple[Word, ...]:
    """Return words with their alternatives. Raises ValueError if these are none."""
    result = list(words)
    if not isinstance(others, list):
        raise ValueError("its alternatives are none")
    for row in others:
        match row:
            case [int(number), [*pairs]] if 0 <= number < len(words) and len(pairs) <= MAX_ALTERNATIVES:
                if not all(isinstance(pair, list) and len(pair) == 2 for pair in pairs):
                    raise ValueError("one of its alternatives is none")
                found = tuple(Alternative(checked_string(text), checked_number(score, 1.001)) for text, score in pairs)
                result[number] = replace(words[number], alternatives=found)
            case _:
                raise ValueError("its alternatives are none")
    return tuple(result)


def keep_alternatives(before: Iterable[Word], after: tuple[Word, ...]) -> tuple[Word, ...]:
    """Return the words after an edit with the alternatives of those before it that have the same time."""
    known = {(word.start, word.end): word.alternatives for word in before if word.alternatives}
    return tuple(
        replace(word, alternatives=known[word.start, word.end]) if (word.start, word.end) in known else word
        for word in after
    )
