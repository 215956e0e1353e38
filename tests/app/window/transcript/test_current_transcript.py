"""What is on screen is one value, and what may be done with it follows from that value."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.window.files.file_queue import JobStatus
from app.window.live.live_state import LiveState
from app.window.main_window import MainWindow
from app.window.transcript.current_transcript import Empty, Kept, Live, QueuedFile
from tests.app.window.helpers import Desktop, kept
from tests.support.recognition.fakes import SCRIPT, FakeFile


def test_at_the_start_there_is_nothing(window: MainWindow) -> None:
    transcript = window.transcript
    assert transcript.shown == Empty()
    assert (transcript.title, transcript.record, transcript.kept, transcript.document.words) == ("", None, None, ())
    assert not window.ui.header.export.isEnabled()
    assert "drop a sound or video file" in window.ui.view.placeholderText()


def test_a_live_session_becomes_a_kept_one_when_it_ends(listening: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    transcript = listening.transcript
    assert transcript.shown == Live() and transcript.kept is None
    running = transcript.record
    assert running is not None and transcript.title == running.title
    assert not listening.review.line_editor.enabled
    desktop.feed.push(20.0)
    desktop.feed.stop()
    qtbot.waitUntil(lambda: listening.live.state is LiveState.READY)
    assert transcript.shown == Kept(kept(listening)) and kept(listening).id == running.id
    assert listening.review.line_editor.enabled
    transcript.revise(0, "other words")
    assert transcript.document == kept(listening).document  # a change makes another value
    assert kept(listening).document.utterances[0].text == "other words"


@pytest.mark.slow
def test_a_file_becomes_a_kept_session_when_it_is_done(window: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    desktop.recognizer.slow = 0.02
    desktop.files["a.wav"] = FakeFile(4)
    window.open_files([Path("a.wav")])
    (job,) = window.file_queue.jobs
    assert window.transcript.shown == QueuedFile(job) and window.transcript.kept is None
    assert window.transcript.title == "a.wav"
    qtbot.waitUntil(lambda: job.status is JobStatus.DONE)
    assert job.session is not None and window.transcript.shown == Kept(job.session)
    assert window.transcript.document.text().startswith(SCRIPT[0][0])


def test_a_cleared_screen_keeps_nothing(finished: MainWindow) -> None:
    finished.transcript.clear()
    assert finished.transcript.shown == Empty()
    assert not finished.transcript.revise(0, "anything") and finished.ui.view.toPlainText() == ""
