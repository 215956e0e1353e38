"""The n-gram trainer, compared with a slow one written from the formulas."""

import math
from collections import Counter, defaultdict

import numpy as np
import pytest

from asr.language.lexicon import END, START, UNKNOWN
from asr.language.ngram_estimation import discounts, perplexity, tokens
from tests.support.recognition.ngrams import IDS, WORDS, contexts_of, random_lines, state_after, train


class SlowKneserNey:
    """p(word | context) by recursion over dictionaries, nothing pruned."""

    def __init__(self, lines: list[str], order: int) -> None:
        self.order = order
        raw: Counter[tuple[int, ...]] = Counter()
        for line in lines:
            ids = [START, *(IDS.get(word, UNKNOWN) for word in line.split()), END]
            for n in range(1, order + 1):
                raw.update(tuple(ids[i : i + n]) for i in range(len(ids) - n + 1))
        before: dict[tuple[int, ...], set[int]] = defaultdict(set)
        for gram in raw:
            if len(gram) > 1:
                before[gram[1:]].add(gram[0])
        self.counts = {
            gram: n if len(gram) == order or gram[0] == START else len(before[gram])
            for gram, n in raw.items()
            if gram != (START,)
        }
        self.raw = raw
        self.discounts = {
            n: discounts(np.array([c for g, c in self.counts.items() if len(g) == n])) for n in range(1, order + 1)
        }

    def p(self, context: tuple[int, ...], word: int) -> float:
        below = self.p(context[1:], word) if context else 1 / (len(WORDS) - 1)
        n = len(context) + 1
        followers = [c for g, c in self.counts.items() if len(g) == n and g[:-1] == context]
        if not followers:
            return below
        taken = [self.discounts[n][min(c, 3)] for c in followers]
        own = self.counts.get((*context, word), 0)
        return (own - self.discounts[n][min(own, 3)] + sum(taken) * below) / sum(followers)


@pytest.mark.parametrize(("order", "seed"), [(2, 0), (3, 1), (4, 2)])
def test_fast_equals_slow(order: int, seed: int) -> None:
    lines = random_lines(seed)
    model, slow = train(lines, order, [0] * order), SlowKneserNey(lines, order)
    rng = np.random.default_rng(seed)
    contexts = sorted({c for line in random_lines(seed + 10, 12) for c in contexts_of(order, line)})
    words = np.array([END, *rng.permutation(np.arange(3, len(WORDS)))])
    for context in contexts:
        got, _ = model.score(np.full(len(words), state_after(model, context)), words)
        want = [math.log(slow.p(context, int(word))) for word in words]
        np.testing.assert_allclose(got, want, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(("order", "limits"), [(2, [0, 3]), (3, [0, 1, 2]), (3, [0, 0, 4]), (4, [0, 1, 2, 3])])
def test_every_context_sums_to_one_after_pruning(order: int, limits: list[int]) -> None:
    lines = [*random_lines(3), "a zzz b", "zzz a c"]
    model, whole = train(lines, order, limits), train(lines, order, [0] * order)
    assert 0 < len(model.word) < len(whole.word)
    words = np.arange(1, len(WORDS))
    for context in sorted({c for line in lines for c in contexts_of(order, line)}):
        logp, _ = model.score(np.full(len(words), state_after(model, context)), words)
        assert np.exp(logp.astype(float)).sum() == pytest.approx(1, abs=1e-5)


def test_a_bigram_model_computed_by_hand() -> None:
    """Text: "a b", "a b", "a". It is too short for counts of counts, so the discounts are 0.5, 1 and 1.5."""
    model = train(["a b", "a b", "a"], 2, [0, 0])
    a, b = IDS["a"], IDS["b"]
    # Different words before: a 1 (<s>), b 1 (a), </s> 2 (a, b), of 4; taken 0.5 + 0.5 + 1 = 2; 10 words.
    single = {a: 0.5 / 4 + 0.05, b: 0.5 / 4 + 0.05, END: 1 / 4 + 0.05}
    # After a: b 2, </s> 1 of 3; taken 1 + 0.5.
    after_a = {b: 1 / 3 + 0.5 * single[b], END: 0.5 / 3 + 0.5 * single[END], a: 0.5 * single[a]}
    # After <s>: a 3 of 3; taken 1.5.
    logp, state = model.score(np.array([model.start]), np.array([a]))
    assert logp[0] == pytest.approx(math.log(0.5 + 0.5 * single[a]), abs=1e-5)
    for word, p in after_a.items():
        assert model.score(state, np.array([word]))[0][0] == pytest.approx(math.log(p), abs=1e-5)
    assert model.end(state)[0] == pytest.approx(math.log(after_a[END]), abs=1e-5)


def test_discounts_follow_counts_of_counts() -> None:
    counts = np.repeat([1, 2, 3, 4, 9], [40, 10, 6, 3, 5])
    y = 40 / 60
    want = [0, 1 - 2 * y * 10 / 40, 2 - 3 * y * 6 / 10, 3 - 4 * y * 3 / 6]
    np.testing.assert_allclose(discounts(counts), want)


def test_tokens_put_every_sentence_between_its_ends() -> None:
    assert tokens([["a zz", "b"], ["c\n"]], IDS).tolist() == [0, 3, 2, 1, 0, 4, 1, 0, 5, 1]


def test_perplexity_leaves_unknown_words_out() -> None:
    model = train(random_lines(5), 3, [0, 1, 2])
    text = tokens([["a b", "zz"]], IDS)
    states = np.array([model.start])
    total = 0.0
    for word in (IDS["a"], IDS["b"]):
        logp, states = model.score(states, np.array([word]))
        total += logp[0]
    total += model.end(states)[0]
    unknown = model.score(np.array([model.start]), np.array([UNKNOWN]))[1]
    total += model.end(unknown)[0]
    value, left_out = perplexity(model, text)
    assert left_out == 1
    assert value == pytest.approx(math.exp(-total / 4), rel=1e-5)
