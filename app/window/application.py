"""Starts the window with the real services: models, microphones and files of this computer."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QSocketNotifier
from PySide6.QtWidgets import QApplication

from app import log
from app.audio_io.devices import devices
from app.sessions.store import Store
from app.window.desktop.program import Program
from app.window.live.live_state import LiveState
from app.window.main_window import MainWindow
from app.window.services import Services
from app.window.settings.settings import Settings
from app.window.style.icons import program_icon
from app.window.style.on_screen import resize_on_screen
from app.window.texts.language import use
from app.worker.imports import collect_again, map_torch
from app.worker.transcription_worker import Source
from asr.pipeline import AnyRecognizer

if TYPE_CHECKING:
    from asr.audio.media import Media


class FileSource:
    """An open media file as a source."""

    def __init__(self, media: "Media", rate: int) -> None:
        self._media, self._rate = media, rate

    def __enter__(self) -> "FileSource":
        return self

    def __exit__(self, *error: Any) -> None:
        self._media.close()

    def __iter__(self) -> Iterator[Any]:
        return self._media.read(self._rate)

    @property
    def notes(self) -> tuple[Exception, ...]:
        """What the file has that is no sound, or lacks. Worker thread."""
        return tuple(self._media.notes)

    def stop(self) -> None:
        """Do nothing: reading ends when the worker takes no more."""


def load(path: Path | None) -> AnyRecognizer:
    """Load a model; None: the one that ships. Worker thread; raises ModelError."""
    map_torch()
    from asr.recognizer import Recognizer

    return Recognizer.load(path)


def open_device(name: str | None, rate: int) -> Source:
    """Return a microphone, or a device that carries what the computer plays. Worker thread."""
    from app.audio_io.microphone import Microphone

    return Microphone(name, rate)


def open_file(path: Path, rate: int) -> tuple[Source, float | None]:
    """Return a media file and its length in seconds. Worker thread, which loads PyAV; raises AudioError."""
    from asr.audio.media import open_media

    media = open_media(path)
    return FileSource(media, rate), media.duration


class ClosingSignals(QObject):
    """Lets SIGINT (Ctrl+C in the terminal that started the program), SIGTERM and SIGHUP close a window as a click does.

    Python calls a handler between two of its own instructions, and Qt may wait long for the next: a pipe that the
    system writes to at each signal wakes it. Interface thread; nothing happens where signals are of another kind.
    """

    def __init__(self, close: Callable[[], bool]) -> None:
        super().__init__()
        self._close_window = close  # returns False where the window stays open
        self.exit_code = 0  # of the program, once a signal has come
        if os.name == "nt":
            return
        self._reading, self._writing = os.pipe()
        os.set_blocking(self._reading, False)
        os.set_blocking(self._writing, False)
        self._before_fd = signal.set_wakeup_fd(self._writing, warn_on_full_buffer=False)
        self._before = {
            number: signal.signal(number, lambda *_: None)
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
            if number == signal.SIGINT or signal.getsignal(number) is not signal.SIG_IGN
        }
        self._notifier = QSocketNotifier(self._reading, QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._close)

    def release(self) -> None:
        """Give the signals back to who had them."""
        if os.name == "nt":
            return
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._before_fd)
        for number, before in self._before.items():
            signal.signal(number, before)
        os.close(self._reading)
        os.close(self._writing)

    def _close(self) -> None:
        with suppress(BlockingIOError):
            numbers = [number for number in os.read(self._reading, 64) if number in self._before]
            if numbers and not self.exit_code:
                self.exit_code = 128 + numbers[0]
                # A window that keeps a line that cannot be saved closes when asked again, as it says itself.
                if not self._close_window():
                    self._close_window()
                QApplication.exit(self.exit_code)


def _log_painted() -> None:
    log.logger.info("window painted: %.2f s of processor time", time.process_time())
    log.write_versions()


class _EndOfLoading:
    """Lets garbage be collected once the first model is loaded, or could not be."""

    def __init__(self) -> None:
        self._reached = False

    def __call__(self, state: LiveState) -> None:
        if state in (LiveState.READY, LiveState.FAILED) and not self._reached:
            self._reached = True
            collect_again(loaded=True)
            log.logger.info("window %s: %.2f s of processor time", state.name.lower(), time.process_time())


def start(files: list[Path], model: Path | None, hidden: bool = False) -> int:
    """Open the window, queue `files`, and run until it is closed; return the exit code.

    `hidden`: show nothing but the icon in the tray; where there is no tray, the next start of the program shows it.
    """
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("Echoic")
    app.setDesktopFileName("echoic")
    app.setWindowIcon(program_icon())
    app.setQuitOnLastWindowClosed(False)  # a dialog may be the last window there is while the main one is hidden
    settings = Settings(model=model)
    use(app, settings.language)
    window = MainWindow(
        Services(load, open_device, open_file, devices, open_preview=open_device),
        Store(retention_days=settings.retention_days),
        settings,
    )
    window.painted.connect(_log_painted)
    window.live.state_changed.connect(_EndOfLoading())
    window.closed.connect(app.quit)
    if not window.restoreGeometry(settings.geometry("main")):
        resize_on_screen(window, window.size())
    program = Program(window)
    program.listen()
    if not hidden:
        window.show()
    window.open_files(files)
    signals = ClosingSignals(window.close)
    try:
        return app.exec() or signals.exit_code
    finally:
        signals.release()
        program.close()
