"""One session in one folder: its sound as a WAV file and everything else as an append-only journal."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from app.document import Document
from asr.transcript import Update


@dataclass(frozen=True)
class Session:
    """A session as its journal tells it."""

    id: str
    kind: str  # "live" or "file"
    title: str
    source: str  # the device or the file
    created: float  # seconds since 1970, UTC
    folder: Path | None = None  # None: it is only in memory
    document: Document = field(default_factory=Document)
    pauses: tuple[float, ...] = ()  # seconds of sound at which recording was paused
    problems: tuple[str, ...] = ()  # sentences: what could not be kept
    closed: bool = False
    recovered: float = 0.0  # seconds of sound found after the program was killed

    @property
    def sound(self) -> Path | None:
        """The WAV file (16 kHz, mono, 16 bits); None if no sound was kept."""
        raise NotImplementedError


class SessionWriter:
    """Keeps one session while it happens. One thread at a time; a context manager that closes it."""

    session: Session  # so far
    problem: str  # a sentence to show, or "": why sound or words are not being kept; never an exception

    def sound(self, samples: np.ndarray) -> np.ndarray:
        """Keep samples, (n,) float32 mono 16 kHz; returns them as the file will give them back, rounded to 16 bits.

        Recognise what is returned: then the words are those that the kept sound gives. ValueError if not finite.
        """
        raise NotImplementedError

    def update(self, update: Update) -> None:
        """Keep the final words of an update; on disk, synced, when this returns."""
        raise NotImplementedError

    def gap(self, start: float, seconds: float) -> None:
        """Mark a loss of so many seconds of sound at `start` seconds of the stream."""
        raise NotImplementedError

    def pause(self) -> None:
        """Note that recording paused here and bring everything to the disk."""
        raise NotImplementedError

    def close(self) -> Session:
        """End the session; returns it. May be called again."""
        raise NotImplementedError

    def __enter__(self) -> "SessionWriter":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
