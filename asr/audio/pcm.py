"""Raw samples from a pipe as mono float32 chunks at one rate."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from asr.audio.resampler import Resampler
from asr.audio.samples import INVALID_SAMPLE, count_valid, nonempty
from asr.errors import AudioError

ENCODINGS: dict[str, np.dtype] = {"s16le": np.dtype("<i2"), "f32le": np.dtype("<f4")}
_READ_BYTES = 1 << 16  # at most per read; a read returns what is there without waiting for more


def read_pcm(stream: Any, rate: float, encoding: str, target: int) -> Iterator[np.ndarray]:
    """Read raw mono samples as (n,) float32 chunks at `target` Hz, each as soon as it arrives.

    Args:
        stream: A binary file or pipe. A read may cut a sample in two.
        rate: Sample rate of the stream in Hz.
        encoding: A key of ENCODINGS.
        target: Sample rate of the chunks in Hz.

    Raises:
        AudioError: At once for an impossible rate or an unknown encoding. For an invalid sample, or half a sample at
            the end, after all valid sound was yielded.
    """
    return _chunks(stream, PcmStream(rate, encoding, target))


def _chunks(stream: Any, pcm: "PcmStream") -> Iterator[np.ndarray]:
    read: Callable[[int], bytes] = getattr(stream, "read1", stream.read)  # read1 returns what is there
    while not pcm.error and (data := read(_READ_BYTES)):
        yield from nonempty(pcm.push(data))
    yield from nonempty(pcm.finish())
    if pcm.error:
        raise pcm.error


class PcmStream:
    """Raw samples of one stream, decoded as their bytes arrive. It carries half samples and the resampler's filter.

    Args:
        rate: Sample rate of the bytes in Hz.
        encoding: A key of ENCODINGS.
        target: Sample rate of what is returned, in Hz.
        channels: Samples of each time, interleaved; their mean is taken.

    Attributes:
        error: What is wrong with the stream, once it is known. No sound after that is taken.

    Raises:
        AudioError: The rate is impossible or the encoding unknown.
    """

    def __init__(self, rate: float, encoding: str, target: int, channels: int = 1) -> None:
        if encoding not in ENCODINGS:
            raise AudioError("unknown-encoding", encoding=encoding, known=", ".join(ENCODINGS))
        self.error: AudioError | None = None
        self._dtype, self._channels, self._rate = ENCODINGS[encoding], channels, rate
        self._resampler = Resampler(rate, target)
        self._rest = b""  # bytes of a sample cut in two
        self._count = 0  # valid samples so far

    def push(self, data: bytes) -> np.ndarray:
        """Return the (n,) float32 samples that the bytes complete; a read may cut a sample in two."""
        if self.error:
            return np.zeros(0, np.float32)
        data = self._rest + data
        whole = len(data) - len(data) % (self._dtype.itemsize * self._channels)
        self._rest = data[whole:]
        samples = np.frombuffer(data[:whole], self._dtype)
        samples = samples / np.float32(32768) if self._dtype.kind == "i" else samples.astype(np.float32)
        if self._channels > 1:
            samples = samples.reshape(-1, self._channels).mean(axis=1, dtype=np.float32)
        valid = count_valid(samples)
        self._count += valid
        if valid < len(samples):
            self.error = AudioError("bad-pipe-sample", found=INVALID_SAMPLE, seconds=self._count / self._rate)
        return self._resampler.feed(samples[:valid])

    def finish(self) -> np.ndarray:
        """End the stream and return the (n,) float32 samples that were still in the filter."""
        if self._rest and not self.error:
            size = self._dtype.itemsize * self._channels
            self.error = AudioError("half-sample", rest=len(self._rest), size=size)
        return self._resampler.flush()
