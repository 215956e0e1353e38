"""Pruned n-gram models, compared with sums over all states and words of small ones."""

import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from asr.language.lexicon import END, START
from asr.language.ngram_lm import WORD_BITS, NgramLM
from asr.training.language import ngram_prune
from asr.training.language.ngram_prune import Trie, losses, prune, trie_of
from tests.support.recognition.ngrams import IDS, WORDS, contexts_of, random_lines, state_after, train

PREDICTED = np.arange(1, len(WORDS))  # all but the beginning of a sentence


def text_of(trie: Trie, node: int) -> tuple[int, ...]:
    """Return the words of an n-gram."""
    return (*text_of(trie, int(trie.prefix[node])), int(trie.word[node])) if node else ()


def distribution(model: NgramLM, context: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Return the probabilities of PREDICTED after words, and the states after these."""
    logp, following = model.score(np.full(len(PREDICTED), state_after(model, context)), PREDICTED)
    following[PREDICTED == END] = model.start
    return np.exp(logp.astype(np.float64)), following


def states_of(trie: Trie) -> dict[int, tuple[int, ...]]:
    """Return the words of each state, the empty one first, by node."""
    return {int(node): text_of(trie, int(node)) for node in [0, *np.flatnonzero(trie.children())]}


def shrunk(model: NgramLM, part: float) -> float:
    """Return the bytes of a model of which this part of what n-grams take is left."""
    trie = trie_of(model)
    return trie.file_bytes() - (1 - part) * float(trie.bytes()[trie.order > 1].sum())


@pytest.mark.parametrize(("order", "seed"), [(2, 0), (3, 1), (4, 2)])
def test_shares_are_those_of_the_markov_chain(order: int, seed: int) -> None:
    model = train(random_lines(seed), order, [0, 0, 1, 2][:order])
    trie = trie_of(model)
    states = states_of(trie)
    chain = np.zeros((len(states), len(states)))
    for row, context in enumerate(states.values()):
        assert state_after(model, context) == row
        np.add.at(chain[row], (following := distribution(model, context))[1], following[0])
    share = np.full(len(states), 1 / len(states))
    for _ in range(300):
        share = share @ chain
    np.testing.assert_allclose(trie.share[list(states)], share, atol=1e-5)
    assert trie.share.sum() == pytest.approx(1)


@pytest.mark.parametrize(("order", "seed"), [(2, 3), (3, 4), (4, 5)])
def test_the_loss_is_the_divergence_of_what_all_states_predict(order: int, seed: int) -> None:
    model = train(random_lines(seed, 30), order, [0] * order)
    trie = trie_of(model)
    states = states_of(trie)
    dropped = np.random.default_rng(seed).permutation(trie.droppable())[:10]
    for node, loss in zip(dropped.tolist(), losses(trie, dropped), strict=True):
        without = ngram_prune._model_of(trie.without(np.array([node])))
        divergence = 0.0
        for state, context in states.items():
            p, less = distribution(model, context)[0], distribution(without, context)[0]
            divergence += trie.share[state] * float((p * np.log(p / less)).sum())
        assert loss == pytest.approx(divergence, rel=1e-2, abs=2e-7)
        assert loss > 0


@pytest.mark.parametrize(("order", "part"), [(2, 0.5), (3, 0.7), (3, 0.2), (4, 0.5), (4, 0.05)])
def test_every_context_sums_to_one_after_pruning(order: int, part: float) -> None:
    lines = random_lines(6)
    model = train(lines, order, [0] * order)
    smaller = prune(model, shrunk(model, part), 10)
    assert len(smaller.word) < len(model.word)
    for context in sorted({c for line in lines for c in contexts_of(order, line)}):
        assert distribution(smaller, context)[0].sum() == pytest.approx(1, abs=1e-5)


def test_a_model_that_is_small_enough_stays_as_it_is() -> None:
    model = train(random_lines(7), 4, [0, 0, 1, 1])
    same = prune(replace(model, lexicon_digest="of its words"), trie_of(model).file_bytes(), 10)
    assert same.order == model.order and same.lexicon_digest == "of its words"
    for name in ("word", "first", "logp", "shorter"):
        np.testing.assert_array_equal(getattr(same, name), getattr(model, name))
    np.testing.assert_allclose(same.backoff, model.backoff, atol=1e-5)
    np.testing.assert_array_equal(same.parents.bits, model.parents.bits)


def test_smaller_files_have_fewer_n_grams_and_load(tmp_path: Path) -> None:
    model = train(random_lines(8), 4, [0, 0, 1, 1])
    counts = [len(model.word)]
    for part in (0.8, 0.6, 0.4, 0.2):
        size = shrunk(model, part)
        prune(model, size, 10).save(tmp_path / "model")
        assert size - 3000 < (tmp_path / "model").stat().st_size <= size
        loaded = NgramLM.load(tmp_path / "model")
        counts.append(len(loaded.word))
        trie_of(loaded)  # has the suffix of each n-gram
    assert all(less < more for more, less in pairwise(counts))


def test_what_the_shorter_context_says_goes_first() -> None:
    """The words a, b, e and f follow each other as chance has it; after "c" always comes "d"."""
    rng = np.random.default_rng(0)
    lines = [*(" ".join(rng.choice(list("abef"), 6)) for _ in range(200)), *["c d"] * 200]
    model = train(lines, 2, [0, 0])
    trie = trie_of(prune(model, shrunk(model, 0.3), 10))
    kept = {text_of(trie, int(node)) for node in np.flatnonzero(trie.order == 2)}
    assert len(kept) < 10 and {(START, IDS["c"]), (IDS["c"], IDS["d"]), (IDS["d"], END)} <= kept


def test_a_model_without_the_suffixes_of_its_n_grams_is_refused() -> None:
    singles = 1 + len(WORDS)
    a, b = IDS["a"], IDS["b"]
    parent, shorter = np.zeros(singles + 2, bool), np.zeros(singles + 2, np.int32)
    parent[[1 + a, 1 + b, singles]], shorter[singles] = True, 1 + b  # a b, b a, a b c without b c
    keys = [1 + a << WORD_BITS | b, 1 + b << WORD_BITS | a, singles << WORD_BITS | IDS["c"]]
    nothing = np.full(singles + 3, -1, np.float32)
    model = NgramLM.of_trie(3, np.array(keys), nothing, nothing[:-1], shorter, parent)
    with pytest.raises(ValueError, match="lacks n-grams"):
        prune(model, 1, 10)


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    model = train(random_lines(9), 3, [0, 0, 0])
    model.save(tmp_path / "model")
    command = ["ngram_prune", str(tmp_path / "model"), "--output", str(tmp_path / "smaller")]
    monkeypatch.setattr(sys, "argv", [*command, "--size", f"{shrunk(model, 0.5) / 1e6}"])
    ngram_prune.main()
    assert len(NgramLM.load(tmp_path / "smaller").word) < len(model.word)
    assert f"for {len(model.word)}" in capsys.readouterr().out
    monkeypatch.setattr(sys, "argv", [*command, "--size", "0.001"])
    with pytest.raises(SystemExit):
        ngram_prune.main()
    assert "single words alone take more than 0.00 MB" in capsys.readouterr().err
