"""Pauses end lines; pauses, missing sound and bookmarks are marked at their times, and kept."""

import pytest
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from app.sessions.document import Document, Gap
from app.window.live.live_state import LiveState
from app.window.main_window import MainWindow
from app.window.style.colors import current_colors
from app.window.transcript.view.transcript_view import TranscriptView
from asr.updates import Update
from tests.app.window.helpers import Desktop, kept
from tests.support.recognition.fakes import SCRIPT, words


@pytest.fixture
def view(qtbot: QtBot) -> TranscriptView:
    view = TranscriptView()
    qtbot.addWidget(view)
    view.resize(500, 200)
    view.show()
    return view


def amber(image: QImage, colour: QColor) -> set[int]:
    """The columns of an image that have this colour."""
    return {
        x for x in range(image.width()) for y in range(image.height()) if image.pixelColor(x, y).rgb() == colour.rgb()
    }


def test_a_pause_ends_the_line(listening: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    view = listening.ui.view
    desktop.recognizer.script = lambda line: words("we met at the station")[:3] if line == 0 else None
    desktop.feed.push(2.5)  # in the middle of "at"
    qtbot.waitUntil(lambda: "at" in view.toPlainText())
    assert not view.words  # nothing is final yet
    listening.commands["pause"].trigger()
    desktop.feed.push(1.0)
    qtbot.waitUntil(lambda: len(view.words) == 3)
    assert listening.live.state is LiveState.PAUSED
    assert [u.closed for u in listening.live.document.utterances] == [True]
    assert view.line_marks(0).paused
    listening.commands["pause"].trigger()
    desktop.feed.stop()
    qtbot.waitUntil(lambda: listening.live.state is LiveState.READY)
    listening.transcript.show_kept(kept(listening).id)
    assert view.line_marks(0).paused


def test_the_sound_has_the_silence_that_ended_the_line(listening: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    import wave

    listening.commands["pause"].trigger()
    desktop.feed.push(1.0, loudness=0.5)
    listening.commands["pause"].trigger()
    desktop.feed.push(0.5)
    desktop.feed.stop()
    qtbot.waitUntil(lambda: listening.live.state is LiveState.READY)
    sound = kept(listening).sound
    assert sound is not None
    with wave.open(str(sound)) as file:
        seconds = file.getnframes() / file.getframerate()
    assert seconds == pytest.approx(kept(listening).document.seconds, abs=0.001)


def test_missing_sound_is_marked_where_it_is_missing(view: TranscriptView) -> None:
    update = [Update(words("one two three four"), (), 4.0, True), Update(words("five six", 10.0), (), 12.0, True)]
    view.apply(update[:1])
    view.add_gap(Gap(2.0, 0.5))  # known after the words round it
    view.apply(update[1:])
    assert [view.line_marks(line).lost for line in (0, 1)] == [0.5, 0.0]
    assert view.gap_positions(0) == [len("one two ")]
    view.add_gap(Gap(7.0, 1.0))  # between the lines: at the end of the first
    assert view.gap_positions(0)[1:] == [len("one two three four")] and view.gap_positions(1) == []
    document = Document().append(update[0]).append(update[1]).lose(Gap(2.0, 0.5)).lose(Gap(7.0, 1.0))
    marks = [(view.line_marks(line), view.gap_positions(line)) for line in (0, 1)]
    view.show_document(document)
    assert [(view.line_marks(line), view.gap_positions(line)) for line in (0, 1)] == marks


def test_the_mark_is_seen_between_the_words(view: TranscriptView) -> None:
    view.apply([Update(words("one two three four"), (), 4.0, True)])
    colour = QColor(current_colors().warning)
    assert not amber(view.viewport().grab().toImage(), colour)
    view.add_gap(Gap(2.0, 0.5))
    columns = amber(view.viewport().grab().toImage(), colour)
    left = view.cursorRect(view.cursor_over(1)).left()  # the end of "two"
    right = view.cursorRect(view.cursor_over(2)).left()  # the end of "three"
    assert columns and left - 4 <= min(columns) and max(columns) < (left + right) / 2


def test_a_moment_is_marked_while_listening(listening: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    desktop.feed.push(5.0)  # in the second line
    qtbot.waitUntil(lambda: listening.live.document.seconds > 5.0)
    qtbot.waitUntil(lambda: listening.ui.view.blockCount() == 2)
    listening.commands["bookmark"].trigger()
    assert listening.ui.view.line_marks(1).bookmarked
    desktop.feed.push(15.0)
    desktop.feed.stop()
    qtbot.waitUntil(lambda: listening.live.state is LiveState.READY)
    (seconds,) = listening.store.open(kept(listening).id).document.bookmarks
    assert 5.0 <= seconds <= 5.6
    assert [listening.ui.view.line_marks(line).bookmarked for line in range(5)] == [False, True, False, False, False]


def test_bookmarks_are_set_removed_and_visited(finished: MainWindow) -> None:
    view = finished.ui.view
    for line in (1, 3):
        position = view.document().findBlockByNumber(line).position() + 4
        view.hold_caret(position, position)
        finished.commands["bookmark"].trigger()
    visited = []
    for _ in range(3):
        finished.commands["next_bookmark"].trigger()
        visited.append(view.textCursor().blockNumber())
    assert visited == [1, 3, 1]
    finished.commands["bookmark"].trigger()  # off again
    finished.transcript.save_queue.flush()
    finished.transcript.show_kept(kept(finished).id)
    assert [view.line_marks(line).bookmarked for line in range(5)] == [False, False, False, True, False]
    assert view.toPlainText() == "\n".join(text for text, _ in SCRIPT) and not finished.transcript.can_undo
