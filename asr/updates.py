"""What a recogniser says: words with times, and the updates that carry them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Word:
    """One recognised word."""

    text: str
    start: float  # seconds of sound since the stream began
    end: float  # seconds of sound since the stream began, > start
    confidence: float  # 0..1


@dataclass(frozen=True)
class Update:
    """What became known with the newest sound."""

    words: tuple[Word, ...]  # final: append them, they never change
    partial: tuple[Word, ...]  # replaces the partial before it
    seconds: float  # seconds of sound consumed so far
    endpoint: bool = False  # a pause closed the utterance after `words`
