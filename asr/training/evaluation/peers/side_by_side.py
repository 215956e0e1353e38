"""Recognises recordings with several systems in turn, each in a process of its own, and keeps what they showed.

The systems take turns with each recording, so they meet the same load of the machine, and a run that is ended has the
same recordings of all. Rows are appended to a file as they come; a run goes on where another one with that file ended.
"""

import json
import multiprocessing
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np

from asr.audio.media import read_file
from asr.training.evaluation import latency
from asr.training.evaluation.systems.protocol import STREAM, System, megabytes

ONE_THREAD = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
TIMES = "times"  # the mode of the word times that all systems are compared with
Load = Callable[[], System]


@dataclass(frozen=True)
class Recording:
    """What is recognised. `text`: what is spoken; "" for noise."""

    path: Path
    corpus: str
    text: str


def memory_in_megabytes(field: str) -> float:
    """Return a field of this process in megabytes: VmRSS, memory now, or VmHWM, the most so far; 0 where unknown."""
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith(f"{field}:"):
                return int(line.split()[1]) / 1024
    return 0.0


def _work(connection: Connection, load: Load, mode: str) -> None:
    """Answer recordings with what a system shows of them, until None comes."""
    before = memory_in_megabytes("VmRSS")
    if mode == TIMES:
        from asr.training.evaluation.peers.spoken_times import SpokenTimes

        times = SpokenTimes()
        while (recording := connection.recv()) is not None:
            connection.send({"ends": times.ends(recording.path, recording.text)})
        return
    system = load()
    about = {"system": system.name, "megabytes": megabytes(system.model)}
    while (recording := connection.recv()) is not None:
        sound = np.concatenate([np.zeros(0, np.float32), *read_file(recording.path, system.rate)])
        shown = latency.stream(system, sound) if mode == STREAM else latency.whole(system, sound)
        row = {**about, "seconds": len(sound) / system.rate, "onset": latency.onset(sound, system.rate)}
        connection.send({**row, **asdict(shown), "memory": memory_in_megabytes("VmHWM") - before})


class Worker:
    """A system in a mode, in a process of its own that begins with the first recording.

    Args:
        key: Tells systems apart, in the file of rows too.
        mode: STREAM, FILE or TIMES.
        load: Loads the system; it must be picklable.
    """

    def __init__(self, key: str, mode: str, load: Load) -> None:
        self.key, self.mode, self._load = key, mode, load
        self._process: Any = None
        self._connection: Connection | None = None

    def recognise(self, recording: Recording) -> dict:
        """Return the row of a recording.

        Raises:
            SystemExit: The process ended; it has printed why.
        """
        if self._connection is None:
            for name in ONE_THREAD:
                os.environ[name] = "1"
            context = multiprocessing.get_context("spawn")
            self._connection, theirs = context.Pipe()
            self._process = context.Process(target=_work, args=(theirs, self._load, self.mode), daemon=True)
            self._process.start()
            theirs.close()
        try:
            self._connection.send(recording)
            row: dict = self._connection.recv()
        except (EOFError, ConnectionError) as error:
            raise SystemExit(f"{self.key} as a {self.mode} ended at {recording.path}") from error
        place = {"key": self.key, "mode": self.mode, "path": str(recording.path)}
        return {**place, "corpus": recording.corpus, "text": recording.text, **row}

    def close(self) -> None:
        """End the process."""
        if self._connection is not None:
            with suppress(ConnectionError):
                self._connection.send(None)
            self._process.join(10)
            self._process.kill()


def spread(count: int) -> list[int]:
    """Return 0 to count - 1 so ordered that the first n are spread over all, for any n (bit reversal)."""
    bits = max(1, (count - 1).bit_length())
    return [i for i in (int(f"{number:0{bits}b}"[::-1], 2) for number in range(1 << bits)) if i < count]


def rows_of(
    workers: Iterable[Worker], recordings: list[Recording], file: Path | None = None, minutes: float = 0.0
) -> Iterator[dict]:
    """Yield the rows of all recordings by all workers, those that the file has first.

    Args:
        workers: Systems in modes.
        recordings: What is recognised; noise is left out for TIMES.
        file: JSON lines, read first and appended to.
        minutes: Begin no recording after so many; 0 for no limit.
    """
    workers = list(workers)
    wanted = {(w.key, w.mode, str(r.path)) for w in workers for r in recordings}
    done = set()
    for line in file.read_text(encoding="utf-8").splitlines() if file and file.exists() else ():
        with suppress(ValueError):  # the last one of a run that was killed
            row = json.loads(line)
            place = (row["key"], row["mode"], row["path"])
            if place in wanted and place not in done:
                done.add(place)
                yield row
    began = time.monotonic()
    try:
        for number in spread(len(recordings)):
            recording = recordings[number]
            if minutes and time.monotonic() - began > 60 * minutes:
                return
            for worker in workers:
                skipped = worker.mode == TIMES and not recording.text
                if skipped or (worker.key, worker.mode, str(recording.path)) in done:
                    continue
                row = worker.recognise(recording)
                if file:
                    with file.open("a", encoding="utf-8") as lines:
                        lines.write(json.dumps(row) + "\n")
                yield row
    finally:
        for worker in workers:
            worker.close()
