"""Kept sound read from one place on, faster or slower at its own pitch, ahead of the loudspeaker.

A thread reads and stretches into a bounded buffer; the audio callback only copies from it.
"""

import threading
from array import array
from collections import deque
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np


SPEEDS = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0)  # times the speed of the original
PIECE = 0.1  # seconds read at a time
AHEAD = 2.0  # seconds of output that are ready at most
POLL = 0.02  # seconds between two looks whether the buffer has room; the callback wakes nobody
PATIENCE = 1.0  # seconds that `close` waits for the thread: a disk may hang
NOTHING: Any = array("h")  # (0,) int16 without numpy, which the window needs only when it plays


class TimeStretch:
    """A stream through FFmpeg's `atempo`, which changes the speed and keeps the pitch."""

    def __init__(self, rate: int, speed: float) -> None:
        """Build the filter graph.

        Args:
            rate: Hz.
            speed: 0.5 to 2; 2 is twice as fast.
        """
        import av  # only needed at speeds other than 1, and slow to load

        self._av, self._rate, self._fed = av, rate, 0
        self._graph = av.filter.Graph()
        source = self._graph.add_abuffer(sample_rate=rate, format="s16", layout="mono", time_base=Fraction(1, rate))
        tempo = self._graph.add("atempo", str(speed))
        self._graph.link_nodes(source, tempo, self._graph.add("abuffersink")).configure()

    def feed(self, samples: "np.ndarray") -> "np.ndarray":
        """Take (n,) int16 samples and return about n / speed int16 samples, as far as they are determined."""
        frame = self._av.AudioFrame.from_ndarray(samples[None, :], format="s16", layout="mono")
        frame.sample_rate, frame.time_base, frame.pts = self._rate, Fraction(1, self._rate), self._fed
        self._fed += len(samples)
        return self._push(frame)

    def flush(self) -> "np.ndarray":
        """Return the remaining (n,) int16 samples; nothing may be fed afterwards."""
        return self._push(None)

    def _push(self, frame: Any) -> "np.ndarray":
        import numpy as np

        self._graph.push(frame)
        pieces = [NOTHING]
        while True:
            try:
                pieces.append(self._graph.pull().to_ndarray()[0])
            except (self._av.BlockingIOError, self._av.EOFError):
                return np.concatenate(pieces)


class StretchedReader:
    """One pass through a sound; for another place or speed begin another one.

    The interface thread makes it, calls `start` and `close` and reads `position`, `over` and `error`; the audio
    callback calls `take`; a thread of its own reads and stretches. The buffer between the two is a deque with one
    writer and one reader and a counter for each, so no thread waits for a lock.
    """

    def __init__(self, sound: "np.ndarray", start: int, rate: int, speed: float) -> None:
        """Prepare a pass.

        Args:
            sound: (n,) int16, may be mapped from a file.
            start: Sample of `sound` to begin at.
            rate: Hz.
            speed: A member of SPEEDS.
        """
        self._sound, self._start, self._rate, self._speed = sound, start, rate, speed
        self._pieces: deque[np.ndarray] = deque()
        self._made = 0  # output samples put into the buffer; written by the thread
        self._taken = 0  # output samples taken out of it; written by the callback
        self._first = NOTHING  # what is left of the piece that the callback copies from
        self._complete = start >= len(sound)  # all of the output was made
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None
        self.error: Exception | None = None  # what ended the thread early

    def start(self) -> None:
        """Begin to fill the buffer."""
        if self._thread is None and not self._complete:
            self._thread = threading.Thread(target=self._fill, name="playback", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Stop filling the buffer."""
        self._closed.set()
        if self._thread is not None:
            self._thread.join(PATIENCE)

    @property
    def position(self) -> int:
        """Which sample of the sound is played next."""
        return len(self._sound) if self.over else min(len(self._sound), self._start + round(self._taken * self._speed))

    @property
    def ready(self) -> int:
        """How many output samples can be taken at once. Any thread."""
        return self._made - self._taken

    @property
    def over(self) -> bool:
        """Whether everything was taken."""
        return self._complete and self._taken == self._made

    def take(self, count: int) -> "np.ndarray":
        """Return the next (count,) int16 samples; fewer where the buffer has no more. Audio callback."""
        import numpy as np

        pieces = [self._first]
        have = len(self._first)
        while have < count and self._pieces:
            pieces.append(self._pieces.popleft())
            have += len(pieces[-1])
        ready = np.concatenate(pieces) if len(pieces) > 1 else pieces[0]
        taken, self._first = ready[:count], ready[count:]
        self._taken += len(taken)
        return taken

    def _fill(self) -> None:
        """Read and stretch piece after piece, never more than AHEAD seconds ahead. The thread of this reader."""
        import numpy as np

        try:
            stretch = TimeStretch(self._rate, self._speed) if self._speed != 1.0 else None
            piece, limit = round(PIECE * self._rate), round(AHEAD * self._rate)
            at = self._start
            while at < len(self._sound):
                while self.ready >= limit:
                    if self._closed.wait(POLL):
                        return
                if self._closed.is_set():
                    return
                samples = np.array(self._sound[at : at + piece])  # reads the disk: here, not in the callback
                at += len(samples)
                if stretch is not None:
                    samples = stretch.feed(samples)
                    if at >= len(self._sound):
                        samples = np.concatenate([samples, stretch.flush()])
                # The samples are in the buffer before they are counted, so `ready` never promises too many.
                self._pieces.append(samples)
                self._made += len(samples)
        except Exception as error:
            self.error = error
        self._complete = True
