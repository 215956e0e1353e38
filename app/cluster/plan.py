"""What is to be transcribed, and where each output goes: the names are those of `echoic transcribe`."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath, PurePosixPath

from app.cli.console.terminal import report
from app.cli.files.sources import is_pipe
from app.cluster import places
from app.cluster.errors import ClusterError
from app.cluster.places import Found, Place, Url
from app.export.output_files import identities, reason_blocked, targets
from app.export.registry import format_of_name

LISTS = (".jsonl", ".txt")  # endings of files that list others


@dataclass(frozen=True)
class Task:
    """A file, and where its outputs go by format."""

    source: Found
    outputs: Mapping[str, Place]

    @property
    def names(self) -> list[str]:
        """The places of the outputs, for the journal."""
        return [str(place) for place in self.outputs.values()]


def find_sources(given: Iterable[Place], recursive: bool) -> tuple[list[Found], int]:
    """Return the files that are meant, and how many of those given had a fault, which is reported.

    A folder stands for the sound and video files in it, a list (`LISTS`) for the files that it names, relative to its
    own folder. A file that is named is tried whatever it is.

    Raises:
        ClusterError: A pipe was given, or a list cannot be read.
    """
    sources: list[Found] = []
    faults = 0
    for place in given:
        if isinstance(place, Path) and is_pipe(place):
            raise ClusterError("no-pipe", place=place)
        if not places.is_folder(place):
            sources += _listed(place) if place.name.lower().endswith(LISTS) else [places.found(place)]
            continue
        below = list(places.files_below(place, recursive))
        if not below:
            where = "in it or below it" if recursive else "in it (--recursive looks into its folders too)"
            report(f"{place} is a folder without a sound or video file {where}.")
            faults += 1
        sources += below
    return list({str(source.place): source for source in sources}.values()), faults


def _listed(place: Place) -> list[Found]:
    """Return the files that a list names."""
    found = []
    for number, line in enumerate(places.read_text(place).splitlines(), start=1):
        if not line.strip():
            continue
        text: object = line.strip()
        if place.name.lower().endswith(".jsonl"):
            try:
                text = json.loads(line)["audio"]
            except (ValueError, KeyError, TypeError, RecursionError) as error:
                raise ClusterError("list-unreadable", place=place, reason=f"line {number} has no audio") from error
        if not isinstance(text, str) or not text:
            raise ClusterError("list-unreadable", place=place, reason=f"line {number} names no file")
        named = places.place_of(text)
        if isinstance(named, Path) and not named.is_absolute():
            below = PurePosixPath(named.as_posix()).parent
            outside = ".." in below.parts  # its outputs stay within the output folder
            found.append(places.found(place.parent / named.as_posix(), PurePosixPath() if outside else below))
        else:
            found.append(places.found(named))
    return found


def tasks_of(sources: Sequence[Found], formats: Sequence[str], output: Place | None) -> list[Task]:
    """Return where the outputs of each file go: into `output`, as deep as the file lies, or beside the file.

    Raises:
        ClusterError: `output` is a file.
    """
    if output is not None and not places.is_folder(output) and format_of_name(output.name):
        raise ClusterError("output-is-a-file", place=output)
    folders: list[Place] = [source.place.parent if output is None else output / source.below for source in sources]
    plain: list[PurePath] = [folder.path if isinstance(folder, Url) else folder for folder in folders]
    planned = targets([PurePath(source.place.name) for source in sources], formats, plain)
    return [
        Task(
            source,
            {
                name: Url(folder.protocol, PurePosixPath(path)) if isinstance(folder, Url) else Path(path)
                for name, path in outputs.items()
            },
        )
        for source, folder, outputs in zip(sources, folders, planned, strict=True)
    ]


def accepted(tasks: Sequence[Task], own: set[str], overwrite: bool, skip_existing: bool) -> tuple[list[Task], int, int]:
    """Return what of the tasks may be done, how many are blocked, which is reported, and how many are left out.

    Args:
        tasks: All.
        own: Outputs of this job, which it may replace.
        overwrite: Other outputs may be replaced, too; inputs never.
        skip_existing: Make only outputs that do not exist.
    """
    read = identities(task.source.place for task in tasks if isinstance(task.source.place, Path))
    sources = {str(task.source.place) for task in tasks}
    kept: list[Task] = []
    blocked = left_out = 0
    for task in tasks:
        wanted = dict(task.outputs)
        if skip_existing:
            wanted = {name: place for name, place in wanted.items() if str(place) in own or not places.exists(place)}
            if not wanted:
                left_out += 1
                continue
        replaceable = overwrite or all(str(place) in own for place in wanted.values())
        local = [place for place in wanted.values() if isinstance(place, Path)]
        fault = reason_blocked(local, replaceable, read)
        for place in wanted.values():
            if str(place) in sources:
                fault = fault or f"{place} is an input, which is never replaced; give another --output."
            elif isinstance(place, Url) and not replaceable and places.exists(place):
                fault = fault or f"{place} exists; give --overwrite to replace it."
        if fault:
            report(fault)
            blocked += 1
        else:
            kept.append(Task(task.source, wanted))
    return kept, blocked, left_out
