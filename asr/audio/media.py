"""Media files as mono float32 chunks at one rate.

A file is decoded packet by packet and resampled as one stream, so ten hours of sound are never in memory at once and
the edges of blocks change no sample.
"""

from collections.abc import Iterator
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import Any, Protocol

import av
import numpy as np

from asr.audio.byte_stream import PAGE, ByteStream, OggLinks, is_cut, ogg_has_end, promised_bytes
from asr.audio.channels import ChannelMixer
from asr.audio.packets import Decoded, SoundLayout, TrackReading, decode
from asr.audio.resampler import Resampler
from asr.audio.samples import INVALID_SAMPLE, count_valid, nonempty
from asr.audio.signatures import media_kind
from asr.audio.tracks import decodable, stated_seconds, track_of
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
        self.tracks = [track_of(number, stream) for number, stream in enumerate(streams, 1)]
        lengths = [stated_seconds(self._container, stream) for stream in decodable(self._container, None)]
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
        reading, seconds, error = TrackReading(), 0.0, None
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

    def _fault(self, seconds: float, reading: "TrackReading") -> AudioError | None:
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

    def _blocks(self, track: int | None, reading: "TrackReading") -> Iterator["Decoded"]:
        """Yield the blocks of all links of an Ogg chain, or of the only one."""
        if self._chain and self._source.seekable():
            # To be read link by link; the length is that of the whole file, which FFmpeg found with seeks.
            streams = decodable(self._container, track)
            reading.take_length(self._container, streams[0] if streams else None, self._source.head)
            self._container.close()
            self._source.seek(0)
            self._container = self._open(self._chain)
        while True:
            candidates = decodable(self._container, track)
            if not candidates:
                raise AudioError("unknown-codec", name=self.name)
            yield from decode(self._container, candidates, reading, self._source)
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


class _Converter:
    """Turns decoded sound of one layout into mono chunks of another rate."""

    def __init__(self, layout: SoundLayout, rate: int, channel: int | None, live: bool) -> None:
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


def _reason(error: Exception) -> str:
    """Return the message of the system or of FFmpeg, without error number and path."""
    return str(getattr(error, "strerror", None) or error)
