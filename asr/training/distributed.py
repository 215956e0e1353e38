"""Data-parallel training: this process's place among those that train one model together."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor, distributed, nn


@dataclass(frozen=True)
class ProcessGroup:
    """The place of this process among those that torchrun started; a group of one without torchrun."""

    rank: int
    world: int
    device: torch.device

    @classmethod
    def join(cls) -> "ProcessGroup":
        """Initialise torch.distributed from the environment that torchrun sets, and choose this process's device."""
        gpu = torch.cuda.is_available()
        local = int(os.environ.get("LOCAL_RANK", 0))
        if "WORLD_SIZE" in os.environ:
            distributed.init_process_group("nccl" if gpu else "gloo")
        if gpu:
            torch.cuda.set_device(local)
        world = int(os.environ.get("WORLD_SIZE", 1))
        return cls(int(os.environ.get("RANK", 0)), world, torch.device("cuda", local) if gpu else torch.device("cpu"))

    @contextmanager
    def first_process_first(self) -> Iterator[None]:
        """Run the block in the first process before the others, which then find the files that it wrote."""
        if self.rank > 0:
            distributed.barrier()
        yield
        if self.world > 1 and self.rank == 0:
            distributed.barrier()

    def broadcast(self, value: float) -> float:
        """Return the value of the first process.

        Applied to the elapsed seconds, it gives all processes the same learning rate and the same last update.
        """
        if self.world == 1:
            return value
        shared = torch.tensor([value], dtype=torch.float64, device=self.device)
        distributed.broadcast(shared, 0)
        return float(shared)


def keep_float32(layer: nn.Module) -> None:
    """Make a recurrent layer compute in float32 under autocast.

    cuDNN's recurrent layers would take float16 there, in which many gradients underflow to 0.
    """
    forward = layer.forward

    def forward_in_float32(x: Tensor, before: Tensor | tuple[Tensor, Tensor] | None = None):
        with torch.autocast(x.device.type, enabled=False):
            return forward(x.float(), before)

    layer.forward = forward_in_float32
