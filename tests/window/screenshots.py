"""Pictures of every state, to be looked at: `python tests/window/screenshots.py [folder] [--dark]`.

Offscreen unless QT_QPA_PLATFORM says otherwise (xcb under Xvfb).
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

sys.path.insert(0, str(Path(__file__).parents[2]))

from conftest import Desktop
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QWidget
from scripted import Reel

from app.store import Store
from app.window.main import MainWindow
from app.window.settings import Settings
from app.window.states import State
from asr.config import AudioError, ModelError


def dark() -> QPalette:
    palette = QPalette(QColor(45, 48, 54), QColor(34, 37, 42))
    palette.setColor(QPalette.ColorRole.Base, QColor(24, 26, 30))
    palette.setColor(QPalette.ColorRole.Highlight, QColor(52, 106, 170))
    return palette


class Studio:
    """Opens windows, brings them into a state, takes their picture."""

    def __init__(self, app: QApplication, folder: Path) -> None:
        self.app, self.folder = app, folder
        folder.mkdir(parents=True, exist_ok=True)

    def until(self, holds: Callable[[], bool], seconds: float = 10.0) -> None:
        end = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > end:
                raise TimeoutError("the state was not reached")
            self.app.processEvents()
            time.sleep(0.01)

    def rest(self, seconds: float = 0.2) -> None:
        end = time.monotonic() + seconds
        self.until(lambda: time.monotonic() > end)

    def shoot(self, name: str, widget: QWidget) -> None:
        self.rest()
        picture = widget.grab()
        if not picture.save(str(self.folder / f"{name}.png")):
            raise OSError(f"cannot write {self.folder / name}.png")
        print(self.folder / f"{name}.png")

    def open(self, desktop: Desktop, ready: bool = True) -> MainWindow:
        data = Path(tempfile.mkdtemp(prefix="echoic-shots-"))
        settings = Settings(QSettings(str(data / "settings.ini"), QSettings.Format.IniFormat))
        window = MainWindow(desktop.outside(), Store(data / "data"), settings)
        window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        window.show()
        if ready:
            self.until(lambda: window.live.state is State.READY)
        return window

    def listen(self, window: MainWindow, desktop: Desktop, seconds: float) -> None:
        window.commands["start"].trigger()
        self.until(lambda: bool(desktop.feeds))
        desktop.feed.push(seconds)
        self.until(lambda: window.live.document.seconds >= seconds - 0.3)


def states(studio: Studio) -> None:
    desktop = Desktop()
    window = studio.open(desktop, ready=False)
    studio.shoot("loading", window)
    studio.until(lambda: window.live.state is State.READY)
    studio.shoot("ready", window)
    window.commands["start"].trigger()
    studio.until(lambda: bool(desktop.feeds))
    studio.shoot("arming", window)
    desktop.feed.push(9.9)
    studio.until(lambda: window.live.document.seconds >= 5)
    window.commands["captions"].trigger()
    studio.shoot("listening", window)
    studio.shoot("captions", window.ui.captions)
    window.ui.captions.set_lines(5)
    studio.shoot("captions-5", window.ui.captions)
    window.commands["captions"].trigger()
    window.commands["pause"].trigger()
    studio.shoot("paused", window)
    window.commands["pause"].trigger()
    desktop.feed.waiting = 7.0
    desktop.feed.push(1.0)
    studio.until(lambda: window.live.state is State.TOO_SLOW)
    studio.shoot("too-slow", window)
    desktop.feed.waiting = 0.0
    desktop.feed.push(2.0)
    studio.until(lambda: window.live.state is State.LISTENING)
    desktop.feed.unplug()
    studio.until(lambda: window.live.state is State.LOST)
    studio.shoot("lost", window)
    window.ui.banner.action.click()
    studio.until(lambda: len(desktop.feeds) > 1)
    desktop.recognizer.slow = 0.2
    desktop.feed.push(4.0)
    studio.until(lambda: window.live.state is State.LISTENING)
    window.commands["start"].trigger()
    studio.shoot("draining", window)
    desktop.recognizer.slow = 0.0
    studio.until(lambda: window.live.state is State.READY)
    studio.shoot("review", window)
    window.close()


def files(studio: Studio) -> None:
    desktop = Desktop()
    desktop.recognizer.slow = 0.05
    desktop.files = {"interview.wav": Reel(4), "lecture.mp3": Reel(300)}
    desktop.file_errors = {
        "notes.txt": AudioError("notes.txt holds no sound. Expected a sound or video file, such as WAV or MP3.")
    }
    window = studio.open(desktop)
    window.open_files([Path(n) for n in ("interview.wav", "notes.txt", "lecture.mp3", "meeting.m4a")])
    studio.until(lambda: window.queue.running is not None and window.queue.running.seconds > 8, 60)
    studio.shoot("files", window)
    window.close()


def failures(studio: Studio) -> None:
    for name, prepare in {
        "failed-model": lambda d: setattr(d, "load_error", ModelError("There is no model at /opt/echoic/model.")),
        "failed-portaudio": lambda d: setattr(d, "device_error", OSError("PortAudio library not found")),
    }.items():
        desktop = Desktop()
        prepare(desktop)
        window = studio.open(desktop, ready=False)
        studio.rest(0.5)
        studio.shoot(name, window)
        window.close()
    desktop = Desktop()
    desktop.open_error = AudioError("Error opening InputStream: Invalid sample rate [PaErrorCode -9997]")
    window = studio.open(desktop)
    window.commands["start"].trigger()
    studio.until(lambda: window.live.state is State.FAILED)
    studio.shoot("failed-refused", window)
    window.close()


def main() -> None:
    names = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
    app = QApplication(sys.argv[:1])
    if "--dark" in sys.argv:
        app.setPalette(dark())
    studio = Studio(app, Path(names[0] if names else "build/screenshots"))
    states(studio)
    files(studio)
    failures(studio)


if __name__ == "__main__":
    main()
