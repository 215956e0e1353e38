"""A GRU for training and for whole recordings on a processor, faster than `nn.GRU`.

PyTorch computes the recurrent products of `nn.GRU` on a processor with packing and small accumulations in every step.
Here a step has one product, the gradient of the weights is one product for all steps, and the gates are in float32.
Products are in bfloat16 where `asr.training.timed_training.fastest_autocast` would compute in it, as a processor with
AVX-512 has that natively, and only while that context is active; otherwise they are in float32.
"""

from collections.abc import Iterable
from types import MethodType
from typing import Any

import torch
from torch import Tensor, nn


class _Recurrence(torch.autograd.Function):
    """The states (time, batch, width) float32 of a GRU from its input scores (time, batch, 3 * width), whose type is
    that of products."""

    @staticmethod
    def forward(ctx: Any, scores: Tensor, first: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        dtype = scores.dtype  # of products
        time, batch, width = len(scores), *first.shape
        onward, bias = weight.to(dtype).t(), bias.to(dtype)
        gates = scores.new_empty(time, batch, 2 * width, dtype=torch.float32)  # reset, update
        new = torch.empty_like(gates[..., :width])  # candidates
        recurrent = torch.empty_like(new)  # what the reset gate multiplies
        states = first.new_empty(time + 1, batch, width)
        states[0] = first
        for t in range(time):
            products = torch.addmm(bias, states[t].to(dtype), onward)
            gate = torch.add(scores[t, :, : 2 * width], products[:, : 2 * width], out=gates[t]).sigmoid_()
            recurrent[t] = products[:, 2 * width :]
            torch.addcmul(scores[t, :, 2 * width :], gate[:, :width], recurrent[t], out=new[t]).tanh_()
            torch.lerp(new[t], states[t], gate[:, width:], out=states[t + 1])
        ctx.save_for_backward(gates, new, recurrent, states, weight)
        ctx.dtype = dtype
        return states[1:]

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, ...]:
        gates, new, recurrent, states, weight = ctx.saved_tensors
        dtype = ctx.dtype
        above = gradients[0].float().contiguous()
        time, batch, width = new.shape
        reset, update = gates.split(width, -1)
        # Derivatives of the three scores of each unit by its new state, for all steps at once.
        by_new = (1 - update) * (1 - new * new)
        factors = new.new_empty(time, batch, 3, width)
        torch.mul(by_new * recurrent, reset * (1 - reset), out=factors[:, :, 0])
        torch.mul(states[:-1] - new, update * (1 - update), out=factors[:, :, 1])
        torch.mul(by_new, reset, out=factors[:, :, 2])
        back = weight.to(dtype)
        wanted = new.new_empty(time, batch, width)  # derivative of the loss by each state
        products = new.new_empty(time, batch, 3, width, dtype=dtype)  # by the recurrent products
        following = torch.zeros_like(wanted[0])
        for t in range(time - 1, -1, -1):
            torch.add(above[t], following, out=wanted[t])
            torch.mul(wanted[t][:, None], factors[t], out=products[t])
            following = torch.addcmul(products[t].flatten(1) @ back, wanted[t], update[t])
        flat = products.flatten(2)
        of_weight = flat.flatten(0, 1).t() @ states[:-1].to(dtype).flatten(0, 1)
        of_bias = flat.float().sum((0, 1))
        scores = flat.clone()
        scores[..., 2 * width :] = wanted * by_new
        return scores, following, of_weight.to(weight.dtype), of_bias


def states(x: Tensor, first: Tensor, layer: nn.GRU, suffix: str = "_l0", dtype: torch.dtype = torch.bfloat16) -> Tensor:
    """Compute one direction of one layer.

    Args:
        x: (batch, time, inputs).
        first: (batch, width) state before it.
        layer: Whose weights are used.
        suffix: Of the names of its weights.
        dtype: Of the products: bfloat16 or float32.

    Returns:
        (batch, time, width) float32.
    """
    inputs, recurrent, input_bias, bias = (
        getattr(layer, name + suffix) for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    )
    # Contiguous: PyTorch computes a product of transposed bfloat16 30 times more slowly.
    by_time = x.to(dtype).transpose(0, 1).contiguous()
    scores = nn.functional.linear(by_time, inputs.to(dtype), input_bias.to(dtype))
    made: Tensor = _Recurrence.apply(scores, first.float(), recurrent, bias)
    return made.transpose(0, 1)


def reversed_rows(x: Tensor, rows: Tensor) -> Tensor:
    """Reverse the first `rows` (batch,) rows of each item of (batch, time, ...); those after them stay."""
    places = torch.arange(x.shape[1])[None]
    ends = rows[:, None]
    places = torch.where(places < ends, ends - 1 - places, places)
    return x.gather(1, places[..., None].expand_as(x))


def bidirectional(layers: nn.GRU, x: Tensor, rows: Tensor) -> Tensor:
    """Compute a bidirectional GRU over padded sequences.

    Args:
        layers: Bidirectional, `batch_first`.
        x: (batch, time, inputs).
        rows: (batch,) lengths.

    Returns:
        (batch, time, 2 * width) float32; what it holds after the end of an item has no influence on what is before.
    """
    first = x.new_zeros(len(x), layers.hidden_size, dtype=torch.float32)
    with torch.autocast("cpu", enabled=False):
        for i in range(layers.num_layers):
            forwards = states(x, first, layers, f"_l{i}")
            backwards = states(reversed_rows(x, rows), first, layers, f"_l{i}_reverse")
            x = torch.cat([forwards, reversed_rows(backwards, rows)], -1)
    return x


def _accelerated(layer: nn.Module, x: Tensor, before: Tensor) -> tuple[Tensor, Tensor]:
    assert isinstance(layer, nn.GRU)
    dtype = torch.bfloat16 if torch.is_autocast_enabled("cpu") else torch.float32
    with torch.autocast("cpu", enabled=False):
        y = states(x, before[0], layer, dtype=dtype)
    return y, y[:, -1][None]


def accelerate(layers: Iterable[nn.Module]) -> None:
    """Let layers of one direction compute so, in bfloat16 while autocast is active; other cells stay."""
    for layer in layers:
        if isinstance(layer, nn.GRU):
            _replace_forward(layer, MethodType(_accelerated, layer))


def _replace_forward(layer: nn.Module, forward: MethodType) -> None:
    layer.forward = forward
