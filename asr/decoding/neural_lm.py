"""A GRU that reads along: how likely a word is after all words of its sentence so far, for every beam of the search.

An n-gram model sees the last three words, this one all of them; mixed they are a quarter less perplexed than the first
and an eighth less than the second (asr/training/research/LANGUAGE.md). Beams only carry the number of their story; what
the GRU remembers of each lies here."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor

from asr.decoding.lexicon import START, digest
from asr.quantization import STEP, dequantize, quantize

_LAYOUT = "reader 2"
READ = -1  # no word


def interpolate(gru: np.ndarray, ngram: np.ndarray, weight: float) -> np.ndarray:
    """ln of the mixture of two probabilities, given as their ln."""
    with np.errstate(divide="ignore"):
        return np.logaddexp(gru + np.log(weight), ngram + np.log(1 - weight))


@dataclass(frozen=True)
class LMStates:
    """S beginnings of sentences. Never written into.

    Most are dropped before anyone asks how they go on, so the last word of each is read only then.
    """

    hidden: Tensor  # (S, width) float32, the GRU's state before the unread word
    unread: np.ndarray  # (S,) int64, the last word; READ where `hidden` knows it
    query: Tensor  # (S, inner) float32, what the next word's embedding is multiplied with; of use once all is read

    def __len__(self) -> int:
        return len(self.unread)

    def take(self, rows: np.ndarray) -> "LMStates":
        at = torch.from_numpy(rows)
        return LMStates(self.hidden[at], self.unread[rows], self.query[at])

    def tell(self, at: np.ndarray, words: np.ndarray) -> "LMStates":
        """These, and behind them k more: those of `at`, each with one more word. All of `at` must have been read."""
        rows = torch.from_numpy(np.concatenate([np.arange(len(self)), at]))
        return LMStates(self.hidden[rows], np.concatenate([self.unread, words]), self.query[rows])


class NeuralLM:
    """The word GRU of `asr.training.language.neural_lm`, asked for single words. Holds no state of any stream.

    It never sums over all words: training has drawn those sums to 1 (Devlin et al. 2014, section 3.2,
    self-normalisation): their logarithms are 0.01 in the mean with a deviation of 0.34, on held-out text.
    """

    def __init__(self, weights: dict[str, Tensor], digest: str):
        """Named as in WordGRU. All are float32 but the embedding: of its bytes only a few rows are ever needed.

        `digest` is that of its vocabulary.
        """
        self._digest = digest
        self._embedding, self._step = weights["embedding.weight"], weights["embedding.weight" + STEP][:, None]
        self._bias = weights["bias"]
        names = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")
        self._gru = tuple(weights[f"gru.{name}"] for name in names)
        self._down = weights["down.weight"], weights["down.bias"]

    @property
    def vocabulary(self) -> int:
        """Of lexicon ids below it can be asked; all above are one word to it."""
        return len(self._embedding) - 1

    def knows(self, words: Sequence[str]) -> bool:
        """Whether the ids of a lexicon of these words are those it was trained with."""
        return self._digest == digest(words[: self.vocabulary])

    @staticmethod
    def save(path: Path, weights: dict[str, Tensor], words: Sequence[str]) -> None:
        """Write the weights of a WordGRU, all matrices in a byte a weight. `words` are those of its lexicon."""
        vocabulary = len(weights["embedding.weight"]) - 1
        kept = {key: value.contiguous() for key, value in quantize(weights).items() if key != "share"}
        save_file(kept, path, {"layout": _LAYOUT, "words": digest(words[:vocabulary])})

    @classmethod
    def load(cls, path: Path) -> "NeuralLM":
        """ValueError when the file holds no such model."""
        with safe_open(path, framework="pt") as file:
            terms = file.metadata() or {}
            if terms.get("layout") != _LAYOUT:
                raise ValueError(f"{path} is no word GRU of the layout {_LAYOUT!r}; export it again")
            stored = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
        large = {key: stored.pop(key) for key in ("embedding.weight", "embedding.weight" + STEP)}
        return cls(large | dequantize(stored), terms.get("words", ""))

    def start(self) -> LMStates:
        """One story, in which nothing is said yet."""
        width, inner = self._gru[1].shape[1], self._embedding.shape[1]
        return LMStates(torch.zeros(1, width), np.array([START]), torch.zeros(1, inner))

    @torch.inference_mode()
    def ask(self, stories: LMStates, at: np.ndarray, words: np.ndarray) -> np.ndarray:
        """(k,) stories by number, all read, and (k,) ids of its vocabulary -> (k,) float32 ln p(word | story)."""
        ids = torch.from_numpy(words)
        return ((stories.query[torch.from_numpy(at)] * self._rows(ids)).sum(-1) + self._bias[ids]).numpy()

    @torch.inference_mode()
    def read(self, stories: LMStates, at: np.ndarray) -> LMStates:
        """The stories, those of the numbers `at` read to their last word."""
        at = np.unique(at)
        at = at[stories.unread[at] != READ]
        if not len(at):
            return stories
        rows = torch.from_numpy(at)
        last = torch.from_numpy(np.minimum(stories.unread[at], self.vocabulary))
        x = self._rows(last) * self._embedding.shape[1] ** 0.5
        after = torch.gru_cell(x, stories.hidden[rows], *self._gru)
        hidden, query, unread = stories.hidden.clone(), stories.query.clone(), stories.unread.copy()
        hidden[rows], query[rows], unread[at] = after, torch.nn.functional.linear(after, *self._down), READ
        return LMStates(hidden, unread, query)

    def _rows(self, ids: Tensor) -> Tensor:
        """(k,) -> (k, inner) float32 of the embedding."""
        return self._embedding[ids] * self._step[ids]
