"""Pictures of every state, to be looked at: `xvfb-run -a python tests/app/window/screenshots.py [folder] [--dark]`.

With `--readme` instead: the two pictures of the README, of the shipped model listening to the shipped sample, written
to assets/pictures. Without an X server they are drawn off screen.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))
os.environ.setdefault("QT_QPA_PLATFORM", "xcb" if "DISPLAY" in os.environ else "offscreen")

from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QColor, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QApplication, QDialog, QWidget

import asr.recognizer  # noqa: F401  # now, so that no picture waits for it
from app.audio_io.devices import Device
from app.sessions.store import Store
from app.window.application import load, open_file
from app.window.benchmark import RealTimeSource, until
from app.window.help.network_audit import watch
from app.window.live.live_state import LiveState
from app.window.main_window import MainWindow
from app.window.services import Services
from app.window.settings.settings import Settings
from app.window.transcript.header import SEGMENTS, SUBTITLES
from asr.errors import AudioError, ModelError
from asr.updates import Update, Word
from tests.app.window.helpers import Desktop, dark, high_contrast, kill
from tests.fakes import FakeFile, FakeRecognizer
from tests.scripts import ROOT

SAMPLE = ROOT / "assets" / "samples" / "lighthouse.ogg"
LISTEN = 11.2  # seconds of the sample before its picture is taken: in the middle of its second sentence


class Studio:
    """Opens windows, brings them into a state, takes their picture."""

    def __init__(self, app: QApplication, folder: Path) -> None:
        self.app, self.folder = app, folder
        folder.mkdir(parents=True, exist_ok=True)

    def until(self, holds: Callable[[], bool], seconds: float = 60.0) -> None:
        until(self.app, holds, seconds)

    def rest(self, seconds: float = 0.2) -> None:
        end = time.monotonic() + seconds
        self.until(lambda: time.monotonic() > end)

    def shoot(self, name: str, widget: QWidget, behind: str = "") -> None:
        """`behind`: a colour to lie behind what is not solid."""
        self.rest()
        picture = widget.grab()
        if behind:
            ground = QPixmap(picture.size())
            ground.fill(QColor(behind))
            painter = QPainter(ground)
            painter.drawPixmap(0, 0, picture)
            painter.end()
            picture = ground
        path = self.folder / f"{name}.png"
        if not picture.save(str(path)):
            raise OSError(f"cannot write {path}")
        print(f"{path}  {path.stat().st_size // 1024} KiB")

    def open(self, services: Services, ready: bool = True, store: Store | None = None) -> MainWindow:
        data = Path(tempfile.mkdtemp(prefix="echoic-shots-"))
        settings = Settings(QSettings(str(data / "settings.ini"), QSettings.Format.IniFormat))
        window = MainWindow(services, store or Store(data / "data"), settings)
        window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        window.show()
        if ready:
            self.until(lambda: window.live.state is LiveState.READY)
        return window

    def listen(self, window: MainWindow, desktop: Desktop, seconds: float) -> None:
        count = len(desktop.feeds)
        window.commands["start"].trigger()
        self.until(lambda: len(desktop.feeds) > count)
        desktop.feed.push(seconds)
        self.until(lambda: window.live.document.seconds >= seconds - 0.3)


def is_ready(window: MainWindow) -> bool:
    return window.live.state is LiveState.READY


def states(studio: Studio) -> None:
    desktop = Desktop()

    def slowly(path: Path | None) -> FakeRecognizer:
        time.sleep(1.0)
        return desktop.load(path)

    window = studio.open(replace(desktop.services, load=slowly), ready=False)
    studio.shoot("loading", window)
    studio.until(lambda: window.live.state is LiveState.READY)
    studio.shoot("ready", window)
    window.commands["start"].trigger()
    studio.until(lambda: bool(desktop.feeds))
    studio.shoot("arming", window)
    desktop.feed.push(9.9)
    studio.until(lambda: window.live.document.seconds >= 5)
    window.commands["captions"].trigger()
    studio.shoot("listening", window)
    studio.shoot("captions", window.ui.captions, "#7a8794")
    window.ui.captions.set_lines(5)
    window.ui.captions.set_opacity(0.3)
    studio.shoot("captions-5-faint", window.ui.captions, "white")
    window.commands["captions"].trigger()
    window.commands["pause"].trigger()
    studio.shoot("paused", window)
    window.commands["pause"].trigger()
    desktop.feed.waiting = 7.0
    desktop.feed.push(1.0)
    studio.until(lambda: window.live.state is LiveState.TOO_SLOW)
    studio.shoot("too-slow", window)
    desktop.feed.waiting = 0.0
    desktop.feed.push(2.0)
    studio.until(lambda: window.live.state is LiveState.LISTENING)
    desktop.feed.unplug()
    studio.until(lambda: window.live.state is LiveState.LOST)
    studio.shoot("lost", window)
    window.ui.banner.action.click()
    studio.until(lambda: len(desktop.feeds) > 1)
    desktop.recognizer.slow = 0.2
    desktop.feed.push(4.0)
    studio.until(lambda: window.live.state is LiveState.LISTENING)
    window.commands["start"].trigger()
    studio.shoot("draining", window)
    desktop.recognizer.slow = 0.0
    studio.until(lambda: window.live.state is LiveState.READY)
    window.close()


def reading(studio: Studio) -> None:
    """A kept session, and everything that can be opened over it."""
    desktop = Desktop()
    window = studio.open(desktop.services)
    studio.listen(window, desktop, 20.0)
    desktop.feed.stop()
    studio.until(lambda: window.live.state is LiveState.READY and bool(window.ui.player_bar.position.peaks))
    window.ui.player.seek(7.3)
    studio.shoot("review", window)
    window.commands["spectrogram"].trigger()
    studio.until(window.ui.playback_spectrogram.isVisible)
    studio.shoot("sound-picture", window)
    window.commands["spectrogram"].trigger()
    window.commands["doubtful"].trigger()
    studio.shoot("doubtful", window)
    window.commands["find"].trigger()
    window.ui.find_bar.field.setText("the")
    studio.shoot("find", window)
    window.commands["escape"].trigger()
    for name, mode in (("segments", SEGMENTS), ("subtitles", SUBTITLES)):
        window.ui.header.modes.button(mode).click()
        studio.shoot(name, window)
    for name in ("settings", "about", "shortcuts"):
        window.commands[name].trigger()
        (dialog,) = [child for child in window.findChildren(QDialog) if child.isVisible()]
        studio.shoot(name, dialog)
        dialog.close()
        dialog.deleteLater()
        studio.rest(0.1)
    for _ in range(15):
        studio.listen(window, desktop, 5.0)
        desktop.feed.stop()
        studio.until(lambda: window.live.state is LiveState.READY)
    studio.shoot("many-sessions", window)
    window.ui.session_list.search.setText("shells")
    studio.rest(0.4)
    studio.shoot("search", window)
    window.ui.session_list.search.setText("zebra")
    studio.rest(0.4)
    studio.shoot("search-nothing", window)
    window.ui.session_list.search.clear()
    window.commands["delete"].trigger()
    studio.shoot("deleted", window)
    window.close()


def long(studio: Studio) -> None:
    desktop = Desktop()
    text = "ten words make up a line of this long text"
    lines = [
        [Word(word, 0.05 * n + 0.004 * i, 0.05 * n + 0.004 * i + 0.003, 0.9) for i, word in enumerate(text.split())]
        for n in range(200)
    ]
    desktop.recognizer = FakeRecognizer(lambda line: lines[line] if line < len(lines) else None)
    window = studio.open(desktop.services)
    studio.listen(window, desktop, 5.0)
    window.ui.view.verticalScrollBar().setValue(10)
    desktop.feed.push(1.0)
    studio.until(lambda: window.ui.view.jump.isVisible())
    studio.shoot("scrolled-back", window)
    window.close()


def files(studio: Studio) -> None:
    desktop = Desktop()
    desktop.recognizer.slow = 0.05
    desktop.files = {"interview.wav": FakeFile(4), "lecture.mp3": FakeFile(300)}
    desktop.file_errors = {
        "notes.txt": AudioError("not-media", name="notes.txt", reason="Invalid data found when processing input")
    }
    window = studio.open(desktop.services)
    window.open_files([Path(n) for n in ("interview.wav", "notes.txt", "lecture.mp3", "meeting.m4a")])
    studio.until(lambda: window.file_queue.running is not None and window.file_queue.running.seconds > 8, 60)
    window.transcript.show_job(window.file_queue.jobs[2])
    studio.shoot("files", window)
    window.close()


def failures(studio: Studio) -> None:
    def empty(desktop: Desktop) -> None:
        desktop.names = []

    for name, prepare in {
        "failed-model": lambda d: setattr(d, "load_error", ModelError("missing", path="/opt/echoic/model")),
        "failed-portaudio": lambda d: setattr(d, "device_error", OSError("PortAudio library not found")),
        "no-microphone": empty,
    }.items():
        desktop = Desktop()
        prepare(desktop)
        window = studio.open(desktop.services, ready=False)
        studio.rest(0.5)
        studio.shoot(name, window)
        window.close()
    desktop = Desktop()
    desktop.open_error = OSError("Error opening InputStream: Invalid sample rate [PaErrorCode -9997]")
    window = studio.open(desktop.services)
    window.commands["start"].trigger()
    studio.until(lambda: window.live.state is LiveState.FAILED)
    studio.shoot("failed-refused", window)
    window.close()
    folder = Path(tempfile.mkdtemp(prefix="echoic-shots-"))
    killed = Store(folder).create("live", "Live 10:42").begin(16_000)
    killed.update(Update((Word("saved", 0.0, 0.5, 0.9),), (), 192.0, True))
    kill(killed)
    window = studio.open(Desktop().services, store=Store(folder))
    studio.shoot("recovered", window)
    window.close()


def sizes(studio: Studio) -> None:
    """The smallest window, letters of double size, both at once, and a palette of high contrast."""
    normal, large = QApplication.font(), QApplication.font()
    large.setPointSizeF(2 * normal.pointSizeF())
    for name, font, palette, size in (
        ("smallest", normal, None, (720, 480)),
        ("double-letters", large, None, (1400, 900)),
        ("smallest-double-letters", large, None, (720, 480)),
        ("high-contrast", normal, high_contrast(), (1080, 680)),
    ):
        before = QPalette(QApplication.palette())
        QApplication.setFont(font)
        if palette is not None:
            QApplication.setPalette(palette)
        desktop = Desktop()
        window = studio.open(desktop.services)
        window.resize(*size)
        studio.listen(window, desktop, 9.0)
        studio.shoot(name, window)
        desktop.feed.stop()
        studio.until(partial(is_ready, window))
        studio.shoot(f"{name}-review", window)
        window.close()
        QApplication.setFont(normal)
        if palette is not None:
            QApplication.setPalette(before)


def readme(studio: Studio) -> None:
    """The shipped model, in real time."""
    inputs = [Device(0, "The sample", 1, 16_000.0, default=True, monitor=False)]
    services = Services(load, lambda name, rate: RealTimeSource(SAMPLE, LISTEN + 1, rate), open_file, lambda: inputs)
    window = studio.open(services, ready=False)
    window.resize(960, 500)
    studio.until(lambda: window.live.state is LiveState.READY, 120)
    window.open_files([SAMPLE])
    studio.until(lambda: window.file_queue.running is None, 60)
    window.ui.file_queue_view.clear_button.click()
    window.ui.toolbar.show_devices(inputs, inputs[0].name)
    window.appearance.step_size(2)
    window.ui.captions.resize(760, window.ui.captions.height())
    window.commands["captions"].trigger()
    window.commands["start"].trigger()
    studio.until(lambda: window.live.document.seconds > 0 and window.ui.spectrogram.seconds >= LISTEN, 60)
    window.setFocus()
    studio.shoot("window", window)
    studio.shoot("captions", window.ui.captions, "#56616d")
    window.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--dark", action="store_true", help="as on a system that is set to dark")
    parser.add_argument("--readme", action="store_true", help="the pictures of the README, with the shipped model")
    parser.add_argument("--only", help="the name of one group", metavar="GROUP")
    arguments = parser.parse_args()
    app = QApplication(sys.argv[:1])
    app.setStyle("fusion")
    if arguments.dark:
        app.setPalette(dark())
    standard = ROOT / "assets" / "pictures" if arguments.readme else Path("build/screenshots")
    watch()
    studio = Studio(app, arguments.folder or standard)
    groups = (readme,) if arguments.readme else (states, reading, long, files, failures, sizes)
    for group in groups:
        if arguments.only in (None, group.__name__):
            group(studio)


if __name__ == "__main__":
    main()
