"""Estimate a back-off n-gram model from text: interpolated modified Kneser-Ney smoothing (Chen and Goodman, 1998).

N-grams are counted by sorting: each is one integer, made of the index of its first n - 1 words and of its last word.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from asr.language.lexicon import END, START, UNKNOWN
from asr.language.ngram_lm import WORD_BITS, NgramLM

NOT_SMOOTHED = np.zeros(0)


@dataclass
class Grams:
    """All n-grams of one order, sorted by prefix and then by word."""

    prefix: np.ndarray  # (n,) index among the n-grams one shorter: all words but the last (0 for order 1)
    word: np.ndarray  # (n,) the last word
    suffix: np.ndarray  # (n,) index among the n-grams one shorter: all words but the first (0 for order 1)
    count: np.ndarray  # (n,) occurrences
    from_start: np.ndarray  # (n,) bool, begins with <s>
    known: np.ndarray  # (n,) bool, contains no <unk>
    logp: np.ndarray  # (n,) float64, ln p(word | prefix) of the interpolated model, after `smooth`


def tokens(blocks: Iterable[Sequence[str]], ids: dict[str, int]) -> np.ndarray:
    """Return the word ids of sentences, (t,) int32, each sentence between START and END.

    Args:
        blocks: Lists of sentences.
        ids: Word -> id; other words become UNKNOWN.
    """
    marked = {**ids, "\n": END}
    parts = []
    for lines in blocks:
        words = " \n ".join([line.strip() for line in lines] + [""]).split(" ")
        block = np.array([marked.get(word, UNKNOWN) for word in words if word], np.int32)
        ends = np.flatnonzero(block == END)
        parts.append(np.insert(block, np.concatenate([[0], ends[:-1] + 1]), START))
    return np.concatenate(parts)


def count(text: np.ndarray, order: int, vocabulary: int) -> list[Grams]:
    """Count the n-grams of order 1 to `order` in (t,) word ids. Those of order 1 are the whole vocabulary."""
    words = np.arange(vocabulary)
    empty = np.zeros(vocabulary, np.int64)
    seen = np.bincount(text, minlength=vocabulary)
    grams = [Grams(empty, words, empty, seen, words == START, words != UNKNOWN, NOT_SMOOTHED)]
    inside = text != START  # positions where an n-gram of this order ends without crossing a sentence start
    at = text.astype(np.int32)  # index of the n-gram that ends at each position
    for n in range(2, order + 1):
        where = np.flatnonzero(inside)
        key = at[where - 1].astype(np.int64) * vocabulary + text[where]
        sorting = np.argsort(key, kind="stable")
        key = key[sorting]
        fresh = np.concatenate([[True], key[1:] != key[:-1]])
        first = np.flatnonzero(fresh)
        prefix, word = np.divmod(key[first], vocabulary)
        shorter = grams[-1]
        grams.append(
            Grams(
                prefix,
                word,
                at[where[sorting[first]]],
                np.diff(np.append(first, len(key))),
                shorter.from_start[prefix],
                shorter.known[prefix] & (word != UNKNOWN),
                NOT_SMOOTHED,
            )
        )
        if n < order:
            at[where[sorting]] = np.cumsum(fresh) - 1
            inside[1:] &= inside[:-1].copy()
    return grams


def smooth(grams: list[Grams]) -> None:
    """Compute `logp` of every order, in place: interpolated modified Kneser-Ney. <s> is never predicted."""
    lower = np.full(len(grams[0].word), 1 / (len(grams[0].word) - 1))  # below unigrams: uniform
    for n, gram in enumerate(grams):
        if n + 1 < len(grams):
            # A lower order counts the different words before it, as it is used only where the context is new;
            # no word precedes a sentence start, so there the occurrences count.
            continued = np.bincount(grams[n + 1].suffix, minlength=len(gram.word))
            counts = np.where(gram.from_start, gram.count, continued)
        else:
            counts = gram.count
        if n == 0:
            counts = np.where(gram.from_start, 0, counts)
        taken = discounts(counts)[np.minimum(counts, 3)]
        contexts = int(gram.prefix.max()) + 1
        total = np.maximum(np.bincount(gram.prefix, counts, contexts), 1)
        spare = np.bincount(gram.prefix, taken, contexts) / total
        if n > 0:
            lower = np.exp(grams[n - 1].logp)[gram.suffix]
        p = (counts - taken) / total[gram.prefix] + spare[gram.prefix] * lower
        if n == 0:
            p[START] = 1e-30
        gram.logp = np.log(p)


def discounts(counts: np.ndarray) -> np.ndarray:
    """Return the discounts of n-grams counted 0, 1, 2 and 3 or more times, (4,), from counts of counts."""
    ones, twos, threes, fours = (int((counts == k).sum()) for k in (1, 2, 3, 4))
    if not (ones and twos and threes and fours):
        return np.array([0, 0.5, 1.0, 1.5])  # too little text for an estimate
    y = ones / (ones + 2 * twos)
    found = [0, 1 - 2 * y * twos / ones, 2 - 3 * y * threes / twos, 3 - 4 * y * fours / threes]
    return np.clip(found, 0, [0, 1, 2, 3])


def prune(grams: list[Grams], limits: Sequence[int]) -> NgramLM:
    """Make the model, without rare n-grams.

    Dropped are n-grams that occur no more often than the limit of their order, those with <unk>, which is never
    predicted, and those that do not fit the trie. The others keep their probability, and the back-off weights make
    every context sum to 1 again.

    Args:
        grams: Of order 1 to n, smoothed.
        limits: n occurrences; the first is not used, as all unigrams are kept.
    """
    kept = [np.ones(len(grams[0].word), bool)]
    for gram, limit in zip(grams[1:], limits[1:], strict=True):
        keep = (gram.count > limit) & gram.known & (gram.word < 1 << WORD_BITS)
        kept.append(keep & kept[-1][gram.prefix] & kept[-1][gram.suffix])
    edges = 1 + np.cumsum([0] + [int(keep.sum()) for keep in kept])
    keys, logps, weights, shorters = [], [np.zeros(1)], [np.zeros(1)], [np.zeros(1, np.int64)]
    # The trie node of each index.
    new = [np.cumsum(keep) - 1 + edge for keep, edge in zip(kept, edges[:-1], strict=True)]
    for n, (gram, keep) in enumerate(zip(grams, kept, strict=True)):
        logps.append(gram.logp[keep])
        if n > 0:
            keys.append(new[n - 1][gram.prefix[keep]] << WORD_BITS | gram.word[keep])
        if n + 1 < len(grams):
            longer, staying = grams[n + 1], kept[n + 1]
            prefix, suffix = longer.prefix[staying], longer.suffix[staying]
            left = 1 - np.bincount(prefix, np.exp(longer.logp[staying]), len(keep))
            left_below = 1 - np.bincount(prefix, np.exp(gram.logp[suffix]), len(keep))
            weight = np.log(np.maximum(left, 1e-9) / np.maximum(left_below, 1e-9))
            weights.append(np.where(np.bincount(prefix, minlength=len(keep)) > 0, weight, 0)[keep])
            shorters.append(new[n - 1][gram.suffix[keep]] if n > 0 else np.zeros(len(gram.word), np.int64))
    all_keys = np.concatenate([*keys, np.zeros(0, np.int64)])
    shorter = np.concatenate(shorters).astype(np.int32)
    return NgramLM.of_trie(
        order=len(grams),
        keys=all_keys,
        logp=np.concatenate(logps).astype(np.float32),
        backoff=np.concatenate(weights).astype(np.float32),
        shorter=shorter,
        parent=np.bincount(all_keys >> WORD_BITS, minlength=len(shorter)) > 0,
    )


def perplexity(model: NgramLM, text: np.ndarray) -> tuple[float, int]:
    """Return the perplexity of the known words and sentence ends in (t,) word ids, and the number of unknown words."""
    total, scored = 0.0, 0
    position = np.flatnonzero(text == START)
    state = np.full(len(position), model.start)
    while len(position):
        position = position + 1
        word = text[position]
        logp, state = model.score(state, word)
        known = word != UNKNOWN
        total += float(logp[known].sum(dtype=np.float64))
        scored += int(known.sum())
        within = word != END
        position, state = position[within], state[within]
    return float(np.exp(-total / scored)), int((text == UNKNOWN).sum())
