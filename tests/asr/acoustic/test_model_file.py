"""A model file comes back as it was, and every other file is refused with a sentence."""

import json

import pytest
import torch
from safetensors.torch import load_file, save_file

from asr.acoustic.model_file import BANK, FORMAT, load, save
from asr.acoustic.network import AcousticModel
from asr.errors import ModelError
from tests.tiny import mel_bank, tiny_config, tiny_model


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "model.safetensors"
    model = AcousticModel(tiny_config())
    model.bank.copy_(mel_bank(model.config))
    save(path, model, "tiny-1")
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
    assert torch.equal(again.bank, model.bank)
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
     ({"lookahead": -1}, "lookahead or bottleneck")],
)  # fmt: skip
def test_terms_that_no_model_can_have(path, config, wrong) -> None:
    rewrite(path, config=config)
    with pytest.raises(ModelError, match=f"impossible: .*{wrong}"):
        load(path)


@pytest.mark.parametrize(
    "bank", [None, torch.zeros(257, 64), torch.ones(257, 63), torch.ones(257, 64).half(), -torch.ones(257, 64),
             torch.full((257, 64), torch.nan)]
)  # fmt: skip
def test_a_mel_bank_that_is_none(path, bank) -> None:
    weights = {key: value for key, value in load_file(path).items() if key != BANK}
    rewrite(path, weights if bank is None else weights | {BANK: bank})
    with pytest.raises(ModelError, match="contradicts its own terms"):
        load(path)


def test_no_model_file_without_a_mel_bank(tmp_path) -> None:
    with pytest.raises(ValueError, match="needs the mel bank"):
        save(tmp_path / "m", AcousticModel(tiny_config()), "tiny-1")


def test_a_file_of_the_version_before_says_so(path) -> None:
    rewrite(path, format="echoic acoustic model 2")
    with pytest.raises(ModelError, match=r"expected 'echoic acoustic model 3', found 'echoic acoustic model 2'"):
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


def test_a_weight_too_few_or_too_many(path) -> None:
    weights = load_file(path)
    rewrite(path, {**weights, "extra": torch.zeros(1)})
    with pytest.raises(ModelError, match="extra differs"):
        load(path)
    del weights["head.bias"]
    rewrite(path, weights)
    with pytest.raises(ModelError, match=r"head\.bias differs"):
        load(path)
