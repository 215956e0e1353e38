"""Make spoken sentences of articles of an encyclopaedia, for a language model:

python -m asr.training.text.articles ARTICLES... --held DEV/manifest.jsonl TEST/manifest.jsonl \\
    --output TEXT_DIR/articles.txt.xz

A file holds a paragraph a line, as Wikipedia's text or as WikiText has it (Merity et al. 2016), packed by gzip or
not; lines of WikiText's headings are left out. Numbers and what is short for words are written out ("in 1981" ->
"in nineteen eighty one"). What still holds a sign that nobody can say makes its sentence go, and so does anything
that a held sentence shares eight words in a row with.
"""

import gzip
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from num2words import num2words

from asr.text.normalize import normalize
from asr.training.text import sentence_files

WORDS = (3, 40)  # of a sentence: fewer are names of things, more are lists

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
    (re.compile(r" @([-,.])@ "), r"\1"),  # WikiText's way to part a number's signs
    (re.compile(r"\[[^\]]*\]|\([^()]*\)"), " "),  # notes and what is said aside
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
_SAYABLE = re.compile(r"[A-Za-z\u00c0-\u024f'\u2018\u2019\u02bc\s\u2010-\u2015\u2212/_.,;:!?\"\u201c\u201d()-]*")


def spoken(number: str, fraction: str = "", suffix: str = "") -> str:
    """'1981' -> "nineteen eighty one", '1,236' -> "one thousand two hundred thirty six", '19', 'th' -> "nineteenth"."""
    value = int(number.replace(",", ""))
    if fraction:
        said = [num2words(value), "point", *(num2words(int(digit)) for digit in fraction[1:])]
    elif suffix in ("st", "nd", "rd", "th"):
        said = [num2words(value, to="ordinal")]
    elif len(number) == 4 and (1100 <= value < 2000 or 2010 <= value < 2100):
        said = [num2words(value // 100), spoken_year(value % 100)]
    else:
        said = [num2words(value)]
    text = " ".join(said).replace("-", " ").replace(",", "").replace(" and ", " ")
    if suffix in ("s", "'s"):  # the 1980s
        text = text[:-1] + "ies" if text.endswith("y") else text + ("es" if text.endswith("x") else "s")
    return text


def spoken_year(last: int) -> str:
    """The last two digits of a year."""
    if last == 0:
        return "hundred"
    return f"oh {num2words(last)}" if last < 10 else num2words(last)


def _written_out(match: re.Match[str]) -> str:
    number, fraction, suffix, unit = match.groups(default="")
    digits = number.rstrip(",")
    said = spoken(digits, fraction, suffix) + number[len(digits) :]
    if unit == " in" and not match.string[match.end() :].startswith((" (", ".", ",")):  # more often a preposition
        return f"{said} in"
    return f"{said} {_UNITS[unit.strip()]}" if unit else said


def _numeral(match: re.Match[str]) -> str:
    before, value = match[1], _ROMAN[match[2]]
    if re.fullmatch(_COUNTED, before):
        return f"{before} {num2words(value)}"
    return f"{before} the {num2words(value, to='ordinal')}" if before[0].isupper() else match[0]


def sentences(paragraph: str) -> Iterator[str]:
    """The sentences of a paragraph that can be said, in spoken form."""
    for pattern, put in _SUBSTITUTES:
        paragraph = pattern.sub(put, paragraph)
    paragraph = _TITLES.sub(lambda match: _SHORT[match[1]], paragraph)
    paragraph = _NUMERAL.sub(_numeral, re.sub(r"\s+", " ", paragraph))
    for sentence in _ENDS.split(paragraph):
        sentence = re.sub(r" (?='(?:s|re|ve|ll|d|m|t)\b)", "", sentence)  # WikiText's "Steele 's"
        sentence = _NUMBER.sub(_written_out, sentence)
        if not sentence.rstrip().endswith((".", "!", "?", '"')) or not _SAYABLE.fullmatch(sentence):
            continue
        said = normalize(sentence)
        if WORDS[0] <= said.count(" ") + 1 <= WORDS[1]:
            yield said


def read(path: Path) -> Iterator[str]:
    """The paragraphs of a file, without WikiText's headings."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        yield from (line.strip() for line in file if not line.lstrip().startswith("="))


def articles(paths: Iterable[Path], held: Iterable[Path]) -> list[str]:
    """The sentences of all files once, sorted; none that is held or shares eight words in a row with one."""
    paragraphs = (paragraph for path in paths for paragraph in read(path))
    return sentence_files.unscored((sentence for paragraph in paragraphs for sentence in sentences(paragraph)), held)


def main() -> None:
    parser = sentence_files.arguments(__doc__)
    parser.add_argument("articles", type=Path, nargs="+", help="a paragraph a line; *.gz is unpacked")
    args = parser.parse_args()
    sentence_files.write(args.output, articles(args.articles, args.held))


if __name__ == "__main__":
    main()
