"""The packets of a file, decoded one by one; what is damaged becomes silence of its own length."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

import av
import numpy as np

from asr.audio.byte_stream import ByteStream
from asr.audio.frames import FrameReader
from asr.audio.time_stamps import TimeStampClock
from asr.audio.tracks import exact_seconds, stated_seconds

_MAX_PACKET_SECONDS = 0.2  # of silence for a damaged packet, where no packet was decoded that lasts longer


@dataclass(frozen=True)
class SoundLayout:
    """How decoded sound is laid out: Hz, and FFmpeg's name of each channel."""

    rate: int
    names: tuple[str, ...]

    @property
    def channels(self) -> int:
        """How many there are."""
        return len(self.names)


Decoded = tuple[np.ndarray, SoundLayout]  # (channels, n) float32


@dataclass
class TrackReading:
    """What was met while a track was read.

    Attributes:
        damaged: Packets of sound that could not be decoded.
        tags: Runs of bytes between frames that are a tag, as in MP3 files joined end to end.
        zeros: Runs of zeros between frames.
        left_out: Seconds of holes in the time stamps that were not filled with silence.
        declared: Seconds that the file states exactly for the track; complete only when all was read.
        stated: Seconds that the file states for the track or for all of itself, perhaps an estimate.
    """

    damaged: int = 0
    tags: int = 0
    zeros: int = 0
    left_out: float = 0.0
    declared: float | None = None
    stated: float | None = None

    def take_length(self, container: Any, stream: Any, head: bytes) -> None:
        """Keep the lengths that the file states, unless they are known."""
        if stream is not None and self.declared is None:
            self.stated = stated_seconds(container, stream)
            self.declared = exact_seconds(container, stream, head)


_BARE = {"mp3", "aac", "ac3", "eac3"}  # formats without a container: whatever lies between two frames becomes a packet
_TAGS = (b"ID3", b"TAG", b"LYRICSBEGIN", b"APETAGEX", b"3DI")
_TRIED = 64  # packets of the preferred stream, after which another one that was decoded is taken
_HELD = 1024  # packets of all streams meanwhile


def decode(container: Any, candidates: list[Any], reading: TrackReading, source: ByteStream) -> Iterator[Decoded]:
    """Yield the sound of the first stream that can be decoded.

    Args:
        container: An open file of PyAV.
        candidates: Its streams, the one to prefer first.
        reading: Takes what was met.
        source: What the file is read from.
    """
    layout: SoundLayout | None = None
    longest = _MAX_PACKET_SECONDS  # of the packets that were decoded
    reader = FrameReader()
    stream, packets = _choose(container, candidates)
    clock = TimeStampClock(container)
    bare = bool(set(container.format.name.split(",")) & _BARE)
    inside = False  # a tag, whose bytes became several packets
    for packet, frames in packets:
        try:
            if frames is None:
                raise ValueError("this packet was not decoded")
            blocks = [(reader.convert(frame), frame) for frame in frames]
        except (av.FFmpegError, ValueError):
            if packet is None:
                reading.damaged += layout is not None
                continue
            data = bytes(packet)
            if bare and data.startswith(_TAGS):
                reading.tags += not inside
                inside = True
            elif bare and not any(data[:64]):
                reading.zeros += 1
            elif layout and not inside and packet.duration and packet.time_base:
                # A file may claim any length for a packet, so it gets no more silence than other packets have sound.
                seconds = min(float(packet.duration * packet.time_base), longest)
                reading.damaged += 1
                clock.add(seconds, decoded=False)
                yield from _silence(seconds, layout)
            continue
        for samples, frame in blocks:
            inside = False
            layout = SoundLayout(frame.sample_rate, tuple(channel.name for channel in frame.layout.channels))
            yield from _silence(clock.hole(frame), layout)
            seconds = samples.shape[1] / layout.rate
            clock.add(seconds, decoded=True)
            longest = max(longest, seconds)
            yield samples, layout
    reading.left_out += clock.left_out
    reading.take_length(container, stream, source.head)


def _silence(seconds: float, layout: SoundLayout) -> Iterator[Decoded]:
    """Yield silence in blocks of a second at most."""
    count = round(seconds * layout.rate)
    for at in range(0, count, layout.rate):
        yield np.zeros((layout.channels, min(layout.rate, count - at)), np.float32), layout


_Packet = tuple[Any, list[Any] | None]  # a packet, and its frames, None where it cannot be decoded


def _choose(container: Any, candidates: list[Any]) -> tuple[Any, Iterator[_Packet]]:
    """Return the first stream that can be decoded, with all its packets."""
    numbers = [stream.index for stream in candidates]
    held: dict[int, list[_Packet]] = {number: [] for number in numbers}
    able: set[int] = set()
    wanted = set(numbers)
    packets = _packets(container, candidates, wanted)
    for count, (index, packet, frames) in enumerate(packets, 1):
        for number in [index] if index is not None else numbers:
            held[number].append((packet, frames))
        if frames and index is not None:
            able.add(index)
        if numbers[0] in able or (able and (len(held[numbers[0]]) >= _TRIED or count >= _HELD)):
            break
    chosen = next((number for number in numbers if number in able), numbers[0])
    wanted &= {chosen}
    rest = ((packet, frames) for _, packet, frames in packets)
    return container.streams[chosen], chain(held[chosen], rest)


def _packets(
    container: Any, streams: list[Any], wanted: set[int]
) -> Iterator[tuple[int | None, Any, list[Any] | None]]:
    """Yield the stream's index, the packet and its frames, None where it cannot be decoded.

    `wanted` are the indices of the streams to decode; the caller may take some away meanwhile. Where the file
    itself cannot be read on, all three are None, and the file is over.
    """
    packets = container.demux(*streams)
    while True:
        try:
            packet = next(packets)
        except StopIteration:
            return
        except IndexError:  # a packet of a stream that began later, which PyAV does not know: demuxing goes on after it
            packets = container.demux(*streams)
            continue
        except (av.FFmpegError, OSError):
            yield None, None, None
            return
        if packet.stream.index not in wanted:
            continue
        try:
            frames = packet.decode()
        except (av.FFmpegError, ValueError):
            frames = None
        yield packet.stream.index, packet, frames
