"""A resampler as a stream: the filter is carried from block to block, so block edges cannot be heard."""

import numpy as np
import soxr

from asr.errors import AudioError

RATES = (1_000, 768_000)  # Hz: a rate outside of this is a typing error


class Resampler:
    """One stream of mono sound from `source` Hz to `target` Hz; the filter lives as long as the stream."""

    def __init__(self, source: float, target: float) -> None:
        for rate in (source, target):
            if not RATES[0] <= rate <= RATES[1]:
                raise AudioError("impossible-rate", rate=rate, lowest=RATES[0], highest=RATES[1])
        self._stream = None if source == target else soxr.ResampleStream(source, target, 1, quality="HQ")
        self._ended = False

    def feed(self, samples: np.ndarray) -> np.ndarray:
        """(n,) float32 at the source rate -> (m,) float32 at the target rate; m may be 0 at first."""
        return self._step(samples, last=False)

    def flush(self) -> np.ndarray:
        """The (m,) float32 samples that were still in the filter; nothing may be fed afterwards."""
        return self._step(np.zeros(0, np.float32), last=True)

    def _step(self, samples: np.ndarray, last: bool) -> np.ndarray:
        if self._ended:
            raise ValueError("this resampler was flushed; a new stream needs a new one")
        self._ended = last
        return samples if self._stream is None else self._stream.resample_chunk(samples, last)
