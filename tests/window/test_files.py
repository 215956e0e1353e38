"""The queue: progress, cancel, files that fail, and what is kept of each."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from scripted import Reel

from app.window.jobs import Fate
from app.window.start import open_file
from asr.config import AudioError

ROOT = Path(__file__).parents[2]
TIMEOUT = 8000


def fates(window):
    return [job.fate for job in window.queue.jobs]


def test_a_bad_file_says_why_and_the_rest_goes_on(window, desktop, qtbot):
    desktop.file_errors["notes.txt"] = AudioError("notes.txt holds no sound. Expected WAV, MP3 and the like.")
    window.open_files([Path("a.wav"), Path("notes.txt"), Path("b.wav")])
    qtbot.waitUntil(lambda: fates(window) == [Fate.DONE, Fate.FAILED, Fate.DONE], timeout=TIMEOUT)
    bad = window.ui.files.rows[window.queue.jobs[1]]
    assert "notes.txt holds no sound" in bad.state.text()
    assert not bad.cancel.isVisible()
    assert sorted(entry.title for entry in window.store.list()) == ["a.wav", "b.wav"]
    assert "FILES 3 of 3" in window.ui.files.heading.text()


def test_cancel_acts_within_two_steps_and_keeps_the_text(window, desktop, qtbot):
    desktop.recognizer.slow = 0.02
    desktop.files["long.wav"] = Reel(600)
    window.open_files([Path("long.wav")])
    job = window.queue.jobs[0]
    qtbot.waitUntil(lambda: job.seconds > 3, timeout=TIMEOUT)
    row = window.ui.files.rows[job]
    assert job.left > 1
    assert "left" in row.state.text() and "%" in row.state.text()
    steps = desktop.recognizer.steps
    row.cancel.click()
    qtbot.waitUntil(lambda: window.queue.running is None, timeout=TIMEOUT)
    assert desktop.recognizer.steps - steps <= 2  # the one under way, and no more than another
    assert job.fate is Fate.CANCELLED
    assert "the text so far is kept" in row.state.text()
    (entry,) = window.store.list()
    assert window.store.open(entry.id).document.text().startswith("the quick brown")


def test_a_damaged_file_keeps_what_was_heard_and_says_so(window, desktop, qtbot):
    desktop.files["torn.wav"] = Reel(10, broken_at=4)
    window.open_files([Path("torn.wav")])
    qtbot.waitUntil(lambda: fates(window) == [Fate.FAILED], timeout=TIMEOUT)
    assert "damaged" in window.ui.files.rows[window.queue.jobs[0]].state.text()
    (entry,) = window.store.list()
    assert "the quick brown fox" in window.store.open(entry.id).document.text()


def test_words_not_yet_final_where_a_file_breaks_off_are_kept(window, desktop, qtbot):
    desktop.files["torn.wav"] = Reel(10, broken_at=3)  # before its first pause
    window.open_files([Path("torn.wav")])
    qtbot.waitUntil(lambda: fates(window) == [Fate.FAILED], timeout=TIMEOUT)
    (entry,) = window.store.list()
    kept = window.store.open(entry.id).document.text()
    assert kept.startswith("the quick brown fox") and kept.strip() == window.ui.view.toPlainText().strip()


def test_files_wait_for_the_model(make_window, desktop, qtbot):
    window = make_window()
    window.open_files([Path("a.wav")])
    assert fates(window) == [Fate.WAITING]
    qtbot.waitUntil(lambda: fates(window) == [Fate.DONE], timeout=TIMEOUT)
    assert window.ui.view.toPlainText().startswith("the quick brown fox")


def test_dropped_files_are_queued(window, qtbot):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/sounds/a.wav"), QUrl("https://example.org/b.wav")])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, buttons, keys))
    assert [str(job.path) for job in window.queue.jobs] == ["/sounds/a.wav"]  # nothing from elsewhere
    qtbot.waitUntil(lambda: fates(window) == [Fate.DONE], timeout=TIMEOUT)


def test_only_files_may_be_dropped(window):
    def entered(url):
        data = QMimeData()
        data.setUrls([QUrl(url)])
        event = QDragEnterEvent(
            QPoint(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        )
        event.ignore()
        window.dragEnterEvent(event)
        return event.isAccepted()

    assert entered("file:///sounds/a.wav")
    assert not entered("https://example.org/b.wav")
    assert not window.ui.view.acceptDrops()  # a drop on the text reaches the window


def test_a_real_file_without_sound_is_named_with_what_is_read(window, desktop, qtbot, tmp_path):
    notes = tmp_path / "notes.txt"
    notes.write_text("only words")
    sample = ROOT / "assets" / "samples" / "lighthouse.ogg"
    window.queue._open = open_file
    window.open_files([notes, sample])
    qtbot.waitUntil(lambda: fates(window) == [Fate.FAILED, Fate.DONE], timeout=20_000)
    said = window.ui.files.rows[window.queue.jobs[0]].state.text()
    assert "notes.txt" in said and "WAV" in said.upper()
    assert window.queue.jobs[1].seconds == pytest.approx(13.4, abs=0.5)


def test_progress_and_time_left_are_of_the_file_and_of_the_whole_queue(window, desktop, qtbot):
    desktop.recognizer.slow = 0.02
    desktop.files["long.wav"] = Reel(60)
    window.open_files([Path("a.wav"), Path("long.wav"), Path("b.wav")])
    long = window.queue.jobs[1]
    qtbot.waitUntil(lambda: long.fate is Fate.RUNNING and long.seconds > 6, timeout=TIMEOUT)
    view, row = window.ui.files, window.ui.files.rows[long]
    assert row.bar.value() == pytest.approx(1000 * long.seconds / 60, abs=20)
    assert view.bar.isVisible()
    assert view.bar.value() == pytest.approx(1000 * (1 + long.seconds / 60) / 3, abs=20)
    assert view.heading.text().startswith("FILES 1 of 3 · ") and view.heading.text().endswith("left")
    assert window.queue.left() > long.left  # b.wav comes after it
    window.queue.cancel(long)
    qtbot.waitUntil(lambda: window.queue.progress() == (3, 3), timeout=TIMEOUT)
    assert not view.bar.isVisible()


def test_esc_ends_the_file_that_runs(window, desktop, qtbot):
    desktop.recognizer.slow = 0.02
    desktop.files["long.wav"] = Reel(600)
    window.open_files([Path("long.wav")])
    qtbot.waitUntil(lambda: window.queue.jobs[0].seconds > 1, timeout=TIMEOUT)
    window.commands["cancel"].trigger()
    assert window.queue.jobs[0].fate is Fate.CANCELLED
    qtbot.waitUntil(lambda: window.queue.running is None, timeout=TIMEOUT)


def test_finished_rows_can_be_cleared(window, qtbot):
    window.open_files([Path("a.wav")])
    qtbot.waitUntil(lambda: fates(window) == [Fate.DONE], timeout=TIMEOUT)
    window.ui.files.clear_button.click()
    assert not window.ui.files.isVisible()
    assert len(window.store.list()) == 1
