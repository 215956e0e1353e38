"""Probes of a network that need no training: what it costs, how far back gradients reach, how long it remembers."""

import copy
import time
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from asr.acoustic.biphones import label_logits
from asr.acoustic.network import AcousticModel
from asr.text.phones import BLANK
from asr.training.acoustic.losses import ctc
from asr.training.acoustic.packs import Example

Nested = tuple


def costs(models: dict[str, AcousticModel], seconds: float = 6.0, rounds: int = 5) -> dict[str, dict]:
    """For each model: ms a streamed block (one thread), and hours of sound trained an hour (all threads).

    The models take turns, so that whatever else the machine does hits all of them; figures are medians.
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
    """Seconds of each of some blocks, one stream."""
    model.eval()
    c, memory, spent = model.config, model.begin(), []
    frames = torch.randn(1, c.block_frames, c.mels)
    for _ in range(count + 3):
        began = time.perf_counter()
        _, memory, _ = model(frames, memory)
        spent.append(time.perf_counter() - began)
    return spent[3:]


def _update(model: AcousticModel, batch: int, seconds: float) -> float:
    """Seconds of one forward and backward pass over `batch` times `seconds` of sound, as training does it."""
    c = model.config
    steps = round(seconds * c.rate / c.hop / c.stride)
    frames, rows = (
        torch.randn(batch, steps * c.stride, c.mels),
        torch.full((batch,), (steps - c.lookahead) * c.rows_per_step),
    )
    counts = torch.full((batch,), max(1, steps // 2))
    labels = torch.arange(int(counts.sum())) % (len(c.labels) - 1) + 1
    model.train()
    began = time.perf_counter()
    with torch.autocast("cpu", torch.bfloat16):
        logits, _, middle = model(frames, model.begin(batch))
    assert middle is not None
    (ctc(logits[:, c.output_delay_rows :], rows, labels, counts) + 0.3 * ctc(middle, rows, labels, counts)).backward()
    spent = time.perf_counter() - began
    model.zero_grad(set_to_none=True)
    model.eval()
    return spent


def streams(items: list[Example], model: AcousticModel, count: int, steps: int, seed: int = 0) -> Tensor:
    """Recordings end to end, cut into `count` streams: (count, steps * stride, mels)."""
    need = count * steps * model.config.stride
    rng, parts, held = np.random.default_rng(seed), [], 0
    while held < need:
        frames = np.asarray(items[int(rng.integers(len(items)))].frames, dtype=np.float32)
        parts.append(frames)
        held += len(frames)
    return torch.from_numpy(np.concatenate(parts)[:need]).reshape(count, -1, model.config.mels)


def _leaves(hidden: Nested) -> list[Tensor]:
    return [leaf for h in hidden for leaf in (h if isinstance(h, tuple) else (h,))]


def said(judge: AcousticModel, frames: Tensor) -> Tensor:
    """(batch,) for each stream, the likeliest phone of its last row in the ears of another network."""
    with torch.inference_mode():
        logits, _, _ = judge.eval()(frames, judge.begin(len(frames)))
    scores = label_logits(logits[:, -1], judge.config).clone()
    scores[:, BLANK] = -torch.inf
    return scores.argmax(-1)


def gradients(model: AcousticModel, frames: Tensor, labels: Tensor) -> list[float]:
    """Norm of d loss_t / d state_(t-k), k = 1, 2, ... as far as `frames` (batch, steps * stride, mels) go back.

    The loss is -ln p of each stream's label at its last row, which speaks of step t, `lookahead` steps before the
    last; the state is all that the recurrent layers carry (of an LSTM both tensors), k = 1 the one that step t was
    given. In float64, so that what vanishes is seen to vanish; geometric mean over the streams.
    """
    model = copy.deepcopy(model).double().eval().requires_grad_(False)
    memory = model.begin(len(frames))
    hidden = tuple(
        tuple(part.double().clone().requires_grad_() for part in h) if isinstance(h, tuple)
        else h.double().clone().requires_grad_() for h in memory.hidden
    )  # fmt: skip
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
def echoes(model: AcousticModel, same: Tensor, other: Tensor, changed: int) -> list[float]:
    """How far the output still differs, k = 0, 1, ... steps after a change of the input ended.

    Two streams hear different sound for the first `changed` steps and the same afterwards. The difference is the
    total variation between their label distributions, 0..1, mean over the streams (batch, steps * stride, mels).
    """
    c = model.eval().config
    cut = changed * c.stride
    posteriors = [
        model(frames, model.begin(len(frames)))[0].softmax(-1)
        for frames in (same, torch.cat([other[:, :cut], same[:, cut:]], 1))
    ]
    differ = (posteriors[0] - posteriors[1]).abs().sum(-1).mean(0) / 2  # (rows,)
    # Rows speak of steps `lookahead` before; the first that hears nothing changed, in its convolutions either.
    first = changed + c.lookahead + -(-c.context // c.stride)
    return differ.reshape(-1, c.rows_per_step).mean(1)[first:].tolist()


def horizon(differences: list[float], least: float = 0.01) -> int | None:
    """Steps after which the difference stays below `least`; None if it never does."""
    above = [k for k, value in enumerate(differences) if value >= least]
    return 0 if not above else None if above[-1] == len(differences) - 1 else above[-1] + 1
