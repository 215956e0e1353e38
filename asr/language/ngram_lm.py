"""A back-off n-gram language model in one trie, scoring arrays of states and words at once.

Nodes are numbered breadth first: node 0 is the empty context, node 1 + w the single word w, node 1 + V + i the n-gram
at index i, sorted by context and then word. The few nodes with children are the states, numbered in the same order from
1 on; state 0 is the empty context. The state after some words is the longest suffix of theirs that is a state, so equal
futures are equal integers.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from asr.language.lexicon import END, START
from asr.limits import outside
from asr.tensor_file import TensorFile, Wanted, are_logp, within

WORD_BITS = 16  # words from 2 ** WORD_BITS on are rare: they are single words, in no longer n-gram

Scores = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]  # the type of `NgramLM.score`

_WORD = (1 << WORD_BITS) - 1
_LAYOUT = "trie 2"
_SLAB = 1 << 14  # values decoded at once: more would double the memory that loading takes
_ROUNDING = 1e-3  # ln; sums of a few float32 scores are rounded by less
_BLOCK = 16  # n-grams per entry of the search index


@dataclass(frozen=True)
class RankBitmap:
    """Rank bitmap over trie nodes: which nodes have children, and the state number of each in O(1).

    One bit per node, and a running count per 64 nodes.
    """

    bits: np.ndarray  # (N // 64 + 1,) uint64
    before: np.ndarray  # (N // 64 + 1,) int64, nodes with children before these 64 nodes

    @classmethod
    def of(cls, parent: np.ndarray) -> "RankBitmap":
        """Build it from (N,) bool by node: whether the node has children."""
        packed = np.packbits(parent, bitorder="little")
        bits = np.zeros(len(parent) // 64 + 1, np.uint64)
        bits.view(np.uint8)[: len(packed)] = packed
        return cls.of_bits(bits)

    @classmethod
    def of_bits(cls, bits: np.ndarray) -> "RankBitmap":
        """Build it from its bits."""
        counts = np.bitwise_count(bits).astype(np.int64)
        return cls(bits, np.cumsum(counts) - counts)

    def rank(self, nodes: np.ndarray) -> np.ndarray:
        """Count the nodes with children before each of `nodes`, (n,) of 0..N -> (n,) int64."""
        return self._find(nodes)[1]

    def _find(self, nodes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(n,) nodes of 0..N -> (n,) uint64, not 0 where the node has children, and (n,) int64 rank."""
        bits, bit = self.bits[nodes >> 6], np.uint64(1) << (nodes & 63).astype(np.uint64)
        return bits & bit, self.before[nodes >> 6] + np.bitwise_count(bits & (bit - np.uint64(1)))

    def states(self, nodes: np.ndarray) -> np.ndarray:
        """Return the state of each node, (n,) -> (n,) int64; 0 for a node without children or beyond N."""
        nodes = np.where(nodes >> 6 < len(self.bits), nodes, 0)
        inside, rank = self._find(nodes)
        return np.where(inside, 1 + rank, 0)

    def nodes(self) -> np.ndarray:
        """Return the node of each state but the empty context, (S,) int64."""
        return np.flatnonzero(np.unpackbits(self.bits.view(np.uint8), bitorder="little"))


@dataclass(frozen=True)
class NgramLM:
    """V words, M n-grams of two words or more, S states. Never changes."""

    order: int  # words of the longest n-grams
    word: np.ndarray  # (M,) uint16, last word of each n-gram, sorted within one context
    first: np.ndarray  # (S + 1,) int32, by state: its first n-gram; they end where those of the next state begin
    logp: np.ndarray  # (1 + V + M,) float32 or float16, by node: ln p(last word | words before it); node 0 unused
    backoff: np.ndarray  # (S,) float32 or float16, by state: ln weight of the shorter context
    shorter: np.ndarray  # (S,) int32, by state: the state without its first word
    parents: RankBitmap  # the nodes with children
    lexicon_digest: str = ""  # digest (asr.language.lexicon) of the lexicon whose word ids it uses; "" if unknown

    @classmethod
    def of_trie(
        cls,
        order: int,
        keys: np.ndarray,
        logp: np.ndarray,
        backoff: np.ndarray,
        shorter: np.ndarray,
        parent: np.ndarray,
    ) -> "NgramLM":
        """Build the model from arrays by node, where N nodes are shorter than `order` words.

        Args:
            order: Words of the longest n-grams.
            keys: (M,) `context node << WORD_BITS | word` of each n-gram of two words or more, sorted by order and key.
            logp: (1 + V + M,) ln p(last word | words before it).
            backoff: (N,) ln weight of the shorter context.
            shorter: (N,) node without its first word.
            parent: (N,) bool, whether the node has children.
        """
        keys, state = keys.astype(np.int64), np.where(parent, np.cumsum(parent), 0)
        counts = np.bincount(state[keys >> WORD_BITS], minlength=1 + np.count_nonzero(parent))
        return cls(
            order=order,
            word=(keys & _WORD).astype(np.uint16),
            first=_offsets(counts),
            logp=logp,
            backoff=np.concatenate([np.zeros(1, backoff.dtype), backoff[parent]]),
            shorter=np.concatenate([[0], state[shorter[parent]]]).astype(np.int32),
            parents=RankBitmap.of(parent),
        )

    @classmethod
    def load(cls, path: Path) -> "NgramLM":
        """Load what `save` wrote.

        Raises:
            ModelError: The file is missing, damaged, of another layout, or no trie of n-grams.
        """
        file = TensorFile.open(path, _LAYOUT)
        sizes = _sizes(file)
        edges = 1 + np.cumsum([0, *sizes])  # first node of each order
        stored = file.array
        children, parents = stored("children"), RankBitmap.of_bits(stored("parents"))
        bounds = 1 + parents.rank(edges[:-1])  # first state of each order
        _check_states(file, parents, bounds)
        _check_children(file, children, bounds, sizes)
        first = _offsets(np.append(0, children))
        states = len(first) - 1
        del children
        words = stored("word")
        _check_words(file, words, first, sizes[0])

        # The file holds 256 values per order; float16 keeps them to a thousandth and saves more than 20 MB.
        logp = np.zeros(edges[-1], np.float16)
        logp[1 : edges[1]] = _scores(file, "unigram_logp")
        codes, books = stored("logp"), _scores(file, "logp_codebook").astype(np.float16)
        for n in range(1, len(sizes)):
            _decode(books[n - 1], codes[edges[n] - edges[1] : edges[n + 1] - edges[1]], logp[edges[n] : edges[n + 1]])
        backoff = np.zeros(states, np.float16)
        codes, books = stored("backoff"), _scores(file, "backoff_codebook").astype(np.float16)
        for n, (begin, end) in enumerate(pairwise(bounds)):
            _decode(books[n], codes[begin - 1 : end - 1], backoff[begin:end])
        shorter = np.zeros(states, np.int32)
        if len(sizes) > 2:
            # Without its first word, a bigram is its last word; longer ones are in the file.
            bigrams = parents.nodes()[bounds[1] - 1 : bounds[2] - 1]
            shorter[bounds[1] : bounds[2]] = parents.states(1 + words[bigrams - edges[1]].astype(np.int64))
            longer = stored("shorter").astype(np.int64)
            file.check({"a shorter context is no node": lambda: within(longer, 0, int(edges[-2]) - 1)})
            shorter[bounds[2] :] = parents.states(longer)
            falls = {"a context is not longer than its shorter one": lambda: (shorter[1:] < np.arange(1, states)).all()}
            file.check(falls)
        return cls(len(sizes), words, first, logp, backoff, shorter, parents, file.metadata.get("words", ""))

    def save(self, path: Path) -> None:
        """Write the model, with probabilities and weights of n-grams rounded to one byte (256 values per order)."""
        edges = self._edges()
        nodes = self.parents.nodes()
        bounds = 1 + self.parents.rank(np.array(edges[:-1]))  # first state of each order
        children = np.diff(self.first)[1:]
        logps = [_quantize(self.logp[a:b]) for a, b in pairwise(edges[1:])]
        weights = [_quantize(self.backoff[a:b]) for a, b in pairwise(bounds)]
        longer = self.shorter[bounds[2] :] if self.order > 2 else self.shorter[:0]
        tensors = {
            "sizes": np.diff(edges),
            "word": self.word,
            "parents": self.parents.bits,
            "children": children.astype(np.uint16 if children.max() < 1 << 16 else np.uint32),
            # As nodes, and of contexts of three words or more only: that of a bigram is its last word.
            "shorter": np.concatenate([[0], nodes])[longer].astype(np.int32),
            "unigram_logp": self.logp[1 : edges[1]],
            "logp": np.concatenate([codes for codes, _ in logps]),
            "logp_codebook": np.stack([book for _, book in logps]),
            "backoff": np.concatenate([codes for codes, _ in weights]),
            "backoff_codebook": np.stack([book for _, book in weights]),
        }
        save_file(
            {k: np.ascontiguousarray(v) for k, v in tensors.items()},
            path,
            {"layout": _LAYOUT, "words": self.lexicon_digest},
        )

    def _edges(self) -> list[int]:
        """Return the first node of each order, and the number of nodes: follow the first context of each order."""
        edges = [1, 1 + self.vocabulary]
        while len(edges) < self.order:
            # The n-grams of the next order are those whose context is among the nodes of this one.
            first_state = 1 + int(self.parents.rank(np.array(edges[-1])))
            edges.append(edges[1] + int(self.first[first_state]))
        return [*edges, len(self.logp)]

    @property
    def vocabulary(self) -> int:
        """The number of words V."""
        return len(self.logp) - len(self.word) - 1

    @property
    def start(self) -> int:
        """The state at the beginning of a sentence."""
        return int(self.parents.states(np.array([1 + START]))[0])

    def score(self, states: np.ndarray, words: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Score words by the back-off recursion: p(w | h) if h w is in the trie, else weight(h) * p(w | shorter h).

        Args:
            states: (n,) int, the states before the words.
            words: (n,) int, word ids.

        Returns:
            (n,) float32 ln p(word | state), and (n,) int64 states after the words.
        """
        context = np.asarray(states, np.int64)
        words = np.asarray(words, np.int64)
        logp = np.zeros(len(context), np.float32)
        following = np.zeros(len(context), np.int64)  # the next state; 0 until it is found
        known = np.zeros(len(context), bool)  # logp is complete
        # After a hit without children the search goes on to find the longest suffix that is a state. Most pairs are
        # left after a pass or two: the context of the others is empty, so they are single words.
        pairs = np.flatnonzero(context > 0)
        context = context[pairs]
        while len(pairs):
            node = self._child(context, words[pairs])
            hit = node > 0
            logp[pairs] += np.where(known[pairs], 0, np.where(hit, self.logp[node], self.backoff[context]))
            found = pairs[hit]
            known[found] = True
            following[found] = np.where(following[found] > 0, following[found], self.parents.states(node[hit]))
            context = self.shorter[context].astype(np.int64)
            rest = np.flatnonzero((context > 0) & ~(known[pairs] & (following[pairs] > 0)))
            pairs, context = pairs[rest], context[rest]
        unigram = 1 + words
        logp += np.where(known, 0, self.logp[unigram])
        return logp, np.where(following > 0, following, self.parents.states(unigram))

    def end(self, states: np.ndarray) -> np.ndarray:
        """Return (n,) float32 ln p(the sentence ends here) for (n,) int64 states."""
        return self.score(states, np.full(len(states), END))[0]

    def upper_bound(self, words: np.ndarray) -> np.ndarray:
        """Return (n,) float32, for (n,) int word ids: no less than ln p(word | state) of any state."""
        return self._upper_bounds[words]

    @cached_property
    def _upper_bounds(self) -> np.ndarray:
        """(V,) float32: the best score of the word in any n-gram, with room for weights above 0 and for rounding."""
        unigrams, longer = self.logp[1 : 1 + self.vocabulary], self.logp[1 + self.vocabulary :]
        bounds = unigrams.astype(np.float32)
        for begin in range(0, len(longer), _SLAB):
            part = slice(begin, begin + _SLAB)
            np.maximum.at(bounds, self.word[part], longer[part].astype(np.float32))
        raised = (self.order - 1) * max(float(self.backoff.max()), 0.0)
        return bounds + np.float32(raised + _ROUNDING)

    def _child(self, states: np.ndarray, words: np.ndarray) -> np.ndarray:
        """(n,) states and words -> (n,) node of the longer n-gram, 0 where the trie has none."""
        block = np.searchsorted(self._block_keys, (states << WORD_BITS) | words, side="right") - 1
        begin = np.clip(block * _BLOCK, 0, len(self.word) - self._blocks.shape[1])
        # Few of these n-grams end in the right word (none for one from 2 ** WORD_BITS on), and fewer are of the state.
        pair, offset = np.divmod(np.flatnonzero(self._blocks[begin] == words[:, None]), self._blocks.shape[1])
        gram, state = begin[pair] + offset, states[pair]
        inside = (gram >= self.first[state]) & (gram < self.first[state + 1]) & (state > 0)
        node = np.zeros(len(states), np.int64)
        node[pair[inside]] = 1 + self.vocabulary + gram[inside]
        return node

    @cached_property
    def _blocks(self) -> np.ndarray:
        """(starts, _BLOCK or fewer) uint16, a view: the last words of the n-grams from each one on."""
        return np.lib.stride_tricks.sliding_window_view(self.word, min(_BLOCK, len(self.word)))

    @cached_property
    def _block_keys(self) -> np.ndarray:
        """(M / _BLOCK,) int64 `state << WORD_BITS | word` of every _BLOCKth n-gram.

        The keys of all n-grams would take more memory than everything else here.
        """
        grams = np.arange(0, len(self.word), _BLOCK)
        states = np.searchsorted(self.first, grams, side="right") - 1
        return states << WORD_BITS | self.word[grams]


def _sizes(file: TensorFile) -> list[int]:
    """Return the number of n-grams of each order, after a check that all tensors have the shapes it asks for.

    The contexts are not counted yet; `_check_states` compares their number.

    Raises:
        ModelError: They have not.
    """
    (order,) = file.shape("sizes", 1)
    if wrong := outside({"order": order}):
        raise file.contradiction("; ".join(wrong))
    (vocabulary,), (grams,), (blocks,) = (file.shape(name, 1) for name in ("unigram_logp", "word", "parents"))
    wanted = {
        "sizes": Wanted(("I64",), (order,)),
        "word": Wanted(("U16",), (grams,)),
        "parents": Wanted(("U64",), (blocks,)),
        "children": Wanted(("U16", "U32"), file.shape("children", 1)),
        "shorter": Wanted(("I32",), file.shape("shorter", 1)),
        "unigram_logp": Wanted(("F16", "F32"), (vocabulary,)),
        "logp": Wanted(("U8",), (grams,)),
        "logp_codebook": Wanted(("F32",), (order - 1, 256)),
        "backoff": Wanted(("U8",), file.shape("backoff", 1)),
        "backoff_codebook": Wanted(("F32",), (order - 1, 256)),
    }
    file.expect(wanted)
    sizes: list[int] = file.array("sizes").tolist()
    fits = sizes[0] == vocabulary and sum(sizes[1:]) == grams and (1 + sum(sizes[:-1])) // 64 + 1 == blocks
    if not fits or min(sizes) < 1 or (wrong := outside({"words": vocabulary})):
        raise file.contradiction(f"the number of n-grams of each order; {'; '.join(wrong) if fits else sizes}")
    return sizes


def _check_states(file: TensorFile, parents: RankBitmap, bounds: np.ndarray) -> None:
    """Check that there are n-grams and a weight for each context, and a shorter one for those of three words or more.

    Args:
        file: The file.
        parents: Its contexts.
        bounds: (order,) int64, the first state of each order, and the number of states.
    """
    states, longest = int(bounds[-1]), int(bounds[-1] - bounds[2]) if len(bounds) > 2 else 0
    if wrong := outside({"states": states}):
        raise file.contradiction("; ".join(wrong))
    found = file.shape("children", 1) + file.shape("backoff", 1) + file.shape("shorter", 1)
    if found != (states - 1, states - 1, longest):
        expected = f"{states - 1}, {states - 1} and {longest}"
        raise file.contradiction(f"{found[0]}, {found[1]} and {found[2]} contexts, expected {expected}")
    total = int(np.bitwise_count(parents.bits).sum(dtype=np.int64))
    file.check({"a context is no node": lambda: bounds[0] == 1 and total == states - 1})


def _check_children(file: TensorFile, children: np.ndarray, bounds: np.ndarray, sizes: list[int]) -> None:
    """Check that the n-grams of each order are the children of those one word shorter.

    Args:
        file: The file.
        children: (S - 1,) uint16 or uint32, by state.
        bounds: (order,) int64, the first state of each order, and the number of states.
        sizes: The number of n-grams of each order.
    """
    counts = [children[a - 1 : b - 1].sum(dtype=np.int64) for a, b in pairwise(bounds)]
    file.check({"its contexts do not fit its n-grams": lambda: (children > 0).all() and counts == sizes[1:]})


def _check_words(file: TensorFile, words: np.ndarray, first: np.ndarray, vocabulary: int) -> None:
    """Check that words are in the vocabulary and sorted within each context, as the search for one needs it."""
    sorted_pairs = words[1:] > words[:-1]
    sorted_pairs[first[2:-1] - 1] = True  # each context but the empty one has an n-gram
    file.check(
        {
            "a word is not in its vocabulary": lambda: within(words, 0, vocabulary - 1),
            "the words of a context are not sorted": sorted_pairs.all,
        }
    )


def _scores(file: TensorFile, name: str) -> np.ndarray:
    """Read ln probabilities or weights and check them."""
    values = file.array(name)
    file.check({f"a value of '{name}' is impossible": lambda: are_logp(values)})
    return values


def _offsets(counts: np.ndarray) -> np.ndarray:
    """(S,) n-grams of each context -> (S + 1,) int32, the first n-gram of each, and their number."""
    offsets = np.zeros(len(counts) + 1, np.int32)
    np.cumsum(counts, out=offsets[1:])
    return offsets


def _decode(book: np.ndarray, codes: np.ndarray, target: np.ndarray) -> None:
    """Set target[:] = book[codes] in slabs: numpy takes eight bytes per index for all codes of one call."""
    for begin in range(0, len(codes), _SLAB):
        target[begin : begin + _SLAB] = book[codes[begin : begin + _SLAB]]


def _quantize(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(n,) float32 -> (n,) uint8 codes and (256,) float32 codebook: the means of equally full bins."""
    distinct, codes = np.unique(values, return_inverse=True)
    if len(distinct) > 256:
        bounds = np.unique(np.quantile(values, np.arange(1, 256) / 256))
        codes = np.searchsorted(bounds, values, side="right")
        totals = np.bincount(codes, values, minlength=256)
        distinct = totals / np.maximum(np.bincount(codes, minlength=256), 1)
    book = np.zeros(256, np.float32)
    book[: len(distinct)] = distinct
    return codes.astype(np.uint8), book
