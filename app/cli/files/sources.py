"""What `transcribe` and `info` read: a media file, a pipe, or stdin; each is opened once."""

import os
import sys
from pathlib import Path
from stat import S_ISCHR, S_ISFIFO, S_ISREG, S_ISSOCK
from typing import TYPE_CHECKING

from app.cli.console.terminal import report
from app.cli.process.interrupt import Interrupt, PipeReader, open_pipe
from app.worker.media_files import files_in
from asr.errors import AudioError

if TYPE_CHECKING:
    from asr.audio.media import Media

STDIN = Path("-")
_STDIN_NAMES = tuple(map(Path, ("-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0")))


def name_of(source: Path) -> str:
    """Return what a source is called in sentences and outputs: its path, or "stdin" for "-"."""
    return "stdin" if source == STDIN else str(source)


def about(source: Path, sentence: str, alone: bool = True) -> str:
    """Return a sentence about a source, with its path before it where it does not begin with what tells the source.

    Args:
        source: What it is about.
        sentence: The sentence.
        alone: No other source has the same name, so that the name is enough.
    """
    path = name_of(source)
    told = (f"{path} ", f"{Path(path).name} ") if alone else (f"{path} ",)
    return sentence if sentence.startswith(told) else f"{path}: {sentence}"


def place_of(source: Path) -> Path:
    """Return the path by which the system knows a source, also that of stdin."""
    return Path("/dev/stdin") if source == STDIN else source


def is_stdin(source: Path) -> bool:
    """Return whether a source is stdin, by any of its names."""
    return source in _STDIN_NAMES


def is_folder(source: Path) -> bool:
    """Return whether a source stands for the files in it; "-" is stdin even where a folder has that name."""
    return source != STDIN and os.path.isdir(source)


def is_pipe(source: Path) -> bool:
    """Return whether a source is stdin or can be read only once, from its beginning."""
    if is_stdin(source):
        return True
    try:
        mode = source.stat().st_mode
    except (OSError, ValueError):  # `open_media` says what is wrong
        return False
    return S_ISFIFO(mode) or S_ISCHR(mode) or S_ISSOCK(mode)


def open_source(source: Path, interrupt: Interrupt) -> "Media":
    """Open a source; where it is a pipe, what `interrupt` waits for ends also the wait for the pipe.

    Raises:
        AudioError: It cannot be opened or has no sound.
    """
    from asr.audio.media import open_media

    if not is_pipe(source):
        return open_media(source)
    try:
        number = os.dup(sys.stdin.fileno()) if is_stdin(source) else open_pipe(str(source))
    except OSError as error:
        raise AudioError("pipe-unreadable", path=name_of(source), reason=error.strerror or error) from error
    if S_ISREG(os.fstat(number).st_mode):  # `< talk.wav`
        return open_media(open(number, "rb", buffering=0), name_of(source))
    return open_media(PipeReader(number, interrupt), name_of(source))


def find_inputs(files: list[Path], recursive: bool) -> tuple[list[tuple[Path, Path]], int]:
    """Return the files that are meant, each with its folder within the one that was named, and how many faults.

    A folder stands for the sound and video files in it; one without any, or that cannot be listed, is reported.
    """
    found: list[tuple[Path, Path]] = []
    faults = 0
    for file in files:
        if not is_folder(file):
            found.append((file, Path()))
            continue
        try:
            within = [(path, path.parent.relative_to(file)) for path in files_in(file, recursive)]
        except OSError as error:
            report(f"The folder {error.filename or file} cannot be listed: {error.strerror or error}.")
            faults += 1
            continue
        if not within:
            where = "in it or below it" if recursive else "in it (--recursive looks into its folders too)"
            report(f"{file} is a folder without a sound or video file {where}.")
            faults += 1
        found += within
    return found, faults
