"""Joins the window with the microphone, the files and the model of this computer."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QApplication

from app.audio_io.devices import devices
from app.sessions.store import Store
from app.window.main_window import MainWindow, Outside
from app.window.settings.settings import PAUSES, Settings
from app.window.shell.icons import program_icon
from app.worker.transcription_worker import Source


class FileSource:
    """A media file as a source. Imports wait until it is opened: they belong to the worker."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> "FileSource":
        return self

    def __exit__(self, *error: Any) -> None:
        pass

    def __iter__(self) -> Iterator[Any]:
        from asr.audio.media import read_file

        return iter(read_file(self._path))

    def stop(self) -> None:
        """Reading ends when nobody asks for more."""


def load(path: Path | None, pause: str) -> Any:
    from asr.decoding.decoder import Search
    from asr.recognizer import Recognizer

    return Recognizer.load(path, Search(pause=PAUSES[pause]))


def open_device(name: str | None) -> Source:
    from app.audio_io.microphone import Microphone

    return Microphone(name)


def open_file(path: Path) -> tuple[Source, float | None]:
    from asr.audio.media import duration

    return FileSource(path), duration(path)


def start(files: list[Path], model: Path | None) -> int:
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("Echoic")
    app.setDesktopFileName("echoic")
    app.setWindowIcon(program_icon())
    settings = Settings(model=model)
    window = MainWindow(
        Outside(load, open_device, open_file, devices),
        Store(retention_days=settings.retention_days),
        settings,
    )
    window.restoreGeometry(settings.geometry("main"))
    window.show()
    window.open_files(files)
    return app.exec()
