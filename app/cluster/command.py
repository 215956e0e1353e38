"""The command `transcribe --cluster`: files of an archive on many machines, each once, through any kill."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol

from app.cli.console.terminal import report
from app.cli.process import loading
from app.cli.process.exit_codes import BAD_INPUT, OK
from app.cli.process.interrupt import Interrupt
from app.cli.transcribe import TranscribeOptions
from app.cluster import places
from app.cluster.errors import ClusterError
from app.cluster.journal import Journal
from app.cluster.places import Place
from app.cluster.plan import Task, accepted, find_sources, tasks_of
from app.cluster.progress import ClusterProgress
from app.cluster.work import Result, transcribe_task

JOURNAL = "echoic-journal.jsonl"


class Cluster(Protocol):
    """What runs a function on many items at once: `app.cluster.ray_cluster.RayCluster`, or a fake in tests."""

    @property
    def cores(self) -> int:
        """How many run at once."""

    def results(
        self, function: Callable[..., Any], items: list[Any], arguments: tuple[Any, ...], stopped: Callable[[], bool]
    ) -> Iterator[tuple[Any, Any]]:
        """Yield each item with what the function returned for it, or with the error, in any order."""

    def __enter__(self) -> "Cluster":
        """Return it."""

    def __exit__(self, *error: object) -> None:
        """Give up what runs still."""


def transcribe_on_cluster(
    given: list[Place],
    output: Place | None,
    options: TranscribeOptions,
    connect: Callable[[], Cluster],
    journal: Path | None = None,
) -> int:
    """Transcribe files on the machines of a cluster.

    Args:
        given: Files, folders, and lists of files.
        output: A folder; None with `options.beside`.
        options: As of `transcribe`; their `output` is not used.
        connect: Connects to the cluster, once there is something to do.
        journal: None: JOURNAL in the output folder where that is on this computer, else in the current folder.

    Returns:
        The exit code.

    Raises:
        ClusterError: The work cannot begin.
    """
    if output is None and not options.beside:
        raise ClusterError("needs-outputs")
    places.forget()
    formats = options.formats or ("txt",)
    sources, faulty = find_sources(given, options.recursive)
    tasks = tasks_of(sources, formats, output)
    journal = journal or (output / JOURNAL if isinstance(output, Path) else Path(JOURNAL))
    with Journal(journal, _job(formats, output, options)) as kept:
        left = [task for task in tasks if not _is_done(task, kept)]
        if len(left) < len(tasks):
            report(f"{len(tasks) - len(left)} of {len(tasks)} files are done already, by {journal}.")
        left, blocked, left_out = accepted(left, kept.planned, options.overwrite, options.skip_existing)
        if left_out:
            report(f"{left_out} of {len(tasks)} files left out, whose outputs exist.")
        faulty += blocked
        if not left:
            return BAD_INPUT if faulty else OK
        kept.plan({str(task.source.place): task.names for task in left if not kept.planned.issuperset(task.names)})
        return _run(left, kept, options, connect, faulty)


def _run(
    left: list[Task], kept: Journal, options: TranscribeOptions, connect: Callable[[], Cluster], faulty: int
) -> int:
    """Transcribe what is left and return the exit code; `faulty`: files that had a problem before."""
    with connect() as cluster, Interrupt() as interrupt:
        progress = ClusterProgress([task.source.size for task in left], cluster.cores)
        report(f"{len(left)} files on {cluster.cores} cores; Ctrl+C ends, the same command goes on.")
        count, done = len(left), 0
        arguments = (options, loading.load, Path.cwd())
        with progress:
            for task, outcome in cluster.results(transcribe_task, left[::-1], arguments, lambda: interrupt.requested):
                result = outcome if isinstance(outcome, Result) else Result((_defect(outcome),))
                kept.finish(str(task.source.place), _record(task, result))
                _tell(task, result)
                faulty += bool(result.faults)
                done += 1
                progress.add(task.source.size, result.seconds, bool(result.faults))
        report(f"{progress.sentence}.")
    if interrupt.requested:
        report(f"stopped by {interrupt.cause}; {done} of {count} files were done, the same command goes on.")
        return interrupt.exit_code
    if faulty:
        report(f"{faulty} files had a problem; the same command tries them again.")
    return BAD_INPUT if faulty else OK


def _defect(error: Exception) -> str:
    """Return a sentence about a defect, or about a machine that lacks something: the first line of its message."""
    line = next(iter(str(error).splitlines()), "").partition("\\n")[0]
    return f"it cannot be transcribed: {line or type(error).__name__}"


def _job(formats: tuple[str, ...], output: Place | None, options: TranscribeOptions) -> dict[str, Any]:
    """Return what outputs depend on, for the journal; long things as their digests."""
    stream = json.dumps(asdict(options.stream), sort_keys=True, default=str)
    return {
        "formats": list(formats),
        "output": None if output is None else str(output),
        "model": str(options.model) if options.model else "the one shipped",
        "track": options.track,
        "channel": options.channel,
        "stream options": hashlib.sha256(stream.encode()).hexdigest(),
    }


def _is_done(task: Task, kept: Journal) -> bool:
    """Return whether a file was transcribed without a problem, is the same still, and its outputs are there."""
    record = kept.done.get(str(task.source.place))
    if record is None or record["faults"] or record["version"] != task.source.version:
        return False
    return all(map(places.exists, task.outputs.values()))


def _record(task: Task, result: Result) -> dict[str, Any]:
    return {
        "version": task.source.version,
        "faults": list(result.faults),
        "seconds": round(result.seconds, 2),
        "cost": round(result.cost, 2),
        "model": result.model,
    }


def _tell(task: Task, result: Result) -> None:
    """Report what is to be known of a file."""
    for sentence in (*result.faults, *result.notes):
        report(f"{task.source.place}: {sentence}")
    if result.silent:
        report(f"no speech found in {task.source.place} ({result.silent}).")
