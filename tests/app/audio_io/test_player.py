"""Playing kept sound: at the rate of its file, and without a thread left when it stops."""

import threading
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.audio_io import time_stretch
from app.audio_io.player import Player
from app.sessions.folder.session_record import SessionRecord
from app.sessions.recorder import SessionRecorder
from tests.support.desktop.loudspeaker import Loudspeaker

RATE = 8_000


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """3 s of a ramp at 8 kHz, as a recogniser of that rate has it recorded."""
    ramp = np.linspace(-0.5, 0.5, 3 * RATE, dtype=np.float32)
    with SessionRecorder(SessionRecord("id", "live", "A talk", "", 1.5, tmp_path / "id")).begin(RATE) as recorder:
        recorder.sound(ramp)
    assert recorder.session.sound is not None
    return recorder.session.sound


def loudspeaker(player: Player) -> list[Loudspeaker]:
    opened: list[Loudspeaker] = []

    def open_output(fill: object) -> Loudspeaker:
        opened.append(Loudspeaker(fill, player))  # type: ignore[arg-type]
        return opened[-1]

    player._open_output = open_output
    return opened


def test_a_sound_is_played_at_the_rate_of_its_file(qtbot: QtBot, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    player = Player()
    player.open(kept)
    assert player.duration == 3.0
    rates = []
    library = type("Library", (), {"RawOutputStream": lambda self, **how: rates.append(how["samplerate"])})()
    monkeypatch.setattr("app.audio_io.player.portaudio.library", lambda: library)
    player._open_loudspeaker(lambda *_: None)
    assert rates == [RATE]
    opened = loudspeaker(player)
    player.seek(1.0)
    player.play()
    played = opened[-1].play(1.0, RATE)
    assert played.tolist() == np.memmap(kept, "<i2", "r", offset=44)[RATE : 2 * RATE].tolist()
    assert player.position == pytest.approx(2.0, abs=0.001)
    player.pause()


def test_a_pause_keeps_the_place_and_leaves_no_thread(qtbot: QtBot, kept: Path) -> None:
    before = set(threading.enumerate())
    player = Player()
    player.open(kept)
    opened = loudspeaker(player)
    for speed in (1.0, 2.0):
        player.speed = speed
        player.play()
        opened[-1].play(0.5, RATE)
        player.seek(1.5)
        player.pause()
        assert opened[-1].closed and player.position == pytest.approx(1.5, abs=0.001)
    assert set(threading.enumerate()) <= before


def test_sound_that_cannot_be_stretched_is_reported(qtbot: QtBot, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(rate: int, speed: float) -> None:
        raise ImportError("no av")

    monkeypatch.setattr(time_stretch, "TimeStretch", missing)
    player = Player()
    player.open(kept)
    loudspeaker(player)
    player.speed = 2.0
    with qtbot.waitSignal(player.failed) as failed:
        player.play()
    assert isinstance(failed.args[0], ImportError) and not player.playing


def test_there_is_nothing_to_play_without_a_file(qtbot: QtBot) -> None:
    player = Player()
    player.open(None)
    player.play()
    assert (player.duration, player.position, player.playing) == (0.0, 0.0, False)
