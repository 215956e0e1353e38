"""Voices on this computer: learnt from sessions and recordings by the command line, listed, used, deleted."""

import json
import os
import signal
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.__main__ import main
from app.cli.process import loading
from app.sessions.document import WordPosition
from app.sessions.folder.session_record import SessionRecord
from app.sessions.store import Store
from app.voices import speech
from app.voices.speech import MARGIN, of_manifest, of_session
from app.voices.store import VoiceStore
from asr.adaptation import learning
from asr.adaptation.learning import Trial
from asr.errors import VoiceError
from asr.updates import Update, Word
from asr.user.voice import VoiceFacts, VoiceProfile
from tests.support.recognition import sound
from tests.support.recognition.spoken import SecondsRecognizer
from tests.support.recognition.tiny import pronunciations, tiny_recognizer

WORDS = list(pronunciations())
RATE = 16_000


def words(texts: str, start: float, confidence: float = 0.9) -> tuple[Word, ...]:
    """Return words of 0.4 s, one every half second."""
    return tuple(Word(text, start + 0.5 * i, start + 0.5 * i + 0.4, confidence) for i, text in enumerate(texts.split()))


def record(store: Store, *lines: tuple[Word, ...], seconds: float = 12.0, rate: int = RATE) -> SessionRecord:
    """Keep a session of noise with these lines."""
    with store.create("live", "talk").begin(rate) as recorder:
        recorder.sound(sound.noise(seconds, rate))
        for line in lines:
            recorder.update(Update(line, (), seconds, endpoint=True))
    return store.open(store.list()[0].id)


# Where speech comes from.


def test_lines_in_doubt_are_left_out_until_they_are_corrected(store: Store) -> None:
    session = record(store, words("word1 word2", 1.0), words("word3 word4", 4.0, 0.5), words("word5", 8.0))
    assert [piece.text for piece in of_session(session, RATE)] == ["word1 word2", "word5"]
    session = store.confirm(session, WordPosition(1, 0))
    session = store.edit(session, 1, "word3 word6")
    assert [piece.text for piece in of_session(session, RATE)] == ["word1 word2", "word3 word6", "word5"]


def test_the_sound_of_a_piece_is_that_of_its_words_and_no_others(store: Store) -> None:
    session = record(store, words("word1 word2", 1.0), words("word3", 2.0), words("word4", 6.0))
    first, second, third = of_session(session, RATE)
    whole = sound.noise(12.0)
    assert first.seconds == pytest.approx(1.9 + 0.05 - 0.75)  # up to the middle of the short pause
    assert third.seconds == pytest.approx(0.4 + 2 * MARGIN)
    begin = round((6.0 - MARGIN) * RATE)
    assert np.abs(third.sound() - whole[begin : begin + len(third.sound())]).max() < 1e-4
    assert len(second.sound()) == round(second.seconds * RATE)


def test_long_lines_are_parted_at_their_longest_pause(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speech, "LONGEST_PIECE", 2.0)
    line = (*words("word1 word2", 0.5), *words("word3 word4 word5", 3.0))
    assert [piece.text for piece in of_session(record(store, line), RATE)] == ["word1 word2", "word3 word4 word5"]


def test_a_session_of_another_rate_is_resampled(store: Store) -> None:
    (piece,) = of_session(record(store, words("word1 word2", 1.0), rate=8_000), RATE)
    assert abs(len(piece.sound()) - piece.seconds * RATE) < 4


def test_a_session_without_sound_is_refused(store: Store) -> None:
    session = record(store, words("word1", 1.0))
    assert session.sound
    session.sound.unlink()
    with pytest.raises(VoiceError, match="no sound"):
        of_session(session, RATE)


def write_manifest(folder: Path, count: int = 10, seconds: float = 1.6) -> Path:
    """Write recordings of noise with three words each, and their manifest."""
    rng = np.random.default_rng(2)
    rows = []
    for i in range(count):
        sound.write(folder / f"{i}.wav", sound.noise(seconds, seed=i, level=0.2))
        rows.append({"audio": f"{i}.wav", "text": " ".join(rng.choice(WORDS, 3))})
    manifest = folder / "manifest.jsonl"
    manifest.write_text("".join(json.dumps(row) + "\n" for row in rows) + "\n", encoding="utf-8")
    return manifest


def test_a_manifest_names_recordings_and_words(tmp_path: Path) -> None:
    pieces = of_manifest(write_manifest(tmp_path, 2), RATE)
    assert [piece.seconds for piece in pieces] == pytest.approx([1.6, 1.6])
    assert len(pieces[0].sound()) == 1.6 * RATE


@pytest.mark.parametrize("line", ["{", "[]", '{"audio": "x.wav"}', '{"audio": 3, "text": "a"}', '{"text": "a"}'])
def test_a_line_that_is_none_of_a_manifest_is_named(line: str, tmp_path: Path) -> None:
    manifest = write_manifest(tmp_path, 1)
    manifest.write_text(manifest.read_text().strip() + "\n" + line + "\n")
    with pytest.raises(VoiceError, match="line 2"):
        of_manifest(manifest, RATE)


def test_a_manifest_that_is_none_is_refused(tmp_path: Path) -> None:
    for path, content in ((tmp_path / "absent", None), (tmp_path / "binary", b"\xff\xfe\x00")):
        if content:
            path.write_bytes(content)
        with pytest.raises(VoiceError):
            of_manifest(path, RATE)


# The folder of voices.


def voice(name: str = "Ann") -> VoiceProfile:
    return VoiceProfile(name, "a" * 64, {"mean": np.ones(64, np.float32)}, VoiceFacts(1e9, 300.0, 80, 20, 15))


def test_voices_are_for_the_user_only_and_replaced_when_told(tmp_path: Path) -> None:
    voices = VoiceStore(tmp_path)
    assert voices.names == ()
    path = voices.save(voice("Ann"))
    voices.save(voice("bob"))
    assert voices.names == ("Ann", "bob") and voices.load("Ann") == voice("Ann")
    assert path.stat().st_mode & 0o077 == 0 == path.parent.stat().st_mode & 0o077
    with pytest.raises(VoiceError) as refused:
        voices.save(voice("Ann"))
    assert refused.value.code == "exists"
    voices.save(replace(voice("Ann"), shifts={}), overwrite=True)
    assert not voices.load("Ann").shifts
    voices.delete("Ann")
    assert voices.names == ("bob",)


def test_a_name_leads_to_no_other_file(tmp_path: Path) -> None:
    voices = VoiceStore(tmp_path)
    for name in ("../x", "", "a/b", "."):
        for call in (voices.load, voices.delete):
            with pytest.raises(VoiceError) as refused:
                call(name)
            assert refused.value.code == "bad-name"
    with pytest.raises(VoiceError, match="none was learnt yet"):
        voices.load("Ann")


def test_a_copied_file_is_a_voice_of_its_own_name(tmp_path: Path) -> None:
    voices = VoiceStore(tmp_path)
    path = voices.save(voice("Ann"))
    path.rename(path.with_name(path.name.replace("Ann", "Bob")))
    assert voices.load("Bob").name == "Bob"


def test_a_disk_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "voices").write_text("in the way")
    with pytest.raises(VoiceError, match="cannot be kept"):
        VoiceStore(tmp_path).save(voice())


# The command line.


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a folder the data folder of the user, a tiny recogniser the program's, and noise learnable."""
    recognizer = tiny_recognizer(bottleneck=6)
    monkeypatch.setattr(loading, "load", lambda path: recognizer)
    monkeypatch.setattr("app.voices.store.data_folder", lambda: tmp_path / "data")
    monkeypatch.setattr("app.sessions.store.data_folder", lambda: tmp_path / "data")
    monkeypatch.setattr(os, "nice", lambda by: 0)  # of the test's own process it would stay
    monkeypatch.setattr("asr.adaptation.speech.LARGEST_LOSS", np.inf)
    monkeypatch.setattr(learning, "LEAST_SECONDS", 5.0)
    monkeypatch.setattr(learning, "LEAST_HELD_OUT", 1)
    return tmp_path / "data"


@pytest.mark.slow
def test_a_voice_is_learnt_listed_used_and_deleted(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(learning, "tried", lambda *_: Trial((4, 4), (3, 3), (1, 1)))
    manifest = write_manifest(tmp_path)
    assert main(["adapt-voice", str(manifest), "--name", "Ann", "--json"]) == 0
    *progress, result = map(json.loads, capsys.readouterr().out.splitlines())
    assert result["voice"] == "Ann" and (result["errors_before"], result["errors_after"]) == (6, 2)
    assert progress and all(0 <= row["done"] <= 1 for row in progress)
    assert main(["adapt-voice", str(manifest), "--name", "Ann"]) == 2
    assert "--overwrite" in capsys.readouterr().err
    assert main(["voices"]) == 0
    assert capsys.readouterr().out.startswith("Ann: learnt on ")
    texts = {}
    for name in (None, "Ann"):
        assert main(["transcribe", str(tmp_path / "3.wav"), "-f", "json", *(["--voice", name] if name else [])]) == 0
        texts[name] = json.loads(capsys.readouterr().out)["words"]
    assert texts[None] != texts["Ann"]  # confidences at least
    assert main(["voices", "--delete", "Ann"]) == 0
    capsys.readouterr()
    assert main(["transcribe", str(tmp_path / "3.wav"), "--voice", "Ann"]) == 2
    assert "no voice 'Ann'" in capsys.readouterr().err


@pytest.mark.slow
def test_a_voice_that_does_not_help_is_not_kept(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(learning, "tried", lambda *_: Trial((4, 4), (3, 3), (3, 3)))
    assert main(["adapt-voice", str(write_manifest(tmp_path))]) == 2
    assert "does not surely help" in capsys.readouterr().err
    assert not list(home.rglob("*.safetensors"))


@pytest.mark.slow
def test_a_voice_is_learnt_from_a_session(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learning, "tried", lambda *_: Trial((4, 4), (3, 3), (1, 1)))
    store = Store(home)
    lines = [words(" ".join(WORDS[i : i + 3]), 1.0 + 2.0 * i) for i in range(8)]
    id = record(store, *lines, seconds=20.0).id
    store.close()
    assert main(["adapt-voice", "--session", id]) == 0
    assert VoiceStore(home).names == ("me",)
    assert main(["adapt-voice", "--session", "absent", "--name", "x"]) == 2


@pytest.mark.slow
def test_the_end_of_learning_keeps_nothing(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Ending(learning.VoiceTraining):
        def learn(self, progress: learning.Progress = lambda share: None) -> dict[str, np.ndarray]:
            signal.raise_signal(signal.SIGTERM)
            return super().learn(progress)

    monkeypatch.setattr(learning, "VoiceTraining", Ending)
    assert main(["adapt-voice", str(write_manifest(tmp_path))]) == 143
    assert "nothing was kept" in capsys.readouterr().err
    assert not home.exists() or not list(home.rglob("*voice*"))


def test_without_speech_or_with_a_bad_name_nothing_is_done(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["adapt-voice"]) == 2
    assert "--session ID or a manifest" in capsys.readouterr().err
    assert main(["adapt-voice", "--session", "x", "--name", "../x"]) == 2
    assert main(["voices", "--delete", "Ann"]) == 2
    assert main(["serve", "--voice", "Ann"]) == 2


def test_a_recogniser_without_a_network_learns_no_voice(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(loading, "load", lambda path: SecondsRecognizer())
    assert main(["adapt-voice", str(write_manifest(tmp_path, 1))]) == 2
    assert "cannot learn voices" in capsys.readouterr().err
