"""Weights as int8 with one step per output channel: a quarter of the size of float32."""

import torch
from torch import Tensor

from asr.limits import LIMITS
from asr.tensor_file import TensorFile, Wanted, damaged

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
        step = _steps(rows)
        kept[key] = (rows / step[:, None]).round().to(torch.int8).reshape(value.shape)
        kept[key + STEP] = step
    return kept


def _steps(rows: Tensor) -> Tensor:
    """Return the step of each row, so that its largest weight is 127 steps."""
    return rows.abs().amax(1).clamp(min=1e-12) / 127


def dequantized_rows(integers: Tensor, step: Tensor) -> Tensor:
    """Return (channels, n) float32 weights of int8 and the steps of channels."""
    return integers.float() * step[:, None]


def quantized_rows(rows: Tensor) -> tuple[Tensor, Tensor] | None:
    """Return int8 and steps from which `dequantized_rows` makes these weights to the bit; None if there are none.

    There are for what `quantize` has rounded. Its step is not always the largest weight / 127, which is rounded once
    more, but then it is one of the two float32 beside that.

    Args:
        rows: (channels, n) float32.

    Returns:
        (channels, n) int8 and (channels,) float32.
    """
    step = _steps(rows)
    integers = (rows / step[:, None]).round()
    wrong = (dequantized_rows(integers, step) != rows).any(1)
    for towards in (0.0, torch.inf):
        if wrong.any():
            tried = torch.nextafter(step[wrong], torch.tensor(towards))
            fits = (dequantized_rows(integers[wrong], tried) == rows[wrong]).all(1)
            left = wrong.nonzero().flatten()
            step[left[fits]], wrong[left[fits]] = tried[fits], False
    return None if wrong.any() else (integers.to(torch.int8), step)


def dequantize(stored: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return weights in float32, whether `quantize` rounded them or not.

    Raises:
        KeyError: An int8 tensor has no steps.
    """
    return {
        key: dequantized_rows(value.flatten(1), stored[key + STEP]).reshape(value.shape)
        if value.dtype == torch.int8
        else value.float()
        for key, value in stored.items()
        if not key.endswith(STEP)
    }


def wanted(file: TensorFile, shapes: dict[str, tuple[int, ...]]) -> dict[str, Wanted]:
    """Return what `dequantize` needs of the tensors of a file: floats, or int8 and the steps of its channels.

    Args:
        file: The file, whose header says which of its tensors are int8.
        shapes: The shapes of the weights by name.

    Raises:
        ModelError: An int8 tensor has no steps.
    """
    tensors = {}
    for key, shape in shapes.items():
        tensors[key] = Wanted(("F16", "F32"), shape)
        if len(shape) > 1 and key in file.tensors and file.tensors[key].dtype == "I8":
            if key + STEP not in file.tensors:
                raise file.contradiction(f"'{key}' is I8 without '{key + STEP}'")
            tensors |= {key: Wanted(("I8",), shape), key + STEP: Wanted(("F32",), shape[:1])}
    return tensors


def check_values(file: TensorFile, stored: dict[str, Tensor]) -> None:
    """Check the values of weights as they are stored: those of int8 weights are bounded by their steps.

    Raises:
        ModelError: A weight is NaN or beyond the limits of asr.limits.
    """
    highest = LIMITS["weight"][1]
    for key, value in stored.items():
        if value.is_floating_point():
            least, most = (float(x) for x in value.aminmax())  # both NaN if there is one
            limit = highest / 128 if key.endswith(STEP) else highest
            if not (-limit <= least and most <= limit):
                raise damaged(file.path, f"a value of '{key}' is impossible")
