"""Files that are not whole are told; files that only look odd are not; chains of Ogg streams are read to their end."""

import io
from pathlib import Path

import av
import numpy as np
import pytest

from asr.audio.byte_stream import ByteStream, promised_bytes
from asr.audio.media import open_media, read_file
from asr.errors import AudioError
from tests.support.recognition import sound

RATE = 16_000
CASES = [
    (".wav", "pcm_s16le"),
    (".w64", "pcm_s16le"),
    (".caf", "pcm_s16be"),
    (".aiff", "pcm_s16be"),
    (".au", "pcm_s16be"),
    (".avi", "libmp3lame"),
    (".mkv", "aac"),
    (".mkv", "pcm_s16le"),
    (".webm", "libopus"),
    (".flv", "libmp3lame"),
    (".ogg", "libopus"),
    (".ogg", "flac"),
    (".flac", "flac"),
    (".mp3", "libmp3lame"),
    (".wv", "wavpack"),
    (".tta", "tta"),
    (".wma", "libmp3lame"),
]


class Pipe(io.RawIOBase):
    """A binary stream that cannot seek, and gives what it has in small pieces."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def read(self, size: int = -1) -> bytes:
        return self._data.read(min(size, 1000))


def outcome(source: Path | Pipe, name: str = "a") -> tuple[np.ndarray, AudioError | None, list[str]]:
    """Return the samples, the error after them, and the codes of the notes."""
    chunks: list[np.ndarray] = []
    with open_media(source, name) as media:
        error = None
        try:
            for chunk in media.read(RATE):
                chunks.append(chunk)
        except AudioError as caught:
            error = caught
        return np.concatenate([np.zeros(0, np.float32), *chunks]), error, [note.code for note in media.notes]


def made(path: Path, codec: str, seconds: float = 10.0) -> bytes:
    rate = 44_100 if codec == "libmp3lame" else 48_000 if codec == "libopus" else RATE
    return sound.write(path, sound.noise(seconds, rate), rate, codec).read_bytes()


@pytest.mark.parametrize(("suffix", "codec"), CASES)
def test_a_file_without_its_end_is_told(tmp_path: Path, suffix: str, codec: str) -> None:
    data = made(tmp_path / f"a{suffix}", codec)
    path = tmp_path / f"cut{suffix}"
    path.write_bytes(data[: len(data) * 6 // 10])
    samples, error, _ = outcome(path)
    assert 3.9 < len(samples) / RATE < 7
    assert error is not None and error.code in ("cut-short", "no-end-mark"), error
    if error.code == "cut-short":
        assert error.parameters["expected"] == pytest.approx(10, abs=0.6)
    same, again, _ = outcome(Pipe(path.read_bytes()), path.name)
    assert again is not None and len(same) == pytest.approx(len(samples), abs=RATE // 10)


@pytest.mark.parametrize(("suffix", "codec"), [*CASES, (".m4a", "aac"), (".mp4", "aac"), (".ts", "aac")])
def test_a_whole_file_is_not_told_to_be_cut(tmp_path: Path, suffix: str, codec: str) -> None:
    data = made(tmp_path / f"a{suffix}", codec, 5.0)
    samples, error, notes = outcome(tmp_path / f"a{suffix}")
    assert error is None and not notes
    assert len(samples) / RATE == pytest.approx(5, abs=0.15)
    piped, error, _ = outcome(Pipe(data), f"a{suffix}")
    assert error is None
    assert len(piped) == pytest.approx(len(samples), abs=1)


@pytest.mark.parametrize("size", [0, 0xFFFFFFFF, 0x7FFFFFFF, 0x7FFFF024])
def test_a_wav_file_from_a_pipe_promises_nothing(tmp_path: Path, size: int) -> None:
    data = bytearray(made(tmp_path / "a.wav", "pcm_s16le", 2.0))
    at = data.index(b"data") + 4
    data[4:8] = data[at : at + 4] = size.to_bytes(4, "little")
    assert promised_bytes(bytes(data)) is None
    if size:
        (tmp_path / "b.wav").write_bytes(data)
        samples, error, _ = outcome(tmp_path / "b.wav")
        assert error is None and len(samples) == 2 * RATE


def test_headers_of_any_bytes_promise_something_or_nothing() -> None:
    random = np.random.default_rng(0)
    starts = [b"RIFF", b"RF64", b"riff", b"FORM", b".snd", b"caff", b"\x1aE\xdf\xa3", b"FLV", b"\x30\x26\xb2\x75"]
    for start in starts:
        for length in (0, 1, 5, 30, 200):
            for _ in range(20):
                promised_bytes(start + random.integers(0, 256, length, dtype=np.uint8).tobytes())


def tag(size: int) -> bytes:
    """Return an ID3 tag with a picture of random bytes."""
    body = np.random.default_rng(0).integers(0, 256, size, dtype=np.uint8).tobytes()
    return b"ID3\x03\0\0" + bytes([size >> 21 & 127, size >> 14 & 127, size >> 7 & 127, size & 127]) + body


LYRICS = b"LYRICSBEGIN" + b"hello there " * 300 + b"003611LYRICS200"
INSIDE = {
    "joined": b"",
    "joined with tags": tag(20_000),
    "lyrics": LYRICS + b"TAG" + bytes(125),
    "APE": b"APETAGEX" + bytes(2000),
    "zeros": bytes(5000),
}


@pytest.mark.parametrize("name", INSIDE)
def test_tags_between_joined_files_are_a_note(tmp_path: Path, name: str) -> None:
    one = sound.write(tmp_path / "a.mp3", sound.noise(2.0)).read_bytes()
    path = tmp_path / "joined.mp3"
    path.write_bytes(one + INSIDE[name] + one)
    samples, error, notes = outcome(path)
    assert error is None, error
    assert notes == ["no-sound-inside"]
    assert len(samples) / RATE == pytest.approx(4.0, abs=0.2)


@pytest.mark.parametrize("name", ["lyrics", "APE", "zeros"])
def test_tags_and_zeros_at_the_end_are_no_fault(tmp_path: Path, name: str) -> None:
    path = sound.write(tmp_path / "a.mp3", sound.noise(2.0))
    before, _, _ = outcome(path)
    path.write_bytes(path.read_bytes() + INSIDE[name])
    samples, error, _ = outcome(path)
    assert error is None
    assert len(samples) == pytest.approx(len(before), abs=600)


def test_zeros_in_the_place_of_sound_are_a_fault(tmp_path: Path) -> None:
    path = sound.write(tmp_path / "a.mp3", sound.noise(6.0))
    data = bytearray(path.read_bytes())
    data[5000:12_000] = bytes(7000)
    path.write_bytes(data)
    _, error, _ = outcome(path)
    assert error is not None


def vorbis(path: Path, samples: np.ndarray, rate: int) -> bytes:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("vorbis", rate=rate, layout="stereo", options={"strict": "-2"})
        frame = av.AudioFrame.from_ndarray(np.repeat(samples, 2)[None], "flt", "stereo")
        frame.sample_rate, frame.pts = rate, 0
        resampler = av.AudioResampler(stream.format, "stereo", rate, 64)
        for part in [*resampler.resample(frame), *resampler.resample(None), None]:
            container.mux(stream.encode(part))
    return path.read_bytes()


def link(folder: Path, codec: str, rate: int, hertz: float, channels: int) -> bytes:
    samples = sound.tone(2.0, rate, hertz)
    if codec == "vorbis":
        return vorbis(folder / "a.ogg", samples, rate)
    return sound.write(folder / "a.ogg", np.stack([samples] * channels), rate, codec).read_bytes()


@pytest.mark.parametrize("codec", ["vorbis", "libopus", "flac"])
@pytest.mark.parametrize("rates", [(16_000, 16_000), (16_000, 48_000), (48_000, 16_000), (48_000, 24_000, 16_000)])
def test_a_chain_is_read_to_its_end(tmp_path: Path, codec: str, rates: tuple[int, ...]) -> None:
    parts = [link(tmp_path, codec, rate, 300 * (n + 1), 1 + n % 2) for n, rate in enumerate(rates)]
    path = tmp_path / "chain.ogg"
    path.write_bytes(b"".join(parts))
    samples, error, _ = outcome(path)
    assert error is None
    assert len(samples) / RATE == pytest.approx(2 * len(rates), abs=0.1)
    for n in range(len(rates)):
        second = samples[RATE * (2 * n + 1) - RATE // 2 :][:RATE]
        assert np.argmax(np.abs(np.fft.rfft(second))) == pytest.approx(300 * (n + 1), abs=2)
    piped, error, _ = outcome(Pipe(path.read_bytes()))
    assert error is None
    np.testing.assert_array_equal(piped, samples)


def test_a_chain_that_is_cut_is_told(tmp_path: Path) -> None:
    parts = [link(tmp_path, "libopus", rate, 300, 1) for rate in (16_000, 48_000)]
    path = tmp_path / "chain.ogg"
    path.write_bytes((parts[0] + parts[1])[: -len(parts[1]) // 2])
    samples, error, _ = outcome(path)
    assert 2 < len(samples) / RATE < 4 and error is not None and error.code == "no-end-mark"


def test_bytes_between_ogg_pages_do_no_harm(tmp_path: Path) -> None:
    part = link(tmp_path, "libopus", 48_000, 300, 1)
    whole = np.concatenate(list(read_file(tmp_path / "a.ogg", RATE)))
    at = part.index(b"OggS", len(part) // 2)
    (tmp_path / "junk.ogg").write_bytes(part[:at] + b"no page" * 30_000 + part[at:])
    samples, _, _ = outcome(tmp_path / "junk.ogg")
    assert len(samples) == pytest.approx(len(whole), abs=RATE // 5)


def test_a_damaged_file_may_name_bytes_that_are_not_there(tmp_path: Path) -> None:
    """PyAV prints the traceback of what is raised in a seek."""
    (tmp_path / "a").write_bytes(bytes(10))
    with (tmp_path / "a").open("rb", buffering=0) as file:
        source = ByteStream(file, "a")
        assert source.seek(-5) == source.seek(-1 << 62) == -1
        assert source.seek(4) == source.tell() == 4
