"""Measures the window on this machine: start, long texts, and delays of the interface while listening."""

import math
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QSettings, Qt, QTimer
from PySide6.QtWidgets import QApplication

from app import log
from app.audio_io.devices import Device
from app.sessions.store import Store
from app.window.application import load, open_file
from app.window.live.live_state import LiveState
from app.window.main_window import MainWindow
from app.window.services import OpenDevice, Services
from app.window.settings.settings import Settings
from app.window.transcript.view.transcript_view import TranscriptView
from app.worker.transcription_worker import Source
from asr.updates import Update, Word

WORDS = 50_000
PERIOD = 0.005  # seconds between ticks of the timer whose delay is measured
CHUNK = 0.03  # seconds of sound that the source delivers at a time


class RealTimeSource:
    """A recording played in real time in place of a microphone: each chunk arrives when its time has come."""

    def __init__(self, path: Path, seconds: float, rate: int) -> None:
        self._path, self._seconds, self._rate = path, seconds, rate
        self._taken = 0.0  # seconds delivered
        self._stopped = False

    def __enter__(self) -> Source:
        return self

    def __exit__(self, *error: Any) -> None:
        pass

    @property
    def waiting(self) -> float:
        """Seconds of sound that are due and were not taken yet."""
        return max(0.0, min(time.monotonic() - self._began, self._seconds) - self._taken)

    def __iter__(self) -> Iterator[Any]:
        from asr.audio.media import read_file

        self._began = time.monotonic()
        size = round(self._rate * CHUNK)
        while True:
            for sound in read_file(self._path, self._rate):
                for first in range(0, len(sound), size):
                    if self._stopped or self._taken >= self._seconds:
                        return
                    chunk = sound[first : first + size]
                    time.sleep(max(0.0, self._began + self._taken + len(chunk) / self._rate - time.monotonic()))
                    self._taken += len(chunk) / self._rate
                    yield chunk

    def stop(self) -> None:
        """End after the chunk being delivered. Interface thread."""
        self._stopped = True


def until(app: QApplication, holds: Callable[[], bool], seconds: float) -> None:
    """Run the event loop until a condition holds. Raises TimeoutError."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError("the window did not get that far")
        app.processEvents()
        time.sleep(0.002)


def _delete(window: MainWindow) -> None:
    """Delete a closed window at once: it would follow the letters of the system, too."""
    window.deleteLater()
    QCoreApplication.sendPostedEvents(window, QEvent.Type.DeferredDelete)


class StartTimes(NamedTuple):
    """Seconds from the start of the program to a painted window, and to one that can listen.

    The processor time that they took says what the program needs also where others keep it waiting.
    """

    shown: float
    shown_busy: float
    ready: float
    ready_busy: float


def start_up(model: Path | None) -> StartTimes:
    """Start `echoic` once, with folders of its own for sessions and settings; its log says how far it is.

    Elsewhere than on Linux the folders are those of the user.
    """
    program = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "app"]
    command = [*program, "window", "--own", *(["--model", str(model)] if model else [])]
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {f"XDG_{name}_HOME": f"{folder}/{name}" for name in ("CONFIG", "DATA", "STATE")}
        file = Path(folder, "STATE", "echoic", "echoic.log") if sys.platform == "linux" else log.path()
        began = time.time()
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            end, states = began + 120, dict[str, tuple[float, float]]()
            while not states.keys() & {"ready", "failed"}:
                if time.time() > end or process.poll() is not None or file is None:
                    raise TimeoutError("the window did not get that far")
                time.sleep(0.02)
                states = _logged_states(file, process.pid)
        finally:
            process.terminate()
            process.wait(30)
    (painted, busy), ready = states["painted"], states.get("ready", (math.nan, math.nan))
    return StartTimes(painted - began, busy, ready[0] - began, ready[1])


def _logged_states(file: Path, process: int) -> dict[str, tuple[float, float]]:
    """Return what a window has reached: when, in seconds since 1970, and after how much processor time."""
    line = re.compile(rf"^(\S+) {process} .* window (\w+): ([\d.]+) s", re.MULTILINE)
    with suppress(FileNotFoundError):
        found = line.findall(file.read_text(encoding="utf-8"))
        return {state: (datetime.fromisoformat(at).timestamp(), float(busy)) for at, state, busy in found}
    return {}


def update_times() -> list[float]:
    """Return the milliseconds that updates take at the end of a text of WORDS words."""
    view = TranscriptView()
    view.resize(800, 500)
    view.show()
    line = ["ten", "words", "make", "up", "a", "line", "of", "this", "long", "text"]
    for number in range(WORDS // len(line)):
        start = 4.0 * number
        words = tuple(Word(text, start + 0.4 * n, start + 0.4 * n + 0.3, 0.9) for n, text in enumerate(line))
        view.apply([Update(words, (), start + 4.0, True)])
    times = []
    for n in range(300):
        at = 4.0 * WORDS + n
        partial = (Word("a", at, at + 0.1, 0.9), Word("partial", at + 0.1, at + 0.5, 0.9))
        update = Update((Word("final", at, at + 0.1, 0.9),), partial, at, n % 8 == 0)
        began = time.perf_counter()
        view.apply([update])
        times.append(1000 * (time.perf_counter() - began))
        QApplication.processEvents()
    view.close()
    return times


class InterfaceDelays(NamedTuple):
    """Measurements while the window listened; one per tick of a timer of the interface thread."""

    late: list[float]  # milliseconds
    busy: list[float]  # milliseconds of processor time since the previous tick: the part of the delay that is ours
    words: int
    lag: float  # seconds that the recogniser was behind, at most


def listen(app: QApplication, path: Path, seconds: float, model: Path | None) -> InterfaceDelays:
    """Listen to a recording in real time, with captions and spectrogram on screen."""
    with tempfile.TemporaryDirectory() as folder:
        window = _window(Path(folder), model, lambda name, rate: RealTimeSource(path, seconds, rate))
        window.show()
        until(app, lambda: window.live.state is LiveState.READY, 120)
        window.commands["captions"].trigger()
        lags: list[float] = []
        window.live.pace_changed.connect(lambda pace: lags.append(pace.lag))
        window.commands["start"].trigger()
        until(app, lambda: window.live.state is LiveState.LISTENING, 10)
        late: list[float] = []
        busy: list[float] = []
        due, worked = time.perf_counter() + PERIOD, time.thread_time()

        def tick() -> None:
            nonlocal due, worked
            now = time.perf_counter()
            late.append(1000 * max(0.0, now - due))
            busy.append(1000 * (time.thread_time() - worked))
            due, worked = now + PERIOD, time.thread_time()

        timer = QTimer()
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        timer.setInterval(round(1000 * PERIOD))
        timer.timeout.connect(tick)
        listening = QEventLoop()
        window.live.finished.connect(listening.quit)
        timer.start()
        listening.exec()
        timer.stop()
        words = len(window.live.document.words)
        window.close()
        window.store.close()
        _delete(window)
    return InterfaceDelays(late, busy, words, max(lags))


def _window(folder: Path, model: Path | None, open_device: OpenDevice) -> MainWindow:
    settings = Settings(QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat))
    settings.model = model
    device = Device(0, "recording", 1, 16_000.0, default=True, monitor=False)
    return MainWindow(Services(load, open_device, open_file, lambda: [device]), Store(folder / "data"), settings)


def benchmark(path: Path, model: Path | None, seconds: float = 30.0) -> dict[str, float]:
    """Return all figures by name; listens to `path` for so many seconds."""
    start = start_up(model)
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    times = update_times()
    delays = listen(app, path, seconds, model)
    return {
        "start to a painted window (s)": round(start.shown, 2),
        "until then, processor time (s)": round(start.shown_busy, 2),
        "start to a window that can listen (s)": round(start.ready, 2),
        "until it can listen, processor time (s)": round(start.ready_busy, 2),
        f"update of {WORDS} words, median (ms)": round(statistics.median(times), 2),
        f"update of {WORDS} words, worst (ms)": round(max(times), 2),
        f"listening for {seconds:.0f} s, words heard": delays.words,
        "interface late, 99th percentile (ms)": round(statistics.quantiles(delays.late, n=100)[-1], 1),
        "interface late, worst (ms)": round(max(delays.late), 1),
        "of that its own work, worst (ms)": round(max(delays.busy), 1),
        "recogniser behind, worst (s)": round(delays.lag, 2),
    }
