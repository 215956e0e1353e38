"""How the text stands: line height, space between utterances, the width of a line, the caret."""

from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QTextCursor
from pytestqt.qtbot import QtBot

from app.window.main_window import MainWindow
from app.window.style.colors import current_colors
from app.window.transcript.header import SUBTITLES
from app.window.transcript.view.transcript_layout import LINE_HEIGHT
from app.window.transcript.view.transcript_view import LETTERS, TranscriptView
from asr.updates import Update
from tests.support.recognition.fakes import words

LONG = " ".join(f"word{number}" for number in range(60))


@pytest.fixture
def view(qtbot: QtBot) -> TranscriptView:
    view = TranscriptView()
    qtbot.addWidget(view)
    view.resize(1200, 500)
    view.show()
    view.apply([Update(words(LONG), (), 30.0, True), Update(words("the next one", 31.0), (), 32.0, True)])
    return view


def tops(view: TranscriptView) -> list[int]:
    """Pixels of the beginning of each row, as the caret has it."""
    cursor, found = QTextCursor(view.document()), list[int]()
    while True:
        top = view.cursorRect(cursor).top()
        if not found or top != found[-1]:
            found.append(top)
        if not cursor.movePosition(QTextCursor.MoveOperation.NextCharacter):
            return found


def test_rows_stand_apart_and_utterances_more(view: TranscriptView) -> None:
    letters = view.fontMetrics().height()
    rows = tops(view)
    steps = [below - above for above, below in pairwise(rows)]
    assert all(step == pytest.approx(LINE_HEIGHT * letters, abs=1.5) for step in steps[:-1])
    assert steps[-1] > LINE_HEIGHT * letters + 0.3 * letters  # the last begins an utterance


def test_rows_keep_their_places_while_the_text_grows_and_after_a_resize(view: TranscriptView) -> None:
    before = tops(view)
    view.apply([Update(words("and more", 33.0), words("still open", 34.0), 35.0)])
    assert tops(view)[: len(before)] == before
    view.resize(700, 500)
    view.resize(1200, 500)
    assert tops(view)[: len(before)] == before


def test_a_line_has_75_letters_at_most_and_stands_in_the_middle(view: TranscriptView) -> None:
    block, text = view.document().firstBlock(), LONG
    lengths = [block.layout().lineAt(n).textLength() for n in range(block.layout().lineCount())]
    assert len(lengths) > 1 and max(lengths) <= LETTERS * 1.1  # letters are of different widths
    assert max(lengths) > LETTERS * 0.7, text
    area = view.viewport().geometry()
    gutter = view._gutter.width_needed()
    assert abs((area.left() - gutter) - (view.width() - area.right())) < 60


def test_no_row_is_cut_off_when_a_narrow_view_is_first_shown(qtbot: QtBot) -> None:
    view = TranscriptView()
    qtbot.addWidget(view)
    view.set_size(24)
    view.resize(500, 400)
    view.set_size(13)
    view.show()
    view.apply([Update(words(LONG), (), 30.0, True)])
    lines = view.document().firstBlock().layout()
    widest = max(lines.lineAt(n).naturalTextWidth() for n in range(lines.lineCount()))
    assert widest <= view.viewport().width()
    assert view.horizontalScrollBar().maximum() == 0


def test_a_click_finds_the_word_under_it(view: TranscriptView) -> None:
    for index in (0, 30, 59, 61):
        rect = view.cursorRect(view.cursor_over(index))
        assert view.word_at(view.cursorForPosition(rect.center() - QPoint(3, 0)).position()) == index


def test_there_is_a_caret_only_where_text_can_be_edited(listening: MainWindow, finished: MainWindow) -> None:
    view = finished.ui.view
    assert view.cursorWidth() > 0
    finished.ui.header.modes.button(SUBTITLES).click()
    assert view.cursorWidth() == 0
    finished.commands["start"].trigger()
    assert view.cursorWidth() == 0


def test_the_word_that_is_played_differs_from_what_is_selected(view: TranscriptView) -> None:
    view.highlight(3)
    (mark,) = view.extraSelections()
    assert mark.format.background().color() == QColor(current_colors().playing)
    assert current_colors().playing != current_colors().selection
