"""Voices in the window: one is chosen, used by the next stream, learnt in a process of its own, deleted."""

import sys
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.sessions.store import Store
from app.voices.store import VoiceStore
from app.window.main_window import MainWindow
from app.window.voices import voices_dialog
from app.window.voices.voices_dialog import VoicesDialog
from app.worker.voice_learning import VoiceLearning, command_of_this_program
from asr.errors import VoiceError
from asr.updates import Update, Word
from asr.user.voice import VoiceFacts, VoiceProfile
from tests.app.window.helpers import Desktop
from tests.support.recognition import sound

# In the place of the program: keeps a voice, fails, or waits, as its name says.
PROGRAM = """\
import json, sys, time
arguments = sys.argv[1:]
name = arguments[arguments.index("--name") + 1]
assert arguments[:2] == ["adapt-voice", "--json"] and "--session" in arguments
print(json.dumps({"done": 0.25, "seconds_left": 90}), flush=True)
if name == "slow":
    time.sleep(60)
if name == "bad":
    print("echoic: The voice was not kept.", file=sys.stderr)
    sys.exit(2)
from pathlib import Path
from app.voices.store import VoiceStore
from asr.user.voice import VoiceFacts, VoiceProfile
VoiceStore(Path(arguments[arguments.index("--data") + 1])).save(VoiceProfile(name, "a" * 64, {}, VoiceFacts()), True)
print(json.dumps({"voice": name, "held_out_words": 80, "errors_before": 20, "errors_after": 15}), flush=True)
"""


def voice(name: str) -> VoiceProfile:
    return VoiceProfile(name, "a" * 64, {"mean": np.ones(64, np.float32)}, VoiceFacts(1e9, 300.0, 80, 20, 15))


@pytest.fixture
def session(store: Store) -> str:
    """A kept session with two words."""
    with store.create("live", "talk").begin(16_000) as recorder:
        recorder.sound(sound.noise(3.0))
        recorder.update(Update((Word("one", 0.5, 1.0, 0.9), Word("two", 1.0, 1.5, 0.9)), (), 3.0, endpoint=True))
    return store.list()[0].id


@pytest.fixture
def program(window: MainWindow, tmp_path: Path) -> None:
    """Learn with a program of the test's own."""
    script = tmp_path / "program.py"
    script.write_text(PROGRAM)
    window.voices.learning._command = [sys.executable, str(script)]


def opened(window: MainWindow) -> VoicesDialog:
    window.commands["voices"].trigger()
    (dialog,) = [each for each in window.findChildren(VoicesDialog) if each.isVisible()]
    return dialog


def test_the_chosen_voice_is_in_the_next_stream(
    window: MainWindow, store: Store, desktop: Desktop, qtbot: QtBot
) -> None:
    VoiceStore(store.root).save(voice("Ann"))
    dialog = opened(window)
    assert [dialog.voice.itemText(i) for i in range(dialog.voice.count())] == ["anybody (no voice)", "Ann"]
    dialog.voice.setCurrentIndex(1)
    dialog.voice.activated.emit(1)
    assert "of 80 other words 20 were wrong without it, 15 with it" in dialog.facts.text()
    dialog.reject()
    assert window.settings.voice == "Ann"
    window.commands["start"].trigger()
    qtbot.waitUntil(lambda: bool(desktop.feeds) and desktop.feed.entered)
    assert desktop.recognizer.options[-1].voice == voice("Ann")


def test_a_voice_that_is_gone_or_does_not_fit_is_a_problem_and_stops_no_session(
    window: MainWindow, store: Store, desktop: Desktop, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    problems: list[str] = []
    window.voices.problem.connect(lambda problem: problems.append(problem.cause))
    window.settings.voice = "Ann"
    assert window.voices.current is None and "There is no voice 'Ann'" in problems[0]
    VoiceStore(store.root).save(voice("Ann"))

    def refuse(options: object = None) -> None:
        raise VoiceError("other-model", name="Ann")

    recognizer = desktop.recognizer
    monkeypatch.setattr(recognizer, "start", refuse)
    window.voices.use(recognizer)
    qtbot.waitUntil(lambda: any("another model" in problem for problem in problems[-1:]))
    assert window.voices.current is None and len(problems) == 2


def test_a_voice_is_learnt_from_a_session_and_used(
    window: MainWindow, store: Store, session: str, program: None, qtbot: QtBot
) -> None:
    dialog = opened(window)
    assert not dialog.learn.isEnabled()
    dialog.sessions.item(0).setCheckState(voices_dialog.Qt.CheckState.Checked)
    dialog.name.setText("Ann")
    shown: list[float] = []
    window.voices.learning.progressed.connect(lambda share, left: shown.append(share))
    dialog.learn.click()
    assert dialog.cancel.isVisible() and not dialog.learn.isVisible()
    qtbot.waitUntil(lambda: not window.voices.learning.running)
    assert shown == [0.25] and "80 other words 20 were wrong" in dialog.state.text()
    assert window.settings.voice == "Ann" == dialog.voice.currentText()
    assert VoiceStore(store.root).names == ("Ann",)
    dialog.reject()


def test_a_voice_that_was_not_kept_is_said(window: MainWindow, session: str, program: None, qtbot: QtBot) -> None:
    dialog = opened(window)
    window.voices._learn([session], "bad")
    qtbot.waitUntil(lambda: not window.voices.learning.running)
    assert dialog.state.text() == "The voice was not kept." and window.settings.voice == ""
    dialog.reject()


def test_learning_is_cancelled_and_goes_on_without_the_dialog(
    window: MainWindow, store: Store, session: str, program: None, qtbot: QtBot
) -> None:
    dialog = opened(window)
    window.voices._learn([session], "slow")
    dialog.reject()
    assert window.voices.learning.running
    dialog = opened(window)
    assert dialog.cancel.isVisible()
    dialog.cancel.click()
    qtbot.waitUntil(lambda: not window.voices.learning.running)
    assert dialog.state.text() == "No voice was learnt." and not VoiceStore(store.root).names
    dialog.reject()


def test_closing_the_window_ends_the_learning(window: MainWindow, session: str, program: None, qtbot: QtBot) -> None:
    window.voices._learn([session], "slow")
    window.close()
    assert not window.voices.learning.running


def test_a_voice_is_deleted_after_a_question(window: MainWindow, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    VoiceStore(store.root).save(voice("Ann"))
    window.settings.voice = "Ann"
    dialog = opened(window)
    for answer in (False, True):
        monkeypatch.setattr(voices_dialog, "confirmed", lambda *_, answer=answer: answer)
        dialog.delete.click()
        assert (VoiceStore(store.root).names == ()) is answer
    assert window.settings.voice == "" and not dialog.delete.isEnabled()
    dialog.reject()


def test_a_program_that_does_not_start_is_said(qtbot: QtBot, tmp_path: Path) -> None:
    learning = VoiceLearning([str(tmp_path / "absent")])
    with qtbot.waitSignal(learning.failed) as failed:
        learning.start(["x"], "Ann", tmp_path, None)
    assert failed.args and failed.args[0] and not learning.running


def test_it_is_this_program_that_learns() -> None:
    assert command_of_this_program()[0] == sys.executable
