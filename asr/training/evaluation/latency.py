"""How a stream shows its words: when they come, when they stay, and how often they change.

The clock is virtual: a chunk is there once its last sample was spoken, and work on it takes the processor time that was
measured. So delays are those of a core of its own, whatever else the machine does.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from asr.text.normalize import normalize
from asr.training.evaluation.systems.protocol import System

CHUNKS_A_SECOND = 10
ONSET = 316  # ratio of powers, 25 dB


@dataclass(frozen=True)
class Shown:
    """What was shown of a recording."""

    texts: tuple[tuple[float, str], ...]  # (second, all words shown from there on), where they changed
    end: float  # the second at which the last text was there
    processor_seconds: float

    @property
    def text(self) -> str:
        """The text at the end."""
        return self.texts[-1][1] if self.texts else ""


def onset(sound: np.ndarray, rate: int) -> float:
    """Return the second at which the sound first comes within 25 dB of its loudest 20 ms."""
    size = rate // 50
    power = np.square(sound[: len(sound) // size * size].reshape(-1, size)).mean(1)
    return float(np.argmax(power > power.max(initial=0.0) / ONSET)) * size / rate if len(power) else 0.0


def stream(system: System, sound: np.ndarray) -> Shown:
    """Give a recording to a stream in tenths of a second; `sound`: (n,) float32 samples at the rate of the system."""
    size = system.rate // CHUNKS_A_SECOND
    began = time.process_time()
    one = system.open()
    spent = clock = time.process_time() - began
    texts: list[tuple[float, str]] = []
    for start in range(0, len(sound) + size, size):
        chunk = sound[start : start + size]
        began = time.process_time()
        text = one.push(chunk) if len(chunk) else one.finish()
        cost = time.process_time() - began
        spent += cost
        clock = max(clock, min(start + size, len(sound)) / system.rate) + cost
        if text != (texts[-1][1] if texts else ""):
            texts.append((clock, text))
    return Shown(tuple(texts), clock, spent)


def whole(system: System, sound: np.ndarray) -> Shown:
    """Give a recording to a system as a file; the clock begins where the recording ends."""
    began = time.process_time()
    text = system.file(sound)
    spent = time.process_time() - began
    end = len(sound) / system.rate + spent
    return Shown(((end, text),) if text else (), end, spent)


def shown_words(shown: Shown) -> list[tuple[float, list[str]]]:
    """Return the texts as words without capitals and marks: a comma that is added later is no change of a word."""
    return [(second, normalize(text).split()) for second, text in shown.texts]


def first_word(texts: Sequence[tuple[float, list[str]]]) -> float | None:
    """Return the second at which the first word of the last text was first shown in its place; None without words."""
    if not texts or not texts[-1][1]:
        return None
    first = texts[-1][1][0]
    return next(second for second, words in texts if words[:1] == [first])


def stable_since(texts: Sequence[tuple[float, list[str]]]) -> list[float]:
    """Return for each word of the last text the second from which on it and all before it never changed again."""
    if not texts:
        return []
    last = texts[-1][1]
    since = [texts[-1][0]] * len(last)
    for second, words in reversed(texts):
        for i in range(common(words, last)):
            since[i] = second
        if common(words, last) < len(last):
            last = last[: common(words, last)]
    return since


def common(some: Sequence[str], others: Sequence[str]) -> int:
    """Return how many words two texts have in common at their beginning."""
    return next((i for i, (a, b) in enumerate(zip(some, others, strict=False)) if a != b), min(len(some), len(others)))


def changed_words(texts: Sequence[tuple[float, list[str]]]) -> int:
    """Return how many words were shown and then changed or taken away (Shangguan et al. 2020, arXiv 2006.01416)."""
    before: list[str] = []
    count = 0
    for _, words in texts:
        count += len(before) - common(before, words)
        before = words
    return count
