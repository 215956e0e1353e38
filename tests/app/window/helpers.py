"""What tests of the window share: the services of a window under test, palettes, a search for nameless widgets."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QColor, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.audio_io.devices import Device
from app.sessions.folder.session_record import SessionRecord
from app.sessions.recorder import SessionRecorder
from app.window.main_window import MainWindow
from app.window.services import Services
from app.window.texts.messages import Problem
from tests.support.recognition.fakes import FakeFile, FakeMicrophone, FakeRecognizer


class Desktop:
    """The services of a window under test: a fake recogniser, fake microphones and files, and errors to raise."""

    def __init__(self) -> None:
        self.recognizer = FakeRecognizer()
        self.load_error: Exception | None = None
        self.open_error: Exception | None = None
        self.device_error: Exception | None = None
        self.names = ["Built-in", "USB headset", "Monitor of Speakers"]
        self.monitors = {"Monitor of Speakers"}
        self.feeds: list[FakeMicrophone] = []
        self.files: dict[str, FakeFile] = {}
        self.file_errors: dict[str, Exception] = {}

    def load(self, path: Path | None) -> FakeRecognizer:
        if self.load_error is not None:
            raise self.load_error
        return self.recognizer

    def open_device(self, name: str | None, rate: int) -> FakeMicrophone:
        if self.open_error is not None:
            raise self.open_error
        self.feeds.append(FakeMicrophone(name))
        return self.feeds[-1]

    def open_file(self, path: Path, rate: int) -> tuple[FakeFile, float | None]:
        if path.name in self.file_errors:
            raise self.file_errors[path.name]
        file = self.files.get(path.name) or FakeFile(4)
        return file, file.seconds

    def devices(self) -> list[Device]:
        if self.device_error is not None:
            raise self.device_error
        return [
            Device(index, name, 1, 16_000.0, default=not index, monitor=name in self.monitors)
            for index, name in enumerate(self.names)
        ]

    @property
    def services(self) -> Services:
        return Services(self.load, self.open_device, self.open_file, self.devices)

    @property
    def feed(self) -> FakeMicrophone:
        """The microphone that was opened last."""
        return self.feeds[-1]


def kept(window: MainWindow) -> SessionRecord:
    """Return the kept session on screen."""
    record = window.transcript.kept
    assert record is not None
    return record


def click_session(window: MainWindow, row: int) -> None:
    """Click a row of the list of sessions."""
    rows = window.ui.session_list.list
    QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=rows.visualItemRect(rows.item(row)).center())


def shown_problem(window: MainWindow) -> Problem:
    """Return the problem that the banner shows."""
    problem = window.ui.banner.problem
    assert problem is not None
    return problem


def kill(recorder: SessionRecorder) -> None:
    """Leave a session as a killed program does: without a closing record, and without a lock."""
    assert recorder._journal is not None and recorder._sound is not None
    recorder._journal.close()
    recorder._sound.close()


def dark() -> QPalette:
    """Return a palette as dark themes have it."""
    palette = QPalette(QColor(50, 54, 60), QColor(38, 41, 46))
    palette.setColor(QPalette.ColorRole.Base, QColor(26, 28, 32))
    palette.setColor(QPalette.ColorRole.Highlight, QColor(48, 104, 168))
    return palette


def high_contrast() -> QPalette:
    """Return a palette of pure colours, as systems offer it."""
    palette = QPalette(QColor("black"), QColor("black"))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        palette.setColor(role, QColor("yellow"))
    palette.setColor(QPalette.ColorRole.Highlight, QColor("yellow"))
    palette.setColor(QPalette.ColorRole.HighlightedText, QColor("black"))
    return palette


def nameless(root: QWidget) -> list[str]:
    """Return the widgets that can take the focus and have no name for a screen reader."""
    found = []
    for widget in [root, *root.findChildren(QWidget)]:
        if widget.focusPolicy() == Qt.FocusPolicy.NoFocus or widget.objectName().startswith("qt_"):
            continue
        if isinstance(widget, QLabel) and not widget.text():
            continue  # hidden until there is something to say
        if widget.focusProxy() is not None or (not isinstance(widget, QAbstractButton) and widget.isWindow()):
            continue
        interface = QAccessible.queryAccessibleInterface(widget)
        if interface is not None and not interface.text(QAccessible.Text.Name).strip():
            inner = widget.parent() is not None and bool(getattr(widget.parent(), "accessibleName", str)())
            if not inner:
                found.append(f"{type(widget).__name__} in {type(widget.parent()).__name__}")
    return found


def until_captured(window: MainWindow, seconds: float, qtbot: QtBot) -> None:
    """Until so much sound has come, paused or not: a request to go on takes effect at the sound that came last."""
    worker = window.live._worker
    assert worker is not None
    qtbot.waitUntil(lambda: worker._captured >= seconds - 0.001)
