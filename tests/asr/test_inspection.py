"""Inspecting the network changes no result, and without its memory the words change."""

from collections.abc import Iterable

import numpy as np
import pytest
import torch

from asr.acoustic.network import CELLS
from asr.inspection import Inspector, inspected, transcribe_without_memory, without_memory
from asr.pipeline import transcribe
from asr.recognizer import Recognizer
from asr.updates import Update
from tests.support.recognition.streams import SPEECH, leaves, run_stream
from tests.support.recognition.tiny import tiny_model, tiny_recognizer


@pytest.fixture(scope="module", params=[*((cell, 0) for cell in sorted(CELLS)), ("gru", 8)], ids=str)
def recognizer(request: pytest.FixtureRequest) -> Recognizer:
    cell, bottleneck = request.param
    return tiny_recognizer(cell=cell, bottleneck=bottleneck)


def test_an_inspected_recogniser_gives_the_same_to_the_bit(recognizer: Recognizer) -> None:
    view, inspector = inspected(recognizer)
    parts = np.split(SPEECH, 5)
    assert leaves(run_stream(view, parts)[0]) == leaves(run_stream(recognizer, parts)[0])
    blocks = inspector.take()
    c, state = recognizer.config, run_stream(recognizer, parts)[0]
    assert len(blocks) == state.blocks and not inspector.take()
    for block in blocks:
        assert block.hidden.shape == block.openness.shape == (c.layers, 1, c.block, c.width)
        assert block.logits.shape == (1, c.block * c.rows_per_step, len(c.labels))
    for layer, last in zip(blocks[-1].hidden, state.memory.hidden, strict=True):
        assert torch.equal(layer[:, -1], (last[0] if c.cell == "lstm" else last)[0])


def test_by_blocks_or_whole_the_gates_are_the_same() -> None:
    model = tiny_model()
    inspector = Inspector(model)
    x = torch.randn(2, 12 * model.config.stride, model.config.mels, generator=torch.Generator().manual_seed(1)) - 5
    inspector.model(x, model.begin(2))
    memory = model.begin(2)
    for block in x.split(32, 1):
        _, memory, _ = inspector.model(block, memory)
    whole, *blocks = inspector.take()
    torch.testing.assert_close(torch.cat([b.openness for b in blocks], 2), whole.openness, rtol=0, atol=1e-5)
    torch.testing.assert_close(torch.cat([b.logits for b in blocks], 1), whole.logits, rtol=1e-5, atol=1e-4)


def test_without_memory_resets_the_hidden_state_alone(recognizer: Recognizer) -> None:
    state = run_stream(recognizer, [SPEECH])[0]
    kept, memory = leaves(state), without_memory(recognizer, state).memory
    assert leaves(memory.hidden) == leaves(recognizer.start().memory.hidden) != leaves(state.memory.hidden)
    for name in ("frames", "pending_outputs"):
        assert leaves(getattr(memory, name)) == leaves(getattr(state.memory, name))
    assert leaves(without_memory(recognizer, state).decoder) == leaves(state.decoder)
    assert leaves(state) == kept


def test_without_memory_the_words_are_others(tiny: Recognizer) -> None:
    def words(updates: Iterable[Update]) -> list[str]:
        return [word.text for update in updates for word in update.words]

    usual, parts = words(transcribe(tiny, [SPEECH])), np.split(SPEECH, 20)
    assert words(transcribe_without_memory(tiny, parts)) != usual
    assert words(transcribe_without_memory(tiny, parts)) == words(transcribe_without_memory(tiny, [SPEECH]))
    assert words(transcribe_without_memory(tiny, parts, every=10_000)) == usual
