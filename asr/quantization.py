"""Weights in a byte each: a quarter of float32, with a step for every output channel."""

import torch
from torch import Tensor

STEP = ".step"  # behind a tensor's name: the weight that 1 stands for in each of its channels


def quantize(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """Matrices and kernels become int8 with a step for each output channel, its largest weight being 127 of them.

    One step for a whole matrix would be ruled by its loudest channel.
    """
    kept = {}
    for key, value in weights.items():
        if value.ndim < 2:
            kept[key] = value
            continue
        rows = value.float().flatten(1)
        step = rows.abs().amax(1).clamp(min=1e-12) / 127
        kept[key] = (rows / step[:, None]).round().to(torch.int8).reshape(value.shape)
        kept[key + STEP] = step
    return kept


def dequantize(stored: dict[str, Tensor]) -> dict[str, Tensor]:
    """Weights in float32, rounded or not. KeyError for bytes without their steps."""
    return {
        key: value.float() * stored[key + STEP].reshape(-1, *[1] * (value.ndim - 1))
        if value.dtype == torch.int8
        else value.float()
        for key, value in stored.items()
        if not key.endswith(STEP)
    }
