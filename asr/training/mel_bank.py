"""The mel filter bank that a model is trained with and that its file carries: torchaudio's, made once."""

from torch import Tensor

from asr.config import Config


def mel_bank(config: Config) -> Tensor:
    """Return the triangular HTK mel filters (Davis & Mermelstein 1980), (fft // 2 + 1, mels) float32."""
    from torchaudio.functional import melscale_fbanks  # here, so that what needs no frames runs without torchaudio

    return melscale_fbanks(config.fft // 2 + 1, config.low, config.high, config.mels, config.rate)
