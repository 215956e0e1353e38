"""The ways in which a written word may be spoken: "1984," is "nineteen eighty four" or "one nine eight four".

What reads a text to find it in a sound needs all likely forms, and lets the sound decide. It is English; the words are
spelt as the lexicon spells them.
"""

import re
from collections.abc import Collection, Iterator

from asr.text.normalize import normalize

Form = tuple[str, ...]  # spoken words

_UNITS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_GROUPS = ("", "thousand", "million", "billion", "trillion")
_ORDINALS = {
    **{"one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth"},
    **{"twelve": "twelfth"},
}
_ABBREVIATIONS = {
    **{"mr": "mister", "mrs": "missus", "ms": "miss", "dr": "doctor", "st": "saint", "prof": "professor"},
    **{"vs": "versus", "etc": "et cetera", "jr": "junior", "sr": "senior", "lt": "lieutenant", "capt": "captain"},
    **{"gen": "general", "col": "colonel", "no": "number", "vol": "volume", "mt": "mount", "km": "kilometers"},
    **{
        "cm": "centimeters",
        "mm": "millimeters",
        "kg": "kilograms",
        "lb": "pounds",
        "ft": "feet",
        "mph": "miles per hour",
    },
}
_SIGNS = {"&": "and", "+": "plus", "=": "equals", "@": "at", "%": "percent", "#": "number", "°": "degrees"}
_CURRENCIES = {"$": ("dollar", "cent"), "£": ("pound", "penny"), "€": ("euro", "cent")}
_PLURALS = {"penny": "pence"}

_MONEY = re.compile(r"([$£€])(\d[\d,]*)(?:\.(\d\d))?(?!\d)")
_CLOCK = re.compile(r"(\d\d?):(\d\d)(?!\d)")
_NUMBER = re.compile(r"(\d[\d,]*\d|\d)(\.\d+)?(st|nd|rd|th|'?s)?(?![a-z\d])")
_PIECE = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*'?|\d+|[&+=@%#°]")
LONGEST_NUMBER = 15  # digits that are read as one number; more are read one by one


def spoken_forms(word: str, known: Collection[str] = ()) -> tuple[Form, ...]:
    """Return the ways in which a written word may be spoken, the likeliest first; none for marks alone.

    Args:
        word: Without white space.
        known: Words of the lexicon: a word among them is spoken as it stands, also one with digits.
    """
    plain = word.lower().strip('.,;:!?"()[]{}\u2026\u201c\u201d*_-\u2013\u2014')
    if plain in known:
        return ((plain,),)
    text = normalize(word)
    forms: list[Form] = []
    if not any(c.isdecimal() for c in word) and not any(sign in word for sign in _SIGNS):
        forms += [tuple(text.split())] if text else []
        if text in _ABBREVIATIONS:
            forms.append(tuple(_ABBREVIATIONS[text].split()))
        if text and _are_initials(word, text, known):
            forms.append(tuple(text.replace(" ", "").replace("'", "")))
    else:
        forms += _with_numbers(plain)
    return tuple(dict.fromkeys(form for form in forms if form))


def _are_initials(word: str, text: str, known: Collection[str]) -> bool:
    """Return whether letters may be read one by one: U.S., NATO, and anything short that no lexicon knows."""
    letters = re.sub(r"[\W\d_]", "", word)
    return len(letters) > 1 and len(letters) <= 6 and (letters.isupper() or (len(letters) <= 3 and text not in known))


def _with_numbers(word: str) -> Iterator[Form]:
    """Yield the forms of a word with digits or signs in it."""
    if found := _MONEY.fullmatch(word):
        yield from _money(*found.groups())
    elif found := _CLOCK.fullmatch(word):
        hour, minute = (int(part) for part in found.groups())
        yield cardinal(hour) + (_minutes(minute) if minute else ("o'clock",))
        yield cardinal(hour) + _minutes(minute)
    elif found := _NUMBER.fullmatch(word):
        yield from _number(*found.groups(default=""))
    else:  # piece by piece: mp3, 10%, 3-4, a&b
        choices: list[tuple[Form, ...]] = []
        for piece in _PIECE.findall(word):
            if piece in _SIGNS:
                choices.append(((_SIGNS[piece],),))
            elif piece.isdecimal():
                choices.append(tuple(_number(piece, "", "")))
            else:
                choices.append((tuple(normalize(piece).split()), tuple(normalize(piece).replace(" ", ""))))
        if choices:
            for i in range(max(map(len, choices))):
                yield sum((choice[min(i, len(choice) - 1)] for choice in choices), ())


def _money(sign: str, whole: str, part: str | None) -> Iterator[Form]:
    value = int(whole.replace(",", ""))
    unit, cent = _CURRENCIES[sign]
    amount = (*cardinal(value), unit if value == 1 else _PLURALS.get(unit, f"{unit}s"))
    if part and int(part):
        cents = int(part)
        yield (*amount, *cardinal(cents))
        yield (*cardinal(value), *cardinal(cents))
        yield (*amount, "and", *cardinal(cents), cent if cents == 1 else _PLURALS.get(cent, f"{cent}s"))
    else:
        yield amount
        yield cardinal(value)  # "$5 million": the unit comes after the next word


def _minutes(minute: int) -> Form:
    return ("oh", *cardinal(minute)) if 0 < minute < 10 else cardinal(minute) if minute else ()


def _number(digits: str, fraction: str, suffix: str) -> Iterator[Form]:
    """Yield the forms of a number. `fraction`: ".5" or ""; `suffix`: of an ordinal, of a plural, or ""."""
    plain = digits.replace(",", "")
    one_by_one = tuple(_UNITS[int(digit)] for digit in plain)
    if len(plain) > LONGEST_NUMBER:
        yield one_by_one
        return
    value = int(plain)
    if fraction:
        after = tuple(_UNITS[int(digit)] for digit in fraction[1:])
        yield (*cardinal(value), "point", *after)
        return
    if suffix in ("st", "nd", "rd", "th"):
        yield ordinal(value)
        return
    forms = [cardinal(value)]
    if value >= 100 and value % 100:
        forms.append(cardinal(value, conjunction=True))
    if len(plain) == 4 and value >= 1000:  # a year
        high, low = divmod(value, 100)
        pairs = cardinal(high) + (("oh", *cardinal(low)) if 0 < low < 10 else cardinal(low) if low else ("hundred",))
        forms.insert(0 if 1100 <= value < 2000 or 2010 <= value < 2100 else len(forms), pairs)
    if len(plain) == 3:
        high, low = divmod(value, 100)
        if low >= 10:
            forms.append(cardinal(high) + cardinal(low))
    if len(plain) > 1:
        forms.append(one_by_one)
        forms.append(tuple("oh" if digit == "zero" else digit for digit in one_by_one))
    for form in forms:
        yield (*form[:-1], _plural(form[-1])) if suffix else form


def cardinal(value: int, conjunction: bool = False) -> Form:
    """Write out a whole number below 10 ** 15, with "and" after the hundreds if wanted."""
    if value < 20:
        return (_UNITS[value],)
    if value < 100:
        return (_TENS[value // 10 - 2], *(cardinal(value % 10) if value % 10 else ()))
    if value < 1000:
        rest = cardinal(value % 100) if value % 100 else ()
        return (_UNITS[value // 100], "hundred", *(("and",) if conjunction and rest else ()), *rest)
    words: Form = ()
    for power in range(len(_GROUPS) - 1, -1, -1):
        group = value // 1000**power % 1000
        if group:
            joined = ("and",) if conjunction and words and power == 0 and group < 100 else ()
            words += (*joined, *cardinal(group, conjunction), *((_GROUPS[power],) if power else ()))
    return words


def ordinal(value: int) -> Form:
    """Write out an ordinal number."""
    *before, last = cardinal(value)
    if last in _ORDINALS:
        return (*before, _ORDINALS[last])
    return (*before, last[:-1] + "ieth" if last.endswith("y") else last + "th")


def _plural(word: str) -> str:
    return word[:-1] + "ies" if word.endswith("y") else word + ("es" if word.endswith("x") else "s")
