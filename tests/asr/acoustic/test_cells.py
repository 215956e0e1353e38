"""The cells equal those of torch, their gradients are right, and a stream carries their state exactly."""

import json
import sys
import warnings
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from asr.acoustic import cells
from asr.acoustic.cells import GRU2014, Weights, openness
from asr.acoustic.network import CELLS
from asr.recognizer import Recognizer
from asr.training.acoustic import train
from tests.support.recognition import needs
from tests.support.recognition.sound import noise
from tests.support.recognition.streams import BURSTS, SLOW, Burst, check_cuts, leaves, sound_of
from tests.support.recognition.tiny import tiny_recognizer

STEPS, BATCH, INPUTS, WIDTH = 7, 3, 4, 5
GATES = {"rnn": 1, "lstm": 4, "gru2014": 3, "gru": 3}


def random_tensor(*shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(2), dtype=torch.float64)


def weights(gates: int) -> Weights:
    torch.manual_seed(3)
    size = gates * WIDTH
    return Weights(
        *(torch.randn(*s, dtype=torch.float64) / 2 for s in ((size, INPUTS), (size, WIDTH), (size,), (size,)))
    )


def run(step: Callable[..., Any], x: torch.Tensor, state: Any, w: Weights) -> tuple[torch.Tensor, Any]:
    """Run a cell over time: x (batch, steps, inputs) -> hidden states (batch, steps, width), and the last state."""
    states = []
    for step_input in x.unbind(1):
        state = step(step_input, state, w)
        states.append(state[0] if isinstance(state, tuple) else state)
    return torch.stack(states, 1), state


@pytest.mark.parametrize("name", ["rnn", "gru", "lstm"])
@pytest.mark.slow
def test_the_cells_equal_those_of_torch(name: str) -> None:
    torch.manual_seed(1)
    layer: Any = CELLS[name](INPUTS, WIDTH, batch_first=True).double()
    x, h, c = random_tensor(BATCH, STEPS, INPUTS), random_tensor(BATCH, WIDTH), -random_tensor(BATCH, WIDTH)
    w = Weights.of(layer)
    if name == "lstm":
        y, (end, cell) = layer(x, (h[None], c[None]))
        mine, (my_end, my_cell) = run(cells.lstm, x, (h, c), w)
        torch.testing.assert_close(my_cell, cell[0], rtol=0, atol=1e-14)
    else:
        y, end = layer(x, h[None])
        mine, my_end = run(
            cells.rnn if name == "rnn" else cells.gru, x, h, w.flip_update_gate() if name == "gru" else w
        )
    torch.testing.assert_close(mine, y, rtol=0, atol=1e-14)
    torch.testing.assert_close(my_end, end[0], rtol=0, atol=1e-14)


def test_torch_has_the_other_convention_for_z() -> None:
    """Without flipping the update gate, the weights of torch are another network here."""
    torch.manual_seed(1)
    layer = nn.GRU(INPUTS, WIDTH, batch_first=True).double()
    x, h = random_tensor(BATCH, STEPS, INPUTS), random_tensor(BATCH, WIDTH)
    mine, _ = run(cells.gru, x, h, Weights.of(layer))
    assert not torch.allclose(mine, layer(x, h[None])[0], atol=0.05)
    assert all(map(torch.equal, Weights.of(layer), Weights.of(layer).flip_update_gate().flip_update_gate()))


@pytest.mark.slow
def test_the_two_grus_differ_in_where_the_reset_gate_acts() -> None:
    w, x, h = weights(3), random_tensor(BATCH, INPUTS), random_tensor(BATCH, WIDTH)
    assert not torch.allclose(cells.gru(x, h, w), cells.gru2014(x, h, w), atol=0.01)
    diagonal = torch.cat([w.U[: 2 * WIDTH], torch.diag(w.U[0])])  # then r * (U h') is U (r * h')
    same = w._replace(U=diagonal, c=torch.zeros_like(w.c))
    torch.testing.assert_close(cells.gru(x, h, same), cells.gru2014(x, h, same), rtol=0, atol=1e-14)


@pytest.mark.parametrize("z, state", [(-40.0, "old"), (40.0, "new")])
def test_an_open_update_gate_takes_the_candidate(z: float, state: str) -> None:
    w, x, h = weights(3), random_tensor(BATCH, INPUTS), random_tensor(BATCH, WIDTH)
    w = w._replace(b=torch.cat([w.b[:WIDTH], torch.full((WIDTH,), z, dtype=torch.float64), w.b[2 * WIDTH :]]))
    for step in (cells.gru, cells.gru2014):
        after = step(x, h, w)
        assert torch.allclose(after, h, atol=1e-9) == (state == "old")
        assert (after.abs() < 1).all() == (state == "new")  # the candidate is a tanh, and h here has larger entries


@pytest.mark.parametrize("name", sorted(GATES))
def test_gradients(name: str) -> None:
    step = getattr(cells, name)
    x, h, c = random_tensor(2, 3, INPUTS), random_tensor(2, WIDTH), -random_tensor(2, WIDTH)
    inputs = [t.requires_grad_() for t in (x, h, c, *weights(GATES[name]))]

    def whole(x: torch.Tensor, h: torch.Tensor, c: torch.Tensor, *w: torch.Tensor) -> tuple[torch.Tensor, ...]:
        y, end = run(step, x, (h, c) if name == "lstm" else h, Weights(*w))
        return (y, *end) if name == "lstm" else (y, end + 0 * c)

    assert torch.autograd.gradcheck(whole, inputs)


def layer_with(w: Weights) -> GRU2014:
    layer = GRU2014(INPUTS, WIDTH).double()
    parts = (w.W, w.U[: 2 * WIDTH], w.U[2 * WIDTH :], w.b + w.c)
    layer.load_state_dict(dict(zip(("weight_ih", "weight_gates", "weight_candidate", "bias"), parts, strict=True)))
    return layer


def test_the_layer_is_the_cell_over_time() -> None:
    w = weights(3)
    layer = layer_with(w)
    x, h = random_tensor(BATCH, STEPS, INPUTS), random_tensor(BATCH, WIDTH)
    y, end = layer(x, h[None])
    mine, _ = run(cells.gru2014, x, h, w)
    assert y.shape == (BATCH, STEPS, WIDTH) and end.shape == (1, BATCH, WIDTH)
    torch.testing.assert_close(y, mine, rtol=0, atol=1e-14)
    assert torch.equal(y[:, -1], end[0])


def test_the_layer_has_the_gradients_of_the_cell() -> None:
    w = weights(3)
    layer = layer_with(w)
    x, h = random_tensor(BATCH, STEPS, INPUTS), random_tensor(BATCH, WIDTH)
    layer(x, h[None])[0].square().sum().backward()
    w = Weights(*(t.requires_grad_() for t in w))
    run(cells.gru2014, x, h, w)[0].square().sum().backward()
    assert layer.weight_gates.grad is not None and layer.weight_candidate.grad is not None
    recurrent = torch.cat([layer.weight_gates.grad, layer.weight_candidate.grad])
    for mine, expected in ((recurrent, w.U), (layer.weight_ih.grad, w.W), (layer.bias.grad, w.b)):
        torch.testing.assert_close(mine, expected.grad, rtol=0, atol=1e-12)


def test_the_state_of_the_layer_is_never_rounded() -> None:
    """Under autocast a z of 1/1000 must still move h, though bfloat16 has steps of 1/256."""
    layer = layer_with(weights(3)).float().requires_grad_(False)
    layer.bias[WIDTH : 2 * WIDTH] = -7.0
    x, h = random_tensor(1, 1, INPUTS).float(), torch.full((1, 1, WIDTH), 0.75)
    with torch.autocast("cpu", torch.bfloat16):
        y, _ = layer(x, h)
    assert y.dtype == torch.float32 and (y != 0.75).all() and (y - 0.75).abs().max() < 0.1


@pytest.mark.parametrize("name", sorted(CELLS))
def test_openness_is_the_gate_that_changed_the_state(name: str) -> None:
    torch.manual_seed(4)
    layer: Any = CELLS[name](INPUTS, WIDTH, batch_first=True).double()
    x, h, c = random_tensor(BATCH, INPUTS), random_tensor(BATCH, WIDTH), -random_tensor(BATCH, WIDTH)
    gate = openness(layer, x, h)
    assert gate.shape == h.shape and (gate >= 0).all() and (gate <= 1).all()
    if name == "rnn":
        assert (gate == 1).all()
    elif name == "lstm":  # a change of c' is multiplied by 1 - openness
        ends = [layer(x[:, None], (h[None], part[None]))[1][1][0] for part in (c, c + 1)]
        torch.testing.assert_close(ends[1] - ends[0], 1 - gate, rtol=0, atol=1e-12)
    else:  # h lies between h' and a tanh; with h~ known, z follows
        w = Weights.of(layer).flip_update_gate() if name == "gru" else None
        if w is None:
            zero = torch.zeros(3 * WIDTH, dtype=torch.float64)
            w = Weights(layer.weight_ih, torch.cat([layer.weight_gates, layer.weight_candidate]), layer.bias, zero)
        step = getattr(cells, name)
        bias = torch.cat([w.b[:WIDTH], torch.full((WIDTH,), 60.0, dtype=torch.float64), w.b[2 * WIDTH :]])
        candidate = step(x, h, w._replace(b=bias))
        after = layer(x[:, None], h[None])[1][0]
        torch.testing.assert_close((after - h) / (candidate - h), gate, rtol=0, atol=1e-9)


# The state of a stream.


@pytest.fixture(scope="module", params=sorted(CELLS))
def recognizer(request: pytest.FixtureRequest) -> Recognizer:
    return tiny_recognizer(cell=request.param)


@settings(max_examples=6, **SLOW)
@given(BURSTS, st.data())
def test_every_cell_carries_the_same_state_however_the_sound_is_cut(
    recognizer: Recognizer, bursts: list[Burst], data: st.DataObject
) -> None:
    sound = sound_of(bursts)
    check_cuts(recognizer, sound, sorted(data.draw(st.lists(st.integers(0, len(sound)), max_size=12))))


def test_every_tensor_of_the_state_matters(recognizer: Recognizer) -> None:
    """Without any tensor of any layer, both of an LSTM, the next block gives other scores."""
    sound = np.random.default_rng(0).normal(0, 0.1, 40_000).astype(np.float32)
    state, _ = recognizer.step(recognizer.start(), sound[:20_000])
    hidden, cell = state.memory.hidden, recognizer.config.cell
    usual = leaves(recognizer.step(state, sound[20_000:])[0].memory)
    for i, layer in enumerate(hidden):
        for j in range(2 if cell == "lstm" else 1):
            part = layer[j] if cell == "lstm" else layer
            assert part.shape == (1, 1, recognizer.config.width) and part.abs().max() > 0.01
            zeroed = tuple(t * (k != j) for k, t in enumerate(layer)) if cell == "lstm" else part * 0
            memory = replace(state.memory, hidden=(*hidden[:i], zeroed, *hidden[i + 1 :]))
            assert leaves(recognizer.step(replace(state, memory=memory), sound[20_000:])[0].memory) != usual


@needs.torchaudio
def test_training_takes_the_cell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for kind, text, seconds in (("speech", "be", 1.0), ("noise", "", 6.0)):
        (tmp_path / kind).mkdir()
        entry = {"audio": "0.wav", "text": text, "corpus": kind, "seconds": seconds, "kind": "noise"}
        soundfile.write(tmp_path / kind / "0.wav", noise(seconds), 16_000)
        (tmp_path / kind / "manifest.jsonl").write_text(json.dumps(entry))
    speech, other = (str(tmp_path / kind / "manifest.jsonl") for kind in ("speech", "noise"))
    arguments = ["train", "--train", speech, "--dev", speech, "--noise", other, "--cache", str(tmp_path / "cache")]
    arguments += ["--output", str(tmp_path / "run"), "--width", "8", "--layers", "2", "--minutes", "0.004"]
    monkeypatch.setattr(sys, "argv", [*arguments, "--cell", "gru2014"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # fork in a process with threads
        train.main()
    kept = torch.load(tmp_path / "run" / "checkpoint.pt", weights_only=True)
    assert kept["config"]["cell"] == "gru2014" and kept["update"] >= 1
    assert "layers.1.weight_candidate" in kept["model"]


def test_a_gru_has_three_quarters_of_an_lstm() -> None:
    """The papers give 1 : 3 : 4 for RNN, GRU and LSTM of the same width."""
    size = {name: sum(p.numel() for p in cell(64, 64, batch_first=True).parameters()) for name, cell in CELLS.items()}
    assert size["gru"] == 3 * size["rnn"] and size["lstm"] == 4 * size["rnn"]
    assert size["gru"] - size["gru2014"] == 3 * 64  # one bias per gate, where torch has two
    assert all(a <= b for a, b in pairwise(size[n] for n in ("rnn", "gru2014", "gru", "lstm")))
