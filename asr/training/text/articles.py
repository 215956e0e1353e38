"""Convert encyclopaedia articles to sentences in spoken form, as text for a language model.

python -m asr.training.text.articles ARTICLES... --held DEV/manifest.jsonl TEST/manifest.jsonl \\
    --output TEXT_DIR/articles.txt.xz

A file has one paragraph per line, as text of Wikipedia or as WikiText (Merity et al. 2016), optionally compressed by
gzip; headings of WikiText are left out. Numbers and abbreviations are written out ("in 1981" -> "in nineteen eighty
one"). A sentence is left out if it still contains a symbol that cannot be spoken, or eight words in a row of a held-out
sentence.
"""

import argparse
import gzip
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from num2words import num2words

from asr.text.normalize import normalize
from asr.training.text import sentence_files

WORDS = (3, 40)  # of a sentence: shorter ones are titles, longer ones are lists

_SHORT = {
    **{"Mr": "mister", "Mrs": "missus", "Ms": "miss", "Dr": "doctor", "St": "saint", "Jr": "junior", "Sr": "senior"},
    **{"vs": "versus", "Mt": "mount", "Ft": "fort", "Gen": "general", "Lt": "lieutenant", "Col": "colonel"},
    **{"Capt": "captain", "Sgt": "sergeant", "Prof": "professor", "Rev": "reverend", "Gov": "governor"},
    **{"No": "number", "Nos": "numbers", "Vol": "volume", "approx": "approximately", "ca": "circa", "c": "circa"},
}
_UNITS = {
    **{"km": "kilometers", "m": "meters", "cm": "centimeters", "mm": "millimeters", "mi": "miles", "ft": "feet"},
    **{"in": "inches", "kg": "kilograms", "lb": "pounds", "g": "grams", "mph": "miles per hour"},
    **{"km/h": "kilometers per hour", "nmi": "nautical miles", "°F": "degrees fahrenheit", "°C": "degrees celsius"},
    **{"%": "percent", "°": "degrees", "ha": "hectares", "hp": "horsepower", "yd": "yards", "kW": "kilowatts"},
}
_ROMAN = {"II": 2, "III": 3, "IV": 4, "VI": 6, "VII": 7, "VIII": 8, "IX": 9, "XI": 11, "XII": 12, "XIV": 14}
_COUNTED = "War|Part|Act|Chapter|Type|Mark|Division|Volume|Phase|Class|Group|Fantasy|Stage|Title|Book|Episode"

_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_SUBSTITUTES = (
    (re.compile(r" @([-,.])@ "), r"\1"),  # WikiText separates the signs of a number
    (re.compile(r"\[[^\]]*\]|\([^()]*\)"), " "),  # notes and parentheses
    (re.compile(r"\b([A-Z])\.(?=[A-Z]\.)"), r"\1. "),  # U.S. -> U. S.
    (re.compile(r"\$ ?([\d.,]+)( (?:million|billion|trillion))?"), r"\1\2 dollars"),
    (re.compile(r"£ ?([\d.,]+)( (?:million|billion|trillion))?"), r"\1\2 pounds"),
    (re.compile(r"€ ?([\d.,]+)( (?:million|billion|trillion))?"), r"\1\2 euros"),
    (re.compile(r" & "), " and "),
    (re.compile(r"(?<=\d)[-\u2013](?=\d)"), " to "),  # 10-12
    (re.compile(rf"\b({_MONTHS}) (\d\d?)(?![\d.]|,(?! \d{{4}})|st|nd|rd|th| to)"), r"\1 \2th"),  # May 6, 1942
    (re.compile(rf"\b(\d\d?) (?={_MONTHS})"), r"\1th "),
    (re.compile(r"(?<=[a-z)]{2}[.!?])(?=[A-Z][a-z])"), " "),
)
_ENDS = re.compile(r"(?<=[a-z0-9)\"'%] [.!?]) (?=[\"' ]*[A-Z0-9])|(?<=[a-z0-9)\"'%][.!?]) (?=[\"' ]*[A-Z0-9])")
_TITLES = re.compile(rf"\b({'|'.join(_SHORT)})\.(?= )")
_UNIT = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
_NUMBER = re.compile(rf"(?<![\w.])(\d[\d,]*)(\.\d+)?(st|nd|rd|th|s|'s)?(?![\w])( ?(?:{_UNIT})(?![\w/]))?")
_NUMERAL = re.compile(rf"\b(\w+) ({'|'.join(_ROMAN)})\b")
_SPEAKABLE = re.compile(r"[A-Za-z\u00c0-\u024f'\u2018\u2019\u02bc\s\u2010-\u2015\u2212/_.,;:!?\"\u201c\u201d()-]*")


def spoken(number: str, fraction: str = "", suffix: str = "") -> str:
    """Write out a number: '1981' -> "nineteen eighty one", '1,236' -> "one thousand two hundred thirty six".

    Args:
        number: Digits, with or without commas.
        fraction: The point and the digits after it, or "".
        suffix: Of an ordinal ("th"), of a plural ("s", "'s"), or "".
    """
    value = int(number.replace(",", ""))
    if fraction:
        words = [num2words(value), "point", *(num2words(int(digit)) for digit in fraction[1:])]
    elif suffix in ("st", "nd", "rd", "th"):
        words = [num2words(value, to="ordinal")]
    elif len(number) == 4 and (1100 <= value < 2000 or 2010 <= value < 2100):
        words = [num2words(value // 100), spoken_year(value % 100)]
    else:
        words = [num2words(value)]
    text = " ".join(words).replace("-", " ").replace(",", "").replace(" and ", " ")
    if suffix in ("s", "'s"):  # the 1980s
        text = text[:-1] + "ies" if text.endswith("y") else text + ("es" if text.endswith("x") else "s")
    return text


def spoken_year(last: int) -> str:
    """Write out the last two digits of a year: 0 -> "hundred", 6 -> "oh six"."""
    if last == 0:
        return "hundred"
    return f"oh {num2words(last)}" if last < 10 else num2words(last)


def _written_out(match: re.Match[str]) -> str:
    number, fraction, suffix, unit = match.groups(default="")
    digits = number.rstrip(",")
    words = spoken(digits, fraction, suffix) + number[len(digits) :]
    if unit == " in" and not match.string[match.end() :].startswith((" (", ".", ",")):  # more often a preposition
        return f"{words} in"
    return f"{words} {_UNITS[unit.strip()]}" if unit else words


def _numeral(match: re.Match[str]) -> str:
    before, value = match[1], _ROMAN[match[2]]
    if re.fullmatch(_COUNTED, before):
        return f"{before} {num2words(value)}"
    return f"{before} the {num2words(value, to='ordinal')}" if before[0].isupper() else match[0]


def write_out(text: str) -> str:
    """Write out numbers, units and abbreviations of written text; capitals and marks stay."""
    for pattern, replacement in _SUBSTITUTES:
        text = pattern.sub(replacement, text)
    text = _TITLES.sub(lambda match: _SHORT[match[1]], text)
    text = _NUMERAL.sub(_numeral, re.sub(r"\s+", " ", text))
    text = re.sub(r" (?='(?:s|re|ve|ll|d|m|t)\b)", "", text)  # WikiText's "Steele 's"
    return _NUMBER.sub(_written_out, text)


def sentences(paragraph: str) -> Iterator[str]:
    """Yield the sentences of a paragraph in spoken form, without those that cannot be spoken."""
    for sentence in _ENDS.split(write_out(paragraph)):
        if not sentence.rstrip().endswith((".", "!", "?", '"')) or not _SPEAKABLE.fullmatch(sentence):
            continue
        text = normalize(sentence)
        if WORDS[0] <= text.count(" ") + 1 <= WORDS[1]:
            yield text


def read(path: Path) -> Iterator[str]:
    """Yield the paragraphs of a file, without WikiText's headings."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        yield from (line.strip() for line in file if not line.lstrip().startswith("="))


def articles(paths: Iterable[Path], held_out: Iterable[Path]) -> list[str]:
    """Return the sentences of all files once, sorted, without those that share text with evaluation sets.

    Args:
        paths: Files of paragraphs.
        held_out: Manifests of evaluation sets.
    """
    paragraphs = (paragraph for path in paths for paragraph in read(path))
    found = (sentence for paragraph in paragraphs for sentence in sentences(paragraph))
    return sentence_files.without_held_out(found, held_out)


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = sentence_files.make_parser(__doc__)
    parser.add_argument("articles", type=Path, nargs="+", help="files with one paragraph per line; *.gz is unpacked")
    return parser


def main() -> None:
    """Run the command."""
    args = make_parser().parse_args()
    sentence_files.write(args.output, articles(args.articles, args.held))


if __name__ == "__main__":
    main()
