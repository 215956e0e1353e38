"""The network by blocks equals the network as a whole, and depends on no sound beyond its look-ahead."""

import pytest
import torch

from asr.acoustic.config import Config
from asr.acoustic.network import AcousticModel, Convolution, Memory
from tests.support.recognition.tiny import tiny_config, tiny_model


def frames(config: Config, steps: int) -> torch.Tensor:
    """Return random frames (2, steps * stride, mels)."""
    return torch.randn(2, steps * config.stride, config.mels, generator=torch.Generator().manual_seed(1)) - 5


@pytest.mark.parametrize(("cell", "bottleneck"), [("rnn", 0), ("lstm", 0), ("gru", 0), ("gru", 8)])
def test_blocks_give_what_the_whole_gives(cell: str, bottleneck: int) -> None:
    model = tiny_model(cell=cell, bottleneck=bottleneck)
    x = frames(model.config, 12)
    whole, end, _ = model(x, model.begin(2))
    memory, parts = model.begin(2), []
    for block in x.split([8, 32, 16, 40], 1):
        scores, memory, _ = model(block, memory)
        parts.append(scores)
    assert whole.shape == (2, 12 * model.config.rows_per_step, model.config.units)
    torch.testing.assert_close(torch.cat(parts, 1), whole, rtol=1e-5, atol=1e-4)
    torch.testing.assert_close(memory.frames, end.frames, rtol=0, atol=0)
    torch.testing.assert_close(memory.pending_outputs, end.pending_outputs, rtol=1e-5, atol=1e-5)
    torch.testing.assert_close(memory.hidden, end.hidden, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(("kernel", "stride"), [(5, 2), (3, 1), (1, 1)])
def test_a_convolution_as_a_product_equals_that_of_torch(kernel: int, stride: int) -> None:
    torch.manual_seed(1)
    layer, x = Convolution(6, 4, kernel, stride=stride), torch.randn(2, 11, 6)
    theirs = torch.nn.functional.conv1d(x.transpose(1, 2), layer.weight, layer.bias, stride)
    torch.testing.assert_close(layer(x), theirs.transpose(1, 2))


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_the_hidden_state_changes_the_scores(cell: str) -> None:
    """Even where all frames that the convolutions see are the same."""
    model = tiny_model(cell=cell)
    fresh = model.begin(2)
    _, memory, _ = model(frames(model.config, 4), fresh)
    x = frames(model.config, 6)
    without, _, _ = model(x, Memory(memory.frames, fresh.hidden, memory.pending_outputs))
    with_state, _, _ = model(x, memory)
    assert not torch.allclose(without, with_state, atol=1e-2)


def test_frames_beyond_the_look_ahead_change_nothing() -> None:
    model = tiny_model()
    c = model.config
    x = frames(c, 10)
    whole, _, _ = model(x, model.begin(2))
    invalid = x.clone()
    invalid[:, 7 * c.stride :] = float("nan")
    scores, _, _ = model(invalid, model.begin(2))
    valid = 7 * c.rows_per_step  # rows are delayed: those of 7 steps of frames belong to 7 - lookahead steps of sound
    assert torch.equal(scores[:, :valid], whole[:, :valid])
    assert scores[:, valid:].isnan().all()


def test_the_look_ahead_is_used() -> None:
    model = tiny_model()
    c = model.config
    x = frames(c, 8)
    other = x.clone()
    other[:, 7 * c.stride :] += 1
    a, b = model(x, model.begin(2))[0], model(other, model.begin(2))[0]
    assert not torch.allclose(a[:, -c.rows_per_step :], b[:, -c.rows_per_step :], atol=1e-3)


def test_the_memory_is_not_written_into() -> None:
    model = tiny_model()
    _, memory, _ = model(frames(model.config, 4), model.begin(2))
    kept = [t.clone() for t in (memory.frames, *memory.hidden, memory.pending_outputs)]
    first, _, _ = model(frames(model.config, 4), memory)
    assert all(map(torch.equal, kept, (memory.frames, *memory.hidden, memory.pending_outputs)))
    assert torch.equal(first, model(frames(model.config, 4), memory)[0])


def test_training_has_a_middle_layer_of_scores() -> None:
    model = AcousticModel(tiny_config()).train()
    scores, _, middle = model(frames(model.config, 4), model.begin(2))
    assert middle is not None and middle.shape == scores.shape
