"""The queue: progress, cancel, files that fail, and what is kept of each."""

import errno
from collections.abc import Callable
from io import FileIO
from pathlib import Path
from typing import Any

import PySide6
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from pytestqt.qtbot import QtBot

import app.sessions.recorder
from app.sessions.folder.session_files import JOURNAL
from app.sessions.store import Store
from app.window.application import open_file
from app.window.files.file_queue import FileJob, JobStatus
from app.window.files.file_queue_view import FileRow
from app.window.live.live_state import LiveState
from app.window.main_window import MainWindow
from asr.errors import AudioError
from tests.app.window.helpers import Desktop
from tests.support.programs.scripts import ROOT
from tests.support.recognition.fakes import SCRIPT, FakeFile, script_of


def fates(window: MainWindow) -> list[JobStatus]:
    return [job.status for job in window.file_queue.jobs]


def test_a_bad_file_says_why_and_the_rest_goes_on(window: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    desktop.file_errors["notes.txt"] = AudioError("no-sound", name="notes.txt", kinds="video")
    window.open_files([Path("a.wav"), Path("notes.txt"), Path("b.wav")])
    qtbot.waitUntil(lambda: fates(window) == [JobStatus.DONE, JobStatus.FAILED, JobStatus.DONE])
    bad = window.ui.file_queue_view.rows[window.file_queue.jobs[1]]
    assert "notes.txt holds no sound" in bad.state.text()
    assert not bad.cancel.isVisible()
    assert sorted(entry.title for entry in window.store.list()) == ["a.wav", "b.wav"]
    assert "Files: 3 of 3" in window.ui.file_queue_view.heading.text()


@pytest.mark.parametrize("file", [None, FakeFile(2, broken_at=1)])
def test_a_file_that_failed_shows_why_where_its_words_would_be(
    window: MainWindow, desktop: Desktop, qtbot: QtBot, file: FakeFile | None
) -> None:
    if file is None:
        desktop.file_errors["bad.wav"] = AudioError("empty-file", name="bad.wav")
    else:
        desktop.recognizer.script = script_of(())  # one that broke off before its first word
        desktop.files["bad.wav"] = file
    window.open_files([Path("bad.wav")])
    qtbot.waitUntil(lambda: fates(window) == [JobStatus.FAILED])
    job = window.file_queue.jobs[0]
    for show in (lambda: None, lambda: window.transcript.show_job(job)):
        show()
        assert window.ui.view.toPlainText() == ""
        assert window.ui.view.placeholderText() == str(job.error)


def long_file(window: MainWindow, desktop: Desktop, qtbot: QtBot, seconds: float) -> FileJob:
    """A file of ten minutes, of which more than so many seconds were recognised."""
    desktop.recognizer.slow = 0.02
    desktop.files["long.wav"] = FakeFile(600)
    window.open_files([Path("long.wav")])
    job = window.file_queue.jobs[0]
    qtbot.waitUntil(lambda: job.seconds > seconds)
    return job


@pytest.mark.slow
def test_cancel_acts_within_two_steps_and_keeps_the_text(window: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    job = long_file(window, desktop, qtbot, 3)
    row = window.ui.file_queue_view.rows[job]
    assert job.seconds_left is not None and job.seconds_left > 1
    assert "left" in row.state.text() and "%" in row.state.text()
    steps = desktop.recognizer.steps
    row.cancel.click()
    qtbot.waitUntil(lambda: window.file_queue.running is None)
    assert desktop.recognizer.steps - steps <= 2  # the one under way, and no more than another
    assert job.status is JobStatus.CANCELLED
    assert "the text so far is kept" in row.state.text()
    (entry,) = window.store.list()
    assert window.store.open(entry.id).document.text().startswith("the quick brown")


def test_a_damaged_file_keeps_what_was_heard_and_says_so(window: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    desktop.files["torn.wav"] = FakeFile(10, broken_at=4)
    window.open_files([Path("torn.wav")])
    qtbot.waitUntil(lambda: fates(window) == [JobStatus.FAILED])
    assert "damaged" in window.ui.file_queue_view.rows[window.file_queue.jobs[0]].state.text()
    (entry,) = window.store.list()
    assert "the quick brown fox" in window.store.open(entry.id).document.text()


def test_words_not_yet_final_where_a_file_breaks_off_are_kept(
    window: MainWindow, desktop: Desktop, qtbot: QtBot
) -> None:
    desktop.files["torn.wav"] = FakeFile(10, broken_at=3)  # before its first pause
    window.open_files([Path("torn.wav")])
    qtbot.waitUntil(lambda: fates(window) == [JobStatus.FAILED])
    (entry,) = window.store.list()
    kept = window.store.open(entry.id).document.text()
    assert kept.startswith("the quick brown fox") and kept.strip() == window.ui.view.toPlainText().strip()


def test_files_wait_for_the_model(make_window: Callable[[], MainWindow], desktop: Desktop, qtbot: QtBot) -> None:
    window = make_window()
    window.open_files([Path("a.wav")])
    assert fates(window) == [JobStatus.WAITING]
    qtbot.waitUntil(lambda: fates(window) == [JobStatus.DONE])
    assert window.ui.view.toPlainText().startswith("the quick brown fox")


def test_a_file_without_words_is_said_and_leaves_no_session(
    window: MainWindow, desktop: Desktop, store: Store, qtbot: QtBot
) -> None:
    desktop.recognizer.script = lambda line: None
    silent = FakeFile(0)
    silent.seconds = 3.0
    silent.push(3.0, loudness=0.0)
    silent.stop()
    silent._chunks.get()  # the end that it began with
    desktop.files["silent.wav"] = silent
    window.open_files([Path("silent.wav"), Path("hum.wav")])
    qtbot.waitUntil(lambda: fates(window) == [JobStatus.DONE] * 2)
    said = [row.status_text() for row in window.ui.file_queue_view.rows.values()]
    assert said[0].endswith("the file is silent.") and said[1].endswith("-20 dBFS.")
    assert not window.ui.file_queue_view.folded  # else nobody would see that
    assert window.ui.view.placeholderText() == said[0] and window.transcript.kept is None
    assert store.list() == () and {entry.title for entry in store.trash()} == {"silent.wav", "hum.wav"}
    window.ui.file_queue_view.rows[window.file_queue.jobs[1]].chosen.emit(window.file_queue.jobs[1])
    assert window.ui.view.placeholderText() == said[1]


def test_a_file_that_is_cancelled_before_its_first_word_leaves_no_session(
    window: MainWindow, desktop: Desktop, store: Store, qtbot: QtBot
) -> None:
    desktop.recognizer.script = lambda line: None
    desktop.recognizer.slow = 0.1
    window.open_files([Path("long.wav")])
    (job,) = window.file_queue.jobs
    qtbot.waitUntil(lambda: job.seconds > 0)
    window.file_queue.cancel(job)
    qtbot.waitUntil(lambda: window.file_queue.running is None)
    row = window.ui.file_queue_view.rows[job]
    assert row.status_text() == "incomplete: cancelled before the first word" and row.again.isVisible()
    assert store.list() == () and job.session is None


def test_dropped_files_are_queued(window: MainWindow, qtbot: QtBot) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/sounds/a.wav"), QUrl("https://example.org/b.wav")])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, buttons, keys))
    assert [str(job.path) for job in window.file_queue.jobs] == ["/sounds/a.wav"]  # nothing from elsewhere
    qtbot.waitUntil(lambda: fates(window) == [JobStatus.DONE])


def test_only_files_may_be_dropped(window: MainWindow) -> None:
    def entered(url: str) -> bool:
        data = QMimeData()
        data.setUrls([QUrl(url)])
        place: Any = QPointF(5, 5) if PySide6.__version_info__ >= (6, 12) else QPoint(5, 5)  # each refuses the other's
        event = QDragEnterEvent(
            place, Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        )
        event.ignore()
        window.dragEnterEvent(event)
        return event.isAccepted()

    assert entered("file:///sounds/a.wav")
    assert not entered("https://example.org/b.wav")
    assert not window.ui.view.acceptDrops()  # a drop on the text reaches the window


def test_a_real_file_without_sound_is_named_with_what_is_read(
    window: MainWindow, desktop: Desktop, qtbot: QtBot, tmp_path: Path
) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("only words")
    sample = ROOT / "assets" / "samples" / "lighthouse.ogg"
    window.file_queue._open = open_file
    window.open_files([notes, sample])
    qtbot.waitUntil(lambda: fates(window) == [JobStatus.FAILED, JobStatus.DONE])
    said = window.ui.file_queue_view.rows[window.file_queue.jobs[0]].state.text()
    assert "notes.txt" in said and "WAV" in said.upper()
    assert window.file_queue.jobs[1].seconds == pytest.approx(13.4, abs=0.5)


@pytest.mark.slow
def test_progress_and_time_left_are_of_the_file_and_of_the_whole_queue(
    window: MainWindow, desktop: Desktop, qtbot: QtBot
) -> None:
    desktop.recognizer.slow = 0.02
    desktop.files["long.wav"] = FakeFile(60)
    window.open_files([Path("a.wav"), Path("long.wav"), Path("b.wav")])
    long = window.file_queue.jobs[1]
    qtbot.waitUntil(lambda: long.status is JobStatus.RUNNING and long.seconds > 6)
    view, row = window.ui.file_queue_view, window.ui.file_queue_view.rows[long]
    assert row.bar.value() == pytest.approx(1000 * long.seconds / 60, abs=20)
    assert view.bar.isVisible()
    assert view.bar.value() == pytest.approx(1000 * (1 + long.seconds / 60) / 3, abs=20)
    assert view.heading.text().startswith("Files: 1 of 3 · ") and view.heading.text().endswith("left")
    of_queue, of_file = window.file_queue.seconds_left(), long.seconds_left
    assert of_queue is not None and of_file is not None and of_queue > of_file  # b.wav comes after it
    window.file_queue.cancel(long)
    qtbot.waitUntil(lambda: window.file_queue.progress() == (3, 3))
    assert not view.bar.isVisible()


@pytest.mark.slow
def test_esc_ends_the_file_that_is_shown_and_no_other(window: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    window.open_files([Path("a.wav")])
    qtbot.waitUntil(lambda: fates(window) == [JobStatus.DONE])
    desktop.recognizer.slow = 0.02
    desktop.files["long.wav"] = FakeFile(600)
    window.open_files([Path("long.wav")])
    job = window.file_queue.jobs[1]
    qtbot.waitUntil(lambda: job.seconds > 1)
    window.transcript.show_job(window.file_queue.jobs[0])
    window.commands["escape"].trigger()
    assert job.status is JobStatus.RUNNING
    window.transcript.show_job(job)
    window.commands["escape"].trigger()
    assert job.status is JobStatus.CANCELLED
    qtbot.waitUntil(lambda: window.file_queue.running is None)


@pytest.mark.slow
def test_files_that_wait_when_the_program_ends_are_recognised_at_the_next_start(
    make_window: Callable[[], MainWindow], desktop: Desktop, qtbot: QtBot, tmp_path: Path
) -> None:
    paths = [tmp_path / name for name in ("long.wav", "b.wav", "c.wav")]
    for path in paths:
        path.touch()
    desktop.recognizer.slow = 0.02
    desktop.files["long.wav"] = FakeFile(600)
    first = make_window()
    qtbot.waitUntil(lambda: first.live.state is LiveState.READY)
    first.open_files(paths)
    qtbot.waitUntil(lambda: first.file_queue.jobs[0].seconds > 1)
    first.file_queue.cancel(first.file_queue.jobs[2])  # a person said no to it
    assert first.settings.waiting_files == paths[:2]  # also if the program is killed now
    assert first.close()
    desktop.recognizer.slow = 0.0
    desktop.files.clear()
    again = make_window()
    qtbot.waitUntil(lambda: fates(again) == [JobStatus.DONE] * 2)
    assert [job.path for job in again.file_queue.jobs] == paths[:2]
    assert again.close()
    assert make_window().file_queue.jobs == []


@pytest.mark.slow
def test_quitting_asks_about_private_files_and_writes_none_of_their_names(
    window: MainWindow, desktop: Desktop, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers, asked = [False, True], []

    def answer(parent: object, title: str, question: str) -> bool:
        asked.append(question)
        return answers.pop(0)

    monkeypatch.setattr("app.window.main_window.confirmed", answer)
    window.commands["private"].setChecked(True)
    long_file(window, desktop, qtbot, 1)
    assert window.settings.waiting_files == []
    assert not window.close() and window.isVisible() and window.file_queue.running is not None
    assert window.close() and len(asked) == 2
    assert window.settings.waiting_files == []


def test_finished_rows_can_be_cleared(window: MainWindow, qtbot: QtBot) -> None:
    window.open_files([Path("a.wav")])
    qtbot.waitUntil(lambda: fates(window) == [JobStatus.DONE])
    window.ui.file_queue_view.clear_button.click()
    assert not window.ui.file_queue_view.isVisible()
    assert len(window.store.list()) == 1


FIRST = SCRIPT[0][0]
Transcribe = Callable[..., tuple[MainWindow, FileRow]]  # private -> window, row of the file
EDITED = FIRST.replace("quick", "slow")


@pytest.fixture
def transcribed(window: MainWindow, desktop: Desktop, qtbot: QtBot) -> Transcribe:
    """A window with the text of a file whose first line was corrected, put away; and the file's row."""

    def transcribe(private: bool = False) -> tuple[MainWindow, FileRow]:
        window.commands["private"].setChecked(private)
        desktop.files["a.wav"] = FakeFile(3)  # as long as its first line
        window.open_files([Path("a.wav")])
        qtbot.waitUntil(lambda: fates(window) == [JobStatus.DONE])
        window.transcript.revise(0, EDITED)
        window.transcript.clear()
        return window, window.ui.file_queue_view.rows[window.file_queue.jobs[0]]

    return transcribe


@pytest.mark.parametrize("private", [False, True])
def test_the_row_of_a_finished_file_shows_its_session_as_it_is_now(
    transcribed: Transcribe, qtbot: QtBot, private: bool
) -> None:
    window, row = transcribed(private)
    qtbot.mouseClick(row, Qt.MouseButton.LeftButton)
    assert window.ui.view.toPlainText() == window.transcript.document.text() == EDITED
    window.transcript.revise(0, EDITED + " again")
    window.transcript.clear()
    qtbot.mouseClick(row, Qt.MouseButton.LeftButton)
    assert window.ui.view.toPlainText() == EDITED + " again"
    assert window.review.line_editor.enabled
    for entry in window.store.list():
        assert window.store.open(entry.id).document.text() == EDITED + " again"


def test_the_row_of_a_renamed_or_deleted_session_follows_it(transcribed: Transcribe, qtbot: QtBot) -> None:
    window, row = transcribed()
    (entry,) = window.store.list()
    window.ui.session_list.renamed.emit(entry.id, "Foxes")
    qtbot.mouseClick(row, Qt.MouseButton.LeftButton)
    assert window.transcript.title == "Foxes"
    window.commands["delete"].trigger()
    qtbot.mouseClick(row, Qt.MouseButton.LeftButton)
    assert window.transcript.kept is None and window.ui.view.toPlainText() == ""
    assert "no session" in window.ui.banner.text.text()


def test_words_that_found_no_room_on_the_disk_stay_behind_the_row(
    window: MainWindow, desktop: Desktop, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = app.sessions.recorder.write

    def write(file: FileIO, data: bytes) -> None:
        if Path(str(file.name)).name == JOURNAL and b'"words"' in data:
            raise OSError(errno.ENOSPC, "full")
        real(file, data)

    monkeypatch.setattr(app.sessions.recorder, "write", write)
    desktop.files["a.wav"] = FakeFile(3)
    window.open_files([Path("a.wav")])
    qtbot.waitUntil(lambda: fates(window) == [JobStatus.DONE])
    window.transcript.clear()
    qtbot.mouseClick(window.ui.file_queue_view.rows[window.file_queue.jobs[0]], Qt.MouseButton.LeftButton)
    assert window.ui.view.toPlainText() == FIRST


@pytest.mark.slow
def test_a_cancelled_file_on_screen_can_be_corrected_once_it_has_ended(
    window: MainWindow, desktop: Desktop, qtbot: QtBot
) -> None:
    job = long_file(window, desktop, qtbot, 4)
    window.file_queue.cancel(job)
    window.ui.file_queue_view.chosen.emit(job)
    assert window.file_queue.running is job and window.transcript.kept is None  # its last words are still to come
    qtbot.waitUntil(lambda: window.file_queue.running is None)
    assert window.transcript.kept is not None and window.review.line_editor.enabled
    assert window.ui.view.toPlainText() == window.transcript.document.text()


def test_what_was_not_final_when_a_file_broke_off_leaves_the_screen(
    window: MainWindow, desktop: Desktop, qtbot: QtBot
) -> None:
    """Else it would stand among lines that can be corrected, and is none."""
    desktop.recognizer.fail_at = 5.0
    desktop.files["torn.wav"] = FakeFile(10)
    shown = []
    window.file_queue.updated.connect(lambda *_: shown.append(window.ui.view.toPlainText()))
    window.open_files([Path("torn.wav")])
    qtbot.waitUntil(lambda: fates(window) == [JobStatus.FAILED])
    assert shown[-1].startswith(FIRST + "\none two")
    assert window.ui.view.toPlainText() == window.transcript.document.text() == FIRST
    assert window.review.line_editor.enabled


def test_what_was_not_final_when_listening_broke_off_leaves_the_screen(
    listening: MainWindow, desktop: Desktop, qtbot: QtBot
) -> None:
    desktop.recognizer.fail_at = 5.0
    desktop.feed.push(4.2)
    qtbot.waitUntil(lambda: "one two" in listening.ui.view.toPlainText())
    desktop.feed.push(1.0)
    qtbot.waitUntil(lambda: not listening.live.active)
    assert listening.ui.view.toPlainText() == listening.transcript.document.text() == FIRST


def test_a_file_that_came_to_nothing_has_no_session(window: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    desktop.file_errors["notes.txt"] = AudioError("no-sound", name="notes.txt", kinds="video")
    window.open_files([Path("notes.txt")])
    qtbot.waitUntil(lambda: fates(window) == [JobStatus.FAILED])
    for _ in range(2):
        assert window.transcript.kept is None and not window.ui.banner.isVisible()
        assert window.ui.view.placeholderText() == str(window.file_queue.jobs[0].error)
        window.ui.file_queue_view.chosen.emit(window.file_queue.jobs[0])
