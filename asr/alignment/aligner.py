"""A given text aligned with a recording: the written words, each with the time at which it is spoken.

The recording is recognised as ever, while the scores of the network are kept. Recognised words that agree with the text
pin it to the sound (`asr.alignment.anchors`); between these anchors the most likely path of the text's own phones gives
the times (`asr.alignment.viterbi`). This is the way of Moreno et al. 1998, "A recursive algorithm for the forced
alignment of very long audio segments". Memory grows by 80 bytes for each row of scores, 7 MB an hour.
"""

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from asr.alignment.anchors import anchors
from asr.alignment.recording import recorded
from asr.alignment.viterbi import Tolerance, best_path
from asr.alignment.written_text import TextLine
from asr.errors import TextError
from asr.recognizer import Recognizer
from asr.stream_options import ENDPOINTS
from asr.text.phones import BLANK
from asr.text.pronounce import LETTERS, GraphemeToPhoneme
from asr.text.spoken_forms import spoken_forms
from asr.updates import Utterance, Word

# Words in the spelling of the lexicon -> for each its pronunciations in phones; words without one are left out.
Pronounce = Callable[[Sequence[str]], Mapping[str, Sequence[Sequence[str]]]]

TOLERANCE = Tolerance(skipped_phone=4.0, foreign_row=2.0)
ANY_PHONE_COST = 1.0  # ln, of each phone of a word whose pronunciation is not known
SEGMENT_ROWS = 250  # rows that are aligned at once at least, where anchors allow
LARGEST_SEGMENT = 1 << 25  # rows times states: two bytes each; five minutes of speech without an anchor
MOST_PRONUNCIATIONS = 8  # of a written word
PRONUNCIATIONS = 3  # of a word that the lexicon lacks, by the recogniser's network
LEAST_SHARE = 0.15  # of the words of text or sound that must agree, else the text is of another recording
LONGEST_ESTIMATED = 12  # words in a row that were not found but get times between those of their neighbours
SECONDS_A_WORD = 0.3  # of words that were not found, at the beginning and the end of the sound
SHORTEST_WORD = 0.02  # seconds


class Passage(NamedTuple):
    """A passage of the text that was not found in the sound, and left out."""

    line: int  # its number in the text, from 1
    words: int
    text: str  # its first words


@dataclass(frozen=True)
class AlignedText:
    """What became of a text."""

    utterances: tuple[Utterance, ...]  # written words with times; the confidence says how well each fits the sound
    words: int  # in the text
    found: int  # of these in the sound
    estimated: int  # words that were not found and have times between those of their neighbours, confidence 0
    left_out: tuple[Passage, ...]
    unknown: tuple[str, ...]  # words whose pronunciation is not known, so that their times are rough


class _Place(NamedTuple):
    """Where a written word was found."""

    first_row: int  # of its first phone
    end_row: int  # behind the first row of its last phone, as recognised words end
    confidence: float


def by_network(network: GraphemeToPhoneme) -> Pronounce:
    """Return the function that pronounces words by a grapheme-to-phoneme network."""

    def pronounce(words: Sequence[str]) -> dict[str, list[tuple[str, ...]]]:
        spelt = [word for word in words if word and set(word) <= set(LETTERS)]
        found = network.pronounce(spelt, PRONUNCIATIONS)
        return {word: [each.phones for each in hypotheses] for word, hypotheses in found.items()}

    return pronounce


class Aligner:
    """Aligns a text with one stream: recognise it with `Aligner.recognizer`, then call `align`. One thread.

    Args:
        recognizer: It is not changed.
        pronounce: Gives pronunciations of words that the lexicon lacks. None: the recogniser's own network does.
            Words without any may have any phones.

    Attributes:
        recognizer: The one to recognise with.
        recorded: What it keeps of the stream.
    """

    def __init__(self, recognizer: Recognizer, pronounce: Pronounce | None = None) -> None:
        self.recognizer, self.recorded = recorded(recognizer)
        self._lexicon = recognizer._lexicon
        network = recognizer._decoder.pronouncer
        self._pronounce = pronounce or (by_network(network) if network else None)

    def align(self, lines: Sequence[TextLine], seconds: float, cut_short: bool = False) -> AlignedText:
        """Align a text with the sound that `recognizer` has recognised.

        Words that the sound lacks, and sound that the text lacks, are passed over.

        Args:
            lines: With a word at least. Several lines remain the utterances; one is parted at pauses.
            seconds: Length of the sound.
            cut_short: The sound was ended before its time: what the text has after its last word is left out.

        Raises:
            TextError: No speech was recognised, or text and sound have next to nothing in common.
        """
        texts = [text for line in lines for text in line.words]
        forms = [spoken_forms(text, self._lexicon.ids) for text in texts]
        spoken, owner = self._likeliest(forms)
        recognised = [self._lexicon.words[word.word] for word in self.recorded.words]
        if not recognised:
            raise TextError("no-speech")
        pairs = anchors(spoken, recognised)
        share = len(pairs) / max(min(len(spoken), len(recognised)), 1)
        if share < LEAST_SHARE:
            raise TextError("other-text", words=len(texts), recognised=len(recognised), share=100 * share)
        if cut_short:  # a run of anchors, since a single one may lie anywhere
            runs = [b for a, b in itertools.pairwise(pairs) if b == (a[0] + 1, a[1] + 1)] or pairs
            count = owner[runs[-1][0]] + 1
            forms, texts = forms[:count], texts[:count]
        pronunciations, unknown = self._pronunciations(forms)
        placed = self._placed(pronunciations, pairs, owner)
        timed: list[Word | None] = []
        free = 0.0  # where the word before ends
        for text, place in zip(texts, placed, strict=True):
            word = None
            if place is not None:
                start, end = (min(self.recognizer.seconds_of(row), seconds) for row in (place.first_row, place.end_row))
                if free <= start < end:  # else it would lie behind the end of the sound
                    word, free = Word(text, start, end, place.confidence), end
            timed.append(word)
        found = sum(word is not None for word in timed)
        gone = _estimate(timed, texts, seconds)
        utterances = _utterances(timed, lines)
        left_out = tuple(_passages(gone, lines))
        estimated = sum(word is not None for word in timed) - found
        return AlignedText(utterances, sum(len(line.words) for line in lines), found, estimated, left_out, unknown)

    def _likeliest(self, forms: Sequence[Sequence[Sequence[str]]]) -> tuple[list[str], list[int]]:
        """Return the likeliest spoken words of the text, and for each the number of the written word it is of."""
        known = self._lexicon.ids
        spoken: list[str] = []
        owner: list[int] = []
        for i, choices in enumerate(forms):
            form = next((form for form in choices if all(word in known for word in form)), (choices or ((),))[0])
            spoken += form
            owner += [i] * len(form)
        return spoken, owner

    def _pronunciations(
        self, forms: Sequence[Sequence[Sequence[str]]]
    ) -> tuple[list[list[tuple[int, ...]]], tuple[str, ...]]:
        """Return for each written word its pronunciations in labels, and the words that have none.

        Two labels behind the real ones stand for any phone; there are two since a label must not follow itself.
        """
        words = dict.fromkeys(word for choices in forms for form in choices for word in form)
        found = self._lexicon.pronunciations(words)
        missing = [word for word in words if word not in found]
        ids = {label: i for i, label in enumerate(self._lexicon.labels)}
        if missing and self._pronounce:
            for word, spelt in self._pronounce(missing).items():
                known = [
                    tuple(ids[phone] for phone in phones) for phones in spelt if phones and set(phones) <= set(ids)
                ]
                if known:
                    found[word] = known
        any_phone = (len(ids), len(ids) + 1)
        unknown: dict[str, None] = {}
        result = []
        for choices in forms:
            variants: list[tuple[int, ...]] = []
            complete = [form for form in choices if all(word in found for word in form)]
            for form in complete or choices[:1]:
                options = [found.get(word) or _any_phones(word, any_phone) for word in form]
                unknown |= dict.fromkeys(word for word in form if word not in found)
                if len(form) > 2:
                    options = [variant[:1] for variant in options]
                variants += [tuple(itertools.chain(*parts)) for parts in itertools.product(*options)]
            result.append(list(dict.fromkeys(variants))[:MOST_PRONUNCIATIONS])
        return result, tuple(unknown)

    def _placed(
        self, words: Sequence[list[tuple[int, ...]]], pairs: Sequence[tuple[int, int]], owner: Sequence[int]
    ) -> list[_Place | None]:
        """Return where each written word was found, None if it was not.

        Args:
            words: The pronunciations of each.
            pairs: Numbers of spoken and recognised words that agree.
            owner: For each spoken word the number of the written one.
        """
        logp = np.concatenate([*self.recorded.rows, np.zeros((0, len(self._lexicon.labels)), np.float16)])
        placed: list[_Place | None] = [None] * len(words)
        for (row, word), (row_end, word_end) in itertools.pairwise(self._cuts(pairs, owner, len(logp), len(words))):
            numbers = [i for i in range(word, word_end) if words[i]]
            states = sum(2 * len(variant) for i in numbers for variant in words[i])
            if not numbers or row >= row_end or states * (row_end - row) > LARGEST_SEGMENT:
                continue
            scores = logp[row:row_end].astype(np.float32)
            any_phone = np.delete(scores, BLANK, 1).max(1, keepdims=True) - ANY_PHONE_COST
            scores = np.concatenate([scores, any_phone, any_phone], 1)
            path = best_path(scores, [words[i] for i in numbers], TOLERANCE)
            for number, i in enumerate(numbers):
                rows = np.flatnonzero(path.words == number)
                if not len(rows):
                    continue
                phones = path.phones[rows]
                firsts = rows[np.r_[True, np.diff(phones) > 0]]  # the first row of each phone
                labels = np.array(words[i][path.pronunciations[number]])
                confidence = float(np.exp(scores[firsts, labels].mean()))
                placed[i] = _Place(row + int(firsts[0]), row + int(firsts[-1]) + 1, round(min(confidence, 1.0), 3))
        return placed

    def _cuts(
        self, pairs: Sequence[tuple[int, int]], owner: Sequence[int], rows: int, words: int
    ) -> list[tuple[int, int]]:
        """Return where sound and text are cut: pairs of a row and a written word, from their beginnings to their ends.

        A cut lies within a run of anchors, so that a single wrong one does no harm.
        """
        hypotheses = self.recorded.words
        cuts = [(0, 0)]
        for (i, j), (i_next, j_next) in itertools.pairwise(pairs):
            if (i_next, j_next) != (i + 1, j + 1) or owner[i] == owner[i_next]:
                continue
            row = (hypotheses[j].last_row + hypotheses[j_next].first_row + 1) // 2
            if row - cuts[-1][0] >= SEGMENT_ROWS and owner[i_next] > cuts[-1][1]:
                cuts.append((row, owner[i_next]))
        return [*cuts, (rows, words)]


def _any_phones(word: str, labels: tuple[int, int]) -> list[tuple[int, ...]]:
    """Return pronunciations of any phones, about as many as an English word of so many letters has."""
    letters = sum(c.isalnum() for c in word)
    counts = dict.fromkeys(max(1, round(letters * share)) for share in (0.8, 0.6, 1.0))
    return [tuple(labels[i % 2] for i in range(count)) for count in counts]


def _estimate(timed: list[Word | None], texts: Sequence[str], seconds: float) -> list[tuple[int, int]]:
    """Give words that were not found times between their neighbours; writes into `timed`.

    Returns:
        The runs, as first number and number after the last, that are too long for that and stay without times.
    """
    gone = []
    for missing, run in itertools.groupby(range(len(timed)), lambda i: timed[i] is None):
        numbers = list(run)
        if not missing:
            continue
        first, end = numbers[0], numbers[-1] + 1
        if len(numbers) > LONGEST_ESTIMATED:
            gone.append((first, end))
            continue
        before = timed[first - 1] if first else None
        after = timed[end] if end < len(timed) else None
        left = before.end if before else max(0.0, (after.start if after else 0.0) - SECONDS_A_WORD * len(numbers))
        right = after.start if after else min(seconds, left + SECONDS_A_WORD * len(numbers))
        while right - left < SHORTEST_WORD * len(numbers):  # no room: share the time of neighbours
            if numbers[0] and (before := timed[numbers[0] - 1]):
                left = before.start
                numbers.insert(0, numbers[0] - 1)
            elif numbers[-1] + 1 < len(timed) and (after := timed[numbers[-1] + 1]):
                right = after.end
                numbers.append(numbers[-1] + 1)
            else:
                break
        for i, start, stop in _spread(numbers, [texts[n] for n in numbers], left, right):
            known = timed[i]
            timed[i] = replace(known, start=start, end=stop) if known else Word(texts[i], start, stop, 0.0)
    return gone


def _spread(
    numbers: Sequence[int], texts: Sequence[str], start: float, end: float
) -> Iterable[tuple[int, float, float]]:
    """Spread words over a span of seconds, in proportion to their letters."""
    ends = list(itertools.accumulate(map(len, texts), initial=0))
    edges = [round(start + (end - start) * letters / ends[-1], 4) for letters in ends]
    return zip(numbers, edges, edges[1:], strict=False)


def _utterances(timed: Sequence[Word | None], lines: Sequence[TextLine]) -> tuple[Utterance, ...]:
    """Return the lines of the text with words that have times; those of a single line are parted at pauses."""
    groups: list[list[Word]] = []
    number = 0
    for line in lines:
        words = [word for word in timed[number : number + len(line.words)] if word]
        number += len(line.words)
        groups.append(words)
    if len(lines) == 1:
        words, groups = groups[0], []
        for word in words:
            if not groups or word.start - groups[-1][-1].end >= ENDPOINTS["normal"]:
                groups.append([])
            groups[-1].append(word)
    return tuple(
        Utterance(tuple(words), words[0].start, words[-1].end, closed=True, is_line=len(lines) > 1)
        for words in groups
        if words
    )


def _passages(gone: Iterable[tuple[int, int]], lines: Sequence[TextLine]) -> Iterable[Passage]:
    """Yield the runs of words that were left out, each with the line that it begins in."""
    starts = list(itertools.accumulate((len(line.words) for line in lines), initial=0))
    texts = [text for line in lines for text in line.words]
    for first, end in gone:
        line = next(i for i in range(len(lines)) if first < starts[i + 1])
        yield Passage(lines[line].number, end - first, " ".join(texts[first : min(end, first + 6)]))
