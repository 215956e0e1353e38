"""A GRU language model that scores a word after all words of its sentence, for every hypothesis of the search.

The n-gram model conditions on the last three words, this one on all of them. Mixed, their perplexity is a quarter below
the n-gram model's and an eighth below the GRU's (asr/training/research/LANGUAGE.md). A hypothesis only holds the row of
its state in `LMStates`; the states themselves are kept once for the whole beam.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from torch import Tensor

from asr.language.lexicon import START, digest
from asr.limits import outside
from asr.quantization import STEP, check_values, dequantize, quantize, wanted
from asr.tensor_file import TensorFile, Wanted

_LAYOUT = "reader 2"  # written in the file, so it keeps its first name
_EMBEDDING = "embedding.weight"
NO_WORD = -1  # in LMStates.pending_word: the state includes all its words


def interpolate(neural_logp: np.ndarray, ngram_logp: np.ndarray, share: float) -> np.ndarray:
    """Return ln(share * p_neural + (1 - share) * p_ngram) of two arrays of ln probabilities of equal shape."""
    with np.errstate(divide="ignore"):
        return np.logaddexp(neural_logp + np.log(share), ngram_logp + np.log(1 - share))


@dataclass(frozen=True)
class LMStates:
    """S states of the neural language model, one for each beginning of a sentence. Never written into.

    Most beginnings are pruned before their next word is scored, so the GRU takes in the last word of each only when
    `NeuralLM.advance` asks for that row. Until then the beginning shares the vectors of the one that it extends.
    """

    hidden: Tensor  # (H, width) float32, states of the GRU
    query: Tensor  # (H, inner) float32, of each a projection whose product with an embedding is a logit
    vector: np.ndarray  # (S,) int64, row of `hidden` and `query` before `pending_word`
    pending_word: np.ndarray  # (S,) int64, last word id, not in `hidden` yet; NO_WORD where it is

    def __len__(self) -> int:
        return len(self.pending_word)

    def take(self, rows: np.ndarray) -> "LMStates":
        """Return copies of the states `rows`, (n,) int64, without the vectors that no other state needs."""
        used, vector = np.unique(self.vector[rows], return_inverse=True)
        index = torch.from_numpy(used)
        return LMStates(self.hidden[index], self.query[index], vector.reshape(-1), self.pending_word[rows])

    def extend(self, rows: np.ndarray, words: np.ndarray) -> "LMStates":
        """Return these states followed by copies of `rows`, each extended by one word.

        Args:
            rows: (k,) int64, states that `NeuralLM.advance` has advanced.
            words: (k,) int64, word ids.
        """
        vector = np.concatenate([self.vector, self.vector[rows]])
        return LMStates(self.hidden, self.query, vector, np.concatenate([self.pending_word, words]))


class NeuralLM:
    """The network of `asr.training.language.neural_lm_model`, scoring single words. Holds no state of any stream.

    It never sums over the vocabulary: training has drawn those sums to 1 (self-normalisation, Devlin et al. 2014,
    section 3.2). Their logarithms have a mean of 0.01 and a deviation of 0.34 on held-out text.

    Args:
        weights: Named as in `NeuralLMNetwork`. All are float32 but the embedding, which stays int8 with its steps,
            since a search needs only a few of its rows.
        vocabulary_digest: Digest (asr.language.lexicon) of the words of its vocabulary.
    """

    def __init__(self, weights: dict[str, Tensor], vocabulary_digest: str):
        self._vocabulary_digest = vocabulary_digest
        self._embedding, self._step = weights["embedding.weight"], weights["embedding.weight" + STEP][:, None]
        self._bias = weights["bias"]
        names = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")
        self._gru = tuple(weights[f"gru.{name}"] for name in names)
        self._down = weights["down.weight"], weights["down.bias"]

    @property
    def vocabulary(self) -> int:
        """The number of words it can score: the lexicon ids below it. All higher ids are one word to the network."""
        return len(self._embedding) - 1

    def matches(self, words: Sequence[str]) -> bool:
        """Return whether a lexicon of these words has the ids that the network was trained with."""
        fits = self.vocabulary <= len(words)
        return fits and self._vocabulary_digest == digest(words[: self.vocabulary])

    @staticmethod
    def save(path: Path, weights: dict[str, Tensor], words: Sequence[str]) -> None:
        """Write the weights of a `NeuralLMNetwork`, all matrices as int8. `words` are those of its lexicon, by id."""
        vocabulary = len(weights["embedding.weight"]) - 1
        kept = {key: value.contiguous() for key, value in quantize(weights).items() if key != "share"}
        save_file(kept, path, {"layout": _LAYOUT, "words": digest(words[:vocabulary])})

    @classmethod
    def load(cls, path: Path) -> "NeuralLM":
        """Load what `save` wrote.

        Raises:
            ModelError: The file is missing, damaged, of another layout, or contradicts itself.
        """
        file = TensorFile.open(path, _LAYOUT)
        classes, inner = file.shape(_EMBEDDING, 2)
        _, width = file.shape("down.weight", 2)
        if wrong := outside({"vocabulary": classes - 1, "inner": inner, "hidden": width}):
            raise file.contradiction("; ".join(wrong))
        shapes = {
            "bias": (classes,),
            "gru.weight_ih_l0": (3 * width, inner),
            "gru.weight_hh_l0": (3 * width, width),
            "gru.bias_ih_l0": (3 * width,),
            "gru.bias_hh_l0": (3 * width,),
            "down.weight": (inner, width),
            "down.bias": (inner,),
        }
        large = {_EMBEDDING: Wanted(("I8",), (classes, inner)), _EMBEDDING + STEP: Wanted(("F32",), (classes,))}
        file.expect(wanted(file, shapes) | large)
        stored = file.torch()
        check_values(file, stored)
        kept = {key: stored.pop(key) for key in large}
        return cls(kept | dequantize(stored), file.metadata.get("words", ""))

    def start(self) -> LMStates:
        """Return one state: the beginning of a sentence without words."""
        width, inner = self._gru[1].shape[1], self._embedding.shape[1]
        return LMStates(torch.zeros(1, width), torch.zeros(1, inner), np.zeros(1, np.int64), np.array([START]))

    @torch.inference_mode()
    def score(self, states: LMStates, rows: np.ndarray, words: np.ndarray) -> np.ndarray:
        """Return (k,) float32 ln p(word | state).

        Args:
            states: The states.
            rows: (k,) int64, rows of `states`, all of them advanced.
            words: (k,) int64, word ids below `vocabulary`.
        """
        ids, index = torch.from_numpy(words), torch.from_numpy(states.vector[rows])
        return ((states.query[index] * self._embed(ids)).sum(-1) + self._bias[ids]).numpy()

    @torch.inference_mode()
    def advance(self, states: LMStates, rows: np.ndarray) -> LMStates:
        """Return the states with the pending words of `rows`, (k,) int64, taken into the GRU."""
        wanted = np.zeros(len(states), bool)
        wanted[rows] = True
        rows = np.flatnonzero(wanted & (states.pending_word != NO_WORD))
        if not len(rows):
            return states
        word = torch.from_numpy(np.minimum(states.pending_word[rows], self.vocabulary))
        x = self._embed(word) * self._embedding.shape[1] ** 0.5
        after = torch.gru_cell(x, states.hidden[torch.from_numpy(states.vector[rows])], *self._gru)
        vector, pending_word = states.vector.copy(), states.pending_word.copy()
        vector[rows], pending_word[rows] = len(states.hidden) + np.arange(len(rows)), NO_WORD
        hidden = torch.cat([states.hidden, after])
        query = torch.cat([states.query, torch.nn.functional.linear(after, *self._down)])
        return LMStates(hidden, query, vector, pending_word)

    def _embed(self, ids: Tensor) -> Tensor:
        """(k,) word ids -> (k, inner) float32 rows of the embedding."""
        return self._embedding[ids] * self._step[ids]
