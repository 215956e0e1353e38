"""Where a process stands among those that train one model together."""

import os
from dataclasses import dataclass

import torch
from torch import Tensor, distributed, nn


@dataclass(frozen=True)
class ProcessGroup:
    """This process among those that train together, as torchrun tells it; alone without."""

    rank: int
    world: int
    device: torch.device

    @classmethod
    def join(cls) -> "ProcessGroup":
        gpu = torch.cuda.is_available()
        local = int(os.environ.get("LOCAL_RANK", 0))
        if "WORLD_SIZE" in os.environ:
            distributed.init_process_group("nccl" if gpu else "gloo")
        if gpu:
            torch.cuda.set_device(local)
        world = int(os.environ.get("WORLD_SIZE", 1))
        return cls(int(os.environ.get("RANK", 0)), world, torch.device("cuda", local) if gpu else torch.device("cpu"))

    def agree(self, seconds: float) -> float:
        """The first process's clock, so that all take the same learning rate and stop together."""
        if self.world == 1:
            return seconds
        told = torch.tensor([seconds], dtype=torch.float64, device=self.device)
        distributed.broadcast(told, 0)
        return float(told)


def unreduced(layer: nn.Module) -> None:
    """Let a recurrent layer compute in float32 whatever autocast says: cuDNN's takes float16 under it, to which many a
    gradient is 0."""
    forward = layer.forward

    def whole(x: Tensor, before: Tensor | tuple[Tensor, Tensor] | None = None):
        with torch.autocast(x.device.type, enabled=False):
            return forward(x.float(), before)

    layer.forward = whole
