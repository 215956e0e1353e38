"""A model of another sample rate works everywhere: in streams, files, pipes, and sessions with a microphone."""

import io
import json
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.__main__ import main
from app.audio_io.microphone import Microphone
from app.cli.process import loading
from app.sessions.store import Store
from app.worker.transcription_worker import TranscriptionWorker
from asr.acoustic.model_file import save
from asr.audio.media import read_file
from asr.audio.pcm import read_pcm
from asr.pipeline import transcribe
from asr.recognizer import FILES, Recognizer
from asr.updates import Word
from tests.support.recognition.damage import SEARCH
from tests.support.recognition.sound import noise, write
from tests.support.recognition.streams import check_cuts
from tests.support.recognition.tiny import nonsense, pronunciations, tiny_model

RATES: dict[int, dict[str, Any]] = {  # terms of a model of that rate
    8_000: {"window": 200, "hop": 80, "fft": 256, "mels": 32, "high": 3800.0},
    22_050: {"window": 551, "hop": 220, "fft": 1024},
    48_000: {"window": 1200, "hop": 480, "fft": 2048},
}


@pytest.fixture(scope="module", params=RATES)
def recognizer(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Recognizer:
    """A tiny recogniser of one of RATES, saved and loaded."""
    folder = tmp_path_factory.mktemp("model")
    lexicon, ngram_lm = nonsense(list(pronunciations()))
    save(folder / FILES[0], tiny_model(rate=request.param, **RATES[request.param]), "tiny")
    lexicon.save(folder / FILES[1])
    ngram_lm.save(folder / FILES[2])
    return Recognizer.load(folder, SEARCH)


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two and a half seconds of noise at 44,100 Hz."""
    parts = [noise(0.5, 44_100, seed, level) for seed, level in enumerate((0.1, 0.02, 0.2, 0.05, 0.15))]
    return write(tmp_path_factory.mktemp("sound") / "noise.wav", np.concatenate(parts), 44_100)


def test_a_stream_of_another_rate_obeys_the_law(recognizer: Recognizer, recording: Path) -> None:
    sound = np.concatenate(list(read_file(recording, recognizer.config.rate)))
    assert len(sound) == pytest.approx(2.5 * recognizer.config.rate, abs=2)
    check_cuts(recognizer, sound, [7, 1000, 4999, 5000, 12_345])


def test_files_and_pipes_are_resampled_to_the_rate_of_the_model(
    recognizer: Recognizer, recording: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(loading, "load", lambda path: recognizer)
    assert main(["transcribe", str(recording), "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)["words"]
    with wave.open(str(recording)) as file:
        pipe = io.BytesIO(file.readframes(file.getnframes()))
    updates = list(transcribe(recognizer, read_pcm(pipe, 44_100, "s16le", recognizer.config.rate)))
    words = [word for update in updates for word in update.words]
    assert [(w["text"], w["start"], w["end"]) for w in told] == [(w.text, w.start, w.end) for w in words]
    assert len(words) > 3 and updates[-1].seconds == pytest.approx(2.5, abs=0.001)


def test_a_session_keeps_sound_at_the_rate_of_the_model(
    recognizer: Recognizer, recording: Path, store: Store, qtbot: QtBot
) -> None:
    class Card:
        """A sound card at 44,100 Hz that delivers the recording at once."""

        samplerate = 44_100.0

        def __call__(self, wanted: object, callback: Any) -> "Card":
            self.callback = callback
            return self

        def start(self) -> None:
            for chunk in read_file(recording, 44_100):
                self.callback(chunk.reshape(-1, 1), len(chunk), None, None)

        def stop(self) -> None:
            pass

        close = stop

    told: list[Word] = []
    rate = recognizer.config.rate
    running = TranscriptionWorker(
        recognizer, lambda: Microphone(stream_factory=Card(), target_rate=rate), store.create("live", "Live")
    )
    running.updated.connect(lambda updates: told.extend(word for update in updates for word in update.words))
    with qtbot.waitSignal(running.measured):
        running.start()
    running.stop()
    assert running.wait(60)
    (entry,) = store.list()
    kept = store.open(entry.id)
    assert kept.sound is not None and kept.problems == ()
    with wave.open(str(kept.sound)) as file:
        assert file.getframerate() == rate
        assert file.getnframes() / rate == pytest.approx(2.5, abs=0.01)
    again = [word for update in transcribe(recognizer, read_file(kept.sound, rate)) for word in update.words]
    assert len(again) > 3 and kept.document.words == tuple(told) == tuple(again)
