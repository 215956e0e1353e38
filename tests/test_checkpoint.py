"""A model file comes back as it was, and every other file is refused with a sentence."""

import json

import pytest
import torch
from conftest import tiny_config, tiny_model
from safetensors.torch import load_file, save_file

from asr.checkpoint import FORMAT, load, save
from asr.config import ModelError
from asr.model import AcousticModel


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "model.safetensors"
    save(path, AcousticModel(tiny_config()), "tiny-1")
    return path


def rewrite(path, weights=None, config=None, **terms) -> None:
    values = {**tiny_config().to_dict(), **(config or {})}
    metadata = {"format": FORMAT, "name": "x", "config": json.dumps(values), **terms}
    save_file(load_file(path) if weights is None else weights, path, metadata=metadata)


def test_round_trip(tmp_path) -> None:
    model = tiny_model(cell="lstm")
    save(tmp_path / "m", model, "tiny-1")
    again, name = load(tmp_path / "m")
    assert name == "tiny-1" and again.config == model.config and not again.training
    assert not hasattr(again, "middle")
    for key, value in again.state_dict().items():
        assert torch.equal(value, model.state_dict()[key].half().float()), key
    assert not any(p.requires_grad for p in again.parameters())


def test_no_file(tmp_path) -> None:
    with pytest.raises(ModelError, match=r"No model file at .*nowhere"):
        load(tmp_path / "nowhere")


@pytest.mark.parametrize("keep", [0, 5, 100, 5000, -1])
def test_cut_off(path, keep: int) -> None:
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(ModelError, match="damaged or no model file"):
        load(path)


def test_text(path) -> None:
    path.write_text("This is no model at all, but a letter to a friend.\n" * 40)
    with pytest.raises(ModelError, match="damaged or no model file"):
        load(path)


def test_foreign_weights(path) -> None:
    save_file({"weight": torch.zeros(3)}, path)
    with pytest.raises(ModelError, match=r"not a model for this program: expected .*, found None"):
        load(path)


def test_another_version(path) -> None:
    rewrite(path, config={"temperature": 2})
    with pytest.raises(ModelError, match=r"another version of Echoic \(terms that differ: temperature\)"):
        load(path)


@pytest.mark.parametrize(
    ("config", "wrong"),
    [({"hop": 0}, "a size"), ({"block": 0}, "a size"), ({"width": 8.5}, "a size"), ({"kernels": []}, "a size"),
     ({"fft": 256}, "hop, window and fft"), ({"high": 9000.0}, "low and high"), ({"floor": 0.0}, "floor"),
     ({"lookahead": -1}, "lookahead or narrow")],
)  # fmt: skip
def test_terms_that_no_model_can_have(path, config, wrong) -> None:
    rewrite(path, config=config)
    with pytest.raises(ModelError, match=f"impossible: .*{wrong}"):
        load(path)


@pytest.mark.parametrize("config", [{"width": 32}, {"cell": "qrnn"}, {"kernels": [5, 5]}])
def test_terms_that_the_weights_contradict(path, config) -> None:
    rewrite(path, config=config)
    with pytest.raises(ModelError, match="contradicts its own terms"):
        load(path)


def test_terms_that_are_no_terms(path) -> None:
    save_file(load_file(path), path, metadata={"format": FORMAT})
    with pytest.raises(ModelError, match="contradicts its own terms"):
        load(path)


def test_other_phones(path) -> None:
    rewrite(path, config={"labels": ["<b>", "A", "B"]})
    with pytest.raises(ModelError, match="other phones"):
        load(path)


def test_a_weight_too_few_or_too_many(path) -> None:
    weights = load_file(path)
    rewrite(path, {**weights, "extra": torch.zeros(1)})
    with pytest.raises(ModelError, match="extra differs"):
        load(path)
    del weights["head.bias"]
    rewrite(path, weights)
    with pytest.raises(ModelError, match=r"head\.bias differs"):
        load(path)
