"""Places on this computer and in storages are named, listed, read and written alike."""

from pathlib import Path, PurePosixPath

import fsspec
import pytest

from app.cluster import places
from app.cluster.errors import ClusterError
from app.cluster.places import Place, Url, place_of
from asr.errors import AudioError
from tests.support.recognition import sound


def in_memory(folder: Path, place: str) -> None:
    """Copy a folder into the storage in memory."""
    memory = fsspec.filesystem("memory")
    for path in folder.rglob("*"):
        if path.is_file():
            memory.pipe_file(f"{place}/{path.relative_to(folder).as_posix()}", path.read_bytes())


@pytest.fixture(params=["local", "memory"])
def talks(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """A folder with sounds and other files, on the disk or in memory."""
    folder = tmp_path / "talks"
    (folder / "day [1]").mkdir(parents=True)
    sound.write(folder / "b.wav", sound.noise(1.0))
    sound.write(folder / "day [1]" / "a.flac", sound.noise(1.0))
    for name in ("notes.txt", ".hidden.wav"):
        (folder / name).write_bytes(b"1")
    if request.param == "local":
        return folder
    in_memory(folder, "memory://talks")
    return place_of("memory://talks")


def test_places_are_paths_and_urls() -> None:
    assert place_of("talks/a.wav") == Path("talks/a.wav") and place_of("file:///a.wav") == Path("/a.wav")
    url = place_of("s3://bucket/talks/a.wav")
    assert isinstance(url, Url) and str(url) == "s3://bucket/talks/a.wav" and url.name == "a.wav"
    assert str(url.parent / "b.wav") == "s3://bucket/talks/b.wav"


def test_a_folder_is_listed_by_name_with_sizes_and_versions(talks: Place) -> None:
    assert places.is_folder(talks) and not places.is_folder(talks / "b.wav")
    assert [str(one.below / one.place.name) for one in places.files_below(talks, recursive=False)] == ["b.wav"]
    found = {str(one.below / one.place.name): one for one in places.files_below(talks, recursive=True)}
    assert set(found) == {"b.wav", "day [1]/a.flac"} and found["day [1]/a.flac"].below == PurePosixPath("day [1]")
    assert all(one.size > 1000 and one.version for one in found.values())
    assert found["b.wav"].place == talks / "b.wav"


def test_what_is_written_is_whole_in_folders_that_are_made(talks: Place) -> None:
    place = talks / "new" / "day [2]" / "a.txt"
    places.write(place, b"first")
    places.write(place, b"words")
    assert places.read_text(place) == "words"
    places.forget()
    assert places.exists(place) and not places.exists(talks / "new" / "day [2]" / "b.txt")
    if isinstance(place, Path):
        assert [path.name for path in place.parent.iterdir()] == ["a.txt"]
    else:
        assert fsspec.filesystem("memory").ls(str(place.parent), detail=False) == ["/talks/new/day [2]/a.txt"]


def test_sound_is_read_by_the_one_reader(talks: Place) -> None:
    with places.open_sound(talks / "day [1]" / "a.flac") as media:
        assert sum(map(len, media.read(16_000))) == 16_000 and media.name == "a.flac"
    with pytest.raises(AudioError) as missing:
        places.open_sound(talks / "c.wav")
    assert missing.value.code == "missing"


def test_a_storage_that_renames_gets_the_name_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """fsspec's own local file system stands for those that rename, as SFTP does."""
    files = fsspec.filesystem("file")
    put: list[str] = []
    whole = files.pipe_file

    def noted(path: str, data: bytes) -> None:
        put.append(path)
        whole(path, data)

    monkeypatch.setattr(files, "pipe_file", noted)
    monkeypatch.setattr(places, "storage", lambda protocol: files)
    place = Url("file", PurePosixPath(tmp_path.as_posix()) / "out" / "a.txt")
    places.write(place, b"words")
    assert (tmp_path / "out" / "a.txt").read_bytes() == b"words"
    assert [Path(path).name.startswith(".echoic-") for path in put] == [True]
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["a.txt"]


def test_a_storage_that_cannot_be_reached_is_a_sentence() -> None:
    with pytest.raises(ClusterError) as unknown:
        places.is_folder(place_of("nosuchstorage://a/b"))
    assert unknown.value.code == "storage"
