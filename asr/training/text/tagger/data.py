"""Training data of the tagger: written text as a recogniser would print it, with pauses, errors and endpoints.

What is drawn anew in each epoch: the pauses between words, of which long ones end an utterance; words that the
recogniser mistakes, loses or adds; and how much of the text after a word is known when it is tagged.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from asr.text.formatter.inputs import (
    AFTER_SENTENCE,
    END,
    INSIDE_SENTENCE,
    LOOKAHEAD,
    PAUSES,
    PERIOD,
    QUESTION,
    START,
    UNKNOWN_CASE,
    WordClasses,
)

MAX_WORDS = 80  # of a sequence
ENDPOINT = len(PAUSES)  # the class of pauses that end an utterance
IGNORED = -100  # a label that counts in no loss

# Shares of the classes of pauses after a word with no mark, a comma, a full stop and a question mark; the last class
# is an endpoint. The first two follow what asr.training.text.tagger.pauses measures on Common Voice. Recordings there
# are of one sentence, so the others are a guess: longer than those of commas, and often an endpoint.
PAUSE_SHARES = np.array(
    [
        [0.620, 0.285, 0.065, 0.015, 0.010, 0.005],
        [0.150, 0.300, 0.120, 0.170, 0.200, 0.060],
        [0.080, 0.100, 0.090, 0.140, 0.220, 0.370],
        [0.080, 0.100, 0.090, 0.140, 0.220, 0.370],
    ]
)
NOISE_LEVELS = (0.0, 0.0, 0.05, 0.1, 0.2)  # shares of words that are mistaken, one for each stretch of text
STRETCH = 256  # words of one noise level and one style of pauses
PAUSE_STYLES = (0.15, 0.6, 1.0, 1.0, 1.7)  # factors of the odds of pauses


@dataclass(frozen=True)
class Text:
    """t words of written text, in order."""

    words: np.ndarray  # (t,) int32 classes
    priors: np.ndarray  # (t,) int8
    marks: np.ndarray  # (t,) int8
    cases: np.ndarray  # (t,) int8; IGNORED where a capital may be that of a sentence

    def __len__(self) -> int:
        return len(self.words)

    def take(self, index: np.ndarray) -> "Text":
        """Return the words `index`."""
        return Text(self.words[index], self.priors[index], self.marks[index], self.cases[index])


@dataclass(frozen=True)
class TaggerBatch:
    """Padded sequences."""

    words: np.ndarray  # (b, steps + LOOKAHEAD) int64, the first of each row a start
    pauses: np.ndarray  # the same
    priors: np.ndarray  # the same
    seen: np.ndarray  # (b, steps) int64
    marks: np.ndarray  # (b, steps) int64, IGNORED at the start and in padding
    cases: np.ndarray  # the same


def draw_pauses(marks: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw the class of the pause after each word, (t,) from (t,) marks."""
    stretches = -(-len(marks) // STRETCH)
    style = np.repeat(rng.choice(PAUSE_STYLES, stretches), STRETCH)[: len(marks), None]
    shares = PAUSE_SHARES[marks] * np.where(np.arange(ENDPOINT + 1) >= 2, style, 1.0)
    sums = np.cumsum(shares, axis=1)
    return (rng.random(len(marks))[:, None] * sums[:, -1:] > sums).sum(1)


def add_errors(text: Text, rng: np.random.Generator) -> Text:
    """Replace, lose and add words as a recogniser does; marks stay where they were."""
    n = len(text)
    level = np.repeat(rng.choice(NOISE_LEVELS, -(-n // STRETCH)), STRETCH)[:n]
    draw = rng.random(n)
    replaced = draw < 0.75 * level
    lost = (draw >= 0.75 * level) & (draw < 0.9 * level)
    added = (draw >= 0.9 * level) & (draw < level)
    other = rng.integers(0, n, n)
    words, priors, cases = text.words.copy(), text.priors.copy(), text.cases.copy()
    words[replaced], priors[replaced] = text.words[other[replaced]], text.priors[other[replaced]]
    cases[replaced] = np.where(text.cases[other[replaced]] == 0, 0, IGNORED)
    marks = text.marks.copy()
    moved = np.flatnonzero(lost[1:]) + 1
    marks[moved - 1] = np.maximum(marks[moved - 1], marks[moved])
    index = np.repeat(np.arange(n), np.where(lost, 0, np.where(added, 2, 1)))
    noisy = Text(words, priors, marks, cases).take(index)
    second = np.flatnonzero(np.diff(index, prepend=-1) == 0)  # an added word stands before the word it was drawn for
    before = second - 1
    noisy.words[before], noisy.priors[before] = text.words[other[index[before]]], text.priors[other[index[before]]]
    noisy.cases[before], noisy.marks[before] = IGNORED, 0
    return noisy


def hide_words(text: Text, vocabulary: WordClasses, suffixes: np.ndarray, rng: np.random.Generator) -> Text:
    """Replace some rare words by the class of their suffix, and some priors by unknown, so that both are learnt.

    Args:
        text: The words.
        vocabulary: Their classes.
        suffixes: (classes,) the class of each word's suffix.
    """
    rank = text.words.astype(np.float64) / vocabulary.classes
    hidden = rng.random(len(text)) < 0.25 * rank
    unknown = rng.random(len(text)) < 0.01
    return replace(
        text,
        words=np.where(hidden, suffixes[text.words], text.words),
        priors=np.where(unknown, UNKNOWN_CASE, text.priors),
    )


def sequences(pauses: np.ndarray) -> np.ndarray:
    """Return where sequences begin, (n + 1,) with the end: after each endpoint, and after MAX_WORDS at most."""
    ends = np.append(np.flatnonzero(pauses[:-1] == ENDPOINT) + 1, len(pauses))
    begins = np.concatenate([np.zeros(1, np.int64), ends[:-1]])
    cuts = [np.arange(begin, end, MAX_WORDS) for begin, end in zip(begins, ends, strict=True)]
    return np.append(np.concatenate(cuts), len(pauses))


def batches(
    text: Text, vocabulary: WordClasses, suffixes: np.ndarray, words: int, seed: int, clean: bool = False
) -> Iterator[TaggerBatch]:
    """Yield one epoch in random batches of about `words` words, padding included.

    Args:
        text: The text.
        vocabulary: Its classes.
        suffixes: See `hide_words`.
        words: Words of a batch.
        seed: Of all that is drawn.
        clean: Leave out errors of recognition and hidden words; all that follows is known. For held-out text.
    """
    rng = np.random.default_rng(seed)
    if not clean:
        text = hide_words(
            add_errors(text.take(np.roll(np.arange(len(text)), -rng.integers(len(text)))), rng),
            vocabulary,
            suffixes,
            rng,
        )
    pauses = draw_pauses(text.marks, rng)
    cuts = sequences(pauses)
    lengths = np.diff(cuts)
    order = rng.permutation(len(lengths))
    block = 4096
    for begin in range(0, len(order), block):
        chosen = order[begin : begin + block]
        chosen = chosen[np.argsort(lengths[chosen], kind="stable")]
        parts, start = [], 0
        for i, number in enumerate(chosen):
            if (i + 1 - start) * (lengths[number] + 1 + LOOKAHEAD) > words and i > start:
                parts.append(chosen[start:i])
                start = i
        parts.append(chosen[start:])
        for i in rng.permutation(len(parts)):
            yield padded(text, pauses, cuts, parts[i], vocabulary, rng, clean)


def padded(
    text: Text,
    pauses: np.ndarray,
    cuts: np.ndarray,
    chosen: np.ndarray,
    vocabulary: WordClasses,
    rng: np.random.Generator,
    clean: bool,
) -> TaggerBatch:
    """Return the sequences `chosen` as one batch: a start, the words, and the end or what follows."""
    special = vocabulary.first_special
    begins, ends = cuts[chosen], cuts[chosen + 1]
    steps = int((ends - begins).max()) + 1
    at = begins[:, None] + np.arange(steps + LOOKAHEAD) - 1
    inside = (at >= begins[:, None]) & (at < ends[:, None])
    closed = pauses[ends - 1] == ENDPOINT  # an endpoint comes after the last word, otherwise more words do
    closed |= ends == len(text)
    real = (at >= begins[:, None]) & ((at < ends[:, None]) | ~closed[:, None]) & (at < len(text))
    index = np.clip(at, 0, len(text) - 1)
    words = np.where(real, text.words[index], special + END).astype(np.int64)
    priors = np.where(real, text.priors[index], UNKNOWN_CASE).astype(np.int64)
    gaps = np.where(real, pauses[np.clip(at - 1, 0, len(text) - 1)], ENDPOINT)
    before = text.marks[np.clip(begins - 1, 0, len(text) - 1)]
    start = np.where((before == PERIOD) | (before == QUESTION), AFTER_SENTENCE, INSIDE_SENTENCE)
    start = np.where((rng.random(len(chosen)) < 0.2) | (begins == 0), START, start)
    words[:, 0], priors[:, 0] = special + start, UNKNOWN_CASE
    gaps[:, 0] = 0
    gaps[:, 1] = 0
    shape = (len(chosen), steps)
    seen = np.full(shape, LOOKAHEAD) if clean else rng.choice(LOOKAHEAD + 1, shape, p=(0.04, 0.12, 0.2, 0.2, 0.44))
    to_end = (ends - begins)[:, None] - np.arange(steps)  # words from each one, included, to the end
    # An endpoint is known at once with the pause after the last word: all behind it is END.
    seen = np.where(closed[:, None] & (seen >= to_end + 1) & (to_end >= 0), LOOKAHEAD, seen)
    labels = inside[:, :steps]
    marks = np.where(labels, text.marks[index[:, :steps]], IGNORED).astype(np.int64)
    cases = np.where(labels, text.cases[index[:, :steps]], IGNORED).astype(np.int64)
    return TaggerBatch(words, gaps.astype(np.int64), priors, seen, marks, cases)
