"""Recurrent cells as the literature defines them: one step each, and the layer that torch does not have.

x is a step's input, h' the state before it, * the product of entries, s the logistic function. `Weights` are those
of `torch.nn.RNN`, `LSTM` and `GRU` as they are, so the same numbers run in both
(tests/asr/acoustic/test_cells.py).

Two things about a GRU have two answers each, and code that mixes them up still learns, only not what it says:

* where the reset gate acts. Before the product, U (r * h'): Cho et al. 2014 (arXiv 1406.1078, version 3) and Chung
  et al. 2014 (1412.3555); here `gru2014`. After it, r * (U h'): version 1 of Cho et al., cuDNN and `torch.nn.GRU`,
  since then one product serves all three gates; here `gru`.
* what z says. h = (1 - z) * h' + z * h~, z opens for the new: Chung et al. 2014 and this program. Cho et al. and
  `torch.nn.GRU` call z what is 1 - z here. As 1 - s(a) = s(-a), changing over is to negate the rows of z: `opened`.
"""

import math
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

Pair = tuple[Tensor, Tensor]


class Weights(NamedTuple):
    """W x + b and U h' + c, the gates of a cell one under the other: (gates * width, inputs or width)."""

    W: Tensor
    U: Tensor
    b: Tensor
    c: Tensor

    @classmethod
    def of(cls, layer: nn.RNNBase) -> "Weights":
        """Those of a torch layer. Its gates: RNN one; LSTM i, f, g, o; GRU r, z, n."""
        return cls(*layer.all_weights[0])

    def opened(self) -> "Weights":
        """Of a GRU: from torch's sense of z to ours, or back."""
        width = self.U.shape[1]
        sign = torch.ones(3 * width, dtype=self.U.dtype, device=self.U.device)
        sign[width : 2 * width] = -1
        return Weights(self.W * sign[:, None], self.U * sign[:, None], self.b * sign, self.c * sign)


def rnn(x: Tensor, h: Tensor, w: Weights) -> Tensor:
    """Elman 1990. h = tanh(W x + U h')."""
    return torch.tanh(F.linear(x, w.W, w.b) + F.linear(h, w.U, w.c))


def lstm(x: Tensor, state: Pair, w: Weights) -> Pair:
    """Hochreiter & Schmidhuber 1997, with the forget gate of Gers et al. 2000; state is (h, c).

    i, f, o = s(W x + U h');  g = tanh(W x + U h');  c = f * c' + i * g;  h = o * tanh(c).
    """
    h, c = state
    i, f, g, o = (F.linear(x, w.W, w.b) + F.linear(h, w.U, w.c)).chunk(4, -1)
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    return o.sigmoid() * c.tanh(), c


def gru2014(x: Tensor, h: Tensor, w: Weights) -> Tensor:
    """Cho et al. 2014, Chung et al. 2014: the reset gate before the product.

    r, z = s(W x + U h');  h~ = tanh(W x + U (r * h'));  h = (1 - z) * h' + z * h~.
    """
    width = h.shape[-1]
    new = F.linear(x, w.W, w.b) + w.c
    r, z = (new[..., : 2 * width] + F.linear(h, w.U[: 2 * width])).sigmoid().chunk(2, -1)
    candidate = torch.tanh(new[..., 2 * width :] + F.linear(r * h, w.U[2 * width :]))
    return (1 - z) * h + z * candidate


def gru(x: Tensor, h: Tensor, w: Weights) -> Tensor:
    """cuDNN's form, and with `opened` weights torch.nn.GRU's: the reset gate after the product.

    r, z = s(W x + U h');  h~ = tanh(W x + b + r * (U h' + c));  h = (1 - z) * h' + z * h~.
    """
    r, z, n = F.linear(x, w.W, w.b).chunk(3, -1)
    ur, uz, un = F.linear(h, w.U, w.c).chunk(3, -1)
    r, z = (r + ur).sigmoid(), (z + uz).sigmoid()
    return (1 - z) * h + z * torch.tanh(n + r * un)


class GRU2014(nn.Module):
    """`gru2014` over time, called like `nn.GRU(inputs, width, batch_first=True)`.

    The products with the input are made for all steps at once; what remains in the loop is what needs h'. The
    loop is in the weights' own precision whatever autocast says: in bfloat16 a nearly closed z would stand still.
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
        """(batch, steps, inputs), (1, batch, width) -> (batch, steps, width), (1, batch, width)."""
        width, kind = before.shape[-1], self.bias.dtype
        new = F.linear(x, self.weight_ih, self.bias).transpose(0, 1).to(kind)
        with torch.autocast(x.device.type, enabled=False):
            gates, candidates = new.split([2 * width, width], -1)
            to_gates, to_candidate = self.weight_gates.t(), self.weight_candidate.t()
            h, states = before[0].to(kind), []
            for gate, candidate in zip(gates.unbind(), candidates.unbind(), strict=True):
                r, z = torch.addmm(gate, h, to_gates).sigmoid().chunk(2, -1)
                h = torch.lerp(h, torch.addmm(candidate, r * h, to_candidate).tanh(), z)
                states.append(h)
        return torch.stack(states, 1), h[None]


def openness(layer: nn.Module, x: Tensor, before: Tensor) -> Tensor:
    """How far each unit opens for the new: x (..., inputs), the hidden state before it (..., width) -> (..., width).

    0 keeps the old whole, 1 gives it up: z of a GRU, 1 - f of an LSTM, and always 1 in a plain network.
    """
    width = before.shape[-1]
    rows = slice(width, 2 * width)
    if isinstance(layer, GRU2014):
        new = F.linear(x, layer.weight_ih[rows], layer.bias[rows])
        return torch.sigmoid(new + F.linear(before, layer.weight_gates[rows]))
    if isinstance(layer, nn.GRU | nn.LSTM):
        w = Weights.of(layer)
        kept = F.linear(x, w.W[rows], w.b[rows]) + F.linear(before, w.U[rows], w.c[rows])
        return torch.sigmoid(-kept)  # torch's z, and f, are second of their gates, and both keep
    return torch.ones_like(before)
