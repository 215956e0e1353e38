"""Confidence as the share of words that are right."""

from pathlib import Path

import numpy as np
import pytest

from asr.decoding.choices.confidence import CONFIDENCE_WEIGHTS, confidence_features
from asr.training.evaluation.confidence import JudgedWord, calibration_error, draw, fit_weights, judged_words, report
from asr.updates import Alternative, Word


def words(text: str) -> list[Word]:
    return [Word(word, float(i), i + 0.5, i / 10) for i, word in enumerate(text.split())]


def judged(text: str, recognised: str) -> list[tuple[str, bool, str]]:
    return [(j.word.text, j.right, j.reference) for j in judged_words(text, words(recognised))]


def test_words_are_compared_in_the_best_alignment() -> None:
    assert judged("the cat sat", "the fat cat sat") == [
        ("the", True, "the"),
        ("fat", False, ""),
        ("cat", True, "cat"),
        ("sat", True, "sat"),
    ]
    assert judged("a dog", "some cats") == [("some", False, "a"), ("cats", False, "dog")]
    assert judged("no word is recognised", "") == []


def test_the_fit_finds_the_weights_of_the_words() -> None:
    rng = np.random.default_rng(1)
    weights = np.array(CONFIDENCE_WEIGHTS)
    features = np.array(
        [confidence_features(rng.random(), rng.random(), int(rng.integers(1, 12))) for _ in range(20_000)]
    )
    right = rng.random(20_000) < 1 / (1 + np.exp(-features @ weights))
    assert fit_weights(features, right) == pytest.approx(weights, abs=0.15)


def test_the_calibration_error_is_the_mean_distance_from_the_share_of_right_words() -> None:
    confidences = np.array([0.95] * 10 + [0.45] * 10)
    right = np.array([1.0] * 10 + [1.0] * 7 + [0.0] * 3)
    assert calibration_error(confidences, right) == pytest.approx((0.05 + 0.25) / 2)
    assert calibration_error(np.array([1.0]), np.array([1.0])) == 0


def test_a_report_counts_the_right_words_among_the_alternatives(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    others = (Alternative("cat", 0.2), Alternative("hat", 0.1))
    found = [
        JudgedWord(Word("the", 0, 1, 0.9), True, "the", confidence_features(0.9, 0.9, 3)),
        JudgedWord(Word("fat", 1, 2, 0.3, alternatives=others), False, "cat", confidence_features(0.5, 0.3, 3)),
        JudgedWord(Word("dog", 2, 3, 0.8, alternatives=others), False, "sat", confidence_features(0.4, 0.4, 3)),
        JudgedWord(Word("uh", 3, 4, 0.6), False, "", confidence_features(0.4, 0.4, 2)),
    ]
    report(found, 0.7)
    printed = capsys.readouterr().out
    assert "1 of 2 replaced words (50.0%); of all 3 wrong words, inserted ones too, 33.3%" in " ".join(printed.split())
    assert "under 0.7: 50.0% of 4 words; 100% of them are wrong" in printed
    pytest.importorskip("matplotlib")
    confidences = np.repeat([0.25, 0.85], 20)
    draw(tmp_path / "plot.svg", confidences, (np.arange(40) % 2).astype(float), "words")
    assert (tmp_path / "plot.svg").read_text(encoding="utf-8").lstrip().startswith("<?xml")
