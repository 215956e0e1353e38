"""A training that is stopped goes on: its weights, its optimiser and how far it is, in one file."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from asr.acoustic import model_file

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


def agree(checkpoint: Path, lexicon: str) -> None:
    """Refuse a checkpoint, if there is one, that learnt the words of another lexicon: its ids mean other words."""
    if checkpoint.exists():
        learnt = read(checkpoint).get("lexicon", lexicon)
        if learnt != lexicon:
            raise SystemExit(f"{checkpoint} learnt the words of another lexicon; train into another folder.")


def read(path: Path) -> dict[str, Any]:
    """What a checkpoint holds; or of a model file, its weights ("model", without the middle scores) and "config"."""
    if path.suffix == ".safetensors":
        model, _ = model_file.load(path)
        return {"model": model.state_dict(), "config": model.config.to_dict()}
    return torch.load(path, weights_only=True, map_location="cpu")  # type: ignore[no-any-return]


def mean(checkpoints: Sequence[dict[str, Any]]) -> dict[str, Tensor]:
    """The mean of the weights of checkpoints of one network (see asr.training.acoustic.export).

    Raises:
        ValueError: the checkpoints are of several networks.
    """
    first, *others = checkpoints
    if any(other["config"] != first["config"] for other in others):
        raise ValueError("Checkpoints of networks with different terms have no mean; give those of one network")
    return averaged([c["model"] for c in checkpoints])


def averaged(weights: Sequence[dict[str, Tensor]]) -> dict[str, Tensor]:
    """The mean of the weights of networks of one size; of those that all of them have (model files lack some)."""
    common = [key for key in weights[0] if all(key in each for each in weights)]
    return {key: torch.stack([each[key] for each in weights]).mean(0) for key in common}
