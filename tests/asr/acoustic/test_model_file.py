"""A model file loads as it was saved, and every other file is refused with an error that explains it."""

import json
import math
import os
import re
import resource
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from asr.acoustic.model_file import BANK, FORMAT, load, save
from asr.acoustic.network import CELLS, AcousticModel, weight_shapes
from asr.errors import ModelError
from asr.language.lexicon import Lexicon
from asr.language.neural_lm import NeuralLM
from asr.language.ngram_lm import NgramLM
from tests.support.recognition.tiny import mel_bank, tiny_config, tiny_model


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


IMPOSSIBLE: list[tuple[dict[str, Any], str]] = [
    ({"hop": 0}, "hop (1 to 8,192)"),
    ({"block": 0}, "block (1 to 64)"),
    ({"width": 8.5}, "width (1 to 4,096)"),
    ({"width": True}, "width"),
    ({"width": "24"}, "width"),
    ({"width": 10**400}, "width"),
    ({"kernels": [], "channels": []}, "convolutions (1 to 6)"),
    ({"kernels": [5, 5]}, "channels (one fewer than kernels)"),
    ({"kernels": [1, 1, 1]}, "kernels (too short for their stride)"),
    ({"kernels": 5}, "kernels or channels"),
    ({"kernels": [5, 5, [3]]}, "kernels"),
    ({"fft": 256}, "hop, window and fft"),
    ({"high": 9000.0}, "low and high"),
    ({"high": math.nan}, "high"),
    ({"floor": 0.0}, "floor"),
    ({"floor": 1e-60}, "floor"),  # 0 in float32, and its logarithm no number
    ({"lookahead": -1}, "lookahead (0 to 64)"),
    ({"language": "\x1b[2J"}, "language"),
    ({"language": 7}, "language"),
    ({"cell": ["gru"]}, "cell"),
    ({"labels": "<b> AA"}, "labels"),
    ({"labels": ["<b>", "AA", "AA"]}, "labels"),
    ({"labels": ["<b>", "A A"]}, "labels"),
    ({"labels": ["<b>", "\ud800"]}, "labels"),
    ({"labels": ["<b>"]}, "labels (2 to 255)"),
    # What would take gigabytes or minutes
    ({"width": 300_000}, "width"),
    ({"layers": 1000}, "layers"),
    ({"fft": 2**31}, "fft"),
    ({"hop": 1}, "frame seconds (0.002 to 0.1)"),
    ({"rate": 10**9}, "rate"),
    ({"mels": 10**9}, "mels"),
    ({"block": 10**9}, "block"),
    ({"lookahead": 10**9}, "lookahead"),
    ({"bottleneck": 10**9}, "bottleneck"),
    ({"members": 10**9}, "members"),
    ({"members": 0}, "members"),
    ({"rows_per_step": 10**6}, "rows_per_step"),
    ({"kernels": [5, 5, 10**6]}, "kernels (1 to 64)"),
    ({"channels": [8, 10**9]}, "channels (1 to 4,096)"),
    ({"kernels": [3] * 40, "channels": [8] * 39}, "convolutions"),
    ({"labels": ["<b>", *map(str, range(300))]}, "labels"),
    ({"labels": ["<b>", *map(str, range(45))], "bottleneck": 8}, "units (2 to 2,048)"),
]


@pytest.mark.parametrize(("config", "wrong"), IMPOSSIBLE)
def test_an_impossible_configuration_is_refused(path: Path, config: dict[str, Any], wrong: str) -> None:
    rewrite(path, config=config)
    with pytest.raises(ModelError, match=f"impossible: .*{re.escape(wrong)}"):
        load(path)


def test_terms_of_a_large_model_over_small_weights_build_nothing(path: Path) -> None:
    """Every term is possible, but not with these weights: refused before 5 GB are taken."""
    for config in ({"width": 3000, "layers": 32}, {"mels": 512, "fft": 16_384, "channels": [4096, 4096]}):
        rewrite(path, config=config)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        with pytest.raises(ModelError, match=r"contradicts its own settings|does not hold the weights"):
            load(path)
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000  # kB


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("bottleneck", [0, 6])
@pytest.mark.parametrize("members", [1, 3])
def test_computed_shapes_are_those_of_the_model(cell: str, bottleneck: int, members: int) -> None:
    model = AcousticModel(tiny_config(cell=cell, bottleneck=bottleneck, members=members))
    shapes = {k: tuple(v.shape) for k, v in model.state_dict().items() if "middle." not in k}
    assert weight_shapes(model.config) == shapes


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 6e4])
@pytest.mark.parametrize("name", ["head.bias", "mean", "layers.1.weight_hh_l0", "head.weight.step", BANK])
def test_an_impossible_value_is_refused_at_load(path: Path, name: str, value: float) -> None:
    save(path, tiny_model(), "tiny-1", small=name.endswith(".step"))
    weights = load_file(path)
    weights[name].view(-1)[3] = value
    rewrite(path, weights)
    with pytest.raises(ModelError, match=f"a value of '{name}' is impossible"):
        load(path)


def test_weights_whose_sums_overflow_are_refused(path: Path) -> None:
    weights = load_file(path)
    for key in weights:
        if key.startswith("convolutions"):
            weights[key][:] = 9e3
    rewrite(path, weights)
    with pytest.raises(ModelError, match="too large"):
        load(path)


def test_the_largest_possible_weights_give_numbers(path: Path) -> None:
    """No weights behind the first normalisation, however large, make a NaN or an infinite score."""
    weights = load_file(path)
    for key in weights:
        if not key.startswith(("convolutions", BANK)):
            sign = torch.where(torch.rand(weights[key].shape) < 0.5, -1.0, 1.0)
            weights[key] = (sign * 1e4).half()
    weights["mean"][:], weights["scale"][:] = 0, 1
    rewrite(path, weights)
    model, _ = load(path)
    frames = torch.randn(1, 80, 64) * 80
    assert model(frames, model.begin())[0].log_softmax(-1).isfinite().all()


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16, torch.int32, torch.int8])
def test_weights_of_another_type_are_refused(path: Path, dtype: torch.dtype) -> None:
    weights = load_file(path)
    rewrite(path, weights | {"head.bias": weights["head.bias"].to(dtype)})
    with pytest.raises(ModelError, match=r"'head\.bias' is \w+ \[80\], expected F16 or F32 \[80\]"):
        load(path)


@pytest.mark.parametrize("kind", ["folder", "FIFO", "device", "link to a device", "nothing"])
def test_only_a_regular_file_is_opened(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "model"
    match kind:
        case "folder":
            path.mkdir()
        case "FIFO":
            os.mkfifo(path)
        case "device":
            path = Path("/dev/zero")
        case "link to a device":
            path.symlink_to("/dev/zero")
    for kind_of_file in (load, Lexicon.load, NgramLM.load, NeuralLM.load):
        with pytest.raises(ModelError) as raised:
            kind_of_file(path)
        assert raised.value.code == ("missing" if kind == "nothing" else "not-a-file")


@pytest.mark.parametrize("start", [b"", b"{}", b"\xff" * 8, (1 << 40).to_bytes(8, "little"), b"\0" * 8])
def test_a_file_without_a_header_is_refused_by_all_loaders(tmp_path: Path, start: bytes) -> None:
    (tmp_path / "x").write_bytes(start + b"[" * 1000)
    for kind_of_file in (load, Lexicon.load, NgramLM.load, NeuralLM.load):
        with pytest.raises(ModelError, match="damaged"):
            kind_of_file(tmp_path / "x")


def test_a_huge_sparse_file_and_a_long_header_are_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / "sparse").open("wb") as file:
        file.write((64).to_bytes(8, "little"))
        file.truncate(1 << 40)
    with pytest.raises(ModelError, match="file bytes"):
        load(tmp_path / "sparse")
    header = b"{" + b'"a":1,' * 400_000
    (tmp_path / "header").write_bytes(len(header).to_bytes(8, "little") + header)
    with pytest.raises(ModelError, match="header bytes"):
        load(tmp_path / "header")


@pytest.mark.parametrize("text", ["[" * 100_000, "null", "[]", "7", '"x"', "{", ""])
def test_a_configuration_that_is_no_table_is_refused(path: Path, text: str) -> None:
    save_file(load_file(path), path, metadata={"format": FORMAT, "config": text})
    with pytest.raises(ModelError):
        load(path)


def test_no_control_character_of_a_file_reaches_a_sentence(path: Path) -> None:
    weights, escape = load_file(path), "\x1b[2J\n"
    cases: list[tuple[dict[str, torch.Tensor], dict[str, Any], dict[str, str]]] = [
        (weights | {escape: torch.zeros(1)}, {}, {}),
        (weights, {escape: 1}, {}),
        (weights, {}, {"format": escape}),
        (weights, {}, {"name": escape}),
        (weights, {}, {"name": "long" * 100}),
        (weights, {"cell": escape}, {}),
    ]
    for tensors, config, metadata in cases:
        rewrite(path, tensors, config, **metadata)
        with pytest.raises(ModelError) as raised:
            load(path)
        assert str(raised.value).isprintable() and len(str(raised.value)) < 1000


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
    with pytest.raises(ModelError, match=r"contradicts its own settings|bank"):
        load(path)


def test_a_model_without_a_mel_bank_is_not_saved(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="needs the mel bank"):
        save(tmp_path / "m", AcousticModel(tiny_config()), "tiny-1")


def test_a_file_of_the_version_before_is_refused(path: Path) -> None:
    rewrite(path, format="echoic acoustic model 2")
    with pytest.raises(ModelError, match=r"expected 'echoic acoustic model 3', found 'echoic acoustic model 2'"):
        load(path)


@pytest.mark.parametrize("config", [{"width": 32}, {"cell": "qrnn"}, {"kernels": [5, 5, 5]}])
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
