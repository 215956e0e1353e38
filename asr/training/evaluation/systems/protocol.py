"""What a recogniser has to be, to be measured by `asr.training.evaluation.peers.measure`."""

from pathlib import Path
from typing import ClassVar, Protocol

import numpy as np

STREAM, FILE = "stream", "file"
MODES = (STREAM, FILE)


class SystemStream(Protocol):
    """One stream of a recogniser."""

    def push(self, samples: np.ndarray) -> str:
        """Take (n,) float32 samples at the rate of the system; return all words that it shows by now, partials too."""

    def finish(self) -> str:
        """End the stream and return its words."""


class System(Protocol):
    """A recogniser under test, on one core. Its text may be written in any way: it is converted before it is scored."""

    MODES: ClassVar[tuple[str, ...]]  # STREAM, FILE or both

    @property
    def name(self) -> str:
        """What it is called in tables."""

    @property
    def rate(self) -> int:
        """Hz of the samples that it takes."""

    @property
    def model(self) -> Path:
        """The folder or file of its model."""

    def open(self) -> SystemStream:
        """Begin a stream that remembers nothing of earlier ones. Only where MODES has STREAM."""

    def file(self, sound: np.ndarray) -> str:
        """Return the words of a whole recording: (n,) float32 samples at `rate`."""


def megabytes(model: Path) -> float:
    """Return the size of a model, a folder or a file, in megabytes."""
    files = [model] if model.is_file() else [path for path in model.rglob("*") if path.is_file()]
    return sum(path.stat().st_size for path in files if path.suffix not in (".md", ".py", ".pyc")) / 1e6


def pcm16(samples: np.ndarray) -> bytes:
    """Convert float32 samples to 16-bit integers, clipped, as PocketSphinx and Vosk take them."""
    return np.clip(samples * 32768, -32768, 32767).astype("<i2").tobytes()
