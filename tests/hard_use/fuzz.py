"""Fuzz: damaged input of every kind the program takes, by seeds, in children with limits on time and memory.

    python -m tests.hard_use.fuzz [--kinds media journal ...] [--count 1000] [--first 0] [--seconds 600] [--turn 20]
                                  [--progress FILE]

One seed is one input, so what is found is a kind and a number, which go into FOUND of tests/hard_use/test_hard_use.py.
For each kind a process makes what its inputs need once, and forks children that try up to BATCH inputs each, within
SECONDS of processor time and MEMORY bytes more than the child had before the input. A child in which something was
found ends, and another one goes on. Kinds have turns of some seconds of processor time, so fast ones get more inputs.
With --progress the next run begins behind the last seed of each kind, and adds its counts to those of the file.

What an input may do: be taken, or be refused with an `EchoicError` (of arguments: with exit code 2). Anything else is
printed as found: another exception, a warning, a signal, too much time or memory.
"""

import argparse
import ctypes
import gc
import json
import mmap
import os
import random
import resource
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asr.errors import EchoicError
from tests.hard_use import targets
from tests.support.programs.scripts import ROOT

SECONDS = 20.0  # of processor time for one input
WAIT = 300.0  # seconds for it on a busy machine
MEMORY = 1 << 30  # bytes that one input may take
BATCH = 500  # inputs of one child
TURN = 20.0  # seconds of processor time of a kind, before the next one has its turn
PROGRAM = ("-m", "tests.hard_use.fuzz")  # the arguments of Python for this program
_STATE = struct.Struct("qdq")  # what a child tells while it runs: its seed, the longest time of an input, its seed
_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


@dataclass(frozen=True)
class Found:
    """What inputs of a kind did that none may, the slowest of them, and what they took."""

    faults: tuple[tuple[int, str], ...]  # seed, and what it did
    slowest: float  # seconds
    slowest_seed: int
    spent: float  # seconds of processor time


def main() -> None:
    """Run as the description of this module says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kinds", nargs="+", choices=list(targets.TARGETS), default=list(targets.TARGETS))
    parser.add_argument("--count", type=int, default=1000, help="inputs of each kind")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--seconds", type=float, default=1e9, help="no new turn after so long")
    parser.add_argument("--turn", type=float, default=TURN, help="processor seconds of a kind at a time")
    parser.add_argument("--progress", type=Path, metavar="FILE", help="JSON: the next seed of each kind")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        _serve(arguments.kinds[0])
        return
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))  # leaves no files
    began, found, slowest = time.monotonic(), 0, dict.fromkeys(arguments.kinds, (0.0, 0))
    before = _read(arguments.progress)
    following = {kind: max(arguments.first, before.get(kind, 0)) for kind in arguments.kinds}
    first = dict(following)
    waiting = list(arguments.kinds)
    while waiting and time.monotonic() - began < arguments.seconds:
        kind = waiting.pop(0)
        last, spent = first[kind] + arguments.count, 0.0
        with Nursery(kind) as nursery:
            while following[kind] < last and spent < arguments.turn and time.monotonic() - began < arguments.seconds:
                until = min(following[kind] + BATCH, last)
                following[kind], tried = nursery.try_all(following[kind], until)
                spent += tried.spent
                for seed, reason in tried.faults:
                    found += 1
                    print(f"found: {kind} {seed}: {reason}", flush=True)
                slowest[kind] = max(slowest[kind], (tried.slowest, tried.slowest_seed))
        if following[kind] < last:
            waiting.append(kind)
        if arguments.progress:
            arguments.progress.write_text(json.dumps(before | following, indent=1) + "\n")
    for kind in arguments.kinds:
        longest, seed = slowest[kind]
        print(f"{kind}: {following[kind] - first[kind]} inputs; the slowest, {seed}, took {1000 * longest:.0f} ms")
    count = sum(following.values()) - sum(first.values())
    print(f"{count} inputs, {found} found, in {time.monotonic() - began:.0f} s")
    sys.exit(bool(found))


def _read(progress: Path | None) -> dict[str, int]:
    return json.loads(progress.read_text()) if progress and progress.exists() else {}


def batch(kind: str, first: int, last: int, program: Sequence[str] = PROGRAM) -> list[tuple[int, str]]:
    """Try the seeds from `first` up to `last` and return those that did what no input may, with what it was.

    Raises:
        RuntimeError: The process did not begin.
    """
    with Nursery(kind, program) as nursery:
        return list(nursery.try_all(first, last)[1].faults)


class Nursery:
    """A process that has made what inputs of a kind need, and forks children that try them. A context manager."""

    def __init__(self, kind: str, program: Sequence[str] = PROGRAM) -> None:
        """Start it.

        Args:
            kind: One of targets.TARGETS.
            program: Arguments of Python.
        """
        memory = Path("/dev/shm")
        self._folder = tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None)
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen", "OMP_NUM_THREADS": "1"}
        environment |= {"TMPDIR": self._folder.name, "OPENBLAS_NUM_THREADS": "1", "NO_COLOR": "1"}
        self._errors = Path(self._folder.name) / "errors"
        with self._errors.open("w") as errors:
            self._process = subprocess.Popen(
                [sys.executable, *program, "--child", "--kinds", kind],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env=environment,
            )

    def __enter__(self) -> "Nursery":
        return self

    def __exit__(self, error: type[BaseException] | None, *more: object) -> None:
        assert self._process.stdin and self._process.stdout
        if error is not None:  # its child ends with it
            self._process.kill()
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()
        self._folder.cleanup()

    def try_all(self, first: int, last: int) -> tuple[int, Found]:
        """Try the seeds from `first` up to `last`; return the one behind the last that was tried, and what was found.

        Raises:
            RuntimeError: The process did not begin.
        """
        assert self._process.stdin and self._process.stdout
        faults: list[tuple[int, str]] = []
        slowest, spent = (0.0, first), 0.0
        while first < last:
            with suppress(OSError):  # it has ended, as the next lines say
                self._process.stdin.write(f"{first} {last}\n".encode())
                self._process.stdin.flush()
            begun = False
            for line in self._process.stdout:
                record = json.loads(line)
                if "found" in record:
                    faults.append((record["seed"], record["found"]))
                else:
                    begun, first = True, record["next"]
                    slowest = max(slowest, (record["slowest"], record["slowest seed"]))
                    spent += record["spent"]
                    break
            if not begun:
                said = self._errors.read_text(errors="replace")[-2000:]
                raise RuntimeError(f"the process of {self._process.args!r} did not begin, or ended: {said}")
        return first, Found(tuple(faults), *slowest, spent)


def _serve(kind: str) -> None:
    """Be the process of a kind: fork a child for each line of stdin, which has the seeds that it is to try."""
    output, requests = os.dup(1), os.fdopen(os.dup(0), "rb")  # an input may print, or read from stdin
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    target = None if kind in targets.WITH_THREADS else targets.TARGETS[kind]()
    threads = Path("/proc/self/task")
    _end_with_parent()
    if target is not None and threads.exists() and len(list(threads.iterdir())) > 1:
        raise RuntimeError(f"{kind} started threads, which a fork loses: it belongs in WITH_THREADS")
    gc.collect()
    gc.freeze()
    told = mmap.mmap(-1, _STATE.size)
    for line in requests:
        first, last = map(int, line.split())
        _STATE.pack_into(told, 0, first - 1, 0.0, first)
        written, before = os.fstat(2).st_size, os.times()
        child = os.fork()
        if child == 0:
            _try_all(target or targets.TARGETS[kind](), first, min(last, first + BATCH), told, output)
        _, status = os.waitpid(child, 0)
        seed, slowest, slowest_seed = _STATE.unpack_from(told, 0)
        if status:
            if seed < first:
                raise RuntimeError("the child did not begin")
            code = os.waitstatus_to_exitcode(status)
            ending = signal.Signals(-code).name if code < 0 else f"exit code {code}"
            _tell(output, {"seed": seed, "found": f"the child ended: {ending}; {_said_since(written)}"})
        after = os.times()
        spent = after.children_user + after.children_system - before.children_user - before.children_system
        _tell(output, {"next": seed + 1, "slowest": slowest, "slowest seed": slowest_seed, "spent": spent})


def _said_since(position: int) -> str:
    """Return the end of what was written on stderr, a file, since it was so long."""
    try:
        with open(f"/proc/{os.getpid()}/fd/2", "rb") as errors:
            errors.seek(position)
            return errors.read().decode(errors="replace").strip()[-300:]
    except OSError:
        return ""


def _tell(output: int, record: dict[str, Any]) -> None:
    os.write(output, json.dumps(record).encode() + b"\n")


def _try_all(target: targets.Target, first: int, last: int, told: mmap.mmap, output: int) -> None:  # does not return
    """Be a child: try seeds until one is found, tell what it did, and end."""
    _end_with_parent()
    folder = Path(tempfile.mkdtemp())
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 28, 1 << 28))
    slowest, slowest_seed = 0.0, first
    for seed in range(first, last):
        _STATE.pack_into(told, 0, seed, slowest, slowest_seed)
        _limit_memory()
        signal.setitimer(signal.ITIMER_PROF, SECONDS)  # SIGPROF ends the child, also within a library,
        signal.setitimer(signal.ITIMER_REAL, WAIT)  # and SIGALRM one that waits for ever
        began = time.perf_counter()
        reason = fault(target, folder, seed)
        took = time.perf_counter() - began
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        if took > slowest:
            slowest, slowest_seed = took, seed
            _STATE.pack_into(told, 0, seed, slowest, slowest_seed)
        if reason:
            _tell(output, {"seed": seed, "found": reason})
            break
        for left in os.scandir(folder):
            if left.is_dir(follow_symlinks=False):
                shutil.rmtree(left.path)
            else:
                os.unlink(left.path)
    os._exit(0)  # threads of what was started need not end


def _end_with_parent() -> None:
    """Let the system end this process when its parent ends, where it can (Linux)."""
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def _limit_memory() -> None:
    """Let this process take MEMORY bytes more than it has."""
    try:
        with open("/proc/self/statm", "rb") as status:
            now = int(status.read().split()[0]) * _PAGE
    except OSError:
        return
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (now + MEMORY, most))


def fault(target: Callable[[random.Random, Path], None], folder: Path, seed: int) -> str:
    """Try one input in this process and return what it did that no input may, or ""."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", ResourceWarning)
        try:
            target(random.Random(seed), folder)
        except EchoicError as error:
            str(error).encode("utf-8", "surrogateescape")
        except BaseException as error:
            where = traceback.extract_tb(error.__traceback__)[-1]
            return f"{type(error).__name__}: {error}"[:300] + f" ({Path(where.filename).name}:{where.lineno})"
    return ""


if __name__ == "__main__":
    main()
