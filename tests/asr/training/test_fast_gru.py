"""The GRU in bfloat16 against PyTorch's own: outputs, gradients, directions, and when it is used."""

import pytest
import torch
from torch import Tensor, nn

from asr.training import fast_gru

NEAR = 0.02  # relative; bfloat16 has 8 bits


def distance(one: Tensor, other: Tensor) -> float:
    return float((one - other).detach().norm() / one.detach().norm())


def test_outputs_and_all_gradients_are_those_of_pytorch() -> None:
    torch.manual_seed(0)
    layer, weight = nn.GRU(24, 32, batch_first=True), torch.randn(5, 9, 32)
    x, first = torch.randn(5, 9, 24, requires_grad=True), torch.randn(1, 5, 32, requires_grad=True)
    inputs = [*layer.parameters(), x, first]

    def run(y: Tensor) -> list[Tensor]:
        return [y.detach(), *torch.autograd.grad((y * weight).sum(), inputs)]

    expected, found = run(layer(x, first)[0]), run(fast_gru.states(x, first[0], layer))
    assert [part.dtype for part in found] == [part.dtype for part in expected]
    assert max(map(distance, expected, found)) < NEAR


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


@pytest.mark.parametrize("cell", [nn.GRU, nn.LSTM])
def test_it_is_used_under_autocast_alone(cell: type[nn.Module]) -> None:
    torch.manual_seed(2)
    plain = cell(8, 16, batch_first=True)
    expected, x = plain(torch.ones(2, 3, 8))[0], torch.ones(2, 3, 8)
    layers = nn.ModuleList([plain])
    fast_gru.accelerate(layers)
    zero = torch.zeros(1, 2, 16)
    before = (zero, zero) if cell is nn.LSTM else zero
    assert torch.equal(layers[0](x, before)[0], expected)
    if cell is nn.GRU:
        with torch.autocast("cpu", torch.bfloat16):
            y, after = layers[0](x, before)
        assert not torch.equal(y, expected) and distance(expected, y) < NEAR
        assert torch.equal(after[0], y[:, -1])
