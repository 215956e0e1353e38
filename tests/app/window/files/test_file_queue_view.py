"""The queue on screen: it takes no more room than it needs, and a file that came to nothing gets another chance."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.window.files.file_queue import FileJob, JobStatus
from app.window.files.file_queue_view import FileRow
from app.window.main_window import MainWindow
from asr.errors import AudioError
from tests.app.window.helpers import Desktop, kept
from tests.support.recognition.fakes import FakeFile


def run(window: MainWindow, qtbot: QtBot, *names: str) -> list[FileJob]:
    """Open files and wait until they are over; return their jobs."""
    first = len(window.file_queue.jobs)
    window.open_files([Path(name) for name in names])
    qtbot.waitUntil(lambda: not window.file_queue.unfinished())
    return window.file_queue.jobs[first:]


def row_of(window: MainWindow, job: FileJob) -> FileRow:
    return window.ui.file_queue_view.rows[job]


def test_a_batch_that_is_done_folds_to_a_line_and_opens_again(window: MainWindow, qtbot: QtBot) -> None:
    view = window.ui.file_queue_view
    jobs = run(window, qtbot, "a.wav", "b.wav")
    assert view.folded and not row_of(window, jobs[0]).isVisible() and view.heading.isVisible()
    folded = view.maximumHeight()
    view.fold.click()
    assert row_of(window, jobs[0]).isVisible() and view.maximumHeight() > 10 * folded
    view.fold.click()
    window.open_files([Path("c.wav")])
    assert not view.folded  # there is something to see again
    qtbot.waitUntil(lambda: view.folded)


def test_only_this_batch_is_counted(window: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    run(window, qtbot, "a.wav", "b.wav")
    desktop.recognizer.slow = 0.05
    desktop.files["long.wav"] = FakeFile(600)
    window.open_files([Path("long.wav"), Path("c.wav")])
    assert window.file_queue.progress() == (0, 2) and window.file_queue.fraction() < 0.1
    window.open_files([Path("d.wav")])  # while the batch runs
    assert window.file_queue.progress() == (0, 3)
    for job in window.file_queue.unfinished():
        window.file_queue.cancel(job)
    qtbot.waitUntil(lambda: window.file_queue.running is None)
    assert window.file_queue.progress() == (3, 3)
    assert not window.ui.file_queue_view.folded  # files that are incomplete stay in view


@pytest.mark.slow
def test_what_runs_is_scrolled_into_view(window: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    view = window.ui.file_queue_view
    desktop.recognizer.slow = 0.05
    desktop.files["long.wav"] = FakeFile(600)
    window.resize(720, 480)
    window.open_files([*(Path(f"{number}.wav") for number in range(30)), Path("long.wav")])
    job = window.file_queue.jobs[-1]
    desktop.recognizer.slow = 0.0
    for other in window.file_queue.jobs[1:-1]:
        window.file_queue.cancel(other)
    qtbot.waitUntil(lambda: window.file_queue.running is job)
    area = view.area.viewport()
    row = row_of(window, job)
    qtbot.waitUntil(lambda: 0 <= row.mapTo(area, row.rect().center()).y() < area.height())
    window.file_queue.cancel(job)
    qtbot.waitUntil(lambda: window.file_queue.running is None)


def test_a_file_that_failed_is_tried_again(window: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    desktop.file_errors["late.wav"] = AudioError("empty-file", name="late.wav")
    (job,) = run(window, qtbot, "late.wav")
    assert job.status is JobStatus.FAILED and row_of(window, job).again.isVisible()
    del desktop.file_errors["late.wav"]
    row_of(window, job).again.click()
    qtbot.waitUntil(lambda: not window.file_queue.unfinished())
    assert job.status is JobStatus.DONE and not row_of(window, job).again.isVisible()
    assert [entry.title for entry in window.store.list()] == ["late.wav"]
    assert kept(window).title == "late.wav"


@pytest.mark.parametrize("corrected", [False, True])
@pytest.mark.slow
def test_a_cancelled_file_is_incomplete_and_resumed(
    window: MainWindow, desktop: Desktop, qtbot: QtBot, corrected: bool
) -> None:
    desktop.recognizer.slow = 0.02
    desktop.files["long.wav"] = FakeFile(30)
    window.open_files([Path("long.wav")])
    (job,) = window.file_queue.jobs
    qtbot.waitUntil(lambda: job.document.count > 0)
    window.file_queue.cancel(job)
    qtbot.waitUntil(lambda: window.file_queue.running is None)
    incomplete = kept(window)
    assert incomplete.problems and row_of(window, job).again.isVisible()
    if corrected:
        window.transcript.revise(0, "by hand")
    desktop.recognizer.slow = 0.0
    desktop.files["long.wav"] = FakeFile(30)
    row_of(window, job).again.click()
    qtbot.waitUntil(lambda: not window.file_queue.unfinished())
    whole = kept(window)
    assert whole.id != incomplete.id and whole.document.seconds == 30.0 and not whole.problems
    wanted = {whole.id, incomplete.id} if corrected else {whole.id}  # what a person corrected stays
    assert {entry.id for entry in window.store.list()} == wanted
    assert [entry.id for entry in window.store.trash()] == ([] if corrected else [incomplete.id])


def test_long_reasons_do_not_push_the_buttons_out_of_the_list(
    window: MainWindow, desktop: Desktop, qtbot: QtBot
) -> None:
    desktop.file_errors["bad.wav"] = AudioError("cannot-open", path="/a/long/way/to/bad.wav", reason="word " * 40)
    window.resize(720, 480)
    (job,) = run(window, qtbot, "bad.wav")
    row, area = row_of(window, job), window.ui.file_queue_view.area.viewport()
    qtbot.waitUntil(lambda: row.width() <= area.width())
    assert row.again.mapTo(area, row.again.rect().topRight()).x() < area.width()
