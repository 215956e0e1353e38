"""A model file loads as it was saved, and every other file is refused with an error that explains it."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from asr.acoustic.model_file import BANK, FORMAT, load, save
from asr.acoustic.network import AcousticModel
from asr.errors import ModelError
from tests.tiny import mel_bank, tiny_config, tiny_model


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "model.safetensors"
    model = AcousticModel(tiny_config())
    model.bank.copy_(mel_bank(model.config))
    save(path, model, "tiny-1")
    return path


def rewrite(
    path: Path,
    weights: dict[str, torch.Tensor] | None = None,
    config: dict[str, Any] | None = None,
    **changes: str,
) -> None:
    """Write the model file anew, with other weights, configuration values or metadata."""
    values = {**tiny_config().to_dict(), **(config or {})}
    metadata = {"format": FORMAT, "name": "x", "config": json.dumps(values), **changes}
    save_file(load_file(path) if weights is None else weights, path, metadata=metadata)


def test_saved_and_loaded_is_the_same(tmp_path: Path) -> None:
    model = tiny_model(cell="lstm")
    save(tmp_path / "m", model, "tiny-1")
    again, name = load(tmp_path / "m")
    assert name == "tiny-1" and again.config == model.config and not again.training
    assert not hasattr(again, "middle")
    assert torch.equal(again.bank, model.bank)
    for key, value in again.state_dict().items():
        assert torch.equal(value, model.state_dict()[key].half().float()), key
    assert not any(p.requires_grad for p in again.parameters())


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"No model file at .*nowhere"):
        load(tmp_path / "nowhere")


@pytest.mark.parametrize("keep", [0, 5, 100, 5000, -1])
def test_a_file_cut_short_is_refused(path: Path, keep: int) -> None:
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(ModelError, match="damaged or not a model file"):
        load(path)


def test_a_text_is_refused(path: Path) -> None:
    path.write_text("This is no model at all, but a letter to a friend.\n" * 40)
    with pytest.raises(ModelError, match="damaged or not a model file"):
        load(path)


def test_weights_of_another_program_are_refused(path: Path) -> None:
    save_file({"weight": torch.zeros(3)}, path)
    with pytest.raises(ModelError, match=r"not a model for this program: expected .*, found None"):
        load(path)


def test_a_file_of_another_version_is_refused(path: Path) -> None:
    rewrite(path, config={"temperature": 2})
    with pytest.raises(ModelError, match=r"another version of Echoic \(settings that differ: temperature\)"):
        load(path)


@pytest.mark.parametrize(
    ("config", "wrong"),
    [
        ({"hop": 0}, "a size"),
        ({"block": 0}, "a size"),
        ({"width": 8.5}, "a size"),
        ({"kernels": []}, "a size"),
        ({"fft": 256}, "hop, window and fft"),
        ({"high": 9000.0}, "low and high"),
        ({"floor": 0.0}, "floor"),
        ({"lookahead": -1}, "lookahead or bottleneck"),
    ],
)
def test_an_impossible_configuration_is_refused(path: Path, config: dict[str, Any], wrong: str) -> None:
    rewrite(path, config=config)
    with pytest.raises(ModelError, match=f"impossible: .*{wrong}"):
        load(path)


@pytest.mark.parametrize(
    "bank",
    [
        None,
        torch.zeros(257, 64),
        torch.ones(257, 63),
        torch.ones(257, 64).half(),
        -torch.ones(257, 64),
        torch.full((257, 64), torch.nan),
    ],
)
def test_an_invalid_mel_bank_is_refused(path: Path, bank: torch.Tensor | None) -> None:
    weights = {key: value for key, value in load_file(path).items() if key != BANK}
    rewrite(path, weights if bank is None else weights | {BANK: bank})
    with pytest.raises(ModelError, match="contradicts its own settings"):
        load(path)


def test_a_model_without_a_mel_bank_is_not_saved(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="needs the mel bank"):
        save(tmp_path / "m", AcousticModel(tiny_config()), "tiny-1")


def test_a_file_of_the_version_before_is_refused(path: Path) -> None:
    rewrite(path, format="echoic acoustic model 2")
    with pytest.raises(ModelError, match=r"expected 'echoic acoustic model 3', found 'echoic acoustic model 2'"):
        load(path)


@pytest.mark.parametrize("config", [{"width": 32}, {"cell": "qrnn"}, {"kernels": [5, 5]}])
def test_a_configuration_that_the_weights_contradict_is_refused(path: Path, config: dict[str, Any]) -> None:
    rewrite(path, config=config)
    with pytest.raises(ModelError, match="contradicts its own settings"):
        load(path)


def test_a_file_without_a_configuration_is_refused(path: Path) -> None:
    save_file(load_file(path), path, metadata={"format": FORMAT})
    with pytest.raises(ModelError, match="contradicts its own settings"):
        load(path)


def test_a_missing_or_unknown_weight_is_refused(path: Path) -> None:
    weights = load_file(path)
    rewrite(path, {**weights, "extra": torch.zeros(1)})
    with pytest.raises(ModelError, match="extra differs"):
        load(path)
    del weights["head.bias"]
    rewrite(path, weights)
    with pytest.raises(ModelError, match=r"head\.bias differs"):
        load(path)
