"""Where sound and transcripts lie: paths of this computer, or URLs of any storage that fsspec knows (S3, SFTP, ...).

A place is a `Path` or a `Url`. Both are named, listed, read and written by the functions of this module, so that what
uses them asks for neither. Credentials are those of the user, as the library of each storage finds them.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import fsspec

from app.cli.files.outputs import write_file
from app.cluster.errors import ClusterError
from app.worker.media_files import files_in, is_media
from asr.errors import AudioError

if TYPE_CHECKING:
    from asr.audio.media import Media


@dataclass(frozen=True)
class Url:
    """A place in a storage: `s3://bucket/talks/a.wav` has the protocol `s3` and the path `bucket/talks/a.wav`."""

    protocol: str
    path: PurePosixPath

    def __str__(self) -> str:
        return f"{self.protocol}://{'' if self.path == PurePosixPath() else self.path}"

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.name

    @property
    def parent(self) -> "Url":
        """The folder."""
        return Url(self.protocol, self.path.parent)

    def __truediv__(self, below: PurePosixPath | str) -> "Url":
        return Url(self.protocol, self.path / below)


Place = Path | Url
HERE = PurePosixPath()


@dataclass(frozen=True)
class Found:
    """A file of a listing. `version` changes with its content, as far as the storage tells; "" where unknown."""

    place: Place
    below: PurePosixPath  # its folder within the one that was listed
    size: int = 0  # bytes
    version: str = ""


def place_of(text: str) -> Place:
    """Return the place that a user names; `file://` is this computer."""
    protocol, mark, path = text.partition("://")
    if not mark:
        return Path(text)
    return Path(path) if protocol in ("file", "local") else Url(protocol, PurePosixPath(path))


@cache
def storage(protocol: str) -> Any:
    """Return the file system of a protocol.

    Raises:
        ClusterError: There is none, or its library is missing.
    """
    try:
        return fsspec.filesystem(protocol)
    except (ImportError, ValueError) as error:
        raise ClusterError("storage", place=f"{protocol}://", reason=_reason(error)) from error


def is_folder(place: Place) -> bool:
    """Return whether a place is a folder. Raises ClusterError."""
    if isinstance(place, Path):
        return os.path.isdir(place)
    try:
        return bool(storage(place.protocol).isdir(_path(place)))
    except Exception as error:  # whatever the library of a storage raises: no credentials, no network
        raise ClusterError("storage", place=place, reason=_reason(error)) from error


def files_below(folder: Place, recursive: bool) -> Iterator[Found]:
    """Yield the sound and video files of a folder by name, see `app.worker.media_files.files_in`.

    Raises:
        ClusterError: It cannot be listed.
    """
    if isinstance(folder, Path):
        try:
            for path in files_in(folder, recursive):
                yield found(path, PurePosixPath(path.parent.relative_to(folder).as_posix()))
        except OSError as error:
            raise ClusterError("storage", place=folder, reason=_reason(error)) from error
        return
    try:
        listed = storage(folder.protocol).find(_path(folder), maxdepth=None if recursive else 1, detail=True)
    except Exception as error:
        raise ClusterError("storage", place=folder, reason=_reason(error)) from error
    root = PurePosixPath(_path(folder))
    for path, info in sorted(listed.items()):
        below = PurePosixPath(path).relative_to(root)
        if is_media(below.name) and not any(part.startswith(".") for part in below.parts):
            yield Found(folder / below, below.parent, int(info.get("size") or 0), _version(info))


def found(place: Place, below: PurePosixPath = HERE) -> Found:
    """Return a file with its size and version where this computer has it: a storage would be asked for each."""
    if isinstance(place, Path):
        with suppress(OSError, ValueError):
            status = place.stat()
            return Found(place, below, status.st_size, f"{status.st_size} {status.st_mtime_ns}")
    return Found(place, below)


@cache
def _names(folder: Url) -> frozenset[str]:
    """Return the names in a folder of a storage; none where there is no such folder."""
    try:
        listed = storage(folder.protocol).ls(_path(folder), detail=False)
    except FileNotFoundError:
        return frozenset()
    except Exception as error:
        raise ClusterError("storage", place=folder, reason=_reason(error)) from error
    return frozenset(PurePosixPath(path).name for path in listed)


def forget() -> None:
    """Forget all listings: they are those of one command."""
    _names.cache_clear()


def exists(place: Place) -> bool:
    """Return whether a file is there, in a storage by a listing of its folder that is made once.

    Raises:
        ClusterError: The storage cannot be reached.
    """
    return place.exists() if isinstance(place, Path) else place.name in _names(place.parent)


def read_text(place: Place) -> str:
    """Return the text of a file. Raises ClusterError."""
    try:
        if isinstance(place, Path):
            return place.read_text(encoding="utf-8")
        return bytes(storage(place.protocol).cat_file(_path(place))).decode()
    except Exception as error:
        raise ClusterError("list-unreadable", place=place, reason=_reason(error)) from error


def open_sound(place: Place) -> "Media":
    """Open a sound or video file by the reader of all commands.

    Raises:
        AudioError: It cannot be opened or has no sound.
    """
    from asr.audio.media import open_media

    if isinstance(place, Path):
        return open_media(place)
    try:
        file = storage(place.protocol).open(_path(place), "rb")
    except FileNotFoundError as error:
        raise AudioError("missing", path=place) from error
    except Exception as error:
        raise AudioError("cannot-open", path=place, reason=_reason(error)) from error
    return open_media(file, place.name)


def write(place: Place, content: bytes) -> None:
    """Write a file whole or not at all: under another name first, then it is renamed.

    Object stores have no renaming, but an object is there whole or not at all by itself.

    Raises:
        OSError: It cannot be written.
    """
    if isinstance(place, Path):
        write_file(place, content)
        return
    files, path = storage(place.protocol), _path(place)
    renames = type(files).mv is not fsspec.AbstractFileSystem.mv  # that one copies and removes
    first = _path(place.parent / f".echoic-{uuid4().hex}") if renames else path
    try:
        files.makedirs(_path(place.parent), exist_ok=True)
        files.pipe_file(first, content)
        if renames:
            files.mv(first, path)
    except Exception as error:
        if renames:
            with suppress(Exception):
                files.rm_file(first)
        raise OSError(None, _reason(error)) from error


def _path(place: Url) -> str:
    """Return the path as the storage takes it."""
    return str(storage(place.protocol)._strip_protocol(str(place)))


def _version(info: dict[str, Any]) -> str:
    """Return what a storage tells of a file's content."""
    known = (info.get(name) for name in ("ETag", "etag", "LastModified", "mtime", "modified", "created"))
    return f"{info.get('size')} {next((value for value in known if value), '')}"


def _reason(error: Exception) -> str:
    """Return the message of a library on one line."""
    return str(getattr(error, "strerror", None) or " ".join(str(error).split()) or type(error).__name__)
