"""Adam (Kingma & Ba 2015) for a few tensors, with the bits of `torch.optim.Adam`.

PyTorch's own brings its compiler when it is made: seconds of loading, and libraries that the standalone program lacks.
"""

from collections.abc import Iterable

import torch
from torch import Tensor

EPSILON = 1e-8


class Adam:
    """Changes tensors by their gradients. One thread.

    Args:
        tensors: That have gradients when `step` is called; changed in place.
        betas: The share of the mean of gradients, and of that of their squares, that a step keeps.
    """

    def __init__(self, tensors: Iterable[Tensor], betas: tuple[float, float]) -> None:
        self._tensors, self._betas, self._steps = list(tensors), betas, 0
        self._means = [torch.zeros_like(tensor, requires_grad=False) for tensor in self._tensors]
        self._squares = [torch.zeros_like(tensor, requires_grad=False) for tensor in self._tensors]

    def forget_gradients(self) -> None:
        """Begin the next sum of gradients at zero."""
        for tensor in self._tensors:
            tensor.grad = None

    @torch.no_grad()
    def step(self, rate: float) -> None:
        """Change each tensor by `rate` at most, or a little more; one without a gradient stays as it is."""
        self._steps += 1
        first, second = self._betas
        size, scale = rate / (1 - first**self._steps), (1 - second**self._steps) ** 0.5
        for tensor, mean, square in zip(self._tensors, self._means, self._squares, strict=True):
            if tensor.grad is None:
                continue
            mean.lerp_(tensor.grad, 1 - first)
            square.mul_(second).addcmul_(tensor.grad, tensor.grad, value=1 - second)
            tensor.addcdiv_(mean, (square.sqrt() / scale).add_(EPSILON), value=-size)
