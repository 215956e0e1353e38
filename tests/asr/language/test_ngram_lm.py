"""Scoring arrays of words equals the back-off recursion over a table of n-grams, word by word."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from asr.errors import ModelError
from asr.language.ngram_lm import WORD_BITS, NgramLM, RankBitmap

V = 9  # words, the ids 0 and 1 being the ends of a sentence
Gram = tuple[int, ...]


def random_model(seed: int, order: int, size: int = V) -> tuple[NgramLM, dict[Gram, float], dict[Gram, float]]:
    """Return a model of random n-grams closed under prefixes and suffixes, its ln p by n-gram, and its weights."""
    rng = np.random.default_rng(seed)
    levels: list[set[Gram]] = [{(w,) for w in range(size)}]
    for _ in range(2, order + 1):
        longer = {(*gram, w) for gram in levels[-1] for w in range(1, size) if (*gram[1:], w) in levels[-1]}
        levels.append({gram for gram in sorted(longer) if rng.random() < 0.4})
    nodes: dict[Gram, int] = {(): 0, **{(w,): 1 + w for w in range(size)}}
    keys: list[int] = []
    for level in levels[1:]:
        for key, gram in sorted(((nodes[gram[:-1]] << WORD_BITS) | gram[-1], gram) for gram in level):
            nodes[gram] = 1 + size + len(keys)
            keys.append(key)
    table = {gram: float(rng.normal(-3, 1)) for gram in nodes if gram}
    has_children = {gram[:-1] for gram in nodes if len(gram) > 1}
    weights = {gram: float(rng.normal(-1, 0.5)) for gram in sorted(has_children)}
    inner = [gram for gram in nodes if len(gram) < order]
    model = NgramLM.of_trie(
        order=order,
        keys=np.array(keys),
        logp=np.array([table.get(gram, 0) for gram in nodes], np.float32),
        backoff=np.array([weights.get(gram, 0) for gram in inner], np.float32),
        shorter=np.array([nodes[gram[1:]] for gram in inner], np.int32),
        parent=np.array([gram in has_children for gram in inner]),
    )
    return model, table, weights


def recursion(table: dict[Gram, float], weights: dict[Gram, float], context: Gram, word: int) -> float:
    """Return ln p(word | context) by the definition of a back-off model."""
    if (*context, word) in table:
        return table[*context, word]
    return weights.get(context, 0) + recursion(table, weights, context[1:], word)


@pytest.mark.parametrize(("order", "seed"), [(1, 0), (2, 1), (3, 2), (4, 3), (5, 4)])
def test_bulk_equals_recursion(order: int, seed: int) -> None:
    model, table, weights = random_model(seed, order)
    rng = np.random.default_rng(seed)
    streams = rng.integers(1, V, (50, 12))
    states = np.full(len(streams), model.start)
    history: list[Gram] = [(0,) for _ in streams]
    for words in streams.T:
        cut = [tuple(int(w) for w in past[max(0, len(past) - order + 1) :]) for past in history]
        ends = model.end(states)
        logp, states = model.score(states, words)
        assert logp.dtype == np.float32 and states.dtype == np.int64
        assert (logp <= model.upper_bound(words)).all()
        np.testing.assert_allclose(
            logp, [recursion(table, weights, c, int(w)) for c, w in zip(cut, words, strict=True)], rtol=1e-4
        )
        np.testing.assert_allclose(ends, [recursion(table, weights, c, 1) for c in cut], rtol=1e-4)
        history = [(*past, int(word)) for past, word in zip(history, words, strict=True)]


def test_equal_futures_are_equal_states() -> None:
    """A state holds no more of the context than can change a later probability."""
    model, table, _ = random_model(7, 3)
    contexts = {gram[:-1] for gram in table}
    for a in range(1, V):
        for b in range(1, V):
            _, state = model.score(np.array([model.start]), np.array([a]))
            _, state = model.score(state, np.array([b]))
            longest = next(c for c in ((a, b), (b,), ()) if c in contexts)
            _, expected = model.score(np.array([0]), np.array([b]))
            assert (state[0] == expected[0]) == (len(longest) < 2)


def test_states_are_the_nodes_with_children_in_their_order() -> None:
    rng = np.random.default_rng(0)
    for size in (1, 63, 64, 65, 1000):
        parent = rng.random(size) < 0.3
        parent[0] = False
        parents = RankBitmap.of(parent)
        expected = np.where(parent, np.cumsum(parent), 0)
        np.testing.assert_array_equal(parents.states(np.arange(size)), expected)
        np.testing.assert_array_equal(parents.states(np.array([size, size + 200])), [0, 0])
        np.testing.assert_array_equal(parents.rank(np.arange(size + 1)), np.concatenate([[0], np.cumsum(parent)]))
        np.testing.assert_array_equal(parents.nodes(), np.flatnonzero(parent))


def test_words_too_rare_for_n_grams_are_scored_as_unigrams() -> None:
    size = (1 << WORD_BITS) + 5
    logp = np.linspace(-9, -1, 1 + size + 1).astype(np.float32)
    nothing = np.zeros(1 + size, np.float32)
    parent = np.zeros(1 + size, bool)
    parent[5] = True
    # The one bigram is (4, 3); the word 2 ** WORD_BITS + 3 has the same low bits as 3 in the next context.
    model = NgramLM.of_trie(2, np.array([(5 << WORD_BITS) | 3]), logp, nothing, nothing.astype(np.int32), parent)
    words = np.array([3, (1 << WORD_BITS) + 3])
    got, _ = model.score(model.parents.states(np.array([5, 4])), words)
    np.testing.assert_allclose(got, [logp[-1], logp[1 + words[1]]])


@pytest.mark.parametrize("order", [2, 3, 4])
def test_saved_and_loaded_is_the_same(order: int, tmp_path: Path) -> None:
    """With fewer values than codes, rounding to a byte loses nothing."""
    model, _, _ = random_model(order, order)
    keep = np.round(model.logp * 4) / 4  # few enough different values for a codebook
    model = replace(model, logp=keep, backoff=np.round(model.backoff * 4) / 4)
    model.save(tmp_path / "model")
    loaded = NgramLM.load(tmp_path / "model")
    for name in ("order", "word", "first", "logp", "backoff", "shorter"):
        np.testing.assert_array_equal(getattr(model, name), getattr(loaded, name))
    np.testing.assert_array_equal(model.parents.bits, loaded.parents.bits)
    np.testing.assert_array_equal(model.parents.before, loaded.parents.before)


def test_rounding_to_a_byte_changes_little(tmp_path: Path) -> None:
    model, _, _ = random_model(11, 3, size=40)
    assert len(np.unique(model.logp)) > 2000
    model.save(tmp_path / "model")
    loaded = NgramLM.load(tmp_path / "model")
    error = np.abs(loaded.logp - model.logp)
    assert 0 < error.mean() < 0.02
    np.testing.assert_allclose(loaded.logp[:41], model.logp[:41], rtol=1e-3)


def test_a_file_of_another_layout_is_refused(tmp_path: Path) -> None:
    random_model(0, 3)[0].save(tmp_path / "model")
    save_file(load_file(tmp_path / "model"), tmp_path / "model", {"layout": "trie 1"})
    with pytest.raises(ModelError, match="trie 1"):
        NgramLM.load(tmp_path / "model")


def test_the_number_of_n_grams_of_each_order_is_recovered() -> None:
    model, table, _ = random_model(5, 4)
    sizes = [sum(len(gram) == n for gram in table) for n in (1, 2, 3, 4)]
    assert [b - a for a, b in pairwise(model._edges())] == sizes


def _change(name: str, index: int | slice, value: float) -> Callable[[dict[str, np.ndarray]], None]:
    """Return a change of values of a tensor."""

    def change(tensors: dict[str, np.ndarray]) -> None:
        tensors[name] = tensors[name].copy()
        tensors[name][index] = value

    return change


def _move_parent(place: int) -> Callable[[dict[str, np.ndarray]], None]:
    """Return a change that makes another node, by its place among those of the bits, a context instead of the first."""

    def change(tensors: dict[str, np.ndarray]) -> None:
        bits = np.unpackbits(tensors["parents"].view(np.uint8), bitorder="little")
        bits[np.flatnonzero(bits)[0]], bits[place] = 0, 1
        tensors["parents"] = np.packbits(bits, bitorder="little").view(np.uint64)

    return change


DAMAGES: dict[str, tuple[Callable[[dict[str, np.ndarray]], Any], str]] = {
    "sizes of a huge model": (_change("sizes", 1, 2**40), "number of n-grams of each order"),
    "sizes whose sum overflows": (_change("sizes", slice(None), 2**62), "number of n-grams of each order"),
    "negative size": (_change("sizes", 2, -5), "number of n-grams of each order"),
    "children of the empty context": (_move_parent(0), "a context is no node"),
    "children of a node beyond the trie": (_move_parent(-1), "contexts, expected"),
    "more contexts than n-grams": (_change("parents", 0, 2**63 - 1), "contexts, expected"),
    "fewer nodes": (lambda tensors: tensors.update(parents=tensors["parents"][:-1]), "number of n-grams of each order"),
    "more children than n-grams": (_change("children", 3, 60_000), "contexts do not fit its n-grams"),
    "no children": (_change("children", slice(None), 0), "contexts do not fit its n-grams"),
    "word beyond the vocabulary": (_change("word", -1, V), "a word is not in its vocabulary"),
    "words out of order": (_change("word", slice(0, 5), 3), "not sorted"),
    "context beyond the trie": (_change("shorter", 0, 2**31 - 1), "a shorter context is no node"),
    "context before the trie": (_change("shorter", 0, -1), "a shorter context is no node"),
    "probability that is no number": (_change("unigram_logp", 4, np.nan), "'unigram_logp' is impossible"),
    "infinite probability": (_change("logp_codebook", 1, -np.inf), "'logp_codebook' is impossible"),
    "weight that float16 cannot hold": (_change("backoff_codebook", 2, 7e4), "'backoff_codebook' is impossible"),
    "an order": (lambda tensors: tensors.update(sizes=np.arange(1, 900)), "order"),
    "one codebook": (lambda tensors: tensors.update(logp_codebook=tensors["logp_codebook"][:1]), "'logp_codebook' is"),
    "codes of n-grams": (lambda tensors: tensors.update(logp=tensors["logp"][:-1]), "'logp' is"),
    "codes of contexts": (lambda tensors: tensors.update(backoff=tensors["backoff"][:-1]), "contexts, expected"),
    "shorter contexts": (lambda tensors: tensors.update(shorter=tensors["shorter"][:-1]), "contexts, expected"),
    "wider words": (lambda tensors: tensors.update(word=tensors["word"].astype(np.int64)), "'word' is I64"),
    "nothing": (lambda tensors: tensors.pop("backoff"), "backoff differs"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_language_model_is_refused(damage: str, tmp_path: Path) -> None:
    change, sentence = DAMAGES[damage]
    random_model(3, 4)[0].save(tmp_path / "model")
    tensors = load_file(tmp_path / "model")
    change(tensors)
    save_file(tensors, tmp_path / "model", {"layout": "trie 2"})
    with pytest.raises(ModelError, match=sentence):
        NgramLM.load(tmp_path / "model")
