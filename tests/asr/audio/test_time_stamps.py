"""The sound of a file has the time that a player shows, also where its track starts late or has holes."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from asr.audio.media import open_media
from tests.support.recognition import sound

RATE = 16_000


def written(path: Path, starts: list[float], codec: str, video: bool = True, seconds: float = 1.0) -> Path:
    """Write a tone of `seconds` at each of the times, and a picture from 0 on."""
    with av.open(str(path), "w") as container:
        packets: list[Any] = []
        if video:
            picture: Any = container.add_stream("mpeg4", rate=25)
            picture.width = picture.height = 64
            picture.pix_fmt = "yuv420p"
        stream: Any = container.add_stream(codec, rate=48_000, layout="mono")
        for number in range(round(25 * (starts[-1] + seconds)) if video else 0):
            frame = av.VideoFrame(64, 64, "yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, 25)
            packets += picture.encode(frame)
        packets += picture.encode(None) if video else []
        size = stream.codec_context.frame_size or 1152
        for start in starts:
            samples = sound.tone(seconds, 48_000)
            for at in range(0, len(samples) - size, size):
                block = av.AudioFrame.from_ndarray(samples[None, at : at + size], "flt", "mono")
                block.sample_rate, block.time_base = 48_000, Fraction(1, 48_000)
                block.pts = round(start * 48_000) + at
                (block,) = av.AudioResampler(stream.format, "mono", 48_000).resample(block)
                packets += stream.encode(block)
        packets += stream.encode(None)
        for packet in sorted(packets, key=lambda one: float((one.dts or 0) * one.time_base)):
            container.mux(packet)
    return path


def spans(path: Path) -> tuple[list[tuple[float, float]], list[str]]:
    """Return the first and last second of each tone, and the codes of the notes."""
    with open_media(path) as media:
        samples = np.concatenate(list(media.read(RATE)))
        notes = [note.code for note in media.notes]
    block = RATE // 50
    loud = np.abs(samples[: len(samples) // block * block]).reshape(-1, block).max(axis=1) > 0.1
    edges = np.flatnonzero(np.diff(np.concatenate([[0], loud.astype(int), [0]])))
    return [(a / 50, b / 50) for a, b in edges.reshape(-1, 2)], notes


@pytest.mark.parametrize(("suffix", "codec"), [(".mp4", "aac"), (".mkv", "aac"), (".mkv", "mp2"), (".ts", "mp2")])
@pytest.mark.parametrize("starts", [[0.0], [5.0], [0.0, 4.0], [2.0, 4.0, 9.0]])
def test_tones_have_their_times(tmp_path: Path, suffix: str, codec: str, starts: list[float]) -> None:
    found, notes = spans(written(tmp_path / f"a{suffix}", starts, codec))
    assert [start for start, _ in found] == pytest.approx(starts, abs=0.1) and not notes
    assert [end for _, end in found] == pytest.approx([start + 1 for start in starts], abs=0.15)


def test_holes_are_bounded_and_noted(tmp_path: Path) -> None:
    found, notes = spans(written(tmp_path / "a.mkv", [0.0, 4000.0], "mp2", video=False))
    assert len(found) == 2 and found[1][0] < 20 and notes == ["hole-left-out"]


def test_a_late_start_without_a_picture_is_bounded(tmp_path: Path) -> None:
    found, _ = spans(written(tmp_path / "a.mkv", [3.0], "mp2", video=False))
    assert found[0][0] == pytest.approx(3.0, abs=0.1)
    found, _ = spans(written(tmp_path / "b.mkv", [4000.0], "mp2", video=False))
    assert found[0][0] < 61
