"""Titles, initials, abbreviations that are spelled, e-mail addresses and web addresses as they are written."""

from asr.text.formatter.inputs import CAPITAL
from asr.text.formatter.words_ahead import Unit, Units, WordsAhead

_TITLES = {"mister": "Mr.", "missus": "Mrs.", "mr": "Mr.", "mrs": "Mrs.", "ms": "Ms.", "doctor": "Dr.", "dr": "Dr."}
# Two letters that are an abbreviation even with an "a" or an "i" in them, or before a name.
_KNOWN = frozenset(
    (
        *(
            "ac",
            "ad",
            "ai",
            "ar",
            "ba",
            "ca",
            "dc",
            "dj",
            "eu",
            "hr",
            "id",
            "io",
            "ip",
            "iq",
            "it",
            "iv",
            "la",
            "ma",
            "ny",
        ),
        *("oj", "pa", "pc", "pe", "pr", "qa", "tv", "ui", "uk", "un", "us", "va", "vp", "vr", "ww"),
    )
)
_NOT_NAMES = frozenset(
    (
        *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january", "february", "march"),
        *("april", "may", "june", "july", "august", "september", "october", "november", "december", "english", "i"),
    )
)
_JOINS = {"dot": ".", "underscore": "_", "dash": "-", "hyphen": "-"}
_DOMAINS = frozenset(
    (
        *(
            "com",
            "org",
            "net",
            "edu",
            "gov",
            "io",
            "uk",
            "us",
            "de",
            "fr",
            "eu",
            "ca",
            "au",
            "info",
            "tv",
            "ai",
            "co",
            "fm",
        ),
        *("js", "py", "txt", "pdf", "html", "json", "md", "exe", "app", "dev", "tech"),
    )
)
_NO_HOSTS = frozenset(
    (
        *(
            "the",
            "a",
            "this",
            "that",
            "every",
            "and",
            "or",
            "of",
            "in",
            "to",
            "is",
            "on",
            "with",
            "at",
            "dot",
            "for",
            "your",
        ),
    )
)


def titles(words: WordsAhead) -> Units | None:
    """ "mister smith" -> "Mr. Smith"; a title without a name stays."""
    title = _TITLES.get(words[0].text)
    return [Unit(1, title)] if title and words.case(1) in (CAPITAL, CAPITAL + 2) else None


def _is_letter(text: str) -> bool:
    return len(text) == 1 and text.isalpha()


def letters(words: WordsAhead) -> Units | None:
    """Spelled abbreviations and initials: "f b i" -> FBI, "j k rowling" -> "J.K. Rowling", "john f kennedy"."""
    first = words[0].text
    if not _is_letter(first):
        return None
    if first in "ai" and not _is_letter(words.hint(1)):
        return None
    if first == "a" and words.hint(1) == "m":
        return None
    end = 1
    while _is_letter(words.text(end)) and end < 10:
        end += 1
    if words[end - 1].text in "ai" and end > 1:  # "plan b i think", "vitamin c a day": a word of its own
        joined = "".join(words[i].text for i in range(end))
        known = joined in _KNOWN or joined == "usa" or joined[:-1] not in _KNOWN
        if (end == 2 and joined not in _KNOWN) or (end > 2 and not known):
            end -= 1
    run = "".join(words[i].text for i in range(end))
    if end == 1 and first in "aio":
        return None
    name = words.case(end) == CAPITAL and words.text(end) not in _NOT_NAMES
    if end <= 2 and name and run not in _KNOWN and not (end == 2 and run[0] in "ai" and run not in ("aa", "aj")):
        return [Unit(end, "".join(f"{letter}." for letter in run.upper()))]
    if end == 2 and (run[0] in "ai" and run not in _KNOWN):
        return None
    return [Unit(end, run.upper())]


def _joined(words: WordsAhead, at: int) -> tuple[str, int, str] | None:
    """Return "john.smith" from "john dot smith" at an index, the index after it, and the last part."""
    text, end, last = words.text(at), at + 1, words.text(at)
    if not text or text in _NO_HOSTS:
        return None
    while words.hint(end) in _JOINS and words.text(end) in _JOINS:
        part = words.text(end + 1)
        if not part:
            return None
        text, end, last = text + _JOINS[words.text(end)] + part, end + 2, part
    return text.replace("'", ""), end, last


def addresses(words: WordsAhead) -> Units | None:
    """E-mail and web addresses: "jane at example dot com", "www dot example dot org"."""
    if words.hint(1) not in ("at", *_JOINS) or words[0].text in _NO_HOSTS or not (local := _joined(words, 0)):
        return None
    text, end, last = local
    if words.hint(end) == "at":
        if words.hint(end + 1) in _NO_HOSTS or words.hint(end + 2) not in ("", *_JOINS) or words.text(end) != "at":
            return None if "." not in text or last not in _DOMAINS else [Unit(end, text)]
        host = _joined(words, end + 1)
        if host and "." in host[0] and host[2] in _DOMAINS:
            return [Unit(host[1], f"{text}@{host[0]}")]
    if words.text(1) == "dot" and last in _DOMAINS:
        return [Unit(end, text)]
    return None


def names(words: WordsAhead) -> Units | None:
    """Return the units that the first rule makes of the words; None if none applies. Raises MoreNeededError."""
    for rule in (addresses, titles, letters):
        if units := rule(words):
            return units
    return None
