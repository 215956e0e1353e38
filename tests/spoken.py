"""A recogniser that hears a word in every second of any sound; run as a program, `echoic` with it."""

import sys
from dataclasses import dataclass
from types import SimpleNamespace

from asr.updates import Update, Word

RATE = 16_000
PER_UTTERANCE = 3


def _word(number, end):
    return Word(f"word{number}", float(number), end, 0.5)


@dataclass(frozen=True)
class Heard:
    samples: int = 0


class Recognizer:
    """Word n is final once second n is over, a second begun is a partial, every third ends an utterance."""

    name = "spoken-1"
    config = SimpleNamespace(rate=RATE, block_samples=RATE, language="en")

    def start(self, options=None):
        return Heard()

    def step(self, state, samples):
        now = Heard(state.samples + len(samples))
        before, after = state.samples // RATE, now.samples // RATE
        words = tuple(_word(n, n + 1.0) for n in range(before, after))
        rest = now.samples % RATE
        partial = (_word(after, now.samples / RATE),) if rest else ()
        ended = any((n + 1) % PER_UTTERANCE == 0 for n in range(before, after))
        return now, Update(words, partial, now.samples / RATE, ended)

    def finish(self, state):
        done, rest = divmod(state.samples, RATE)
        words = (_word(done, state.samples / RATE),) if rest else ()
        return Update(words, (), state.samples / RATE, True)


if __name__ == "__main__":
    from app.__main__ import main
    from app.cli import commands

    commands.load = lambda path: Recognizer()
    sys.exit(main())
