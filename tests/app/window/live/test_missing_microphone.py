"""A chosen microphone that is not connected is named, and the system's own is one click away."""

from pytestqt.qtbot import QtBot

from app.audio_io.portaudio import DeviceError
from app.window.live.live_state import LiveState
from app.window.main_window import MainWindow
from app.window.texts.messages import Remedy
from tests.app.window.helpers import Desktop, shown_problem


def test_the_microphone_of_the_system_is_offered_by_name(window: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: "Built-in" in window.ui.toolbar.devices.itemText(0))
    window.device_picker._choose("Conference phone")
    desktop.open_error = DeviceError("unknown-device", name="Conference phone", names="0 Built-in; 1 USB headset")
    window.commands["start"].trigger()
    qtbot.waitUntil(lambda: window.live.state is LiveState.FAILED)
    problem = shown_problem(window)
    assert "Conference phone" in problem.cause and "USB headset" not in problem.cause
    assert problem.remedy is Remedy.DEFAULT_MICROPHONE and "Built-in" in window.ui.banner.action.text()
    desktop.open_error = None
    window.ui.banner.action.click()
    qtbot.waitUntil(lambda: bool(desktop.feeds) and desktop.feed.entered)
    assert desktop.feed.name is None and window.settings.device is None
    assert window.ui.toolbar.devices.currentIndex() == 0
    desktop.feed.push(0.5)
    qtbot.waitUntil(lambda: window.live.state is LiveState.LISTENING)
    assert window.ui.banner.problem is None


def test_one_that_is_lost_is_replaced_by_a_click(window: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window.live.default_device == "Built-in")
    window.device_picker._choose("USB headset")
    window.commands["start"].trigger()
    qtbot.waitUntil(lambda: bool(desktop.feeds) and desktop.feed.entered)
    desktop.feed.push(0.5)
    qtbot.waitUntil(lambda: window.live.state is LiveState.LISTENING)
    desktop.feed.unplug()
    qtbot.waitUntil(lambda: window.live.state is LiveState.LOST)
    window.ui.banner.other.click()
    qtbot.waitUntil(lambda: desktop.feed.name is None and desktop.feed.entered)
    desktop.feed.push(0.5)
    qtbot.waitUntil(lambda: window.live.state is LiveState.LISTENING)
