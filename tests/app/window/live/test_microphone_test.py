"""The level of the microphone is seen before Start, on demand, and the device is free again when a session begins."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.audio_io.portaudio import DeviceError
from app.window.live import microphone_test
from app.window.live.live_state import LiveState
from app.window.main_window import MainWindow
from tests.app.window.helpers import Desktop

TIMEOUT = 8000


@pytest.fixture
def testing(window: MainWindow, desktop: Desktop, qtbot: QtBot) -> MainWindow:
    """A window in which a click on the meter began a test."""
    qtbot.mouseClick(window.ui.toolbar.meter, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(desktop.feeds) and desktop.feed.entered, timeout=TIMEOUT)
    assert window.commands["test"].isChecked()
    return window


def test_the_level_is_shown_and_nothing_is_kept(testing: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    meter = testing.ui.toolbar.meter
    assert not meter.active
    desktop.feed.push(1.0)
    qtbot.waitUntil(lambda: meter.active and meter.level > -40.0, timeout=TIMEOUT)
    assert testing.live.state is LiveState.READY and testing.store.list() == ()
    qtbot.mouseClick(meter, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: desktop.feed.left and not meter.active, timeout=TIMEOUT)
    assert not testing.commands["test"].isChecked()


def test_a_session_that_begins_gets_the_device(testing: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    tested = desktop.feed
    testing.commands["start"].trigger()
    qtbot.waitUntil(lambda: desktop.feed is not tested and desktop.feed.entered, timeout=TIMEOUT)
    assert tested.left and not testing.commands["test"].isEnabled()
    desktop.feed.push(0.5)
    qtbot.waitUntil(lambda: testing.live.state is LiveState.LISTENING, timeout=TIMEOUT)
    assert testing.ui.toolbar.meter.active


def test_it_ends_by_itself(testing: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    desktop.feed.push(microphone_test.SECONDS + 1.0)
    qtbot.waitUntil(lambda: desktop.feed.left and not testing.commands["test"].isChecked(), timeout=TIMEOUT)


def test_one_that_is_chosen_is_tested_in_place_of_the_other(
    testing: MainWindow, desktop: Desktop, qtbot: QtBot
) -> None:
    first, devices = desktop.feed, testing.ui.toolbar.devices
    qtbot.waitUntil(lambda: devices.findData("USB headset") > 0, timeout=TIMEOUT)
    row = devices.findData("USB headset")
    devices.setCurrentIndex(row)
    devices.activated.emit(row)
    qtbot.waitUntil(lambda: desktop.feed is not first and desktop.feed.entered, timeout=TIMEOUT)
    assert first.left and desktop.feed.name == "USB headset"


def test_nothing_is_opened_unasked_and_what_fails_is_said(window: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    qtbot.wait(100)
    assert desktop.feeds == []
    desktop.open_error = DeviceError("busy")
    window.commands["test"].trigger()
    qtbot.waitUntil(lambda: window.ui.banner.isVisible(), timeout=TIMEOUT)
    assert not window.commands["test"].isChecked() and window.live.state is LiveState.READY
