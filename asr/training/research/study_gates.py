"""What the gates of a trained network do on real speech: how far they open, and when."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from asr.acoustic.biphones import label_logits
from asr.acoustic.network import AcousticModel
from asr.inspection import Inspector
from asr.text.phones import BLANK
from asr.training.acoustic.batches import collate
from asr.training.acoustic.packs import Example

REACH = 8  # steps before and after an event
PAUSE = 5  # steps without a phone that count as a pause


def align(logp: Tensor, labels: np.ndarray) -> np.ndarray:
    """Best CTC path: (rows, labels) ln posteriors, (k,) labels -> (k,) the row in which each label begins.

    Viterbi over the labels with blanks between (Graves et al. 2006, section 4.1). ValueError where they do not fit.
    """
    states = np.full(2 * len(labels) + 1, BLANK)
    states[1::2] = labels
    emit = logp.double().numpy()[:, states]
    skip = np.zeros(len(states), bool)  # a label may follow another label at once, its own twin not
    skip[3::2] = labels[1:] != labels[:-1]
    best, came = np.full(len(states), -np.inf), np.zeros(emit.shape, np.int8)
    best[:2] = emit[0, :2]
    for row in range(1, len(emit)):
        options = np.stack([
            best, np.r_[-np.inf, best[:-1]], np.where(skip, np.r_[-np.inf, -np.inf, best[:-2]], -np.inf)
        ])  # fmt: skip
        came[row] = options.argmax(0)
        best = options.max(0) + emit[row]
    state = len(states) - 1 if best[-1] >= best[-2] else len(states) - 2
    if not np.isfinite(best[state]):
        raise ValueError(f"{len(labels)} labels do not fit into {len(emit)} rows")
    begins = np.zeros(len(states), int)
    for row in range(len(emit) - 1, -1, -1):
        begins[state] = row
        state -= int(came[row, state])
    return begins[1::2]


@dataclass(frozen=True)
class Opened:
    """One recording: the openness of each layer, mean over its units, and where its phones begin."""

    mean: np.ndarray  # (layers, steps)
    units: np.ndarray  # (layers, width), mean over the steps
    phones: np.ndarray  # (steps,) how many phones begin in the step


@torch.inference_mode()
def listen(model: AcousticModel, item: Example) -> Opened:
    c = model.config
    x, lengths, _, _ = collate([item], c, None, None, 0)
    watch = Inspector(model.eval())
    logits, _, _ = watch.model(x, model.begin())
    steps = -(-int(lengths[0]) // c.stride)
    scores = label_logits(logits[0, c.output_delay_rows : c.output_delay_rows + steps * c.rows_per_step], c)
    begins = align(scores.log_softmax(-1), item.labels)
    z = watch.take()[0].openness[:, 0, :steps]
    count = np.bincount(begins // c.rows_per_step, minlength=steps)
    return Opened(z.mean(-1).numpy(), z.mean(1).numpy(), count)


def _around(openings: list[Opened], events: list[np.ndarray]) -> list[list[float]] | None:
    """Mean openness of each layer, REACH steps before to REACH after the events; None where there is none."""
    windows = [
        opened.mean[:, at - REACH : at + REACH + 1]
        for opened, found in zip(openings, events, strict=True)
        for at in found
        if REACH <= at < opened.mean.shape[1] - REACH
    ]
    return np.mean(windows, 0).tolist() if windows else None


def _edges(phones: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Steps where speech begins after a pause, and steps of the last phone before one."""
    at = np.flatnonzero(phones)
    far = np.diff(at) > PAUSE
    return at[1:][far], at[:-1][far]


def gates(model: AcousticModel, items: list[Example]) -> dict:
    """Openness by the phones that begin in a step, around the edges of speech, and by unit.

    Standard errors are over recordings, since steps of one recording are no independent samples.
    """
    openings = [listen(model, item) for item in items]
    classes: dict[str, list[np.ndarray]] = {"pause": [], "0": [], "1": [], "2": []}
    for opened in openings:
        near = np.convolve(opened.phones > 0, np.ones(2 * PAUSE + 1), "same") > 0
        masks = {"pause": ~near, **{str(n): near & (opened.phones == n) for n in range(3)}}
        for name, mask in masks.items():
            if mask.any():
                classes[name].append(opened.mean[:, mask].mean(1))
    edges = [_edges(opened.phones) for opened in openings]
    return {
        "recordings": len(openings),
        "by_phones": {
            name: {
                "mean": np.mean(means, 0).tolist(),
                "error": (np.std(means, 0, ddof=1) / np.sqrt(len(means))).tolist(),
                "recordings": len(means),
            }
            for name, means in classes.items()
            if len(means) > 1
        },
        "speech_begins": _around(openings, [begins for begins, _ in edges]),
        "speech_ends": _around(openings, [ends for _, ends in edges]),
        "units": np.mean([opened.units for opened in openings], 0).tolist(),
    }
