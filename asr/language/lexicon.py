"""The words that can be recognised, as a prefix tree of phones: words that begin alike share their first nodes."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import overload

import numpy as np
from safetensors.numpy import save_file

from asr.errors import ModelError
from asr.limits import LIMITS, outside
from asr.tensor_file import TensorFile, Wanted, are_logp, within

START, END, UNKNOWN = 0, 1, 2  # word ids of the two ends of a sentence, and of all words outside the lexicon
MARKS = ("<s>", "</s>", "<unk>")  # their texts: the first words of every lexicon


def digest(words: Sequence[str]) -> str:
    """Return the SHA-256 of a word list, hexadecimal: equal for lists with the same words in the same order."""
    return hashlib.sha256("\n".join(words).encode()).hexdigest()


class PackedWords(Sequence[str]):
    """A word list in one array of bytes, with a tenth of the memory of a list of strings.

    Args:
        text: (n,) uint8, the words in UTF-8, one per line, without a newline at the end.
    """

    def __init__(self, text: np.ndarray):
        self._text = text
        self._ends = np.append(np.flatnonzero(text == ord("\n")), len(text)).astype(np.int32)

    def __len__(self) -> int:
        return len(self._ends)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[str, ...]: ...
    def __getitem__(self, index: int | slice) -> str | tuple[str, ...]:
        if isinstance(index, slice):
            begin, end, step = index.indices(len(self))
            if step != 1 or begin >= end:
                return tuple(self[i] for i in range(begin, end, step))
            return tuple(self._decode(begin, end).split("\n"))
        position = range(len(self))[index]  # counts negative indices from the end, and raises IndexError
        return self._decode(position, position + 1)

    def _decode(self, begin: int, end: int) -> str:
        """Return the lines of the words `begin` to `end`, without the newline after the last."""
        first = self._ends[begin - 1] + 1 if begin else 0
        return self._text[first : self._ends[end - 1]].tobytes().decode()

    def __iter__(self) -> Iterator[str]:
        return iter(self._text.tobytes().decode().split("\n"))


@dataclass(frozen=True)
class Lexicon:
    """A prefix tree of N nodes, numbered breadth first from the root, node 0, and M pronunciations.

    The children of a node have consecutive numbers. A model file stores the arrays under the names of these fields.
    """

    words: Sequence[str]  # word id -> text; the three MARKS, then the most frequent words first
    labels: tuple[str, ...]  # label id -> phone, the blank first: the labels of the acoustic model
    phone: np.ndarray  # (N,) uint8, label id of the arc into the node; 0 at the root
    first_child: np.ndarray  # (N,) int32, node number
    children: np.ndarray  # (N,) uint8, number of children
    first_word: np.ndarray  # (N,) int32, index into node_words
    word_count: np.ndarray  # (N,) uint16, number of words that end at the node
    node_words: np.ndarray  # (M,) int32, word ids, the likeliest of a node first
    lookahead: np.ndarray  # (N,) float32, ln of the best word probability below the node; 0 at the root

    @cached_property
    def ids(self) -> dict[str, int]:
        """Word ids by text."""
        return {word: index for index, word in enumerate(self.words)}

    @classmethod
    def build(
        cls,
        words: Sequence[str],
        prons: Mapping[str, Iterable[Sequence[str]]],
        unigram_logp: np.ndarray,
        labels: Sequence[str],
    ) -> "Lexicon":
        """Build the tree.

        Args:
            words: Texts by word id, MARKS first.
            prons: The pronunciations of each word, each a sequence of phone names that is not empty.
            unigram_logp: (words,) float, ln p(word).
            labels: Label names by label id, the blank first.

        Raises:
            ValueError: MARKS are not the first words, or a word has no pronunciation or an empty one.
            KeyError: A phone is not among the labels.
        """
        label_ids = {name: label for label, name in enumerate(labels)}
        if tuple(words[: len(MARKS)]) != MARKS:
            raise ValueError(f"The first words must be {MARKS}, not {tuple(words[: len(MARKS)])}")
        word_ids: list[int] = []  # of each pronunciation
        phones: list[bytes] = []  # its label ids
        for index, word in enumerate(words[len(MARKS) :], len(MARKS)):
            variants = [bytes(label_ids[p] for p in pron) for pron in prons.get(word, ())]
            if not variants or not all(variants):
                raise ValueError(f"The word {word!r} has no pronunciation, or an empty one")
            for variant in dict.fromkeys(variants):
                word_ids.append(index)
                phones.append(variant)
        longest = max(map(len, phones), default=0)
        padded = np.frombuffer(b"".join(p.ljust(longest, b"\0") for p in phones), np.uint8).reshape(-1, longest)
        return cls(tuple(words), tuple(labels), **_build_tree(np.array(word_ids, np.int32), padded, unigram_logp))

    def pronunciations(self, words: Iterable[str]) -> dict[str, list[tuple[int, ...]]]:
        """Return the pronunciations of words, each as label ids; words that the lexicon lacks are left out."""
        sought = set(words)  # instead of `ids`, which holds all words
        wanted = [number for number, word in enumerate(self.words) if number > UNKNOWN and word in sought]
        found: dict[str, list[tuple[int, ...]]] = {}
        for position in np.flatnonzero(np.isin(self.node_words, wanted)):
            # Both arrays count up from node to node, so the last node that begins at or before a number holds it.
            # Numbers of the arrays' own type, since each look-up would convert the whole array otherwise.
            node = int(np.searchsorted(self.first_word, np.int32(position), "right")) - 1
            labels: list[int] = []
            while node:
                labels.append(int(self.phone[node]))
                node = int(np.searchsorted(self.first_child, np.int32(node), "right")) - 1
            found.setdefault(self.words[self.node_words[position]], []).append(tuple(labels[::-1]))
        return found

    def save(self, path: Path) -> None:
        """Write the lexicon as safetensors."""
        tensors = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in ("words", "labels")}
        tensors["words"] = np.frombuffer("\n".join(self.words).encode(), np.uint8)
        save_file(tensors, path, metadata={"labels": " ".join(self.labels)})

    @classmethod
    def load(cls, path: Path) -> "Lexicon":
        """Load what `save` wrote.

        Raises:
            ModelError: The file is missing, damaged, no lexicon, or no tree of words.
        """
        file = TensorFile.open(path)
        labels = tuple(file.metadata.get("labels", "").split(" "))
        if labels == ("",):
            raise ModelError("other-format", path=path, expected="a lexicon with labels", found=None)
        nodes, pronunciations = file.shape("phone", 1), file.shape("node_words", 1)
        file.expect(
            {name: Wanted(dtypes, nodes) for name, dtypes in _NODE_TYPES.items()}
            | {"node_words": Wanted(("I32",), pronunciations), "words": Wanted(("U8",), file.shape("words", 1))}
        )
        if wrong := outside({"labels": len(labels), "nodes": nodes[0]}):
            raise file.contradiction("; ".join(wrong))
        tensors = {name: file.array(name) for name in file.tensors}
        text = tensors.pop("words")
        words = PackedWords(text)
        _check(file, tensors, text, words, len(labels))
        for name, dtype in (("children", np.uint8), ("word_count", np.uint16)):  # older files have wider integers
            tensors[name] = tensors[name].astype(dtype)
        return cls(words, labels, **tensors)


# Types of the arrays by node in a file.
_NODE_TYPES = {
    "phone": ("U8",),
    "first_child": ("I32",),
    "children": ("U8", "I32"),
    "first_word": ("I32",),
    "word_count": ("U16", "I32"),
    "lookahead": ("F32",),
}


def _check(file: TensorFile, arrays: dict[str, np.ndarray], text: np.ndarray, words: PackedWords, labels: int) -> None:
    """Check that the arrays of a file are a tree of N nodes over its words, as `Lexicon.build` makes it.

    Args:
        file: The file, for errors.
        arrays: The arrays of a Lexicon by field name.
        text: (n,) uint8, the words in UTF-8.
        words: The words.
        labels: How many labels there are.

    Raises:
        ModelError: They are not.
    """
    children, word_count = arrays["children"], arrays["word_count"]
    first_child, first_word = arrays["first_child"], arrays["first_word"]
    count = len(children)
    file.check(
        {
            "its words are no text": lambda: _is_text(text.tobytes()),
            f"its first words are not {' '.join(MARKS)}": lambda: words[: len(MARKS)] == MARKS,
            "its number of words": lambda: not outside({"words": len(words)}),
            "a phone is no label": lambda: arrays["phone"][0] == 0 and within(arrays["phone"][1:], 1, labels - 1),
            "its tree has loops or loose nodes": lambda: (
                within(children, 0, labels - 1)
                and children.sum(dtype=np.int64) == count - 1
                and _follow_each_other(first_child, 1, children)
                and (first_child > np.arange(count, dtype=np.int32)).all()
            ),
            "its words do not fit its tree": lambda: (
                within(word_count, *LIMITS["homophones"])
                and word_count.sum(dtype=np.int64) == len(arrays["node_words"])
                and _follow_each_other(first_word, 0, word_count)
            ),
            "a pronunciation has no word": lambda: within(arrays["node_words"], len(MARKS), len(words) - 1),
            "a score is impossible": lambda: are_logp(arrays["lookahead"]),
        }
    )


def _follow_each_other(first: np.ndarray, begin: int, counts: np.ndarray) -> bool:
    """Return whether spans of `counts` items, (N,), each begin in (N,) int32 `first` where the one before ends."""
    return first[0] == begin and bool((np.diff(first) == counts[:-1]).all())


def _is_text(words: bytes) -> bool:
    """Return whether these are words in UTF-8, one per line: none is empty, and none has a control character."""
    plain = words.translate(None, _CONTROLS)
    if not words or len(plain) < len(words) or b"\n\n" in words or words[0] == 10 or words[-1] == 10:
        return False
    try:
        text = words.decode()
        return b"\xc2" not in words or not re.search("[\x80-\x9f]", text)
    except UnicodeDecodeError:
        return False


_CONTROLS = bytes(code for code in (*range(32), 127) if code != ord("\n"))


def _build_tree(word_ids: np.ndarray, phones: np.ndarray, unigram_logp: np.ndarray) -> dict[str, np.ndarray]:
    """Return the arrays of a Lexicon by field name.

    Args:
        word_ids: (P,) int32, the word of each pronunciation.
        phones: (P, longest) uint8, its label ids, padded with 0.
        unigram_logp: (words,) float, ln p(word).
    """
    node_of = np.zeros(len(word_ids), np.int64)  # the node that each pronunciation has reached
    phone, parent, edges = [np.zeros(1, np.uint8)], [np.full(1, -1)], [0, 1]
    for depth in range(phones.shape[1]):
        longer = phones[:, depth] > 0
        # Sorted by parent, so that the children of a node get consecutive numbers.
        arcs, node = np.unique(node_of[longer] * 256 + phones[longer, depth], return_inverse=True)
        node_of[longer] = edges[-1] + node
        phone.append((arcs % 256).astype(np.uint8))
        parent.append(arcs // 256)
        edges.append(edges[-1] + len(arcs))
    parents = np.concatenate(parent)
    count = len(parents)
    children = np.bincount(parents[1:], minlength=count)
    word_count = np.bincount(node_of, minlength=count)

    best = np.full(count, -np.inf)
    np.maximum.at(best, node_of, unigram_logp[word_ids])
    for level in range(len(edges) - 2, 0, -1):
        nodes = slice(edges[level], edges[level + 1])
        np.maximum.at(best, parents[nodes], best[nodes])
    best[0] = 0  # so that the differences along a path add up to the look-ahead of its last node

    order = np.lexsort((word_ids, -unigram_logp[word_ids], node_of))
    return {
        "phone": np.concatenate(phone),
        "first_child": (1 + np.cumsum(children) - children).astype(np.int32),
        "children": children.astype(np.uint8),  # at most one child per label
        "first_word": (np.cumsum(word_count) - word_count).astype(np.int32),
        "word_count": word_count.astype(np.uint16),
        "node_words": word_ids[order],
        "lookahead": best.astype(np.float32),
    }
