"""A recogniser that recognises a word in every second of any sound; run as a program, `echoic` with it."""

import sys
from dataclasses import dataclass

import numpy as np

from asr.stream_options import DEFAULT_OPTIONS, StreamOptions
from asr.updates import Update, Word

RATE, HOP = 16_000, 160
PER_UTTERANCE = 3


def _word(number: int, end: float) -> Word:
    return Word(f"word{number}", float(number), end, 0.5)


@dataclass(frozen=True)
class SecondsConfig:
    """Sound in blocks of a second."""

    rate: int = RATE
    hop: int = HOP
    block_samples: int = RATE
    language: str = "en"


@dataclass(frozen=True)
class SecondsState:
    """How far a stream is."""

    samples: int = 0


class SecondsRecognizer:
    """Word n is final once second n is over, a second begun is a partial, every third word ends an utterance."""

    name = "spoken-1"
    config = SecondsConfig()

    def features(self, samples: np.ndarray) -> np.ndarray:
        """One band of silence: (frames, 1)."""
        return np.zeros((len(samples) // HOP, 1), np.float32)

    def start(self, options: StreamOptions = DEFAULT_OPTIONS) -> SecondsState:
        return SecondsState()

    def step(self, state: SecondsState, samples: np.ndarray) -> tuple[SecondsState, Update]:
        now = SecondsState(state.samples + len(samples))
        before, after = state.samples // RATE, now.samples // RATE
        words = tuple(_word(n, n + 1.0) for n in range(before, after))
        rest = now.samples % RATE
        partial = (_word(after, now.samples / RATE),) if rest else ()
        ended = any((n + 1) % PER_UTTERANCE == 0 for n in range(before, after))
        return now, Update(words, partial, now.samples / RATE, ended)

    def finish(self, state: SecondsState) -> Update:
        done, rest = divmod(state.samples, RATE)
        words = (_word(done, state.samples / RATE),) if rest else ()
        return Update(words, (), state.samples / RATE, True)


if __name__ == "__main__":
    from app.__main__ import main
    from app.cli import commands

    commands.load = lambda path: SecondsRecognizer()
    sys.exit(main())
