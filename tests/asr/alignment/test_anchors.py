"""Anchors: pairs of equal words in the same order, found through errors, gaps and additions."""

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from asr.alignment.anchors import anchors
from tests.support.recognition.streams import SLOW

WORDS = st.lists(st.sampled_from("abcdefgh"), max_size=40)


@given(WORDS, WORDS)
@settings(max_examples=200, **SLOW)
def test_anchors_are_equal_words_in_order(a: list[str], b: list[str]) -> None:
    pairs = anchors(a, b)
    assert all(a[i] == b[j] for i, j in pairs)
    assert all(i < i_next and j < j_next for (i, j), (i_next, j_next) in pairwise(pairs))


@given(WORDS)
@settings(max_examples=50, **SLOW)
def test_equal_lists_of_different_words_agree_everywhere(a: list[str]) -> None:
    words = [f"{word}{n}" for n, word in enumerate(a)]
    assert anchors(words, words) == [(n, n) for n in range(len(words))]


def test_a_third_of_wrong_words_and_a_missing_chapter_leave_anchors_everywhere() -> None:
    rng = np.random.default_rng(1)
    text = [f"w{n}" for n in rng.zipf(1.2, 20_000) % 5000]
    spoken = [*text[:6000], *text[9000:]]
    numbers = [*range(6000), *range(9000, len(text))]
    heard = [word if rng.random() > 0.33 else f"x{rng.integers(5000)}" for word in spoken]
    pairs = anchors(text, heard)
    assert len(pairs) > 0.4 * len(heard)
    right = sum(numbers[j] == i for i, j in pairs)
    assert right > 0.98 * len(pairs)
    assert max(j_next - j for (_, j), (_, j_next) in pairwise(pairs)) < 100


def test_a_text_in_which_everything_is_said_several_times_has_anchors() -> None:
    verse = ["knit", "two", "together", "knit", "one", "knit", "three"]
    text = [*verse, "purl", *verse, *verse, "purl"] * 8
    heard = list(text)
    heard[20:23] = ["nit", "to"]
    heard[100] = "pearl"
    pairs = anchors(text, heard)
    assert len(pairs) > 0.9 * len(heard)
    assert all(0 <= i - j <= 1 for i, j in pairs)


def test_lists_of_other_words_have_next_to_no_anchors() -> None:
    rng = np.random.default_rng(2)
    a, b = ([f"w{n}" for n in rng.zipf(1.3, 3000) % 2000] for _ in range(2))
    assert len(anchors(a, b)) < 0.1 * len(a)
