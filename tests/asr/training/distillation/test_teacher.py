"""Teacher: scores of padded batches, losses, training, row alignments, and words from the search."""

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from asr.acoustic.biphones import to_units
from asr.decoding.decoder import Decoder
from asr.decoding.search_options import SearchOptions
from asr.text.phones import LABELS
from asr.training.acoustic.packs import Example
from asr.training.distillation import paths, teacher, teacher_evaluate
from asr.training.distillation.teacher import UNKNOWN, FeatureExample, Teacher, TeacherTraining
from tests.support.recognition.tiny import nonsense, pronunciations, tiny_config, tiny_model

CONFIG = tiny_config(bottleneck=6)


def example(labels: list[int], seed: int = 0) -> FeatureExample:
    """Return an example with two rows for each label, in which features of its own are high, then two of silence."""
    rng = np.random.default_rng(seed)
    rows = rng.normal(0, 0.1, (2 + 4 * len(labels), 12))
    path = np.zeros(len(rows), np.int16)
    for i, label in enumerate(labels):
        rows[2 + 4 * i : 4 + 4 * i, label] += 3
        path[2 + 4 * i] = (labels[i - 1] if i else 0) * len(LABELS) + label
    return FeatureExample(rows.astype(np.float16), path, np.array(labels), "made")


FOUR = [example(labels, i) for i, labels in enumerate([[1, 2, 3], [3, 4, 5, 1], [7, 2], [5, 7, 1, 2, 9]])]


def tiny_teacher() -> Teacher:
    torch.manual_seed(0)
    return Teacher(CONFIG, inputs=12, narrow=16, width=16, layers=1)


@pytest.mark.parametrize("rows", [7, 8])
def test_padding_changes_no_scores(rows: int) -> None:
    model = tiny_teacher().eval()
    alone, beside = torch.randn(1, rows, 12), torch.randn(2, 15, 12)
    beside[0, :rows] = alone
    beside[0, rows:] = 0
    one, two = model(alone, torch.tensor([rows])), model(beside, torch.tensor([rows, 15]))
    assert one.shape == (1, rows, CONFIG.units) and two.shape == (2, 15, CONFIG.units)
    assert torch.allclose(one[0], two[0, :rows], atol=1e-5)


def test_scores_in_bfloat16_are_near_and_padding_changes_none_of_them() -> None:
    model, x = tiny_teacher().eval(), torch.randn(2, 15, 12)
    rows = torch.tensor([8, 15])
    expected = model(x, rows).detach()
    with torch.autocast("cpu", torch.bfloat16):
        found, alone = model(x, rows).detach().float(), model(x[:1, :8], rows[:1]).detach().float()
    for item, rows_of_item in enumerate(rows.tolist()):
        assert torch.allclose(found[item, :rows_of_item], expected[item, :rows_of_item], atol=0.1)
    assert torch.allclose(alone[0], found[0, :8], atol=1e-2)


def test_a_path_is_fitted_to_the_rows() -> None:
    assert teacher.fit_path(np.array([1, 2, 3], np.int16), 2, CONFIG).tolist() == [1, 2]
    assert teacher.fit_path(np.array([1, 2, 3], np.int16), 4, CONFIG).tolist() == [1, 2, 3, UNKNOWN]
    assert teacher.fit_path(None, 2, CONFIG).tolist() == [UNKNOWN, UNKNOWN]


def test_a_teacher_of_phones_alone_has_paths_of_phones() -> None:
    labels = torch.tensor([3, 7, 7, 39])
    units = to_units(labels, torch.tensor([4]), CONFIG)
    path = np.array([0, *units.tolist()[:2], 0, *units.tolist()[2:]], np.int16)
    assert teacher.fit_path(path, 7, tiny_config(bottleneck=0)).tolist() == [0, 3, 7, 0, 7, 39, UNKNOWN]


def test_rows_without_an_alignment_are_ignored() -> None:
    logits = torch.randn(2, 3, 5)
    path = torch.tensor([[1, 2, UNKNOWN], [UNKNOWN, UNKNOWN, 0]])
    logp = logits.log_softmax(-1)
    expected = -(logp[0, 0, 1] + logp[0, 1, 2] + logp[1, 2, 0]) / 3
    assert torch.allclose(teacher.alignment_loss(logits, path), expected)
    assert teacher.alignment_loss(logits, torch.full((2, 3), UNKNOWN)) == 0


def test_a_batch_holds_every_example() -> None:
    (batch,) = teacher.batches(FOUR, 60, np.random.default_rng(0))
    assert sorted(batch.rows.tolist()) == sorted(len(item.features) for item in FOUR)
    assert batch.labels.tolist() == [
        label for rows in batch.rows.tolist() for item in FOUR if len(item.features) == rows for label in item.labels
    ]
    past = torch.arange(batch.path.shape[1])[None] >= batch.rows[:, None]
    assert (batch.path[past] == UNKNOWN).all() and (batch.path[~past] >= 0).all()
    assert (batch.features[past] == 0).all()


def options(output: Path, **changes: Any) -> argparse.Namespace:
    given: dict[str, Any] = {"output": output, "minutes": 0.004, "aligned": 0.5, "watch": 9, "batch": 60}
    given |= {"rate": 0.01, "warm": 1, "width": 256, "layers": 3}
    return argparse.Namespace(**{**given, "seed": 1, **changes})


@pytest.mark.slow
def test_a_training_continues_where_it_stopped(tmp_path: Path) -> None:
    run = TeacherTraining(CONFIG, FOUR, FOUR, options(tmp_path))
    run.train()
    assert run.progress.update >= 1 and run.share == 1
    again = TeacherTraining(CONFIG, FOUR, FOUR, options(tmp_path))
    assert again.progress == run.progress
    model = teacher.read(tmp_path / "checkpoint.pt")
    for key, value in run.model.state_dict().items():
        assert torch.equal(value, model.state_dict()[key])
    assert TeacherTraining(CONFIG, FOUR, FOUR, options(tmp_path, minutes=1.0)).share < 1


@pytest.mark.slow
@pytest.mark.parametrize("aligned", [1.0, 0.0])
def test_a_tiny_teacher_learns_four_utterances(tmp_path: Path, aligned: float) -> None:
    run = TeacherTraining(CONFIG, FOUR, FOUR, options(tmp_path, aligned=aligned, minutes=99.0))
    run.model = tiny_teacher().train()
    run.optimiser = torch.optim.AdamW(run.model.parameters(), lr=0.01)
    before = teacher.phone_errors(run.model, FOUR, run.denominator)["made"]
    (batch,) = teacher.batches(FOUR, 60, np.random.default_rng(0))
    for _ in range(150):
        run.step(batch)
    after = teacher.phone_errors(run.model, FOUR, run.denominator)["made"]
    assert before[0] > 50 and after[0] == 0 and after[1] < before[1]


def test_paths_have_the_labels_of_their_examples() -> None:
    model = tiny_model(bottleneck=4)
    frames = [np.random.default_rng(i).normal(-6, 2, (n, 64)).astype(np.float16) for i, n in enumerate((90, 95))]
    labels = [np.array([5, 6, 6]), np.arange(1, 40)]
    path, none = paths.unit_paths(model, [Example(f, each, "") for f, each in zip(frames, labels, strict=True)])
    assert len(path) == 2 * -(-90 // 8) and not len(none)
    units = [unit for unit, before in zip(path.tolist(), [0, *path.tolist()], strict=False) if unit and unit != before]
    assert units == [5, 5 * 40 + 6, 6 * 40 + 6]


def test_the_words_of_certain_posteriors_are_found() -> None:
    phones_of = pronunciations()
    words = sorted(phones_of)
    lexicon, language = nonsense(words)
    decoder = Decoder(lexicon, language, SearchOptions(), 0.04)
    wanted = ["word3", "word9", "word4"]
    phones = [LABELS.index(phone) for word in wanted for phone in phones_of[word][0]]
    logp = np.full((2 * len(phones) + 40, len(LABELS)), -20.0, np.float32)
    logp[:, 0] = 0
    for i, phone in enumerate(phones):
        logp[2 * i, [0, phone]] = -20, 0
    assert [lexicon.words[word] for word in teacher_evaluate.decode(decoder, logp)] == wanted


def test_posteriors_of_a_clip_do_not_depend_on_its_batch() -> None:
    model = tiny_teacher().eval()
    clips = [np.random.default_rng(n).normal(size=(n, 12)).astype(np.float16) for n in (5, 9, 6)]
    together = teacher_evaluate.posteriors(model, clips)
    for clip, logp in zip(clips, together, strict=True):
        assert np.allclose(teacher_evaluate.posteriors(model, [clip])[0], logp, atol=1e-4)
        assert np.allclose(np.exp(logp).sum(1), 1, atol=1e-4)
