"""Load: sound faster than it can be recognised, a slow disk, a starved callback, both cores taken; and the end amid it.

    python -m tests.hard_use.load [overload] [end] [disk] [starved] [busy] [--seconds 60]

A microphone whose callback is played by a thread goes through the worker of the window into a session on the disk. The
recogniser is scripted and takes STEP seconds for a piece of sound of 0.16 s, so it keeps up with about 8 times real
time. What must hold in each: sound given = sound kept + gaps that are marked, to a millisecond; the delay never more
than the microphone may hold; and after the load, where the session goes on, a delay under a second. It then goes on in
real time, or, where other programs leave too little of the processor for that, at half the pace that was kept up with.
"""

import argparse
import multiprocessing
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from PySide6.QtCore import QCoreApplication

from app.audio_io import microphone
from app.audio_io.microphone import BLOCK, Microphone
from app.sessions.recorder import SessionRecorder
from app.sessions.store import Store
from app.worker.transcription_worker import TranscriptionWorker
from tests.support.recognition import sound
from tests.support.recognition.fakes import FakeRecognizer

RATE = 16_000
STEP = 0.02  # seconds that the recogniser takes for a piece
HELD = 3.0  # seconds that the microphone holds here, for its 30
TOO_FAST, QUICK, EASY = 20.0, 2.0, 1.0  # times real time; the last at most


class Card:
    """A sound card whose blocks are played by hand."""

    samplerate = float(RATE)

    def __init__(self) -> None:
        self.opened = threading.Event()
        self.given = 0  # samples

    def __call__(self, device: object, callback: Any) -> "Card":
        self._callback = callback
        return self

    def start(self) -> None:
        self.opened.set()

    def stop(self) -> None:
        pass

    def close(self) -> None:
        pass

    def play(self, samples: np.ndarray, speed: float, overflow: bool = False) -> None:
        """Give (n,) float32 in blocks, so many times faster than real time."""
        assert self.opened.wait(30)
        size, due = round(BLOCK * RATE), time.monotonic()
        for first in range(0, len(samples), size):
            block = samples[first : first + size].reshape(-1, 1).copy()
            self._callback(block, len(block), None, SimpleNamespace(input_overflow=True) if overflow else None)
            self.given += len(block)
            due += BLOCK / speed
            time.sleep(max(0.0, due - time.monotonic()))


class SlowDisk:
    """A recorder whose disk takes its time for each piece of sound."""

    def __init__(self, recorder: SessionRecorder) -> None:
        self._recorder = recorder

    def __getattr__(self, name: str) -> Any:
        return getattr(self._recorder, name)

    def sound(self, samples: np.ndarray) -> np.ndarray:
        time.sleep(2 * STEP)
        return self._recorder.sound(samples)


@dataclass
class Outcome:
    """What a run showed; all in seconds."""

    given: float = 0.0
    kept: float = 0.0
    marked: float = 0.0
    longest_delay: float = 0.0
    last_delay: float = 0.0
    pace: float = 0.0  # times real time, after the load
    gaps: int = 0
    faults: list[str] = field(default_factory=list)


def run(part: str, seconds: float, folder: Path) -> Outcome:
    """Run one part with so many seconds of sound, and return what it showed."""
    application: Any = QCoreApplication.instance() or QCoreApplication([])
    card, store, outcome = Card(), Store(folder), Outcome()
    recorder: Any = store.create("live", part)
    held = microphone.KEPT
    microphone.KEPT = HELD
    try:
        source = Microphone(None, RATE, card)
    finally:
        microphone.KEPT = held
    worker = TranscriptionWorker(
        FakeRecognizer(slow=STEP),
        lambda: source,  # type: ignore[arg-type, return-value]
        SlowDisk(recorder) if part == "disk" else recorder,
    )
    ended: list[object] = []
    worker.ended.connect(ended.append)
    worker.start()
    made = sound.noise(seconds)
    fast = len(made) * 2 // 3

    def play() -> None:
        began = time.monotonic()
        card.play(made[:fast], TOO_FAST if part in ("overload", "end") else QUICK, overflow=part == "starved")
        if part != "end":
            taken = (card.given - source.dropped) / RATE - source.waiting  # seconds that were recognised meanwhile
            outcome.pace = min(EASY, taken / (time.monotonic() - began) / 2)
            card.play(made[fast:], outcome.pace)
            outcome.last_delay = source.waiting
        worker.stop()

    player = threading.Thread(target=play)
    player.start()
    while not ended:
        outcome.longest_delay = max(outcome.longest_delay, source.waiting)
        application.processEvents()
        time.sleep(0.005)
    player.join()
    session = store.open(recorder.session.id)
    store.close()
    # A callback that comes a second late means that the program stood still: a card would have had sound for that time.
    outcome.given, outcome.kept = card.given / RATE + source.suspended, session.document.seconds
    outcome.marked = sum(gap.seconds for gap in session.document.gaps)
    outcome.gaps = len(session.document.gaps)
    worker.deleteLater()
    application.processEvents()
    if ended != [None]:
        outcome.faults.append(f"it ended by {ended[0]!r}")
    if abs(outcome.given - outcome.kept - outcome.marked) > 0.001:
        outcome.faults.append(f"{outcome.given - outcome.kept - outcome.marked:.3f} s are neither kept nor marked")
    if part in ("overload", "end") and not outcome.marked:
        outcome.faults.append("nothing was dropped, so nothing was tried")
    if outcome.longest_delay > HELD + 2 * BLOCK:
        outcome.faults.append("the delay was longer than the microphone may hold")
    if outcome.last_delay > 1.0:
        outcome.faults.append("it did not recover")
    return outcome


def _burn() -> None:
    while True:
        pass


def main() -> None:
    """Run as the description of this module says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", help="default: all")
    parser.add_argument("--seconds", type=float, default=60.0, help="of sound")
    arguments = parser.parse_args()
    wrong = 0
    for part in arguments.parts or ["overload", "end", "disk", "starved", "busy"]:
        burning = [multiprocessing.Process(target=_burn, daemon=True) for _ in range(2 * (part == "busy"))]
        for process in burning:
            process.start()
        with tempfile.TemporaryDirectory() as folder:
            outcome = run(part, arguments.seconds, Path(folder))
        for process in burning:
            process.kill()
        after = f"; then at {outcome.pace:.2f} times real time, {outcome.last_delay:.1f} s at the end" * (part != "end")
        print(
            f"{part}: {outcome.given:.1f} s given, {outcome.kept:.1f} kept, {outcome.marked:.1f} marked as missing in "
            f"{outcome.gaps} gaps; longest delay {outcome.longest_delay:.1f} s{after}",
            "; ".join(["", *outcome.faults]),
            flush=True,
        )
        wrong += bool(outcome.faults)
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
