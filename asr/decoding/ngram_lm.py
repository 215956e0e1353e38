"""How likely a word is after the words before it: a back-off n-gram model, asked many questions at once.

All n-grams lie in one trie, numbered breadth first: node 0 is the empty context, node 1 + w the word w alone,
the n-gram at index i, sorted by context and then word, is node 1 + V + i. Few nodes have children. Those are the
states, numbered in the same order from 1 on, state 0 being the empty context. The state after some words is their
longest end that is one, so that equal futures are equal integers.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import numpy as np
from safetensors import safe_open
from safetensors.numpy import save_file

START, END = 0, 1  # word ids of the two ends of a sentence
WORD_BITS = 16  # words from 2 ** WORD_BITS on are rare: they occur alone, in no n-gram

_WORD = (1 << WORD_BITS) - 1
_LAYOUT = "trie 1"
_SLAB = 1 << 14  # values that are unpacked at once: more would double the memory that loading takes
_BLOCK = 16  # n-grams of which the first alone is searched for


@dataclass(frozen=True)
class Parents:
    """Which nodes have children, and the how manieth of those each is: a bit a node, and a sum for every 64."""

    bits: np.ndarray  # (N // 64 + 1,) uint64
    before: np.ndarray  # (N // 64 + 1,) int64, states before these 64 nodes

    @classmethod
    def of(cls, parent: np.ndarray) -> "Parents":
        """(N,) bool, by node."""
        packed = np.packbits(parent, bitorder="little")
        bits = np.zeros(len(parent) // 64 + 1, np.uint64)
        bits.view(np.uint8)[: len(packed)] = packed
        counts = np.bitwise_count(bits).astype(np.int64)
        return cls(bits, np.cumsum(counts) - counts)

    def count(self, nodes: np.ndarray) -> np.ndarray:
        """(n,) nodes up to N -> (n,) int64, how many before each have children."""
        return self._find(nodes)[1]

    def _find(self, nodes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(n,) nodes up to N -> (n,) not 0 where each has children, and how many before it have."""
        bits, bit = self.bits[nodes >> 6], np.uint64(1) << (nodes & 63).astype(np.uint64)
        return bits & bit, self.before[nodes >> 6] + np.bitwise_count(bits & (bit - np.uint64(1)))

    def states(self, nodes: np.ndarray) -> np.ndarray:
        """(n,) nodes -> (n,) int64 their states, 0 for those without children."""
        nodes = np.where(nodes >> 6 < len(self.bits), nodes, 0)
        inside, count = self._find(nodes)
        return np.where(inside, 1 + count, 0)

    def nodes(self) -> np.ndarray:
        """(S,) int64, the node of each state but the empty one."""
        return np.flatnonzero(np.unpackbits(self.bits.view(np.uint8), bitorder="little"))


@dataclass(frozen=True)
class NgramLM:
    """V words, M n-grams of two words or more, S states."""

    order: int
    word: np.ndarray  # (M,) uint16, the last word of each n-gram, sorted among those of one context
    first: np.ndarray  # (S + 1,) int32, by state, the first n-gram with this context: one's end is the next one's first
    logp: np.ndarray  # (1 + V + M,) float32 or float16, by node, ln p(last word | the words before it); node 0 unused
    backoff: np.ndarray  # (S,) float32 or float16, by state, ln of the weight of the shorter context
    shorter: np.ndarray  # (S,) int32, by state, the state less its first word
    parents: Parents
    words: str = ""  # the digest (asr.decoding.lexicon) of the lexicon whose ids it counts; "" where nobody told

    @classmethod
    def of_trie(
        cls, order: int, keys: np.ndarray, logp: np.ndarray, backoff: np.ndarray, shorter: np.ndarray,
        parent: np.ndarray,
    ) -> "NgramLM":  # fmt: skip
        """From arrays by node: keys (M,) `context node << WORD_BITS | word`; of all N nodes that are no longest
        n-grams: backoff (N,), shorter (N,) node, and parent (N,) bool, whether it has children."""
        keys, state = keys.astype(np.int64), np.where(parent, np.cumsum(parent), 0)
        many = np.bincount(state[keys >> WORD_BITS], minlength=1 + np.count_nonzero(parent))
        return cls(
            order=order,
            word=(keys & _WORD).astype(np.uint16),
            first=_firsts(many),
            logp=logp,
            backoff=np.concatenate([np.zeros(1, backoff.dtype), backoff[parent]]),
            shorter=np.concatenate([[0], state[shorter[parent]]]).astype(np.int32),
            parents=Parents.of(parent),
        )

    @classmethod
    def load(cls, path: Path) -> "NgramLM":
        """ValueError when the file holds no language model of this layout."""
        with safe_open(path, framework="numpy") as file:
            terms = file.metadata() or {}
            if terms.get("layout") != _LAYOUT:
                raise ValueError(f"{path} is no language model of the layout {_LAYOUT!r}; build it again")

        def stored(name: str) -> np.ndarray:
            # One after the other, as the pages of an open file count too: half as much memory again for all at once.
            with safe_open(path, framework="numpy") as file:
                return file.get_tensor(name)

        sizes = stored("sizes")  # n-grams of each order
        edges = 1 + np.cumsum([0, *sizes])  # first node of each order
        children = stored("children")
        parents, following = Parents.of(children > 0), _firsts(np.append(0, children[children > 0]))
        states = len(following) - 1
        del children
        words = stored("word")

        # The file holds 256 values an order; half precision keeps them to a thousandth and saves 20 MB and more.
        logp = np.zeros(edges[-1], np.float16)
        logp[1 : edges[1]] = stored("unigram_logp")
        codes, books = stored("logp"), stored("logp_codebook").astype(np.float16)
        for n in range(1, len(sizes)):
            _decode(books[n - 1], codes[edges[n] - edges[1] : edges[n + 1] - edges[1]], logp[edges[n] : edges[n + 1]])
        first = 1 + parents.count(edges[:-1])  # state of each order
        backoff = np.zeros(states, np.float16)
        codes, books = stored("backoff"), stored("backoff_codebook").astype(np.float16)
        for n, (begin, end) in enumerate(pairwise(first)):
            _decode(books[n], codes[begin - 1 : end - 1], backoff[begin:end])
        shorter = np.zeros(states, np.int32)
        if len(sizes) > 2:
            pairs = parents.nodes()[first[1] - 1 : first[2] - 1]
            shorter[first[1] : first[2]] = parents.states(1 + words[pairs - edges[1]].astype(np.int64))
            shorter[first[2] :] = parents.states(stored("shorter").astype(np.int64))
        return cls(len(sizes), words, following, logp, backoff, shorter, parents, terms.get("words", ""))

    def save(self, path: Path) -> None:
        """Write with probabilities and weights of n-grams rounded to one byte each (256 values an order)."""
        edges = self._edges()
        nodes = self.parents.nodes()
        first = 1 + self.parents.count(np.array(edges[:-1]))
        children = np.zeros(edges[-2], np.int64)
        children[nodes] = np.diff(self.first)[1:]
        coded = [_quantise(self.logp[a:b]) for a, b in pairwise(edges[1:])]
        weights = [_quantise(self.backoff[a:b]) for a, b in pairwise(first)]
        longer = self.shorter[first[2] :] if self.order > 2 else self.shorter[:0]
        tensors = {
            "sizes": np.diff(edges),
            "word": self.word,
            "children": children.astype(np.uint16 if children.max() < 1 << 16 else np.uint32),
            # Nodes. Of two words the shorter is the last one, and only contexts are ever shortened.
            "shorter": np.concatenate([[0], nodes])[longer].astype(np.int32),
            "unigram_logp": self.logp[1 : edges[1]],
            "logp": np.concatenate([codes for codes, _ in coded]),
            "logp_codebook": np.stack([book for _, book in coded]),
            "backoff": np.concatenate([codes for codes, _ in weights]),
            "backoff_codebook": np.stack([book for _, book in weights]),
        }
        save_file(
            {k: np.ascontiguousarray(v) for k, v in tensors.items()}, path, {"layout": _LAYOUT, "words": self.words}
        )

    def _edges(self) -> list[int]:
        """The first node of each order, and the end of all; found by following the first context of each."""
        edges = [1, 1 + self.vocabulary]
        while len(edges) < self.order:
            # The n-grams of the next order are those whose context is among the nodes of this one.
            following = 1 + int(self.parents.count(np.array(edges[-1])))
            edges.append(edges[1] + int(self.first[following]))
        return [*edges, len(self.logp)]

    @property
    def vocabulary(self) -> int:
        return len(self.logp) - len(self.word) - 1

    @property
    def start(self) -> int:
        """The state at the beginning of a sentence."""
        return int(self.parents.states(np.array([1 + START]))[0])

    def score(self, states: np.ndarray, words: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """states, words (n,) int -> (n,) float32 ln p(word | state), (n,) int64 states after it.

        This is the back-off recursion: p(w | h) where h w is in the trie, else weight(h) * p(w | shorter h).
        """
        at = np.asarray(states, np.int64)
        words = np.asarray(words, np.int64)
        logp = np.zeros(len(at), np.float32)
        following = np.zeros(len(at), np.int64)  # the next state; 0 until it is found
        known = np.zeros(len(at), bool)  # p is complete
        for _ in range(self.order - 1):
            node = self._child(at, words)
            hit = node > 0
            logp += np.where(known, 0, np.where(hit, self.logp[node], self.backoff[at]))
            known |= hit
            # The search goes on below a hit without children, for the longest end of it that has some.
            following = np.where(following > 0, following, self.parents.states(node))
            at = self.shorter[at].astype(np.int64)
        alone = 1 + words
        logp += np.where(known, 0, self.logp[alone])
        return logp, np.where(following > 0, following, self.parents.states(alone))

    def end(self, states: np.ndarray) -> np.ndarray:
        """states (n,) int64 -> (n,) float32 ln p(the sentence ends here)."""
        return self.score(states, np.full(len(states), END))[0]

    def _child(self, states: np.ndarray, words: np.ndarray) -> np.ndarray:
        """(n,) states and words -> (n,) node of the longer n-gram, 0 where there is none."""
        block = np.searchsorted(self._heads, (states << WORD_BITS) | words, side="right") - 1
        at = np.minimum(block[:, None] * _BLOCK + np.arange(_BLOCK), len(self.word) - 1)
        inside = (at >= self.first[states, None]) & (at < self.first[states + 1, None])
        hit = inside & (self.word[at] == words[:, None])  # never of a word from 2 ** WORD_BITS on
        found = at[np.arange(len(at)), hit.argmax(1)]
        return np.where(hit.any(1) & (states > 0), 1 + self.vocabulary + found, 0)

    @cached_property
    def _heads(self) -> np.ndarray:
        """(M / _BLOCK,) int64 `state << WORD_BITS | word` of every _BLOCKth n-gram. All of them would take more memory
        than everything else here."""
        at = np.arange(0, len(self.word), _BLOCK)
        states = np.searchsorted(self.first, at, side="right") - 1
        return states << WORD_BITS | self.word[at]


def _firsts(many: np.ndarray) -> np.ndarray:
    """(S,) n-grams of each context -> (S + 1,) int32, the first of each, and the end of all."""
    firsts = np.zeros(len(many) + 1, np.int32)
    np.cumsum(many, out=firsts[1:])
    return firsts


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
