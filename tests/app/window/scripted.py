"""A recogniser and sources that follow a script, so that no test needs a model, a device or luck."""

import queue
import threading
from dataclasses import dataclass, replace
from types import SimpleNamespace

import numpy as np

from app.audio_io.portaudio import DeviceError
from app.sessions.document import Gap
from asr.errors import AudioError
from asr.stream_options import DEFAULT_OPTIONS, StreamOptions
from asr.updates import Update, Word

RATE = 16000


SAID = (
    ("the quick brown fox jumps over the lazy dog", 0.9),
    ("one two three four five six seven eight nine", 0.9),
    ("we met at the station where the train was late", 0.8),
    ("she sells sea shells by the sea shore", 0.95),
    ("nothing of what you say here leaves this computer", 0.92),
)
DOUBTED = {"five", "shells"}
WORD = 0.3  # seconds a scripted word lasts
PAUSE = 0.6  # seconds between two lines


def script(lines=SAID) -> list[list[Word]]:
    """The words of each line with their times."""
    told, at = [], 0.2
    for text, confidence in lines:
        words = []
        for name in text.split():
            words.append(Word(name, at, at + WORD - 0.05, 0.3 if name in DOUBTED else confidence))
            at += WORD
        told.append(words)
        at += PAUSE
    return told


@dataclass(frozen=True)
class Heard:
    """The state of a stream: seconds heard, words already final."""

    samples: int = 0
    final: int = 0


class Scripted:
    """Says each word when its time has been heard; a line is final half a second after its end."""

    name = "scripted"

    def __init__(self, lines=SAID, slow: float = 0.0, fail_at: float | None = None) -> None:
        self.config = SimpleNamespace(rate=RATE, hop=160, block_samples=RATE, language="en")
        self.lines = script(lines)
        self.slow, self.fail_at = slow, fail_at
        self.options: list[StreamOptions] = []  # of all streams
        self.steps = 0  # taken, of all streams

    def features(self, samples: np.ndarray) -> np.ndarray:
        """A picture with stripes: (n,) -> (frames, 64)."""
        count = max(0, 1 + (len(samples) - 400) // 160)
        level = np.array([np.abs(samples[i * 160 : i * 160 + 400]).mean() for i in range(count)])
        bands = np.cos(np.arange(64) / 5.0)
        return (np.log(level + 1e-3)[:, None] + 2 * bands[None, :]).astype(np.float32)

    def start(self, options: StreamOptions = DEFAULT_OPTIONS) -> Heard:
        self.options.append(options)
        return Heard()

    def step(self, state: Heard, samples: np.ndarray) -> tuple[Heard, Update | None]:
        if self.slow:
            threading.Event().wait(self.slow)
        self.steps += 1
        state = replace(state, samples=state.samples + len(samples))
        seconds = state.samples / RATE
        if self.fail_at is not None and seconds > self.fail_at:
            raise RuntimeError("scripted failure")
        return self._tell(state, seconds, closing=False)

    def finish(self, state: Heard) -> Update:
        return self._tell(state, state.samples / RATE, closing=True)[1]

    def _tell(self, state: Heard, seconds: float, closing: bool) -> tuple[Heard, Update]:
        final, partial, endpoint, count = [], [], False, 0
        for line in self.lines:
            closed = seconds > line[-1].end + 0.5
            for word in line:
                if word.start < seconds:
                    if closed or closing:
                        if count >= state.final:
                            final.append(word)
                            endpoint = True
                    else:
                        partial.append(word)
                count += 1
        update = Update(tuple(final), tuple(partial), seconds, endpoint)
        return replace(state, final=state.final + len(final)), update


def tone(seconds: float, loudness: float = 0.1) -> np.ndarray:
    """Something that moves the meter: a tone that swells four times a second."""
    time = np.arange(round(seconds * RATE)) / RATE
    return (loudness * np.sin(2 * np.pi * 220 * time) * np.abs(np.sin(4 * np.pi * time))).astype(np.float32)


class Feed:
    """A microphone whose sound the test pushes."""

    def __init__(self, name: str | None = None) -> None:
        self.name = name
        self.gaps: list[Gap] = []
        self.overflows = 0
        self.waiting = 0.0
        self.entered = self.left = False
        self._chunks: queue.SimpleQueue = queue.SimpleQueue()

    def push(self, seconds: float, loudness: float = 0.1) -> None:
        self._chunks.put(tone(seconds, loudness))

    def unplug(self) -> None:
        self._chunks.put(DeviceError("cannot-open", reason="the device is gone"))

    def stop(self) -> None:
        self._chunks.put(None)

    def __enter__(self) -> "Feed":
        self.entered = True
        return self

    def __exit__(self, *error) -> None:
        self.left = True

    def __iter__(self):
        while (chunk := self._chunks.get()) is not None:
            if isinstance(chunk, Exception):
                raise chunk
            yield chunk


class Reel(Feed):
    """A file: all of its sound lies ready."""

    def __init__(self, seconds: float, broken_at: float | None = None) -> None:
        super().__init__()
        self.seconds = seconds
        for _ in range(round(seconds)):
            if broken_at is not None:
                broken_at -= 1
                if broken_at < 0:
                    self._chunks.put(AudioError("damaged-packets", name="reel", count=1, seconds=0.0))
                    break
            self.push(1.0)
        self.stop()
