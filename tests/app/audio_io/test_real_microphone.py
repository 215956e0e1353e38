"""The microphone for real, without a sound card: a private sound server, and the echo of its loudspeaker.

What is played into the server's null sink comes back from the sink's monitor, through ALSA's pulse plugin,
PortAudio and sounddevice, as the sound of the one microphone there is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot

from app.audio_io import devices, microphone, portaudio
from app.sessions.errors import StoreError
from app.sessions.folder.session_record import SessionRecord
from app.sessions.store import Store
from app.window import application
from app.window.live.live_state import LiveState
from app.window.main_window import MainWindow
from app.window.services import Services
from app.window.settings.settings import Settings
from asr.audio.media import read_file
from asr.pipeline import transcribe
from asr.recognizer import Recognizer
from asr.updates import Word
from tests.support.desktop.rooms import HALL, RATE, ROOM, SAMPLE, Room, missing, sound_server
from tests.support.recognition.sessions import sound_of

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(missing()), reason=missing() or "everything is here")]


@pytest.fixture
def room() -> Iterator[Room]:
    with sound_server() as room:
        yield room


@pytest.fixture
def window(
    room: Room, shipped: Recognizer, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MainWindow]:
    """The program as it is started, but for its data folder and the model, which other tests share."""
    monkeypatch.setattr(microphone, "PATIENCE", 3.0)  # a busy machine may hold up the sound server for a moment
    store = Store(tmp_path / "data")
    settings = Settings(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))
    services = Services(lambda path: shipped, application.open_device, application.open_file, application.devices)
    window = MainWindow(services, store, settings)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: window.live.state is LiveState.READY)
    qtbot.waitUntil(lambda: window.ui.toolbar.devices.findData(ROOM) >= 0)
    yield window
    window.close()
    store.close()


@pytest.fixture(scope="module")
def speech() -> np.ndarray:
    """(n,) float32, 16 kHz: five seconds of the sample."""
    return np.concatenate(list(read_file(SAMPLE, 16_000)))[: 5 * RATE]


def listen(window: MainWindow, qtbot: QtBot) -> None:
    window.commands["start"].trigger()
    qtbot.waitUntil(lambda: window.live.state is LiveState.LISTENING)


def stop(window: MainWindow, qtbot: QtBot) -> SessionRecord:
    window.commands["start"].trigger()
    qtbot.waitUntil(lambda: window.live.state is LiveState.READY)
    assert window.live.recorder is not None
    return window.store.open(window.live.recorder.session.id)


def heard_well(kept: np.ndarray, said: np.ndarray) -> float:
    """How like (0..1) the kept sound is to what was said, wherever in it that may lie."""
    size = 1 << (len(kept) + len(said)).bit_length()
    shifted = np.fft.irfft(np.fft.rfft(kept, size) * np.conj(np.fft.rfft(said, size)), size)
    at = int(np.argmax(shifted[: len(kept)]))
    piece = kept[at : at + len(said)]
    return float(shifted[at] / max(np.linalg.norm(piece) * np.linalg.norm(said), 1e-9))


def of_the_file(recognizer: Recognizer, session: SessionRecord) -> tuple:
    """The words that the kept sound of a session gives as a file."""
    assert session.sound is not None
    return tuple(word for update in transcribe(recognizer, [sound_of(session)]) for word in update.words)


def chosen(words: Sequence[Word]) -> tuple[Word, ...]:
    """The words without their alternatives, of which the journal keeps those of doubtful words."""
    return tuple(replace(word, alternatives=()) for word in words)


def test_what_is_said_into_a_microphone_becomes_words(
    room: Room, window: MainWindow, qtbot: QtBot, shipped: Recognizer, speech: np.ndarray
) -> None:
    listen(window, qtbot)
    room.play(speech)
    qtbot.waitUntil(lambda: room.silent)
    session = stop(window, qtbot)
    kept = sound_of(session)
    assert heard_well(kept, speech) > 0.9
    words = session.document.words
    assert chosen(words) == chosen(window.live.document.words) == of_the_file(shipped, session)
    # Two resamplers on the way change some words of a small model; that the sound is right was asked above.
    expected = [word.text for update in transcribe(shipped, [speech]) for word in update.words]
    assert SequenceMatcher(None, expected, [word.text for word in words]).ratio() > 0.25


def test_what_the_computer_plays_is_chosen_by_name(
    room: Room, window: MainWindow, qtbot: QtBot, speech: np.ndarray
) -> None:
    found = {device.name: device for device in devices.devices()}
    assert set(found) == {ROOM, HALL} and found[ROOM].default
    assert all(device.monitor and device.rate == 48_000 for device in found.values())
    loud = {}
    for name in (HALL, ROOM):
        window.live.choose(name)
        listen(window, qtbot)
        room.play(speech[: 2 * RATE])
        qtbot.waitUntil(lambda: room.silent)
        if name == HALL:  # silence alone is not kept
            with pytest.raises(StoreError):
                stop(window, qtbot)
        else:
            loud[name] = np.abs(sound_of(stop(window, qtbot))).max()
    assert loud[ROOM] > 0.1


def test_a_microphone_that_goes_away_is_said_and_comes_back(
    room: Room, window: MainWindow, qtbot: QtBot, shipped: Recognizer, speech: np.ndarray
) -> None:
    listen(window, qtbot)
    room.play(speech)
    qtbot.waitUntil(lambda: window.live.document.seconds > 2)
    room.end()
    qtbot.waitUntil(lambda: window.live.state is LiveState.LOST)
    assert "stopped sending sound" in window.ui.banner.text.text()
    before = window.live.document
    room.begin()  # plugged in again: nobody presses anything
    qtbot.waitUntil(lambda: window.live.state is LiveState.LISTENING)
    assert window.ui.banner.problem is None
    room.play(speech[: 2 * RATE])
    qtbot.waitUntil(lambda: room.silent)
    session = stop(window, qtbot)
    assert chosen(session.document.words[: len(before.words)]) == chosen(before.words)
    assert chosen(session.document.words) == of_the_file(shipped, session)
    (gap,) = session.document.gaps
    assert gap.start >= before.seconds and gap.seconds > 0
    assert session.document.seconds > gap.start + 2
    assert heard_well(sound_of(session), speech[: 2 * RATE]) > 0.9


def test_a_session_whose_microphone_is_gone_can_be_stopped(
    room: Room, window: MainWindow, qtbot: QtBot, shipped: Recognizer, speech: np.ndarray
) -> None:
    listen(window, qtbot)
    room.play(speech)
    qtbot.waitUntil(lambda: window.live.document.seconds > 1)
    room.end()
    qtbot.waitUntil(lambda: window.live.state is LiveState.LOST)
    session = stop(window, qtbot)
    assert session.closed and session.document.seconds > 1
    assert session.document.words == of_the_file(shipped, session)


def test_a_sound_server_that_hangs_cannot_hold_up_the_end(
    room: Room,
    window: MainWindow,
    qtbot: QtBot,
    shipped: Recognizer,
    speech: np.ndarray,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(portaudio, "PATIENCE", 3.0)
    listen(window, qtbot)
    room.play(speech)
    qtbot.waitUntil(lambda: window.live.document.seconds > 1)
    room.hang()
    qtbot.waitUntil(lambda: window.live.state is LiveState.LOST)
    qtbot.wait(3000)  # it tries to open it again, which does not succeed
    assert window.live.state is LiveState.LOST
    session = stop(window, qtbot)
    assert session.closed and session.document.seconds > 1
    assert session.document.words == of_the_file(shipped, session)
