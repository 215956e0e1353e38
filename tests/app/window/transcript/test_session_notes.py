"""What is missing in a session, or cannot be read, is shown with it, also when it is opened again."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.sessions.folder.session_files import JOURNAL
from app.sessions.store import Store
from app.window.files.file_queue import JobStatus
from app.window.main_window import MainWindow
from asr.errors import AudioError
from tests.app.window.helpers import Desktop, kept, shown_problem
from tests.support.recognition.fakes import FakeFile


def test_what_a_file_lacks_is_shown_and_kept(window: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    note = AudioError("hole-left-out", name="holes.wav", seconds=9.0)
    desktop.files["holes.wav"] = FakeFile(4, notes=[note])
    window.open_files([Path("holes.wav")])
    qtbot.waitUntil(lambda: window.transcript.kept is not None)
    assert window.ui.notes.isVisible() and str(note) in window.ui.notes.text()
    id = kept(window).id
    window.transcript.clear()
    assert not window.ui.notes.isVisible()
    window.transcript.show_kept(id)
    assert str(note) in window.ui.notes.text()


@pytest.mark.slow
def test_a_file_that_breaks_off_or_is_cancelled_says_so_in_its_session(
    window: MainWindow, desktop: Desktop, qtbot: QtBot
) -> None:
    desktop.files["torn.wav"] = FakeFile(6, broken_at=3)
    window.open_files([Path("torn.wav")])
    qtbot.waitUntil(lambda: window.file_queue.jobs[0].status is JobStatus.FAILED)
    window.transcript.show_kept(kept(window).id)
    assert "damaged" in window.ui.notes.text()
    desktop.recognizer.slow = 0.05
    desktop.files["long.wav"] = FakeFile(600)
    window.open_files([Path("long.wav")])
    job = window.file_queue.jobs[1]
    qtbot.waitUntil(lambda: job.seconds > 0.5)
    window.file_queue.cancel(job)
    qtbot.waitUntil(lambda: window.file_queue.running is None)
    assert "Incomplete" in window.ui.notes.text()


def test_damage_of_a_journal_is_shown_with_the_session(window: MainWindow, store: Store, qtbot: QtBot) -> None:
    window.open_files([Path("a.wav")])
    qtbot.waitUntil(lambda: window.transcript.kept is not None)
    folder = kept(window).folder
    assert folder is not None and not window.ui.notes.isVisible()
    with (folder / JOURNAL).open("ab") as journal:
        journal.write(b'\n{"unknown": 1}')
    window.transcript.show_kept(kept(window).id)
    assert window.ui.notes.isVisible()
    assert kept(window).damage[0] in window.ui.notes.text()


def test_each_of_several_notices_is_seen(make_window: Callable[[], MainWindow], store: Store, qtbot: QtBot) -> None:
    store.notices = ("The first notice.", "The second notice.")
    store.problem = "The folder cannot be written."
    window = make_window()
    seen = []
    while window.ui.banner.problem is not None:
        seen.append(shown_problem(window).cause)
        window.ui.banner.close_button.click()
    assert [any(text in cause for cause in seen) for text in (*store.notices, store.problem)] == [True] * 3


def test_a_notice_comes_back_after_what_is_urgent(window: MainWindow) -> None:
    from app.window.texts.messages import Problem

    notice, urgent = Problem("a notice", grave=False), Problem("urgent")
    window.ui.banner.add_notice(notice)
    window.problems.show(urgent)
    assert window.ui.banner.problem == urgent
    window.problems.show(None)
    assert window.ui.banner.problem == notice
    window.ui.banner.clear()
    assert window.ui.banner.problem is None
