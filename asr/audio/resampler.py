"""A streaming resampler: it carries its filter from block to block, so cutting a stream changes no sample."""

import numpy as np
import soxr

from asr.errors import AudioError

RATES = (1_000, 768_000)  # Hz, lowest and highest: a rate outside is a typing error


class Resampler:
    """Resamples one stream of mono sound.

    Args:
        source: Sample rate in Hz of the input.
        target: Sample rate in Hz of the output.

    Raises:
        AudioError: A rate is outside RATES.
    """

    def __init__(self, source: float, target: float) -> None:
        for rate in (source, target):
            if not RATES[0] <= rate <= RATES[1]:
                raise AudioError("impossible-rate", rate=rate, lowest=RATES[0], highest=RATES[1])
        self._stream = None if source == target else soxr.ResampleStream(source, target, 1, quality="HQ")
        self._ended = False

    def feed(self, samples: np.ndarray) -> np.ndarray:
        """Resample (n,) float32 at the source rate -> (m,) float32 at the target rate; m may be 0 at first.

        Raises:
            ValueError: The resampler was flushed.
        """
        return self._step(samples, last=False)

    def flush(self) -> np.ndarray:
        """End the stream and return the (m,) float32 samples that were still in the filter."""
        return self._step(np.zeros(0, np.float32), last=True)

    def _step(self, samples: np.ndarray, last: bool) -> np.ndarray:
        if self._ended:
            raise ValueError("this resampler was flushed; a new stream needs a new one")
        self._ended = last
        return samples if self._stream is None else self._stream.resample_chunk(samples, last)
