"""Captions over other windows: calm lines, always on top where the desktop allows, and what a person sets."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QEnterEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app.window.live.caption_lines import CaptionLines
from app.window.live.captions import FADED, Captions
from app.window.live.live_state import LiveState, display_of
from app.window.main_window import MainWindow
from app.window.settings.settings import Settings
from asr.updates import Update, Word
from tests.app.window.helpers import Desktop, nameless
from tests.support.recognition.fakes import words

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


@pytest.mark.slow
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


def drag(qtbot: QtBot, captions: Captions, to: QPoint) -> None:
    """Drag the captions by the mouse, as the platform without a desktop lets it."""
    grip = QPoint(20, 20)
    qtbot.mousePress(captions, Qt.MouseButton.LeftButton, pos=grip)
    there = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(grip),
        QPointF(to + grip),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(captions, there)
    qtbot.mouseRelease(captions, Qt.MouseButton.LeftButton, pos=grip)


def test_a_place_that_a_person_chose_is_there_at_the_next_start(
    make_window: Callable[[], MainWindow], settings: Settings, qtbot: QtBot
) -> None:
    first = make_window()
    first.commands["captions"].trigger()
    first.ui.captions.resize(500, first.ui.captions.height())
    drag(qtbot, first.ui.captions, QPoint(123, 45))
    assert settings.caption_place == "free"
    settings.caption_lines = 3
    first.close()
    again = make_window()
    again.commands["captions"].trigger()
    captions = again.ui.captions
    assert (captions.pos(), captions.width(), captions.lines) == (QPoint(123, 45), 500, 3)


def test_without_a_choice_they_stand_at_the_bottom_in_the_middle_at_every_start(
    make_window: Callable[[], MainWindow], settings: Settings
) -> None:
    for _ in range(2):
        window = make_window()
        window.commands["captions"].trigger()
        captions, screen = window.ui.captions, window.screen().availableGeometry()
        assert abs(captions.geometry().center().x() - screen.center().x()) <= 1
        assert screen.bottom() - 100 < captions.geometry().bottom() < screen.bottom()
        window.close()
    assert settings.caption_place == "bottom"


def hover(captions: Captions, on: bool) -> None:
    point = QPointF(20, 20)
    event = QEnterEvent(point, point, point) if on else QEvent(QEvent.Type.Leave)
    QApplication.sendEvent(captions, event)


def test_buttons_come_with_the_pointer_and_size_move_and_close(
    window: MainWindow, settings: Settings, qtbot: QtBot
) -> None:
    window.commands["captions"].trigger()
    captions, controls = window.ui.captions, window.ui.captions.controls
    assert not controls.isVisible()
    hover(captions, True)
    assert controls.isVisible() and nameless(captions) == []
    before = captions.font().pointSizeF()
    qtbot.mouseClick(controls.larger, Qt.MouseButton.LeftButton)
    assert captions.font().pointSizeF() == settings.caption_size > before
    qtbot.mouseClick(controls.smaller, Qt.MouseButton.LeftButton)
    assert captions.font().pointSizeF() == before
    qtbot.mouseClick(controls.place, Qt.MouseButton.LeftButton)
    assert settings.caption_place == "top" and captions.y() < window.screen().availableGeometry().center().y()
    hover(captions, False)
    assert not controls.isVisible()
    hover(captions, True)
    qtbot.mouseClick(controls.close_button, Qt.MouseButton.LeftButton)
    assert not captions.isVisible() and not window.commands["captions"].isChecked()


def test_they_fade_after_a_silence_and_come_back_with_words(captions: Captions, qtbot: QtBot) -> None:
    captions._silence.setInterval(30)
    captions._fading.setDuration(30)
    captions.move(300, 300)  # away from the pointer, which would keep them from fading
    captions.show()
    captions.apply((Update(words("some words"), (), 1.0),))
    qtbot.waitUntil(lambda: captions.presence == FADED)
    faded = captions.grab().toImage().pixelColor(30, captions.height() // 2).alpha()
    captions.apply((Update(words("more"), (), 2.0),))
    assert captions.presence == 1.0
    assert captions.grab().toImage().pixelColor(30, captions.height() // 2).alpha() > 3 * faded
    captions.set_fades(False)
    qtbot.wait(100)
    assert captions.presence == 1.0


def test_they_say_that_the_microphone_is_lost_and_do_not_fade_meanwhile(
    listening: MainWindow, desktop: Desktop, qtbot: QtBot
) -> None:
    captions = listening.ui.captions
    captions._silence.setInterval(30)
    listening.commands["captions"].trigger()
    before = captions.grab().toImage()
    desktop.feed.unplug()
    qtbot.waitUntil(lambda: captions.notice == display_of(LiveState.LOST).status)
    assert captions.grab().toImage() != before
    qtbot.wait(100)
    assert captions.presence == 1.0
    listening.live.reopen()
    qtbot.waitUntil(lambda: len(desktop.feeds) > 1)
    desktop.feed.push(0.5)
    qtbot.waitUntil(lambda: captions.notice == "")


def test_light_captions_have_a_light_ground(window: MainWindow) -> None:
    dialog = window.appearance.open_preferences(window.store.root)
    captions = window.ui.captions
    captions.set_opacity(1.0)
    captions.show()

    def lightness() -> int:
        return captions.grab().toImage().pixelColor(6, captions.height() // 2).lightness()

    assert lightness() < 60
    dialog.caption_style.activated.emit(dialog.caption_style.findData("light"))
    assert lightness() > 200
    dialog.close()
    captions.close()


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
    qtbot.waitUntil(lambda: any(text.startswith("one") for _, text in listening.ui.captions.rows()[-1:]))
    assert listening.ui.captions.rows()[0] == ("the quick brown fox jumps over the lazy dog", "")


def test_captions_are_as_written(captions: Captions) -> None:
    number = (Word("ninety", 0.0, 0.4, 0.9, "92"), Word("two", 0.5, 0.9, 0.9, ""), Word("i", 1.0, 1.4, 0.9, "I"))
    captions.apply((Update(number, number, 2.0),))
    assert captions.rows() == [("92 I", "92 I")]
