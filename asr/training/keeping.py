"""A training that is stopped goes on: its weights, its optimiser and how far it is, in one file."""

from pathlib import Path
from typing import Any, TypeVar

import torch
from torch import nn

Progress = TypeVar("Progress")  # a dataclass of plain numbers


def save(path: Path, model: nn.Module, optimiser: torch.optim.Optimizer, at: Any, **more: Any) -> None:
    """Write a checkpoint with the fields of the dataclass `at`, whole or not at all."""
    part = path.with_suffix(".part")
    torch.save({"model": model.state_dict(), "optimiser": optimiser.state_dict(), **more, **vars(at)}, part)
    part.replace(path)


def resume(path: Path, model: nn.Module, optimiser: torch.optim.Optimizer, at: Progress) -> Progress:
    """Load the checkpoint, if there is one, and say how far it is; else `at`, the beginning."""
    if not path.exists():
        return at
    kept = torch.load(path, weights_only=True, map_location="cpu")
    model.load_state_dict(kept["model"])
    optimiser.load_state_dict(kept["optimiser"])
    return type(at)(**{name: kept[name] for name in vars(at)})
