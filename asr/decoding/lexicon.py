"""The words the recogniser knows, as a tree of phones: words that begin alike share their first nodes."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import overload

import numpy as np
from safetensors import safe_open
from safetensors.numpy import save_file

# Word ids that are no words: the two ends of a sentence, and every word not known.
START, END, UNKNOWN = 0, 1, 2
MARKS = ("<s>", "</s>", "<unk>")


def digest(words: Sequence[str]) -> str:
    """What tells lists of words apart."""
    return hashlib.sha256("\n".join(words).encode()).hexdigest()


class Words(Sequence[str]):
    """Texts of words end to end, each made when it is asked for: a tenth of what as many strings take."""

    def __init__(self, text: np.ndarray):
        """(n,) uint8, utf-8, a line a word."""
        self._text = text
        self._ends = np.append(np.flatnonzero(text == ord("\n")), len(text)).astype(np.int32)

    def __len__(self) -> int:
        return len(self._ends)

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[str, ...]: ...
    def __getitem__(self, at: int | slice) -> str | tuple[str, ...]:
        if isinstance(at, slice):
            begin, end, step = at.indices(len(self))
            if step != 1 or begin >= end:
                return tuple(self[i] for i in range(begin, end, step))
            first = self._ends[begin - 1] + 1 if begin else 0
            return tuple(self._text[first : self._ends[end - 1]].tobytes().decode().split("\n"))
        index = range(len(self))[at]
        begin = self._ends[index - 1] + 1 if index else 0
        return self._text[begin : self._ends[index]].tobytes().decode()

    def __iter__(self) -> Iterator[str]:
        return iter(self._text.tobytes().decode().split("\n"))


@dataclass(frozen=True)
class Lexicon:
    """N nodes numbered breadth first (children of a node lie side by side), M word ends; root = node 0."""

    words: Sequence[str]  # word id -> text; the most frequent first after the three MARKS
    labels: tuple[str, ...]  # label id -> phone, the blank first: those of the acoustic model
    phone: np.ndarray  # (N,) uint8, label of the arc into the node; 0 at the root
    first_child: np.ndarray  # (N,) int32, node
    children: np.ndarray  # (N,) uint8, how many
    first_word: np.ndarray  # (N,) int32, index into node_words
    word_count: np.ndarray  # (N,) uint16, how many words end here
    node_words: np.ndarray  # (M,) int32, word ids, the likeliest of a node first
    lookahead: np.ndarray  # (N,) float32, ln of the best word probability below the node; 0 at the root

    @cached_property
    def ids(self) -> dict[str, int]:
        """text -> word id."""
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
            words: By word id, MARKS first.
            prons: word -> its pronunciations (phone names, not empty).
            unigram_logp: (words,) float, ln p(word).
            labels: By label id, the blank first.

        Raises:
            ValueError: A word has no pronunciation, or an empty one.
            KeyError: A phone is no label.
        """
        label_ids = {name: label for label, name in enumerate(labels)}
        if tuple(words[: len(MARKS)]) != MARKS:
            raise ValueError(f"The first words must be {MARKS}, not {tuple(words[: len(MARKS)])}")
        ends: list[int] = []
        said: list[bytes] = []
        for index, word in enumerate(words[len(MARKS) :], len(MARKS)):
            variants = [bytes(label_ids[p] for p in pron) for pron in prons.get(word, ())]
            if not variants or not all(variants):
                raise ValueError(f"The word {word!r} has no pronunciation, or an empty one")
            for variant in dict.fromkeys(variants):
                ends.append(index)
                said.append(variant)
        longest = max(map(len, said), default=0)
        padded = np.frombuffer(b"".join(v.ljust(longest, b"\0") for v in said), np.uint8)
        return cls(
            tuple(words), tuple(labels), **_tree(np.array(ends, np.int32), padded.reshape(-1, longest), unigram_logp)
        )

    def save(self, path: Path) -> None:
        tensors = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in ("words", "labels")}
        tensors["words"] = np.frombuffer("\n".join(self.words).encode(), np.uint8)
        save_file(tensors, path, metadata={"labels": " ".join(self.labels)})

    @classmethod
    def load(cls, path: Path) -> "Lexicon":
        """Read what `save` wrote. ValueError if the file names no labels."""
        with safe_open(path, framework="numpy") as file:
            labels = tuple((file.metadata() or {}).get("labels", "").split())
            if not labels:
                raise ValueError(f"{path} is no lexicon: it names no labels")
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        for name, kind in (("children", np.uint8), ("word_count", np.uint16)):  # wider in files written before
            tensors[name] = tensors[name].astype(kind)
        return cls(Words(tensors.pop("words")), labels, **tensors)


def _tree(ends: np.ndarray, said: np.ndarray, unigram_logp: np.ndarray) -> dict[str, np.ndarray]:
    """ends (P,) word ids, said (P, longest) uint8 labels padded with 0 -> the arrays of a Lexicon."""
    at = np.zeros(len(ends), np.int64)  # the node each pronunciation has reached
    phone, parent, edges = [np.zeros(1, np.uint8)], [np.full(1, -1)], [0, 1]
    for depth in range(said.shape[1]):
        going = said[:, depth] > 0
        # Sorted by parent, so that the children of a node lie side by side.
        arcs, node = np.unique(at[going] * 256 + said[going, depth], return_inverse=True)
        at[going] = edges[-1] + node
        phone.append((arcs % 256).astype(np.uint8))
        parent.append(arcs // 256)
        edges.append(edges[-1] + len(arcs))
    parents = np.concatenate(parent)
    count = len(parents)
    children = np.bincount(parents[1:], minlength=count)
    word_count = np.bincount(at, minlength=count)

    best = np.full(count, -np.inf)
    np.maximum.at(best, at, unigram_logp[ends])
    for level in range(len(edges) - 2, 0, -1):
        nodes = slice(edges[level], edges[level + 1])
        np.maximum.at(best, parents[nodes], best[nodes])
    best[0] = 0  # so that the differences along a path add up to the look-ahead of its last node

    order = np.lexsort((ends, -unigram_logp[ends], at))
    return {
        "phone": np.concatenate(phone),
        "first_child": (1 + np.cumsum(children) - children).astype(np.int32),
        "children": children.astype(np.uint8),  # a label each
        "first_word": (np.cumsum(word_count) - word_count).astype(np.int32),
        "word_count": word_count.astype(np.uint16),
        "node_words": ends[order],
        "lookahead": best.astype(np.float32),
    }
