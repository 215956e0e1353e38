"""The tagger: a GRU over spoken words that gives each a mark after it and a case.

It labels the words of a series, for which gated units are used as well as for recognition. A label depends on all
words of the utterance so far and on at most LOOKAHEAD words after it. Each word is computed alone, in arrays of one
size, so the labels are the same to the bit however words arrive.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from safetensors.torch import save_file
from torch import Tensor

from asr.limits import outside
from asr.quantization import STEP, check_values, dequantize, quantize, wanted
from asr.tensor_file import TensorFile, Wanted, within
from asr.text.formatter.inputs import (
    CAPITAL,
    END,
    LOOKAHEAD,
    LOWER,
    MIXED,
    PAUSES,
    PRIORS,
    SPECIALS,
    SUFFIXES,
    TAGGED,
    UNKNOWN_CASE,
    UNSEEN,
    UPPER,
    WordClasses,
    pause_class,
)

LAYOUT = "formatter 1"
CASES = UNKNOWN_CASE  # the number of cases
_EMBEDDING = "words.weight"
_TEXTS = ("vocabulary", "listed", "mixed")  # lists of words, one per line, as bytes
_PARTICLES = ("mc", "o'", "d'")  # names such as McDonald and O'Brien have a second capital


class Labels(NamedTuple):
    """What the tagger gives a word."""

    marks: tuple[float, ...]  # the probability of each of the first TAGGED of MARKS
    case: int  # LOWER, CAPITAL, UPPER or MIXED, as the word stands inside a sentence


class Tagger:
    """Weights and word lists. Holds no state of any stream, so streams and threads share it.

    Args:
        weights: Named as in `asr.training.text.tagger.model.TaggerNetwork`, in float32 but the embedding of words,
            which stays int8 with its steps, since only a few of its rows are needed.
        words: The vocabulary.
        priors: How words are usually written, see `WordClasses`.
        mixed: The written form of words that are neither lower case, Capital nor UPPER: "iphone" -> "iPhone".
    """

    def __init__(
        self, weights: Mapping[str, Tensor], words: Sequence[str], priors: Mapping[str, int], mixed: Mapping[str, str]
    ):
        self.vocabulary = WordClasses(words, priors)
        self._mixed = dict(mixed)
        self._embedding, self._steps = weights[_EMBEDDING], weights[_EMBEDDING + STEP]
        self._pauses, self._priors = weights["pauses.weight"], weights["priors.weight"]
        names = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")
        self._gru = tuple(weights[f"gru.{name}"] for name in names)
        self._state = weights["state.weight"], weights["state.bias"]
        self._window = weights["window.weight"]
        self._heads = torch.cat([weights["marks.weight"], weights["cases.weight"]])
        self._head_bias = torch.cat([weights["marks.bias"], weights["cases.bias"]])
        self.end, self.unseen = self._special(END, len(PAUSES)), self._special(UNSEEN, 0)

    @classmethod
    def load(cls, path: Path) -> "Tagger":
        """Load what `save` wrote.

        Raises:
            ModelError: The file is missing, damaged, of another layout, or contradicts itself.
        """
        file = TensorFile.open(path, LAYOUT)
        classes, inner = file.shape(_EMBEDDING, 2)
        _, side = file.shape("pauses.weight", 2)
        width, _ = file.shape("state.weight", 2)
        (listed,) = file.shape("priors", 1)
        words = classes - SUFFIXES - SPECIALS
        terms = {"vocabulary": words, "inner": inner, "side": side, "hidden": width, "listed words": listed}
        if wrong := outside(terms):
            raise file.contradiction("; ".join(wrong))
        size = inner + 2 * side
        shapes = {
            "pauses.weight": (len(PAUSES) + 1, side),
            "priors.weight": (PRIORS, side),
            "gru.weight_ih_l0": (3 * width, size),
            "gru.weight_hh_l0": (3 * width, width),
            "gru.bias_ih_l0": (3 * width,),
            "gru.bias_hh_l0": (3 * width,),
            "state.weight": (width, width),
            "state.bias": (width,),
            "window.weight": (width, LOOKAHEAD * size),
            "marks.weight": (TAGGED, width),
            "marks.bias": (TAGGED,),
            "cases.weight": (CASES, width),
            "cases.bias": (CASES,),
        }
        large = {_EMBEDDING: Wanted(("I8",), (classes, inner)), _EMBEDDING + STEP: Wanted(("F32",), (classes,))}
        texts = {name: Wanted(("U8",), file.shape(name, 1)) for name in _TEXTS}
        file.expect(wanted(file, shapes) | large | texts | {"priors": Wanted(("U8",), (listed,))})
        stored = file.torch()
        lists = {name: _lines(file, name, stored.pop(name).numpy()) for name in _TEXTS}
        priors = stored.pop("priors").numpy()
        check_values(file, stored)
        mixed = dict(zip(lists["mixed"][::2], lists["mixed"][1::2], strict=False))
        file.check(
            {
                "the vocabulary has another size than its embedding": lambda: len(lists["vocabulary"]) == words,
                "a word is twice in the vocabulary": lambda: len(set(lists["vocabulary"])) == words,
                "the words and their cases differ in number": lambda: len(lists["listed"]) == listed,
                "a case is impossible": lambda: within(priors, 0, PRIORS - 1),
                "a written form is of another word": lambda: (
                    len(lists["mixed"]) % 2 == 0
                    and all(word == form.lower() and form.isprintable() for word, form in mixed.items())
                ),
            }
        )
        kept = {key: stored.pop(key) for key in large}
        usual = dict(zip(lists["listed"], priors.tolist(), strict=True))
        return cls(kept | dequantize(stored), lists["vocabulary"], usual, mixed)

    @classmethod
    def rounded(
        cls, weights: Mapping[str, Tensor], words: Sequence[str], priors: Mapping[str, int], mixed: Mapping[str, str]
    ) -> "Tagger":
        """Return what `load` would make of what `save` writes of these."""
        stored = quantize(dict(weights))
        kept = {key: stored.pop(key) for key in (_EMBEDDING, _EMBEDDING + STEP)}
        return cls(kept | dequantize(stored), words, priors, mixed)

    @staticmethod
    def save(
        path: Path,
        weights: Mapping[str, Tensor],
        words: Sequence[str],
        priors: Mapping[str, int],
        mixed: Mapping[str, str],
    ) -> None:
        """Write the weights of a `TaggerNetwork`, all matrices as int8, and its word lists."""
        kept = {key: value.contiguous() for key, value in quantize(dict(weights)).items()}
        listed = sorted(priors)
        pairs = [text for word in sorted(mixed) for text in (word, mixed[word])]
        for name, lines in zip(_TEXTS, (words, listed, pairs), strict=True):
            kept[name] = torch.from_numpy(np.frombuffer("\n".join(lines).encode(), np.uint8).copy())
        kept["priors"] = torch.tensor([priors[word] for word in listed], dtype=torch.uint8)
        save_file(kept, path, {"layout": LAYOUT})

    def start(self, kind: int) -> Tensor:
        """Return the state before an utterance, (width,) float32; `kind` is START or what comes after it."""
        width = self._gru[1].shape[1]
        return self.advance(torch.zeros(width), self._special(kind, 0))

    def vector(self, word: str, pause: float) -> Tensor:
        """Return the input of a word, (size,) float32, from its text and the seconds of silence before it."""
        return self._vector(self.vocabulary.word_class(word), pause_class(pause), self.vocabulary.prior(word))

    @torch.inference_mode()
    def advance(self, state: Tensor, vector: Tensor) -> Tensor:
        """Return the state after one more word, (width,) float32."""
        return torch.gru_cell(vector[None], state[None], *self._gru)[0]

    @torch.inference_mode()
    def label(self, state: Tensor, following: Sequence[Tensor]) -> Labels:
        """Return the labels of the word that `state` has just taken in.

        Args:
            state: (width,) float32.
            following: LOOKAHEAD inputs of what comes after the word: words, `end`, or `unseen` for what is not known.
        """
        hidden = torch.relu(torch.addmv(self._state[1], self._state[0], state) + self._window @ torch.cat([*following]))
        logits = torch.addmv(self._head_bias, self._heads, hidden)
        return Labels(tuple(logits[:TAGGED].softmax(0).tolist()), int(logits[TAGGED:].argmax()))

    def written(self, word: str, case: int) -> str:
        """Return a word with its capitals, as it stands inside a sentence."""
        if word == "i" or word.startswith("i'"):
            return "I" + word[1:]
        if case == MIXED or (case != LOWER and word in self._mixed):
            if form := self._mixed.get(word):
                return form
            case = CAPITAL
        stem, sign, ending = word.partition("'s")
        if case == UPPER:
            return stem.upper() + sign + ending if len(stem) > 1 else word.upper()
        return capitalized(word) if case == CAPITAL else word

    def _special(self, kind: int, pause: int) -> Tensor:
        return self._vector(self.vocabulary.first_special + kind, pause, UNKNOWN_CASE)

    def _vector(self, word: int, pause: int, prior: int) -> Tensor:
        return torch.cat([self._embedding[word] * self._steps[word], self._pauses[pause], self._priors[prior]])


def capitalized(word: str) -> str:
    """Return a word with a capital; names such as McDonald and O'Brien have two."""
    for particle in _PARTICLES:
        if word.startswith(particle) and len(word) > len(particle) + 2:
            return particle.capitalize() + word[len(particle) :].capitalize()
    return word[:1].upper() + word[1:]


def _lines(file: TensorFile, name: str, text: np.ndarray) -> list[str]:
    """Return a list of words that is stored as bytes. Raises ModelError if it is none."""
    try:
        lines = text.tobytes().decode().split("\n") if len(text) else []
    except UnicodeDecodeError:
        lines = [""]
    file.check({f"'{name}' is no list of words": lambda: all(line and line.isprintable() for line in lines)})
    return lines
