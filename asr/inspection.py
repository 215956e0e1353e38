"""The network's activations block by block, and recognition without its recurrent memory."""

import copy
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from asr.acoustic.biphones import label_logits
from asr.acoustic.cells import openness
from asr.acoustic.network import AcousticModel, Memory
from asr.acoustic.packing import plain_layers
from asr.pipeline import blocks_of
from asr.recognizer import Recognizer, State
from asr.updates import Update


@dataclass(frozen=True)
class BlockActivations:
    """The activations of one call of the network."""

    hidden: Tensor  # (layers, batch, steps, width), output of each layer after each step
    openness: Tensor  # the same shape, 0..1: the update gates, see asr.acoustic.cells.openness
    logits: Tensor  # (batch, steps * rows_per_step, labels), delayed by the look-ahead


class _RecordedLayer(nn.Module):
    """Wraps a layer and records the inputs and outputs of each call."""

    def __init__(self, layer: nn.Module):
        super().__init__()
        self.layer = layer
        self.calls: list[tuple] = []

    def forward(self, *inputs: Any) -> Any:
        outputs = self.layer(*inputs)
        self.calls.append((inputs, outputs))
        return outputs


class Inspector:
    """A view of a model with the same weights and arithmetic that records its activations; of an ensemble, the first's.

    The model itself is not changed, so other streams and threads may go on using it. A view serves one thread.

    Args:
        model: The model to inspect; `Inspector.model` is the view to call.
    """

    def __init__(self, model: AcousticModel):
        self._layers = [_RecordedLayer(layer) for layer in model.layers]
        self._plain_layers = plain_layers(model)  # update gates need some rows of matrices
        self._head = _RecordedLayer(model.head)
        self.model = copy.copy(model)
        self.model._modules = {**model._modules, "layers": nn.ModuleList(self._layers), "head": self._head}

    def take(self) -> list[BlockActivations]:
        """Return the activations of the calls of `model` since the last `take`, in order, and forget them."""
        calls = list(zip(*(layer.calls for layer in self._layers), strict=True))
        head_outputs = [outputs for _, outputs in self._head.calls]
        for layer in (*self._layers, self._head):
            layer.calls = []
        return [self._activations(call, outputs) for call, outputs in zip(calls, head_outputs, strict=True)]

    def _activations(self, call: tuple, head_outputs: Tensor) -> BlockActivations:
        hidden, gates = [], []
        for layer, ((x, before), (y, _)) in zip(self._plain_layers, call, strict=True):
            first = before[0] if isinstance(before, tuple) else before  # an LSTM's state is (h, c)
            previous = torch.cat([first.transpose(0, 1), y[:, :-1]], 1)  # h before each step
            hidden.append(y)
            gates.append(openness(layer, x, previous))
        logits = label_logits(head_outputs, self.model.config)
        return BlockActivations(torch.stack(hidden), torch.stack(gates), logits)


def inspected(recognizer: Recognizer) -> tuple[Recognizer, Inspector]:
    """Return a recogniser with the same weights whose network is recorded, and its inspector."""
    view = copy.copy(recognizer)
    inspector = Inspector(recognizer._model)
    view._model = inspector.model
    return view, inspector


def without_memory(recognizer: Recognizer, state: State) -> State:
    """Return the state with the recurrent layers reset. Pending samples, frames and the decoder stay."""
    return replace(state, memory=_reset(state.memory, recognizer.start().memory))


def _reset(memory: Memory, first: Memory) -> Memory:
    """Return a memory with the hidden states of another, those of an ensemble's other networks included."""
    others = tuple(_reset(*pair) for pair in zip(memory.others, first.others, strict=True))
    return replace(memory, hidden=first.hidden, others=others)


def transcribe_without_memory(recognizer: Recognizer, chunks: Iterable[np.ndarray], every: int = 1) -> Iterator[Update]:
    """Recognise a stream as `asr.pipeline.transcribe` does, resetting the recurrent layers after each `every` blocks.

    Args:
        recognizer: The recogniser.
        chunks: (n,) float32 samples at `recognizer.config.rate` each.
        every: Blocks between two resets.
    """
    state = recognizer.start()
    for samples in blocks_of(recognizer.config, chunks):
        blocks = state.blocks
        state, update = recognizer.step(state, samples)
        if update:
            yield update
        if state.blocks != blocks and state.blocks % every == 0:
            state = without_memory(recognizer, state)
    yield recognizer.finish(state)
