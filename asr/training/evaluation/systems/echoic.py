"""Echoic with its shipped model, or another one, behind the protocol of systems."""

from pathlib import Path
from typing import ClassVar

import numpy as np

from asr.pipeline import AnyRecognizer, SpeechStream
from asr.recognizer import SHIPPED, Recognizer
from asr.training.evaluation.systems.protocol import FILE, STREAM, SystemStream
from asr.updates import Update


class EchoicStream:
    """One stream, with the options that the program begins with; words are those that are spoken."""

    def __init__(self, recognizer: AnyRecognizer) -> None:
        self._stream = SpeechStream(recognizer)
        self._final: list[str] = []
        self._partial: list[str] = []

    def push(self, samples: np.ndarray) -> str:
        """Take samples; return final words and the partial."""
        return self._shown(self._stream.push(samples))

    def finish(self) -> str:
        """End the stream and return its words."""
        return self._shown(self._stream.finish())

    def _shown(self, updates: list[Update]) -> str:
        for update in updates:
            self._final += [word.text for word in update.words]
            self._partial = [word.text for word in update.partial]
        return " ".join((*self._final, *self._partial))


class Echoic:
    """Echoic.

    Args:
        folder: Of the model; None for the shipped one.
    """

    MODES: ClassVar[tuple[str, ...]] = (STREAM, FILE)

    def __init__(self, folder: Path | None = None) -> None:
        self.name = "Echoic"
        self.model = folder or SHIPPED
        self._recognizer = Recognizer.load(folder)
        self.rate: int = self._recognizer.config.rate

    def open(self) -> SystemStream:
        """Begin a stream."""
        return EchoicStream(self._recognizer)

    def file(self, sound: np.ndarray) -> str:
        """Return the words of a recording: the same stream, which is given all of it at once."""
        stream = EchoicStream(self._recognizer)
        stream.push(sound)
        return stream.finish()
