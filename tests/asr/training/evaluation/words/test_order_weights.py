"""Weights of alternatives: the fit finds them, and what it learns from is what the order is made of."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from asr.audio.media import read_file
from asr.decoding.choices.confidence import log_odds
from asr.decoding.choices.following import NEURAL_WEIGHTS, NGRAM_WEIGHTS
from asr.recognizer import Recognizer
from asr.training.evaluation.words import order_weights
from asr.training.evaluation.words.order_weights import Example, disturbed, fit
from tests.support.programs.scripts import ROOT
from tests.support.recognition import sound

SAMPLE = ROOT / "assets" / "samples" / "lighthouse.ogg"


@pytest.mark.parametrize("neural", [False, True])
def test_the_fit_finds_the_weights_with_which_examples_were_drawn(neural: bool) -> None:
    random, wanted, none, trust = np.random.default_rng(1), np.array([0.7, -0.3, 1.5]), -1.0, 0.5
    examples = []
    for number in range(4000):
        table, sure = random.normal((0, 0, 1), (1, 3, 0.5), (random.integers(0, 9), 3)), random.uniform(0.1, 0.9)
        scores = np.append(none + trust * log_odds(sure), table @ wanted)
        right = int(random.choice(len(scores), p=np.exp(scores - np.logaddexp.reduce(scores)))) - 1
        examples.append(Example(right, right >= 0, sure, table[:, :2], table[:, 2:]))
        if not neural:
            examples[-1] = Example(right, right >= 0, sure, table, None)
        elif number % 3 == 0:  # one that the neural language model was not asked about
            examples.append(Example(-1, False, sure, random.normal(0, 9, (3, 2)), None))
    found = fit(examples, neural)
    assert found.values == pytest.approx(wanted, abs=0.1)
    assert (found.none, found.sure) == pytest.approx((none, trust), abs=0.25)


def test_a_disturbed_recording_has_another_length_and_a_noise_and_stays_in_range() -> None:
    tone = 0.9 * sound.tone(1.0)
    one, same, other = (disturbed(tone, sound.tone(0.2, hertz=3000.0), np.random.default_rng(n)) for n in (1, 1, 2))
    assert np.array_equal(one, same) and len(one) != len(other) and one.dtype == np.float32
    assert len(tone) / 1.12 - 2 < len(one) < len(tone) / 0.9 + 2 and np.abs(one).max() <= 1
    assert np.isfinite(disturbed(tone, np.zeros(10, np.float32), np.random.default_rng(1))).all()


def test_weights_have_a_value_each() -> None:
    assert len(NEURAL_WEIGHTS.values) == len(NGRAM_WEIGHTS.values) + 1 + 2


@pytest.mark.slow
def test_the_command_prints_weights(
    shipped: Recognizer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Half of the words of the transcript are others, so that there are wrong words to learn from."""
    speech = np.concatenate(list(read_file(SAMPLE, shipped.config.rate)))
    sound.write(tmp_path / "one.wav", speech[: 7 * shipped.config.rate])
    text = "every weaning the creeper climb the narrow stares to the lamb and road down what the sore in a cream book"
    for name, entry in {
        "train": {"audio": "one.wav", "text": text, "corpus": "made"},
        "noise": {"audio": "one.wav", "kind": "speech"},
    }.items():
        (tmp_path / f"{name}.jsonl").write_text(json.dumps(entry) + "\n")
    arguments = [tmp_path / "train.jsonl", "--noise", tmp_path / "noise.jsonl", "--corpora", "made"]
    monkeypatch.setattr("sys.argv", ["order_weights", *map(str, arguments)])
    order_weights.main()
    printed = capsys.readouterr().out
    pattern = r"1 recordings, (\d+) words, (\d+) of them replaced; the beam held the right one for (\d+)"
    words, replaced, held = map(int, re.findall(pattern, printed)[0])
    assert words > replaced >= held > 0
    assert len(re.findall(r"^N\w+_WEIGHTS = Weights\(none=\S+, sure=\S+, values=\(.*\)\)$", printed, re.M)) == 2
