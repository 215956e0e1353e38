"""Soak: hours of sound through `echoic listen` and through the window, faster than real time.

    python -m tests.hard_use.soak [listen] [window] [--hours 24] [--pause 600]

The recogniser is scripted, so that hours take minutes: the program round it is what is measured (the states of the real
one have a bounded size, see `test_the_state_of_a_stream_is_no_larger_after_minutes`). `listen` is a process of its own
that gets the sound through its pipe; the window is in this process, and private, so that no disk is measured. After
each hour of sound memory, file descriptors, threads and processor time are taken.

Qt draws large pictures with threads of a pool of its own, one a core, each with a handle; they come when such a picture
is drawn and go half a minute after the last one. They are counted apart, since an hour may end with or without them.

A transcript stays in memory while a session runs, so memory grows with words. Words come as lines of LINE words with
pauses of `--pause` seconds between them; growth is given whole, and the window's also for each word. The first
QUICK_LINES lines follow each other soon: a page with few lines is drawn in less time than a full one, so that hours
before it is full would not compare with those after.
"""

import argparse
import gc
import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from asr.updates import Word
from tests.support.programs import commands
from tests.support.recognition import sound
from tests.support.recognition.fakes import FakeRecognizer

RATE = 16_000
HOUR = 3600
LINE = 8  # words of a line, one a second
QUICK_LINES, QUICK_PAUSE = 60, 20.0  # fill the page within the first hour: from then on each hour is as much work
GROWTH = 5e6  # bytes after the first hour, at most
SLOWER = 1.05  # processor time of the last hour over that of the first, at most
POOLED = "Thread (pooled)"  # as the system names a thread of Qt's pool
CLOCK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Measure:
    """A process after an hour of sound."""

    resident: int  # bytes
    handles: int  # without those of Qt's pool
    threads: int  # without Qt's pool
    seconds: float  # of processor time so far
    pooled: int = 0  # threads of Qt's pool


def measure(process: int | str = "self") -> Measure:
    """Return what a process takes, by its number."""
    folder = Path(f"/proc/{process}")
    pages = int((folder / "statm").read_text().split()[1])
    times = (folder / "stat").read_text().rpartition(")")[2].split()[11:13]
    handles, threads, pooled = len(os.listdir(folder / "fd")), 0, 0
    for thread in (folder / "task").iterdir():
        with suppress(OSError):  # it has just ended
            pooled += (thread / "comm").read_text().strip() == POOLED
            threads += 1
    size = pages * os.sysconf("SC_PAGE_SIZE")
    return Measure(size, handles - pooled, threads - pooled, sum(map(int, times)) / CLOCK, pooled)


def lines(pause: float) -> Callable[[int], Sequence[Word]]:
    """Return a script without end: the first lines follow each other soon, the others after `pause` seconds each."""
    quick = min(pause, QUICK_PAUSE)

    def line(number: int) -> list[Word]:
        begin = number * (LINE + quick) + max(0, number - QUICK_LINES) * (pause - quick)
        return [Word(f"word{number * LINE + n}", begin + n, begin + n + 0.9, 0.9) for n in range(LINE)]

    return line


def show(name: str, hours: list[Measure]) -> None:
    """Print the last hour."""
    last = hours[-1]
    print(
        f"{name}: hour {len(hours)}, {last.resident / 1e6:.2f} MB, {last.handles} handles, {last.threads} threads "
        f"and {last.pooled} of Qt's pool, {last.seconds:.1f} s of processor time so far",
        flush=True,
    )


def faults(name: str, hours: list[Measure]) -> list[str]:
    """Print what was measured, and return what is not as promised."""
    first, last = hours[0], hours[-1]
    spent = [after.seconds - before.seconds for before, after in pairwise(hours)]
    growth = last.resident - first.resident
    print(
        f"{name}: {len(hours)} hours; {first.resident / 1e6:.1f} MB after the first, {growth / 1e6:+.2f} MB since; "
        f"handles {first.handles} to {last.handles}, threads {first.threads} to {last.threads}; "
        f"processor seconds of an hour {spent[0]:.2f} (second), {spent[-1]:.2f} (last)",
        flush=True,
    )
    wrong = [f"{name}: memory grew by {growth / 1e6:.2f} MB"] * (growth > GROWTH)
    wrong += [f"{name}: handles or threads grew"] * (last.handles > first.handles or last.threads > first.threads)
    most = max(hour.pooled for hour in hours)
    wrong += [f"{name}: {most} threads of Qt's pool"] * (most > (os.cpu_count() or 1))
    tenth = max(1, len(spent) // 10)  # the clock of the system is coarse
    slower = sum(spent[-tenth:]) / max(sum(spent[:tenth]), 0.1)
    wrong += [f"{name}: the last hours took {slower:.2f} of the time of the first"] * (slower > SLOWER)
    return wrong


def soak_listen(hours: int, pause: float) -> list[str]:
    """Give hours of sound to `echoic listen --input - --json`, and compare each word with the script."""
    program = f"from tests.hard_use import soak; soak.listen_child({pause!r})"
    child = commands.start("listen", "--input", "-", "--json", program=["-c", program])
    assert child.stdin and child.stdout
    told: list[tuple[str, float, float]] = []
    wrong: list[str] = []
    script = lines(pause)

    def read() -> None:
        assert child.stdout
        for text in child.stdout:
            record = json.loads(text)
            if record["type"] == "final":
                told.extend((word["text"], word["start"], word["end"]) for word in record["words"])

    reader = threading.Thread(target=read)
    reader.start()
    minute = (sound.noise(60.0) * 32_767).astype("<i2").tobytes()
    measured = []
    for _ in range(hours):
        for _ in range(HOUR // 60):
            child.stdin.write(minute)
        child.stdin.flush()
        measured.append(measure(child.pid))
        show("listen", measured)
    child.stdin.close()
    reader.join()
    code = child.wait()
    for stream in (child.stdout, child.stderr):
        if stream is not None:
            stream.close()
    expected: list[tuple[str, float, float]] = []
    while (line := script(len(expected) // LINE)) and line[-1].end < hours * HOUR - 1:
        expected += [(word.text, round(word.start, 3), round(word.end, 3)) for word in line]
    wrong += [f"listen: exit code {code}"] * (code != 0)
    wrong += ["listen: words or times differ from the script"] * (told[: len(expected)] != expected)
    print(f"listen: {len(expected)} words, times exact: {told[: len(expected)] == expected}")
    return wrong + faults("listen", measured)


def listen_child(pause: float) -> None:
    """Be `echoic` with the scripted recogniser."""
    from app.__main__ import main
    from app.cli.process import loading

    loading.load = lambda path: FakeRecognizer(lines(pause), by_word=True)  # type: ignore[assignment]
    sys.exit(main(sys.argv[1:]))


class HoursOfSound:
    """Sound as fast as the window takes it in."""

    def __init__(self, seconds: int) -> None:
        self.seconds, self.shown, self._stopped = seconds, 0.0, threading.Event()
        self._minute = sound.noise(60.0).reshape(60, -1)

    def __enter__(self) -> "HoursOfSound":
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def stop(self) -> None:
        self._stopped.set()

    def __iter__(self) -> Iterator[np.ndarray]:
        for second in range(self.seconds):
            while second > self.shown + 120 and not self._stopped.is_set():
                time.sleep(0.002)
            yield self._minute[second % 60]
        self._stopped.wait(600)


def soak_window(hours: int, pause: float) -> list[str]:
    """Let the window listen to hours of sound, and compare each word with the script."""
    from PySide6.QtCore import QEventLoop, QSettings
    from PySide6.QtWidgets import QApplication

    from app.audio_io.devices import Device
    from app.sessions.store import Store
    from app.window.live.live_state import LiveState
    from app.window.main_window import MainWindow
    from app.window.services import Services
    from app.window.settings.settings import Settings

    application: Any = QApplication.instance() or QApplication([])
    folder = Path(tempfile.mkdtemp())
    source = HoursOfSound(hours * HOUR)
    devices = [Device(0, "reel", 1, float(RATE), default=True, monitor=False)]
    script = lines(pause)
    services = Services(
        lambda path: FakeRecognizer(script, by_word=True),
        lambda name, rate: source,
        lambda path, rate: (source, None),
        lambda: devices,
    )
    settings = Settings(QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat))
    store = Store(folder / "data")
    window = MainWindow(services, store, settings)
    window.live.pace_changed.connect(lambda pace: setattr(source, "shown", pace.seconds))
    window.show()

    def until(condition: Callable[[], bool]) -> None:
        while not condition():
            application.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)
            time.sleep(0.005)

    until(lambda: window.live.state is LiveState.READY)
    window.commands["private"].setChecked(True)
    window.commands["captions"].trigger()
    window.commands["start"].trigger()
    measured, counts = [], []
    for hour in range(1, hours + 1):
        until(lambda end=hour * HOUR - 1: window.live.document.seconds >= end)  # type: ignore[misc]
        gc.collect()
        measured.append(measure())
        show("window", measured)
        counts.append(window.live.document.count)
    words = window.live.document.words
    expected = [word for number in range(len(words) // LINE) for word in script(number)]
    exact = [(w.text, w.start, w.end) for w in words[: len(expected)]] == [(w.text, w.start, w.end) for w in expected]
    window.commands["start"].trigger()
    until(lambda: window.live.state is LiveState.READY)
    window.close()
    window.deleteLater()
    application.processEvents()
    store.close()
    print(f"window: {len(words)} words, times exact: {exact}")
    if counts[-1] > counts[0]:
        growth = measured[-1].resident - measured[0].resident
        print(f"window: {growth / (counts[-1] - counts[0]):.0f} bytes of growth a word")
    return faults("window", measured) + ["window: words or times differ from the script"] * (not exact)


def main() -> None:
    """Run as the description of this module says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", choices=["listen", "window", []], help="default: both")
    parser.add_argument("--hours", type=int, default=24, help="of sound, at least 3")
    parser.add_argument("--pause", type=float, default=600.0, help="seconds between two lines")
    arguments = parser.parse_args()
    began, wrong = time.monotonic(), []
    for part in arguments.parts or ["listen", "window"]:
        run = soak_listen if part == "listen" else soak_window
        wrong += run(max(3, arguments.hours), arguments.pause)
    print(f"{time.monotonic() - began:.0f} s;", "; ".join(wrong) or "as promised")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
