"""Where two long lists of words agree: sequences that are unique in both, as in patience diff (Cohen 2003).

Recognised words are wrong here and there, and a text may lack a passage or have one more. Sequences of words that occur
once in each are hardly ever a coincidence, and those that come in the same order (a longest increasing subsequence) pin
the text to the sound (Moreno et al. 1998). Time and memory grow with n ln n, so books are no problem. Where everything
is said more than once, as in a chorus, the alignment with the fewest errors takes their place.
"""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

LENGTHS = (4, 3, 2, 1)  # words of a sequence, tried in this order
MOST_SINGLE = 60  # words in a stretch where a single word may still be an anchor
MOST_DEPTH = 40
SHORTEST_RUN = 3  # words of an anchor that is not unique
LARGEST_TABLE = 1 << 26  # bytes
_DIAGONAL, _ABOVE, _LEFT = range(3)  # steps of an alignment: a pair, a word of the one, a word of the other


def anchors(a: Sequence[str], b: Sequence[str]) -> list[tuple[int, int]]:
    """Return pairs of positions (i, j) with a[i] == b[j], both increasing."""
    found: list[tuple[int, int]] = []
    stretches = [(0, len(a), 0, len(b), 0)]
    while stretches:
        first, last, start, end, depth = stretches.pop()
        if first >= last or start >= end or depth > MOST_DEPTH:
            continue
        pairs = _common(a[first:last], b[start:end]) or _runs(a[first:last], b[start:end])
        if not pairs:
            continue
        pairs = [(first + i, start + j) for i, j in pairs]
        found += pairs
        edges = [(first - 1, start - 1), *pairs, (last, end)]
        for (i, j), (i_next, j_next) in pairwise(edges):
            stretches.append((i + 1, i_next, j + 1, j_next, depth + 1))
    return sorted(found)


def _common(a: Sequence[str], b: Sequence[str]) -> list[tuple[int, int]]:
    """Return the pairs of the longest unique sequences of two stretches, in order."""
    for length in LENGTHS:
        if length == 1 and max(len(a), len(b)) > MOST_SINGLE:
            return []
        mine, theirs = _unique(a, length), _unique(b, length)
        pairs = sorted((i, theirs[words]) for words, i in mine.items() if words in theirs)
        if pairs:
            matched = dict[int, int]()
            for i, j in _increasing(pairs):
                for k in range(length):
                    matched[i + k] = j + k  # overlapping sequences name the same pairs
            return _increasing(sorted(matched.items()))
    return []


def _runs(a: Sequence[str], b: Sequence[str]) -> list[tuple[int, int]]:
    """Return the runs of SHORTEST_RUN equal words and more in the alignment with the fewest errors (Levenshtein)."""
    if min(len(a), len(b)) < SHORTEST_RUN or len(a) * len(b) > LARGEST_TABLE:
        return []
    ids = {word: number for number, word in enumerate(dict.fromkeys([*a, *b]))}
    mine, theirs = (np.array([ids[word] for word in words]) for words in (a, b))
    columns = np.arange(len(b) + 1)
    errors = columns.copy()
    steps = np.full((len(a) + 1, len(b) + 1), _LEFT, np.int8)
    for i, word in enumerate(mine, start=1):
        diagonal = np.r_[i, errors[:-1] + (theirs != word)]
        above = errors + 1
        best = np.minimum(diagonal, above)
        errors = np.minimum.accumulate(best - columns) + columns
        steps[i] = np.where(errors < best, _LEFT, np.where(diagonal <= above, _DIAGONAL, _ABOVE))
        steps[i, 0] = _ABOVE
    pairs: list[tuple[int, int]] = []
    run: list[tuple[int, int]] = []
    i, j = len(a), len(b)
    while i or j:
        step = steps[i, j]
        i, j = i - (step != _LEFT), j - (step != _ABOVE)
        if step == _DIAGONAL and a[i] == b[j]:
            run.append((i, j))
            if i and j:
                continue
        pairs += run if len(run) >= SHORTEST_RUN else []
        run = []
    return pairs[::-1]


def _unique(words: Sequence[str], length: int) -> dict[tuple[str, ...], int]:
    """Return the sequences of some length that occur once, with their positions."""
    places: dict[tuple[str, ...], int] = {}
    for i in range(len(words) - length + 1):
        sequence = tuple(words[i : i + length])
        places[sequence] = -1 if sequence in places else i
    return {sequence: i for sequence, i in places.items() if i >= 0}


def _increasing(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return a longest subsequence of pairs, sorted by i, whose j increase, too."""
    tails: list[int] = []  # the smallest j that ends a subsequence of each length
    numbers: list[int] = []  # of the pairs that these are of
    before = [-1] * len(pairs)
    for n, (_, j) in enumerate(pairs):
        k = bisect_left(tails, j)
        before[n] = numbers[k - 1] if k else -1
        tails[k : k + 1], numbers[k : k + 1] = [j], [n]
    chain: list[tuple[int, int]] = []
    n = numbers[-1] if numbers else -1
    while n >= 0:
        chain.append(pairs[n])
        n = before[n]
    return chain[::-1]
