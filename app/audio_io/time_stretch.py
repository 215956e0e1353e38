"""Kept sound read from one place on, faster or slower at its own pitch."""

from fractions import Fraction
from typing import Any

import numpy as np

SPEEDS = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0)  # times the speed it was spoken at
PIECE = 0.1  # seconds stretched at a time
NOTHING = np.zeros(0, np.int16)


class TimeStretch:
    """A stream: FFmpeg's `atempo`, which keeps the pitch."""

    def __init__(self, rate: int, speed: float) -> None:
        """`rate`: Hz; `speed`: 0.5 to 2, twice as fast being 2."""
        import av  # not needed before a person asks for another speed, and slow to load

        self._av, self._rate, self._fed = av, rate, 0
        self._graph = av.filter.Graph()
        source = self._graph.add_abuffer(sample_rate=rate, format="s16", layout="mono", time_base=Fraction(1, rate))
        tempo = self._graph.add("atempo", str(speed))
        self._graph.link_nodes(source, tempo, self._graph.add("abuffersink")).configure()

    def feed(self, samples: np.ndarray) -> np.ndarray:
        """(n,) int16 -> (about n / speed,) int16: what can be told of it so far."""
        frame = self._av.AudioFrame.from_ndarray(samples[None, :], format="s16", layout="mono")
        frame.sample_rate, frame.time_base, frame.pts = self._rate, Fraction(1, self._rate), self._fed
        self._fed += len(samples)
        return self._push(frame)

    def flush(self) -> np.ndarray:
        """(n,) int16: the rest, after which nothing may be fed."""
        return self._push(None)

    def _push(self, frame: Any) -> np.ndarray:
        self._graph.push(frame)
        pieces = [NOTHING]
        while True:
            try:
                pieces.append(self._graph.pull().to_ndarray()[0])
            except (self._av.BlockingIOError, self._av.EOFError):
                return np.concatenate(pieces)


class StretchedReader:
    """One pass through a sound; for another place or speed begin another one."""

    def __init__(self, sound: np.ndarray, start: int, rate: int, speed: float) -> None:
        """`sound`: (n,) int16 at `rate` Hz; `start`: in samples of it."""
        self._sound, self._start, self._speed = sound, start, speed
        self._piece = round(PIECE * rate)
        self._stretch = TimeStretch(rate, speed) if speed != 1.0 else None
        self._next = start  # of the sound, to be stretched
        self._ready = NOTHING
        self._taken = 0  # samples handed out
        self.over = start >= len(sound)

    @property
    def position(self) -> int:
        """Where in the sound it is, in samples."""
        return len(self._sound) if self.over else min(len(self._sound), self._start + round(self._taken * self._speed))

    def take(self, count: int) -> np.ndarray:
        """The next (count,) int16; fewer at the end."""
        pieces, have = [self._ready], len(self._ready)
        while have < count and self._next < len(self._sound):
            pieces.append(self._more(max(self._piece, count)))
            have += len(pieces[-1])
        ready = np.concatenate(pieces)
        taken, self._ready = ready[:count], ready[count:]
        self._taken += len(taken)
        self.over = self._next >= len(self._sound) and not len(self._ready)
        return taken

    def _more(self, count: int) -> np.ndarray:
        piece = np.asarray(self._sound[self._next : self._next + count])
        self._next += len(piece)
        if self._stretch is None:
            return piece
        told = self._stretch.feed(np.ascontiguousarray(piece))
        return told if self._next < len(self._sound) else np.concatenate([told, self._stretch.flush()])
