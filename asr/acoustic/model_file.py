"""One model file that states its own terms: weights as safetensors, terms and name as its metadata."""

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
BANK = "bank"  # the mel filters: never rounded, or frames would differ from those of the training


def save(path: Path, model: AcousticModel, name: str, small: bool = False) -> None:
    """Write the weights in half precision, or with `small` all matrices in a byte a weight (half the size), less what
    only training needs; and the mel bank in float32.

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
    terms = {"format": FORMAT, "name": name, "config": json.dumps(model.config.to_dict())}
    save_file(weights, path, metadata=terms)


def load(path: Path) -> tuple[AcousticModel, str]:
    """The model, ready to run in float32, and its name. ModelError says what is wrong with the file."""
    if not path.is_file():
        raise ModelError("missing", path=path)
    try:
        with safe_open(path, framework="pt") as file:
            terms = file.metadata() or {}
            stored = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
    except (SafetensorError, OSError) as error:
        raise ModelError("damaged", path=path, reason=error) from error
    if terms.get("format") != FORMAT:
        raise ModelError("other-format", path=path, expected=FORMAT, found=terms.get("format"))
    try:
        config = Config.from_dict(json.loads(terms.get("config", "")))
        model = AcousticModel(config)
        bank = stored.pop(BANK)
        if bank.shape != model.bank.shape or bank.dtype != torch.float32 or not bank.any() or not (bank >= 0).all():
            raise ValueError("its mel bank does not fit its fft and mels")
        model.bank.copy_(bank)
        keys = model.load_state_dict(dequantize(stored), strict=False)
    except (ValueError, TypeError, KeyError, RuntimeError) as error:  # no JSON, no such cell, other shapes
        raise ModelError("contradiction", path=path, reason=error) from error
    absent = [key for key in keys.missing_keys if not key.startswith("middle.")]
    if odd := absent + list(keys.unexpected_keys):
        raise ModelError("other-weights", path=path, name=odd[0])
    del model.middle
    return model.eval().requires_grad_(False), terms.get("name", path.stem)
