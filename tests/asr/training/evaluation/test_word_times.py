"""Word times are compared with onset and end of the sound, where the words there are recognised."""

import numpy as np
import pytest

from asr.acoustic.config import Config
from asr.stream_options import DEFAULT_OPTIONS, StreamOptions
from asr.text.phones import LABELS
from asr.training.evaluation.word_times import errors
from asr.updates import Update, Word
from tests.sound import tone


class TwoWordRecognizer:
    """A recogniser that finds the same two words in any sound."""

    name = "two words"
    config = Config(labels=LABELS)

    def features(self, samples: np.ndarray) -> np.ndarray:
        return np.zeros((0, 64), np.float32)

    def start(self, options: StreamOptions = DEFAULT_OPTIONS) -> None:
        return None

    def step(self, state: None, samples: np.ndarray) -> tuple[None, None]:
        return None, None

    def finish(self, state: None) -> Update:
        words = (Word("one", 0.6, 0.9, 1.0), Word("two", 1.0, 1.9, 1.0))
        return Update(words, (), 2.5, True)


def test_first_and_last_words_against_the_sound() -> None:
    quiet = np.zeros(8_000, np.float32)
    sound = np.concatenate([quiet, tone(1.5), quiet])  # from 0.5 s to 2.0 s
    begin, end = errors(TwoWordRecognizer(), sound, ["one", "and", "two"])
    assert begin == pytest.approx(0.1, abs=0.02) and end == pytest.approx(-0.1, abs=0.02)
    assert errors(TwoWordRecognizer(), sound, ["won", "two"])[0] is None
    assert errors(TwoWordRecognizer(), sound, ["one", "too"])[1] is None
