"""A confidence is the share of words like it that are right."""

import numpy as np
import pytest

from asr.recognizer import CONFIDENCE_LINE
from asr.training.evaluation.confidence import judged, line
from asr.updates import Word


def words(text: str) -> list[Word]:
    return [Word(word, float(i), i + 0.5, i / 10) for i, word in enumerate(text.split())]


def test_words_are_judged_in_the_best_alignment() -> None:
    assert judged("the cat sat", words("the fat cat sat")) == [(0.0, True), (0.1, False), (0.2, True), (0.3, True)]
    assert judged("a dog", words("some cats")) == [(0.0, False), (0.1, False)]
    assert judged("nothing is heard", []) == []


def test_the_line_is_the_one_the_words_lie_on() -> None:
    rng = np.random.default_rng(1)
    trust = rng.random(20_000)
    right = rng.random(20_000) < 0.2 + 0.7 * trust
    told = CONFIDENCE_LINE[0] + CONFIDENCE_LINE[1] * trust
    assert line(np.stack([told, right], 1)) == pytest.approx((0.2, 0.7), abs=0.03)
    assert 0 <= CONFIDENCE_LINE[0] <= sum(CONFIDENCE_LINE) <= 1
