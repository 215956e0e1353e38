"""The GRU for processors against PyTorch's own: outputs, gradients, directions, and when it is in bfloat16."""

import pytest
import torch
from torch import Tensor, nn

from asr.acoustic.network import CELLS
from asr.training import fast_gru

NEAR = 0.02  # relative; bfloat16 has 8 bits
SAME = 1e-5  # relative; float32 has 24


def distance(one: Tensor, other: Tensor) -> float:
    return float((one - other).detach().norm() / one.detach().norm())


@pytest.mark.parametrize(("dtype", "near"), [(torch.bfloat16, NEAR), (torch.float32, SAME)])
def test_outputs_and_all_gradients_are_those_of_pytorch(dtype: torch.dtype, near: float) -> None:
    torch.manual_seed(0)
    layer, weight = nn.GRU(24, 32, batch_first=True), torch.randn(5, 9, 32)
    x, first = torch.randn(5, 9, 24, requires_grad=True), torch.randn(1, 5, 32, requires_grad=True)
    inputs = [*layer.parameters(), x, first]

    def run(y: Tensor) -> list[Tensor]:
        return [y.detach(), *torch.autograd.grad((y * weight).sum(), inputs)]

    expected, found = run(layer(x, first)[0]), run(fast_gru.states(x, first[0], layer, dtype=dtype))
    assert [part.dtype for part in found] == [part.dtype for part in expected]
    assert max(map(distance, expected, found)) < near


def test_both_directions_follow_the_lengths() -> None:
    torch.manual_seed(1)
    layers, rows = nn.GRU(8, 16, 2, batch_first=True, bidirectional=True), torch.tensor([11, 4, 9])
    x = torch.randn(3, 11, 8)
    packed = nn.utils.rnn.pack_padded_sequence(x, rows, batch_first=True, enforce_sorted=False)
    expected, _ = nn.utils.rnn.pad_packed_sequence(layers(packed)[0], batch_first=True)
    found = fast_gru.bidirectional(layers, x, rows)
    within = (torch.arange(11)[None] < rows[:, None])[..., None]
    assert distance(expected, found * within) < NEAR
    beyond = fast_gru.bidirectional(layers, torch.where(within, x, torch.full_like(x, 7.0)), rows)
    assert torch.equal(beyond * within, found * within)


@pytest.mark.parametrize("cell", [nn.GRU, CELLS["gru"], nn.LSTM])
def test_it_takes_the_place_of_every_gru_and_is_in_bfloat16_under_autocast(
    cell: type[nn.Module], monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.manual_seed(2)
    plain = cell(8, 16, batch_first=True)
    x, zero = torch.ones(2, 3, 8), torch.zeros(1, 2, 16)
    before = (zero, zero) if cell is nn.LSTM else zero
    expected = plain(x, before)[0]
    layers = nn.ModuleList([plain])
    states, types = fast_gru.states, []

    def watched(x: Tensor, first: Tensor, layer: nn.GRU, dtype: torch.dtype) -> Tensor:
        types.append(dtype)
        return states(x, first, layer, dtype=dtype)

    monkeypatch.setattr(fast_gru, "states", watched)
    fast_gru.accelerate(layers)
    assert distance(expected, layers[0](x, before)[0]) < SAME
    if cell is nn.LSTM:
        assert types == []
        return
    with torch.autocast("cpu", torch.bfloat16):
        y, after = layers[0](x, before)
    assert types == [torch.float32, torch.bfloat16]
    assert SAME < distance(expected, y) < NEAR
    assert torch.equal(after[0], y[:, -1])
