"""Media files as mono float32 chunks at one rate.

A file is decoded packet by packet and resampled as one stream, so ten hours of sound are never in memory at once and
the edges of blocks change no sample.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import Any, Protocol

import av
import numpy as np

from asr.audio.byte_stream import PAGE, ByteStream, OggLinks, is_cut, mp3_samples, ogg_has_end, promised_bytes
from asr.audio.channels import ChannelMixer
from asr.audio.frames import FrameReader
from asr.audio.resampler import Resampler
from asr.audio.samples import INVALID_SAMPLE, count_valid, nonempty
from asr.audio.signatures import media_kind
from asr.errors import AudioError

# PyAV before 19 refuses a file with a tag that is not UTF-8, unless this argument is passed. PyAV 19 never refuses one,
# and does not have the argument.
_ANY_TAGS: dict[str, Any] = {"metadata_errors": "ignore"} if int(av.__version__.partition(".")[0]) < 19 else {}

# What FFmpeg may read: files that hold their own sound. Left out is what reads other files by name (playlists, scripts,
# image sequences), devices, networks, and raw samples without a header.
DEMUXERS = (
    "3g2,3gp,aac,ac3,ac4,adx,aiff,amr,amrnb,amrwb,ape,aptx,aptx_hd,asf,ast,au,avi,avr,bfstm,"
    "brstm,caf,dff,dsf,dss,dts,dtshd,dv,eac3,flac,flv,gsm,gxf,hca,iamf,iff,ircam,kux,lc3,"
    "live_flv,loas,m4a,matroska,mj2,mlp,mmf,mov,mp3,mp4,mpc,mpc8,mpeg,mpegts,mxf,nistsphere,nsv,"
    "nut,ogg,oma,paf,pva,pvf,qcp,qoa,rm,rso,sbc,shn,siff,sln,smjpeg,sol,sox,swf,tak,truehd,tta,"
    "ty,voc,vqf,w64,wav,webm,wsd,wtv,wv,xa,xwma"
)
_OPTIONS = {"protocol_whitelist": "none", "format_whitelist": DEMUXERS}
_LISTS = (b"ffconcat version", b"#EXTM3U", b"[playlist]", b"[InternetShortcut]")  # how files begin that name others

_MAX_PACKET_SECONDS = 0.2  # of silence for a damaged packet, where no packet was decoded that lasts longer


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


class Readable(Protocol):
    """A binary stream. It may also have `read1`, which returns what is there, and it may be able to seek."""

    def read(self, size: int, /) -> bytes | None:
        """Return up to `size` bytes, empty at the end."""

    def close(self) -> None:
        """Close it."""


def duration(path: str | Path) -> float | None:
    """Return the length in seconds that a file declares for its sound, or None if it declares none.

    Raises:
        AudioError: The file cannot be opened or has no sound.
    """
    with open_media(path) as media:
        return media.duration


def read_file(path: str | Path, rate: int) -> Iterator[np.ndarray]:
    """Read a media file as `Media.read` does, and close it."""
    with open_media(path) as media:
        yield from media.read(rate)


def open_media(source: "str | Path | Readable", name: str = "") -> "Media":
    """Open a media file or a binary stream, once: what is read from a pipe cannot be read again.

    Args:
        source: A path, or a stream with `read1` or `read`. The stream is closed with the returned object.
        name: What a stream is called in errors.

    Raises:
        AudioError: It cannot be opened or has no sound.
    """
    if isinstance(source, str | Path):
        name = Path(source).name
        source = _open_file(Path(source))
    try:
        return Media(ByteStream(source, name))
    except OSError as error:
        source.close()
        raise AudioError("cannot-open", path=name, reason=_reason(error)) from error
    except BaseException:
        source.close()
        raise


def _open_file(path: Path) -> Readable:
    try:
        status = path.stat()
        if S_ISDIR(status.st_mode):
            raise AudioError("folder", path=path)
        if S_ISREG(status.st_mode) and status.st_size == 0:
            raise AudioError("empty-file", name=path.name)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise AudioError("missing", path=path) from error
    except (OSError, ValueError) as error:  # a folder without permission, a name that is too long
        raise AudioError("cannot-open", path=path, reason=_reason(error)) from error
    try:
        return path.open("rb", buffering=0)
    except PermissionError as error:
        raise AudioError("permission", path=path) from error
    except OSError as error:
        raise AudioError("cannot-open", path=path, reason=_reason(error)) from error


class Media:
    """An open media file: its sound tracks, and the sound of one of them as a stream. A context manager.

    Made by `open_media`. One thread at a time.

    Attributes:
        name: The file's name, for errors.
        duration: Seconds that the file declares for its sound, None where it declares none.
        tracks: Its sound streams, in the order of the file.
        notes: What is odd about the file, though no sound is missing; complete when all was read.
    """

    def __init__(self, source: ByteStream) -> None:
        self.name = source.name
        self.notes: list[AudioError] = []
        self._source = source
        self._chain = OggLinks(source) if source.head.startswith(PAGE) else None
        # A pipe cannot be read again, so that of an Ogg pipe is opened as what it will be read as.
        self._container = self._open(source if source.seekable() or self._chain is None else self._chain)
        streams = self._container.streams.audio
        if not streams:
            kinds = ", ".join(sorted({stream.type for stream in self._container.streams})) or "no stream at all"
            raise AudioError("no-sound", name=self.name, kinds=kinds)
        self.tracks = [_track(number, stream) for number, stream in enumerate(streams, 1)]
        lengths = [_stated_seconds(self._container, stream) for stream in _candidates(self._container, None)]
        self.duration = next(iter(lengths), None)

    def __enter__(self) -> "Media":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._container.close()
        self._source.close()

    def read(
        self, rate: int, track: int | None = None, channel: int | None = None, live: bool = False
    ) -> Iterator[np.ndarray]:
        """Read one track as (n,) float32 chunks, its channels mixed by their content (`ChannelMixer`). Once.

        A packet that cannot be decoded becomes silence of its own length, and a hole in the time stamps, also before
        the first sound, becomes silence too, within limits: the sound has the time that a player shows.

        Args:
            rate: Sample rate of the chunks in Hz.
            track: The number of a track. None: the one that the file marks as default, or else the first; where that
                cannot be decoded, the next that can.
            channel: The number of the only channel to take, from 1; None: all that hold more than steady noise.
            live: Yield each chunk at once: the plain mean of the channels, since judging them takes some seconds.

        Raises:
            AudioError: There is no such track or channel, or no sound in it. If the file is damaged or cut
                short, all sound that can be decoded is yielded before the error, so that a caller can keep it and
                still show the error.
        """
        if track is not None and not 1 <= track <= len(self.tracks):
            raise AudioError("no-track", name=self.name, track=track, count=len(self.tracks))
        reading, seconds, error = _Reading(), 0.0, None
        converter: _Converter | None = None
        for samples, layout in self._blocks(track, reading):
            if converter is None or converter.layout != layout:  # a chained stream may change its rate
                if converter is not None:
                    yield from self._end(converter)
                if channel is not None and not 1 <= channel <= layout.channels:
                    raise AudioError("no-channel", name=self.name, channel=channel, count=layout.channels)
                converter = _Converter(layout, rate, channel, live)
            valid = min(map(count_valid, samples))
            seconds += valid / layout.rate
            yield from converter.feed(samples[:, :valid])
            if valid < samples.shape[1]:
                error = AudioError("bad-sample", name=self.name, found=INVALID_SAMPLE, seconds=seconds)
                break
        if converter is None or (seconds == 0 and not error):
            raise AudioError("nothing-decoded", name=self.name)
        yield from self._end(converter)
        if error or (error := self._fault(seconds, reading)):
            raise error

    def _end(self, converter: "_Converter") -> Iterator[np.ndarray]:
        """Yield what a converter still holds, and note what it did to the channels."""
        yield from converter.flush()
        mixer = converter.mixer
        if mixer.turned_down:
            numbers = ", ".join(map(str, sorted(mixer.turned_down)))
            self.notes.append(AudioError("channels-turned-down", name=self.name, channels=numbers))
        if mixer.opposite:
            self.notes.append(AudioError("opposite-phase", name=self.name))

    def _fault(self, seconds: float, reading: "_Reading") -> AudioError | None:
        """Return what is wrong with a file that was read whole, and note what is only odd."""
        declared, links = reading.declared, self._chain.links if self._chain else 1
        short = (
            declared is not None and links == 1 and declared - seconds - reading.left_out > max(0.5, 0.02 * declared)
        )
        size, head = self._source.size, self._source.head
        if is_cut(head, size):
            # The header tells the length of some formats, of the others only the number of bytes.
            expected = max(reading.stated or 0.0, seconds * (promised_bytes(head) or 0) / max(1, size))
            return AudioError("cut-short", name=self.name, expected=expected, seconds=seconds)
        if short:
            return AudioError("cut-short", name=self.name, expected=declared, seconds=seconds)
        if reading.damaged:
            return AudioError("damaged-packets", name=self.name, count=reading.damaged, seconds=seconds)
        if reading.zeros and declared is None:  # whether sound was there, nothing tells
            return AudioError("damaged-packets", name=self.name, count=reading.zeros, seconds=seconds)
        if self._chain and not ogg_has_end(self._source.tail()):
            return AudioError("no-end-mark", name=self.name, seconds=seconds)
        if count := reading.tags + reading.zeros:
            self.notes.append(AudioError("no-sound-inside", name=self.name, count=count))
        if reading.left_out:
            self.notes.append(AudioError("hole-left-out", name=self.name, seconds=reading.left_out))
        return None

    def _blocks(self, track: int | None, reading: "_Reading") -> Iterator["Decoded"]:
        """Yield the blocks of all links of an Ogg chain, or of the only one."""
        if self._chain and self._source.seekable():
            # To be read link by link; the length is that of the whole file, which FFmpeg found with seeks.
            streams = _candidates(self._container, track)
            reading.take_length(self._container, streams[0] if streams else None, self._source.head)
            self._container.close()
            self._source.seek(0)
            self._container = self._open(self._chain)
        while True:
            candidates = _candidates(self._container, track)
            if not candidates:
                raise AudioError("unknown-codec", name=self.name)
            yield from _decode(self._container, candidates, reading, self._source)
            if not self._chain or not self._chain.next_link():
                return
            self._container.close()
            try:
                self._container = self._open(self._chain)
            except AudioError:
                reading.damaged += 1
                return

    def _open(self, source: "ByteStream | OggLinks") -> Any:
        try:
            # FFmpeg may open nothing by name: neither another file nor the network.
            return av.open(source, **_ANY_TAGS, options=_OPTIONS)
        except (av.FFmpegError, OSError, ValueError) as error:
            head = self._source.head
            if not head:
                raise AudioError("silent-pipe") from error
            if head.lstrip(b"\xef\xbb\xbf \r\n").startswith(_LISTS):
                raise AudioError("playlist", name=self.name) from error
            code = "damaged-file" if media_kind(head) or head.startswith((b"RIFF", b"ID3")) else "not-media"
            raise AudioError(code, name=self.name, reason=_reason(error)) from error


def _track(number: int, stream: Any) -> Track:
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


def _candidates(container: Any, track: int | None) -> list[Any]:
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


def _stated_seconds(container: Any, stream: Any) -> float | None:
    """Return the length that the file states for a stream or, without one, for all of itself; it may be an estimate."""
    seconds = _declared_seconds(stream)
    if seconds is None and container.duration is not None and container.duration > 0:
        return float(container.duration) / 1_000_000
    return seconds


@dataclass(frozen=True)
class _Layout:
    """How decoded sound is laid out: Hz, and FFmpeg's name of each channel."""

    rate: int
    names: tuple[str, ...]

    @property
    def channels(self) -> int:
        return len(self.names)


Decoded = tuple[np.ndarray, _Layout]  # (channels, n) float32


class _Converter:
    """Turns decoded sound of one layout into mono chunks of another rate."""

    def __init__(self, layout: _Layout, rate: int, channel: int | None, live: bool) -> None:
        self.layout = layout
        self.mixer = ChannelMixer(layout.channels, layout.rate, layout.names, channel, live)
        self._resampler = Resampler(layout.rate, rate)

    def feed(self, samples: np.ndarray) -> Iterator[np.ndarray]:
        """Take (channels, n) float32, yield (m,) float32 chunks."""
        for mono in self.mixer.feed(samples):
            yield from nonempty(self._resampler.feed(mono))

    def flush(self) -> Iterator[np.ndarray]:
        """Yield the last chunks."""
        for mono in self.mixer.flush():
            yield from nonempty(self._resampler.feed(mono))
        yield from nonempty(self._resampler.flush())


_EXACT = {"wav", "flac", "mp4", "ogg", "aiff", "au", "w64", "caf", "tta", "wv"}  # formats that state their length


def _exact_seconds(container: Any, stream: Any, head: bytes) -> float | None:
    """Return the length that the file states; FFmpeg estimates that of bare AAC and plain MP3 from the bit rate."""
    formats = set(container.format.name.split(","))
    if "mp3" in formats and stream.codec_context.rate:
        samples = mp3_samples(head, stream.codec_context.rate)
        return None if samples is None else samples / stream.codec_context.rate
    return _declared_seconds(stream) if formats & _EXACT else None


@dataclass
class _Reading:
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
            self.stated = _stated_seconds(container, stream)
            self.declared = _exact_seconds(container, stream, head)


_TIMED = {"mp4", "matroska", "mpegts", "mpeg", "flv", "asf", "nut", "mxf"}  # formats with times that may have holes
_FROM_ZERO = {"mp4", "matroska"}  # formats whose time begins at 0, wherever their first stream begins
_HOLE = 0.1  # seconds that are missing between two frames; less is rounding
_MAX_DELAY = 60.0  # seconds of silence before the first sound, with no picture that begins earlier
_MAX_DELAY_AFTER_PICTURE = 600.0
_MAX_HOLES = 10.0  # seconds of silence in holes, and
_MAX_HOLES_PER_SECOND = 3.0  # so many more for each second of sound: a file may claim any time


class _Clock:
    """Finds the holes between frames by their time stamps, so that the sound keeps the time that a player shows."""

    def __init__(self, container: Any) -> None:
        formats = set(container.format.name.split(","))
        self._timed = bool(formats & _TIMED)
        start = (container.start_time or 0) / 1_000_000
        from_zero = formats & _FROM_ZERO and 0 <= start <= _MAX_DELAY
        self._expected = 0.0 if from_zero else start  # time of the next frame, if no hole comes first
        picture = any(one.type == "video" for one in container.streams)
        self._allowed = _MAX_DELAY_AFTER_PICTURE if picture else _MAX_DELAY
        self._begun = False
        self._lag = 0.0  # seconds that frames came later than expected, each too little for a hole
        self.left_out = 0.0  # seconds of holes that were not filled

    def hole(self, frame: Any) -> float:
        """Return how many seconds of silence belong before a frame."""
        if not self._timed or frame.pts is None or frame.time_base is None:
            return 0.0
        gap = float(frame.pts * frame.time_base) - self._expected
        if -0.5 < gap <= _HOLE:
            self._lag, self._expected = self._lag + gap, self._expected + gap
            return 0.0
        self._expected += gap
        if gap < 0:  # the time begins anew
            return 0.0
        gap, self._lag = max(0.0, gap + self._lag), 0.0
        filled = min(gap, self._allowed)
        self._allowed -= filled
        self.left_out += gap - filled
        return filled

    def add(self, seconds: float, decoded: bool) -> None:
        """Go on by the length of a frame, or of the silence for a damaged one."""
        if decoded and not self._begun:
            self._begun, self._allowed = True, _MAX_HOLES
        self._expected += seconds
        self._allowed += _MAX_HOLES_PER_SECOND * seconds * decoded


_BARE = {"mp3", "aac", "ac3", "eac3"}  # formats without a container: whatever lies between two frames becomes a packet
_TAGS = (b"ID3", b"TAG", b"LYRICSBEGIN", b"APETAGEX", b"3DI")
_TRIED = 64  # packets of the preferred stream, after which another one that was decoded is taken
_HELD = 1024  # packets of all streams meanwhile


def _decode(container: Any, candidates: list[Any], reading: _Reading, source: ByteStream) -> Iterator[Decoded]:
    """Yield the sound of the first stream that can be decoded."""
    layout: _Layout | None = None
    longest = _MAX_PACKET_SECONDS  # of the packets that were decoded
    reader = FrameReader()
    stream, packets = _choose(container, candidates)
    clock = _Clock(container)
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
            layout = _Layout(frame.sample_rate, tuple(channel.name for channel in frame.layout.channels))
            yield from _silence(clock.hole(frame), layout)
            seconds = samples.shape[1] / layout.rate
            clock.add(seconds, decoded=True)
            longest = max(longest, seconds)
            yield samples, layout
    reading.left_out += clock.left_out
    reading.take_length(container, stream, source.head)


def _silence(seconds: float, layout: _Layout) -> Iterator[Decoded]:
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


def _reason(error: Exception) -> str:
    """Return the message of the system or of FFmpeg, without error number and path."""
    return str(getattr(error, "strerror", None) or error)
