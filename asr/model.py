"""The acoustic model: convolutions, a stack of recurrent layers that remember, a row convolution, CTC labels."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from asr.cells import GRU2014
from asr.config import Config

CELLS: dict[str, Callable[..., nn.Module]] = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU, "gru2014": GRU2014}


@dataclass(frozen=True)
class Memory:
    """What the network carries from block to block. Never written into; every call makes a new one."""

    frames: Tensor  # (batch, context, mels) normalised frames that the next step's convolutions still see
    hidden: tuple[Any, ...]  # a layer: (1, batch, width), for an LSTM a pair of them
    tops: Tensor  # (batch, lookahead, width) outputs of the last layer that still wait for their future


class AcousticModel(nn.Module):
    """Log-mel frames to CTC label scores, by blocks or whole: the same call does both.

    Convolutions of stride 2 (subsampling), `layers` recurrent layers of `width` units with residual connections
    and layer normalisation, a row convolution over `lookahead` future steps (Amodei et al. 2016, Deep Speech 2,
    section 3.6), and a linear map to `outputs` label distributions a step. The cells: `asr.cells`.
    """

    mean: Tensor  # (mels,) of the training frames
    scale: Tensor  # (mels,) 1 / their deviation

    def __init__(self, config: Config):
        super().__init__()
        self.config = config
        width = config.width
        sizes = (config.mels, *config.channels, width)
        self.convolutions = nn.ModuleList(
            nn.Conv1d(a, b, kernel, stride=2)
            for a, b, kernel in zip(sizes[:-1], sizes[1:], config.kernels, strict=True)
        )
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(config.layers + 1))
        self.layers = nn.ModuleList(CELLS[config.cell](width, width, batch_first=True) for _ in range(config.layers))
        self.row = nn.Conv1d(width, width, config.lookahead + 1, groups=width)
        assert self.row.bias is not None
        with torch.no_grad():  # begin as the identity: the present step alone
            self.row.weight.zero_()
            self.row.weight[:, :, 0] = 1
            nn.init.zeros_(self.row.bias)
        self.head = nn.Linear(width, config.outputs * len(config.labels))
        self.middle = nn.Linear(width, config.outputs * len(config.labels))  # auxiliary, for training only
        self.dropout = 0.0  # training sets it
        self.register_buffer("mean", torch.zeros(config.mels))
        self.register_buffer("scale", torch.ones(config.mels))

    def begin(self, batch: int = 1) -> Memory:
        """The memory before any sound: silence. On the model's own device."""
        c, device = self.config, self.mean.device
        silence = (torch.full((batch, c.context, c.mels), c.floor, device=device).log() - self.mean) * self.scale
        zero = torch.zeros(1, batch, c.width, device=device)
        return Memory(
            frames=silence,
            hidden=((zero, zero) if c.cell == "lstm" else zero,) * c.layers,
            tops=torch.zeros(batch, c.lookahead, c.width, device=device),
        )

    def forward(self, frames: Tensor, memory: Memory) -> tuple[Tensor, Memory, Tensor | None]:
        """Scores of the steps in `frames` (batch, steps * stride, mels), delayed by the look-ahead.

        Returns (batch, steps * outputs, labels) logits, whose first `config.late` rows after `begin`
        belong to no sound, the new memory, and in training the scores of the middle layer, undelayed.
        """
        c = self.config
        heard = torch.cat([memory.frames, (frames - self.mean) * self.scale], 1)
        x = heard.transpose(1, 2)
        for convolution in self.convolutions:
            x = F.relu(convolution(x))
        x = x.transpose(1, 2)
        hidden, middle = [], None
        for i, (layer, before) in enumerate(zip(self.layers, memory.hidden, strict=True)):
            y, after = layer(self.norms[i](x), before)
            hidden.append(after)
            x = x + F.dropout(y, self.dropout, self.training)
            if self.training and i == c.layers // 2 - 1:
                middle = self._labels(self.middle(x))
        tops = torch.cat([memory.tops, self.norms[-1](x)], 1)
        x = F.relu(self.row(tops.transpose(1, 2))).transpose(1, 2)
        memory = Memory(
            frames=heard[:, heard.shape[1] - c.context :],
            hidden=tuple(hidden),
            tops=tops[:, tops.shape[1] - c.lookahead :],
        )
        return self._labels(self.head(x)), memory, middle

    def _labels(self, x: Tensor) -> Tensor:
        return x.reshape(x.shape[0], -1, len(self.config.labels))
