"""The clock shows the length of the session on screen, and nothing of another one."""

from pathlib import Path

from pytestqt.qtbot import QtBot

from app.sessions.document import clock
from app.window.main_window import MainWindow
from tests.app.window.helpers import Desktop, kept
from tests.support.recognition.fakes import FakeFile


def test_the_clock_belongs_to_the_session_that_is_shown(listening: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    face = listening.ui.toolbar.clock
    desktop.files["long.wav"] = FakeFile(75)
    listening.file_queue.add([Path("long.wav")])
    qtbot.waitUntil(lambda: listening.file_queue.progress() == (1, 1))
    desktop.feed.push(9.0)
    qtbot.waitUntil(lambda: face.text() == "00:09")  # of the live session, which is shown
    job = listening.file_queue.jobs[0]
    listening.transcript.show_job(job)
    assert face.text() == clock(kept(listening).document.seconds) == "01:15"
    desktop.feed.push(2.0)
    qtbot.waitUntil(lambda: listening.live.document.seconds > 11.0)
    assert face.text() == "01:15"
    listening.transcript.show_live()
    assert face.text() == "00:11"
    listening.transcript.clear()
    assert face.text() == "00:00"
