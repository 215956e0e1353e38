"""Starts the window with the real services: models, microphones and files of this computer."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QApplication

from app.audio_io.devices import devices
from app.sessions.store import Store
from app.window.main_window import MainWindow
from app.window.services import Services
from app.window.settings.settings import Settings
from app.window.shell.icons import program_icon
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

    def stop(self) -> None:
        """Do nothing: reading ends when the worker takes no more."""


def load(path: Path | None) -> AnyRecognizer:
    """Load a model; None: the one that ships. Worker thread; raises ModelError."""
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


def start(files: list[Path], model: Path | None) -> int:
    """Open the window, queue `files`, and run until it is closed; return the exit code."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("Echoic")
    app.setDesktopFileName("echoic")
    app.setWindowIcon(program_icon())
    settings = Settings(model=model)
    window = MainWindow(
        Services(load, open_device, open_file, devices),
        Store(retention_days=settings.retention_days),
        settings,
    )
    window.restoreGeometry(settings.geometry("main"))
    window.show()
    window.open_files(files)
    return app.exec()
