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
    if encoding not in ENCODINGS:
        raise AudioError("unknown-encoding", encoding=encoding, known=", ".join(ENCODINGS))
    return _chunks(stream, Resampler(rate, target), rate, ENCODINGS[encoding])


def _chunks(stream: Any, resampler: Resampler, rate: float, dtype: np.dtype) -> Iterator[np.ndarray]:
    read: Callable[[int], bytes] = getattr(stream, "read1", stream.read)  # read1 returns what is there
    rest, count = b"", 0  # bytes of a sample cut in two; valid samples so far
    error: AudioError | None = None
    while not error and (data := read(_READ_BYTES)):
        data = rest + data
        whole = len(data) - len(data) % dtype.itemsize
        rest = data[whole:]
        samples = np.frombuffer(data[:whole], dtype)
        samples = samples / np.float32(32768) if dtype.kind == "i" else samples.astype(np.float32)
        valid = count_valid(samples)
        count += valid
        yield from nonempty(resampler.feed(samples[:valid]))
        if valid < len(samples):
            error = AudioError("bad-pipe-sample", found=INVALID_SAMPLE, seconds=count / rate)
    yield from nonempty(resampler.flush())
    if rest and not error:
        error = AudioError("half-sample", rest=len(rest), size=dtype.itemsize)
    if error:
        raise error
