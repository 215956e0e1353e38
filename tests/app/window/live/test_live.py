"""Every state of a live session: how it is reached, what it says, what it keeps."""

import threading
import time
from collections.abc import Callable, Iterable

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.sessions.document import Gap
from app.window.live.live_state import LiveState, display_of
from app.window.main_window import MainWindow
from app.window.texts import messages
from app.worker import task
from app.worker.transcription_worker import CLOSING, TranscriptionWorker
from asr.errors import AudioError, ModelError
from asr.updates import Update
from tests.app.window.helpers import Desktop, kept, shown_problem, until_captured
from tests.support.desktop.loudspeaker import Loudspeaker
from tests.support.recognition.fakes import SCRIPT

SHIPPED_TICK = task.TICK  # ms between two looks into a mailbox, before a fixture shortens it


def reach(qtbot: QtBot, window: MainWindow, state: LiveState) -> None:
    qtbot.waitUntil(lambda: window.live.state is state)


def hear_all(qtbot: QtBot, window: MainWindow, desktop: Desktop) -> None:
    """Everything the script says."""
    desktop.feed.push(20.0)
    qtbot.waitUntil(lambda: len(window.ui.view.words) == sum(len(t.split()) for t, _ in SCRIPT))


def test_loading_then_ready(make_window: Callable[[], MainWindow], qtbot: QtBot) -> None:
    window = make_window()
    assert window.live.state is LiveState.LOADING
    assert window.ui.toolbar.start.isEnabled()  # pressed now, it begins once the model is loaded
    assert window.ui.status_bar.text.startswith("Loading the model")
    reach(qtbot, window, LiveState.READY)
    assert window.ui.toolbar.start.isEnabled()
    assert window.ui.status_bar.text == ""


def test_arming_lasts_until_the_first_sound(window: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    window.commands["start"].trigger()
    qtbot.waitUntil(lambda: bool(desktop.feeds) and desktop.feed.entered)
    assert window.live.state is LiveState.ARMING
    assert window.ui.toolbar.start.text() == "Cancel"
    desktop.feed.push(0.1)
    reach(qtbot, window, LiveState.LISTENING)
    assert window.ui.toolbar.start.text() == "Stop"


def test_partial_then_final_words(listening: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    view = listening.ui.view
    desktop.feed.push(1.0)
    qtbot.waitUntil(lambda: view.toPlainText().startswith("the quick brown"))
    assert view.words == []  # nothing is final yet
    hear_all(qtbot, listening, desktop)
    assert view.toPlainText().split("\n") == [text for text, _ in SCRIPT]


@pytest.mark.slow
def test_the_screen_is_written_at_most_30_times_a_second(
    listening: MainWindow, desktop: Desktop, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted in looks into the mailbox, 33 ms apart by their timer: a busy machine may be late."""
    view = listening.ui.view
    written: list[int] = []  # the number of the look in which the text was changed
    updates_seen: list[Update] = []
    looks: list[int] = []
    apply = view.apply

    def counted(updates: Iterable[Update]) -> None:
        written.append(len(looks))
        apply(updates)

    monkeypatch.setattr(view, "apply", counted)
    (worker,) = listening.live.findChildren(TranscriptionWorker)
    (timer,) = worker.findChildren(QTimer)
    assert SHIPPED_TICK >= 33 and timer.interval() == task.TICK  # tests look more often
    timer.timeout.connect(lambda: looks.append(1))
    listening.live.updated.connect(updates_seen.extend)
    desktop.feed.push(300.0)  # at once, and recognised at once
    qtbot.waitUntil(lambda: listening.live.document.seconds > 300)
    assert len(updates_seen) > 1000
    assert len(set(written)) == len(written)  # never twice in one look


def test_what_went_wrong_can_be_copied(listening: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    desktop.feed.unplug()
    reach(qtbot, listening, LiveState.LOST)
    listening.ui.banner.copy.click()
    copied = QGuiApplication.clipboard().text()
    assert copied.startswith("The microphone stopped sending sound.")
    assert "DeviceError: The microphone cannot be opened: the device is gone" in copied
    listening.ui.banner.close_button.click()
    assert not listening.ui.banner.isVisible()


def test_while_all_is_well_the_status_line_is_empty_and_a_lag_is_told(
    listening: MainWindow, desktop: Desktop, qtbot: QtBot
) -> None:
    desktop.feed.push(4.5)
    qtbot.waitUntil(lambda: listening.live.document.seconds > 4)
    assert listening.ui.status_bar.text == ""
    desktop.feed.waiting = 3.2
    desktop.feed.push(0.5)
    qtbot.waitUntil(lambda: listening.ui.status_bar.text == "3 s behind")
    desktop.feed.waiting = 0.0
    desktop.feed.push(0.5)
    qtbot.waitUntil(lambda: listening.ui.status_bar.text == "")


def test_stop_loses_no_word(listening: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    desktop.feed.push(2.0)  # in the middle of a line
    listening.commands["start"].trigger()
    reach(qtbot, listening, LiveState.READY)
    assert listening.ui.view.toPlainText() == "the quick brown fox jumps over the lazy"
    assert desktop.feed.left
    saved = listening.store.open(kept(listening).id)
    assert saved.document.text() == listening.ui.view.toPlainText()


def test_draining_can_be_ended_at_once(listening: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    desktop.recognizer.slow = 0.05
    desktop.feed.push(60.0)
    listening.commands["start"].trigger()
    assert listening.live.state is LiveState.DRAINING
    assert listening.ui.toolbar.start.text() == "Stop now"
    listening.commands["cancel"].trigger()
    qtbot.waitUntil(lambda: listening.live.state is LiveState.READY)
    assert listening.live.document.seconds < 30


def test_esc_leaves_what_is_shown_before_it_stops_recording(
    listening: MainWindow, desktop: Desktop, qtbot: QtBot
) -> None:
    desktop.feed.push(20.0)
    listening.commands["full_screen"].trigger()
    listening.commands["find"].trigger()
    for shown in (listening.ui.find_bar.isVisible, listening.isFullScreen):
        assert shown()
        listening.commands["escape"].trigger()
        assert not shown()
    listening.commands["escape"].trigger()
    assert listening.live.state is LiveState.LISTENING
    assert "again" in listening.ui.status_bar.currentMessage()
    listening.commands["escape"].trigger()
    listening.commands["escape"].trigger()  # once more by accident: the last words are still recognised
    reach(qtbot, listening, LiveState.READY)
    assert listening.live.document.text() == "\n".join(text for text, _ in SCRIPT)


def test_esc_stops_playback_and_not_the_recording(
    finished: MainWindow, desktop: Desktop, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    player = finished.ui.player
    monkeypatch.setattr(player, "_open_output", lambda fill: Loudspeaker(fill, player))
    id = kept(finished).id
    finished.commands["start"].trigger()
    qtbot.waitUntil(lambda: len(desktop.feeds) == 2 and desktop.feed.entered)
    desktop.feed.push(1.0)
    reach(qtbot, finished, LiveState.LISTENING)
    finished.transcript.show_kept(id)
    player.play()
    finished.commands["escape"].trigger()
    assert not player.playing and finished.live.state is LiveState.LISTENING
    finished.live.cancel()
    reach(qtbot, finished, LiveState.READY)


@pytest.mark.parametrize("paused", [False, True])
def test_another_microphone_chosen_while_listening_is_switched_to_at_once(
    listening: MainWindow, desktop: Desktop, qtbot: QtBot, paused: bool
) -> None:
    first = desktop.feed
    first.push(2.3)  # not yet recognised when the other one is chosen
    if paused:
        qtbot.waitUntil(lambda: listening.live.document.seconds > 2.5)
        listening.commands["pause"].trigger()
    devices = listening.ui.toolbar.devices
    devices.activated.emit(devices.findData("USB headset"))
    qtbot.waitUntil(lambda: len(desktop.feeds) == 2 and desktop.feed.entered)
    assert desktop.feed.name == "USB headset" and first.left
    qtbot.wait(200)
    desktop.feed.push(3.0)
    if paused:
        qtbot.waitUntil(lambda: listening.ui.toolbar.meter.active)
        assert listening.live.state is LiveState.PAUSED
        listening.commands["pause"].trigger()
    qtbot.waitUntil(lambda: listening.live.document.seconds >= 2.8 + (0 if paused else 3.0))
    assert listening.live.state is LiveState.LISTENING
    if not paused:
        (gap,) = listening.live.document.gaps
        assert gap.start == pytest.approx(2.8, abs=0.01) and 0.1 < gap.seconds < 5  # after all that the first one heard
    listening.commands["start"].trigger()
    reach(qtbot, listening, LiveState.READY)
    if not paused:
        assert kept(listening).document.gaps == (gap,)


def test_a_microphone_that_is_chosen_and_cannot_be_opened_is_lost_and_the_next_is_tried(
    listening: MainWindow, desktop: Desktop, qtbot: QtBot
) -> None:
    devices = listening.ui.toolbar.devices
    desktop.open_error = AudioError("cannot-open", path="USB", reason="busy")
    devices.activated.emit(devices.findData("USB headset"))
    reach(qtbot, listening, LiveState.LOST)
    desktop.open_error = None
    devices.activated.emit(devices.findData("Built-in"))
    qtbot.waitUntil(lambda: len(desktop.feeds) == 2)
    desktop.feed.push(1.0)
    reach(qtbot, listening, LiveState.LISTENING)
    assert not listening.ui.banner.isVisible()


def test_start_pressed_while_the_model_loads_begins_once_it_is_loaded(
    make_window: Callable[[], MainWindow], desktop: Desktop, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = threading.Event()
    load = desktop.load
    monkeypatch.setattr(desktop, "load", lambda path: (loaded.wait(10), load(path))[1])
    window = make_window()
    start = window.ui.toolbar.start
    start.click()
    assert window.live.state is LiveState.WAITING
    start.click()
    assert window.live.state is LiveState.LOADING
    start.click()
    loaded.set()
    qtbot.waitUntil(lambda: bool(desktop.feeds) and desktop.feed.entered)
    desktop.feed.push(4.0)
    reach(qtbot, window, LiveState.LISTENING)
    assert window.live.recorder is not None
    window.live.cancel()
    reach(qtbot, window, LiveState.READY)


def test_a_start_that_waits_for_a_model_which_fails_is_over(
    make_window: Callable[[], MainWindow], desktop: Desktop, qtbot: QtBot
) -> None:
    desktop.load_error = ModelError("missing", path="/nowhere")
    window = make_window()
    window.ui.toolbar.start.click()
    reach(qtbot, window, LiveState.FAILED)
    desktop.load_error = None
    window.ui.toolbar.start.click()  # "Try again"
    reach(qtbot, window, LiveState.READY)
    assert desktop.feeds == []


def test_the_state_of_a_failure_leaves_with_its_message(window: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    desktop.open_error = RuntimeError("no such thing")
    window.commands["start"].trigger()
    reach(qtbot, window, LiveState.FAILED)
    assert window.ui.status_bar.text.startswith(display_of(LiveState.FAILED).status)
    window.ui.banner.close_button.click()
    assert window.live.state is LiveState.READY
    assert window.ui.status_bar.text == ""


def test_pause_keeps_the_time(listening: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    listening.commands["pause"].trigger()
    assert listening.live.state is LiveState.PAUSED
    assert listening.commands["pause"].text() == "Resume"
    desktop.feed.push(3.0)
    until_captured(listening, 3.5, qtbot)
    listening.commands["pause"].trigger()
    assert listening.live.state is LiveState.LISTENING
    desktop.feed.push(0.5)
    listening.commands["start"].trigger()
    reach(qtbot, listening, LiveState.READY)
    seconds, longest = kept(listening).document.seconds, 0.8 + CLOSING + 0.2
    assert 1.0 + 0.8 <= seconds <= 1.0 + longest  # less than what was said meanwhile, and the silence of a pause
    assert kept(listening).pauses == (0.5,)


def test_a_lost_device_is_said_and_reopened(listening: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    first = desktop.feed
    first.push(2.0)
    first.unplug()
    reach(qtbot, listening, LiveState.LOST)
    assert listening.ui.banner.isVisible()
    assert "stopped sending sound" in listening.ui.banner.text.text()
    assert listening.ui.banner.action.text() == "Try again"
    before = listening.ui.view.toPlainText()
    listening.ui.banner.action.click()
    qtbot.waitUntil(lambda: desktop.feed is not first)
    desktop.feed.push(1.5)
    reach(qtbot, listening, LiveState.LISTENING)
    assert not listening.ui.banner.isVisible()
    qtbot.waitUntil(lambda: len(listening.ui.view.toPlainText()) > len(before))
    assert len(listening.live.document.gaps) == 1


def test_a_lost_device_can_be_replaced(listening: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    desktop.feed.unplug()
    reach(qtbot, listening, LiveState.LOST)
    row = listening.ui.toolbar.devices.findText("USB headset")
    listening.ui.toolbar.devices.setCurrentIndex(row)
    listening.ui.toolbar.devices.activated.emit(row)
    qtbot.waitUntil(lambda: desktop.feed.name == "USB headset")


def test_stop_while_lost_keeps_the_words(listening: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    desktop.feed.push(2.0)
    desktop.feed.unplug()
    reach(qtbot, listening, LiveState.LOST)
    listening.commands["start"].trigger()
    reach(qtbot, listening, LiveState.READY)
    assert kept(listening).document.text().startswith("the quick brown fox")


def test_too_slow_is_said_and_taken_back(listening: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    desktop.feed.waiting = 6.0
    desktop.feed.push(0.3)
    reach(qtbot, listening, LiveState.TOO_SLOW)
    assert "Words come late" in listening.ui.banner.text.text()
    assert listening.commands["pause"].isEnabled()
    desktop.feed.waiting = 0.1
    desktop.feed.push(0.3)
    reach(qtbot, listening, LiveState.LISTENING)
    assert not listening.ui.banner.isVisible()


def test_a_failing_recogniser_keeps_the_words(listening: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    hear_all(qtbot, listening, desktop)
    desktop.recognizer.fail_at = 0.0
    desktop.feed.push(1.0)
    reach(qtbot, listening, LiveState.FAILED)
    assert listening.ui.toolbar.start.text() == "Try again"
    assert "unexpected error" in listening.ui.banner.text.text()
    assert "scripted failure" in shown_problem(listening).details
    assert kept(listening).document.text() == "\n".join(text for text, _ in SCRIPT)
    assert desktop.feed.left


@pytest.mark.parametrize(
    ("error", "words", "action"),
    [
        (
            OSError("Error opening stream: [PaErrorCode -9997]"),
            "The system refused the microphone",
            "Try again",
        ),
        (OSError("Error opening: [PaErrorCode -9996]"), "another program may be using it", "Try again"),
        (
            OSError("Unanticipated host error [PaErrorCode -9999]"),
            "Check the privacy settings",
            "Try again",
        ),
        (OSError("PortAudio library not found"), "apt install libportaudio2", "Open file…"),
        (OSError("Error querying device -1"), "No microphone found", "Open file…"),
        (AudioError("impossible-rate", rate=7, lowest=1000, highest=768000), "7 Hz is not possible", "Try again"),
    ],
)
def test_wording_of_device_errors(
    window: MainWindow, desktop: Desktop, qtbot: QtBot, error: Exception, words: str, action: str
) -> None:
    desktop.open_error = error
    window.commands["start"].trigger()
    reach(qtbot, window, LiveState.FAILED)
    assert words in window.ui.banner.text.text()
    assert window.ui.banner.action.text() == action
    assert window.ui.view.toPlainText() == ""  # errors never enter the transcript


def test_a_session_without_sound_leaves_nothing_behind(window: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    desktop.open_error = AudioError("impossible-rate", rate=7, lowest=1000, highest=768000)
    window.commands["start"].trigger()
    reach(qtbot, window, LiveState.FAILED)
    assert window.store.list() == window.store.trash() == ()
    assert window.transcript.kept is None
    assert window.ui.view.placeholderText().startswith("Press Start and speak")


def test_where_there_are_no_words_it_says_how_they_come(window: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    view = window.ui.view
    assert "drop a sound or video file here" in view.placeholderText()
    window.commands["start"].trigger()
    assert view.placeholderText() == "Words appear here as you speak."
    qtbot.waitUntil(lambda: bool(desktop.feeds) and desktop.feed.entered)
    desktop.recognizer.script = lambda line: None
    desktop.feed.push(7.0)  # worth keeping, since it could be speech
    reach(qtbot, window, LiveState.LISTENING)
    window.commands["start"].trigger()
    reach(qtbot, window, LiveState.READY)
    assert view.placeholderText() == "There are no words in this session."


def test_a_missing_model_offers_another_and_never_a_download(
    make_window: Callable[[], MainWindow], desktop: Desktop, qtbot: QtBot
) -> None:
    desktop.load_error = ModelError("missing", path="/nowhere/model.safetensors")
    window = make_window()
    reach(qtbot, window, LiveState.FAILED)
    assert "/nowhere/model.safetensors" in window.ui.banner.text.text()
    assert window.ui.banner.action.text() == "Choose model…"
    assert "download" not in window.ui.banner.text.text().lower()


def test_missing_portaudio_is_said_and_files_still_work(
    make_window: Callable[[], MainWindow], desktop: Desktop, qtbot: QtBot
) -> None:
    desktop.device_error = OSError("PortAudio library not found")
    window = make_window()
    qtbot.waitUntil(lambda: "Files still work" in window.ui.banner.text.text())
    reach(qtbot, window, LiveState.READY)


def test_every_state_has_its_own_text(qapp: QApplication) -> None:
    said = [display_of(state).status for state in LiveState]
    assert len(set(said)) == len(said)
    assert all(display_of(state).button for state in LiveState)


def test_overflows_are_counted_and_marked(listening: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    desktop.feed.overflows = 2
    desktop.feed.gaps.append(Gap(0.5, 0.4))
    desktop.feed.push(20.0)
    qtbot.waitUntil(lambda: "lost 2 times" in listening.ui.status_bar.text)
    qtbot.waitUntil(lambda: listening.ui.view.line_marks(0).lost > 0.0)
    assert listening.ui.view.line_marks(0).lost == pytest.approx(0.4)
    assert "missing" not in listening.ui.view.toPlainText()  # the mark is no text


def test_a_private_session_keeps_nothing(window: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    window.commands["private"].setChecked(True)
    window.commands["start"].trigger()
    qtbot.waitUntil(lambda: bool(desktop.feeds))
    desktop.feed.push(2.0)
    reach(qtbot, window, LiveState.LISTENING)
    window.commands["start"].trigger()
    reach(qtbot, window, LiveState.READY)
    assert window.store.list() == ()
    assert window.transcript.document.text().startswith("the quick")


def test_closing_the_window_ends_the_session(listening: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    desktop.feed.push(2.0)
    listening.close()
    assert desktop.feed.left
    assert listening.store.list()[0].kind == "live"


@pytest.mark.slow
def test_what_hangs_holds_up_the_closing_of_the_window_for_seconds_only(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = threading.Event()
    monkeypatch.setattr(window.device_picker, "_list_devices", lambda: answer.wait(60) and [])
    monkeypatch.setattr(window.model_loader, "_load", lambda path: answer.wait(60))
    window.device_picker.refresh()
    window.model_loader.start()
    threads = [thread for thread in threading.enumerate() if thread.name in ("devices", "model")]
    began = time.monotonic()
    window.close()
    took = time.monotonic() - began
    answer.set()
    for thread in threads:
        thread.join(60)
    assert len(threads) == 2
    assert took < 20


@pytest.fixture
def slow(listening: MainWindow, desktop: Desktop, qtbot: QtBot) -> MainWindow:
    """A window whose recogniser has fallen behind."""
    desktop.feed.waiting = 5.0
    desktop.feed.push(0.5)
    reach(qtbot, listening, LiveState.TOO_SLOW)
    assert "Nothing is lost yet" in listening.ui.banner.text.text()
    return listening


def test_sound_that_is_lost_by_a_slow_recogniser_is_said(slow: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    desktop.feed.waiting, desktop.feed.overflows = 29.0, 7
    desktop.feed.push(0.5)
    qtbot.waitUntil(lambda: "sound is being lost" in slow.ui.banner.text.text())
    assert slow.ui.banner.action.text() == "Stop and catch up"
    slow.ui.banner.close_button.click()
    desktop.feed.overflows = 8
    desktop.feed.push(0.5)
    qtbot.waitUntil(lambda: "lost 8 times" in slow.ui.status_bar.text)
    assert not slow.ui.banner.isVisible()  # said once


def test_sound_lost_long_ago_is_not_lost_now(listening: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    desktop.feed.overflows = 2
    desktop.feed.push(0.5)
    qtbot.waitUntil(lambda: "lost 2 times" in listening.ui.status_bar.text)
    desktop.feed.waiting = 5.0
    desktop.feed.push(0.5)
    reach(qtbot, listening, LiveState.TOO_SLOW)
    assert "Nothing is lost yet" in listening.ui.banner.text.text()


@pytest.mark.parametrize("way", ["its own button", "start", "pause", "cancel"])
def test_what_is_said_of_a_slow_recogniser_goes_with_it(
    slow: MainWindow, desktop: Desktop, qtbot: QtBot, way: str
) -> None:
    desktop.recognizer.slow = 0.05
    if way == "its own button":
        slow.ui.banner.action.click()
    else:
        slow.commands[way].trigger()
    assert slow.live.state is not LiveState.TOO_SLOW
    assert not slow.ui.banner.isVisible()
    slow.live.cancel()
    reach(qtbot, slow, LiveState.READY)
    assert not slow.ui.banner.isVisible()


def test_what_is_said_of_something_else_stays(slow: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    other = messages.not_kept("Sound is no longer being kept.")
    slow.problems.show(other)
    slow.commands["pause"].trigger()
    assert slow.ui.banner.problem == other


def test_falling_behind_again_is_said_again(slow: MainWindow, desktop: Desktop, qtbot: QtBot) -> None:
    desktop.feed.waiting = 0.0
    slow.commands["pause"].trigger()
    slow.commands["pause"].trigger()
    desktop.feed.waiting = 5.0
    desktop.feed.push(1.0)
    reach(qtbot, slow, LiveState.TOO_SLOW)
    assert "Nothing is lost yet" in slow.ui.banner.text.text() and slow.ui.banner.isVisible()
