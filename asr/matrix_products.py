"""Products of rows by matrices of weights: the same row gives the same bits, however many rows there are.

A network that computes one step of one stream waits for its weights, most of the time. oneDNN has a layout for them in
which a product of one row takes no longer than a plain one, and one of sixteen rows little longer; and its sums have
one order for any number of rows, which those of a plain product do not. So streams can share a call of a network
(`asr.batching`), and nobody can tell from the words. Elsewhere than on x86, and in builds of torch without oneDNN,
matrices stay plain: the words are as good, but streams share no call.
"""

import platform
from functools import lru_cache

import torch
from torch import Tensor
from torch.nn import functional as F

_EXPECTED_ROWS = 16  # oneDNN chooses a layout for so many; with 1, products of several rows take twice as long
_ROWS = (1, 2, 4, 8, 16, 32, 64)  # of which oneDNN computes products: it keeps 0.6 MB of code for each number of rows
_TRIED = 1e-4  # largest difference from plain products, of numbers around 1


def packed_matrix(matrix: Tensor) -> Tensor:
    """Return a float32 matrix (outputs, inputs) in the layout of oneDNN, or as it is where there is none for it."""
    if matrix.is_mkldnn or matrix.dtype != torch.float32 or matrix.device.type != "cpu" or not _has_layout():
        return matrix
    return _pack(matrix)


def plain_matrix(matrix: Tensor) -> Tensor:
    """Return the numbers that `packed_matrix` was given: a copy if it has the layout of oneDNN."""
    return matrix.to_dense() if matrix.is_mkldnn else matrix


def product(x: Tensor, matrix: Tensor, bias: Tensor) -> Tensor:
    """Return x W^T + b: (..., inputs) -> (..., outputs).

    Args:
        x: float32 rows.
        matrix: (outputs, inputs), packed or not. A packed one has no gradient.
        bias: (outputs,).
    """
    if not matrix.is_mkldnn:
        return F.linear(x, matrix, bias)
    rows = x.reshape(-1, x.shape[-1])
    if len(rows) in _ROWS:
        return _packed_product(x, matrix, bias)
    parts = [_few_rows(part, matrix, bias) for part in rows.split(_ROWS[-1])]
    return torch.cat(parts).view(*x.shape[:-1], len(bias))


def _few_rows(x: Tensor, matrix: Tensor, bias: Tensor) -> Tensor:
    """Return the product of some rows, as many as _ROWS has at most."""
    size = next(size for size in _ROWS if size >= len(x))
    return _packed_product(F.pad(x, (0, 0, 0, size - len(x))), matrix, bias)[: len(x)]


def _packed_product(x: Tensor, matrix: Tensor, bias: Tensor) -> Tensor:
    return torch.ops.mkldnn._linear_pointwise(x, matrix, bias, "none", [], "")


def gru_step(inputs: Tensor, hidden: Tensor, matrix: Tensor, bias: Tensor) -> Tensor:
    """Step a GRU as `torch.nn.GRU` defines it, see `asr.acoustic.cells`.

    Args:
        inputs: (n, 3 * width), products of the inputs, with their bias; r, z, n.
        hidden: (n, width), the states before.
        matrix: (3 * width, width), of the states.
        bias: (3 * width,), of the states.

    Returns:
        (n, width), the states after.
    """
    width = hidden.shape[-1]
    sums = product(hidden, matrix, bias)
    gates = sums[:, : 2 * width].add_(inputs[:, : 2 * width]).sigmoid_()
    new = sums[:, 2 * width :].mul_(gates[:, :width]).add_(inputs[:, 2 * width :]).tanh_()
    return torch.lerp(new, hidden, gates[:, width:])


def _pack(matrix: Tensor) -> Tensor:
    with torch.inference_mode(False), torch.no_grad():
        return torch.ops.mkldnn._reorder_linear_weight(matrix.detach().contiguous(), _EXPECTED_ROWS)


@lru_cache(maxsize=1)
def _has_layout() -> bool:
    """Return whether oneDNN's products can be used; torch does not promise to keep them, so they are tried."""
    if platform.machine().lower() not in ("x86_64", "amd64") or not torch.backends.mkldnn.is_available():
        return False
    random = torch.Generator().manual_seed(0)
    matrix, bias, x = (torch.randn(*shape, generator=random) for shape in ((48, 64), (48,), (3, 64)))
    try:
        packed = _pack(matrix)
        near = (product(x, packed, bias) - F.linear(x, matrix, bias)).abs().max() < _TRIED
        return packed.is_mkldnn and bool(near) and torch.equal(plain_matrix(packed), matrix)
    except (AttributeError, RuntimeError, TypeError):  # another version of torch
        return False
