"""Student: the targets have the tempo of the sound, and the gradient of the loss points to the teacher."""

import argparse
import itertools
import sys
import warnings
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from asr.acoustic.biphones import label_logits, to_units
from asr.training import checkpoints
from asr.training.acoustic import augment, corpus
from asr.training.acoustic.batches import collate
from asr.training.acoustic.packs import Example, Pack, manifest_name, untranscribed_examples
from asr.training.distillation import shards, student
from asr.training.distillation.posteriors import KEPT, TOP_UNITS, blank_rows, pad, stretch_rows, top_units
from asr.training.manifests import read_manifest
from tests.support.recognition.tiny import tiny_config
from tests.support.recognition.training import FewWords, compute_packs_here, write_manifest

CONFIG = tiny_config(bottleneck=6)
NOISE = np.random.default_rng(0).normal(-6, 1, (1500, CONFIG.mels)).astype(np.float16)


def certain(units: list[int]) -> np.ndarray:
    """Return rows of TOP_UNITS, each with one almost certain unit."""
    kept = blank_rows(len(units))
    kept["unit"][:, 0] = units
    kept["unit"][:, 1:] = np.arange(1500, 1500 + KEPT - 1)
    kept["logp"][:, 0] = -0.001
    kept["logp"][:, 1:] = -9.6
    return kept


def collapsed(kept: np.ndarray) -> list[int]:
    """Return the units of the most likely path, without repeats and blanks."""
    return [unit for unit, _ in itertools.groupby(kept["unit"][:, 0].tolist()) if unit]


def speech(seed: int, seconds: float = 6.0) -> np.ndarray:
    """Return about 12 phones a second, as of a trained network: one or two rows each, mostly in the first of a step."""
    rng = np.random.default_rng(seed)
    rows: list[int] = []
    while len(rows) < 25 * seconds:
        rows += [int(rng.integers(1, 1400))] * int(rng.integers(1, 3))
        rows += [0] * int(rng.integers(0, 4))
        if len(rows) % 2 and rng.random() < 0.8:
            rows.append(0)
    return certain(rows)


def test_the_most_likely_units_are_kept() -> None:
    logp = torch.randn(9, 100).log_softmax(-1).numpy()
    kept = top_units(logp)
    assert np.allclose(np.exp(kept["logp"].astype(np.float32)).sum(1), 1, atol=5e-3)
    assert (kept["unit"][:, 0] == logp.argmax(1)).all()
    assert (np.diff(kept["logp"].astype(np.float32)) <= 0).all()
    few = top_units(np.log(np.full((2, 3), 1 / 3, np.float32)))
    assert few.dtype == TOP_UNITS and np.allclose(np.exp(few["logp"].astype(np.float32)).sum(1), 1, atol=5e-3)


def test_at_the_same_tempo_nothing_moves() -> None:
    kept = speech(0)
    rows = len(kept)
    for made in (stretch_rows(kept, 1.0, rows), stretch_rows(kept, 1.0, rows + 3)[:rows]):
        assert made["unit"][:, 0].tolist() == kept["unit"][:, 0].tolist()
        spoken = kept["unit"][:, 0] != 0
        assert (made[spoken] == kept[spoken]).all()


@pytest.mark.parametrize("speed", [0.75, 0.9, 1.1, 1.3])
def test_another_tempo_keeps_the_phones_and_moves_them(speed: float) -> None:
    lost = total = 0
    for seed in range(10):
        kept = speech(seed)
        made = stretch_rows(kept, speed, round(len(kept) / speed))
        before, after = collapsed(kept), collapsed(made)
        rest = iter(before)
        assert all(unit in rest for unit in after)  # none new, none twice, in their order
        lost, total = lost + len(before) - len(after), total + len(before)
        unique = [unit for unit in after if before.count(unit) == 1]
        for unit in unique:
            was, now = (float(np.flatnonzero(k["unit"][:, 0] == unit)[0]) for k in (kept, made))
            assert abs(now - was / speed) <= 4
    assert lost <= 0.03 * total if speed < 1.2 else lost <= 0.1 * total


def test_a_phone_keeps_its_row_within_the_step() -> None:
    units = [5, 0, 0, 0, 6, 0, 0, 0, 0, 7, 0, 0]
    for speed in (0.8, 1.25):
        made = stretch_rows(certain(units), speed, round(12 / speed))
        assert [int(np.flatnonzero(made["unit"][:, 0] == unit)[0]) % 2 for unit in (5, 6, 7)] == [0, 0, 1]


def test_rows_that_the_teacher_did_not_score_are_not_known() -> None:
    units, logp, known = pad([certain([3, 4]), None, certain([5])], 3)
    assert units.shape == logp.shape == (3, 3, KEPT)
    assert known.tolist() == [[True, True, False], [False] * 3, [True, False, False]]
    assert units[0, :, 0].tolist() == [3, 4, 0]


def batch_of(kept: list[np.ndarray | None], rows: int) -> Any:
    units, logp, known = pad(kept, rows)
    return SimpleNamespace(units=units, logp=logp, known=known)


def logits_of(kept: np.ndarray) -> torch.Tensor:
    """Return logits (1, rows, units) with the posteriors of some rows."""
    logits = torch.full((1, len(kept), CONFIG.units), -60.0)
    units = torch.from_numpy(kept["unit"].astype(np.int64))
    return logits.scatter(-1, units[None], torch.from_numpy(kept["logp"].astype(np.float32))[None])


def test_a_student_that_is_its_teacher_has_no_divergence() -> None:
    kept = speech(1, 1.0)
    loss = student.divergence(logits_of(kept), batch_of([kept], len(kept)), torch.tensor([len(kept)]), 0.1)
    assert float(loss) == pytest.approx(0, abs=1e-3)


def test_the_gradient_of_the_divergence_points_to_the_teacher() -> None:
    kept = certain([7, 0, 0, 9])
    logits = torch.zeros(1, 4, CONFIG.units, requires_grad=True)
    batch, rows = batch_of([kept], 4), torch.tensor([3])
    student.divergence(logits, batch, rows, 0.1).backward()
    assert logits.grad is not None and (logits.grad[0, 3] == 0).all()  # past the end
    assert logits.grad[0, 0, 7] < 0 and (logits.grad[0, 0, 10:1400] > 0).all()
    assert logits.grad[0, 1, 0] < 0
    assert torch.allclose(logits.grad.sum(-1), torch.zeros(1, 4), atol=1e-5)  # a softmax's
    with torch.no_grad():
        before = student.divergence(logits, batch, rows, 0.1)
        after = student.divergence(logits - 0.5 * logits.grad, batch, rows, 0.1)
    assert 0 <= after < before


def test_a_teacher_of_phones_does_not_see_which_phone_was_before() -> None:
    phones, labels = certain([7, 0, 9]), len(CONFIG.labels)
    phones["unit"][:, 1:] = np.arange(20, 20 + KEPT - 1)  # the others are phones, too
    rows, batch = torch.tensor([3]), batch_of([phones], 3)
    pairs = torch.randn(1, 3, CONFIG.units, requires_grad=True)
    training: Any = SimpleNamespace(
        args=argparse.Namespace(kl=1.0, ctc=0.0, quiet=0.1, phones=True),
        config=CONFIG,
        rows=lambda lengths: rows,
    )
    untranscribed: Any = SimpleNamespace(**vars(batch), lengths=rows, transcribed=torch.tensor([False]))
    losses = partial(student.StudentTraining.losses, training, untranscribed)
    reported, whole = losses(pairs, None)
    assert reported == whole == student.divergence(label_logits(pairs, CONFIG), batch, rows, 0.1)
    whole.backward()
    assert pairs.grad is not None and (pairs.grad[0, 0, 7::labels] < 0).all()
    moved = pairs.detach().unflatten(-1, (labels, labels))[:, :, torch.randperm(labels)].flatten(2)
    assert torch.allclose(losses(moved, None)[0], reported, atol=1e-4)


def test_rows_with_certain_blanks_have_little_weight() -> None:
    kept = certain([0, 0, 0, 0])
    unsure = logits_of(kept)
    unsure[..., 3] = -2.0
    batch, rows = batch_of([kept], 4), torch.tensor([4])
    loss = [float(student.divergence(unsure, batch, rows, min_weight)) for min_weight in (0.0, 0.1, 1.0)]
    assert loss[0] < 0.25 * loss[2] and loss[0] < loss[1] < loss[2]


def utterance(name: str, frames: int, labels: list[int], transcribed: bool = True) -> Example:
    values = np.random.default_rng(frames).normal(-6, 2, (frames, CONFIG.mels)).astype(np.float16)
    return Example(values, np.array(labels, np.int64), "made", name=name, transcribed=transcribed)


ITEMS = [
    utterance("a", 100, [1, 2]),
    utterance("b", 110, [], False),
    utterance("c", 120, [3, 3, 5]),
    utterance("noise", 130, []),
]
TARGETS = {"a": speech(1, 0.9), "b": speech(2, 1.0), "c": speech(3, 1.1)}


@pytest.mark.parametrize("changed", [0.0, 1.0])
def test_a_batch_carries_its_targets_at_the_tempo_of_its_sound(changed: float) -> None:
    fill = torch.full((CONFIG.mels,), -6.0)
    epoch = student.DistillationEpoch(TARGETS, ITEMS, 60, CONFIG, NOISE, fill, 1, 1, changed=changed)
    batch = epoch[0]
    group = epoch.groups[0]
    plain = collate(group, CONFIG, NOISE if changed else None, fill if changed else None, epoch.seed)
    assert all(torch.equal(ours, theirs) for ours, theirs in zip(batch[:4], plain, strict=True))
    assert batch.transcribed.tolist() == [item.transcribed for item in group]
    speeds = torch.ones(4)
    if changed:
        speeds = augment.tempi(4, torch.Generator().manual_seed(epoch.seed))
        frames = torch.tensor([len(item.frames) for item in group])
        assert torch.equal(batch.lengths, (frames / speeds).long())
    for item, speed, length, units, known in zip(
        group, speeds.tolist(), batch.lengths.tolist(), batch.units, batch.known, strict=True
    ):
        rows = 2 * -(-length // CONFIG.stride)
        assert int(known.sum()) == (0 if item.name == "noise" else rows)
        if item.name != "noise":
            assert units[:rows, 0].tolist() == stretch_rows(TARGETS[item.name], speed, rows)["unit"][:, 0].tolist()


def test_clips_without_a_text_have_only_the_divergence() -> None:
    fill = torch.full((CONFIG.mels,), -6.0)
    batch = student.DistillationEpoch(TARGETS, ITEMS[:2], 60, CONFIG, NOISE, fill, 1, 1, changed=0.0)[0]
    rows = batch.frames.shape[1] // CONFIG.stride * CONFIG.rows_per_step - CONFIG.output_delay_rows
    logits: Any = torch.randn(2, rows, CONFIG.units, requires_grad=True)  # Any: its gradient is not None here
    training: Any = SimpleNamespace(
        args=argparse.Namespace(kl=0.0, ctc=1.0, quiet=0.1, phones=False),
        config=CONFIG,
        denominator=None,
        rows=lambda lengths: -(-lengths // CONFIG.stride) * CONFIG.rows_per_step,
    )
    losses = partial(student.StudentTraining.losses, training, batch)
    reported, whole = losses(logits, None)
    whole.backward()
    own = batch.transcribed.tolist().index(True)
    assert reported == whole and logits.grad[own].abs().sum() > 0 and (logits.grad[1 - own] == 0).all()
    logits.grad = None
    training.args.kl = 0.5
    reported, whole = losses(logits, None)
    whole.backward()
    assert whole > 0.5 * reported > 0 and (logits.grad.abs().sum((1, 2)) > 0).all()
    assert to_units(batch.labels, batch.counts[batch.transcribed], CONFIG).tolist() == [1, 42]


def test_clips_without_a_text_become_utterances_without_labels() -> None:
    entries: list[dict] = [{"corpus": "made", "audio": f"{i}"} for i in range(3)]
    pack = Pack(np.zeros((2100, CONFIG.mels), np.float16), np.array([0, 40, 40, 2100]), entries, "new-1")
    (item,) = untranscribed_examples(pack, CONFIG)
    assert item.name == "new-1/0" and len(item.frames) == 40 and not item.transcribed and not len(item.labels)


@pytest.mark.slow
@pytest.mark.parametrize("kl", ["0.5", "0"])
def test_a_student_trains_and_continues(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kl: str) -> None:
    compute_packs_here(monkeypatch)
    monkeypatch.setattr(corpus, "Pronouncer", FewWords)
    speech = write_manifest(tmp_path / "speech", ["be", "be be"], 1.0)
    new = write_manifest(tmp_path / "new", ["", ""], 1.2)
    other = write_manifest(tmp_path / "noise", [""], 6.0)
    for manifest in (speech, new):
        names = [entry["audio"] for entry in read_manifest(manifest)]
        shards.write(tmp_path / "posteriors" / manifest_name(manifest) / "00000", names, [certain([7, 0] * 12)] * 2)
    arguments = ["student", "--train", str(speech), "--dev", str(speech), "--noise", str(other)]
    arguments += ["--cache", str(tmp_path / "cache")]
    arguments += ["--untranscribed", str(new), "--posteriors", str(tmp_path / "posteriors"), "--kl", kl, "--mmi"]
    arguments += ["--output", str(tmp_path / "run"), "--width", "8", "--layers", "2", "--bottleneck", "4"]

    def run(seconds: float) -> dict:
        monkeypatch.setattr(sys, "argv", [*arguments, "--minutes", str(seconds / 60)])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # fork beside threads
            student.main()
        return checkpoints.read(tmp_path / "run" / "checkpoint.pt")

    first = run(0.3)
    assert first["update"] >= 1
    assert run(first["elapsed"] + 0.3)["update"] > first["update"]
