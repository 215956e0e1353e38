"""The update gates of a trained network on speech: how far they are open, and when."""

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

EVENT_STEPS = 8  # before and after an event
PAUSE_STEPS = 5  # without a phone that count as a pause


def label_onsets(logp: Tensor, labels: np.ndarray) -> np.ndarray:
    """Return the row in which each label begins on the best CTC path, (k,).

    Viterbi search over the labels with blanks between (Graves et al. 2006, section 4.1).

    Args:
        logp: (rows, labels) log posteriors.
        labels: (k,) of the utterance.

    Raises:
        ValueError: There are fewer rows than the labels need.
    """
    states = np.full(2 * len(labels) + 1, BLANK)
    states[1::2] = labels
    emit = logp.double().numpy()[:, states]
    skip = np.zeros(len(states), bool)  # a label may follow a different label without a blank
    skip[3::2] = labels[1:] != labels[:-1]
    best, back = np.full(len(states), -np.inf), np.zeros(emit.shape, np.int8)
    best[:2] = emit[0, :2]
    for row in range(1, len(emit)):
        one_before, two_before = np.r_[-np.inf, best[:-1]], np.r_[-np.inf, -np.inf, best[:-2]]
        options = np.stack([best, one_before, np.where(skip, two_before, -np.inf)])
        back[row] = options.argmax(0)
        best = options.max(0) + emit[row]
    state = len(states) - 1 if best[-1] >= best[-2] else len(states) - 2
    if not np.isfinite(best[state]):
        raise ValueError(f"{len(labels)} labels do not fit into {len(emit)} rows")
    begins = np.zeros(len(states), int)
    for row in range(len(emit) - 1, -1, -1):
        begins[state] = row
        state -= int(back[row, state])
    return begins[1::2]


@dataclass(frozen=True)
class RecordingOpenness:
    """The openness of the update gates in one recording, and its phones."""

    mean: np.ndarray  # (layers, steps), mean over the units
    units: np.ndarray  # (layers, width), mean over the steps
    phones: np.ndarray  # (steps,) number of phones that begin in the step


@torch.inference_mode()
def measure(model: AcousticModel, item: Example) -> RecordingOpenness:
    """Run the network on one recording and record its gates."""
    c = model.config
    x, lengths, _, _ = collate([item], c, None, None, 0)
    inspector = Inspector(model.eval())
    logits, _, _ = inspector.model(x, model.begin())
    steps = -(-int(lengths[0]) // c.stride)
    scores = label_logits(logits[0, c.output_delay_rows : c.output_delay_rows + steps * c.rows_per_step], c)
    begins = label_onsets(scores.log_softmax(-1), item.labels)
    z = inspector.take()[0].openness[:, 0, :steps]
    count = np.bincount(begins // c.rows_per_step, minlength=steps)
    return RecordingOpenness(z.mean(-1).numpy(), z.mean(1).numpy(), count)


def _around(recordings: list[RecordingOpenness], events: list[np.ndarray]) -> list[list[float]] | None:
    """Return the mean openness of each layer around events, at each step; None if there are no events."""
    windows = [
        recording.mean[:, at - EVENT_STEPS : at + EVENT_STEPS + 1]
        for recording, found in zip(recordings, events, strict=True)
        for at in found
        if EVENT_STEPS <= at < recording.mean.shape[1] - EVENT_STEPS
    ]
    return np.mean(windows, 0).tolist() if windows else None


def _edges(phones: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the steps in which speech begins after a pause, and those of the last phone before one."""
    at = np.flatnonzero(phones)
    far = np.diff(at) > PAUSE_STEPS
    return at[1:][far], at[:-1][far]


def gates(model: AcousticModel, items: list[Example]) -> dict:
    """Measure openness by the number of phones that begin in a step, around pauses, and by unit.

    Standard errors are over recordings, since the steps of one recording are not independent.
    """
    recordings = [measure(model, item) for item in items]
    classes: dict[str, list[np.ndarray]] = {"pause": [], "0": [], "1": [], "2": []}
    for recording in recordings:
        near = np.convolve(recording.phones > 0, np.ones(2 * PAUSE_STEPS + 1), "same") > 0
        masks = {"pause": ~near, **{str(n): near & (recording.phones == n) for n in range(3)}}
        for name, mask in masks.items():
            if mask.any():
                classes[name].append(recording.mean[:, mask].mean(1))
    edges = [_edges(recording.phones) for recording in recordings]
    return {
        "recordings": len(recordings),
        "by_phones": {
            name: {
                "mean": np.mean(means, 0).tolist(),
                "error": (np.std(means, 0, ddof=1) / np.sqrt(len(means))).tolist(),
                "recordings": len(means),
            }
            for name, means in classes.items()
            if len(means) > 1
        },
        "speech_begins": _around(recordings, [begins for begins, _ in edges]),
        "speech_ends": _around(recordings, [ends for _, ends in edges]),
        "units": np.mean([recording.units for recording in recordings], 0).tolist(),
    }
