"""Offscreen Qt; a test that leaves a thread, a timer or a window behind fails."""

import gc
import os
import threading

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QSettings, QTimer
from PySide6.QtWidgets import QApplication

from app.audio_io.devices import Device
from app.window.main_window import MainWindow
from app.window.services import Services
from app.window.settings.settings import Settings
from tests.app.window.scripted import Feed, Reel, Scripted


@pytest.fixture(autouse=True)
def nothing_left_behind(qapp):
    """Threads end, timers stop, windows close; else the next test would pay for this one."""
    threads = set(threading.enumerate())
    windows = set(map(id, QApplication.topLevelWidgets()))
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    left = [thread.name for thread in threading.enumerate() if thread not in threads]
    assert not left, f"threads left behind: {left}"
    shown = [w for w in QApplication.topLevelWidgets() if id(w) not in windows and w.isVisible()]
    assert not shown, f"windows left behind: {shown}"
    timers = [
        timer for widget in QApplication.topLevelWidgets() for timer in widget.findChildren(QTimer) if timer.isActive()
    ]
    assert not timers, f"timers left behind: {timers}"


class Desktop:
    """The outside world of a window under test."""

    def __init__(self) -> None:
        self.recognizer = Scripted()
        self.load_error: Exception | None = None
        self.open_error: Exception | None = None
        self.device_error: Exception | None = None
        self.names = ["Built-in", "USB headset", "Monitor of Speakers"]
        self.monitors = {"Monitor of Speakers"}
        self.feeds: list[Feed] = []
        self.files: dict[str, Reel] = {}
        self.file_errors: dict[str, Exception] = {}

    def load(self, path):
        if self.load_error is not None:
            raise self.load_error
        return self.recognizer

    def open_device(self, name, rate):
        if self.open_error is not None:
            raise self.open_error
        self.feeds.append(Feed(name))
        return self.feeds[-1]

    def open_file(self, path, rate):
        if path.name in self.file_errors:
            raise self.file_errors[path.name]
        reel = self.files.get(path.name) or Reel(4)
        return reel, reel.seconds

    def devices(self):
        if self.device_error is not None:
            raise self.device_error
        return [
            Device(index, name, 1, 16_000.0, default=not index, monitor=name in self.monitors)
            for index, name in enumerate(self.names)
        ]

    def outside(self) -> Services:
        return Services(self.load, self.open_device, self.open_file, self.devices)

    @property
    def feed(self) -> Feed:
        return self.feeds[-1]


@pytest.fixture
def desktop() -> Desktop:
    return Desktop()


@pytest.fixture
def settings(tmp_path) -> Settings:
    return Settings(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))


@pytest.fixture
def make_window(qtbot, desktop, store, settings):
    """Opens windows and closes them after the test."""
    opened = []

    def make() -> MainWindow:
        window = MainWindow(desktop.outside(), store, settings)
        opened.append(window)
        window.show()
        return window

    yield make
    for window in opened:
        window.close()
        window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def window(make_window, qtbot):
    """A window whose model is loaded."""
    from app.window.live.live_state import LiveState

    window = make_window()
    qtbot.waitUntil(lambda: window.live.state is LiveState.READY, timeout=5000)
    return window


@pytest.fixture
def listening(window, desktop, qtbot):
    """A window that listens to `desktop.feed`."""
    from app.window.live.live_state import LiveState

    window.commands["start"].trigger()
    qtbot.waitUntil(lambda: bool(desktop.feeds) and desktop.feed.entered, timeout=5000)
    desktop.feed.push(0.5)
    qtbot.waitUntil(lambda: window.live.state is LiveState.LISTENING, timeout=5000)
    return window


@pytest.fixture
def finished(listening, desktop, qtbot):
    """A window after a whole session."""
    from app.window.live.live_state import LiveState

    desktop.feed.push(20.0)
    desktop.feed.stop()
    qtbot.waitUntil(lambda: listening.live.state is LiveState.READY, timeout=5000)
    assert listening.desk.session is not None
    return listening
