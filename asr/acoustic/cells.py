"""Recurrent cells as the papers define them, one step each, and the GRU layer that torch does not have.

x is the input of a step, h' the state before it, * the elementwise product, s the logistic function. `Weights` has the
layout of `torch.nn.RNN`, `LSTM` and `GRU`, so the same numbers run in both (tests/asr/acoustic/test_cells.py).

GRUs differ in two conventions. A program that mixes them up still learns, but not the cell it claims to have:

* Where the reset gate acts. Before the product, U (r * h'): Cho et al. 2014 (arXiv 1406.1078, version 3) and Chung
  et al. 2014 (1412.3555); here `gru2014`. After it, r * (U h'): version 1 of Cho et al., cuDNN and `torch.nn.GRU`,
  since one product then serves all three gates; here `gru`.
* The sign of z. h = (1 - z) * h' + z * h~, so z = 1 takes the candidate: Chung et al. 2014 and this program. In Cho et
  al. and `torch.nn.GRU`, z is what is 1 - z here. As 1 - s(a) = s(-a), negating the rows of z converts between them:
  `Weights.flip_update_gate`.
"""

import math
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

Pair = tuple[Tensor, Tensor]


class Weights(NamedTuple):
    """The weights of one cell, W x + b and U h' + c, with the rows of its gates stacked."""

    W: Tensor  # (gates * width, inputs)
    U: Tensor  # (gates * width, width)
    b: Tensor  # (gates * width,)
    c: Tensor  # (gates * width,)

    @classmethod
    def of(cls, layer: nn.RNNBase) -> "Weights":
        """Return the weights of a torch layer. The order of gates: LSTM i, f, g, o; GRU r, z, n."""
        return cls(*layer.all_weights[0])

    def flip_update_gate(self) -> "Weights":
        """Return GRU weights with z and 1 - z exchanged: from torch's convention to this module's, or back."""
        width = self.U.shape[1]
        sign = torch.ones(3 * width, dtype=self.U.dtype, device=self.U.device)
        sign[width : 2 * width] = -1
        return Weights(self.W * sign[:, None], self.U * sign[:, None], self.b * sign, self.c * sign)


def rnn(x: Tensor, h: Tensor, w: Weights) -> Tensor:
    """Step an Elman network (Elman 1990): h = tanh(W x + U h')."""
    return torch.tanh(F.linear(x, w.W, w.b) + F.linear(h, w.U, w.c))


def lstm(x: Tensor, state: Pair, w: Weights) -> Pair:
    """Step an LSTM (Hochreiter & Schmidhuber 1997) with the forget gate of Gers et al. 2000; the state is (h, c).

    i, f, o = s(W x + U h');  g = tanh(W x + U h');  c = f * c' + i * g;  h = o * tanh(c).
    """
    h, c = state
    i, f, g, o = (F.linear(x, w.W, w.b) + F.linear(h, w.U, w.c)).chunk(4, -1)
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    return o.sigmoid() * c.tanh(), c


def gru2014(x: Tensor, h: Tensor, w: Weights) -> Tensor:
    """Step a GRU with the reset gate before the product (Cho et al. 2014, Chung et al. 2014).

    r, z = s(W x + U h');  h~ = tanh(W x + U (r * h'));  h = (1 - z) * h' + z * h~.
    """
    width = h.shape[-1]
    new = F.linear(x, w.W, w.b) + w.c
    r, z = (new[..., : 2 * width] + F.linear(h, w.U[: 2 * width])).sigmoid().chunk(2, -1)
    candidate = torch.tanh(new[..., 2 * width :] + F.linear(r * h, w.U[2 * width :]))
    return (1 - z) * h + z * candidate


def gru(x: Tensor, h: Tensor, w: Weights) -> Tensor:
    """Step a GRU with the reset gate after the product: cuDNN's form, and torch.nn.GRU's with a flipped update gate.

    r, z = s(W x + U h');  h~ = tanh(W x + b + r * (U h' + c));  h = (1 - z) * h' + z * h~.
    """
    r, z, n = F.linear(x, w.W, w.b).chunk(3, -1)
    ur, uz, un = F.linear(h, w.U, w.c).chunk(3, -1)
    r, z = (r + ur).sigmoid(), (z + uz).sigmoid()
    return (1 - z) * h + z * torch.tanh(n + r * un)


class GRU2014(nn.Module):
    """`gru2014` over time, with the interface of `nn.GRU(inputs, width, batch_first=True)`.

    Products with the input are computed for all steps at once; the loop only holds what needs h'. It runs in the
    precision of the weights even under autocast: bfloat16 would round the small changes of a nearly closed z to none.
    """

    def __init__(self, inputs: int, width: int, batch_first: bool = True):
        super().__init__()
        if not batch_first:
            raise ValueError("GRU2014 takes (batch, steps, inputs) only")
        bound = 1 / math.sqrt(width)  # as in torch.nn.GRU
        self.weight_ih = nn.Parameter(torch.empty(3 * width, inputs).uniform_(-bound, bound))  # r, z, h~
        self.weight_gates = nn.Parameter(torch.empty(2 * width, width).uniform_(-bound, bound))  # r, z
        self.weight_candidate = nn.Parameter(torch.empty(width, width).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.empty(3 * width).uniform_(-bound, bound))

    def forward(self, x: Tensor, before: Tensor) -> Pair:
        """Run the layer: x (batch, steps, inputs), before (1, batch, width).

        Returns:
            (batch, steps, width) the state after each step, and (1, batch, width) after the last one.
        """
        width, dtype = before.shape[-1], self.bias.dtype
        new = F.linear(x, self.weight_ih, self.bias).transpose(0, 1).to(dtype)
        with torch.autocast(x.device.type, enabled=False):
            gates, candidates = new.split([2 * width, width], -1)
            to_gates, to_candidate = self.weight_gates.t(), self.weight_candidate.t()
            h, states = before[0].to(dtype), []
            for gate, candidate in zip(gates.unbind(), candidates.unbind(), strict=True):
                r, z = torch.addmm(gate, h, to_gates).sigmoid().chunk(2, -1)
                h = torch.lerp(h, torch.addmm(candidate, r * h, to_candidate).tanh(), z)
                states.append(h)
        return torch.stack(states, 1), h[None]


def openness(layer: nn.Module, x: Tensor, before: Tensor) -> Tensor:
    """Return the update gate of a layer, 0..1: 0 keeps the state of a unit, 1 replaces it.

    This is z of a GRU, 1 - f of an LSTM, and always 1 in an Elman network.

    Args:
        layer: An `nn.RNN`, `nn.LSTM`, `nn.GRU` or `GRU2014`.
        x: (..., inputs), the inputs of some steps.
        before: (..., width), the hidden state before each.

    Returns:
        (..., width).
    """
    width = before.shape[-1]
    rows = slice(width, 2 * width)
    if isinstance(layer, GRU2014):
        new = F.linear(x, layer.weight_ih[rows], layer.bias[rows])
        return torch.sigmoid(new + F.linear(before, layer.weight_gates[rows]))
    if isinstance(layer, nn.GRU | nn.LSTM):
        w = Weights.of(layer)
        kept = F.linear(x, w.W[rows], w.b[rows]) + F.linear(before, w.U[rows], w.c[rows])
        return torch.sigmoid(-kept)  # torch's z and f are both the second gate, and both are 1 to keep the state
    return torch.ones_like(before)
