"""The mel filter bank that a model is trained with and that its file contains: made by torchaudio, once."""

from typing import Any

from torch import Tensor

from asr.acoustic.config import Config


def functional() -> Any:
    """Return torchaudio.functional. It is imported here, so that the rest of training runs without torchaudio.

    Raises:
        SystemExit: torchaudio is missing or does not load; the message explains how to install it.
    """
    try:
        from torchaudio import functional
    except (ImportError, OSError) as error:  # OSError: one of its libraries does not load
        raise SystemExit(
            f"This needs torchaudio, which does not load here ({error}). Install what training needs: "
            "pip install -e '.[train]'. Its packages need PyTorch's CUDA build, whether there is a GPU or not."
        ) from error
    return functional


def mel_bank(config: Config) -> Tensor:
    """Return the triangular HTK mel filters (Davis & Mermelstein 1980), (fft // 2 + 1, mels) float32."""
    bank: Tensor = functional().melscale_fbanks(config.fft // 2 + 1, config.low, config.high, config.mels, config.rate)
    return bank
