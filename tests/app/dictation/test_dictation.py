"""Words go into the window that had the focus while they were spoken, in order and once, or they are kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.dictation import dictation as module
from app.dictation.dictation import MARGIN, Dictation
from app.dictation.errors import DictationError
from app.dictation.focus import FocusTimeline
from app.dictation.text import text_to_type
from asr.updates import Update, Word
from tests.support.desktop.keyboards import FakeKeyboard


class Clock:
    """The seconds of the stream that are being captured; the test moves them."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def dictation(qapp: QApplication, clock: Clock) -> Dictation:
    return Dictation(clock)


def word(text: str, start: float, end: float | None = None) -> Word:
    return Word(text, start, start + 0.3 if end is None else end, 0.9)


def update(*words: Word, seconds: float = 0.0, endpoint: bool = False) -> Update:
    return Update(words, (), seconds or words[-1].end + 1, endpoint)


def test_words_are_typed_as_they_become_final(dictation: Dictation, clock: Clock) -> None:
    keyboard = FakeKeyboard()
    dictation.begin(keyboard)
    clock.seconds = 2.0
    dictation.add((update(word("hello", 0.2), word("there", 0.6)),))
    assert keyboard.texts == {1: "hello there "}
    clock.seconds = 4.0
    dictation.add((Update((), (word("partial", 3.0),), 4.0), update(word("friend", 2.5))))
    assert keyboard.texts == {1: "hello there friend "}
    dictation.end()
    assert not dictation.active and dictation.kept == "" and dictation.text == "hello there friend "


def test_a_word_spoken_to_another_window_is_kept(dictation: Dictation, clock: Clock) -> None:
    keyboard = FakeKeyboard()
    kept: list[str] = []
    dictation.not_typed.connect(kept.append)
    dictation.begin(keyboard)
    clock.seconds, keyboard.focus = 3.0, 2  # the user goes to another window
    dictation.add((update(word("first", 0.5), word("near", 2.8), word("second", 3.6)),))
    assert keyboard.texts == {2: "second "}
    assert kept == ["first ", "near "] and dictation.kept == "first near "
    clock.seconds, keyboard.focus = 6.0, 1  # and comes back
    dictation.add((update(word("again", 6.7)),))
    assert keyboard.texts == {1: "again ", 2: "second "}
    dictation.end()


def test_a_focus_that_moves_at_the_last_moment_is_seen_by_the_keyboard(dictation: Dictation, clock: Clock) -> None:
    keyboard = FakeKeyboard()
    dictation.begin(keyboard)
    keyboard.before_typing = lambda: setattr(keyboard, "focus", 2)
    clock.seconds = 2.0
    dictation.add((update(word("word", 0.5)),))
    assert keyboard.texts == {} and dictation.kept == "word "
    dictation.end()


focuses = st.lists(st.tuples(st.floats(0.01, 2.0), st.integers(1, 3)), max_size=8)


@given(focuses, st.lists(st.floats(0.05, 1.5), min_size=1, max_size=8), st.floats(0.0, 2.0))
def test_no_word_ever_goes_to_a_window_it_was_not_spoken_to(
    moves: list[tuple[float, int]], gaps: list[float], delay: float
) -> None:
    clock, keyboard = Clock(), FakeKeyboard()
    dictation = Dictation(clock)
    dictation.begin(keyboard)
    events: list[tuple[float, int | Word]] = []
    at = 0.0
    for gap, window in moves:
        at += gap
        events.append((at, window))
    at = 0.0
    spoken = []
    for number, gap in enumerate(gaps):
        at += gap
        spoken.append(word(f"w{number}", at, at + 0.2))
        events.append((at + 0.2 + delay, spoken[-1]))
    for when, event in sorted(events, key=lambda pair: pair[0]):
        clock.seconds = when
        if isinstance(event, int):
            keyboard.focus = event
            dictation._tick()
        else:
            dictation.add((update(event, seconds=when),))
    dictation.end()
    changes = [(float("-inf"), 1), *((when, event) for when, event in events if isinstance(event, int))]

    def focus_at(seconds: float) -> int:
        return [window for when, window in changes if when <= seconds][-1]

    for target, text in keyboard.texts.items():
        for name in text.split():
            said = spoken[int(name[1:])]
            assert focus_at(said.start) == focus_at(said.end) == target
    got = [name for text in keyboard.texts.values() for name in text.split()] + dictation.kept.split()
    assert sorted(got) == sorted(said.text for said in spoken)  # each once, typed or kept
    for text in keyboard.texts.values():
        assert [int(name[1:]) for name in text.split()] == sorted(int(name[1:]) for name in text.split())


def test_while_a_modifier_is_held_words_wait_in_order(
    dictation: Dictation, clock: Clock, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyboard = FakeKeyboard()
    keyboard.held = True
    dictation.begin(keyboard)
    clock.seconds = 3.0
    dictation.add((update(word("one", 0.5), word("two", 1.0)),))
    dictation.end()
    assert keyboard.texts == {} and dictation.active
    keyboard.held = False
    qtbot.waitUntil(lambda: not dictation.active)
    assert keyboard.texts == {1: "one two "}
    monkeypatch.setattr(module, "PATIENCE", 0.1)
    keyboard.held = True
    dictation.begin(keyboard)
    dictation.add((update(word("three", 0.5)),))
    dictation.end()
    qtbot.waitUntil(lambda: not dictation.active)
    assert dictation.kept == "three "


def test_a_desktop_that_forbids_typing_costs_no_word(dictation: Dictation, clock: Clock) -> None:
    keyboard = FakeKeyboard()
    errors: list[Exception] = []
    dictation.failed.connect(errors.append)
    dictation.begin(keyboard)
    clock.seconds = 3.0
    keyboard.error = DictationError("no-portal-typing")
    dictation.add((update(word("one", 0.5), word("two", 1.0)),))
    dictation.add((update(word("three", 1.5)),))
    assert len(errors) == 1 and dictation.kept == "one two three "
    dictation.end()
    assert dictation.text == "one two three "


def test_where_the_focus_cannot_be_seen_words_go_where_it_is(dictation: Dictation) -> None:
    keyboard = FakeKeyboard(sees_focus=False)
    dictation.begin(keyboard)
    keyboard.focus = 2
    dictation.add((update(word("word", 0.5)),))
    assert keyboard.texts == {2: "word "}
    dictation.end()


def test_of_a_session_that_goes_on_only_what_is_said_meanwhile(dictation: Dictation, clock: Clock) -> None:
    keyboard = FakeKeyboard()
    clock.seconds = 10.0
    dictation.begin(keyboard, seconds=10.0)
    dictation.add((update(word("before", 9.0), word("in", 10.5)),))
    clock.seconds = 14.0
    dictation.add((update(word("it", 13.0)),))
    dictation.stop_at(14.0)
    dictation.add((update(word("last", 13.8), word("after", 14.2)),))
    assert dictation.active
    dictation.add((update(word("later", 19.0), seconds=20.0),))
    assert not dictation.active and dictation.text == "in it last "


def test_the_keyboard_rests_afterwards(
    dictation: Dictation, qtbot: QtBot, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyboard = FakeKeyboard()
    dictation._rest.setInterval(50)
    dictation.begin(keyboard)
    dictation.end()
    qtbot.waitUntil(lambda: keyboard.rests == 1)
    dictation.begin(keyboard)
    dictation.add((update(word("a", 0.0)),))
    dictation.abandon()
    assert keyboard.rests == 2 and not dictation.active


@pytest.mark.parametrize(
    ("shown", "typed", "with_enter"),
    [
        ("word", "word ", "word "),
        ("20,", "20, ", "20, "),
        ("\n", "", "\n"),
        ("end.\nNext", "end. Next ", "end.\nNext "),
        ("a\x1b[A\x03\tb", "a[Ab ", "a[Ab "),
        ("\r\n", "", "\n"),
        ("", "", ""),
    ],
)
def test_enter_is_never_pressed_unless_told_and_other_controls_never(shown: str, typed: str, with_enter: str) -> None:
    assert text_to_type(word(shown, 0.0)) == typed
    assert text_to_type(word(shown, 0.0), press_enter=True) == with_enter


def test_the_timeline_forgets_what_is_long_past() -> None:
    timeline = FocusTimeline(1)
    for second in range(1000):
        timeline.note(float(second), second % 2)
    assert len(timeline._changes) < 70
    assert timeline.throughout(998.1, 998.9) == 0 and timeline.throughout(997.9, 998.1) is None
    assert MARGIN > 0
