"""Fuzz: damaged input of every kind the program takes, by seeds, in children with limits on time and memory.

    python -m tests.hard_use.fuzz [--kinds media journal ...] [--count 1000] [--first 0] [--seconds 600]

One seed is one input, so what is found is a kind and a number, which go into FOUND of tests/hard_use/test_hard_use.py.
A child tries many seeds, each within SECONDS of processor time and MEMORY bytes more than the child had at the start.
What an input may do: be taken, or be refused with an `EchoicError` (of arguments: with exit code 2). Anything else is
printed as found: another exception, a warning, a signal, too much time or memory.
"""

import argparse
import json
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from asr.errors import EchoicError
from tests.hard_use import targets
from tests.support.programs.scripts import ROOT

SECONDS = 20.0  # of processor time for one input
WAIT = 300.0  # seconds for it on a busy machine
MEMORY = 1 << 30  # bytes that one input may take
BATCH = 100  # seeds of one child


def main() -> None:
    """Run as the description of this module says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kinds", nargs="+", choices=list(targets.TARGETS), default=list(targets.TARGETS))
    parser.add_argument("--count", type=int, default=1000, help="inputs of each kind")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--seconds", type=float, default=1e9, help="no new child after so long")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        _try_all(arguments.kinds[0], range(arguments.first, arguments.first + arguments.count))
        return
    began, tried, found = time.monotonic(), Counter[str](), 0
    for first in range(arguments.first, arguments.first + arguments.count, BATCH):
        for kind in arguments.kinds:
            if time.monotonic() - began < arguments.seconds:
                last = min(first + BATCH, arguments.first + arguments.count)
                for seed, reason in batch(kind, first, last):
                    found += 1
                    print(f"found: {kind} {seed}: {reason}", flush=True)
                tried[kind] += last - first
    print(f"{sum(tried.values())} inputs, {found} found, in {time.monotonic() - began:.0f} s:", dict(tried))
    sys.exit(bool(found))


def batch(kind: str, first: int, last: int) -> list[tuple[int, str]]:
    """Try the seeds from `first` up to `last` and return those that did what no input may, with what it was.

    Raises:
        RuntimeError: The child did not get as far as the first.
    """
    found: list[tuple[int, str]] = []
    while first < last:
        command = [sys.executable, "-m", "tests.hard_use.fuzz", "--child", "--kinds", kind]
        command += ["--first", str(first), "--count", str(last - first)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
        with tempfile.TemporaryDirectory() as folder:
            environment["TMPDIR"] = folder
            nothing = subprocess.DEVNULL
            done = subprocess.run(command, cwd=ROOT, stdin=nothing, capture_output=True, env=environment)
        seed = first - 1
        for line in done.stdout.splitlines():
            if line.startswith(b'{"fuzz"'):
                record = json.loads(line)
                seed = record["fuzz"]
                if reason := record.get("found"):
                    found.append((seed, reason))
        if done.returncode == 0:
            break
        if seed < first:
            raise RuntimeError(f"the child did not begin: {done.stderr.decode(errors='replace')[-2000:]}")
        ending = signal.Signals(-done.returncode).name if done.returncode < 0 else f"exit code {done.returncode}"
        found.append((seed, f"the child ended: {ending}; {done.stderr.decode(errors='replace').strip()[-300:]}"))
        first = seed + 1
    return found


def _try_all(kind: str, seeds: range) -> None:
    """Try seeds in this process, and print what each did as a line of JSON."""
    output = os.fdopen(os.dup(1), "w", buffering=1)  # an input may print
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    target, parent = targets.TARGETS[kind](), os.getppid()
    _limit_memory()
    for seed in seeds:
        if os.getppid() != parent:  # which was ended
            break
        output.write(json.dumps({"fuzz": seed}) + "\n")
        signal.setitimer(signal.ITIMER_PROF, SECONDS)  # SIGPROF ends the child, also within a library,
        signal.setitimer(signal.ITIMER_REAL, WAIT)  # and SIGALRM one that waits for ever
        with tempfile.TemporaryDirectory() as folder:
            if reason := fault(target, Path(folder), seed):
                output.write(json.dumps({"fuzz": seed, "found": reason}) + "\n")
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
    output.flush()
    os._exit(0)  # threads of what was started need not end


def _limit_memory() -> None:
    status = Path("/proc/self/statm")
    if status.exists():
        now = int(status.read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
        resource.setrlimit(resource.RLIMIT_AS, (now + MEMORY, now + MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 28, 1 << 28))


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
