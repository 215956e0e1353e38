"""Making a user's language of written text: sentences in spoken form, and pronunciations of the words that are new."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol

from asr.errors import LanguageError, VocabularyError
from asr.limits import LIMITS, outside
from asr.text.normalize import normalize
from asr.text.spoken_forms import spoken_forms
from asr.user.language import MARKS, UNKNOWN, UserLanguage
from asr.user.vocabulary import Entry, PronouncedWord, Sound, Vocabulary

LEAST = 2  # times that a new word must occur in documents: what is there once is often a slip or a code
_UNSPOKEN = MARKS[UNKNOWN]  # in a sentence: what nobody knows how to say

_SENTENCE_END = re.compile(r"""(?<=[.!?…])["'”’)\]]*\s+(?=["'“‘(\[]*[A-Z0-9])|(?<=[;:])\s+""")
_ABBREVIATION = re.compile(r"(?:\b(?:Mr|Mrs|Ms|Dr|St|Prof|Fig|No|vs|etc|e\.g|i\.e|al|cf|approx)|\b[A-Z])\.$")
_TITLES = ("Mr", "Mrs", "Ms", "Dr", "Prof")  # said in full
_EDGES = ".,;:!?\"'()[]{}…“”‘’„«»*_–—"
_PLAIN_WORD = re.compile(r"[^\W\d_]+(?:['’.\-‐‑/][^\W\d_]+)*['’]?")
_DOTTED = re.compile(r"[^\W\d_]{2,}\.[^\W\d_]{2,}")  # main.rs, example.org: no word and no initials
_DIGITS = re.compile(r"[$£€]?\d[\d.,:%]*(?:st|nd|rd|th|'?s)?%?")


class Pronouncer(Protocol):
    """The part of a recogniser that this needs."""

    def knows(self, words: Iterable[str]) -> set[str]:
        """Return those of the words that it recognises without a vocabulary."""

    def pronounce(self, vocabulary: Vocabulary) -> list[tuple[PronouncedWord, ...]]:
        """Return for each entry its words with their pronunciations; raises VocabularyError."""


class SpokenWord(NamedTuple):
    """A word of a sentence."""

    text: str  # as it is spoken, in the spelling of the lexicon; "<unk>" where that is not known
    written: str  # as it is written, without marks; "" where one written word has several spoken ones
    first: bool  # in its sentence: its capital says nothing about the word


def sentences_of(paragraphs: Iterable[str]) -> Iterator[list[SpokenWord]]:
    """Yield the sentences of written text, in spoken form; none goes beyond a paragraph."""
    for paragraph in paragraphs:
        parts: list[str] = []
        for part in _SENTENCE_END.split(paragraph):
            if parts and _ABBREVIATION.search(parts[-1]):
                parts[-1] += f" {part}"
            else:
                parts.append(part)
        for part in parts:
            sentence: list[SpokenWord] = []
            for token in part.split():
                sentence += _spoken(token, not sentence)
            if any(word.text != _UNSPOKEN for word in sentence):
                yield sentence


def _spoken(token: str, first: bool) -> list[SpokenWord]:
    """Return the words of a written one; none for marks alone."""
    core = token.strip(_EDGES)
    if not core:
        return []
    if _DIGITS.fullmatch(core):
        forms = spoken_forms(core)
        return [SpokenWord(text, "", first) for text in forms[0]] if forms else []
    if not _PLAIN_WORD.fullmatch(core) or _DOTTED.search(core):
        return [SpokenWord(_UNSPOKEN, "", first)]
    forms = spoken_forms(core)
    if not forms:  # of letters that the lexicon does not use
        return [SpokenWord(_UNSPOKEN, "", first)]
    texts = forms[1] if core in _TITLES else forms[0]  # the second is the full word
    if len(texts) == 1 and normalize(core) == texts[0]:
        return [SpokenWord(texts[0], core.replace("’", "'"), first)]
    pieces = re.split(r"[-‐‑/]", core)
    if len(pieces) == len(texts):
        each = enumerate(zip(texts, pieces, strict=True))
        return [SpokenWord(text, piece, first and not i) for i, (text, piece) in each]
    return [SpokenWord(text, "", first) for text in texts]


def language_of(
    sentences: Iterable[Sequence[SpokenWord]],
    recognizer: Pronouncer,
    least: int = LEAST,
    sources: Sequence[str] = (),
) -> UserLanguage:
    """Count sentences, and pronounce their new words.

    Args:
        sentences: Of `sentences_of`.
        recognizer: Says which words are new, and pronounces them.
        least: Times that a new word must occur to be taken.
        sources: Names of the texts.

    Raises:
        LanguageError: There are no sentences.
    """
    sentences = list(sentences)
    kept = [[word.text for word in sentence] for sentence in sentences]
    if not kept:
        raise LanguageError("no-words", name=", ".join(sources) or "the text")
    counts = Counter(text for sentence in kept for text in sentence)
    del counts[_UNSPOKEN]
    known = recognizer.knows(counts)
    forms: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for word in (word for sentence in sentences for word in sentence):
        if word.text not in known and word.written:
            forms[word.text][word.written] += 1 if word.first else 1000  # a form inside a sentence says more
    new = {word: form.most_common(1)[0][0] for word, form in forms.items() if counts[word] >= least}
    entries = pronounced(sorted(new, key=lambda word: (-counts[word], word)), new, recognizer)
    taken = {normalize(entry.written) for entry in entries}
    words = [word for word, _ in sorted(counts.items(), key=lambda each: (-each[1], each[0]))]
    words = [word for word in words if word in known or word in taken]
    return UserLanguage.of(kept, words, Vocabulary(entries, "new words"), sources)


def pronounced(words: Sequence[str], written: dict[str, str], recognizer: Pronouncer) -> tuple[Entry, ...]:
    """Return entries of words with their pronunciations, those left out that cannot be pronounced.

    A model without a grapheme-to-phoneme network can pronounce none.
    """
    limit = int(LIMITS["vocabulary entries"][1])
    entries: list[Entry] = []
    for word in words[:limit]:
        if not outside({"vocabulary letters": len(written[word])}):
            try:
                entries += Vocabulary.parse(written[word]).entries
            except VocabularyError:
                continue
    try:
        found = recognizer.pronounce(Vocabulary(tuple(entries), "new words"))
    except VocabularyError:
        return ()
    return tuple(
        Entry(entry.words, tuple((Sound(tuple(phones.split()), phones=True),) for phones in word.pronunciations))
        for entry, (word,) in zip(entries, found, strict=True)
    )
