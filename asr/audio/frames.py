"""Decoded frames of FFmpeg as float32 samples."""

from typing import Any

import av
import numpy as np

# The samples that PyAV can hand over. It looks for planes until it finds none, in an array of 8 without an end mark:
# from 8 planes on it reads past the array, and the process crashes. So FFmpeg interleaves such sound first.
_PACKED = {"u8": "u8", "s16": "s16", "s32": "s32", "flt": "flt", "dbl": "dbl", "s64": "dbl"}
_MAX_PLANES = 7


class FrameReader:
    """Turns decoded frames, of any sample format and any number of channels, into float32 samples."""

    def __init__(self) -> None:
        self._interleaver: Any = None
        self._made_for: tuple[Any, ...] = ()

    def convert(self, frame: Any) -> np.ndarray:
        """Convert a frame to (channels, n) float32 in -1..1.

        Raises:
            ValueError, av.FFmpegError: The frame has a channel layout or a sample format that FFmpeg cannot convert.
        """
        return _samples(self._readable(frame))

    def _readable(self, frame: Any) -> Any:
        """Return the frame, or its samples interleaved where PyAV cannot read the planes."""
        kind = frame.format.name.removesuffix("p")
        packed = _PACKED.get(kind)
        if packed is None:
            raise ValueError(f"unknown sample format {frame.format.name}")
        if packed == kind and not (frame.format.is_planar and frame.layout.nb_channels > _MAX_PLANES):
            return frame
        made_for = (frame.format.name, frame.layout.name, frame.sample_rate)
        if self._made_for != made_for:
            self._interleaver = av.AudioResampler(packed, frame.layout, frame.sample_rate)
            self._made_for = made_for
        (frame,) = self._interleaver.resample(frame)  # one in, one out: neither rate nor number of samples changes
        return frame


def _samples(frame: Any) -> np.ndarray:
    samples = frame.to_ndarray()  # (channels, n) planar, or (1, n * channels) packed
    if not frame.format.is_planar:
        samples = samples.reshape(-1, frame.layout.nb_channels).T
    if samples.dtype == np.uint8:
        samples = (samples.astype(np.float32) - 128) / 128
    elif samples.dtype.kind == "i":
        samples = samples.astype(np.float32) / -float(np.iinfo(samples.dtype).min)
    return np.ascontiguousarray(samples, dtype=np.float32)
