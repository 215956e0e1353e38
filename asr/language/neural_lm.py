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

from asr.batching import same_bits
from asr.language.lexicon import START, digest
from asr.limits import outside
from asr.matrix_products import gru_step, packed_matrix, product
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
        hidden, query = self.hidden.index_select(0, index), self.query.index_select(0, index)
        return LMStates(hidden, query, vector.reshape(-1), self.pending_word[rows])

    def pending(self, rows: np.ndarray) -> np.ndarray:
        """Return those of `rows`, (k,) int64, that are not advanced: (n,) int64, each once and in order."""
        wanted = np.zeros(len(self), bool)
        wanted[rows] = True
        return np.flatnonzero(wanted & (self.pending_word != NO_WORD))

    def extend(self, rows: np.ndarray, words: np.ndarray) -> "LMStates":
        """Return these states followed by copies of `rows`, each extended by one word.

        Args:
            rows: (k,) int64, states that `NeuralLM.advance` has advanced.
            words: (k,) int64, word ids.
        """
        vector = np.concatenate([self.vector, self.vector[rows]])
        return LMStates(self.hidden, self.query, vector, np.concatenate([self.pending_word, words]))

    def advanced(self, rows: np.ndarray, hidden: Tensor, query: Tensor) -> "LMStates":
        """Return the states with other vectors for `rows`, (n,) int64: (n, width) and (n, inner) float32."""
        vector, pending_word = self.vector.copy(), self.pending_word.copy()
        vector[rows], pending_word[rows] = len(self.hidden) + np.arange(len(rows)), NO_WORD
        return LMStates(torch.cat([self.hidden, hidden]), torch.cat([self.query, query]), vector, pending_word)


_TRIED_ROWS = 64  # that are advanced in one call to find whether bits differ


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
        inputs, hidden, *biases = (weights[f"gru.{name}"] for name in names)
        self._width = hidden.shape[1]
        self._inputs, self._hidden = (packed_matrix(inputs), biases[0]), (packed_matrix(hidden), biases[1])
        self._down = packed_matrix(weights["down.weight"]), weights["down.bias"]

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
        inner = self._embedding.shape[1]
        return LMStates(torch.zeros(1, self._width), torch.zeros(1, inner), np.zeros(1, np.int64), np.array([START]))

    @torch.inference_mode()
    def score(self, states: LMStates, rows: np.ndarray, words: np.ndarray) -> np.ndarray:
        """Return (k,) float32 ln p(word | state).

        Args:
            states: The states.
            rows: (k,) int64, rows of `states`, all of them advanced.
            words: (k,) int64, word ids below `vocabulary`.
        """
        ids, index = torch.from_numpy(words), torch.from_numpy(states.vector[rows])
        return ((states.query.index_select(0, index) * self._embed(ids)).sum(-1) + self._bias[ids]).numpy()

    def has_same_bits(self) -> bool:
        """Return whether a state has the same bits whatever others are advanced in the same call; measured."""
        random, width = np.random.default_rng(0), self._width
        hidden = torch.from_numpy(np.tanh(random.normal(size=(_TRIED_ROWS, width))).astype(np.float32))
        query = torch.zeros(_TRIED_ROWS, self._embedding.shape[1])
        rows = np.arange(_TRIED_ROWS)
        states = LMStates(hidden, query, rows, random.integers(0, self.vocabulary, _TRIED_ROWS))
        return same_bits(
            self.advance_all,
            [(states, rows[i : i + 1]) for i in range(_TRIED_ROWS)],
            lambda after: after.hidden[-1].numpy().tobytes() + after.query[-1].numpy().tobytes(),
        )

    def advance(self, states: LMStates, rows: np.ndarray) -> LMStates:
        """Return the states with the pending words of `rows`, (k,) int64, taken into the GRU."""
        rows = states.pending(rows)
        return self.advance_all([(states, rows)])[0] if len(rows) else states

    @torch.inference_mode()
    def advance_all(self, requests: Sequence[tuple[LMStates, np.ndarray]]) -> list[LMStates]:
        """Advance the states of some streams in one call.

        Args:
            requests: Of each stream its states, and at least one row of those that are `pending`.
        """
        words = torch.from_numpy(np.concatenate([states.pending_word[rows] for states, rows in requests]))
        before = [states.hidden.index_select(0, torch.from_numpy(states.vector[rows])) for states, rows in requests]
        x, hidden = self._embed(words.clamp_max(self.vocabulary)) * self._embedding.shape[1] ** 0.5, torch.cat(before)
        after = gru_step(product(x, *self._inputs), hidden, *self._hidden)
        query = product(after, *self._down)
        counts = [len(rows) for _, rows in requests]
        found = zip(requests, after.split(counts), query.split(counts), strict=True)
        return [states.advanced(rows, *vectors) for (states, rows), *vectors in found]

    def _embed(self, ids: Tensor) -> Tensor:
        """(k,) word ids -> (k, inner) float32 rows of the embedding."""
        # `index_select` takes a third of the time of an index in brackets.
        return self._embedding.index_select(0, ids) * self._step.index_select(0, ids)
