"""Offscreen Qt; a test that leaves a thread, a timer or a window behind fails."""

import gc
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from pytestqt.qtbot import QtBot

from app.sessions.store import Store

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QLocale, QSettings, QTimer
from PySide6.QtWidgets import QApplication

from app.window.main_window import MainWindow
from app.window.settings.settings import Settings
from app.worker import save_queue, task
from tests.app.window.helpers import Desktop, until_captured


@pytest.fixture(autouse=True)
def one_locale() -> None:
    """Numbers, dates and times are those of no country, whatever this machine or a test before this one has set."""
    QLocale.setDefault(QLocale.c())


@pytest.fixture(autouse=True)
def nothing_left_behind(qapp: QApplication) -> Iterator[None]:
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


@pytest.fixture(autouse=True)
def quick_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look into the mailboxes of threads every 3 ms and not every 33, so that tests wait less."""
    monkeypatch.setattr(task, "TICK", 3)
    monkeypatch.setattr(save_queue, "TICK", 3)


@pytest.fixture
def desktop() -> Desktop:
    return Desktop()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))


@pytest.fixture
def make_window(qtbot: QtBot, desktop: Desktop, store: Store, settings: Settings) -> Iterator[Callable[[], MainWindow]]:
    """Opens windows and closes them after the test."""
    opened = []

    def make() -> MainWindow:
        window = MainWindow(desktop.services, store, settings)
        opened.append(window)
        window.show()
        return window

    yield make
    for window in opened:
        if not window.close():  # a private session would be lost
            window.close()
        window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def window(make_window: Callable[[], MainWindow], qtbot: QtBot) -> MainWindow:
    """A window whose model is loaded."""
    from app.window.live.live_state import LiveState

    window = make_window()
    qtbot.waitUntil(lambda: window.live.state is LiveState.READY)
    return window


@pytest.fixture
def listening(window: MainWindow, desktop: Desktop, qtbot: QtBot) -> MainWindow:
    """A window that listens to `desktop.feed`."""
    from app.window.live.live_state import LiveState

    window.commands["start"].trigger()
    qtbot.waitUntil(lambda: bool(desktop.feeds) and desktop.feed.entered)
    desktop.feed.push(0.5)
    qtbot.waitUntil(lambda: window.live.state is LiveState.LISTENING)
    until_captured(window, 0.5, qtbot)  # what a test does next happens after this sound, not in it
    return window


@pytest.fixture
def finished(listening: MainWindow, desktop: Desktop, qtbot: QtBot) -> MainWindow:
    """A window after a whole session."""
    from app.window.live.live_state import LiveState

    desktop.feed.push(20.0)
    desktop.feed.stop()
    qtbot.waitUntil(lambda: listening.live.state is LiveState.READY)
    assert listening.transcript.kept is not None
    return listening
