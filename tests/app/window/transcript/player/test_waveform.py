"""The waveform as the slider of the player: what it shows, and where a click goes."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from app.sessions.store import Store
from app.window.main_window import MainWindow
from app.worker.waveform import PIECE, peaks_of


def test_peaks_follow_the_loudness_over_the_whole_sound(store: Store) -> None:
    writer = store.create("file", "steps").begin(16_000)
    for loud in (0.0, 0.5, 0.0, 0.25):
        writer.sound(np.full(16_000 * 10, loud, np.float32))
    writer.close()
    sound = writer.session.sound
    assert sound is not None and PIECE < 40  # so that parts span pieces
    peaks = np.array(peaks_of(sound, 40.0, 400))
    assert len(peaks) == 400
    assert peaks[:99].max() == peaks[202:298].max() == 0
    assert peaks[102:198].min() == pytest.approx(1.0)
    assert peaks[303:].min() == pytest.approx(0.5**0.5, abs=0.01)


def test_short_and_empty_sound_has_a_picture_too(store: Store) -> None:
    writer = store.create("file", "short").begin(16_000)
    writer.sound(np.full(400, 0.5, np.float32))
    writer.close()
    sound = writer.session.sound
    assert sound is not None
    assert peaks_of(sound, 0.025) == pytest.approx((1.0,))


def test_a_kept_session_has_a_waveform_and_a_click_goes_there(finished: MainWindow, qtbot: QtBot) -> None:
    slider, player = finished.ui.player_bar.position, finished.ui.player
    qtbot.waitUntil(lambda: len(slider.peaks) > 10)
    drawn, peaks = slider.grab().toImage(), slider.peaks
    slider.show_peaks(())
    assert slider.grab().toImage() != drawn
    slider.show_peaks(peaks)
    qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(slider.width() // 2, 10))
    assert player.position == pytest.approx(player.duration / 2, abs=0.3)
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(10, 10))
    qtbot.mouseMove(slider, QPoint(slider.width() // 4, 10))
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(slider.width() // 4, 10))
    assert player.position < player.duration / 2
    before = player.position
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    assert player.position > before
