"""Where transcripts are written: files named after their inputs, never overwritten unasked, whole or not at all."""

import errno
import os
import tempfile
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path, PurePath
from typing import ClassVar, TypeVar

from app.export.registry import FORMATS
from asr.errors import EchoicError

PathT = TypeVar("PathT", bound=PurePath)
Identity = tuple[int, int]  # what all names of a file share


class OutputError(EchoicError):
    """Output files that cannot be written."""

    SENTENCES: ClassVar[dict[str, str]] = {
        "folder-not-writable": "The output folder {folder} cannot be written to: {reason}.",
    }


def targets(files: Sequence[PurePath], formats: Sequence[str], folders: Sequence[PathT]) -> list[dict[str, PathT]]:
    """Return for each file the paths of its outputs by format, in its folder: `talk.wav` gives `talk.json`.

    A second `talk` keeps its own ending in the name (`talk.mp3.json`), a third of the same name gets a number.
    """
    taken: set[tuple[str, str]] = set()
    planned = []
    for file, folder in zip(files, folders, strict=True):
        place = os.path.realpath(folder)
        names = [file.stem, file.name]
        number = 2
        while (place, _folded(name := names.pop(0))) in taken:
            if not names:
                names.append(f"{file.name}-{number}")
                number += 1
        taken.add((place, _folded(name)))
        planned.append({format: folder / f"{name}.{FORMATS[format].suffix}" for format in formats})
    return planned


def make_folder(folder: Path) -> None:
    """Make the output folder, so that one that cannot be written is noticed before any work. Raises OutputError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise OutputError("folder-not-writable", folder=folder, reason=error.strerror or error) from error


def _folded(name: str) -> str:
    """Return what names have in common that one file system or another takes for the same: A and a, é in two ways."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def identity(path: Path) -> Identity | None:
    """Return what all names of a file share, links and hard links among them; None where there is no such file."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        return None
    return status.st_dev, status.st_ino


def identities(files: Iterable[Path]) -> dict[Identity, Path]:
    """Return the files that exist by their identity."""
    return {found: file for file in files if (found := identity(file))}


def reason_blocked(paths: Iterable[Path], overwrite: bool, inputs: Mapping[Identity, Path]) -> str:
    """Return a sentence on why these paths cannot be written, as far as that is known before the work, or "".

    Args:
        paths: The outputs.
        overwrite: Outputs that exist may be replaced; even then none of `inputs`, under whatever name.
        inputs: What is read, see `identities`. A recording is worth more than its text, which can be made again.
    """
    for path in paths:
        try:
            if path.exists():
                if (found := identity(path)) and (file := inputs.get(found)) is not None:
                    return (
                        f"{path} is the same file as the input {file}, which is never replaced; give another --output."
                    )
                if not path.is_file():
                    return f"{path} is no ordinary file, so it is not replaced."
                if not overwrite:
                    return f"{path.name} exists in {path.parent}; give --overwrite to replace it."
        except OSError as error:  # a name too long, for one
            return f"{path} cannot be written: {error.strerror or error}."
    return ""


def write_whole(path: Path, content: bytes) -> None:
    """Write a file beside `path`, then rename it: a reader sees the old file or the whole new one.

    A link is followed: it stays, and the file that it names is written. A file that is replaced keeps its permissions.

    Raises:
        OSError: It cannot be written, or is no ordinary file.
    """
    path = Path(os.path.realpath(path))
    if path.is_symlink():  # what is left of links that name each other
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    mode = None
    with suppress(FileNotFoundError):
        mode = path.stat().st_mode & 0o777
        if not path.is_file():
            raise OSError(errno.EINVAL, "it is no ordinary file")
    number, name = tempfile.mkstemp(prefix=".echoic-", dir=path.parent)  # a short name: that of `path` may be too long
    try:
        with open(number, "wb") as file:
            file.write(content)
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(name, 0o666 & ~mask if mode is None else mode)  # a temporary file is private, a new transcript is not
        os.replace(name, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise
