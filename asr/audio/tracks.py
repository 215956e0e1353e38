"""The sound tracks of an open file: what it says of each, which one to take, and how long it is."""

from dataclasses import dataclass
from typing import Any

from asr.audio.byte_stream import mp3_samples


@dataclass(frozen=True)
class Track:
    """One sound stream of a file.

    Attributes:
        number: Counted from 1 among the sound streams.
        codec: FFmpeg's name, "unknown" where it has no decoder.
        channels: 0 where unknown.
        rate: Hz, 0 where unknown.
        language: What the file says, mostly ISO 639-2; "" where it says nothing.
        title: "" where the file has none.
        default: Whether the file marks it as the one to play.
    """

    number: int
    codec: str
    channels: int
    rate: int
    language: str = ""
    title: str = ""
    default: bool = False


def track_of(number: int, stream: Any) -> Track:
    """Return what is known of a stream of PyAV."""
    context = stream.codec_context
    return Track(
        number,
        context.name if context is not None else "unknown",
        context.channels if context is not None else 0,
        context.rate or 0 if context is not None else 0,
        stream.metadata.get("language", ""),
        stream.metadata.get("title", ""),
        _is_default(stream),
    )


def _is_default(stream: Any) -> bool:
    return bool(int(getattr(stream, "disposition", 0)) & 1)


def decodable(container: Any, track: int | None) -> list[Any]:
    """Return the sound streams that FFmpeg has a decoder for, the one to prefer first; or only that of a track."""
    streams = list(container.streams.audio)
    if track is not None:
        streams = streams[track - 1 : track]
    return sorted((one for one in streams if one.codec_context is not None), key=lambda one: not _is_default(one))


def _declared_seconds(stream: Any) -> float | None:
    """Return the length that the file declares for this stream; that of the container may be the picture's."""
    if stream.duration is None or stream.time_base is None:
        return None
    return float(stream.duration * stream.time_base)


def stated_seconds(container: Any, stream: Any) -> float | None:
    """Return the length that the file states for a stream or, without one, for all of itself; it may be an estimate."""
    seconds = _declared_seconds(stream)
    if seconds is None and container.duration is not None and container.duration > 0:
        return float(container.duration) / 1_000_000
    return seconds


_EXACT = {"wav", "flac", "mp4", "ogg", "aiff", "au", "w64", "caf", "tta", "wv"}  # formats that state their length


def exact_seconds(container: Any, stream: Any, head: bytes) -> float | None:
    """Return the length that the file states; FFmpeg estimates that of bare AAC and plain MP3 from the bit rate."""
    formats = set(container.format.name.split(","))
    if "mp3" in formats and stream.codec_context.rate:
        samples = mp3_samples(head, stream.codec_context.rate)
        return None if samples is None else samples / stream.codec_context.rate
    return _declared_seconds(stream) if formats & _EXACT else None
