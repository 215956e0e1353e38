"""Joins the window with the microphone, the files and the model of this computer."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QApplication

from app.audio_io.devices import devices
from app.sessions.store import Store
from app.window.main_window import MainWindow
from app.window.services import Services
from app.window.settings.settings import Settings
from app.window.shell.icons import program_icon
from app.worker.transcription_worker import Source
from asr.pipeline import AnyRecognizer


class FileSource:
    """A media file as a source. Imports wait until it is opened: they belong to the worker."""

    def __init__(self, path: Path, rate: int) -> None:
        self._path, self._rate = path, rate

    def __enter__(self) -> "FileSource":
        return self

    def __exit__(self, *error: Any) -> None:
        pass

    def __iter__(self) -> Iterator[Any]:
        from asr.audio.media import read_file

        return read_file(self._path, self._rate)

    def stop(self) -> None:
        """Reading ends when nobody asks for more."""


def load(path: Path | None) -> AnyRecognizer:
    from asr.recognizer import Recognizer

    return Recognizer.load(path)


def open_device(name: str | None, rate: int) -> Source:
    from app.audio_io.microphone import Microphone

    return Microphone(name, rate)


def open_file(path: Path, rate: int) -> tuple[Source, float | None]:
    from asr.audio.media import duration

    return FileSource(path, rate), duration(path)


def start(files: list[Path], model: Path | None) -> int:
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
