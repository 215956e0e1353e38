"""Help > How it listens: it plays by itself, stops at the end, and shows that forgetting costs words."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, Qt, QTimer
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.window.help.inspector_dialog import InspectorDialog
from app.window.help.inspector_strips import visible_description, width
from app.window.help.inspector_view import InspectorView
from app.window.live.live_state import LiveState
from app.window.main_window import MainWindow
from app.window.style.theme import follow_system
from app.worker.demonstration import AHEAD, REFERENCE, SAMPLE, Demonstration, Moment, Scene, correct_words
from asr.errors import ModelError
from asr.pipeline import transcribe
from asr.recognizer import Recognizer
from tests.app.window.helpers import Desktop, nameless

Scale = Callable[[float], None]  # times the size that letters have


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    import numpy as np
    import soundfile

    sound = np.random.default_rng(1).normal(0, 0.1, 20_000) * np.sin(np.arange(20_000) / 900)
    soundfile.write(tmp_path / "sample.wav", sound.astype("float32"), 16_000, subtype="FLOAT")
    return tmp_path / "sample.wav"


@pytest.fixture
def page(tiny: Recognizer, sample: Path, qtbot: QtBot) -> Iterator[InspectorDialog]:
    page = InspectorDialog(tiny, sample=sample)
    page.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(page)
    page.show()
    yield page
    page.close()


def played(tiny: Recognizer, sample: Path) -> list:
    """All that a demonstration posts when everything is wanted."""
    shown = Demonstration(tiny, sample)
    shown.want(1e9)
    news: list = []

    def post(item: object) -> None:
        news.append(item)
        if isinstance(item, Moment) and item.end == news[0].seconds:
            shown.close()

    shown.play(post)
    return news


def test_both_hear_every_block_and_only_one_remembers(tiny: Recognizer, sample: Path) -> None:
    scene, *moments = played(tiny, sample)
    assert isinstance(scene, Scene) and scene.seconds == 1.25
    assert [moment.block for moment in moments] == list(range(len(moments)))
    assert moments[0].remembering.hidden == moments[0].forgetting.hidden  # nothing to forget yet
    assert all(m.remembering.hidden != m.forgetting.hidden for m in moments[1:])
    c = tiny.config
    assert {len(m.remembering.gates[0].cells) for m in moments} == {c.block * min(72, c.width)}
    rows = [m.remembering.phones for m in moments]
    assert [r.start for r in rows[1:]] == [a.start + len(a.cells) // a.rows for a in rows[:-1]]  # no gap, no overlap


def test_the_words_with_memory_are_those_of_the_program(tiny: Recognizer, sample: Path) -> None:
    from asr.audio.media import read_file

    words = [word.text for update in transcribe(tiny, read_file(sample, 16_000)) for word in update.words]
    assert words and list(played(tiny, sample)[-1].remembering.words) == words


@pytest.mark.slow
def test_it_plays_to_the_end_and_begins_again(page: InspectorDialog, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: page.playing)
    scene = page.scene
    assert scene is not None
    qtbot.waitUntil(lambda: not page.playing and page.seconds == scene.seconds)
    assert "words right" in page.words[0].text()
    assert page.play.text() == "&Play"
    page.play.click()
    assert page.playing and page.seconds < 0.5
    qtbot.waitUntil(lambda: page.seconds > 0.3)
    qtbot.mouseClick(page.play, Qt.MouseButton.LeftButton)
    at = page.seconds
    qtbot.wait(100)
    assert page.seconds == at and not page.playing


@pytest.mark.slow
def test_the_worker_hears_little_more_than_is_shown(page: InspectorDialog, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: page.playing and page.seconds > 0.1)
    page.toggle()
    qtbot.wait(200)
    assert page.scene is not None
    assert page._recognised <= page.seconds + AHEAD + page.scene.block + 0.1


@pytest.mark.slow
def test_the_switch_shows_the_other_network(page: InspectorDialog, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: page.playing and page.seconds > 0.7)
    page.toggle()
    carried, lesson = page.strips.grab().toImage(), page.lesson.text()
    qtbot.keyClick(page, Qt.Key.Key_F)
    assert page.forget.isChecked()
    assert page.strips.grab().toImage() != carried and page.lesson.text() != lesson
    assert "<b>" in page.words[1].text() and "<b>" not in page.words[0].text()
    page.layer.setCurrentIndex(0)
    page.forget.setChecked(False)
    assert page.strips.grab().toImage() != carried  # another layer
    assert page.lesson.text() == lesson


def test_there_is_nothing_to_look_into_without_a_model(
    make_window: Callable[[], MainWindow], desktop: Desktop, qtbot: QtBot
) -> None:
    desktop.load_error = ModelError("missing", path="here")
    window = make_window()
    qtbot.waitUntil(lambda: window.live.state is LiveState.FAILED)
    assert not window.commands["listening"].isEnabled()


def test_the_help_menu_opens_it_and_closing_it_ends_its_thread(
    window: MainWindow, qtbot: QtBot, tiny: Recognizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window, "_recognizer", tiny)
    window.commands["listening"].trigger()
    (page,) = window.findChildren(InspectorDialog)
    qtbot.waitUntil(lambda: page.playing)
    page.reject()
    assert not page.playing and not page.task.running


def test_a_sample_that_cannot_be_read_is_said(tiny: Recognizer, tmp_path: Path, qtbot: QtBot) -> None:
    page = InspectorDialog(tiny, sample=tmp_path / "absent.ogg")
    page.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(page)
    qtbot.waitUntil(lambda: "absent.ogg" in page.lesson.text())
    page.close()


def test_every_control_has_a_name(page: InspectorDialog) -> None:
    assert nameless(page) == []


def test_the_words_that_were_right_are_visible_description() -> None:
    words = tuple(REFERENCE.split())
    assert correct_words(words) == (True,) * len(words)
    assert correct_words(()) == ()
    assert correct_words(("every", "morning", "the", "keeper")) == (True, False, True, True)
    skipped = ("every", "evening", "keeper", "kind", "the", "stairs")
    assert correct_words(skipped) == (True, True, True, False, True, True)
    assert correct_words(("coast", "every", "the", "the")) == (False, True, True, True)


@pytest.mark.slow
def test_forgetting_costs_the_shipped_model_words(shipped: Recognizer) -> None:
    *_, last = played(shipped, SAMPLE)
    assert sum(correct_words(last.remembering.words)) > sum(correct_words(last.forgetting.words))


@pytest.mark.slow
def test_pictures_come_thirty_times_a_second(page: InspectorDialog, qtbot: QtBot) -> None:
    """The time the interface thread spends for a picture, so that 30 a second leave it free."""
    qtbot.waitUntil(lambda: page.playing and page.seconds > 0.3)
    spent, painted = [], QTimer(page)
    painted.setInterval(10)

    def measure() -> None:
        began = time.thread_time()
        page._tick()
        page.strips.grab()
        spent.append(time.thread_time() - began)

    painted.timeout.connect(measure)
    painted.start()
    qtbot.waitUntil(lambda: len(spent) > 15)
    painted.stop()
    assert sorted(spent)[len(spent) // 2] < 0.033


@pytest.fixture
def letters(qapp: QApplication) -> Iterator[Scale]:
    """Letters of so many times the size they have."""
    before = QFont(qapp.font())

    def scale(times: float) -> None:
        font = QFont(before)
        font.setPointSizeF(before.pointSizeF() * times)
        qapp.setFont(font)
        follow_system()  # as the main window does
        qapp.processEvents()  # it reaches the widgets as an event

    yield scale
    qapp.setFont(before)
    follow_system()


def told_height(strips: InspectorView, text: str) -> float:
    """Pixels that a text needs below the title of a strip."""
    bold, plain = QFont(strips.font()), QFont(strips.font())
    bold.setBold(True)
    plain.setPointSizeF(plain.pointSizeF() * 0.88)
    room = QRect(0, 0, width(strips.font()), 9999)
    lines = QFontMetrics(plain).boundingRect(room, Qt.TextFlag.TextWordWrap, text).height()
    return QFontMetrics(bold).height() + 2 + lines


@pytest.mark.parametrize("times", [1.0, 2.0])
def test_what_a_strip_is_called_has_room(letters: Scale, page: InspectorDialog, times: float) -> None:
    letters(times)
    strips = page.strips
    strips.resize(strips.sizeHint())
    assert strips.font().pointSizeF() == QApplication.font().pointSizeF()
    for strip, _, height in strips.rows():
        assert told_height(strips, strip.description) <= height + 1
    _, top, height = strips.rows()[-1]
    assert top + height == pytest.approx(strips.height())


def test_where_there_is_no_room_it_ends_in_an_ellipsis_and_stands_whole_in_the_tip(
    letters: Scale, page: InspectorDialog
) -> None:
    letters(2.0)
    strips = page.strips
    strips.resize(strips.minimumSizeHint())
    rows = strips.rows()
    shown = [visible_description(strip, height, strips.font()) for strip, _, height in rows]
    assert shown != [strip.description for strip, _, _ in rows]
    for (strip, _, height), text in zip(rows, shown, strict=True):
        assert text in ("", strip.description) or text.endswith("…")
        assert not text or told_height(strips, text) <= height + 1
        assert strip.description in strips.toolTip()
