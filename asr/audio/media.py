"""Media files as mono float32 chunks at one rate.

A file is decoded packet by packet and resampled as one stream, so ten hours of sound are never in memory at once and
the edges of blocks change no sample.
"""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import Any

import av
import numpy as np

from asr.audio.resampler import Resampler
from asr.audio.samples import INVALID_SAMPLE, count_valid, nonempty
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
_OPTIONS = {"protocol_whitelist": "file", "format_whitelist": DEMUXERS}
_LISTS = (b"ffconcat version", b"#EXTM3U", b"[playlist]", b"[InternetShortcut]")  # how files begin that name others

# The samples that PyAV can hand over. It looks for planes until it finds none, in an array of 8 without an end mark:
# from 8 planes on it reads past the array, and the process crashes. So FFmpeg interleaves such sound first.
_PACKED = {"u8": "u8", "s16": "s16", "s32": "s32", "flt": "flt", "dbl": "dbl", "s64": "dbl"}
_MAX_PLANES = 7

_MAX_PACKET_SECONDS = 0.2  # of silence for a damaged packet, where no packet was decoded that lasts longer


def duration(path: str | Path) -> float | None:
    """Return the length in seconds that a file declares for its sound, or None if it declares none.

    Raises:
        AudioError: The file cannot be opened or has no sound.
    """
    with _open(Path(path)) as container:
        return _declared_seconds(_audio_stream(container, Path(path)))


def read_file(path: str | Path, rate: int) -> Iterator[np.ndarray]:
    """Read the first sound stream of any media file as (n,) float32 chunks, the mean of all channels.

    A packet that cannot be decoded becomes silence of its own length, so the sound after it keeps its time.

    Args:
        path: The file.
        rate: Sample rate of the chunks in Hz.

    Raises:
        AudioError: The file cannot be opened or has no sound. If it is damaged or cut short, all sound that can be
            decoded is yielded before the error, so that a caller can keep it and still show the error.
    """
    path = Path(path)
    resampler, source, seconds, damaged = None, 0, 0.0, 0  # Hz of the decoded sound, its length, damaged packets
    error: AudioError | None = None
    with _open(path) as container:
        stream = _audio_stream(container, path)
        for samples, block_rate, bad in _decode(container, stream):
            if resampler is None or block_rate != source:  # a chained stream may change its rate
                if resampler is not None:
                    yield from nonempty(resampler.flush())
                resampler, source = Resampler(block_rate, rate), block_rate
            valid = count_valid(samples)
            damaged += bad
            seconds += valid / source
            yield from nonempty(resampler.feed(samples[:valid]))
            if valid < len(samples):
                error = AudioError("bad-sample", name=path.name, found=INVALID_SAMPLE, seconds=seconds)
                break
        declared = _declared_seconds(stream) if _declares_exactly(container, stream) else None
    if resampler is None or (seconds == 0 and not error):
        raise AudioError("nothing-decoded", name=path.name)
    yield from nonempty(resampler.flush())
    if not error and damaged:
        error = AudioError("damaged-packets", name=path.name, count=damaged, seconds=seconds)
    elif not error and declared and declared - seconds > max(0.5, 0.02 * declared):
        error = AudioError("cut-short", name=path.name, expected=declared, seconds=seconds)
    if error:
        raise error


def _open(path: Path) -> Any:
    try:
        status = path.stat()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise AudioError("missing", path=path) from error
    except (OSError, ValueError) as error:  # a folder without permission, a name that is too long
        raise AudioError("cannot-open", path=path, reason=_reason(error)) from error
    if S_ISDIR(status.st_mode):
        raise AudioError("folder", path=path)
    if S_ISREG(status.st_mode) and status.st_size == 0:
        raise AudioError("empty-file", name=path.name)
    try:
        # The protocol is named and the only one allowed: no file name and no playlist can make FFmpeg use the network.
        return av.open(f"file:{path}", **_ANY_TAGS, options=_OPTIONS)
    except PermissionError as error:
        raise AudioError("permission", path=path) from error
    except (av.FFmpegError, OSError, ValueError) as error:
        head = _head(path)
        if head.lstrip(b"\xef\xbb\xbf \r\n").startswith(_LISTS):
            raise AudioError("playlist", name=path.name) from error
        code = "damaged-file" if _looks_like_media(head) else "not-media"
        raise AudioError(code, name=path.name, reason=_reason(error)) from error


def _head(path: Path) -> bytes:
    """Return the first bytes of a file, none where it cannot be read."""
    with suppress(OSError), path.open("rb") as file:
        return file.read(64)
    return b""


def _looks_like_media(head: bytes) -> bool:
    """Return whether a file starts as a common media file does: then it is damaged, else it is something else."""
    return head.startswith((b"RIFF", b"fLaC", b"OggS", b"\x1aE\xdf\xa3", b"ID3")) or head[4:8] == b"ftyp"


def _audio_stream(container: Any, path: Path) -> Any:
    """Return the first sound stream of a file. Raises AudioError if it has none that can be decoded."""
    if not container.streams.audio:
        kinds = ", ".join(sorted({stream.type for stream in container.streams})) or "no stream at all"
        raise AudioError("no-sound", name=path.name, kinds=kinds)
    stream = container.streams.audio[0]
    if stream.codec_context is None:
        raise AudioError("unknown-codec", name=path.name)
    return stream


def _declared_seconds(stream: Any) -> float | None:
    """Return the length that the file declares for this stream; that of the container may be the picture's."""
    if stream.duration is None or stream.time_base is None:
        return None
    return float(stream.duration * stream.time_base)


def _declares_exactly(container: Any, stream: Any) -> bool:
    """Return whether the file states its length; FFmpeg estimates that of bare AAC and plain MP3 from the bit rate."""
    formats = set(container.format.name.split(","))
    lame = "mp3" in formats and bool(stream.start_time)  # LAME's header holds both the length and the delay
    return lame or bool(formats & {"wav", "flac", "mp4", "ogg", "aiff", "au", "w64"})


def _decode(container: Any, stream: Any) -> Iterator[tuple[np.ndarray, int, int]]:
    """Yield (n,) float32 mono samples, their rate in Hz, and 1 if they are silence for a damaged packet, else 0."""
    rate, longest = 0, _MAX_PACKET_SECONDS  # of the packets that were decoded
    mono = Mono()
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
        except StopIteration:
            return
        except (av.FFmpegError, OSError):
            if rate:
                yield np.zeros(0, np.float32), rate, 1
            return
        try:
            blocks = [(mono.convert(frame), frame.sample_rate) for frame in packet.decode()]
        except (av.FFmpegError, ValueError):
            if rate and packet.duration and packet.time_base:
                # A file may claim any length for a packet, so it gets no more silence than other packets have sound.
                seconds = min(float(packet.duration * packet.time_base), longest)
                yield np.zeros(max(0, round(seconds * rate)), np.float32), rate, 1
            continue
        for samples, rate in blocks:
            longest = max(longest, len(samples) / rate)
            yield samples, rate, 0


class Mono:
    """Turns decoded frames, of any sample format and any number of channels, into mono samples."""

    def __init__(self) -> None:
        self._interleaver: Any = None
        self._made_for: tuple[Any, ...] = ()

    def convert(self, frame: Any) -> np.ndarray:
        """Convert a frame to (n,) float32 in -1..1, the mean of its channels.

        Raises:
            ValueError, av.FFmpegError: The frame has a channel layout or a sample format that FFmpeg cannot convert.
        """
        return _mean(self._readable(frame))

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


def _mean(frame: Any) -> np.ndarray:
    samples = frame.to_ndarray()  # (channels, n) planar, or (1, n * channels) packed
    if not frame.format.is_planar:
        samples = samples.reshape(-1, frame.layout.nb_channels).T
    if samples.dtype == np.uint8:
        samples = (samples.astype(np.float32) - 128) / 128
    elif samples.dtype.kind == "i":
        samples = samples.astype(np.float32) / -float(np.iinfo(samples.dtype).min)
    return np.ascontiguousarray(samples.mean(axis=0, dtype=np.float32))


def _reason(error: Exception) -> str:
    """Return the message of the system or of FFmpeg, without error number and path."""
    return str(getattr(error, "strerror", None) or error)
