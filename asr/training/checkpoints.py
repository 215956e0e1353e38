"""Checkpoint files: weights, optimiser state and progress of a training in one file, written atomically."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from asr.acoustic import model_file

FILE_NAME = "checkpoint.pt"
ProgressT = TypeVar("ProgressT")  # a dataclass of plain numbers
_MEMBER = re.compile(r"(others\.\d+\.)?(.*)")  # the network of an ensemble that a weight is of, and its name there
_RENAMED = {"heard": "hours"}  # progress fields of checkpoints that version 0.2 wrote


def save(path: Path, model: nn.Module, optimiser: torch.optim.Optimizer, progress: Any, **more: Any) -> None:
    """Write a checkpoint. The file is replaced as a whole, so a crash leaves the previous one intact.

    Args:
        progress: A dataclass; each field becomes an entry of the checkpoint.
        more: Further entries, for example the configuration of the network.
    """
    part = path.with_suffix(".part")
    torch.save({"model": model.state_dict(), "optimiser": optimiser.state_dict(), **more, **vars(progress)}, part)
    part.replace(path)


def resume(path: Path, model: nn.Module, optimiser: torch.optim.Optimizer, progress: ProgressT) -> ProgressT:
    """Load a checkpoint into `model` and `optimiser` and return its progress; without a file, return `progress`."""
    if not path.exists():
        return progress
    checkpoint = read(path)
    model.load_state_dict(checkpoint["model"])
    optimiser.load_state_dict(checkpoint["optimiser"])
    return type(progress)(**{name: checkpoint[name] for name in vars(progress)})


def check_lexicon(path: Path, lexicon: str) -> None:
    """Refuse an existing checkpoint that was trained with another lexicon, since its word ids mean other words.

    Args:
        path: The checkpoint, which need not exist.
        lexicon: Digest of the words that the training is about to use (`asr.language.lexicon.digest`).

    Raises:
        SystemExit: The digests differ.
    """
    if path.exists() and read(path).get("lexicon", lexicon) != lexicon:
        raise SystemExit(f"{path} was trained with another lexicon; train into another folder.")


def read(path: Path) -> dict[str, Any]:
    """Return the entries of a checkpoint; of a model file (*.safetensors), "model" and "config".

    A model file has no weights of the auxiliary output in the middle of the network.
    """
    if path.suffix == ".safetensors":
        model, _ = model_file.load(path)
        return {"model": model.state_dict(), "config": model.config.to_dict()}
    checkpoint = torch.load(path, weights_only=True, map_location="cpu")
    return {_RENAMED.get(name, name): value for name, value in checkpoint.items()}


def mean(checkpoints: Sequence[dict[str, Any]]) -> dict[str, Tensor]:
    """Return the mean weights of checkpoints of one network (see asr.training.acoustic.export).

    An ensemble counts as the networks that it is made of.

    Raises:
        ValueError: The checkpoints have different configurations.
    """
    first, *others = ({**checkpoint["config"], "members": 1} for checkpoint in checkpoints)
    if any(other != first for other in others):
        raise ValueError("Checkpoints of networks with different terms have no mean; give those of one network")
    return average([network for checkpoint in checkpoints for network in _networks(checkpoint["model"])])


def _networks(weights: dict[str, Tensor]) -> list[dict[str, Tensor]]:
    """Return the weights of each network of an acoustic model, which is one or an ensemble."""
    networks: dict[str, dict[str, Tensor]] = {}
    for key, value in weights.items():
        prefix, name = _MEMBER.match(key).groups()  # type: ignore[union-attr]  # everything matches
        networks.setdefault(prefix, {})[name] = value
    return list(networks.values())


def average(weights: Sequence[dict[str, Tensor]]) -> dict[str, Tensor]:
    """Return the mean of the weights of networks of one size; model files lack some, which are left out."""
    common = [key for key in weights[0] if all(key in each for each in weights)]
    return {key: torch.stack([each[key] for each in weights]).mean(0) for key in common}
