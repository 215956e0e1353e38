"""Vosk with a model of a local folder behind the protocol of systems (pip install vosk)."""

import json
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from asr.training.evaluation.systems.protocol import FILE, STREAM, SystemStream, pcm16

RATE = 16_000  # Hz


class VoskStream:
    """One stream: results that ended with a pause, and the partial of the one that is open."""

    def __init__(self, recognizer: Any) -> None:
        self._recognizer = recognizer
        self._results: list[str] = []

    def push(self, samples: np.ndarray) -> str:
        """Take samples; return all results and the partial."""
        if self._recognizer.AcceptWaveform(pcm16(samples)):
            self._results.append(json.loads(self._recognizer.Result())["text"])
            return self._shown("")
        return self._shown(json.loads(self._recognizer.PartialResult())["partial"])

    def finish(self) -> str:
        """End the stream and return its words."""
        return self._shown(json.loads(self._recognizer.FinalResult())["text"])

    def _shown(self, last: str) -> str:
        return " ".join(filter(None, (*self._results, last)))


class Vosk:
    """Vosk.

    Args:
        folder: Of the model, as it is unpacked.
        name: What the model is called.
    """

    MODES: ClassVar[tuple[str, ...]] = (STREAM, FILE)

    def __init__(self, folder: Path, name: str) -> None:
        import vosk

        vosk.SetLogLevel(-1)
        try:
            number = f" {version('vosk')}"
        except PackageNotFoundError:
            number = ""
        self.name = f"Vosk{number} {name}"
        self.rate = RATE
        self.model = folder
        self._recognizer = vosk.KaldiRecognizer
        self._vosk = vosk.Model(str(folder))

    def open(self) -> SystemStream:
        """Begin a stream."""
        return VoskStream(self._recognizer(self._vosk, self.rate))

    def file(self, sound: np.ndarray) -> str:
        """Return the words of a recording: a stream that is given all of it at once."""
        stream = VoskStream(self._recognizer(self._vosk, self.rate))
        stream.push(sound)
        return stream.finish()
