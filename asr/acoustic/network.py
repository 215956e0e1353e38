"""The acoustic model: convolutions, recurrent layers, a look-ahead convolution and CTC scores."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from asr.acoustic.cells import GRU2014
from asr.acoustic.config import Config
from asr.matrix_products import PackedMatrix, gru_step, plain_matrix, product

GATES = {"rnn": 1, "lstm": 4, "gru": 3}  # rows of weights per unit


_draws_weights: ContextVar[bool] = ContextVar("_draws_weights", default=True)


@contextmanager
def without_weights() -> Iterator[None]:
    """Let networks that are built inside draw no random matrices: a file has them, and memory is taken when written."""
    token = _draws_weights.set(False)
    try:
        yield
    finally:
        _draws_weights.reset(token)


class GRU(nn.GRU):
    """`nn.GRU`, which is computed step by step where its matrices are packed (`asr.acoustic.packing`)."""

    weight_ih_l0: Tensor | PackedMatrix  # (3 * width, inputs)
    weight_hh_l0: Tensor | PackedMatrix  # (3 * width, width)
    bias_ih_l0: Tensor  # (3 * width,)
    bias_hh_l0: Tensor

    def reset_parameters(self) -> None:
        """Draw random weights, but for `without_weights`."""
        if _draws_weights.get():
            super().reset_parameters()

    def forward(self, x: Tensor, before: Tensor) -> tuple[Tensor, Tensor]:  # type: ignore[override]
        """Run the layer as `nn.GRU(inputs, width, batch_first=True)` does."""
        if not any(isinstance(matrix, PackedMatrix) for matrix in (self.weight_ih_l0, self.weight_hh_l0)):
            return super().forward(x, before)
        inputs = product(x, self.weight_ih_l0, self.bias_ih_l0)
        h, states = before[0], []
        for step in inputs.unbind(1):
            h = gru_step(step, h, self.weight_hh_l0, self.bias_hh_l0)
            states.append(h)
        return torch.stack(states, 1), h[None]


CELLS: dict[str, Callable[..., nn.Module]] = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": GRU, "gru2014": GRU2014}


@dataclass(frozen=True)
class Memory:
    """What the network carries from block to block. Never written into: every call returns a new one."""

    frames: Tensor  # (batch, context, mels) normalised frames that the next step's convolutions still need
    hidden: tuple[Any, ...]  # per layer: (1, batch, width) float32, for an LSTM a pair of these
    pending_outputs: Tensor  # (batch, lookahead, width) outputs of the last layer whose look-ahead is incomplete
    others: tuple["Memory", ...] = ()  # of the other networks of an ensemble

    @classmethod
    def stack(cls, memories: Sequence["Memory"]) -> "Memory":
        """Return the memory of a batch: those of some streams, in order."""
        if len(memories) == 1:
            return memories[0]
        layers = zip(*(memory.hidden for memory in memories), strict=True)
        return cls(
            torch.cat([memory.frames for memory in memories]),
            tuple(_stack_hidden(layer) for layer in layers),
            torch.cat([memory.pending_outputs for memory in memories]),
            tuple(cls.stack(each) for each in zip(*(memory.others for memory in memories), strict=True)),
        )

    def split(self) -> list["Memory"]:
        """Return the memory of each stream of a batch, none of which keeps those of the others in memory."""
        batch = len(self.frames)
        if batch == 1:
            return [self]
        rows = [slice(i, i + 1) for i in range(batch)]
        others = [memory.split() for memory in self.others]
        return [
            Memory(
                self.frames[row].clone(),
                tuple(_hidden_rows(layer, row) for layer in self.hidden),
                self.pending_outputs[row].clone(),
                tuple(parts[row.start] for parts in others),
            )
            for row in rows
        ]


def _stack_hidden(layer: Sequence[Any]) -> Any:
    """Join the states of one layer, tensors or pairs of them, of some streams."""
    if isinstance(layer[0], tuple):
        return tuple(torch.cat(part, 1) for part in zip(*layer, strict=True))
    return torch.cat(list(layer), 1)


def _hidden_rows(layer: Any, rows: slice) -> Any:
    """Copy the states of one layer of some rows of a batch."""
    return tuple(part[:, rows].clone() for part in layer) if isinstance(layer, tuple) else layer[:, rows].clone()


class Convolution(nn.Conv1d):
    """A convolution computed as one matrix product.

    On a CPU that takes a quarter of the time of torch's own for the few steps of a block, and as much for many steps.
    """

    def forward(self, x: Tensor) -> Tensor:
        """Convolve (batch, time, inputs) -> (batch, steps, outputs)."""
        windows = x.unfold(1, self.kernel_size[0], self.stride[0]).flatten(2)
        assert self.bias is not None
        matrix: Tensor | PackedMatrix = self.weight
        return product(windows, matrix if isinstance(matrix, PackedMatrix) else matrix.flatten(1), self.bias)


class Head(nn.Linear):
    """The output layer: a score for each label, and with a bottleneck one added for each pair of labels.

    CTC takes labels as independent given the sound. Scores of pairs let a label depend on the one before, as left
    biphones do in lattice-free MMI (Hadian et al. 2018). They go through a narrow layer, since pairs are many and each
    is rare in training.
    """

    def __init__(self, config: Config):
        super().__init__(config.width, config.rows_per_step * len(config.labels))
        self.shape = config.rows_per_step, len(config.labels)
        if config.bottleneck:
            self.bottleneck = nn.Linear(config.width, config.bottleneck)
            self.pairs = nn.Linear(config.bottleneck, config.rows_per_step * config.units)
            with torch.no_grad():  # training starts from the scores of labels
                self.pairs.weight.zero_()
                self.pairs.bias.zero_()
                self.pairs.bias.view(*self.shape, -1)[:, 1:, 0] = -30  # a blank after a label is not a unit

    def forward(self, x: Tensor) -> Tensor:
        """Score (batch, steps, width) -> (batch, steps * rows_per_step, units) logits."""
        scores = product(x, self.weight, self.bias).unflatten(-1, self.shape)
        if hasattr(self, "pairs"):
            narrow = F.relu(product(x, self.bottleneck.weight, self.bottleneck.bias))
            pairs = product(narrow, self.pairs.weight, self.pairs.bias).unflatten(-1, (*self.shape, -1))
            scores = (scores[..., None, :] + pairs).flatten(-2)
        return scores.flatten(1, 2)


class AcousticModel(nn.Module):
    """Log-mel frames to logits of CTC units. The same call computes a block or a whole utterance.

    Convolutions of stride 2 (subsampling), `layers` recurrent layers of `width` units with residual connections
    and layer normalisation, a convolution over `lookahead` future steps (as the row convolution of Amodei et al.
    2016, Deep Speech 2, section 3.6, but each unit sees all units), and `rows_per_step` rows of scores per step. The
    cells are in `asr.acoustic.cells`, the units in `asr.acoustic.biphones`.

    With `members` above 1 it is an ensemble: this network and others of its shape, whose ln posteriors are averaged
    (a geometric mean, for which all of them must find a unit likely). That needs networks whose units are in the same
    rows, as they are where one training continued another.
    """

    mean: Tensor  # (mels,) mean of the training frames
    scale: Tensor  # (mels,) 1 / their standard deviation
    bank: Tensor  # (fft // 2 + 1, mels) float32, the mel filters; stored in model files, zeros during training

    def __init__(self, config: Config):
        super().__init__()
        self.config = config
        width = config.width
        sizes = (config.mels, *config.channels, width)
        self.convolutions = nn.ModuleList(
            Convolution(a, b, kernel, stride=2)
            for a, b, kernel in zip(sizes[:-1], sizes[1:], config.kernels, strict=True)
        )
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(config.layers + 1))
        self.layers = nn.ModuleList(CELLS[config.cell](width, width, batch_first=True) for _ in range(config.layers))
        self.ahead = Convolution(width, width, config.lookahead + 1)
        assert self.ahead.bias is not None
        with torch.no_grad():  # training starts from the identity: the present step alone
            self.ahead.weight.zero_()
            self.ahead.weight[:, :, 0].fill_diagonal_(1.0)  # where nothing is allocated torch.eye brings the compiler
            nn.init.zeros_(self.ahead.bias)
        self.head = Head(config)
        self.middle = nn.Linear(width, config.rows_per_step * len(config.labels))  # auxiliary, for training only
        self.dropout = 0.0  # training sets it
        self.register_buffer("mean", torch.zeros(config.mels))
        self.register_buffer("scale", torch.ones(config.mels))
        self.register_buffer("bank", torch.zeros(config.fft // 2 + 1, config.mels), persistent=False)
        one = replace(config, members=1)
        others: Any = nn.ModuleList(AcousticModel(one) for _ in range(config.members - 1))
        self.others = others  # Any: torch gives submodules one type

    def begin(self, batch: int = 1) -> Memory:
        """Return the memory before any sound, on the device of the model: frames of silence, hidden states of zero."""
        c, device = self.config, self.mean.device
        silence = (torch.full((batch, c.context, c.mels), c.floor, device=device).log() - self.mean) * self.scale
        zero = torch.zeros(1, batch, c.width, device=device)
        return Memory(
            frames=silence,
            hidden=((zero, zero) if c.cell == "lstm" else zero,) * c.layers,
            pending_outputs=torch.zeros(batch, c.lookahead, c.width, device=device),
            others=tuple(other.begin(batch) for other in self.others),
        )

    def forward(self, frames: Tensor, memory: Memory) -> tuple[Tensor, Memory, Tensor | None]:
        """Compute the logits of some steps, delayed by the look-ahead.

        Args:
            frames: (batch, steps * stride, mels) float32 log-mel frames.
            memory: The memory after the frames before them.

        Returns:
            (batch, steps * rows_per_step, units) logits, whose first `config.output_delay_rows` rows after `begin`
            belong to no sound; the new memory; and in training the (batch, steps * rows_per_step, labels) logits of
            the middle layer, not delayed. The logits of an ensemble are means of its networks' ln posteriors.
        """
        c, before_others = self.config, memory.others
        context = torch.cat([memory.frames, (frames - self.mean) * self.scale], 1)
        x = context
        for convolution in self.convolutions:
            x = F.relu(convolution(x))
        hidden, middle = [], None
        for i, (layer, before) in enumerate(zip(self.layers, memory.hidden, strict=True)):
            y, after = layer(self.norms[i](x), before)
            hidden.append(after)
            x = x + F.dropout(y, self.dropout, self.training)
            if self.training and i == c.layers // 2 - 1:
                middle = self.middle(x).reshape(len(x), -1, len(c.labels))
        outputs = torch.cat([memory.pending_outputs, self.norms[-1](x)], 1)
        logits = self.head(F.relu(self.ahead(outputs)))
        others = [other(frames, before)[:2] for other, before in zip(self.others, before_others, strict=True)]
        if others:
            logits = torch.stack([each.log_softmax(-1) for each in (logits, *(found for found, _ in others))]).mean(0)
        memory = Memory(
            frames=context[:, context.shape[1] - c.context :],
            hidden=tuple(hidden),
            pending_outputs=outputs[:, outputs.shape[1] - c.lookahead :],
            others=tuple(after for _, after in others),
        )
        return logits, memory, middle

    @torch.inference_mode()
    def score_blocks(self, blocks: Sequence[tuple[Tensor, Memory]]) -> list[tuple[Tensor, Memory]]:
        """Compute the next block of each of some streams in one call.

        Args:
            blocks: Of each stream (steps * stride, mels) float32 frames, the same number of all; and its memory.

        Returns:
            Of each (steps * rows_per_step, units) float32 ln posteriors, delayed by the look-ahead; and the new memory.
        """
        frames = torch.stack([each for each, _ in blocks])
        logits, memory, _ = self(frames, Memory.stack([each for _, each in blocks]))
        return list(zip(logits.log_softmax(-1).unbind(), memory.split(), strict=True))


def weight_shapes(config: Config) -> dict[str, tuple[int, ...]]:
    """Compute the shapes of all weights that a model file holds, without building a model.

    Raises:
        ValueError: The cell is unknown.
    """
    c, width = config, config.width
    if c.cell not in CELLS:
        raise ValueError(f"the cell {c.cell!r} is unknown")
    shapes: dict[str, tuple[int, ...]] = {"mean": (c.mels,), "scale": (c.mels,)}

    def add(name: str, outputs: int, *inputs: int) -> None:
        shapes[f"{name}.weight"], shapes[f"{name}.bias"] = (outputs, *inputs), (outputs,)

    sizes = (c.mels, *c.channels, width)
    for i, kernel in enumerate(c.kernels):
        add(f"convolutions.{i}", sizes[i + 1], sizes[i], kernel)
    for i in range(c.layers + 1):
        add(f"norms.{i}", width)
    for i in range(c.layers):
        layer = f"layers.{i}"
        if c.cell == "gru2014":
            shapes |= {f"{layer}.weight_ih": (3 * width, width), f"{layer}.weight_gates": (2 * width, width)}
            shapes |= {f"{layer}.weight_candidate": (width, width), f"{layer}.bias": (3 * width,)}
        else:
            rows = GATES[c.cell] * width
            shapes |= {f"{layer}.{name}_l0": (rows, width) for name in ("weight_ih", "weight_hh")}
            shapes |= {f"{layer}.{name}_l0": (rows,) for name in ("bias_ih", "bias_hh")}
    add("ahead", width, width, c.lookahead + 1)
    add("head", c.rows_per_step * len(c.labels), width)
    if c.bottleneck:
        add("head.bottleneck", c.bottleneck, width)
        add("head.pairs", c.rows_per_step * c.units, c.bottleneck)
    one = dict(shapes)
    for i in range(c.members - 1):
        shapes |= {f"others.{i}.{name}": shape for name, shape in one.items()}
    return shapes


def weights(model: AcousticModel) -> dict[str, Tensor]:
    """Return the weights that a model file holds, by name.

    They are those of the model; copies, if it is packed (`asr.acoustic.packing`).
    """
    found = {}
    for name, shape in weight_shapes(model.config).items():
        module, _, field = name.rpartition(".")
        value: Tensor | PackedMatrix = getattr(model.get_submodule(module), field)
        found[name] = plain_matrix(value).detach().view(shape)
    return found
