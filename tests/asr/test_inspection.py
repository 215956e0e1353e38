"""To look into the network changes nothing, and to forget changes what it should."""

import numpy as np
import pytest
import torch

from asr.acoustic.network import CELLS
from asr.decoding.decoder import SearchOptions
from asr.inspection import Inspector, inspected, transcribe_without_memory, without_memory
from asr.pipeline import transcribe
from asr.recognizer import Recognizer
from tests.asr.test_recognizer import SPEECH, hear, leaves
from tests.tiny import nonsense, pronunciations, tiny_model


@pytest.fixture(scope="module", params=[*((cell, 0) for cell in sorted(CELLS)), ("gru", 8)], ids=str)
def recognizer(request) -> Recognizer:
    lexicon, language = nonsense(list(pronunciations()))
    cell, bottleneck = request.param
    return Recognizer(
        tiny_model(cell=cell, bottleneck=bottleneck), lexicon, language, SearchOptions(beam_size=6, beam_threshold=6.0)
    )


def test_a_watched_recogniser_hears_the_same_to_the_bit(recognizer: Recognizer) -> None:
    view, watch = inspected(recognizer)
    parts = np.split(SPEECH, 5)
    assert leaves(hear(view, parts)[0]) == leaves(hear(recognizer, parts)[0])
    glimpses = watch.take()
    c, state = recognizer.config, hear(recognizer, parts)[0]
    assert len(glimpses) == state.blocks and not watch.take()
    for glimpse in glimpses:
        assert glimpse.hidden.shape == glimpse.openness.shape == (c.layers, 1, c.block, c.width)
        assert glimpse.logits.shape == (1, c.block * c.rows_per_step, len(c.labels))
    for layer, last in zip(glimpses[-1].hidden, state.memory.hidden, strict=True):
        assert torch.equal(layer[:, -1], (last[0] if c.cell == "lstm" else last)[0])


def test_by_blocks_or_whole_the_gates_are_the_same() -> None:
    model = tiny_model()
    watch = Inspector(model)
    x = torch.randn(2, 12 * model.config.stride, model.config.mels, generator=torch.Generator().manual_seed(1)) - 5
    watch.model(x, model.begin(2))
    memory = model.begin(2)
    for block in x.split(32, 1):
        _, memory, _ = watch.model(block, memory)
    whole, *blocks = watch.take()
    torch.testing.assert_close(torch.cat([b.openness for b in blocks], 2), whole.openness, rtol=0, atol=1e-5)
    torch.testing.assert_close(torch.cat([b.logits for b in blocks], 1), whole.logits, rtol=1e-5, atol=1e-4)


def test_to_forget_takes_the_hidden_state_alone(recognizer: Recognizer) -> None:
    state = hear(recognizer, [SPEECH])[0]
    kept, memory = leaves(state), without_memory(recognizer, state).memory
    assert leaves(memory.hidden) == leaves(recognizer.start().memory.hidden) != leaves(state.memory.hidden)
    assert leaves((memory.frames, memory.pending_outputs)) == leaves(
        (state.memory.frames, state.memory.pending_outputs)
    )
    assert leaves(without_memory(recognizer, state).decoder) == leaves(state.decoder)
    assert leaves(state) == kept


def test_who_forgets_hears_other_words(tiny: Recognizer) -> None:
    def words(updates) -> list[str]:
        return [word.text for update in updates for word in update.words]

    usual, parts = words(transcribe(tiny, [SPEECH])), np.split(SPEECH, 20)
    assert words(transcribe_without_memory(tiny, parts)) != usual
    assert words(transcribe_without_memory(tiny, parts)) == words(transcribe_without_memory(tiny, [SPEECH]))
    assert words(transcribe_without_memory(tiny, parts, every=10_000)) == usual
