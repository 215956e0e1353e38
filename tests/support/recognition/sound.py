"""Generated sounds for tests, and media files of any kind with them."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.stream import Disposition


def tone(seconds: float, rate: int = 16_000, hertz: float = 440.0) -> np.ndarray:
    """Return a sine at half of full scale, (n,) float32 at `rate` Hz."""
    return (0.5 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)).astype(np.float32)


def chirp(seconds: float, rate: int = 16_000, low: float = 100.0, high: float = 6000.0) -> np.ndarray:
    """Return a sine whose frequency rises linearly from `low` to `high` Hz, (n,) float32 at `rate` Hz."""
    time = np.arange(round(seconds * rate)) / rate
    turns = low * time + (high - low) / (2 * seconds) * time**2
    return (0.5 * np.sin(2 * np.pi * turns)).astype(np.float32)


def noise(seconds: float, rate: int = 16_000, seed: int = 0, level: float = 0.1) -> np.ndarray:
    """Return white noise of standard deviation `level`, clipped at full scale, (n,) float32 at `rate` Hz."""
    samples = np.random.default_rng(seed).normal(0, level, round(seconds * rate))
    return np.clip(samples, -1, 1).astype(np.float32)


CODECS = {  # suffix -> encoder
    ".wav": "pcm_s16le",
    ".flac": "flac",
    ".mp3": "libmp3lame",
    ".m4a": "aac",
    ".mp4": "aac",
    ".mkv": "aac",
    ".ogg": "libopus",
}


def write(path: Path, samples: np.ndarray, rate: int = 16_000, codec: str | None = None) -> Path:
    """Write (n,) or (channels, n) float32 samples as a file of the kind that its suffix names."""
    codec = codec or CODECS[path.suffix]
    channels = np.atleast_2d(samples).astype(np.float32)
    layout = {1: "mono", 2: "stereo", 6: "5.1", 8: "7.1", 16: "hexadecagonal"}.get(
        len(channels), f"{len(channels)} channels"
    )
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream(codec, rate=rate, layout=layout)
        resampler = av.AudioResampler(stream.format, layout, rate, stream.codec_context.frame_size or 1024)
        frame = av.AudioFrame.from_ndarray(
            channels.T.reshape(1, -1), format="flt", layout=layout
        )  # packed: see FrameReader
        frame.sample_rate, frame.pts, frame.time_base = rate, 0, Fraction(1, rate)
        for part in [*resampler.resample(frame), *resampler.resample(None), None]:
            container.mux(stream.encode(part))
    return path


def write_tracks(
    path: Path,
    tracks: list[np.ndarray],
    rate: int = 16_000,
    codec: str = "pcm_s16le",
    default: int = 0,
    tags: list[dict[str, str]] | None = None,
) -> Path:
    """Write a file with several sound tracks, interleaved.

    Args:
        path: The file; its suffix names the kind.
        tracks: (n,) or (channels, n) float32 each.
        rate: Hz.
        codec: FFmpeg's name of the encoder.
        default: The number of the track that is marked, from 1; 0 for none.
        tags: Those of each track.
    """
    with av.open(str(path), "w") as container:
        packets: list[Any] = []
        for number, samples in enumerate(tracks, 1):
            channels = np.atleast_2d(samples).astype(np.float32)
            layout = {1: "mono", 2: "stereo"}[len(channels)]
            stream: Any = container.add_stream(codec, rate=rate, layout=layout)
            stream.disposition = Disposition(int(number == default))
            stream.metadata.update((tags or [{}] * len(tracks))[number - 1])
            resampler = av.AudioResampler(stream.format, layout, rate, stream.codec_context.frame_size or 1024)
            frame = av.AudioFrame.from_ndarray(channels.T.reshape(1, -1), format="flt", layout=layout)
            frame.sample_rate, frame.pts, frame.time_base = rate, 0, Fraction(1, rate)
            for part in [*resampler.resample(frame), *resampler.resample(None), None]:
                packets += stream.encode(part)
        for packet in sorted(packets, key=lambda packet: packet.dts or 0):
            container.mux(packet)
    return path


def write_silent_video(path: Path, frames: int = 5) -> Path:
    """Write a video without a sound stream."""
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("mpeg4", rate=25)
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        for _ in range(frames):
            container.mux(stream.encode(av.VideoFrame(64, 64, "yuv420p")))
        container.mux(stream.encode(None))
    return path
