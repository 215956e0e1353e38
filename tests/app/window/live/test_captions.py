"""Captions over other windows: calm lines, always on top where the desktop allows, and what a person sets."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.window.live.caption_lines import CaptionLines
from app.window.live.captions import Captions
from app.window.main_window import MainWindow
from app.window.settings.settings import Settings
from asr.updates import Update, Word
from tests.app.window.helpers import Desktop
from tests.fakes import words

WIDTH = 12  # letters
some = st.lists(st.sampled_from(["a", "be", "sea", "delta", "an-overlong-word"]), max_size=9)


def fits(text: str) -> bool:
    return len(text) <= WIDTH


@given(st.lists(st.tuples(some, some, st.booleans()), max_size=12))
def test_no_line_of_final_words_ever_changes_but_by_growing(told: list[tuple[list[str], list[str], bool]]) -> None:
    wrapping = CaptionLines(fits)
    before: list[str] = []
    said: list[str] = []
    for final, partial, endpoint in told:
        wrapping.apply((Update(words(" ".join(final)), words(" ".join(partial)), 1.0, endpoint),))
        said += final
        rows = wrapping.rows()
        assert " ".join(f"{f} {p}" for f, p in rows).split() == said + partial
        assert all(fits(f"{f} {p}".strip()) or " " not in f"{f} {p}".strip() for f, p in rows)
        settled = [f for f, _ in rows if f]
        assert all(new.startswith(old) for old, new in zip(before, settled, strict=False))
        assert len(settled) >= len(before)
        before = settled


def test_a_line_that_was_broken_stays_broken_when_the_words_change() -> None:
    wrapping = CaptionLines(fits)
    wrapping.apply((Update((), words("one two three four"), 1.0),))
    assert wrapping.rows() == [("", "one two"), ("", "three four")]
    wrapping.apply((Update((), words("a b three four"), 2.0),))  # "a b three" would fit in one line
    assert wrapping.rows() == [("", "a b"), ("", "three four")]
    wrapping.apply((Update(words("a b three"), words("four"), 3.0),))
    assert wrapping.rows() == [("a b", ""), ("three", "four")]


def test_a_line_too_long_moves_the_next_one_rather_than_leave_a_scrap() -> None:
    wrapping = CaptionLines(fits)
    wrapping.apply((Update((), words("one two three four"), 1.0),))
    wrapping.apply((Update((), words("one hundred three four"), 2.0),))
    assert wrapping.rows() == [("", "one hundred"), ("", "three four")]
    wrapping.apply((Update((), words("a hundred men four"), 3.0),))
    wrapping.apply((Update((), words("hundreds of men four"), 4.0),))
    assert wrapping.rows() == [("", "hundreds of"), ("", "men four")]


def test_an_utterance_begins_a_line() -> None:
    wrapping = CaptionLines(fits)
    wrapping.apply((Update(words("one"), (), 1.0, True), Update((), words("two"), 2.0)))
    assert wrapping.rows() == [("one", ""), ("", "two")]


def test_hours_of_captions_take_no_more_room_than_minutes() -> None:
    wrapping = CaptionLines(fits)
    for n in range(5000):
        wrapping.apply((Update(words(f"word {n}"), words("and so"), float(n), n % 7 == 0),))
    assert len(wrapping.rows()) < 500
    assert wrapping.rows()[-2:] == [("word 4999", ""), ("", "and so")]


@pytest.fixture
def captions(qtbot: QtBot) -> Captions:
    captions = Captions(3, 20.0)
    qtbot.addWidget(captions)
    captions.resize(400, captions.height())
    return captions


def test_on_screen_lines_only_ever_move_up(captions: Captions) -> None:
    firsts: list[str] = []
    spoken = words(" ".join(f"word{n}" for n in range(40)))
    for n in range(1, len(spoken) + 1):
        captions.apply((Update(spoken[n - 1 : n], spoken[n : n + 2], float(n)),))
        row = captions.rows()[0][0].split()[0]
        if not firsts or firsts[-1] != row:
            firsts.append(row)
        assert len(captions.rows()) <= 3
    assert firsts == sorted(firsts, key=[w.text for w in spoken].index)  # lines only ever move up
    assert len(firsts) > 1


def test_narrower_captions_lose_no_word(captions: Captions) -> None:
    captions.show()
    captions.set_lines(5)
    captions.resize(900, captions.height())
    captions.apply((Update(words("some words that fill the line of captions"), (), 1.0),))
    captions.resize(320, captions.height())
    assert " ".join(final for final, _ in captions.rows()) == "some words that fill the line of captions"
    assert all(captions.fontMetrics().horizontalAdvance(final) <= 320 for final, _ in captions.rows())
    assert len(captions.rows()) > 1


@pytest.mark.parametrize("lines", range(1, 6))
def test_one_to_five_lines_have_room(captions: Captions, lines: int) -> None:
    captions.set_lines(lines)
    captions.apply((Update(words(" ".join(f"word{n}" for n in range(60))), (), 1.0),))
    assert len(captions.rows()) == lines
    assert captions.height() >= lines * captions.fontMetrics().lineSpacing()


def test_they_stay_above_take_no_focus_and_have_no_frame(captions: Captions) -> None:
    flags = captions.windowFlags()
    assert flags & Qt.WindowType.WindowStaysOnTopHint
    assert flags & Qt.WindowType.FramelessWindowHint
    assert captions.testAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)


def test_the_background_is_as_solid_as_it_is_set(captions: Captions) -> None:
    captions.show()

    def alpha() -> int:
        return captions.grab().toImage().pixelColor(30, captions.height() // 2).alpha()

    captions.set_opacity(1.0)
    assert alpha() == 255
    captions.set_opacity(0.5)
    assert alpha() == pytest.approx(128, abs=2)


def test_settings_act_at_once(window: MainWindow, qtbot: QtBot) -> None:
    dialog = window.appearance.open_preferences(window.store.root)
    captions = window.ui.captions
    dialog.lines.setValue(4)
    dialog.caption_size.setValue(30)
    dialog.opacity.setValue(55)
    dialog.text_size.setValue(19)
    assert (captions.lines, captions.font().pointSizeF(), captions.opacity) == (4, 30.0, 0.55)
    assert window.ui.view.font().pointSizeF() == 19.0
    dialog.close()


def test_position_and_lines_are_there_at_the_next_start(
    make_window: Callable[[], MainWindow], settings: Settings, qtbot: QtBot
) -> None:
    first = make_window()
    first.commands["captions"].trigger()
    first.ui.captions.move(QPoint(123, 45))
    first.ui.captions.resize(500, first.ui.captions.height())
    settings.caption_lines = 3
    first.close()
    again = make_window().ui.captions
    assert (again.pos(), again.width(), again.lines) == (QPoint(123, 45), 500, 3)


def test_wayland_is_said_to_decide_itself(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    from PySide6.QtGui import QGuiApplication

    def notes() -> list[QLabel]:
        dialog = window.appearance.open_preferences(window.store.root)
        dialog.close()
        return [label for label in dialog.findChildren(QLabel) if "Wayland" in label.text()]

    assert notes() == []
    monkeypatch.setattr(QGuiApplication, "platformName", lambda: "wayland")
    assert "the system decides whether captions stay on top" in notes()[0].text()


def test_closing_the_captions_unchecks_the_command(window: MainWindow, qtbot: QtBot) -> None:
    window.commands["captions"].trigger()
    assert window.ui.captions.isVisible()
    qtbot.keyClick(window.ui.captions, Qt.Key.Key_Escape)
    assert not window.commands["captions"].isChecked()


def test_captions_show_what_is_being_said(listening: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    listening.commands["captions"].trigger()
    desktop.feed.push(3.0)
    qtbot.waitUntil(lambda: listening.ui.captions.rows()[-1][1].startswith("one"), timeout=5000)
    assert listening.ui.captions.rows()[0] == ("the quick brown fox jumps over the lazy dog", "")


def test_captions_are_as_written(captions: Captions) -> None:
    number = (Word("ninety", 0.0, 0.4, 0.9, "92"), Word("two", 0.5, 0.9, 0.9, ""), Word("i", 1.0, 1.4, 0.9, "I"))
    captions.apply((Update(number, number, 2.0),))
    assert captions.rows() == [("92 I", "92 I")]
