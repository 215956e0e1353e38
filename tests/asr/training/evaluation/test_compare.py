"""Comparison of two evaluations: the difference and its interval, for the same recordings only."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from asr.training.evaluation import compare


def rows(wrong: list[int]) -> list[dict]:
    """Return recordings of ten words with these numbers of errors."""
    references = [[f"word{i}{j}" for j in "abcdefghij"] for i in range(len(wrong))]
    return [
        {
            "corpus": "xy"[i % 2],
            "reference": " ".join(words),
            "hypothesis": " ".join(["no"] * n + words[n:]),
            "seconds": 1.0,
        }
        for i, (words, n) in enumerate(zip(references, wrong, strict=True))
    ]


def test_errors_and_words_are_counted() -> None:
    found = compare.word_counts([{"reference": "a b c", "hypothesis": "a x c d"}, {"reference": "a", "hypothesis": ""}])
    assert found.tolist() == [[2, 3], [1, 1]]


def test_the_same_words_do_not_differ() -> None:
    same = compare.word_counts(rows([3, 1, 4]))
    assert compare.difference(same, same) == (0, 0, 0)


def test_a_gain_in_every_recording_is_beyond_chance_and_in_one_is_not() -> None:
    before = compare.word_counts(rows([5] * 40))
    change, low, high = compare.difference(before, compare.word_counts(rows([3, 4] * 20)))
    assert change == pytest.approx(-15) and low < -15 < high < -12
    change, low, high = compare.difference(before, compare.word_counts(rows([4, *[5] * 39])))
    assert change == pytest.approx(-0.25) and low < change < high == 0


def test_the_order_of_the_recordings_does_not_matter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    one, two = rows([3, 1, 4, 1]), rows([2, 1, 4, 0])
    (tmp_path / "one").write_text("".join(json.dumps(row) + "\n" for row in one))
    (tmp_path / "two").write_text("".join(json.dumps(row) + "\n" for row in reversed(two)))
    monkeypatch.setattr(sys, "argv", ["compare", str(tmp_path / "one"), str(tmp_path / "two")])
    compare.main()
    printed = capsys.readouterr().out
    assert all(figure in printed for figure in ("22.50", "17.50", "-5.00", "35.00", "30.00"))
    (tmp_path / "two").write_text(json.dumps(one[0]))
    with pytest.raises(SystemExit):
        compare.main()


def test_the_interval_is_the_same_every_time() -> None:
    one, two = (compare.word_counts(rows(np.random.default_rng(i).integers(0, 9, 30).tolist())) for i in (1, 2))
    assert compare.difference(one, two) == compare.difference(one, two)
