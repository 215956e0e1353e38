"""Your vocabulary: words and phrases of one's own, from a plain text file with one a line.

    # colleagues
    McAllister
    Nguyen = win = N UW Y EH N
    Kaduna Bay = kah-doona bay
    C++ = see plus plus
    Battery Park :2

After `=` stands how the words sound: in spelling, or in ARPAbet phones, which are upper case and parted by `|` between
two words. Several `=` give several pronunciations. A hyphen joins what belongs to one word. `:2` at the end makes an
entry twice as likely to be chosen as others, `:0.5` half as likely. `#` begins a comment.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from asr.errors import VocabularyError
from asr.limits import LIMITS, outside
from asr.text.normalize import normalize
from asr.text.phones import PHONES

_WEIGHT = re.compile(r"(?:^|\s):(?!\s)(\S*)$")
_SIGNS = "#%&*@"  # punctuation by Unicode, and yet spoken
_COMMENT = re.compile(r"(?:^|\s)#.*$")


class Sound(NamedTuple):
    """How one word of an entry sounds."""

    parts: tuple[str, ...]  # phones, or words of a-z and apostrophe
    phones: bool = False  # `parts` are phones


@dataclass(frozen=True)
class Entry:
    """A word or a phrase."""

    words: tuple[str, ...]  # as they are written
    sounds: tuple[tuple[Sound, ...], ...] = ()  # one Sound a word, for each given pronunciation; (): from the spelling
    weight: float = 1.0  # times the usual preference for words of the vocabulary
    line: int = 0  # number of its line, from 1 on

    @property
    def written(self) -> str:
        """The entry as it is written."""
        return " ".join(self.words)


@dataclass(frozen=True)
class Vocabulary:
    """Entries, in the order of their lines. Equal vocabularies give equal results."""

    entries: tuple[Entry, ...] = ()
    name: str = "the vocabulary"  # of the file, for errors

    def __bool__(self) -> bool:
        return bool(self.entries)

    @classmethod
    def read(cls, path: Path) -> "Vocabulary":
        """Read a file.

        Raises:
            VocabularyError: It cannot be read, or a line is no entry; the error names the line.
        """
        limit = int(LIMITS["vocabulary bytes"][1])
        try:
            with path.open("rb") as file:
                stored = file.read(limit + 1)
        except OSError as error:
            raise VocabularyError("cannot-read", path=path, reason=error.strerror or error) from error
        if len(stored) > limit:
            raise VocabularyError("too-large", path=path, limit=limit)
        try:
            text = stored.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = stored.count(b"\n", 0, error.start) + 1
            raise VocabularyError("not-utf-8", path=path, line=line) from error
        return cls.parse(text, str(path))

    @classmethod
    def parse(cls, text: str, name: str = "the vocabulary") -> "Vocabulary":
        """Return the entries of a text.

        Args:
            text: One entry a line.
            name: Of the file, for errors.

        Raises:
            VocabularyError: A line is no entry; the error names it.
        """
        entries = tuple(_entries(text, name))
        if wrong := outside({"vocabulary entries": len(entries)}):
            raise VocabularyError("too-many", name=name, found=len(entries), limit=", ".join(wrong))
        return cls(entries, name)


NO_VOCABULARY = Vocabulary()


@dataclass(frozen=True)
class PronouncedWord:
    """A word of an entry, and how the recogniser expects it to sound."""

    written: str
    known: bool  # the recogniser knows it without the vocabulary
    pronunciations: tuple[str, ...]  # phones with blanks between, the likeliest first


def _entries(text: str, name: str) -> Iterator[Entry]:
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), 1):
        if content := _COMMENT.sub("", line).strip():
            yield _entry(content, name, number)


def _entry(content: str, name: str, line: int) -> Entry:
    """Parse one line without its comment."""

    weight = 1.0
    if match := _WEIGHT.search(content):
        try:
            weight = float(match[1])
        except ValueError:
            weight = float("nan")
        if outside({"vocabulary weight": weight}):
            lowest, highest = LIMITS["vocabulary weight"]
            raise VocabularyError("bad-weight", name=name, line=line, found=match[1], lowest=lowest, highest=highest)
        content = content[: match.start()]
    written, *spoken = (part.strip() for part in re.split(r"\s=|^=", content))
    words = tuple(written.split())
    if not words:
        raise VocabularyError("no-word", name=name, line=line)
    if wrong := [word for word in words if not word.isprintable()]:
        raise VocabularyError("control-character", name=name, line=line, found=ascii(wrong[0]))
    if outside({"vocabulary words": len(words)}) or any(outside({"vocabulary letters": len(word)}) for word in words):
        raise VocabularyError(
            "too-long",
            name=name,
            line=line,
            words=LIMITS["vocabulary words"][1],
            letters=LIMITS["vocabulary letters"][1],
        )
    if not spoken and (wrong := [word for word in words if not _is_speakable(word)]):
        raise VocabularyError("not-spelt", name=name, line=line, word=wrong[0])
    sounds = []
    for sound in spoken:
        each_word = _sounds(sound)
        if not each_word or not all(word.parts for word in each_word):
            raise VocabularyError("no-sound", name=name, line=line, found=sound)
        if len(words) == 1:  # all of it is the sound of the one word
            each_word = (Sound(tuple(part for word in each_word for part in word.parts), each_word[0].phones),)
        if len(each_word) != len(words):
            raise VocabularyError(
                "other-words",
                name=name,
                line=line,
                written=written,
                expected=len(words),
                found=len(each_word),
                sound=sound,
            )
        if any(outside({"vocabulary letters": len(" ".join(word.parts))}) for word in each_word):
            raise VocabularyError(
                "too-long",
                name=name,
                line=line,
                words=LIMITS["vocabulary words"][1],
                letters=LIMITS["vocabulary letters"][1],
            )
        sounds.append(each_word)
    return Entry(words, tuple(sounds), weight, line)


def _is_speakable(word: str) -> bool:
    """Return whether the sound of a word follows from its spelling: it is letters a-z, with accents or marks between.

    Digits and signs such as & and + are spoken, but nobody knows how.
    """
    letters = [c for c in unicodedata.normalize("NFKD", word) if unicodedata.category(c)[0] not in "MP" or c in _SIGNS]
    return bool(letters) and all("a" <= c <= "z" for c in "".join(letters).lower()) and bool(normalize(word))


def _sounds(sound: str) -> tuple[Sound, ...]:
    """Parse what stands after `=`: one Sound a word; of ARPAbet, or of spelt words."""
    symbols = sound.replace("|", " ").split()
    if symbols and all(symbol.rstrip("012") in PHONES for symbol in symbols):
        parts = (tuple(symbol.rstrip("012") for symbol in word.split()) for word in sound.split("|"))
        return tuple(Sound(word, phones=True) for word in parts)
    return tuple(Sound(tuple(normalize(word).split()) if _is_speakable(word) else ()) for word in sound.split())
