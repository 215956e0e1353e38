"""The command `benchmark`: how fast the recogniser is on this machine, on one core, in processor time per sound.

`python -m app.cli.benchmark` prints the figures; with `--window` those of the window, measured by the clock.
"""

import argparse
import math
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from app.worker.demonstration import SAMPLE
from asr.audio.media import read_file
from asr.pipeline import transcribe
from asr.recognizer import Recognizer

CHUNKS_A_SECOND = 10


def benchmark(path: Path, model: Path | None) -> dict[str, float]:
    """Measure one recording, repeated until there is a minute of it; returns figures by their names."""
    began = time.perf_counter()
    recognizer = Recognizer.load(model)
    loading = time.perf_counter() - began
    rate = recognizer.config.rate
    sound = np.concatenate(list(read_file(path, rate)))
    sound = np.tile(sound, max(1, -(-60 * rate // len(sound))))

    began = time.process_time()
    for _ in transcribe(recognizer, (sound[i : i + rate] for i in range(0, len(sound), rate))):
        pass
    whole = time.process_time() - began

    # Live: the same sound in tenths of a second; processor time for each second of it.
    state, costs, size = recognizer.start(), [], rate // CHUNKS_A_SECOND
    for second in range(len(sound) // rate):
        began = time.process_time()
        for i in range(second * rate, (second + 1) * rate, size):
            state, _ = recognizer.step(state, sound[i : i + size])
        costs.append(time.process_time() - began)
    clock, processor = first_words(path, model)
    return {
        "seconds of sound": round(len(sound) / rate, 1),
        "model loaded in (s)": round(loading, 2),
        "file: times real time": round(len(sound) / rate / whole, 1),
        "live: share of a core, median": round(statistics.median(costs), 3),
        "live: share of a core, 95th percentile": round(float(np.quantile(costs, 0.95)), 3),
        "command to first words (s)": round(clock, 2),
        "the same, processor time (s)": round(processor, 2),
    }


def first_words(path: Path, model: Path | None) -> tuple[float, float]:
    """Return the seconds from starting the command until its first word: by the clock, and of the processor.

    The second is NaN on a system that does not count the time of one child (Windows).
    """
    program = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "app"]
    command = [*program, "transcribe", str(path)]
    if model:
        command += ["--model", str(model)]
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        process.stdout.read(1)
        took = time.perf_counter() - began
        process.kill()
        if not hasattr(os, "wait4"):
            return took, math.nan
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return took, usage.ru_utime + usage.ru_stime


def show(figures: dict[str, float]) -> None:
    """Print a figure a line."""
    for name, figure in figures.items():
        print(f"{name:42}{figure:8}")


def main() -> None:
    """Measure and print, as the arguments of the process ask."""
    parser = argparse.ArgumentParser(prog="python -m app.cli.benchmark", description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, default=SAMPLE, help="speech (default: the sample shipped)")
    parser.add_argument("--model", type=Path, help="folder of a model (default: the one shipped)")
    parser.add_argument("--window", action="store_true", help="figures of the window; half a minute of listening")
    arguments = parser.parse_args()
    if arguments.window:
        if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
            os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # no screen: measure all but it
        from app.window import benchmark as window  # brings Qt

        figures = window.benchmark(arguments.file, arguments.model)
    else:
        figures = benchmark(arguments.file, arguments.model)
    show(figures)


if __name__ == "__main__":
    main()
