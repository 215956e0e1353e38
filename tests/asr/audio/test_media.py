"""Media files, raw pipes and the resampler; and an error that explains whatever is wrong with a sound."""

import io
import os
import subprocess
import sys
import threading
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asr.audio.frames import FrameReader
from asr.audio.media import DEMUXERS, duration, read_file
from asr.audio.pcm import read_pcm
from asr.audio.resampler import Resampler
from asr.errors import AudioError
from tests.support.recognition import sound


def joined(chunks: Iterable[np.ndarray]) -> np.ndarray:
    return np.concatenate([np.zeros(0, np.float32), *chunks])


def samples_and_error(chunks: Iterable[np.ndarray]) -> tuple[np.ndarray, str]:
    """Return the samples that were yielded, and the message of the error after them."""
    samples: list[np.ndarray] = []
    with pytest.raises(AudioError) as caught:
        for chunk in chunks:
            samples.append(chunk)
    return joined(samples), str(caught.value)


@settings(max_examples=60, deadline=None)
@given(
    rate=st.sampled_from([8000, 16000, 22050, 44100, 48000, 11025.5]),
    length=st.integers(0, 20_000),
    cuts=st.lists(st.integers(0, 5000), max_size=12),
)
def test_streamed_is_one_shot_for_any_cuts(rate: float, length: int, cuts: list[int]) -> None:
    samples = sound.noise(length / 16_000)
    whole = Resampler(rate, 16_000)
    expected = joined([whole.feed(samples), whole.flush()])
    stream, position = Resampler(rate, 16_000), 0
    parts: list[np.ndarray] = []
    for cut in cuts:
        parts.append(stream.feed(samples[position : position + cut]))
        position += cut
    parts += [stream.feed(samples[position:]), stream.flush()]
    np.testing.assert_array_equal(joined(parts), expected)
    assert abs(len(expected) - len(samples) * 16_000 / rate) <= 1


def test_a_flushed_resampler_takes_no_more() -> None:
    stream = Resampler(48_000, 16_000)
    stream.flush()
    with pytest.raises(ValueError, match="flushed"):
        stream.feed(np.zeros(10, np.float32))


@pytest.mark.parametrize("suffix", list(sound.CODECS))
@pytest.mark.parametrize("rate", [16_000, 48_000])
@pytest.mark.parametrize("channels", [1, 2])
def test_every_kind_of_file_gives_its_sound(tmp_path: Path, suffix: str, rate: int, channels: int) -> None:
    original = sound.tone(2.0, rate)
    path = sound.write(tmp_path / f"a{suffix}", np.stack([original] * channels), rate)
    samples = joined(read_file(path, 16_000))
    assert samples.dtype == np.float32
    # FFmpeg before 8 does not write the delay of its AAC encoder, a packet of 1,024 samples, into Matroska files.
    late = 1024 / rate if suffix == ".mkv" and int(av.__version__.partition(".")[0]) < 16 else 0.0
    assert len(samples) / 16_000 == pytest.approx(2.0, abs=0.1 + late)
    middle = samples[8000:24_000]
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(len(middle))))
    assert np.argmax(spectrum) * 16_000 / len(middle) == pytest.approx(440, abs=2)
    assert np.sqrt(np.mean(middle**2)) == pytest.approx(0.5 / np.sqrt(2), rel=0.05)


@pytest.mark.parametrize("codec", ["pcm_u8", "pcm_s16le", "pcm_s24le", "pcm_s32le", "pcm_f32le", "pcm_f64le"])
def test_every_sample_format_has_the_same_level(tmp_path: Path, codec: str) -> None:
    original = sound.chirp(0.5)
    samples = joined(read_file(sound.write(tmp_path / "a.wav", original, codec=codec), 16_000))
    np.testing.assert_allclose(samples, original, atol=0.01 if codec == "pcm_u8" else 1e-4)


def test_channels_are_averaged_and_16_khz_is_not_resampled(tmp_path: Path) -> None:
    left, right = sound.noise(1.0, seed=1), sound.noise(1.0, seed=2)
    path = sound.write(tmp_path / "a.wav", np.stack([left, right]), codec="pcm_f32le")
    np.testing.assert_allclose(joined(read_file(path, 16_000)), (left + right) / 2, atol=1e-7)


@pytest.mark.parametrize("channels", range(1, 17))
@pytest.mark.parametrize("sample_format", ["u8", "s16", "s32", "s64", "flt", "dbl"])
@pytest.mark.parametrize("planar", ["", "p"])
def test_frames_of_any_number_of_channels_and_any_format_are_read(
    channels: int, sample_format: str, planar: str
) -> None:
    """PyAV reads past its array of planes from 8 on, and the process crashes."""
    original = np.stack([sound.noise(0.05, seed=seed) for seed in range(channels)])
    layout = f"{channels} channels"
    frame = av.AudioFrame.from_ndarray(original.T.reshape(1, -1), "flt", layout)
    frame.sample_rate, frame.time_base = 16_000, Fraction(1, 16_000)
    (frame,) = av.AudioResampler(sample_format + planar, layout, 16_000).resample(frame)
    samples = FrameReader().convert(frame)
    assert frame.format.name == sample_format + planar and samples.dtype == np.float32
    np.testing.assert_allclose(samples, original, atol=0.01 if sample_format == "u8" else 1e-4)


@pytest.mark.parametrize(
    ("name", "codec", "channels"),
    [("a.mkv", "wavpack", 8), ("b.mkv", "aac", 8), ("c.mkv", "libopus", 8), ("d.wv", "wavpack", 16)],
)
def test_surround_files_are_read_whole(tmp_path: Path, name: str, codec: str, channels: int) -> None:
    original = np.stack([sound.tone(1.0, 48_000)] * channels)
    path = sound.write(tmp_path / name, original, 48_000, codec)
    code = "import sys; from asr.audio.media import read_file; print(sum(map(len, read_file(sys.argv[1], 16_000))))"
    ended = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    assert int(ended.stdout) == pytest.approx(16_000, abs=800)


def test_layouts_may_change_in_the_middle() -> None:
    reader = FrameReader()
    for channels in (8, 2, 9, 8):
        frame = av.AudioFrame.from_ndarray(np.full((1, channels * 10), 0.5, np.float32), "flt", f"{channels} channels")
        frame.sample_rate, frame.time_base = 16_000, Fraction(1, 16_000)
        (planar,) = av.AudioResampler("fltp", frame.layout, 16_000).resample(frame)
        np.testing.assert_array_equal(reader.convert(planar), np.full((channels, 10), 0.5, np.float32))


def test_a_file_is_resampled_as_one_stream_and_in_small_blocks(tmp_path: Path) -> None:
    original = sound.chirp(3.0, 44_100)
    path = sound.write(tmp_path / "a.wav", original, 44_100, codec="pcm_f32le")
    whole = Resampler(44_100, 16_000)
    chunks = list(read_file(path, 16_000))
    np.testing.assert_array_equal(joined(chunks), joined([whole.feed(original), whole.flush()]))
    assert max(len(chunk) for chunk in chunks) < 16_000
    assert duration(path) == pytest.approx(3.0)


def test_files_without_sound_are_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.wav").write_bytes(b"")
    (tmp_path / "text.wav").write_text("this is a letter, not a recording\n" * 40)
    (tmp_path / "list.m3u8").write_text("#EXTM3U\n#EXTINF:10\nhttp://127.0.0.1:1/a.ts\n")
    sound.write_silent_video(tmp_path / "video.mp4")
    header = sound.write(tmp_path / "a.wav", sound.tone(1.0)).read_bytes().partition(b"data")[0]
    (tmp_path / "nothing.wav").write_bytes(header + b"data" + bytes(4))
    cases = {
        "missing.wav": "does not exist",
        ".": "is a folder",
        "empty.wav": "is empty",
        "text.wav": "not sound or video",
        "list.m3u8": "list that names other files",
        "video.mp4": r"holds no sound \(found: video\)",
        "nothing.wav": "no sound in it",
    }
    for name, message in cases.items():
        with pytest.raises(AudioError, match=message):
            list(read_file(tmp_path / name, 16_000))
    with pytest.raises(AudioError, match="does not exist"):
        list(read_file("http://127.0.0.1:1/a.wav", 16_000))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("c.wav", "ffconcat version 1.0\nfile '{}'\n"),
        ("c.mp3", "#EXTM3U\n#EXTINF:1,\n{}\n#EXT-X-ENDLIST\n"),
        ("c.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:{}\n#EXT-X-ENDLIST\n"),
    ],
)
def test_a_list_of_other_files_is_refused(tmp_path: Path, name: str, text: str) -> None:
    other = sound.write(tmp_path / "other.mp3", sound.tone(1.0))
    path = tmp_path / name
    path.write_text(text.format(other))
    for read in (duration, lambda path: list(read_file(path, 16_000))):
        with pytest.raises(AudioError, match="list that names other files"):
            read(path)


def test_no_demuxer_reads_other_files_or_devices() -> None:
    others = {"concat", "hls", "dash", "imf", "lavfi", "sdp", "rtp", "rtsp", "image2", "ffmetadata"}
    devices = {"alsa", "oss", "fbdev", "x11grab", "kmsgrab", "v4l2", "data", "rawvideo", "s16le"}
    assert not (others | devices) & set(DEMUXERS.split(","))


def test_a_damaged_packet_gets_no_more_silence_than_the_others_have_sound(tmp_path: Path) -> None:
    """A crafted m4a claims hours for each packet that cannot be decoded."""
    whole = sound.write(tmp_path / "a.m4a", sound.noise(4.0)).read_bytes()
    data = bytearray(whole.replace(b"edts", b"free"))
    position = data.index(b"stts")
    count = int.from_bytes(data[position + 8 : position + 12], "big")
    for entry in range(count):
        at = position + 12 + 8 * entry
        data[at + 4 : at + 8] = (16_000 * 3600).to_bytes(4, "big")  # an hour each
    start = data.index(b"mdat") + 1000
    data[start : start + 6000] = bytes(np.random.default_rng(0).integers(0, 256, 6000, dtype=np.uint8))
    (tmp_path / "bad.m4a").write_bytes(data)
    samples, message = samples_and_error(read_file(tmp_path / "bad.m4a", 16_000))
    assert "damaged" in message or "cut short" in message
    assert len(samples) / 16_000 < 60


@pytest.mark.parametrize("suffix", [".mp3", ".flac"])
def test_a_file_cut_short_is_read_to_the_cut_and_then_reported(tmp_path: Path, suffix: str) -> None:
    data = sound.write(tmp_path / f"a{suffix}", sound.tone(4.0)).read_bytes()
    (tmp_path / f"cut{suffix}").write_bytes(data[: len(data) * 6 // 10])
    samples, message = samples_and_error(read_file(tmp_path / f"cut{suffix}", 16_000))
    assert 1.5 < len(samples) / 16_000 < 3.0
    assert "cut short" in message or "damaged" in message


def test_a_hole_in_a_file_keeps_the_time_of_the_sound_after_it(tmp_path: Path) -> None:
    original = np.concatenate([sound.noise(3.0), sound.tone(1.0)])
    data = bytearray(sound.write(tmp_path / "a.mp4", original).read_bytes())
    start = data.index(b"mdat") + (len(data) // 4)
    data[start : start + 200] = bytes(np.random.default_rng(0).integers(0, 256, 200, dtype=np.uint8))
    (tmp_path / "hole.mp4").write_bytes(data)
    samples, message = samples_and_error(read_file(tmp_path / "hole.mp4", 16_000))
    assert "damaged" in message
    assert len(samples) / 16_000 == pytest.approx(4.0, abs=0.1)


def test_nan_in_a_file_is_reported_with_its_time_after_the_sound_before_it(tmp_path: Path) -> None:
    original = sound.noise(1.0)
    original[8000] = np.nan
    path = sound.write(tmp_path / "a.wav", original, codec="pcm_f32le")
    samples, message = samples_and_error(read_file(path, 16_000))
    assert len(samples) == 8000
    assert "NaN" in message and "0.50 s" in message


class ShortReads(io.RawIOBase):
    """A pipe whose reads return the given numbers of bytes."""

    def __init__(self, data: bytes, sizes: list[int]) -> None:
        self._data, self._sizes = data, sizes

    def read(self, size: int = -1) -> bytes:
        take = self._sizes.pop(0) if self._sizes else size
        piece, self._data = self._data[:take], self._data[take:]
        return piece


@settings(max_examples=40, deadline=None)
@given(sizes=st.lists(st.integers(1, 999), max_size=30), encoding=st.sampled_from(["s16le", "f32le"]))
def test_reads_may_cut_a_sample_in_two(sizes: list[int], encoding: str) -> None:
    original = (sound.noise(0.3) * 32_767).astype("<i2")
    raw = original.tobytes() if encoding == "s16le" else (original / np.float32(32_768)).astype("<f4").tobytes()
    samples = joined(read_pcm(ShortReads(raw, list(sizes)), 16_000, encoding, 16_000))
    np.testing.assert_array_equal(samples, original / np.float32(32_768))


def test_a_pipe_is_passed_on_without_waiting_for_more() -> None:
    reading, writing = os.pipe()
    with open(reading, "rb") as stream:
        chunks = read_pcm(stream, 16_000, "s16le", 16_000)
        os.write(writing, bytes(200))
        timer = threading.Timer(5, os.close, [writing])  # ends a read that waits for more
        timer.start()
        assert len(next(chunks)) == 100
        assert timer.is_alive()
        timer.cancel()
        timer.join()
        os.write(writing, bytes(100))
        assert len(next(chunks)) == 50
        os.close(writing)
        assert list(chunks) == []


def test_bad_pipes_are_reported_and_lose_nothing() -> None:
    original = sound.tone(0.1).astype("<f4")
    samples, message = samples_and_error(read_pcm(io.BytesIO(original.tobytes() + b"\1"), 16_000, "f32le", 16_000))
    assert len(samples) == 1600 and "1 of 4 bytes" in message
    for bad in (np.nan, np.inf):
        broken = original.copy()
        broken[800] = bad
        samples, message = samples_and_error(read_pcm(io.BytesIO(broken.tobytes()), 16_000, "f32le", 16_000))
        assert len(samples) == 800 and "0.05 s" in message
    for rate in (0, -16_000, float("nan"), 1e9):
        with pytest.raises(AudioError, match="not possible"):
            read_pcm(io.BytesIO(), rate, "s16le", 16_000)
    with pytest.raises(AudioError, match="s16le, f32le"):
        read_pcm(io.BytesIO(), 16_000, "mp3", 16_000)


@pytest.mark.parametrize("tag", [b"caf\xe9", b"\xff\xfe\x00x", "日本".encode("shift_jis")])
def test_a_tag_in_another_encoding_does_not_matter(tmp_path: Path, tag: bytes) -> None:
    """PyAV 14 to 18 raise for it without an argument that PyAV 19 does not have."""
    path = sound.write(tmp_path / "a.wav", sound.tone(1.0))
    data = path.read_bytes()
    body = b"INFOINAM" + len(tag).to_bytes(4, "little") + tag + b"\0" * (len(tag) % 2)
    data += b"LIST" + len(body).to_bytes(4, "little") + body
    path.write_bytes(data[:4] + (len(data) - 8).to_bytes(4, "little") + data[8:])
    assert sum(map(len, read_file(path, 16_000))) == 16_000
    assert duration(path) == 1.0
