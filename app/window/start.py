"""Joins the window with the microphone, the files and the model of this computer."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QApplication

from app.devices import devices
from app.session import Source
from app.store import Store
from app.window.icons import program_icon
from app.window.main import MainWindow, Outside
from app.window.settings import PAUSES, Settings


class FileSource:
    """A media file as a source. Imports wait until it is opened: they belong to the worker."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> "FileSource":
        return self

    def __exit__(self, *error: Any) -> None:
        pass

    def __iter__(self) -> Iterator[Any]:
        from asr.audio import read_file

        return iter(read_file(self._path))

    def stop(self) -> None:
        """Reading ends when nobody asks for more."""


def load(path: Path | None, pause: str) -> Any:
    from asr.decoder import Search
    from asr.recognizer import Recognizer

    return Recognizer.load(path, Search(pause=PAUSES[pause]))


def open_device(name: str | None) -> Source:
    from app.microphone import Microphone

    return Microphone(name)


def open_file(path: Path) -> tuple[Source, float | None]:
    from asr.audio import duration

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
