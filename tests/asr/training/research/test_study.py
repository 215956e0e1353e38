"""The study measures what it says, and one command makes its page."""

import json
import sys
import time
import warnings

import numpy as np
import pytest
import soundfile
import torch

from tests import needs
from tests.sound import noise
from tests.tiny import nonsense, pronunciations, tiny_model

pytest.importorskip("matplotlib")

from asr.acoustic import model_file
from asr.training.acoustic.packs import Example
from asr.training.evaluation import evaluate
from asr.training.research import study, study_gates, study_page, study_probe, study_runs
from asr.training.research.study_runs import Net


def test_the_best_path_is_found() -> None:
    p = np.full((7, 4), 0.01)
    for row, label in enumerate([0, 1, 1, 0, 1, 2, 0]):
        p[row, label] = 0.97
    logp = torch.from_numpy(np.log(p))
    assert study_gates.align(logp, np.array([1, 1, 2])).tolist() == [1, 4, 5]
    assert study_gates.align(logp[:4], np.array([1])).tolist() == [1]
    many = np.tile([1, 2], 100)  # more states than a byte can count
    p = np.full((500, 4), 0.01)
    p[np.arange(0, 400, 2), many] = 0.97
    p[np.arange(1, 400, 2), 0] = p[400:, 0] = 0.97
    assert study_gates.align(torch.from_numpy(np.log(p)), many).tolist() == list(range(0, 400, 2))
    with pytest.raises(ValueError, match="do not fit"):
        study_gates.align(logp[:2], np.array([1, 1, 2]))


def gated(keep: float):
    """A GRU whose update gates all stand at one place: torch's bias for z, which keeps."""
    model = tiny_model(cell="gru")
    for layer in model.layers:
        width = layer.hidden_size
        for weight in (layer.weight_ih_l0, layer.weight_hh_l0):
            weight[width : 2 * width] = 0
        layer.bias_ih_l0[width : 2 * width] = keep
        layer.bias_hh_l0[width : 2 * width] = 0
        layer.weight_hh_l0[:width] = 0  # nothing but the gate carries
        layer.weight_hh_l0[2 * width :] = 0
    return model


def sound(model, steps: int, seed: int = 0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(3, steps * model.config.stride, model.config.mels, generator=generator) - 5


def test_a_gate_lets_through_what_its_equation_says() -> None:
    """With z the same everywhere, layer by layer, the gradient of the state of the last layer falls by 1 - z a step."""
    for keep in (0.0, 3.0):
        model = gated(keep)
        norms = study_probe.gradients(model, sound(model, 40), torch.tensor([1, 2, 3]))
        share = 1 / (1 + np.exp(-keep))
        assert len(norms) == 40 - model.config.lookahead
        assert norms[30] / norms[29] == pytest.approx(share, rel=0.1)


def test_a_closed_gate_remembers_longer() -> None:
    lasts = []
    for keep in (0.0, 3.0):
        model = gated(keep)
        differ = study_probe.echoes(model, sound(model, 80), sound(model, 80, seed=1), changed=10)
        assert all(0 <= value <= 1 for value in differ)
        lasts.append(study_probe.horizon(differ, 1e-3) or len(differ))
    assert lasts[0] < lasts[1]
    assert max(study_probe.echoes(model, sound(model, 30), sound(model, 30), changed=10)) == 0


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


def test_widths_are_matched() -> None:
    size = {
        cell: study_runs.parameters(Net(cell, study_runs.matched(cell, 96, 2), 2, 0).build())
        for cell in ("gru", "lstm", "rnn")
    }
    assert size["lstm"] == pytest.approx(size["gru"], rel=0.08)
    assert size["rnn"] == pytest.approx(size["gru"], rel=0.08)
    assert study_runs.matched("gru", 96, 2) == 96
    nets = study_runs.plan(96, 2, 2)
    assert len({net.name for net in nets}) == len(nets)
    assert [net.seed for net in nets] == sorted(net.seed for net in nets)


def test_told_apart() -> None:
    assert study_page.told_apart([1.0, 2.0], [2.5, 3.0])
    assert not study_page.told_apart([1.0, 2.6], [2.5, 3.0])
    assert not study_page.told_apart([1.0], [2.5])


def in_this_process(manifest, load, limit, processes):
    evaluate._prepare(load)
    entries = [json.loads(line) for line in manifest.read_text().splitlines()][:limit]
    return [evaluate._score((manifest.parent / entry["audio"], entry)) for entry in entries]


@pytest.fixture
def manifest(tmp_path):
    folder = tmp_path / "speech"
    folder.mkdir()
    lines = []
    for i, text in enumerate(["be", "be be"]):
        soundfile.write(folder / f"{i}.wav", noise(1.5, seed=i), 16_000)
        lines.append(json.dumps({"audio": f"{i}.wav", "text": text, "corpus": "made", "seconds": 1.5}))
    (folder / "manifest.jsonl").write_text("\n".join(lines))
    return folder / "manifest.jsonl"


@pytest.mark.slow
@needs.torchaudio
def test_one_command_makes_the_page(manifest, tmp_path, monkeypatch) -> None:
    shipped = tmp_path / "model"
    shipped.mkdir()
    lexicon, language = nonsense(list(pronunciations()))
    lexicon.save(shipped / "lexicon.safetensors")
    language.save(shipped / "ngram_lm.safetensors")
    model_file.save(shipped / "model.safetensors", tiny_model(), "tiny")
    page, pictures, output = tmp_path / "page" / "STUDY.md", tmp_path / "pictures", tmp_path / "study"
    arguments = ["study", "--train", manifest, "--dev", manifest, "--test", manifest, "--output", output]
    arguments += ["--minutes", 8, "--width", 32, "--seeds", 1, "--recordings", 2, "--forgotten", 2, "--listened", 2]
    arguments += ["--back", 12, "--streams", 2, "--processes", 1, "--cache", tmp_path / "cache"]
    arguments += ["--shipped", shipped, "--page", page, "--pictures", pictures]
    monkeypatch.setattr(sys, "argv", list(map(str, arguments)))
    for module in (study, study_runs):
        monkeypatch.setattr(module, "evaluate", in_this_process)
    # A clock that runs 200 times as fast, so that minutes of training pass.
    monkeypatch.setattr(study_runs.Observed, "clock", staticmethod(lambda: 200 * time.monotonic()))

    def command() -> str:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # fork beside threads
            study.main()
        return page.read_text()

    told = command()
    for title in ("Size and speed", "What they learn", "How far back", "What the gates do", "The cost of forgetting"):
        assert f"## {title}" in told
    assert "Not measured yet" not in told and "nan" not in told
    for picture in ("losses", "errors", "gradients", "echoes", "gates", "forgetting"):
        assert f"(../pictures/study-{picture}.svg)" in told
        assert (pictures / f"study-{picture}.svg").read_text().lstrip().startswith("<?xml")
    runs = [json.loads((folder / "run.json").read_text())["result"] for folder in (output / "runs").iterdir()]
    assert {run["cell"] for run in runs} == set(study_runs.ORDER)
    assert {run["width"] for run in runs} > {32}  # those of equal parameters
    assert all(run["updates"] > 0 and run["curve"] for run in runs)

    def refuse(*_):
        raise AssertionError("what is kept was made again")

    for module, name in ((study_runs, "train"), (study, "evaluate"), (study_runs, "evaluate"), (study_gates, "gates")):
        monkeypatch.setattr(module, name, refuse)
    monkeypatch.setattr(sys, "argv", [*sys.argv, "--parts", "gates"])  # the page keeps the other parts
    assert command() == told
    (output / "results.json").unlink()
    assert "Not measured yet: costs, runs, probes, forgetting" in command()
