"""Where the outputs of a command go, and how they get there: the same for every command that makes transcripts."""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from stat import S_ISREG
from typing import TypeVar

from app.cli.files.sources import is_pipe, name_of
from app.cli.process.usage_error import UsageError
from app.export.output_files import identity, make_folder, targets, write_whole
from app.export.registry import FORMATS, format_of_name
from app.export.transcript import ExportedTranscript

PlaceT = TypeVar("PlaceT")  # a Path, or what else `write` of `write_outputs` takes


def planned_outputs(
    inputs: Sequence[tuple[Path, Path]],
    formats: Sequence[str],
    output: Path | None,
    several: bool = False,
    beside: bool = False,
    skip_existing: bool = False,
    default: str = "txt",
) -> tuple[list[str], list[tuple[Path, dict[str, Path]]]]:
    """Return the formats, and for each input the paths of its outputs by format: none where they are printed.

    Args:
        inputs: What is read, each with its folder within the one that was named.
        formats: Keys of FORMATS; none: that of the suffix of `output`, else `default`.
        output: A folder, which is made, or a file whose suffix is that of a format. None or "-": stdout.
        several: There may be more inputs than these.
        beside: Write each output into the folder of its input.
        skip_existing: Outputs are needed, since some are to be left out.
        default: A key of FORMATS.

    Raises:
        UsageError: The outputs cannot be as they were asked for.
        OutputError: A folder cannot be written.
    """
    output = None if output == Path("-") else output
    single = format_of_name(output.name) if output is not None and not os.path.isdir(output) else None
    chosen = list(formats) or [single.name if single else default]
    paths = [file for file, _ in inputs]
    plan: list[tuple[Path, dict[str, Path]]] = [(file, {}) for file in paths]
    if output is not None and single:
        if several or chosen != [single.name]:
            raise UsageError("output-is-one-file", path=output, format=single.name)
        make_folder(output.parent)
        plan = [(file, {single.name: output}) for file in paths]
    elif output is not None or beside:
        if output is not None and os.path.isfile(output):
            suffixes = ", ".join(f".{each.suffix}" for each in FORMATS.values())
            raise UsageError("output-is-no-text", path=output, suffixes=suffixes)
        if output is not None:
            make_folder(output)
        elif pipe := next(filter(is_pipe, paths), None):
            raise UsageError("pipe-beside", name=name_of(pipe))
        folders = [output / under if output is not None else file.parent for file, under in inputs]
        plan = list(zip(paths, targets([Path(name_of(file)) for file in paths], chosen, folders), strict=True))
    elif skip_existing:
        raise UsageError("skip-needs-outputs")
    elif len(chosen) > 1:
        raise UsageError("formats-need-folder")
    elif FORMATS[chosen[0]].binary:
        raise UsageError("binary-needs-folder", format=chosen[0])
    return chosen, plan


def refuse_input_as_stdout(files: Sequence[Path]) -> None:
    """Raise UsageError if stdout is appended to one of the files that are read."""
    try:
        status = os.fstat(sys.stdout.fileno())
    except (OSError, ValueError):  # stdout is no file of the system
        return
    for file in files:
        if S_ISREG(status.st_mode) and identity(file) == (status.st_dev, status.st_ino):
            raise UsageError("input-is-output", file=file)


def write_file(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, and the folders that it lies in. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)  # of a folder below the one that was named
    write_whole(path, content)


def unfinished(path: Path) -> Path:
    """Return the name of an output whose sound was ended before its time."""
    return path.with_name(f"{path.stem}.unfinished{path.suffix}")


def write_outputs(
    transcript: ExportedTranscript,
    formats: Sequence[str],
    outputs: Mapping[str, PlaceT],
    write: Callable[[PlaceT, bytes], None] = write_file,  # type: ignore[assignment]  # of what is a Path
) -> tuple[list[str], str | None]:
    """Write a transcript to its outputs, each whole or not at all.

    Args:
        transcript: What is written.
        formats: Keys of FORMATS.
        outputs: Where each goes; none: it is printed.
        write: Writes one whole or not at all; raises OSError.

    Returns:
        Sentences about what could not be written, and the text that the caller has to print or None.
    """
    faults: list[str] = []
    for name in formats:
        content = FORMATS[name].write(transcript)
        if not outputs:
            return faults, content.decode()
        path = outputs[name]
        try:
            write(path, content)
        except OSError as error:
            faults.append(f"{path} cannot be written: {error.strerror or error}.")
    return faults, None
