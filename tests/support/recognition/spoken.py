"""A recogniser that finds a word in every second of any sound; run as a program, `echoic` with it."""

import sys

from asr.updates import Word
from tests.support.recognition.fakes import FakeRecognizer

PER_UTTERANCE = 3


def _utterance(line: int) -> list[Word]:
    first = line * PER_UTTERANCE
    return [Word(f"word{n}", float(n), n + 1.0, 0.5) for n in range(first, first + PER_UTTERANCE)]


class SecondsRecognizer(FakeRecognizer):
    """Word n is final once second n is over, a second begun is a partial, every third word ends an utterance."""

    def __init__(self) -> None:
        """Follow a script without end."""
        super().__init__(_utterance, name="spoken-1", by_word=True)


if __name__ == "__main__":
    from app.__main__ import main
    from app.cli.process import loading

    loading.load = lambda path: SecondsRecognizer()
    sys.exit(main())
