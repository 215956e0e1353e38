"""Recognisers whose models cannot be had here, with a module that stands for their library."""

import json
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from asr.training.evaluation.systems.protocol import megabytes, pcm16


def module(monkeypatch: pytest.MonkeyPatch, name: str, **members: Any) -> None:
    """Let an import of `name` find these members."""
    made = ModuleType(name)
    vars(made).update(members)
    monkeypatch.setitem(sys.modules, name, made)


class FakeKaldi:
    """A result after every second of sound, as Vosk's own: words are seconds."""

    def __init__(self, model: Any, rate: int) -> None:
        self.rate, self.samples, self.results = rate, 0, 0

    def AcceptWaveform(self, data: bytes) -> bool:
        self.samples += len(data) // 2
        return self.samples >= (self.results + 1) * self.rate

    def Result(self) -> str:
        self.results += 1
        return json.dumps({"text": f"result{self.results}"})

    def PartialResult(self) -> str:
        return json.dumps({"partial": f"partial{self.samples}"})

    def FinalResult(self) -> str:
        return json.dumps({"text": "last"})


def test_vosk_shows_its_results_and_the_partial_behind_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    module(monkeypatch, "vosk", Model=lambda path: path, KaldiRecognizer=FakeKaldi, SetLogLevel=lambda level: None)
    from asr.training.evaluation.systems.vosk import RATE, Vosk

    system = Vosk(tmp_path, "small")
    assert system.name.startswith("Vosk") and system.name.endswith("small")
    stream = system.open()
    assert stream.push(np.zeros(100, np.float32)) == "partial100"
    assert stream.push(np.zeros(RATE, np.float32)) == "result1"
    assert stream.push(np.zeros(100, np.float32)) == "result1 partial16200"
    assert stream.finish() == "result1 last"
    assert system.file(np.zeros(100, np.float32)) == "last"


class FakeOnline:
    """Needs 400 samples a word; takes what was accepted, and no more."""

    made: dict[str, Any]

    @classmethod
    def from_transducer(cls, **options: Any) -> "FakeOnline":
        cls.made = options
        return cls()

    def create_stream(self) -> SimpleNamespace:
        stream = SimpleNamespace(samples=0, words=0, ended=False)

        def accept(rate: int, samples: np.ndarray) -> None:
            assert rate == 16_000 and samples.dtype == np.float32 and not stream.ended
            stream.samples += len(samples)

        def end() -> None:
            stream.ended = True

        stream.accept_waveform, stream.input_finished = accept, end
        return stream

    def is_ready(self, stream: SimpleNamespace) -> bool:
        return bool(stream.samples >= 400 * (stream.words + 1))

    def decode_stream(self, stream: SimpleNamespace) -> None:
        stream.words += 1

    def get_result(self, stream: SimpleNamespace) -> str:
        return " ".join(["WORD"] * stream.words)


def test_sherpa_onnx_decodes_what_is_ready_and_the_tail(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    module(monkeypatch, "sherpa_onnx", OnlineRecognizer=FakeOnline)
    from asr.training.evaluation.systems.sherpa_onnx import RATE, TAIL, SherpaOnnx

    with pytest.raises(FileNotFoundError, match="encoder"):
        SherpaOnnx(tmp_path, "tiny")
    for name in ("encoder-1.int8.onnx", "encoder-1.onnx", "decoder-1.onnx", "joiner-1.int8.onnx", "tokens.txt"):
        (tmp_path / name).write_bytes(bytes(1000))
    system = SherpaOnnx(tmp_path, "tiny")
    assert FakeOnline.made["encoder"].endswith("encoder-1.onnx") and FakeOnline.made["num_threads"] == 1
    assert FakeOnline.made["joiner"].endswith("int8.onnx") and megabytes(tmp_path) == 0.005
    stream = system.open()
    assert stream.push(np.zeros(1000, np.float32)) == "WORD WORD"
    count = (1000 + int(TAIL * RATE)) // 400
    assert stream.finish() == system.file(np.zeros(1000, np.float32)) == " ".join(["WORD"] * count)


def test_whisper_reads_files_without_its_notes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: dict[str, Any] = {}

    class FakeWhisper:
        def __init__(self, folder: str, **options: Any) -> None:
            asked.update(options)

        def transcribe(self, sound: np.ndarray, language: str) -> tuple[Any, None]:
            texts = (" [MUSIC] Mr. Smith paid $5,", " (laughs) ♪ la la ♪ didn't he?")
            return iter([SimpleNamespace(text=text) for text in texts]), None

    module(monkeypatch, "faster_whisper", WhisperModel=FakeWhisper)
    module(monkeypatch, "ctranslate2", set_random_seed=lambda seed: None)
    from asr.training.evaluation.systems import faster_whisper

    monkeypatch.setattr(faster_whisper, "version", lambda name: "1.2.3")
    system = faster_whisper.FasterWhisper(tmp_path, "tiny.en")
    assert asked["cpu_threads"] == 1 and asked["local_files_only"] and "1.2.3" in system.name
    assert system.file(np.zeros(10, np.float32)).split() == ["Mr.", "Smith", "paid", "$5,", "didn't", "he?"]
    assert system.MODES == ("file",)


def test_sound_too_loud_for_integers_is_clipped() -> None:
    assert pcm16(np.array([2.0, -2.0, 0.5], np.float32)) == np.array([32767, -32768, 16384], "<i2").tobytes()
