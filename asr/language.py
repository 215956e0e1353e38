"""How likely a word is after the words before it: a back-off n-gram model, asked many questions at once.

All n-grams lie in one trie, numbered breadth first: node 0 is the empty context, node 1 + w the word w alone,
the n-gram at index i of the sorted `keys` is node 1 + V + i. A key is `context node << WORD_BITS | word`.
A state is the node of the longest context that has children, so that equal futures are equal integers.
"""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from safetensors import safe_open
from safetensors.numpy import save_file

START, END = 0, 1  # word ids of the two ends of a sentence
WORD_BITS = 16  # words from 2 ** WORD_BITS on are rare: they occur alone, in no n-gram

_LAYOUT = "trie 1"
_SLAB = 1 << 14  # contexts that are unpacked at once: more would double the memory that loading takes


@dataclass(frozen=True)
class LanguageModel:
    """V words, M n-grams of two words or more, S nodes that can be contexts (all but the longest)."""

    order: int
    keys: np.ndarray  # (M,) int64, sorted
    logp: np.ndarray  # (1 + V + M,) float32 or float16, ln p(last word | the words before it); node 0 unused
    backoff: np.ndarray  # (S,) float32 or float16, ln of the weight of the shorter context; 0 without children
    shorter: np.ndarray  # (S,) int32, the node less its first word; of use only with children
    parent: np.ndarray  # (S,) bool, has children

    @classmethod
    def load(cls, path: Path) -> "LanguageModel":
        """ValueError when the file holds no language model of this layout."""
        with safe_open(path, framework="numpy") as file:
            if (file.metadata() or {}).get("layout") != _LAYOUT:
                raise ValueError(f"{path} is no language model of the layout {_LAYOUT!r}; build it again")

        def stored(name: str) -> np.ndarray:
            # One after the other, as the pages of an open file count too: half as much memory again for all at once.
            with safe_open(path, framework="numpy") as file:
                return file.get_tensor(name)

        sizes = stored("sizes")  # n-grams of each order
        edges = 1 + np.cumsum([0, *sizes])  # first node of each order
        children = stored("children")
        words = stored("word")
        keys = np.empty(len(words), np.int64)
        filled = 0
        for begin in range(0, len(children), _SLAB):
            counts = children[begin : begin + _SLAB].astype(np.int64)
            contexts = np.repeat(np.arange(begin, begin + len(counts)) << WORD_BITS, counts)
            keys[filled : filled + len(contexts)] = contexts
            filled += len(contexts)
        keys |= words

        # The file holds 256 values an order; half precision keeps them to a thousandth and saves 20 MB and more.
        logp = np.zeros(edges[-1], np.float16)
        logp[1 : edges[1]] = stored("unigram_logp")
        codes, books = stored("logp"), stored("logp_codebook").astype(np.float16)
        for n in range(1, len(sizes)):
            _decode(books[n - 1], codes[edges[n] - edges[1] : edges[n + 1] - edges[1]], logp[edges[n] : edges[n + 1]])
        backoff = np.zeros(len(children), np.float16)
        codes, books = stored("backoff"), stored("backoff_codebook").astype(np.float16)
        coded = 0
        for n in range(len(sizes) - 1):
            parents = children[edges[n] : edges[n + 1]] > 0
            many = int(parents.sum())
            weights = np.zeros(many, np.float16)
            _decode(books[n], codes[coded : coded + many], weights)
            backoff[edges[n] : edges[n + 1]][parents] = weights
            coded += many
        shorter = np.zeros(len(children), np.int32)
        if len(sizes) > 2:
            shorter[edges[1] : edges[2]] = 1 + words[: sizes[1]].astype(np.int32)
            shorter[edges[2] :][children[edges[2] :] > 0] = stored("shorter")
        return cls(len(sizes), keys, logp, backoff, shorter, children > 0)

    def save(self, path: Path) -> None:
        """Write with probabilities and weights of n-grams rounded to one byte each (256 values an order)."""
        contexts = self.keys >> WORD_BITS
        children = np.bincount(contexts, minlength=len(self.parent))
        edges = self._edges()
        levels = [slice(a, b) for a, b in pairwise(edges)]
        coded = [_quantise(self.logp[level]) for level in levels[1:]]
        weights = [_quantise(self.backoff[level][self.parent[level]]) for level in levels[:-1]]
        tensors = {
            "sizes": np.diff(edges),
            "word": (self.keys & ((1 << WORD_BITS) - 1)).astype(np.uint16),
            "children": children.astype(np.uint16 if children.max() < 1 << 16 else np.uint32),
            # Of two words the shorter is the last one, and only contexts are ever shortened.
            "shorter": self.shorter[edges[2] :][self.parent[edges[2] :]],
            "unigram_logp": self.logp[1 : edges[1]],
            "logp": np.concatenate([codes for codes, _ in coded]),
            "logp_codebook": np.stack([book for _, book in coded]),
            "backoff": np.concatenate([codes for codes, _ in weights]),
            "backoff_codebook": np.stack([book for _, book in weights]),
        }
        save_file({k: np.ascontiguousarray(v) for k, v in tensors.items()}, path, {"layout": _LAYOUT})

    def _edges(self) -> list[int]:
        """The first node of each order, and the end of all; found by following the first n-gram of each."""
        edges = [1, 1 + self.vocabulary]
        while len(edges) < self.order:
            # The n-grams of the next order are those whose context is among the nodes of this one.
            edges.append(edges[1] + int(np.searchsorted(self.keys, edges[-1] << WORD_BITS)))
        return [*edges, len(self.logp)]

    @property
    def vocabulary(self) -> int:
        return len(self.logp) - len(self.keys) - 1

    @property
    def start(self) -> int:
        """The state at the beginning of a sentence."""
        return 1 + START

    def score(self, states: np.ndarray, words: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """states, words (n,) int -> (n,) float32 ln p(word | state), (n,) int64 states after it.

        This is the back-off recursion: p(w | h) where h w is in the trie, else weight(h) * p(w | shorter h).
        """
        at = np.asarray(states, np.int64)
        words = np.asarray(words, np.int64)
        logp = np.zeros(len(at), np.float32)
        following = np.zeros(len(at), np.int64)
        known = np.zeros(len(at), bool)  # p is complete
        followed = np.zeros(len(at), bool)  # the next state is found
        for _ in range(self.order - 1):
            node = self._child(at, words)
            hit = node > 0
            logp += np.where(known, 0, np.where(hit, self.logp[node], self.backoff[at]))
            known |= hit
            # The search goes on below a hit without children, for the longest end of it that has some.
            found = hit & ~followed & self._has_children(node)
            following[found] = node[found]
            followed |= found
            at = self.shorter[at].astype(np.int64)
        alone = 1 + words
        logp += np.where(known, 0, self.logp[alone])
        following = np.where(followed, following, np.where(self._has_children(alone), alone, 0))
        return logp, following

    def end(self, states: np.ndarray) -> np.ndarray:
        """states (n,) int64 -> (n,) float32 ln p(the sentence ends here)."""
        return self.score(states, np.full(len(states), END))[0]

    def _child(self, nodes: np.ndarray, words: np.ndarray) -> np.ndarray:
        """(n,) nodes and words -> (n,) node of the longer n-gram, 0 where there is none."""
        key = (nodes << WORD_BITS) | words
        # Neighbours share most of the way down, and the memory it touches: twice as fast in order.
        sorting = np.argsort(key)
        at = np.empty(len(key), np.int64)
        at[sorting] = np.searchsorted(self.keys, key[sorting])
        at = np.minimum(at, len(self.keys) - 1)
        hit = (self.keys[at] == key) & (words < 1 << WORD_BITS) & (nodes > 0)
        return np.where(hit, 1 + self.vocabulary + at, 0)

    def _has_children(self, nodes: np.ndarray) -> np.ndarray:
        inside = nodes < len(self.parent)
        return inside & self.parent[np.where(inside, nodes, 0)]


def _decode(book: np.ndarray, codes: np.ndarray, into: np.ndarray) -> None:
    """into[:] = book[codes], without the eight bytes an index that numpy takes for all of them at once."""
    for begin in range(0, len(codes), _SLAB):
        into[begin : begin + _SLAB] = book[codes[begin : begin + _SLAB]]


def _quantise(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(n,) float32 -> (n,) uint8 codes and a (256,) float32 codebook: means of equally full bins."""
    distinct, codes = np.unique(values, return_inverse=True)
    if len(distinct) > 256:
        bounds = np.unique(np.quantile(values, np.arange(1, 256) / 256))
        codes = np.searchsorted(bounds, values, side="right")
        totals = np.bincount(codes, values, minlength=256)
        distinct = totals / np.maximum(np.bincount(codes, minlength=256), 1)
    book = np.zeros(256, np.float32)
    book[: len(distinct)] = distinct
    return codes.astype(np.uint8), book
