"""Raw samples from a pipe to mono float32 chunks at one rate."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from asr.audio.resampler import Resampler
from asr.audio.samples import NOT_A_SAMPLE, good_samples, nonempty
from asr.errors import AudioError

ENCODINGS: dict[str, np.dtype] = {"s16le": np.dtype("<i2"), "f32le": np.dtype("<f4")}
_READ_BYTES = 1 << 16  # asked of a pipe at a time; whatever lies ready is passed on at once


def read_pcm(stream: Any, rate: float, encoding: str, target: int) -> Iterator[np.ndarray]:
    """Raw mono samples from a binary stream as chunks (n,) float32 at `target` Hz, each as soon as it comes.

    `encoding` is a key of ENCODINGS. A sample may be cut in two by a read. Raises AudioError at once for an
    impossible rate or encoding, and after yielding all good sound for NaN or for half a sample at the end.
    """
    if encoding not in ENCODINGS:
        raise AudioError("unknown-encoding", encoding=encoding, known=", ".join(ENCODINGS))
    return _pcm(stream, Resampler(rate, target), rate, ENCODINGS[encoding])


def _pcm(stream: Any, resampler: Resampler, rate: float, kind: np.dtype) -> Iterator[np.ndarray]:
    read: Callable[[int], bytes] = getattr(stream, "read1", stream.read)  # read1 returns what is there
    rest, heard = b"", 0
    fault: AudioError | None = None
    while not fault and (data := read(_READ_BYTES)):
        data = rest + data
        whole = len(data) - len(data) % kind.itemsize
        rest = data[whole:]
        samples = np.frombuffer(data[:whole], kind)
        samples = samples / np.float32(32768) if kind.kind == "i" else samples.astype(np.float32)
        good = good_samples(samples)
        heard += good
        yield from nonempty(resampler.feed(samples[:good]))
        if good < len(samples):
            fault = AudioError("bad-pipe-sample", found=NOT_A_SAMPLE, seconds=heard / rate)
    yield from nonempty(resampler.flush())
    if rest and not fault:
        fault = AudioError("half-sample", rest=len(rest), size=kind.itemsize)
    if fault:
        raise fault
