"""Confidence as the share of words that are right."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from asr.decoding.choices.confidence import CONFIDENCE_WEIGHTS, confidence_features
from asr.training.evaluation.confidence import calibration_error, draw, fit_weights, report
from asr.training.evaluation.words.judged import JudgedWord, judged_words
from asr.training.evaluation.words.listed import listed_table
from asr.updates import Alternative, Word


def judged(text: str, recognised: str) -> list[tuple[str, bool, str]]:
    """Judge words, each of which lasts as long as the one of the transcript with the same number, if there is one."""
    words = [Word(word, float(i), i + 0.5, i / 10) for i, word in enumerate(recognised.split())]
    spoken = text.split()
    found = judged_words(spoken, [(float(i), i + 0.5) for i in range(len(spoken))], words)
    return [(j.word.text, j.right, j.reference) for j in found]


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


def word(text: str, sure: float, reference: str, by_errors: str, alone: str, **others: bool) -> JudgedWord:
    """Return a judged word; all have the same two alternatives."""
    found = Word(text, 0, 1, sure, alternatives=(Alternative("cat", 0.2), Alternative("hat", 0.1)))
    values = {"overlaps": True, "known": True} | others
    features = confidence_features(0.5, sure, len(text))
    return JudgedWord(found, reference, values["overlaps"], by_errors, alone, features, values["known"], "cats")


ECE = "expected calibration error:"
FOUND = [
    word("the", 0.9, "the", "the", "the"),
    word("fat", 0.3, "cat", "cat", "sat"),
    word("dog", 0.8, "sat", "sat", "sat"),
    word("cot", 0.4, "hat", "catch", "cat", known=False),
    word("uh", 0.6, "", "hat", ""),
    word("at", 0.6, "cat", "", "cat", overlaps=False),
]


def test_a_table_counts_the_right_words_among_the_alternatives() -> None:
    lines = listed_table([*FOUND, replace(FOUND[1], corpus="dogs")], 2, 0.7).splitlines()
    assert lines == [
        "| right word among 2, replaced words paired | cats | dogs | all |",
        "| --- | --- | --- | --- |",
        "| by the fewest errors alone | 2 of 4 (50.0 %) | 0 of 1 (0.0 %) | 2 of 5 (40.0 %) |",
        "| by the fewest errors, then by time | 2 of 4 (50.0 %) | 1 of 1 (100.0 %) | 3 of 5 (60.0 %) |",
        "| by time | 3 of 4 (75.0 %) | 1 of 1 (100.0 %) | 4 of 5 (80.0 %) |",
        "| of these, spoken at that time | 2 of 3 (66.7 %) | 1 of 1 (100.0 %) | 3 of 4 (75.0 %) |",
        "| of these, in the lexicon | 2 of 3 (66.7 %) | 1 of 1 (100.0 %) | 3 of 4 (75.0 %) |",
        "| of these, below 0.7 | 3 of 3 (100.0 %) | 1 of 1 (100.0 %) | 4 of 4 (100.0 %) |",
        "| all wrong words | 3 of 5 (60.0 %) | 1 of 1 (100.0 %) | 4 of 6 (66.7 %) |",
    ]
    assert listed_table([], 5, 0.7).endswith("| all wrong words | 0 of 0 (0.0 %) |")


def test_a_report_counts_words_and_draws_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report(FOUND, 0.7)
    printed = capsys.readouterr().out
    assert "under 0.7: 66.7% of 6 words; 100% of them are wrong" in printed
    assert listed_table(FOUND, 5, 0.7) in printed
    # cat has 0.2 and is right twice, hat has 0.1 and is right once
    error = (abs(0.2 - 2 / 6) + abs(0.1 - 1 / 6)) / 2
    assert f"12 alternatives: 2 are right by their probabilities, 3 by the transcript; {ECE} {error:.3f}" in printed
    pytest.importorskip("matplotlib")
    confidences = np.repeat([0.25, 0.85], 20)
    draw(tmp_path / "plot.svg", confidences, (np.arange(40) % 2).astype(float), "words")
    assert (tmp_path / "plot.svg").read_text(encoding="utf-8").lstrip().startswith("<?xml")
