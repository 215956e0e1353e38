"""The spectrogram: what the model hears, live and of a kept session, with each word under its sound."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.sessions.store import Store
from app.window.live.live_state import LiveState
from app.window.live.spectrogram import SPAN, Spectrogram
from app.window.main_window import MainWindow
from app.window.settings.settings import Settings
from app.worker.audio_monitor import AudioColumns, columns_of
from app.worker.transcription_worker import CLOSING
from asr.stream_options import DEFAULT_OPTIONS
from asr.updates import Update
from tests.app.window.helpers import Desktop, click_session
from tests.support.recognition.fakes import words

BANDS = 8


def heard(seconds: float, loud: int = 255) -> AudioColumns:
    return AudioColumns(seconds, -20.0, -12.0, False, bytes([loud]) * (BANDS * round(100 * seconds)), BANDS)


@pytest.fixture
def spectrogram(qtbot: QtBot) -> Spectrogram:
    spectrogram = Spectrogram()
    qtbot.addWidget(spectrogram)
    spectrogram.resize(1000, spectrogram.sizeHint().height())
    spectrogram.show()
    return spectrogram


def bright(spectrogram: Spectrogram) -> list[bool]:
    """Whether each tenth of a second of the picture is bright, left to right."""
    image = spectrogram.grab().toImage()
    return [image.pixelColor(10 * n + 5, 10).lightness() > 128 for n in range(100)]


def ink(spectrogram: Spectrogram) -> list[int]:
    """The columns of pixels under the picture in which something is written."""
    image = spectrogram.grab().toImage()
    background = image.pixelColor(2, spectrogram.height() - 2)
    rows = range(spectrogram.height() - spectrogram.fontMetrics().height(), spectrogram.height())
    return [x for x in range(spectrogram.width()) if any(image.pixelColor(x, y) != background for y in rows)]


def test_new_sound_comes_in_at_the_right_and_old_sound_leaves(spectrogram: Spectrogram) -> None:
    spectrogram.feed((heard(2.0),))
    assert bright(spectrogram) == [False] * 80 + [True] * 20
    spectrogram.feed((heard(9.0, loud=0),))
    assert bright(spectrogram) == [True] * 10 + [False] * 90
    spectrogram.feed((heard(1.0),))
    assert bright(spectrogram) == [False] * 90 + [True] * 10


def test_a_word_stands_under_its_sound(spectrogram: Spectrogram) -> None:
    spectrogram.feed((heard(12.0),))
    spectrogram.apply((Update(words("word", 7.0), (), 12.0),))  # 5 s before the right edge: the middle
    assert min(ink(spectrogram)) == pytest.approx(500, abs=4)
    spectrogram.feed((heard(2.0),))
    assert min(ink(spectrogram)) == pytest.approx(300, abs=4)


def test_words_without_room_leave_a_sign(spectrogram: Spectrogram) -> None:
    """Many words at one place: the ribbon shows the first, and that there were more."""
    spectrogram.feed((heard(12.0),))
    crowd = tuple(replace(word, start=7.0 + 0.01 * n, end=8.0) for n, word in enumerate(words("first " * 8)))
    spectrogram.apply((Update(crowd[:1], (), 12.0),))
    alone = set(ink(spectrogram))
    spectrogram.apply((Update(crowd[1:], (), 12.0),))
    crowded = set(ink(spectrogram))
    assert crowded > alone  # what is left out is not drawn, and a sign stands behind what is
    letters = spectrogram.fontMetrics().horizontalAdvance
    assert max(crowded) - max(alone) <= letters("… ") + 2


def test_columns_dropped_in_a_pause_shift_no_word(spectrogram: Spectrogram) -> None:
    spectrogram.feed((heard(3.0),))
    spectrogram.keep_time(3.0)
    assert spectrogram.seconds == pytest.approx(3.0)
    spectrogram.lose_time()
    spectrogram.feed((heard(0.5),))  # of the pause, delivered late
    spectrogram.keep_time(3.0)
    assert spectrogram.seconds == pytest.approx(3.0)
    spectrogram.feed((heard(1.0),))
    spectrogram.keep_time(3.9)  # the recogniser is a little behind the picture
    assert spectrogram.seconds == pytest.approx(4.0)
    spectrogram.keep_time(4.2)  # columns were lost
    assert spectrogram.seconds == pytest.approx(4.2)


@pytest.mark.slow
def test_a_pause_stops_the_ribbon_but_not_the_meter(listening: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: listening.ui.spectrogram.seconds > 0.4)
    listening.commands["pause"].trigger()
    qtbot.wait(100)
    before = listening.ui.spectrogram.seconds
    listening.ui.toolbar.meter.clear()
    desktop.feed.push(3.0)
    qtbot.waitUntil(lambda: listening.ui.toolbar.meter.active)
    qtbot.wait(100)
    assert listening.ui.spectrogram.seconds == before
    worker = listening.live._worker
    assert worker is not None
    qtbot.waitUntil(lambda: worker._captured >= 3.5 - 0.001)  # what comes later is of after the pause
    listening.commands["pause"].trigger()
    desktop.feed.push(2.0)
    longest = DEFAULT_OPTIONS.endpoint_silence + CLOSING + 0.2  # what a pause is to the recogniser
    qtbot.waitUntil(lambda: listening.live.document.seconds > 0.5 + 0.8 + 1.9)
    qtbot.waitUntil(lambda: listening.ui.spectrogram.seconds > listening.live.document.seconds - 0.1)
    qtbot.wait(300)  # whatever else would come: nothing of the 3 s that were said meanwhile
    assert listening.ui.spectrogram.seconds == pytest.approx(listening.live.document.seconds, abs=0.1)
    assert listening.ui.spectrogram.seconds < 0.5 + longest + 2.0


def test_it_is_shown_when_it_is_asked_for_and_remembered(
    listening: MainWindow, make_window: Callable[[], MainWindow], settings: Settings
) -> None:
    assert not listening.commands["spectrogram"].isChecked() and not listening.ui.spectrogram.isVisible()
    listening.commands["spectrogram"].trigger()
    assert settings.show_spectrogram and listening.ui.spectrogram.isVisible()
    assert make_window().commands["spectrogram"].isChecked()


def finish(window: MainWindow, desktop: Desktop, qtbot: QtBot, seconds: float = 14.5) -> None:
    window.commands["spectrogram"].setChecked(True)
    desktop.feed.push(seconds)
    desktop.feed.stop()
    qtbot.waitUntil(lambda: window.live.state is LiveState.READY)
    qtbot.waitUntil(
        lambda: window.ui.playback_spectrogram.isVisible() and window.ui.playback_spectrogram.position is not None,
    )


def test_a_kept_session_shows_the_page_being_played(listening: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    finish(listening, desktop, qtbot)
    page, player = listening.ui.playback_spectrogram, listening.ui.player
    assert not listening.ui.spectrogram.isVisible()
    assert page.seconds == SPAN
    player.seek(4.0)
    assert page.position == 4.0
    player.seek(12.0)
    qtbot.waitUntil(lambda: page.seconds == 2 * SPAN)
    assert page.position == 12.0
    qtbot.mouseClick(page, Qt.MouseButton.LeftButton, pos=QPoint(page.width() // 4, 10))
    assert player.position == pytest.approx(12.5, abs=0.1)


def test_live_sound_stays_off_the_page_of_a_kept_session(listening: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    finish(listening, desktop, qtbot)
    listening.commands["start"].trigger()
    qtbot.waitUntil(lambda: len(desktop.feeds) == 2)
    click_session(listening, 1)
    desktop.feed.push(3.0)
    qtbot.waitUntil(lambda: listening.ui.spectrogram.seconds > 2.5)
    assert listening.ui.playback_spectrogram.isVisible() and not listening.ui.spectrogram.isVisible()
    assert listening.ui.playback_spectrogram.seconds == SPAN
    click_session(listening, 0)
    assert listening.ui.spectrogram.isVisible() and not listening.ui.playback_spectrogram.isVisible()


def test_a_picture_is_of_the_place_it_was_asked_for(desktop: Desktop, store: Store) -> None:
    writer = store.create("file", "steps").begin(16_000)
    for loud in (0.0, 0.5, 0.0):
        writer.sound(np.full(16000, loud, np.float32))
    writer.close()
    sound = writer.session.sound
    assert sound is not None
    whole = columns_of(desktop.recognizer, sound, 0.0, 10.0)
    assert whole.seconds == 3.0
    columns = np.frombuffer(whole.columns, np.uint8).reshape(-1, whole.bands).mean(axis=1)
    assert columns[:90].max() < columns[110:190].min()
    part = columns_of(desktop.recognizer, sound, 1.0, 1.0)
    assert part.seconds == 1.0 and part.level == pytest.approx(-6.0, abs=0.1)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=st.lists(st.integers(1, 700), min_size=1, max_size=6), bands=st.integers(1, 5))
def test_however_columns_arrive_each_has_its_place(qapp: QApplication, cuts: list[int], bands: int) -> None:
    """Also where the ring ends, once or more often: the newest columns, low tones at the bottom."""
    cells = np.random.default_rng(len(cuts)).integers(0, 256, (sum(cuts), bands)).astype(np.uint8)
    shown, first = Spectrogram(), 0
    for count in cuts:
        part = cells[first : first + count]
        shown.feed((AudioColumns(count / 100, -20.0, -15.0, False, part.tobytes(), bands),))
        first += count
    image = shown._image
    assert image is not None
    size = image.width()
    for column in {0, first - 1, max(0, first - size), *range(max(0, first - size), first, 37)}:
        if column < first - size:
            continue
        found = [image.pixelIndex(column % size, bands - 1 - band) for band in range(bands)]
        assert found == cells[column].tolist()
