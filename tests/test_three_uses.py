"""One line, three uses: real speech with the shipped model as a file, through a pipe and from a microphone."""

import json
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.__main__ import main
from app.audio_io import microphone
from asr.audio.media import read_file
from asr.recognizer import SHIPPED
from tests.support.recognition import sound

SAMPLE = SHIPPED.parent / "samples" / "lighthouse.ogg"


@pytest.fixture(scope="module")
def speech() -> np.ndarray:
    """(n,) int16 at 16 kHz: the sample, cut off in the middle of a sentence."""
    samples = np.concatenate(list(read_file(SAMPLE, 16_000)))
    return (samples[: round(5.03 * 16_000)] * 32_767).astype("<i2")


def finals(out: str) -> list[dict]:
    lines = [json.loads(line) for line in out.splitlines()]
    return [word for line in lines if line["type"] == "final" for word in line["words"]]


@pytest.fixture
def from_a_file(speech: np.ndarray, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> list[dict]:
    path = sound.write(tmp_path / "speech.wav", speech.astype(np.float32) / 32_768)
    assert main(["transcribe", str(path), "--format", "json"]) == 0
    return json.loads(capsys.readouterr().out)["words"]


@pytest.mark.slow
def test_a_pipe_has_the_words_times_and_trust_of_the_file(
    speech: np.ndarray, from_a_file: list[dict], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    reading, writing = os.pipe()

    def fill() -> None:
        with open(writing, "wb", buffering=0) as stream:
            for piece in np.array_split(np.frombuffer(speech.tobytes(), np.uint8), 97):  # odd bytes too
                stream.write(piece.tobytes())

    writer = threading.Thread(target=fill)
    writer.start()
    monkeypatch.setattr(sys, "stdin", os.fdopen(reading))
    assert main(["listen", "--input", "-", "--rate", "16000", "--json"]) == 0
    sys.stdin.close()
    writer.join()
    assert finals(capsys.readouterr().out) == from_a_file
    assert len(from_a_file) >= 5


@pytest.mark.slow
def test_a_microphone_has_the_words_times_and_trust_of_the_file(
    speech: np.ndarray, from_a_file: list[dict], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Blocks of lengths that fit nothing, and Ctrl+C in the middle of a word: what was said last comes too."""
    samples = (speech.astype(np.float32) / 32_768).reshape(-1, 1)
    callbacks: list[Any] = []

    class SpeechDevice:
        samplerate = 16_000.0

        def start(self) -> None:
            for block in np.array_split(samples, 53)[:-1]:
                callbacks[-1](block, len(block), None, None)
            signal.raise_signal(signal.SIGINT)

        def stop(self) -> None:
            block = np.array_split(samples, 53)[-1]
            callbacks[-1](block, len(block), None, None)

        def close(self) -> None:
            pass

    def opened(wanted: object, callback: Any) -> Any:
        callbacks.append(callback)
        return SpeechDevice()

    monkeypatch.setattr(microphone, "_open_stream", opened)
    assert main(["listen", "--json"]) == 130
    assert finals(capsys.readouterr().out) == from_a_file
    assert from_a_file[-1]["end"] > 4.5  # the last word reaches the end of the sound
