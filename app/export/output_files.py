"""Where transcripts are written: files named after their inputs, never overwritten unasked, whole or not at all."""

import os
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

from app.export.registry import FORMATS
from asr.errors import EchoicError


class OutputError(EchoicError):
    """Output files that cannot be written."""

    SENTENCES: ClassVar[dict[str, str]] = {
        "folder-not-writable": "The output folder {folder} cannot be written to: {reason}.",
    }


def targets(files: Sequence[Path], formats: Sequence[str], folder: Path) -> list[dict[str, Path]]:
    """Return for each file the paths of its outputs by format: `talk.wav` gives `talk.json`.

    A second `talk` keeps its own ending in the name (`talk.mp3.json`), a third of the same name gets a number.
    """
    taken: set[str] = set()
    planned = []
    for file in files:
        names = [file.stem, file.name]
        number = 2
        while (name := names.pop(0)).lower() in taken:  # some file systems do not distinguish A from a
            if not names:
                names.append(f"{file.name}-{number}")
                number += 1
        taken.add(name.lower())
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


def reason_blocked(paths: Iterable[Path], overwrite: bool) -> str:
    """Return a sentence on why these paths cannot be written, as far as that is known before the work, or ""."""
    for path in paths:
        try:
            if path.exists() and not overwrite:
                return f"{path.name} exists in {path.parent}; give --overwrite to replace it."
        except OSError as error:  # a name too long, for one
            return f"{path} cannot be written: {error.strerror or error}."
    return ""


def write_whole(path: Path, content: bytes) -> None:
    """Write a file beside `path`, then rename it: a reader sees the old file or the whole new one. Raises OSError."""
    number, name = tempfile.mkstemp(prefix=".echoic-", dir=path.parent)  # a short name: that of `path` may be too long
    try:
        with open(number, "wb") as file:
            file.write(content)
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(name, 0o666 & ~mask)  # a temporary file is private; the transcript is an ordinary one
        os.replace(name, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise
