"""Sound in: a media file, a pipe of raw samples, or a device's blocks become mono float32 chunks at one rate.

Everything is a stream. A file is decoded a packet at a time and a resampler carries its filter from block to
block, so ten hours of sound never lie in memory and block edges cannot be heard.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import Any

import av
import numpy as np
import soxr

from asr.acoustic.config import LOUDEST, NO_SAMPLE, AudioError

RATES = (1_000, 768_000)  # Hz: outside of this a rate is a typing error
ENCODINGS: dict[str, np.dtype] = {"s16le": np.dtype("<i2"), "f32le": np.dtype("<f4")}
# PyAV before 19 refuses a file for one tag that is not UTF-8 unless told otherwise; since 19 it never does, and has no
# such argument.
_ANY_TAGS: dict[str, Any] = {"metadata_errors": "ignore"} if int(av.__version__.partition(".")[0]) < 19 else {}
_READ = 1 << 16  # bytes asked of a pipe at a time; whatever lies ready is passed on at once


class Resampler:
    """One stream of mono sound from `source` Hz to `target` Hz; the filter lives as long as the stream."""

    def __init__(self, source: float, target: float = 16_000) -> None:
        for rate in (source, target):
            if not RATES[0] <= rate <= RATES[1]:
                expected = f"expected {RATES[0]} to {RATES[1]} Hz"
                raise AudioError(f"A sample rate of {rate:g} Hz is not possible; {expected}.")
        self._stream = None if source == target else soxr.ResampleStream(source, target, 1, quality="HQ")
        self._ended = False

    def feed(self, samples: np.ndarray) -> np.ndarray:
        """(n,) float32 at the source rate -> (m,) float32 at the target rate; m may be 0 at first."""
        return self._step(samples, last=False)

    def flush(self) -> np.ndarray:
        """The (m,) float32 samples that were still in the filter; nothing may be fed afterwards."""
        return self._step(np.zeros(0, np.float32), last=True)

    def _step(self, samples: np.ndarray, last: bool) -> np.ndarray:
        if self._ended:
            raise ValueError("this resampler was flushed; a new stream needs a new one")
        self._ended = last
        return samples if self._stream is None else self._stream.resample_chunk(samples, last)


def duration(path: str | Path) -> float | None:
    """Seconds of sound the file says it holds, or None where it does not say. Raises AudioError."""
    with _open(Path(path)) as container:
        return _claimed(container, _sound(container, Path(path)))


def read_file(path: str | Path, rate: int = 16_000) -> Iterator[np.ndarray]:
    """The first sound stream of any media file as chunks (n,) float32 at `rate` Hz, all channels averaged.

    Raises AudioError with a sentence. Where a file is damaged or cut short, everything that can be decoded is
    yielded first and the error comes at the end, so that a caller can keep what was heard and still say so.
    A packet that cannot be decoded becomes silence of its own length: the sound behind it keeps its time.
    """
    path = Path(path)
    resampler, source, heard, damaged, fault = None, 0, 0.0, 0, ""
    with _open(path) as container:
        stream = _sound(container, path)
        for samples, source_now, bad in _decode(container, stream):
            if resampler is None or source_now != source:  # a chained stream may change its rate
                if resampler is not None:
                    yield from _filled(resampler.flush())
                resampler, source = Resampler(source_now, rate), source_now
            good = _finite(samples)
            damaged += bad
            heard += good / source
            yield from _filled(resampler.feed(samples[:good]))
            if good < len(samples):
                fault = f"{path.name} holds a sample that is none ({NO_SAMPLE}) at {heard:.2f} s."
                break
        claimed = _claimed(container, stream) if _certain(container, stream) else None
    if resampler is None or (heard == 0 and not fault):
        raise AudioError(f"{path.name} has a sound stream, but no sound in it could be decoded.")
    yield from _filled(resampler.flush())
    if not fault and damaged:
        fault = f"{path.name} is damaged in {damaged} place(s); {heard:.1f} s of it were read."
    elif not fault and claimed and claimed - heard > max(0.5, 0.02 * claimed):
        fault = f"{path.name} is cut short: it should last {claimed:.1f} s but ends after {heard:.1f} s."
    if fault:
        raise AudioError(fault)


def read_pcm(stream: Any, rate: float, encoding: str, target: int = 16_000) -> Iterator[np.ndarray]:
    """Raw mono samples from a binary stream as chunks (n,) float32 at `target` Hz, each as soon as it comes.

    `encoding` is a key of ENCODINGS. A sample may be cut in two by a read. Raises AudioError at once for an
    impossible rate or encoding, and after yielding all good sound for NaN or for half a sample at the end.
    """
    if encoding not in ENCODINGS:
        raise AudioError(f"The encoding {encoding!r} is unknown; expected one of {', '.join(ENCODINGS)}.")
    return _pcm(stream, Resampler(rate, target), rate, ENCODINGS[encoding])


def _pcm(stream: Any, resampler: Resampler, rate: float, kind: np.dtype) -> Iterator[np.ndarray]:
    read: Callable[[int], bytes] = getattr(stream, "read1", stream.read)  # read1 returns what is there
    rest, heard, fault = b"", 0, ""
    while not fault and (data := read(_READ)):
        data = rest + data
        whole = len(data) - len(data) % kind.itemsize
        rest = data[whole:]
        samples = np.frombuffer(data[:whole], kind)
        samples = samples / np.float32(32768) if kind.kind == "i" else samples.astype(np.float32)
        good = _finite(samples)
        heard += good
        yield from _filled(resampler.feed(samples[:good]))
        if good < len(samples):
            fault = f"The pipe brought a sample that is none ({NO_SAMPLE}) at {heard / rate:.2f} s."
    yield from _filled(resampler.flush())
    if rest and not fault:
        fault = f"The pipe ended inside a sample ({len(rest)} of {kind.itemsize} bytes); all before was read."
    if fault:
        raise AudioError(fault + " Check --encoding and what writes into the pipe.")


def _filled(samples: np.ndarray) -> Iterator[np.ndarray]:
    if len(samples):
        yield samples


def _finite(samples: np.ndarray) -> int:
    """How many samples come before the first that is none."""
    fine = np.abs(samples) < LOUDEST
    return len(samples) if fine.all() else int(np.argmin(fine))


def _open(path: Path) -> Any:
    try:
        status = path.stat()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise AudioError(f"{path} does not exist; give the path of a sound or video file.") from error
    except (OSError, ValueError) as error:  # a folder that is closed to us, a name too long
        raise AudioError(f"{path} cannot be opened: {getattr(error, 'strerror', None) or error}.") from error
    if S_ISDIR(status.st_mode):
        raise AudioError(f"{path} is a folder; give the files in it.")
    if S_ISREG(status.st_mode) and status.st_size == 0:
        raise AudioError(f"{path.name} is empty (0 bytes).")
    try:
        # named as a file, so that no name and no playlist can make FFmpeg reach for anything else
        return av.open(f"file:{path}", **_ANY_TAGS, options={"protocol_whitelist": "file"})
    except PermissionError as error:
        raise AudioError(f"{path} may not be read: permission denied.") from error
    except (av.FFmpegError, OSError, ValueError) as error:
        reason = "it is cut short or damaged" if _looks_like_media(path) else "this is not sound or video"
        raise AudioError(
            f"{path.name} cannot be opened: {reason} ({getattr(error, 'strerror', None) or error}). "
            "Supported is what FFmpeg reads: wav, flac, mp3, ogg, opus, m4a, mp4, mkv, webm and others."
        ) from error


def _looks_like_media(path: Path) -> bool:
    """Whether the first bytes are those of a usual sound or video file; tells damage from a foreign file."""
    head = b""
    with suppress(OSError), path.open("rb") as file:
        head = file.read(12)
    return head.startswith((b"RIFF", b"fLaC", b"OggS", b"\x1aE\xdf\xa3", b"ID3")) or head[4:8] == b"ftyp"


def _sound(container: Any, path: Path) -> Any:
    if not container.streams.audio:
        kinds = ", ".join(sorted({stream.type for stream in container.streams})) or "no stream at all"
        raise AudioError(f"{path.name} holds no sound (found: {kinds}).")
    stream = container.streams.audio[0]
    if stream.codec_context is None:
        raise AudioError(f"The sound in {path.name} has a coding that cannot be decoded here.")
    return stream


def _claimed(container: Any, stream: Any) -> float | None:
    """Seconds of sound as written in the file; the container's own length may count the picture."""
    if stream.duration is None or stream.time_base is None:
        return None
    return float(stream.duration * stream.time_base)


def _certain(container: Any, stream: Any) -> bool:
    """Whether the length is written in the file, not guessed from its bit rate (bare AAC, plain MP3)."""
    kinds = set(container.format.name.split(","))
    lame = "mp3" in kinds and bool(stream.start_time)  # the header with the length has the delay too
    return lame or bool(kinds & {"wav", "flac", "mp4", "ogg", "aiff", "au", "w64"})


def _decode(container: Any, stream: Any) -> Iterator[tuple[np.ndarray, int, int]]:
    """Blocks of ((n,) float32 mono, their rate in Hz, 1 where silence stands for a damaged packet else 0)."""
    rate = 0
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
            frames = packet.decode()
        except (av.FFmpegError, ValueError):
            if rate and packet.duration and packet.time_base:
                yield np.zeros(round(packet.duration * packet.time_base * rate), np.float32), rate, 1
            continue
        for frame in frames:
            rate = frame.sample_rate
            yield _mono(frame), rate, 0


def _mono(frame: Any) -> np.ndarray:
    """One decoded frame -> (n,) float32 in -1..1, the mean of its channels."""
    samples = frame.to_ndarray()  # (channels, n) planar, or (1, n * channels) packed
    if not frame.format.is_planar:
        samples = samples.reshape(-1, frame.layout.nb_channels).T
    if samples.dtype == np.uint8:
        samples = (samples.astype(np.float32) - 128) / 128
    elif samples.dtype.kind == "i":
        samples = samples.astype(np.float32) / -float(np.iinfo(samples.dtype).min)
    return np.ascontiguousarray(samples.mean(axis=0, dtype=np.float32))
