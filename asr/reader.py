"""A GRU that reads along: how likely a word is after all words of its sentence so far, for every beam of the search.

An n-gram model sees the last three words, this one all of them; mixed they are a quarter less perplexed than the first
and an eighth less than the second (asr/training/LANGUAGE.md). Beams only carry the number of their story; what the GRU
remembers of each lies here.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor

from asr.lexicon import START
from asr.quantise import STEP, restored, rounded

_LAYOUT = "reader 1"
READ = -1  # no word


def mixed(gru: np.ndarray, ngram: np.ndarray, weight: float) -> np.ndarray:
    """ln of the mixture of two probabilities, given as their ln."""
    with np.errstate(divide="ignore"):
        return np.logaddexp(gru + np.log(weight), ngram + np.log(1 - weight))


@dataclass(frozen=True)
class Stories:
    """S beginnings of sentences. Never written into.

    Most are dropped before anyone asks how they go on, so the last word of each is read only then.
    """

    hidden: Tensor  # (S, width) float32, the GRU's state before the unread word
    unread: np.ndarray  # (S,) int64, the last word; READ where `hidden` knows it
    query: Tensor  # (S, inner) float32, what the next word's embedding is multiplied with; of use once all is read

    def __len__(self) -> int:
        return len(self.unread)

    def take(self, rows: np.ndarray) -> "Stories":
        at = torch.from_numpy(rows)
        return Stories(self.hidden[at], self.unread[rows], self.query[at])

    def tell(self, at: np.ndarray, words: np.ndarray) -> "Stories":
        """These, and behind them k more: those of `at`, each with one more word. All of `at` must have been asked."""
        rows = torch.from_numpy(np.concatenate([np.arange(len(self)), at]))
        return Stories(self.hidden[rows], np.concatenate([self.unread, words]), self.query[rows])


class Reader:
    """The word GRU of `asr.training.wordgru`, asked for single words. Holds no state of any stream.

    It never sums over all words: training has drawn those sums to 1 (Devlin et al. 2014, section 3.2,
    self-normalisation): their logarithms are 0.01 in the mean with a deviation of 0.34, on held-out text.
    """

    def __init__(self, weights: dict[str, Tensor]):
        """Named as in WordGRU. All are float32 but the embedding: of its bytes only a few rows are ever needed.

        `share` is (lexicon,) ln of each word's share of its class.
        """
        self._embedding, self._step = weights["embedding.weight"], weights["embedding.weight" + STEP][:, None]
        self._bias = weights["bias"]
        names = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")
        self._gru = tuple(weights[f"gru.{name}"] for name in names)
        self._down = weights["down.weight"], weights["down.bias"]
        self._share = weights["share"].numpy()

    @property
    def vocabulary(self) -> int:
        """Lexicon ids below have a class of their own; all above share the last."""
        return len(self._embedding) - 1

    @property
    def words(self) -> int:
        """Of the lexicon it was trained with."""
        return len(self._share)

    @staticmethod
    def save(path: Path, weights: dict[str, Tensor]) -> None:
        """Write the weights of a WordGRU, all matrices in a byte a weight."""
        save_file({key: value.contiguous() for key, value in rounded(weights).items()}, path, {"layout": _LAYOUT})

    @classmethod
    def load(cls, path: Path) -> "Reader":
        """ValueError when the file holds no such model."""
        with safe_open(path, framework="pt") as file:
            if (file.metadata() or {}).get("layout") != _LAYOUT:
                raise ValueError(f"{path} is no word GRU of the layout {_LAYOUT!r}; export it again")
            stored = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
        large = {key: stored.pop(key) for key in ("embedding.weight", "embedding.weight" + STEP)}
        return cls(large | restored(stored))

    def start(self) -> Stories:
        """One story, in which nothing is said yet."""
        width, inner = self._gru[1].shape[1], self._embedding.shape[1]
        return Stories(torch.zeros(1, width), np.array([START]), torch.zeros(1, inner))

    @torch.inference_mode()
    def ask(self, stories: Stories, at: np.ndarray, words: np.ndarray) -> tuple[np.ndarray, Stories]:
        """(k,) stories by number and (k,) lexicon ids -> (k,) float32 ln p(word | story); and the stories, read."""
        asked = np.unique(at)
        stories = self._read(stories, asked[stories.unread[asked] != READ])
        classes = self._classes(words)
        logits = (stories.query[torch.from_numpy(at)] * self._rows(classes)).sum(-1) + self._bias[classes]
        return logits.numpy() + self._share[words], stories

    def _read(self, stories: Stories, at: np.ndarray) -> Stories:
        if not len(at):
            return stories
        rows = torch.from_numpy(at)
        x = self._rows(self._classes(stories.unread[at])) * self._embedding.shape[1] ** 0.5
        after = torch.gru_cell(x, stories.hidden[rows], *self._gru)
        hidden, query, unread = stories.hidden.clone(), stories.query.clone(), stories.unread.copy()
        hidden[rows], query[rows], unread[at] = after, torch.nn.functional.linear(after, *self._down), READ
        return Stories(hidden, unread, query)

    def _rows(self, classes: Tensor) -> Tensor:
        """(k,) -> (k, inner) float32 of the embedding."""
        return self._embedding[classes] * self._step[classes]

    def _classes(self, words: np.ndarray) -> Tensor:
        return torch.from_numpy(np.minimum(words, len(self._embedding) - 1))
