"""Three hours in one session: nothing grows but the text."""

import gc
import pickle
import time
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot

from app.audio_io.devices import Device
from app.sessions.store import Store
from app.window.live.live_state import LiveState
from app.window.main_window import MainWindow
from app.window.services import Services
from app.window.settings.settings import Settings
from asr.recognizer import Recognizer
from asr.updates import Word
from tests.hard_use.soak import HOUR, HoursOfSound
from tests.support.recognition import sound
from tests.support.recognition.fakes import FakeRecognizer

LINE = 8  # words


def endless(line: int) -> list[Word]:
    """Line n of a script without end: a word for every second."""
    seconds = range(line * LINE, (line + 1) * LINE)
    return [Word(f"word{n % 500}", float(n), n + 0.9, 0.9) for n in seconds]


def resident() -> float:
    """Megabytes of memory this process really has."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


@pytest.fixture
def listening(tmp_path: Path, qtbot: QtBot) -> Iterator[MainWindow]:
    """A window that listens to three hours, and keeps nothing: a disk is not what is measured here."""
    reel = HoursOfSound(3 * HOUR)
    settings = Settings(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))
    store = Store(tmp_path / "data")
    reels = [Device(0, "reel", 1, 16_000.0, default=True, monitor=False)]
    services = Services(
        lambda path: FakeRecognizer(endless), lambda name, rate: reel, lambda path, rate: (reel, None), lambda: reels
    )
    window = MainWindow(services, store, settings)
    window.live.pace_changed.connect(lambda pace: setattr(reel, "shown", pace.seconds))
    window.show()
    qtbot.waitUntil(lambda: window.live.state is LiveState.READY)
    window.commands["private"].setChecked(True)
    window.commands["captions"].trigger()
    window.commands["start"].trigger()
    yield window
    window.close()
    window.deleteLater()
    store.close()


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs Linux's /proc to see how large it is")
@pytest.mark.slow
def test_three_hours_leave_nothing_behind_but_their_text(listening: MainWindow, qtbot: QtBot) -> None:
    measured: list[tuple[float, int]] = []
    began = time.process_time()
    for hour in (1, 2, 3):
        qtbot.waitUntil(
            lambda end=hour * HOUR - 1: listening.live.document.seconds >= end,  # type: ignore[misc]
            timeout=600_000,
        )
        gc.collect()
        measured.append((resident(), len(gc.get_objects())))
    spent = time.process_time() - began
    listening.commands["start"].trigger()
    qtbot.waitUntil(lambda: listening.live.state is LiveState.READY)
    assert listening.live.document.count == pytest.approx(3 * HOUR, abs=2 * LINE)
    (first, then), (last, now) = measured[0], measured[-1]
    words = 2 * HOUR
    print(
        f"{first:.0f} MB after one hour, {last - first:+.1f} MB in the next two; {(now - then) / words:.1f} objects "
        f"and {1e6 * (last - first) / words:.0f} bytes a word; {spent:.1f} s of work"
    )
    # A piece of sound comes seven times for each of these words; to keep one object of each would be 7 more.
    assert (now - then) / words < 4
    assert last - first < 25


@pytest.mark.slow
def test_the_state_of_a_stream_is_no_larger_after_minutes(tiny: Recognizer) -> None:
    """It holds the open utterance, which has a limit; so its size has one too."""
    state, sizes = tiny.start(), []
    for second in range(90):
        state, _ = tiny.step(state, sound.noise(1.0, seed=second) * np.float32(second % 10 < 8))
        if second % 30 == 29:
            own = {field.name: getattr(state, field.name) for field in fields(state)}
            assert own.pop("network") is tiny.start().network  # which all streams share
            sizes.append(len(pickle.dumps(own)))
    print(sizes)
    assert max(sizes) < 1.5 * min(sizes)
