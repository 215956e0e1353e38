"""Words of a transcript paired with recognised ones: by the fewest errors, and by time.

The fewest errors (Levenshtein) say which words are right, but mostly leave open which wrong word stands for which.
Where two words were spoken and one was recognised, either may be the one that was replaced: both ways count two errors.
Where as many were recognised as were spoken, each is paired with the one at its place, whenever that was spoken. So
wrong words are paired by the times at which the transcript's words are spoken, as in the time-mediated alignment of
NIST's sclite.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from asr.alignment.aligner import Aligner
from asr.alignment.written_text import TextLine
from asr.errors import TextError

Span = tuple[float, float]  # seconds, the second is greater
Pairs = list[int | None]  # for each recognised word the number of the transcript's word, or None: it was inserted

PAIR_WORTH = 1e-3  # of a pair of wrong words that times say nothing about; those that they speak for come first
_PAIR, _MISSED, _INSERTED = range(3)  # steps of an alignment


def spoken_times(aligner: Aligner, text: Sequence[str], seconds: float) -> list[Span | None]:
    """Return when the words of a transcript are spoken, None for those whose time is not known.

    Args:
        aligner: Its recogniser has recognised the recording.
        text: The words of the transcript.
        seconds: Length of the recording.
    """
    try:
        aligned = aligner.align([TextLine(number, (word,)) for number, word in enumerate(text, 1)], seconds)
    except TextError:  # nothing was recognised, or next to nothing of the transcript
        return [None] * len(text)
    left_out = {number for each in aligned.left_out for number in range(each.line - 1, each.line - 1 + each.words)}
    words = iter([word for utterance in aligned.utterances for word in utterance.words])
    found = [None if number in left_out else next(words) for number in range(len(text))]
    return [None if word is None else (word.start, word.end) for word in found]


def agreement(one: Span | None, other: Span) -> float:
    """Return how well two times agree, from -1 (far apart) over 0 (side by side, or not known) to 1 (the same).

    It is what both have in common, or less the pause between them, by the time from the first start to the last end.
    """
    if one is None:
        return 0.0
    common = min(one[1], other[1]) - max(one[0], other[0])
    return common / (max(one[1], other[1]) - min(one[0], other[0]))


def by_errors(text: Sequence[str], times: Sequence[Span | None], words: Sequence[str], spans: Sequence[Span]) -> Pairs:
    """Pair recognised words with those of a transcript, in order: by the fewest errors, and among these by time.

    Args:
        text: The words of the transcript.
        times: When each is spoken, None where that is not known.
        words: The recognised ones.
        spans: When each was recognised.

    Returns:
        The pairs. No word of the transcript is in two of them.
    """
    error = 2.0 * min(len(text), len(words)) + 1  # more than all agreements, each of -1 to 1, are worth together
    costs = np.array([[error * (a != b) for b in words] for a in text]).reshape(len(text), len(words))
    return _cheapest(costs - _agreements(times, spans), error)


def by_time(
    text: Sequence[str], times: Sequence[Span | None], words: Sequence[str], spans: Sequence[Span], pairs: Pairs
) -> Pairs:
    """Pair the wrong words again, by time.

    Between each two right words the sum of agreements is as high as can be while the words keep their order. Words that
    no times speak for are paired where the order still allows it, so that no error that times say nothing about becomes
    two, a word missed and one inserted.

    Args:
        text: The words of the transcript.
        times: When each is spoken, None where that is not known.
        words: The recognised ones.
        spans: When each was recognised.
        pairs: Of `by_errors`, whose right words stay as they are.

    Returns:
        The pairs. No word of the transcript is in two of them.
    """
    right = [(i, j) for j, i in enumerate(pairs) if i is not None and text[i] == words[j]]
    found: Pairs = [None] * len(words)
    for i, j in right:
        found[j] = i
    for (i, j), (i_next, j_next) in pairwise([(-1, -1), *right, (len(text), len(words))]):
        agreements = _agreements(times[i + 1 : i_next], spans[j + 1 : j_next])
        for number, pair in enumerate(_cheapest(-np.maximum(agreements, 0) - PAIR_WORTH, 0.0)):
            found[j + 1 + number] = None if pair is None else i + 1 + pair
    return found


def _agreements(times: Sequence[Span | None], spans: Sequence[Span]) -> np.ndarray:
    """Return (times, spans) float64, the agreement of each with each."""
    return np.array([[agreement(time, span) for span in spans] for time in times]).reshape(len(times), len(spans))


def _cheapest(costs: np.ndarray, alone: float) -> Pairs:
    """Return the pairs of the cheapest alignment of two sequences.

    Args:
        costs: (n, m) float64, of each pair.
        alone: Cost of each item that is in no pair.

    Returns:
        For each of the m items of the second sequence the number of the first's that it is paired with, or None.
    """
    rows, columns = costs.shape
    sums = np.zeros((rows + 1, columns + 1))
    sums[:, 0], sums[0] = alone * np.arange(rows + 1), alone * np.arange(columns + 1)
    steps = np.full((rows + 1, columns + 1), _INSERTED)
    steps[:, 0] = _MISSED
    for i in range(1, rows + 1):
        for j in range(1, columns + 1):
            choices = (sums[i - 1, j - 1] + costs[i - 1, j - 1], sums[i - 1, j] + alone, sums[i, j - 1] + alone)
            steps[i, j] = int(np.argmin(choices))
            sums[i, j] = choices[steps[i, j]]
    pairs: Pairs = [None] * columns
    i, j = rows, columns
    while i or j:
        step = int(steps[i, j])
        i, j = i - (step != _INSERTED), j - (step != _MISSED)
        if step == _PAIR:
            pairs[j] = i
    return pairs
