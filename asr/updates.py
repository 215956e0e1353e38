"""What a recogniser returns: words with times, updates that carry them, and the utterances that updates add up to.

There are many of them in a long session, so they have slots: a word without takes half as much again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another word, or other words, that may have been said instead."""

    text: str
    score: float  # 0..1, the probability that it was said; of whole utterances, its share of the search's probability


@dataclass(frozen=True, slots=True)
class Word:
    """One recognised word."""

    text: str  # as spoken
    start: float  # seconds since the stream began
    end: float  # seconds since the stream began, > start
    confidence: float  # 0..1, the probability that the word is right
    # As written, with capitals and marks; None: as spoken. Words that are written as one have it on the first, and ""
    # on the others: "ninety two" is "92" and "". It holds no white space, but for the line feed of a spoken command
    # that ends a line; the line itself is ended by the endpoint of the update.
    display: str | None = None
    alternatives: tuple[Alternative, ...] = ()  # the likeliest first; empty unless the stream's options want them

    @property
    def shown(self) -> str:
        """The word as it is shown and exported: written where it was formatted, else spoken."""
        if self.display is None:
            return self.text
        return "" if self.display.isspace() else self.display


@dataclass(frozen=True, slots=True)
class Update:
    """The change that the newest sound brought."""

    words: tuple[Word, ...]  # new final words: append them, they never change
    partial: tuple[Word, ...]  # words that may still change; replaces the partial of the update before
    seconds: float  # seconds of sound consumed since the stream began
    endpoint: bool = False  # a pause closed the utterance after `words`
    readings: tuple[Alternative, ...] = ()  # at an endpoint: what `words` may read, as they stand first


@dataclass(frozen=True, slots=True)
class Utterance:
    """The words up to one endpoint: a line of every transcript. Empty when all its words were deleted."""

    words: tuple[Word, ...]
    start: float  # seconds; the span as it was recognised, whatever edits leave of the words
    end: float  # seconds, > start
    closed: bool = False  # an endpoint ended it
    readings: tuple[Alternative, ...] = ()  # what it may read, as recognised first; empty unless they are wanted
    is_line: bool = False  # it is a line of a text that was given, so subtitles break after it

    @property
    def text(self) -> str:
        """The words as they are shown, with a space between each two."""
        return text_of(self.words)

    @property
    def spoken(self) -> str:
        """The words as they were spoken, with a space between each two."""
        return " ".join(word.text for word in self.words)


def shown_groups(words: Sequence[Word]) -> list[tuple[int, int]]:
    """Return [first, end) of the words that are shown as one each: a word, and those after it that show nothing."""
    starts = [i for i, word in enumerate(words) if word.shown]
    if not starts:
        return []
    return list(zip([0, *starts[1:]], [*starts[1:], len(words)], strict=True))


def shown_words(words: Sequence[Word]) -> list[Word]:
    """Return the words as a reader sees them, each as one word that lasts as long as those it is written for."""
    return [_joined(words[first:end]) for first, end in shown_groups(words)]


def _joined(words: Sequence[Word]) -> Word:
    if len(words) == 1:
        return words[0]
    shown = "".join(word.shown for word in words)
    least = min(word.confidence for word in words)
    return Word(" ".join(word.text for word in words), words[0].start, words[-1].end, least, shown)


def text_of(words: Iterable[Word]) -> str:
    """Join words as they are shown with single spaces."""
    return " ".join(shown for word in words if (shown := word.shown))


def add_update(utterances: tuple[Utterance, ...], update: Update) -> tuple[Utterance, ...]:
    """Add the final words of an update to the open utterance, or to a new one, and close it at an endpoint.

    This is the only rule that parts words into utterances. An endpoint where no utterance is open changes nothing,
    so none is empty as it is recognised.
    """
    if update.words:
        end = update.words[-1].end
        if utterances and not utterances[-1].closed:
            opened = utterances[-1]
            words = opened.words + update.words
            before = f"{opened.text} " if opened.words else ""
            readings = tuple(replace(reading, text=before + reading.text) for reading in update.readings)
            utterances = (*utterances[:-1], replace(opened, words=words, end=end, readings=readings))
        else:
            utterances = (*utterances, Utterance(update.words, update.words[0].start, end, readings=update.readings))
    if update.endpoint and utterances and not utterances[-1].closed:
        utterances = (*utterances[:-1], replace(utterances[-1], closed=True))
    return utterances


def utterances_of(updates: Iterable[Update]) -> tuple[Utterance, ...]:
    """Fold the updates of a whole stream into its utterances."""
    utterances: tuple[Utterance, ...] = ()
    for update in updates:
        utterances = add_update(utterances, update)
    return utterances


def transcript_text(utterances: Iterable[Utterance]) -> str:
    """Plain text: a line for each utterance that has words, each ended by a line feed."""
    return "".join(f"{utterance.text}\n" for utterance in utterances if utterance.words)
