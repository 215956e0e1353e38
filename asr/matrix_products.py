"""Products of rows by matrices of weights in int8: a quarter of the memory, and the same bits beside any other rows.

A network that computes one step of one stream waits for its weights, most of the time. Model files have matrices as
int8 with a step for each output channel (`asr.quantization`), so they stay that: torch has a product of rows in
bfloat16 by a matrix in int8 that is two to four times as fast as one of float32 where rows are few. Rows and sums are
rounded to bfloat16, three digits; sums are made in float32, in one order for any number of rows. So streams can share a
call of a network (`asr.batching`), and nobody can tell from the words. Elsewhere than on x86 with AVX2, and for
matrices that are no int8 in their file, they stay float32: the words are as good, but streams share no call.
"""

from functools import lru_cache

import torch
from torch import Tensor
from torch.nn import functional as F

from asr.quantization import dequantized_rows, quantized_rows

_INPUTS, _OUTPUTS = 64, 16  # torch's product reads beyond the end of a matrix whose sizes are no multiples of these
_TRIED = 0.01  # largest error of a product that is tried, relative to the norm of all


class PackedMatrix:
    """A matrix of weights as int8, (outputs, inputs), with the step of each output channel. It is never written into.

    Args:
        integers: (outputs, inputs) int8.
        step: (outputs,) float32, the weight that the integer 1 stands for.
    """

    def __init__(self, integers: Tensor, step: Tensor):
        self.shape = integers.shape
        outputs, inputs = integers.shape
        self._padding, self._padded = -inputs % _INPUTS, outputs % _OUTPUTS > 0
        self._integers = F.pad(integers, (0, self._padding, 0, -outputs % _OUTPUTS)).contiguous()
        self._step = step
        # Steps in bfloat16, which the product would take, are up to 0.4 % wrong for a whole channel.
        self._ones = torch.ones(len(self._integers), dtype=torch.bfloat16)

    def product(self, x: Tensor, bias: Tensor) -> Tensor:
        """Return x W^T + b: (n, inputs) float32 -> (n, outputs) float32."""
        rows = F.pad(x, (0, self._padding)) if self._padding else x
        sums = torch._weight_int8pack_mm(rows.bfloat16().contiguous(), self._integers, self._ones)
        return torch.addcmul(bias, sums[:, : self.shape[0]] if self._padded else sums, self._step)

    def plain(self) -> Tensor:
        """Return a copy as (outputs, inputs) float32."""
        outputs, inputs = self.shape
        return dequantized_rows(self._integers[:outputs, :inputs], self._step)


def packed_matrix(matrix: Tensor) -> Tensor | PackedMatrix:
    """Return a float32 matrix (outputs, inputs) packed, with the same numbers; or as it is, if that cannot be."""
    if matrix.dtype != torch.float32 or matrix.device.type != "cpu" or not has_product():
        return matrix
    found = quantized_rows(matrix.detach())
    return matrix if found is None else PackedMatrix(*found)


def plain_matrix(matrix: Tensor | PackedMatrix) -> Tensor:
    """Return the numbers that `packed_matrix` was given: a copy if it has packed them."""
    return matrix.plain() if isinstance(matrix, PackedMatrix) else matrix


def product(x: Tensor, matrix: Tensor | PackedMatrix, bias: Tensor) -> Tensor:
    """Return x W^T + b: (..., inputs) -> (..., outputs).

    Args:
        x: float32 rows.
        matrix: (outputs, inputs), packed or not. A packed one has no gradient.
        bias: (outputs,).
    """
    if not isinstance(matrix, PackedMatrix):
        return F.linear(x, matrix, bias)
    if x.dim() == 2:
        return matrix.product(x, bias)
    return matrix.product(x.flatten(0, -2), bias).unflatten(0, x.shape[:-1])


def gru_step(inputs: Tensor, hidden: Tensor, matrix: Tensor | PackedMatrix, bias: Tensor) -> Tensor:
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


@lru_cache(maxsize=1)
def has_product() -> bool:
    """Return whether torch's product by int8 can be used; torch does not promise to keep it, so it is tried."""
    if torch.backends.cpu.get_cpu_capability() not in ("AVX2", "AVX512"):  # it is very slow elsewhere
        return False
    random = torch.Generator().manual_seed(0)
    x, bias = torch.randn(5, 100, generator=random), torch.randn(30, generator=random)
    matrix = PackedMatrix(
        torch.randint(-127, 128, (30, 100), generator=random, dtype=torch.int8), torch.rand(30, generator=random)
    )
    try:
        expected = F.linear(x, matrix.plain(), bias)
        return bool((matrix.product(x, bias) - expected).norm() < _TRIED * expected.norm())
    except (AttributeError, RuntimeError, TypeError):  # another version of torch
        return False
