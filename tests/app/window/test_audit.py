"""Demands on the whole window: names for screen readers, unique shortcuts, no network, a quick start."""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from app.sessions.store import Store
from app.window.help.about import AboutDialog
from app.window.help.shortcuts import ShortcutsDialog
from app.window.main_window import MainWindow
from app.window.sessions.trash_dialog import TrashDialog
from app.window.settings.settings_dialog import SettingsDialog
from app.window.texts.messages import Problem, Remedy
from tests.app.window.helpers import Desktop, kill, nameless
from tests.support.programs.scripts import ROOT


def test_every_control_has_a_name(window: MainWindow, qtbot: QtBot) -> None:
    window.open_files([Path("a.wav")])
    window.commands["find"].trigger()
    window.problems.show(Problem("Cause", Remedy.RETRY, "Try again", Remedy.STOP, "Stop", "details"))
    window.ui.offer.show_problem(Problem("Cause", Remedy.RETRY, "Try again", Remedy.STOP, "Stop", "details"))
    dialogs = [
        AboutDialog("scripted", "en", window),
        ShortcutsDialog(window.commands, window),
        TrashDialog(window.store, window),
        SettingsDialog(window.settings, window.store.root, False, window),
    ]
    assert [name for root in (window, *dialogs) for name in nameless(root)] == []
    qtbot.waitUntil(lambda: window.file_queue.running is None)


def test_shortcuts_are_unique_and_listed(window: MainWindow) -> None:
    shortcuts = [keys.toString() for action in window.commands.all() for keys in action.shortcuts()]
    assert len(set(shortcuts)) == len(shortcuts)
    assert sorted(ShortcutsDialog(window.commands, window).keys) == sorted(shortcuts)
    wanted = "Ctrl+R Ctrl+Shift+R Esc Ctrl+O Ctrl+E Ctrl+Shift+C Ctrl+F F3 Space Alt+Left Alt+Right F7"
    wanted += " Ctrl++ Ctrl+- Ctrl+0 F8 F11 Ctrl+,"
    assert set(wanted.split()) <= set(shortcuts)
    in_menus = {action for menu in window.menuBar().findChildren(QMenu) for action in menu.actions()}
    assert {action for action in window.commands.all() if action.shortcuts()} <= in_menus


def test_the_window_opens_without_waiting_for_torch() -> None:
    """Seconds of processor time: how long another program keeps this one waiting is not ours to bound."""
    code = "import sys, time, app.window.application\nprint(time.process_time(), 'torch' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    seconds, torch = run.stdout.split()
    assert torch == "False"
    assert float(seconds) < 1.5


@pytest.mark.slow
def test_the_interface_is_never_busy_for_50_ms(listening: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    """Between two ticks of a 10 ms timer; in its own time, since other programs may be busy, too."""
    busy, late = [], []
    last, seen = time.thread_time(), time.monotonic()

    def tick() -> None:
        nonlocal last, seen
        busy.append(time.thread_time() - last)
        late.append(time.monotonic() - seen - 0.01)
        last, seen = time.thread_time(), time.monotonic()

    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.setInterval(10)
    timer.timeout.connect(tick)
    timer.start()
    for _ in range(40):
        desktop.feed.push(0.5)
        qtbot.wait(50)
    timer.stop()
    print(
        f"busy at most {1000 * max(busy):.1f} ms; late by {1000 * statistics.median(late):.1f} ms, "
        f"at worst {1000 * max(late):.1f} ms"
    )
    assert len(busy) > 20
    assert max(busy) < 0.05


def test_a_killed_session_is_offered(
    make_window: Callable[[], MainWindow], store: Store, qtbot: QtBot, tmp_path: Path
) -> None:
    from app.sessions.store import Store
    from asr.updates import Update, Word

    writer = store.create("live", "Live 10:42").begin(16_000)
    writer.update(Update((Word("saved", 0.0, 0.5, 0.9),), (), 1.0, True))
    kill(writer)
    again = Store(tmp_path / "data")
    assert again.recovered
    store._catalog.recovered = again.recovered
    again.close()
    window = make_window()
    assert "Last session ended unexpectedly" in window.ui.banner.text.text()
    assert window.ui.banner.other.text() == "Discard"
    window.ui.banner.action.click()
    assert window.ui.view.toPlainText() == "saved"


def test_the_peak_is_held_and_then_falls(qtbot: QtBot) -> None:
    from app.window.shell.level_meter import HOLD, LevelMeter
    from app.worker.audio_monitor import FLOOR, AudioColumns

    meter = LevelMeter()
    qtbot.addWidget(meter)
    meter.feed((AudioColumns(0.1, -20.0, -6.0, False, b"", 0),))
    assert meter.hold == -6.0
    meter.feed((AudioColumns(HOLD - 0.1, -60.0, -60.0, False, b"", 0),))
    assert meter.hold == -6.0
    meter.feed((AudioColumns(0.5, -60.0, -60.0, False, b"", 0),))
    assert FLOOR < meter.hold < -6.0
    meter.feed((AudioColumns(10.0, -60.0, -60.0, False, b"", 0),))
    assert meter.hold == meter.level == FLOOR == -60.0


def test_meter_words(qtbot: QtBot) -> None:
    from app.window.shell.level_meter import LevelMeter
    from app.worker.audio_monitor import AudioColumns

    meter = LevelMeter()
    qtbot.addWidget(meter)
    assert meter.words == ""
    meter.feed((AudioColumns(4.0, -58.0, -55.0, False, b"", 0),))
    assert meter.words == "too quiet"
    meter.feed((AudioColumns(0.1, -3.0, 0.0, True, b"", 0),))
    assert meter.words == "clipping"
    meter.feed(tuple(AudioColumns(0.1, -20.0, -12.0, False, b"", 0) for _ in range(30)))
    assert meter.words == "-20 dB"
