"""The one path from sound to words: the window, files, pipes and tools all call `transcribe`."""

from collections.abc import Iterable, Iterator
from typing import Any, Protocol, TypeVar

import numpy as np

from asr.stream_options import DEFAULT_OPTIONS, StreamOptions
from asr.updates import Update

StateT = TypeVar("StateT")


class StreamConfig(Protocol):
    """What a consumer may know of a model."""

    @property
    def rate(self) -> int:
        """Hz, of the samples that `step` takes."""

    @property
    def block_samples(self) -> int:
        """Samples that complete one block of the network."""

    @property
    def language(self) -> str:
        """ISO 639-1 code of the words."""


class SpeechRecognizer(Protocol[StateT]):
    """What consumers need of a recogniser: `asr.recognizer.Recognizer`, or a fake of the tests.

    It holds weights and settings and never changes, so any number of streams and threads may share it; all that one
    stream remembers is its state, which no call writes into.
    """

    @property
    def name(self) -> str:
        """The name of the model."""

    @property
    def config(self) -> StreamConfig:
        """What the model assumes about sound and words."""

    def features(self, samples: np.ndarray) -> Any:
        """(n,) float32 samples -> (frames, mels) float32 array or tensor: what the network sees, for pictures."""

    def start(self, options: StreamOptions = ...) -> StateT:
        """The state of a stream before any sound."""

    def step(self, state: StateT, samples: np.ndarray) -> tuple[StateT, Update | None]:
        """Take (n,) float32 samples at `config.rate`. The update is None where nothing new is known."""

    def finish(self, state: StateT) -> Update:
        """The last update of a stream that ends here."""


AnyRecognizer = SpeechRecognizer[Any]  # to those who only hand its states back to it


def blocks_of(config: StreamConfig, chunks: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
    """Cut chunks so that each completes one block at most: no update then covers two endpoints."""
    for samples in chunks:
        yield from np.split(samples, range(config.block_samples, len(samples), config.block_samples))


def transcribe(
    recognizer: SpeechRecognizer[StateT], chunks: Iterable[np.ndarray], options: StreamOptions = DEFAULT_OPTIONS
) -> Iterator[Update]:
    """Recognise a stream: (n,) float32 chunks at `recognizer.config.rate` -> updates, the last one when they end.

    Words, times and scores do not depend on how the sound is cut into chunks. Whatever `chunks` raises passes through.
    """
    state = recognizer.start(options)
    for samples in blocks_of(recognizer.config, chunks):
        state, update = recognizer.step(state, samples)
        if update:
            yield update
    yield recognizer.finish(state)
