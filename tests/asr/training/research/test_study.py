"""The measurements of the study, and its page."""

import json
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.support.recognition import needs
from tests.support.recognition.tiny import nonsense, pronunciations, tiny_model
from tests.support.recognition.training import write_manifest

pytest.importorskip("matplotlib")

from asr.acoustic import model_file
from asr.acoustic.network import AcousticModel
from asr.training.acoustic.packs import Example
from asr.training.evaluation import evaluate
from asr.training.research import study, study_gates, study_page, study_probe, study_runs
from asr.training.research.study_runs import StudyNetwork


def test_the_best_path_is_found() -> None:
    p = np.full((7, 4), 0.01)
    for row, label in enumerate([0, 1, 1, 0, 1, 2, 0]):
        p[row, label] = 0.97
    logp = torch.from_numpy(np.log(p))
    assert study_gates.label_onsets(logp, np.array([1, 1, 2])).tolist() == [1, 4, 5]
    assert study_gates.label_onsets(logp[:4], np.array([1])).tolist() == [1]
    many = np.tile([1, 2], 100)  # more states than a byte can count
    p = np.full((500, 4), 0.01)
    p[np.arange(0, 400, 2), many] = 0.97
    p[np.arange(1, 400, 2), 0] = p[400:, 0] = 0.97
    assert study_gates.label_onsets(torch.from_numpy(np.log(p)), many).tolist() == list(range(0, 400, 2))
    with pytest.raises(ValueError, match="do not fit"):
        study_gates.label_onsets(logp[:2], np.array([1, 1, 2]))


def gated(keep: float) -> AcousticModel:
    """Return a GRU network whose update gates are constant: the bias of torch's z, which keeps the old state."""
    model = tiny_model(cell="gru")
    for layer in model.layers:
        assert isinstance(layer, torch.nn.GRU)
        width = layer.hidden_size
        from_input, from_state = layer.get_parameter("weight_ih_l0"), layer.get_parameter("weight_hh_l0")
        for weight in (from_input, from_state):
            weight[width : 2 * width] = 0
        layer.get_parameter("bias_ih_l0")[width : 2 * width] = keep
        layer.get_parameter("bias_hh_l0")[width : 2 * width] = 0
        from_state[:width] = 0  # only the gate carries the state
        from_state[2 * width :] = 0
    return model


def sound(model: AcousticModel, steps: int, seed: int = 0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(3, steps * model.config.stride, model.config.mels, generator=generator) - 5


def test_gradients_decay_as_the_gate_equation_says() -> None:
    """With constant z, the gradient by the state of the last layer falls by the factor 1 - z in each step."""
    for keep in (0.0, 3.0):
        model = gated(keep)
        norms = study_probe.gradients(model, sound(model, 40), torch.tensor([1, 2, 3]))
        share = 1 / (1 + np.exp(-keep))
        assert len(norms) == 40 - model.config.lookahead
        assert norms[30] / norms[29] == pytest.approx(share, rel=0.1)


def test_a_closed_gate_has_a_longer_memory() -> None:
    lasts = []
    for keep in (0.0, 3.0):
        model = gated(keep)
        differ = study_probe.output_differences(model, sound(model, 80), sound(model, 80, seed=1), changed=10)
        assert all(0 <= value <= 1 for value in differ)
        lasts.append(study_probe.horizon(differ, 1e-3) or len(differ))
    assert lasts[0] < lasts[1]
    assert max(study_probe.output_differences(model, sound(model, 30), sound(model, 30), changed=10)) == 0


def test_horizon() -> None:
    assert study_probe.horizon([0.5, 0.005, 0.02, 0.001, 0.0]) == 3
    assert study_probe.horizon([0.001, 0.0]) == 0
    assert study_probe.horizon([0.5, 0.2]) is None


def test_gates_by_the_phones_of_a_step() -> None:
    items = [Example(np.random.default_rng(i).normal(-6, 2, (400, 64)), np.array([1, 2, 3]), "x") for i in range(3)]
    model = gated(2.0)
    found = study_gates.gates(model, items)
    closed = 1 / (1 + np.exp(2.0))
    assert found["recordings"] == 3 and np.allclose(found["units"], closed, atol=1e-5)
    assert {"pause", "0"} <= set(found["by_phones"])
    for kind in found["by_phones"].values():
        assert np.allclose(kind["mean"], closed, atol=1e-5) and np.allclose(kind["error"], 0, atol=1e-6)


@pytest.mark.slow
def test_widths_are_matched() -> None:
    size = {
        cell: study_runs.parameters(StudyNetwork(cell, study_runs.matched(cell, 96, 2), 2, 0).build())
        for cell in ("gru", "lstm", "rnn")
    }
    assert size["lstm"] == pytest.approx(size["gru"], rel=0.08)
    assert size["rnn"] == pytest.approx(size["gru"], rel=0.08)
    assert study_runs.matched("gru", 96, 2) == 96
    nets = study_runs.plan(96, 2, 2)
    assert len({net.name for net in nets}) == len(nets)
    assert [net.seed for net in nets] == sorted(net.seed for net in nets)


def test_separated() -> None:
    assert study_page.separated([1.0, 2.0], [2.5, 3.0])
    assert not study_page.separated([1.0, 2.6], [2.5, 3.0])
    assert not study_page.separated([1.0], [2.5])


def in_this_process(
    manifest: Path, load: Callable[[], evaluate.StreamRecognizer], limit: int, processes: int
) -> list[dict]:
    evaluate._prepare(load)
    entries = [json.loads(line) for line in manifest.read_text().splitlines()][:limit]
    return [evaluate._score((manifest.parent / entry["audio"], entry)) for entry in entries]


@pytest.mark.slow
@needs.torchaudio
def test_one_command_makes_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = tmp_path / "model"
    shipped.mkdir()
    lexicon, language = nonsense(list(pronunciations()))
    lexicon.save(shipped / "lexicon.safetensors")
    language.save(shipped / "ngram_lm.safetensors")
    model_file.save(shipped / "model.safetensors", tiny_model(), "tiny")
    page, pictures, output = tmp_path / "page" / "STUDY.md", tmp_path / "pictures", tmp_path / "study"
    manifest = write_manifest(tmp_path / "speech", ["be", "be be"], 1.5)
    arguments: list[object] = ["study", "--train", manifest, "--dev", manifest, "--test", manifest, "--output", output]
    arguments += ["--minutes", 8, "--width", 32, "--seeds", 1, "--recordings", 2, "--forgotten", 2, "--listened", 2]
    arguments += ["--back", 12, "--streams", 2, "--processes", 1, "--cache", tmp_path / "cache"]
    arguments += ["--shipped", shipped, "--page", page, "--pictures", pictures]
    monkeypatch.setattr(sys, "argv", list(map(str, arguments)))
    for module in (study, study_runs):
        monkeypatch.setattr(module, "evaluate", in_this_process)
    # A clock that runs 200 times as fast, so that minutes of training pass.
    monkeypatch.setattr(study_runs.RecordedTraining, "clock", staticmethod(lambda: 200 * time.monotonic()))

    def command() -> str:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # fork while threads run
            study.main()
        return page.read_text()

    text = command()
    for title in (
        "Size and speed",
        "Results after",
        "Gradients and memory",
        "Gates on speech",
        "The cost of forgetting",
    ):
        assert f"## {title}" in text
    assert "Not measured yet" not in text and "nan" not in text
    for picture in ("losses", "errors", "gradients", "memory", "gates", "forgetting"):
        assert f"(../pictures/study-{picture}.svg)" in text
        assert (pictures / f"study-{picture}.svg").read_text().lstrip().startswith("<?xml")
    runs = [json.loads((folder / "run.json").read_text())["result"] for folder in (output / "runs").iterdir()]
    assert {run["cell"] for run in runs} == set(study_runs.ORDER)
    assert {run["width"] for run in runs} > {32}  # those of equal parameters
    assert all(run["updates"] > 0 and run["curve"] for run in runs)

    def refuse(*_: object) -> None:
        raise AssertionError("a stored result was computed again")

    for module, name in ((study_runs, "train"), (study, "evaluate"), (study_runs, "evaluate"), (study_gates, "gates")):
        monkeypatch.setattr(module, name, refuse)
    monkeypatch.setattr(sys, "argv", [*sys.argv, "--parts", "gates"])  # the page keeps the other parts
    assert command() == text
    (output / "results.json").unlink()
    assert "Not measured yet: costs, runs, probes, forgetting" in command()
