"""Where transcripts go: files named after their inputs, never clobbered, whole or not at all."""

import os
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

from asr.errors import EchoicError


class OutputError(EchoicError):
    """Output files that cannot be written."""

    SENTENCES: ClassVar[dict[str, str]] = {
        "folder-not-writable": "The output folder {folder} cannot be written to: {reason}.",
    }


def targets(files: Sequence[Path], formats: Sequence[str], folder: Path) -> list[dict[str, Path]]:
    """For each file its outputs by format: `talk.wav` gives `talk.json`.

    A second `talk` keeps its own kind in the name (`talk.mp3.json`), a third of the same name gets a number.
    """
    taken: set[str] = set()
    planned = []
    for file in files:
        names = [file.stem, file.name]
        number = 2
        while (name := names.pop(0)).lower() in taken:  # some file systems do not tell A from a
            if not names:
                names.append(f"{file.name}-{number}")
                number += 1
        taken.add(name.lower())
        planned.append({kind: folder / f"{name}.{kind}" for kind in formats})
    return planned


def make_folder(folder: Path) -> None:
    """Raises OutputError before any work is done where nothing could be written in the end."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise OutputError("folder-not-writable", folder=folder, reason=error.strerror or error) from error


def blocked(paths: Iterable[Path], overwrite: bool) -> str:
    """Why these cannot be written, seen before the work that would fill them; or ""."""
    for path in paths:
        try:
            if path.exists() and not overwrite:
                return f"{path.name} exists in {path.parent}; give --overwrite to replace it."
        except OSError as error:  # a name too long, for one
            return f"{path} cannot be written: {error.strerror or error}."
    return ""


def write_whole(path: Path, content: str | bytes) -> None:
    """Write beside, then rename: a reader sees the old file or the whole new one. Raises OSError."""
    data = content.encode() if isinstance(content, str) else content
    number, name = tempfile.mkstemp(prefix=".echoic-", dir=path.parent)  # of its own: the path's may be at its longest
    try:
        with open(number, "wb") as file:
            file.write(data)
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(name, 0o666 & ~mask)  # a temporary file is private; the transcript is an ordinary one
        os.replace(name, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise
