"""Media files to mono float32 chunks at one rate.

A file is decoded a packet at a time and the resampler carries its filter from block to block, so ten hours of sound
never lie in memory and block edges cannot be heard.
"""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import Any

import av
import numpy as np

from asr.audio.resampler import Resampler
from asr.audio.samples import NOT_A_SAMPLE, good_samples, nonempty
from asr.errors import AudioError

# PyAV before 19 refuses a file for one tag that is not UTF-8 unless told otherwise; since 19 it never does, and has no
# such argument.
_ANY_TAGS: dict[str, Any] = {"metadata_errors": "ignore"} if int(av.__version__.partition(".")[0]) < 19 else {}


def duration(path: str | Path) -> float | None:
    """Seconds of sound the file says it holds, or None where it does not say. Raises AudioError."""
    with _open(Path(path)) as container:
        return _claimed(container, _sound(container, Path(path)))


def read_file(path: str | Path, rate: int) -> Iterator[np.ndarray]:
    """The first sound stream of any media file as chunks (n,) float32 at `rate` Hz, all channels averaged.

    Raises AudioError. Where a file is damaged or cut short, everything that can be decoded is
    yielded first and the error comes at the end, so that a caller can keep what was heard and still say so.
    A packet that cannot be decoded becomes silence of its own length: the sound behind it keeps its time.
    """
    path = Path(path)
    resampler, source, heard, damaged = None, 0, 0.0, 0
    fault: AudioError | None = None
    with _open(path) as container:
        stream = _sound(container, path)
        for samples, source_now, bad in _decode(container, stream):
            if resampler is None or source_now != source:  # a chained stream may change its rate
                if resampler is not None:
                    yield from nonempty(resampler.flush())
                resampler, source = Resampler(source_now, rate), source_now
            good = good_samples(samples)
            damaged += bad
            heard += good / source
            yield from nonempty(resampler.feed(samples[:good]))
            if good < len(samples):
                fault = AudioError("bad-sample", name=path.name, found=NOT_A_SAMPLE, seconds=heard)
                break
        claimed = _claimed(container, stream) if _certain(container, stream) else None
    if resampler is None or (heard == 0 and not fault):
        raise AudioError("nothing-decoded", name=path.name)
    yield from nonempty(resampler.flush())
    if not fault and damaged:
        fault = AudioError("damaged-packets", name=path.name, count=damaged, seconds=heard)
    elif not fault and claimed and claimed - heard > max(0.5, 0.02 * claimed):
        fault = AudioError("cut-short", name=path.name, expected=claimed, seconds=heard)
    if fault:
        raise fault


def _open(path: Path) -> Any:
    try:
        status = path.stat()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise AudioError("missing", path=path) from error
    except (OSError, ValueError) as error:  # a folder that is closed to us, a name too long
        raise AudioError("cannot-open", path=path, reason=_reason(error)) from error
    if S_ISDIR(status.st_mode):
        raise AudioError("folder", path=path)
    if S_ISREG(status.st_mode) and status.st_size == 0:
        raise AudioError("empty-file", name=path.name)
    try:
        # named as a file, so that no name and no playlist can make FFmpeg reach for anything else
        return av.open(f"file:{path}", **_ANY_TAGS, options={"protocol_whitelist": "file"})
    except PermissionError as error:
        raise AudioError("permission", path=path) from error
    except (av.FFmpegError, OSError, ValueError) as error:
        code = "damaged-file" if _looks_like_media(path) else "not-media"
        raise AudioError(code, name=path.name, reason=_reason(error)) from error


def _looks_like_media(path: Path) -> bool:
    """Whether the first bytes are those of a usual sound or video file; tells damage from a foreign file."""
    head = b""
    with suppress(OSError), path.open("rb") as file:
        head = file.read(12)
    return head.startswith((b"RIFF", b"fLaC", b"OggS", b"\x1aE\xdf\xa3", b"ID3")) or head[4:8] == b"ftyp"


def _sound(container: Any, path: Path) -> Any:
    if not container.streams.audio:
        kinds = ", ".join(sorted({stream.type for stream in container.streams})) or "no stream at all"
        raise AudioError("no-sound", name=path.name, kinds=kinds)
    stream = container.streams.audio[0]
    if stream.codec_context is None:
        raise AudioError("unknown-codec", name=path.name)
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


def _reason(error: Exception) -> str:
    """What the system or FFmpeg says, without the number and the path."""
    return str(getattr(error, "strerror", None) or error)
