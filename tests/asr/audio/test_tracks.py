"""Which sound track of a file is read."""

from pathlib import Path

import av
import numpy as np
import pytest

from asr.audio.media import open_media, read_file
from asr.errors import AudioError
from tests.support.recognition import sound


def loudest(path: Path, track: int | None = None) -> float:
    """Return the frequency in Hz that is strongest in a track."""
    with open_media(path) as media:
        samples = np.concatenate(list(media.read(16_000, track)))
    return float(np.argmax(np.abs(np.fft.rfft(samples))) * 16_000 / len(samples))


TRACKS = [sound.tone(2.0, hertz=300), sound.tone(2.0, hertz=600), sound.tone(2.0, hertz=900)]


@pytest.mark.parametrize(("suffix", "codec"), [(".mkv", "pcm_s16le"), (".mkv", "aac"), (".mp4", "aac")])
@pytest.mark.parametrize("default", [1, 2, 3])
def test_the_track_that_the_file_marks_is_read(tmp_path: Path, suffix: str, codec: str, default: int) -> None:
    path = sound.write_tracks(tmp_path / f"a{suffix}", TRACKS, codec=codec, default=default)
    assert loudest(path) == pytest.approx(300 * default, abs=2)
    for number in (1, 2, 3):
        assert loudest(path, number) == pytest.approx(300 * number, abs=2)


def test_without_a_mark_the_first_track_is_read(tmp_path: Path) -> None:
    assert loudest(sound.write_tracks(tmp_path / "a.ts", TRACKS, codec="mp2")) == pytest.approx(300, abs=2)


def test_a_track_that_cannot_be_decoded_is_passed_over(tmp_path: Path) -> None:
    path = sound.write_tracks(tmp_path / "a.mkv", TRACKS, codec="mp2", default=1)
    data = path.read_bytes()
    with av.open(str(path)) as container:
        for packet in container.demux(container.streams.audio[0]):
            data = data.replace(bytes(packet), bytes(packet.size)) if packet.size else data
    path.write_bytes(data)
    assert loudest(path) == pytest.approx(600, abs=2)
    with pytest.raises(AudioError, match="no sound in it could be decoded"):
        loudest(path, 1)


def test_a_track_of_an_unknown_codec_is_passed_over(tmp_path: Path) -> None:
    path = sound.write_tracks(tmp_path / "a.mkv", TRACKS, codec="mp2", default=1)
    path.write_bytes(path.read_bytes().replace(b"A_MPEG/L2", b"A_UNKNOWN", 1))
    assert loudest(path) == pytest.approx(600, abs=2)
    with open_media(path) as media:
        assert [track.codec for track in media.tracks] == ["unknown", "mp2", "mp2"]


def test_a_file_has_its_tracks_and_a_wrong_number_is_refused(tmp_path: Path) -> None:
    path = sound.write_tracks(tmp_path / "a.mkv", TRACKS[:2], tags=[{"language": "eng"}, {"title": "Remarks"}])
    with open_media(path) as media:
        assert media.duration == pytest.approx(2.0)
        assert [(one.number, one.codec, one.channels, one.rate) for one in media.tracks] == [
            (1, "pcm_s16le", 1, 16_000),
            (2, "pcm_s16le", 1, 16_000),
        ]
        assert media.tracks[0].language == "eng" and media.tracks[1].title == "Remarks"
        for wrong in (0, 3):
            with pytest.raises(AudioError, match="its tracks are 1 to 2"):
                list(media.read(16_000, wrong))


def test_files_with_one_track_do_not_change(tmp_path: Path) -> None:
    path = sound.write(tmp_path / "a.wav", sound.chirp(1.0), codec="pcm_f32le")
    np.testing.assert_array_equal(np.concatenate(list(read_file(path, 16_000))), sound.chirp(1.0))
