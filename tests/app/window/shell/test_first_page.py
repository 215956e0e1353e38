"""The first page: what a person can do there, what is hidden, and the level of the microphone before Start."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.sessions.store import Store
from app.window.live.live_state import LiveState
from app.window.main_window import MainWindow
from app.window.settings.settings import Settings
from app.window.style.colors import current_colors
from app.worker.demonstration import SAMPLE
from tests.app.window.helpers import Desktop
from tests.support.recognition.fakes import FakeMicrophone


def ground(widget: QWidget) -> QColor:
    """The colour of a filled button, beside its text."""
    image = widget.grab().toImage()
    return image.pixelColor(image.width() // 2, image.height() - 6)


def test_it_is_shown_until_there_is_a_transcript(window: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    ui = window.ui
    assert ui.first_page.isVisible()
    for hidden in (ui.toolbar, ui.header, ui.view, ui.player_bar, ui.find_bar):
        assert not hidden.isVisible(), hidden
    assert ground(ui.first_page.start).name() == current_colors().accent
    qtbot.mouseClick(ui.first_page.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(desktop.feeds))
    assert ui.toolbar.isVisible() and ui.view.isVisible() and not ui.first_page.isVisible()
    desktop.feed.push(3.0)
    qtbot.waitUntil(lambda: window.live.state is LiveState.LISTENING)
    assert ground(ui.toolbar.start).name() == current_colors().record
    desktop.feed.stop()
    qtbot.waitUntil(lambda: window.live.state is LiveState.READY)
    assert ground(ui.toolbar.start).name() == current_colors().accent
    window.commands["delete"].trigger()
    assert ui.first_page.isVisible() and not ui.toolbar.isVisible()


def test_what_runs_can_be_stopped_also_from_the_first_page(
    finished: MainWindow, desktop: Desktop, qtbot: QtBot
) -> None:
    kept = finished.transcript.kept
    finished.commands["start"].trigger()
    qtbot.waitUntil(lambda: len(desktop.feeds) == 2)
    assert kept is not None
    finished.transcript.show_kept(kept.id)
    finished.transcript.clear()
    assert finished.ui.first_page.isVisible() and finished.ui.toolbar.start.isVisible()


def test_the_language_is_that_of_the_model(window: MainWindow, desktop: Desktop) -> None:
    assert desktop.recognizer.config.language == "en"
    assert window.ui.first_page.promise.text().startswith("English. ")
    window.ui.first_page.show_language("de")
    assert window.ui.first_page.promise.text().startswith("German. ")


def test_the_sample_is_one_click_away(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.mouseClick(window.ui.first_page.sample, Qt.MouseButton.LeftButton)
    assert [job.path for job in window.file_queue.jobs] == [SAMPLE]
    assert window.ui.view.isVisible()
    qtbot.waitUntil(lambda: window.file_queue.running is None)


def test_the_title_of_the_window_says_what_is_shown_and_how_long_it_listens(
    window: MainWindow, desktop: Desktop, qtbot: QtBot
) -> None:
    assert window.windowTitle() == "Echoic"
    window.commands["start"].trigger()
    qtbot.waitUntil(lambda: bool(desktop.feeds))
    desktop.feed.push(3.0)
    qtbot.waitUntil(lambda: window.windowTitle() == "00:03 Live - Echoic")
    desktop.feed.stop()
    qtbot.waitUntil(lambda: window.windowTitle() == f"{window.transcript.title} - Echoic")
    assert window.transcript.kept is not None


def test_both_lists_of_microphones_show_the_same_choice(window: MainWindow, qtbot: QtBot) -> None:
    first, second = window.ui.first_page.devices, window.ui.toolbar.devices
    qtbot.waitUntil(lambda: first.count() == 4)
    first.setCurrentIndex(2)
    first.activated.emit(2)
    assert window.settings.device == second.currentData() == first.currentData() == "USB headset"


@pytest.fixture
def previews() -> list[FakeMicrophone]:
    """The microphones that were opened for their level."""
    return []


@pytest.fixture
def previewing(
    desktop: Desktop, store: Store, settings: Settings, previews: list[FakeMicrophone], qtbot: QtBot
) -> MainWindow:
    """A window that may show the level of the microphone."""

    def open_preview(name: str | None, rate: int) -> FakeMicrophone:
        previews.append(FakeMicrophone(name))
        return previews[-1]

    window = MainWindow(replace(desktop.services, open_preview=open_preview), store, settings)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(lambda: window.live.state is LiveState.READY)
    qtbot.waitUntil(lambda: bool(previews) and previews[-1].entered)
    return window


def test_the_level_is_shown_before_start_and_the_device_given_back_for_it(
    previewing: MainWindow, desktop: Desktop, previews: list[FakeMicrophone], qtbot: QtBot
) -> None:
    meter = previewing.ui.first_page.meter
    previews[-1].push(1.0)
    qtbot.waitUntil(lambda: meter.active)
    assert previewing.store.list() == () and previewing.live.recorder is None
    given_back: list[bool] = []
    opening = desktop.open_device

    def open_device(name: str | None, rate: int) -> FakeMicrophone:
        given_back.append(previewing.device_preview.preview._free.is_set())
        return opening(name, rate)

    previewing._services = replace(previewing._services, open_device=open_device)
    previewing.commands["start"].trigger()
    previews[-1].push(0.2)
    qtbot.waitUntil(lambda: bool(desktop.feeds))
    assert given_back == [True]
    qtbot.waitUntil(lambda: not meter.active)
    desktop.feed.stop()
    qtbot.waitUntil(lambda: previewing.live.state is LiveState.READY)
    previewing.close()


def test_the_level_follows_the_choice_and_the_setting(
    previewing: MainWindow, previews: list[FakeMicrophone], qtbot: QtBot
) -> None:
    devices = previewing.ui.first_page.devices
    qtbot.waitUntil(lambda: devices.count() == 4)
    devices.activated.emit(2)
    previews[-1].push(0.2)
    qtbot.waitUntil(lambda: previews[-1].name == "USB headset")
    dialog = previewing.appearance.open_preferences(previewing.store.root)
    dialog.preview.click()
    previews[-1].push(0.2)
    qtbot.waitUntil(previewing.device_preview.preview._free.is_set)
    dialog.close()
    count = len(previews)
    previewing.activateWindow()
    qtbot.wait(50)
    assert len(previews) == count
    previewing.close()


def test_a_microphone_that_cannot_be_opened_shows_no_level_and_no_message(
    desktop: Desktop, make_window: Callable[[], MainWindow], store: Store, settings: Settings, qtbot: QtBot
) -> None:
    def refuse(name: str | None, rate: int) -> FakeMicrophone:
        raise OSError("busy")

    window = MainWindow(replace(desktop.services, open_preview=refuse), store, settings)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(lambda: window.live.state is LiveState.READY)
    qtbot.wait(100)
    assert not window.ui.first_page.meter.active and window.ui.banner.problem is None
    window.close()
