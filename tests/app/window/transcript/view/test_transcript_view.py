"""The text on screen: calm, clean to copy, quick however long it is."""

import statistics
import time

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QColor, QGuiApplication, QTextCharFormat, QTextCursor
from pytestqt.qtbot import QtBot

from app.sessions.document import Document, Gap
from app.window.style.colors import current_colors
from app.window.transcript.view.transcript_view import TranscriptView
from asr.updates import Update, Word
from tests.support.recognition.fakes import words


@pytest.fixture
def view(qtbot: QtBot) -> TranscriptView:
    view = TranscriptView()
    qtbot.addWidget(view)
    view.resize(500, 200)
    view.show()
    return view


def fill(view: TranscriptView, lines: int) -> None:
    view.apply([Update(words("a line of text", 5.0 * n), (), 5.0 * n, True) for n in range(lines)])


def shape_at(view: TranscriptView, position: int) -> QTextCharFormat:
    cursor = QTextCursor(view.document())
    cursor.setPosition(position + 1)
    return cursor.charFormat()


def test_the_partial_is_slanted_and_replaced(view: TranscriptView) -> None:
    view.apply([Update((), words("the quack"), 1.0)])
    assert shape_at(view, 0).fontItalic()
    view.apply([Update(words("the"), words("quick brown", 1.0), 2.0)])
    assert view.toPlainText() == "the quick brown"
    assert not shape_at(view, 0).fontItalic()
    assert shape_at(view, 5).fontItalic()


def test_of_several_partials_only_the_newest_is_shown(view: TranscriptView) -> None:
    view.apply([Update((), words("one"), 1.0), Update((), words("won"), 2.0)])
    assert view.toPlainText() == "won"


def test_an_endpoint_opens_a_line_with_its_own_time(view: TranscriptView) -> None:
    view.apply([Update(words("one two"), (), 2.0, True)])
    view.apply([Update((), words("three", 7.0), 8.0)])
    view.apply([Update(words("three", 7.0), (), 9.0, True)])
    assert view.toPlainText() == "one two\nthree"
    assert [view.line_start(n) for n in (0, 1)] == [0.0, 7.0]


def test_doubtful_words_are_underlined(view: TranscriptView) -> None:
    view.apply([Update((*words("sure"), *words("unsure", 1.0, 0.2)), (), 2.0)])
    assert shape_at(view, 0).underlineStyle() == QTextCharFormat.UnderlineStyle.NoUnderline
    assert shape_at(view, 6).underlineStyle() == QTextCharFormat.UnderlineStyle.DotLine


def test_scrolls_along_only_at_the_bottom(view: TranscriptView, qtbot: QtBot) -> None:
    fill(view, 100)
    bar = view.verticalScrollBar()
    assert bar.value() == bar.maximum()
    bar.setValue(3)
    fill(view, 5)
    assert bar.value() == 3
    assert view.jump.isVisible()
    assert view.jump.text() == "Jump to live (5 new)"
    view.jump.click()
    assert bar.value() == bar.maximum()
    assert not view.jump.isVisible()


def test_selection_and_caret_survive(view: TranscriptView) -> None:
    fill(view, 3)
    cursor = view.textCursor()
    cursor.setPosition(2)
    cursor.setPosition(6, QTextCursor.MoveMode.KeepAnchor)
    view.setTextCursor(cursor)
    view.apply([Update(words("more", 30.0), words("and more", 31.0), 32.0)])
    assert view.textCursor().selectedText() == "line"
    end = view.document().characterCount() - 1
    cursor.setPosition(end - len("and more"))
    view.setTextCursor(cursor)
    view.apply([Update(words("and more", 31.0), (), 34.0)])
    assert not view.textCursor().hasSelection()


def test_a_copied_selection_is_nothing_but_the_words(view: TranscriptView) -> None:
    fill(view, 3)
    view.apply([Update((*words("sure", 20.0), *words("unsure", 21.0, 0.2)), words("and more", 22.0), 24.0)])
    view.selectAll()
    view.copy()
    clipboard = QGuiApplication.clipboard()
    assert clipboard.text().split("\n") == ["a line of text"] * 3 + ["sure unsure and more"]


def test_the_partial_is_muted_as_well_as_slanted(view: TranscriptView) -> None:
    view.apply([Update(words("final"), words("partial", 1.0), 2.0)])
    final, partial = shape_at(view, 0), shape_at(view, 7)
    assert final.foreground().style() == Qt.BrushStyle.NoBrush  # the ink of the palette
    assert partial.foreground().color() == QColor(current_colors().muted)


def test_each_word_covers_its_own_text_after_any_edit(view: TranscriptView) -> None:
    view.apply([Update(words("one two"), (), 2.0, True), Update(words("three four", 3.0), (), 5.0, True)])
    before = Document().append(Update(words("one two"), (), 2.0, True))
    before = before.append(Update(words("three four", 3.0), (), 5.0, True))
    after = before.apply(before.revise(0, "one and a half two"))
    view.revise(before, after)
    assert [view.cursor_over(n).selectedText() for n in range(7)] == ["one", "and", "a", "half", "two", "three", "four"]


def test_lost_sound_is_marked_and_the_mark_is_no_text(view: TranscriptView) -> None:
    view.apply([Update(words("one"), (), 1.0)])
    view.add_gap(Gap(1.0, 0.5))
    view.apply([Update(words("two", 2.0), (), 3.0)])
    assert view.toPlainText() == "one two"
    assert view.line_marks(0).lost == 0.5


def test_showing_a_document_is_the_same_as_hearing_it(view: TranscriptView) -> None:
    updates = [Update(words("one two"), (), 2.0), Update(words("three", 2.0), (), 3.0, True)]
    updates.append(Update(words("four", 5.0), (), 6.0, True))
    view.apply(updates)
    heard = view.toPlainText(), [view.line_start(n) for n in range(view.blockCount())]
    document = Document()
    for update in updates:
        document = document.append(update)
    view.show_document(document)
    assert (view.toPlainText(), [view.line_start(n) for n in range(view.blockCount())]) == heard
    assert view.toPlainText() == document.text()


def test_an_update_on_50000_words_takes_under_2_ms(view: TranscriptView, qtbot: QtBot) -> None:
    for first in range(0, 50_000, 1000):
        lines = [words("ten words make up a line of this long text", first + 10.0 * n) for n in range(100)]
        view.apply([Update(line, (), line[-1].end, True) for line in lines])
    took = []
    for n in range(100):
        update = Update(words("final", 60_000.0 + n), words("a partial of a few words", 60_001.0 + n), 1.0, n % 8 == 0)
        began = time.thread_time()  # what other programs take in between does not count
        view.apply([update])
        took.append(1000 * (time.thread_time() - began))
    print(f"update on {len(view.words)} words: median {statistics.median(took):.2f} ms, worst {max(took):.2f} ms")
    assert len(view.words) == 50_100
    assert statistics.median(took) < 2.0


def live(view: TranscriptView) -> None:
    """Words that came one line after the other, and a partial that is wider than the view."""
    for n in range(60):
        view.apply([Update(words("a line of text with some more words", 9.0 * n), (), 9.0 * n, True)])
    view.apply([Update((), words("still spoken " * 20, 600.0), 610.0)])


def at_end(view: TranscriptView) -> bool:
    QCoreApplication.processEvents()
    return view.verticalScrollBar().value() == view.verticalScrollBar().maximum() > 0


@pytest.mark.parametrize("size", [(260, 200), (500, 90), (900, 400), (260, 90)])
def test_the_end_stays_in_view_when_the_window_is_resized(view: TranscriptView, size: tuple[int, int]) -> None:
    live(view)
    assert at_end(view)
    view.resize(*size)
    assert at_end(view)
    view.resize(500, 200)
    assert at_end(view)


def test_the_end_stays_in_view_with_larger_letters_and_longer_lines(view: TranscriptView) -> None:
    live(view)
    for points in (30.0, 8.0, 16.0):
        view.set_size(points)
        assert at_end(view)
    view.apply([Update((), words("one long line " * 80, 600.0), 620.0)])
    assert at_end(view)


def test_who_scrolled_back_stays_there(view: TranscriptView) -> None:
    live(view)
    view.verticalScrollBar().setValue(5)
    top = view.firstVisibleBlock().blockNumber()
    view.resize(500, 120)
    QCoreApplication.processEvents()
    assert view.firstVisibleBlock().blockNumber() == top
    view.apply([Update(words("more", 700.0), (), 701.0, True)])
    assert view.firstVisibleBlock().blockNumber() == top
    view.show_document(Document().append(Update(words("a b c"), (), 3.0, True)))
    view.resize(200, 80)
    assert view.verticalScrollBar().value() == 0


NUMBER = (
    Word("she", 0.0, 0.4, 0.9, "She"),
    Word("was", 0.5, 0.9, 0.9, "was"),
    Word("ninety", 1.0, 1.4, 0.3, "92."),
    Word("two", 1.5, 1.9, 0.9, ""),
    Word("i", 2.0, 2.4, 0.9, "I"),
)


def test_words_are_shown_as_they_are_written(view: TranscriptView) -> None:
    view.apply([Update(NUMBER[:4], NUMBER[4:], 2.0)])
    assert view.toPlainText() == "She was 92. I"
    view.apply([Update(NUMBER[4:], (), 3.0, True)])
    assert view.toPlainText() == "She was 92. I"
    assert [word.text for word in view.words] == ["she", "was", "ninety two", "i"]
    assert [view.word_at(n) for n in (0, 5, 8, 11, 12)] == [0, 1, 2, 2, 3]
    assert view.cursor_over(2).selectedText() == "92."
    assert shape_at(view, 9).underlineStyle() != QTextCharFormat.UnderlineStyle.NoUnderline


def test_a_document_with_written_words_looks_as_it_did_live(view: TranscriptView) -> None:
    document = Document().append(Update(NUMBER, (), 3.0, True))
    view.show_document(document)
    assert view.toPlainText() == "She was 92. I"
    changed = document.apply(document.revise(0, "She was about 93. I"))
    view.revise(document, changed)
    assert view.toPlainText() == "She was about 93. I"
    assert [word.shown for word in view.words] == ["She", "was", "about", "93.", "I"]
    assert [view.cursor_over(n).selectedText() for n in range(5)] == ["She", "was", "about", "93.", "I"]
