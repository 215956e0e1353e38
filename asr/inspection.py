"""What the network does inside a block, for those who want to see it, and what hearing is without its memory."""

import copy
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor, nn

from asr.acoustic.biphones import label_logits
from asr.acoustic.cells import openness
from asr.acoustic.network import AcousticModel
from asr.pipeline import blocks_of
from asr.recognizer import Recognizer, State
from asr.updates import Update


@dataclass(frozen=True)
class BlockActivations:
    """One call of the network, looked into."""

    hidden: Tensor  # (layers, batch, steps, width), after each step
    openness: Tensor  # the same shape, 0..1: how far the units opened for the new at each step
    logits: Tensor  # (batch, steps * rows_per_step, labels), delayed by the look-ahead


class _RecordedLayer(nn.Module):
    """A layer that notes what went in and came out."""

    def __init__(self, layer: nn.Module):
        super().__init__()
        self.layer = layer
        self.calls: list[tuple] = []

    def forward(self, *given):
        made = self.layer(*given)
        self.calls.append((given, made))
        return made


class Inspector:
    """A view of a model, with the same weights and the same arithmetic, that can be looked into.

    The model itself is not changed, so other streams and threads may go on using it. A view serves one thread.
    """

    def __init__(self, model: AcousticModel):
        self._layers = [_RecordedLayer(layer) for layer in model.layers]
        self._head = _RecordedLayer(model.head)
        self.model = copy.copy(model)
        self.model._modules = {**model._modules, "layers": nn.ModuleList(self._layers), "head": self._head}

    def take(self) -> list[BlockActivations]:
        """What the calls of `model` since the last `take` showed, in order."""
        calls = list(zip(*(layer.calls for layer in self._layers), strict=True))
        heads = [made for _, made in self._head.calls]
        for layer in (*self._layers, self._head):
            layer.calls = []
        return [self._glimpse(call, head) for call, head in zip(calls, heads, strict=True)]

    def _glimpse(self, call: tuple, head: Tensor) -> BlockActivations:
        hidden, opened = [], []
        for layer, ((x, before), (y, _)) in zip(self._layers, call, strict=True):
            first = before[0] if isinstance(before, tuple) else before  # of an LSTM (h, c), h
            old = torch.cat([first.transpose(0, 1), y[:, :-1]], 1)
            hidden.append(y)
            opened.append(openness(layer.layer, x, old))
        return BlockActivations(torch.stack(hidden), torch.stack(opened), label_logits(head, self.model.config))


def inspected(recognizer: Recognizer) -> tuple[Recognizer, Inspector]:
    """The recogniser once more, with a network that can be looked into."""
    view = copy.copy(recognizer)
    watch = Inspector(recognizer._model)
    view._model = watch.model
    return view, watch


def without_memory(recognizer: Recognizer, state: State) -> State:
    """The state as if the recurrent layers had heard nothing yet; the sound at hand and the search stay."""
    return replace(state, memory=replace(state.memory, hidden=recognizer.start().memory.hidden))


def transcribe_without_memory(recognizer: Recognizer, chunks: Iterable[np.ndarray], every: int = 1) -> Iterator[Update]:
    """`transcribe` by a recogniser whose recurrent layers begin anew after every so many blocks."""
    state = recognizer.start()
    for piece in blocks_of(recognizer.config, chunks):
        blocks = state.blocks
        state, update = recognizer.step(state, piece)
        if update:
            yield update
        if state.blocks != blocks and state.blocks % every == 0:
            state = without_memory(recognizer, state)
    yield recognizer.finish(state)
