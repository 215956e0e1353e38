"""An int8 model file has half the size, every weight within half a step, and gives the same phones."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import load_file, save_file

from asr.acoustic.model_file import FORMAT, load, save
from asr.acoustic.network import AcousticModel
from asr.errors import ModelError
from asr.quantization import STEP, dequantize, dequantized_rows, quantize, quantized_rows
from tests.support.recognition.tiny import mel_bank, tiny_config, tiny_model


@pytest.mark.parametrize("cell", ["gru", "lstm", "gru2014"])
def test_every_weight_is_within_half_a_step_of_its_own_channel(tmp_path: Path, cell: str) -> None:
    model: Any = tiny_model(cell=cell)
    with torch.no_grad():  # channels of very different size, and one of zeros
        model.convolutions[0].weight[0] *= 1000
        model.convolutions[0].weight[1] = 0
    save(tmp_path / "m", model, "tiny-1", small=True)
    again, _ = load(tmp_path / "m")
    for key, value in again.state_dict().items():
        half = model.state_dict()[key].half().float()
        if value.ndim < 2:
            assert torch.equal(value, half), key
        else:
            largest = half.flatten(1).abs().amax(1)
            error = (value - half).flatten(1).abs().amax(1)
            assert (error <= largest / 254 * 1.001 + 1e-9).all(), key


def test_it_has_half_the_size_and_is_the_same_when_saved_again(tmp_path: Path) -> None:
    model = AcousticModel(tiny_config(width=256))
    model.bank.copy_(mel_bank(model.config))
    for name, small in (("whole", False), ("small", True)):
        save(tmp_path / name, model, "tiny-1", small)
    bank = model.bank.nbytes  # the same in both
    sizes = [(tmp_path / name).stat().st_size - bank for name in ("whole", "small")]
    assert 0.45 < sizes[1] / sizes[0] < 0.56
    again, _ = load(tmp_path / "small")
    save(tmp_path / "again", again, "tiny-1", small=True)
    once, twice = load_file(tmp_path / "small"), load_file(tmp_path / "again")
    for key, value in once.items():
        if value.dtype == torch.int8:  # no weight may move by a step
            assert torch.equal(value, twice[key]), key


def test_the_phones_are_the_same(tmp_path: Path) -> None:
    model = tiny_model()
    save(tmp_path / "m", model, "tiny-1", small=True)
    again, _ = load(tmp_path / "m")
    frames = torch.from_numpy(np.random.default_rng(0).normal(-6, 2, (1, 800, 64)).astype(np.float32))
    whole, rounded = (m(frames, m.begin())[0].log_softmax(-1).exp() for m in (model, again))
    assert (whole.argmax(-1) == rounded.argmax(-1)).float().mean() > 0.95
    assert len(whole.argmax(-1).unique()) > 4


def test_int8_weights_without_their_steps_are_refused(tmp_path: Path) -> None:
    save(tmp_path / "m", tiny_model(), "tiny-1", small=True)
    weights = {key: value for key, value in load_file(tmp_path / "m").items() if key != "head.weight" + STEP}
    metadata = {"format": FORMAT, "name": "x", "config": json.dumps(tiny_config().to_dict())}
    save_file(weights, tmp_path / "m", metadata=metadata)
    with pytest.raises(ModelError, match=r"contradicts its own settings \('head\.weight"):
        load(tmp_path / "m")


@given(st.integers(0, 2**32 - 1))
def test_what_was_rounded_is_found_to_the_bit(seed: int) -> None:
    """So a network can compute with the int8 of its file although it was loaded as float32."""
    random = torch.Generator().manual_seed(seed)
    rows = torch.randn(7, 30, generator=random) * 10.0 ** torch.randint(-6, 5, (7, 1), generator=random)
    rows[3] = 0
    weights = dequantize(quantize({"rows": rows}))["rows"]
    found = quantized_rows(weights)
    assert found is not None and torch.equal(dequantized_rows(*found), weights)
    assert quantized_rows(rows) is None
