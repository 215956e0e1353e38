"""The figures of the window are of the window: each measurement sees what it is there to see."""

import time
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from app.window import benchmark
from app.window.live.live_display import LiveDisplay
from app.worker.transcription_worker import Pace
from tests.support.recognition.fakes import FakeRecognizer

SAMPLE = Path(__file__).parents[3] / "assets" / "samples" / "lighthouse.ogg"


@pytest.mark.slow
def test_a_recital_takes_as_long_as_its_sound() -> None:
    began = time.monotonic()
    with benchmark.RealTimeSource(SAMPLE, 0.6, 16_000) as source:
        pieces = list(source)
    assert sum(map(len, pieces)) / 16_000 == pytest.approx(0.6, abs=benchmark.CHUNK)
    assert time.monotonic() - began >= 0.59
    assert np.concatenate(pieces).any()


@pytest.mark.slow
@pytest.mark.parametrize("stall", [0.0, 0.2])
def test_lateness_sees_a_stall(qapp: QApplication, monkeypatch: pytest.MonkeyPatch, stall: float) -> None:
    monkeypatch.setattr(benchmark, "load", lambda path: FakeRecognizer())
    show = LiveDisplay._show_pace
    stalled: list[bool] = []

    def slow(self: LiveDisplay, pace: Pace) -> None:
        if stall and not stalled and pace.seconds > 0.6:
            stalled.append(True)
            time.sleep(stall)
        show(self, pace)

    monkeypatch.setattr(LiveDisplay, "_show_pace", slow)
    delays = benchmark.listen(qapp, SAMPLE, 1.2, None)
    assert len(delays.late) == len(delays.busy) > 20
    assert delays.words == 4  # what the script says in that time
    assert delays.lag >= 0.0
    if stall:
        assert max(delays.late) > 1000 * stall - 20
        assert max(delays.busy) < 1000 * stall / 2  # it slept


@pytest.mark.slow
def test_typing_is_measured_on_the_whole_text(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(benchmark, "WORDS", 500)
    took = benchmark.update_times()
    assert len(took) == 300
    assert min(took) > 0.0


@pytest.mark.slow
def test_a_start_is_followed_to_the_model() -> None:
    start = benchmark.start_up(None)
    assert 0 < start.shown_busy < start.ready_busy
    assert 0 < start.shown < start.ready
