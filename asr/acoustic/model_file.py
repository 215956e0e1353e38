"""The file of an acoustic model: weights as safetensors, configuration and name as metadata."""

import json
import math
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from asr.acoustic.config import Config
from asr.acoustic.network import AcousticModel, weight_shapes, weights, without_weights
from asr.acoustic.packing import put, takes_packed
from asr.errors import ModelError
from asr.limits import LIMITS
from asr.matrix_products import PackedMatrix, has_product
from asr.quantization import STEP, check_values, dequantize, quantize, wanted
from asr.tensor_file import TensorFile, Wanted, plain

FORMAT = "echoic acoustic model 3"
BANK = "bank"  # the mel filters: never rounded, or frames would differ from those of training


def save(path: Path, model: AcousticModel, name: str, small: bool = False) -> None:
    """Write a model without the parts that only training needs; the mel bank is written as float32.

    Args:
        path: The file to write.
        model: The model, with its mel bank.
        name: Name of the model, for people.
        small: Write matrices as int8, half the size of float16.

    Raises:
        ValueError: The model has no mel bank; `asr.training.acoustic.mel_bank` makes it.
    """
    if not model.bank.any():
        raise ValueError("a model file needs the mel bank of its frames")
    stored = {key: value.cpu().to(torch.float16).contiguous() for key, value in weights(model).items()}
    if small:
        stored = quantize(stored)
    stored[BANK] = model.bank.detach().cpu().float().contiguous()
    metadata = {"format": FORMAT, "name": name, "config": json.dumps(model.config.to_dict())}
    save_file(stored, path, metadata=metadata)


def load(path: Path, packed: bool = False) -> tuple[AcousticModel, str]:
    """Load a model, ready to run, and its name.

    The terms are checked first, then the shapes and types of the tensors, then their values; what is built is as large
    as the file says, and no sound makes a NaN of it.

    Args:
        path: The file.
        packed: Keep matrices that are int8 packed (`asr.acoustic.packing`); as float32 they would take four times the
            memory for a moment.

    Raises:
        ModelError: The file is missing, damaged, of another format or version, contradicts itself, or asks for more
            than asr.limits allows.
    """
    file = TensorFile.open(path)
    found = file.metadata.get("format")
    if found != FORMAT:
        raise ModelError("other-format", path=path, expected=FORMAT, found=found and plain(found))
    name = file.metadata.get("name", path.stem)
    if name != plain(name):
        raise file.contradiction("its name is too long or not printable")
    try:
        config = Config.from_dict(json.loads(file.metadata.get("config", "")))
        shapes = weight_shapes(config)
    except (ValueError, RecursionError) as error:  # bad JSON, an unknown cell
        raise file.contradiction(str(error)) from error
    bank = Wanted(("F32",), (config.fft // 2 + 1, config.mels))
    file.expect(wanted(file, shapes) | {BANK: bank})
    stored = file.torch()
    check_values(file, stored)
    mel_bank = stored.pop(BANK)
    file.check({"its mel bank is empty or negative": lambda: bool(mel_bank.any()) and bool((mel_bank >= 0).all())})
    with without_weights():
        model = AcousticModel(config)
    matrices = _packed_matrices(model, stored) if packed else {}
    weights = dequantize(stored)
    early = {key: matrix.plain() for key, matrix in matrices.items() if "convolutions." in key}
    highest = LIMITS["activation"][1]
    file.check({"its weights are too large": lambda: largest_activation(config, weights | early) < highest})
    model.bank.copy_(mel_bank)
    model.load_state_dict(weights, strict=False, assign=True)  # no second copy of the weights
    for key, matrix in matrices.items():
        module, _, name = key.rpartition(".")
        put(model.get_submodule(module), name, matrix)
    drop_training_parts(model)
    return model.eval().requires_grad_(False), name


def _packed_matrices(model: AcousticModel, stored: dict[str, Tensor]) -> dict[str, PackedMatrix]:
    """Take out of stored tensors those that may be packed in the model, with their steps."""
    names = [key for key, value in stored.items() if value.dtype == torch.int8] if has_product() else []
    names = [key for key in names if takes_packed(model.get_submodule(key.rpartition(".")[0]))]
    return {key: PackedMatrix(stored.pop(key).flatten(1), stored.pop(key + STEP)) for key in names}


def drop_training_parts(model: AcousticModel) -> None:
    """Remove from a network, and from all of an ensemble, what no model file holds."""
    for network in (model, *model.others):
        del network.middle


def largest_activation(config: Config, weights: dict[str, Tensor]) -> float:
    """Return a bound of all values before the first normalisation of a model, for any sound.

    Behind it, values are bounded by the limits of asr.limits alone: recurrent cells give -1..1, and what is normalised
    is at most the square root of the width.
    """
    others = [f"others.{i}." for i in range(config.members - 1)]
    return max(_largest_activation(config, weights, prefix) for prefix in ("", *others))


def _largest_activation(config: Config, weights: dict[str, Tensor], prefix: str) -> float:
    """Return that bound of one network of an ensemble, whose weights have names with this prefix."""

    def peak(name: str) -> float:
        return float(weights[prefix + name].abs().max())

    loudest = max(-math.log(config.floor), math.log(torch.finfo(torch.float32).max))  # of log energies
    value = peak("scale") * (loudest + peak("mean"))
    for i in range(len(config.kernels)):
        inputs = weights[f"{prefix}convolutions.{i}.weight"][0].numel()
        value = inputs * peak(f"convolutions.{i}.weight") * value + peak(f"convolutions.{i}.bias")
    return value + config.layers
