"""Word times are compared with onset and end of the sound, where the words there are recognised."""

import numpy as np
import pytest

from asr.training.evaluation.word_times import errors
from asr.updates import Word
from tests.support.recognition.fakes import FakeRecognizer
from tests.support.recognition.sound import tone

TWO_WORDS = [Word("one", 0.6, 0.9, 1.0), Word("two", 1.0, 1.9, 1.0)]


def two_words() -> FakeRecognizer:
    """A recogniser that finds the same two words in any sound."""
    return FakeRecognizer(lambda line: None if line else TWO_WORDS)


def test_first_and_last_words_against_the_sound() -> None:
    quiet = np.zeros(8_000, np.float32)
    sound = np.concatenate([quiet, tone(1.5), quiet])  # from 0.5 s to 2.0 s
    begin, end = errors(two_words(), sound, ["one", "and", "two"])
    assert begin == pytest.approx(0.1, abs=0.02) and end == pytest.approx(-0.1, abs=0.02)
    assert errors(two_words(), sound, ["won", "two"])[0] is None
    assert errors(two_words(), sound, ["one", "too"])[1] is None
