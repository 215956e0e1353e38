"""Times are compared with the sound's own beginning and end, where the words there were understood."""

from types import SimpleNamespace

import numpy as np
import pytest

from asr.training.evaluation.word_times import errors
from asr.updates import Update, Word
from tests.sound import tone


class Told:
    """A recogniser that says the same two words of any sound."""

    config = SimpleNamespace(rate=16_000, block_samples=5120)

    def start(self, options):
        return None

    def step(self, state, samples):
        return None, None

    def finish(self, state):
        words = (Word("one", 0.6, 0.9, 1.0), Word("two", 1.0, 1.9, 1.0))
        return Update(words, (), 2.5, True)


def test_first_and_last_words_against_the_sound() -> None:
    quiet = np.zeros(8_000, np.float32)
    sound = np.concatenate([quiet, tone(1.5), quiet])  # from 0.5 s to 2.0 s
    begin, end = errors(Told(), sound, ["one", "and", "two"])
    assert begin == pytest.approx(0.1, abs=0.02) and end == pytest.approx(-0.1, abs=0.02)
    assert errors(Told(), sound, ["won", "two"])[0] is None
    assert errors(Told(), sound, ["one", "too"])[1] is None
