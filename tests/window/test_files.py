"""The queue: progress, cancel, files that fail, and what is kept of each."""

import time
from pathlib import Path

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from scripted import Reel

from app.window.jobs import Fate
from asr.config import AudioError

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


def test_cancel_acts_within_200_ms_and_keeps_the_text(window, desktop, qtbot):
    desktop.recognizer.slow = 0.02
    desktop.files["long.wav"] = Reel(600)
    window.open_files([Path("long.wav")])
    job = window.queue.jobs[0]
    qtbot.waitUntil(lambda: job.seconds > 3, timeout=TIMEOUT)
    row = window.ui.files.rows[job]
    assert job.left > 1
    assert "left" in row.state.text() and "%" in row.state.text()
    began = time.monotonic()
    row.cancel.click()
    qtbot.waitUntil(lambda: window.queue.running is None, timeout=TIMEOUT)
    assert time.monotonic() - began < 0.2
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


def test_finished_rows_can_be_cleared(window, qtbot):
    window.open_files([Path("a.wav")])
    qtbot.waitUntil(lambda: fates(window) == [Fate.DONE], timeout=TIMEOUT)
    window.ui.files.clear_button.click()
    assert not window.ui.files.isVisible()
    assert len(window.store.list()) == 1
