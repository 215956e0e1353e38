"""What a recogniser says: words with times, and the updates that carry them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Word:
    """One recognised word."""

    text: str
    start: float  # seconds since the stream began
    end: float  # seconds since the stream began, > start
    confidence: float  # 0..1, the probability that the word is right


@dataclass(frozen=True)
class Update:
    """The change that the newest sound brought."""

    words: tuple[Word, ...]  # new final words: append them, they never change
    partial: tuple[Word, ...]  # words that may still change; replaces the partial of the update before
    seconds: float  # seconds of sound consumed since the stream began
    endpoint: bool = False  # a pause closed the utterance after `words`
