"""The file of an acoustic model: weights as safetensors, configuration and name as metadata."""

import json
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from asr.acoustic.config import Config
from asr.acoustic.network import AcousticModel
from asr.errors import ModelError
from asr.quantization import dequantize, quantize

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
    weights = {
        key: value.detach().cpu().to(torch.float16).contiguous()
        for key, value in model.state_dict().items()
        if not key.startswith("middle.")
    }
    if small:
        weights = quantize(weights)
    weights[BANK] = model.bank.detach().cpu().float().contiguous()
    metadata = {"format": FORMAT, "name": name, "config": json.dumps(model.config.to_dict())}
    save_file(weights, path, metadata=metadata)


def load(path: Path) -> tuple[AcousticModel, str]:
    """Load a model, ready to run in float32, and its name.

    Raises:
        ModelError: The file is missing, damaged, of another format or version, or contradicts itself.
    """
    if not path.is_file():
        raise ModelError("missing", path=path)
    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            stored = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
    except (SafetensorError, OSError) as error:
        raise ModelError("damaged", path=path, reason=error) from error
    if metadata.get("format") != FORMAT:
        raise ModelError("other-format", path=path, expected=FORMAT, found=metadata.get("format"))
    try:
        config = Config.from_dict(json.loads(metadata.get("config", "")))
        model = AcousticModel(config)
        bank = stored.pop(BANK)
        if bank.shape != model.bank.shape or bank.dtype != torch.float32 or not bank.any() or not (bank >= 0).all():
            raise ValueError("its mel bank does not fit its fft and mels")
        model.bank.copy_(bank)
        keys = model.load_state_dict(dequantize(stored), strict=False)
    except (ValueError, TypeError, KeyError, RuntimeError) as error:  # bad JSON, an unknown cell, other shapes
        raise ModelError("contradiction", path=path, reason=error) from error
    missing = [key for key in keys.missing_keys if not key.startswith("middle.")]
    if different := missing + list(keys.unexpected_keys):
        raise ModelError("other-weights", path=path, name=different[0])
    del model.middle
    return model.eval().requires_grad_(False), metadata.get("name", path.stem)
