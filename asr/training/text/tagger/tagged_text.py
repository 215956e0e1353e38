"""Written text as the words a recogniser would print, each with its mark and its case: what the tagger learns from.

"I guess she was 92." becomes (i, -), (guess, -), (she, -), (was, -), (ninety, -), (two, "."). Numbers, units and
abbreviations are written out as for the language models (`asr.training.text.articles`); hyphens separate words.

Marks are reduced to those that the tagger writes: "!" ends a sentence and becomes "."; ";", ":" and dashes become ",".
"""

import lzma
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from asr.text.formatter.inputs import CAPITAL, COMMA, LOWER, MIXED, NONE, PERIOD, QUESTION, UPPER
from asr.text.normalize import normalize
from asr.training.text.articles import write_out

_OPENING = "\"'([{<*_“”‘’«»¿¡…"
_LEADING = re.compile(rf"^[{re.escape(_OPENING)}.]+")
_TRAILING = re.compile(r"[^\w]+$")
_DASH = re.compile(r"\s+[-–—]+\s+|\s*[–—]+\s*|--+|(?<=\w)-\s+")
_INITIALS = re.compile(r"\b(?:[A-Za-z]\.){2,}(?!\w)|\b[A-Z]\.(?= [A-Z][a-z])")
_CORE = re.compile(r"[A-Za-z\u00c0-\u024f]+(?:['’][A-Za-z\u00c0-\u024f]+)*['’]?")
_SPELLED = re.compile(r"[A-Z]{2,5}")
_TIME = re.compile(r"\b(\d{1,2}):(\d\d)(?![\d:])")
_HALF_DAY = re.compile(r"(?<=\d)\s?([ap])\.?m\b\.?", re.IGNORECASE)
_TITLE = re.compile(r"\b(Mr|Mrs|Ms|Dr|St|Gen|Lt|Col|Capt|Sgt|Prof|Rev|Gov)\.? (?=[A-Z])")
_TITLES = {
    **{"Mr": "Mister", "Mrs": "Missus", "Ms": "Miss", "Dr": "Doctor", "St": "Saint", "Gen": "General"},
    **{"Lt": "Lieutenant", "Col": "Colonel", "Capt": "Captain", "Sgt": "Sergeant", "Prof": "Professor"},
    **{"Rev": "Reverend", "Gov": "Governor"},
}
_SHOUTED = re.compile(r"\b[A-Z]{2,}(?: [A-Z]{2,}){2,}\b")


@dataclass(frozen=True)
class Token:
    """One word of written text."""

    spoken: str  # a-z and apostrophe, as the recogniser prints it
    written: str  # with its capitals, without marks
    mark: int  # after the word: NONE, COMMA, PERIOD or QUESTION
    first: bool  # the first word of a sentence: its capital says nothing about the word


def case_of(written: str) -> int:
    """Return the case of a word: "Paris's" is CAPITAL, "USA" is UPPER, "iPhone" and "McDonald" are MIXED."""
    stem = re.sub(r"['’][a-z]+$", "", written)
    if stem == stem.lower():
        return LOWER
    if stem[:1].isupper() and stem[1:] == stem[1:].lower():
        return CAPITAL
    return UPPER if stem.isupper() and stem == written else MIXED


def _mark(trailing: str, next_capital: bool) -> int:
    """Return the mark of the signs after a word; dots that trail off end a sentence if a capital follows them."""
    if "?" in trailing:
        return QUESTION
    if "…" in trailing or ".." in trailing:
        return PERIOD if next_capital else COMMA
    if "." in trailing or "!" in trailing:
        return PERIOD
    return COMMA if any(sign in trailing for sign in ",;:—") else NONE


def tokens(line: str, known: frozenset[str] | set[str] = frozenset()) -> list[Token]:
    """Return the words of a line of written text; sentences with words that cannot be spoken are left out.

    Args:
        line: A paragraph, a turn or a sentence.
        known: Words that a recogniser prints. Capitals that are not among them ("AWS") are spelled as letters.
    """
    line = _DASH.sub(", ", line.replace("’", "'").replace("‘", "'"))
    line = _SHOUTED.sub("#", line)  # headings
    line = _TITLE.sub(lambda m: _TITLES[m[1]] + " ", line)
    line = _HALF_DAY.sub(r" \1m", line)
    line = _TIME.sub(lambda m: f"{m[1]} {m[2] if m[2] > '09' else 'oh ' + m[2][1] if m[2] != '00' else ''}", line)
    line = _INITIALS.sub(lambda m: " ".join(m[0].replace(".", " ").split()), line)
    raw = [piece for word in write_out(line).split() for piece in re.split(r"(?<=\w)[-/](?=\w)", word)]
    found: list[Token] = []
    sentence: list[Token] = []
    usable, first = True, True
    for i, piece in enumerate(raw):
        core = _LEADING.sub("", piece)
        trailing = match[0] if (match := _TRAILING.search(core)) else ""
        core = core[: len(core) - len(trailing)]
        if trailing.startswith("'") and core.endswith("s"):
            trailing = trailing[1:]
        after = _LEADING.sub("", raw[i + 1]) if i + 1 < len(raw) else "X"
        mark = _mark(trailing, after[:1].isupper())
        if not core:
            if mark and sentence:
                last = sentence[-1]
                sentence[-1] = Token(last.spoken, last.written, max(mark, last.mark), last.first)
        elif not _CORE.fullmatch(core):
            usable = False
        else:
            spoken = normalize(core)
            if _SPELLED.fullmatch(core) and spoken not in known and not first:
                letters = [Token(letter.lower(), letter, NONE, False) for letter in core]
                sentence += [*letters[:-1], Token(letters[-1].spoken, letters[-1].written, mark, False)]
            elif spoken and " " not in spoken:
                sentence.append(Token(spoken, core, mark, first))
            else:
                usable = False
            first = False
        if mark in (PERIOD, QUESTION) or i + 1 == len(raw):
            if usable:
                found += sentence
            sentence, usable, first = [], True, True
    return found


def read_tokens(paths: Iterable[Path], known: frozenset[str] | set[str] = frozenset()) -> Iterator[list[Token]]:
    """Yield the words of each line of files of written text (*.txt.xz), without empty ones."""
    for path in paths:
        with lzma.open(path, "rt", encoding="utf-8") as file:
            for line in file:
                if words := tokens(line, known):
                    yield words
