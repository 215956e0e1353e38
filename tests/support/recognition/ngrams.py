"""Small n-gram models of random text."""

import numpy as np

from asr.language.lexicon import MARKS, START, UNKNOWN
from asr.language.ngram_estimation import count, prune, smooth, tokens
from asr.language.ngram_lm import NgramLM

WORDS = (*MARKS, *"abcdefgh")
IDS = {word: index for index, word in enumerate(WORDS)}


def random_lines(seed: int, lines: int = 400) -> list[str]:
    """Return sentences of one to six letters."""
    rng = np.random.default_rng(seed)
    odds = 1 / np.arange(1, 9)
    sentences = (rng.choice(list("abcdefgh"), rng.integers(1, 7), p=odds / odds.sum()) for _ in range(lines))
    return [" ".join(sentence) for sentence in sentences]


def train(lines: list[str], order: int, limits: list[int]) -> NgramLM:
    """Return the model of sentences; for each order `limits` has occurrences up to which n-grams are dropped."""
    grams = count(tokens([lines], IDS), order, len(WORDS))
    smooth(grams)
    return prune(grams, limits)


def contexts_of(order: int, text: str) -> set[tuple[int, ...]]:
    """Return the words before each word of a sentence, as many as a model of this order knows."""
    ids = [START] + [IDS.get(word, UNKNOWN) for word in text.split()]
    return {tuple(ids[max(0, end - order + 1) : end]) for end in range(1, len(ids) + 1)}


def state_after(model: NgramLM, words: tuple[int, ...]) -> int:
    """Return the state after words, which may begin with START."""
    state = 0
    for word in words:
        state = model.start if word == START else int(model.score(np.array([state]), np.array([word]))[1][0])
    return state
