"""Probes of a network: its speed, how far back gradients reach, and how long its memory lasts."""

import copy
import time
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from asr.acoustic.biphones import label_logits
from asr.acoustic.ctc_crf import ctc
from asr.acoustic.network import AcousticModel
from asr.text.phones import BLANK
from asr.training.acoustic.packs import Example
from asr.training.timed_training import fastest_autocast


def costs(models: dict[str, AcousticModel], seconds: float = 6.0, rounds: int = 5) -> dict[str, dict]:
    """Measure the speed of models: medians of streaming (one thread) and of training (all threads).

    The models alternate, so that other load on the machine affects all of them.

    Args:
        models: Name -> model.
        seconds: Sound of one recording in an update.
        rounds: Repetitions.

    Returns:
        Name -> milliseconds of a streamed block, updates per second, and hours of sound trained on in an hour.
    """
    spent: dict[str, dict[str, list[float]]] = {name: {"block": [], "update": []} for name in models}
    threads = torch.get_num_threads()
    for _ in range(rounds):
        for name, model in models.items():
            torch.set_num_threads(1)
            spent[name]["block"] += _blocks(model)
            torch.set_num_threads(threads)
            spent[name]["update"].append(_update(model, 16, seconds))
    sound = 16 * seconds
    return {
        name: {
            "block_ms": 1000 * float(np.median(times["block"])),
            "updates_per_second": 1 / float(np.median(times["update"])),
            "hours_per_hour": sound / float(np.median(times["update"])),
        }
        for name, times in spent.items()
    }


@torch.inference_mode()
def _blocks(model: AcousticModel, count: int = 20) -> list[float]:
    """Return the seconds that each of `count` blocks of one stream takes."""
    model.eval()
    c, memory, spent = model.config, model.begin(), []
    frames = torch.randn(1, c.block_frames, c.mels)
    for _ in range(count + 3):
        began = time.perf_counter()
        _, memory, _ = model(frames, memory)
        spent.append(time.perf_counter() - began)
    return spent[3:]


def _update(model: AcousticModel, batch: int, seconds: float) -> float:
    """Return the seconds of a forward and a backward pass over `batch` recordings of `seconds`, as in training."""
    c = model.config
    steps = round(seconds * c.rate / c.hop / c.stride)
    frames = torch.randn(batch, steps * c.stride, c.mels)
    rows = torch.full((batch,), (steps - c.lookahead) * c.rows_per_step)
    counts = torch.full((batch,), max(1, steps // 2))
    labels = torch.arange(int(counts.sum())) % (len(c.labels) - 1) + 1
    model.train()
    began = time.perf_counter()
    parameters = sum(parameter.numel() for parameter in model.parameters())
    with fastest_autocast(torch.device("cpu"), parameters):
        logits, _, middle = model(frames, model.begin(batch))
    assert middle is not None
    (ctc(logits[:, c.output_delay_rows :], rows, labels, counts) + 0.3 * ctc(middle, rows, labels, counts)).backward()
    spent = time.perf_counter() - began
    model.zero_grad(set_to_none=True)
    model.eval()
    return spent


def streams(items: list[Example], model: AcousticModel, count: int, steps: int, seed: int = 0) -> Tensor:
    """Join random recordings and cut them into `count` streams, (count, steps * stride, mels)."""
    need = count * steps * model.config.stride
    rng, parts, total = np.random.default_rng(seed), [], 0
    while total < need:
        frames = np.asarray(items[int(rng.integers(len(items)))].frames, dtype=np.float32)
        parts.append(frames)
        total += len(frames)
    return torch.from_numpy(np.concatenate(parts)[:need]).reshape(count, -1, model.config.mels)


def _leaves(hidden: tuple) -> list[Tensor]:
    return [leaf for h in hidden for leaf in (h if isinstance(h, tuple) else (h,))]


def last_phones(reference: AcousticModel, frames: Tensor) -> Tensor:
    """Return the likeliest phone in the last row of each stream by a reference network, (batch,)."""
    with torch.inference_mode():
        logits, _, _ = reference.eval()(frames, reference.begin(len(frames)))
    scores = label_logits(logits[:, -1], reference.config).clone()
    scores[:, BLANK] = -torch.inf
    return scores.argmax(-1)


def gradients(model: AcousticModel, frames: Tensor, labels: Tensor) -> list[float]:
    """Return the norms of d loss_t / d state_(t-k) for k = 1, 2, ..., the geometric mean over the streams.

    The loss is -ln p of a stream's label in its last row, which belongs to step t, `lookahead` steps before the last.
    The state is that of all recurrent layers (both tensors of an LSTM); k = 1 is the state before step t. Computed in
    float64, in which small gradients do not underflow.

    Args:
        model: To probe.
        frames: (batch, steps * stride, mels), as far as gradients are followed.
        labels: (batch,) one for each stream.
    """
    model = copy.deepcopy(model).double().eval().requires_grad_(False)
    memory = model.begin(len(frames))

    def differentiable(h: Any) -> Any:
        if isinstance(h, tuple):
            return tuple(differentiable(part) for part in h)
        return h.double().clone().requires_grad_()

    hidden = tuple(differentiable(h) for h in memory.hidden)
    memory, states = replace(memory, pending_outputs=memory.pending_outputs.double(), hidden=hidden), []
    for now in frames.double().split(model.config.stride, 1):
        states.append(_leaves(memory.hidden))
        scores, memory, _ = model(now, memory)
    loss = F.cross_entropy(scores[:, -1], labels, reduction="sum")
    found = torch.autograd.grad(loss, [leaf for state in states for leaf in state])
    each = len(states[0])
    squares = [sum(g[0].square().sum(-1) for g in found[i : i + each]) for i in range(0, len(found), each)]
    norms = torch.stack([torch.as_tensor(s) for s in squares]).sqrt().clamp_min(1e-300)  # (steps, batch)
    return norms.log().mean(1).exp().flip(0)[model.config.lookahead :].tolist()


@torch.inference_mode()
def output_differences(model: AcousticModel, same: Tensor, other: Tensor, changed: int) -> list[float]:
    """Return how much the output still differs k = 0, 1, ... steps after a difference of the input ended.

    Two streams have different input in the first `changed` steps and equal input afterwards. The difference is the
    total variation between their output distributions, 0..1, mean over the streams.

    Args:
        model: To probe.
        same: (batch, steps * stride, mels).
        other: The same shape; the second stream begins with its first steps.
        changed: Steps.
    """
    c = model.eval().config
    cut = changed * c.stride
    posteriors = [
        model(frames, model.begin(len(frames)))[0].softmax(-1)
        for frames in (same, torch.cat([other[:, :cut], same[:, cut:]], 1))
    ]
    differ = (posteriors[0] - posteriors[1]).abs().sum(-1).mean(0) / 2  # (rows,)
    # Outputs lag by `lookahead` steps, and convolutions reach back by `context` frames: begin after both.
    first = changed + c.lookahead + -(-c.context // c.stride)
    return differ.reshape(-1, c.rows_per_step).mean(1)[first:].tolist()


def horizon(differences: list[float], least: float = 0.01) -> int | None:
    """Return the steps after which the difference stays below `least`; None if it never does."""
    above = [k for k, value in enumerate(differences) if value >= least]
    return 0 if not above else None if above[-1] == len(differences) - 1 else above[-1] + 1
