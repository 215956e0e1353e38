"""Weights as int8 with one step per output channel: a quarter of the size of float32."""

import torch
from torch import Tensor

STEP = ".step"  # suffix of a tensor's name: (channels,) float32, the weight that the integer 1 stands for


def quantize(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """Round matrices and kernels to int8. The step of an output channel is its largest weight / 127.

    With one step for a whole matrix, the channel with the largest weights would set the precision of all.

    Args:
        weights: Tensors by name; those with fewer than two dimensions are kept as they are.

    Returns:
        The tensors by name, and for each rounded one its steps under its name with the suffix STEP.
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
    """Return weights in float32, whether `quantize` rounded them or not.

    Raises:
        KeyError: An int8 tensor has no steps.
    """
    return {
        key: value.float() * stored[key + STEP].reshape(-1, *[1] * (value.ndim - 1))
        if value.dtype == torch.int8
        else value.float()
        for key, value in stored.items()
        if not key.endswith(STEP)
    }
