"""Pictures of the window, to be looked at: `python tests/app/window/screenshots.py [FOLDER]` draws all of them.

Each of LOOKS is drawn by a process of its own, in a folder of its own: windows of 1280 x 720 and 1440 x 900, dark, at
scale 2, with letters of 200 %, at the smallest size, in high contrast, in German and in a made language that is read
from the right. The last two, of PUBLISHED, show the shipped model with the shipped sample, and go to assets/pictures.
`--look NAME` draws one, `--only GROUP` a part of it, `--language de` (or `pseudo`) another look in that language.
Without an X server they are drawn off screen. The letters are those of a desktop of today, where they are installed.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).parents[3]))

from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QWidget

from app.audio_io.devices import Device
from app.sessions.store import Store
from app.window.application import load, open_file
from app.window.benchmark import RealTimeSource, until
from app.window.desktop.program import Program
from app.window.help.inspector_dialog import InspectorDialog
from app.window.help.network_audit import watch
from app.window.live.live_state import LiveState
from app.window.main_window import MainWindow
from app.window.services import Services
from app.window.settings.settings import Settings
from app.window.texts.messages import also_elsewhere
from app.window.transcript.header import SEGMENTS, SUBTITLES
from asr.errors import AudioError, ModelError
from asr.recognizer import Recognizer  # now, so that no picture waits for it
from asr.updates import Update, Word
from tests.app.window.helpers import Desktop, high_contrast, kill
from tests.app.window.texts.languages import PSEUDO, spoken
from tests.support.programs.scripts import ROOT
from tests.support.recognition.fakes import FakeFile, FakeRecognizer

SAMPLE = ROOT / "assets" / "samples" / "lighthouse.ogg"
INSPECTED = 12.2  # seconds of the sample before the picture of "How it listens"
LISTEN = 11.2  # seconds of the sample before its picture is taken: in the middle of its second sentence
FAMILIES = ("Adwaita Sans", "Inter", "Cantarell", "Noto Sans")  # letters of today's desktops, the best first
POINTS = 10.0
SCREEN = (1920, 1200)  # pixels of the screen that is not there
EARLIER = (  # title and days ago of the sessions that are kept already
    ("Weekly planning", 0.02),
    ("Interview with the harbour master", 0.1),
    ("lecture-07.mp3", 1.1),
    ("Notes on the way home", 1.2),
    ("Call about the lease", 5.3),
    ("Reading group", 24.0),
)
PUBLISHED = ("readme", "inspector")  # looks that go to assets/pictures


@dataclass(frozen=True)
class Look:
    """How the program is shown."""

    size: tuple[int, int]
    scale: float = 1.0
    letters: float = 1.0
    theme: str = "light"
    contrast: bool = False
    whole: bool = False  # all states; else those that a person sees first
    language: str = "en"


LOOKS = {
    "1280x720": Look((1280, 720), whole=True),
    "dark": Look((1280, 720), theme="dark", whole=True),
    "1440x900": Look((1440, 900)),
    "scale-2": Look((1280, 720), scale=2.0),
    "text-200": Look((1280, 720), letters=2.0),
    "smallest": Look((720, 480)),
    "smallest-text-200": Look((720, 480), letters=2.0),
    "high-contrast": Look((1280, 720), contrast=True),
    "german": Look((1280, 720), language="de"),
    "from-the-right": Look((1280, 720), language=PSEUDO),
    "readme": Look((1000, 560), scale=2.0),
    "inspector": Look((900, 640)),
}


class UnhurriedSource(RealTimeSource):
    """The sample without a lag: a computer that is busy with other things draws the same pictures."""

    @property
    def waiting(self) -> float:
        return 0.0


class Studio:
    """Opens windows, brings them into a state, takes their picture."""

    def __init__(self, app: QApplication, folder: Path, look: Look) -> None:
        self.app, self.folder, self.look = app, folder, look
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
            ground.setDevicePixelRatio(picture.devicePixelRatio())
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
        settings.theme = "system" if self.look.contrast else self.look.theme
        window = MainWindow(services, store or Store(data / "data"), settings)
        window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if self.look.contrast:
            self.app.setPalette(high_contrast())
        window.resize(*self.look.size)
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


def furnished() -> Store:
    """A store with sessions of the last weeks."""
    folder = Path(tempfile.mkdtemp(prefix="echoic-shots-"))
    now = time.time()
    store = Store(folder)
    for title, days in reversed(EARLIER):
        with patch("time.time", return_value=now - 86400 * days):
            kind = "file" if title.endswith(".mp3") else "live"
            writer = store.create(kind, title).begin(16_000)
            spoken = tuple(Word("word", n * 0.4, n * 0.4 + 0.3, 0.9) for n in range(int(300 + 200 * days)))
            writer.update(Update(spoken, (), spoken[-1].end, True))
            writer.close()
    return store


def pages(studio: Studio) -> None:
    """What a person sees first: the first page, listening, a kept session, settings."""
    desktop = Desktop()
    window = studio.open(replace(desktop.services, open_preview=desktop.open_device), store=furnished())
    window.activateWindow()
    studio.rest(0.3)
    if desktop.feeds:  # the preview, where the desktop makes a window active
        desktop.feed.push(2.0)
    studio.shoot("first-page", window)
    studio.listen(window, desktop, 12.0)
    studio.shoot("listening", window)
    desktop.feed.push(8.0)
    desktop.feed.stop()
    studio.until(lambda: is_ready(window) and bool(window.ui.player_bar.position.peaks))
    window.ui.player.seek(7.3)
    studio.shoot("kept", window)
    program = Program(window)
    dialogs(studio, window, "settings", "shortcuts", "vocabulary", "dictation", "trash", "about")
    window.commands["find"].trigger()
    window.ui.find_bar.field.setText("the")
    window.ui.offer.show_problem(also_elsewhere("sea shells", "seashells", 2, 3, 2))
    studio.shoot("find-and-offer", window)
    window.ui.offer.clear()
    menu = window.menuBar().findChildren(QMenu)[0]
    menu.popup(window.mapToGlobal(window.rect().center()))
    studio.shoot("menu", menu)
    menu.close()
    program.close()
    window.close()


def dialogs(studio: Studio, window: MainWindow, *names: str) -> None:
    for name in names:
        window.commands[name].trigger()
        (dialog,) = [child for child in window.findChildren(QDialog) if child.isVisible()]
        studio.shoot(name, dialog)
        dialog.close()
        dialog.deleteLater()
        studio.rest(0.1)


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
    window.ui.captions.set_style("light")
    window.ui.captions.controls.show()
    studio.shoot("captions-light-hovered", window.ui.captions, "#7a8794")
    window.ui.captions.controls.hide()
    window.ui.captions.set_style("dark")
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
    window.ui.captions.set_opacity(0.85)
    window.ui.captions.set_lines(2)
    studio.shoot("captions-lost", window.ui.captions, "#7a8794")
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
    dialogs(studio, window, "about")
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


def readme(studio: Studio) -> None:
    """The shipped model, in real time."""
    inputs = [Device(0, "Built-in Microphone", 1, 16_000.0, default=True, monitor=False)]
    services = Services(load, lambda name, rate: UnhurriedSource(SAMPLE, LISTEN + 1, rate), open_file, lambda: inputs)
    window = studio.open(services, ready=False, store=furnished())
    studio.until(lambda: window.live.state is LiveState.READY, 600)
    window.ui.captions.resize(760, window.ui.captions.height())
    window.commands["captions"].trigger()
    window.commands["start"].trigger()
    studio.until(lambda: window.live.document.seconds > 0 and window.ui.spectrogram.seconds >= LISTEN, 600)
    window.setFocus()
    studio.shoot("window", window)
    studio.shoot("captions", window.ui.captions, "#56616d")
    window.close()


def inspector(studio: Studio) -> None:
    """ "How it listens", with its memory and without."""
    page = InspectorDialog(Recognizer.load())
    page.resize(*studio.look.size)
    page.show()
    studio.until(lambda: page.seconds > INSPECTED)
    studio.shoot("listening", page)
    page.forget.setChecked(True)
    studio.shoot("listening-forgetting", page)
    page.close()


def draw(name: str, folder: Path, only: str | None, language: str | None) -> None:
    """Draw one look in this process."""
    look = replace(LOOKS[name], language=language) if language else LOOKS[name]
    app = QApplication(sys.argv[:1])
    app.setStyle("fusion")
    installed = set(QFontDatabase.families())
    family = next((family for family in FAMILIES if family in installed), app.font().family())
    font = QFont(family)
    font.setPointSizeF(POINTS * look.letters)
    app.setFont(font)
    watch()
    studio = Studio(app, folder, look)
    with spoken(app, look.language):
        draw_groups(name, studio, only)


def draw_groups(name: str, studio: Studio, only: str | None) -> None:
    groups: tuple[Callable[[Studio], None], ...] = ({"readme": readme, "inspector": inspector}.get(name, pages),)
    for group in (*groups, *((states, reading, long, files, failures) if studio.look.whole else ())):
        if only in (None, group.__name__):
            group(studio)


def offscreen_screen(folder: Path) -> str:
    """Return the name of Qt's platform that draws on a screen of SCREEN pixels that is not there."""
    screen = {"name": "none", "x": 0, "y": 0, "width": SCREEN[0], "height": SCREEN[1], "logicalDpi": 96}
    path = folder / "screen.json"
    path.write_text(json.dumps({"screens": [screen | {"logicalBaseDpi": 96, "dpr": 1}]}), encoding="utf-8")
    return f"offscreen:configfile={path}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "build" / "screenshots")
    parser.add_argument("--look", choices=LOOKS, help="draw this one")
    parser.add_argument("--only", help="the name of one group of a look", metavar="GROUP")
    parser.add_argument("--language", help="show all in this one", choices=("en", "de", PSEUDO))
    arguments = parser.parse_args()
    if arguments.look and "ECHOIC_SHOTS" in os.environ:
        draw(arguments.look, arguments.folder, arguments.only, arguments.language)
        return
    with tempfile.TemporaryDirectory() as folder:
        platform = "xcb" if "DISPLAY" in os.environ else offscreen_screen(Path(folder))
        for name in [arguments.look] if arguments.look else LOOKS:
            published = name in PUBLISHED and arguments.folder == parser.get_default("folder")
            target = ROOT / "assets" / "pictures" if published else arguments.folder / name
            command = [sys.executable, __file__, str(target), "--look", name]
            command += ["--only", arguments.only] if arguments.only else []
            command += ["--language", arguments.language] if arguments.language else []
            environment = {"ECHOIC_SHOTS": "1", "QT_SCALE_FACTOR": f"{LOOKS[name].scale:g}"}
            environment |= {"QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", platform)}
            subprocess.run(command, env=os.environ | environment, check=True)


if __name__ == "__main__":
    main()
