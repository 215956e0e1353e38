"""A recogniser and sources that follow a script, so that no test needs a model, a device or luck."""

import queue
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from app.audio_io.portaudio import DeviceError
from app.sessions.document import Gap
from asr.errors import AudioError, VocabularyError
from asr.stream_options import DEFAULT_OPTIONS, StreamOptions
from asr.updates import Update, Word
from asr.user.vocabulary import PronouncedWord, Vocabulary

RATE = 16000

# What FakeRecognizer recognises: lines with the confidence of their words.
SCRIPT = (
    ("the quick brown fox jumps over the lazy dog", 0.9),
    ("one two three four five six seven eight nine", 0.9),
    ("we met at the station where the train was late", 0.8),
    ("she sells sea shells by the sea shore", 0.95),
    ("nothing of what you say here leaves this computer", 0.92),
)
DOUBTFUL_WORDS = {"five", "shells"}
WORD_EVERY = 0.3  # seconds
LINE_PAUSE = 0.6  # seconds between two lines


def words(text: str, start: float = 0.0, confidence: float = 0.9) -> tuple[Word, ...]:
    """Return the words of a text, one per second from `start` on."""
    return tuple(Word(w, start + i, start + i + 0.9, confidence) for i, w in enumerate(text.split()))


def timed_lines(lines: Iterable[tuple[str, float]] = SCRIPT) -> list[list[Word]]:
    """Return the words of each line of a script with their times."""
    timed, at = [], 0.2
    for text, confidence in lines:
        line = []
        for name in text.split():
            line.append(Word(name, at, at + WORD_EVERY - 0.05, 0.3 if name in DOUBTFUL_WORDS else confidence))
            at += WORD_EVERY
        timed.append(line)
        at += LINE_PAUSE
    return timed


@dataclass(frozen=True)
class FakeConfig:
    """What consumers may know of the model."""

    rate: int = RATE
    hop: int = 160
    block_samples: int = RATE
    language: str = "en"


@dataclass(frozen=True)
class FakeState:
    """The state of a stream: samples consumed, lines closed, final words of the open line."""

    samples: int = 0
    line: int = 0
    final: int = 0


# Line n of a script, or None behind its last one.
Script = Callable[[int], Sequence[Word] | None]


def script_of(lines: Iterable[tuple[str, float]]) -> Script:
    """Return the script of some lines: texts with the confidence of their words."""
    timed = timed_lines(lines)
    return lambda line: timed[line] if line < len(timed) else None


class FakeRecognizer:
    """The one fake recogniser: it recognises each word of a script once its time has come, whatever the sound."""

    def __init__(
        self,
        lines: Iterable[tuple[str, float]] | Script = SCRIPT,
        *,
        name: str = "scripted",
        by_word: bool = False,
        config: Any = None,
        slow: float = 0.0,
        fail_at: float | None = None,
        hold: threading.Event | None = None,
    ) -> None:
        """Follow a script.

        Args:
            lines: The script, or its texts with the confidence of their words.
            by_word: Make each word final at its end; else a line becomes final half a second after its end.
            slow: Seconds that each step waits.
            fail_at: Seconds of sound at which a step raises RuntimeError.
            hold: What each step waits for.
        """
        self.name = name
        self.formatter: Any = None
        self.config: Any = config or FakeConfig()
        self.slow, self.fail_at, self.hold, self.by_word = slow, fail_at, hold, by_word
        self.options: list[StreamOptions] = []  # of all streams, as they began
        self.changed_options: list[StreamOptions] = []  # of streams that ran
        self.steps = 0  # of all streams
        self.script = lines if callable(lines) else script_of(lines)
        self.joins_streams = False

    def features(self, samples: np.ndarray) -> np.ndarray:
        """Return stripes as loud as the sound: (n,) -> (frames, 64)."""
        count = max(0, 1 + (len(samples) - 400) // 160)
        level = np.array([np.abs(samples[i * 160 : i * 160 + 400]).mean() for i in range(count)])
        bands = np.cos(np.arange(64) / 5.0)
        return (np.log(level + 1e-3)[:, None] + 2 * bands[None, :]).astype(np.float32)

    def start(self, options: StreamOptions = DEFAULT_OPTIONS) -> FakeState:
        self.options.append(options)
        return FakeState()

    def change_options(self, state: FakeState, options: StreamOptions) -> FakeState:
        self.changed_options.append(options)
        return state

    def pronounce(self, vocabulary: Vocabulary) -> list[tuple[PronouncedWord, ...]]:
        """Words of the script are known, and all are pronounced letter by letter; "zzz" is refused."""
        if refused := [entry for entry in vocabulary.entries if "zzz" in entry.words]:
            name, line = vocabulary.name, refused[0].line
            raise VocabularyError("no-pronunciation", name=name, line=line, word="zzz", file="none")
        known = {word for text, _ in SCRIPT for word in text.split()}
        return [
            tuple(PronouncedWord(word, word.lower() in known, (" ".join(word.upper()),)) for word in entry.words)
            for entry in vocabulary.entries
        ]

    def knows(self, words: Iterable[str]) -> set[str]:
        return {word for text, _ in SCRIPT for word in text.split()} & set(words)

    def step(self, state: FakeState, samples: np.ndarray) -> tuple[FakeState, Update]:
        if self.slow:
            threading.Event().wait(self.slow)
        if self.hold is not None:
            assert self.hold.wait(60)
        self.steps += 1
        state = replace(state, samples=state.samples + len(samples))
        if self.fail_at is not None and state.samples / RATE > self.fail_at:
            raise RuntimeError("scripted failure")
        return self._update(state, closing=False)

    def step_together(
        self, inputs: Sequence[tuple[FakeState, np.ndarray]]
    ) -> list[tuple[FakeState, Update] | Exception]:
        found: list[tuple[FakeState, Update] | Exception] = []
        for state, samples in inputs:
            try:
                found.append(self.step(state, samples))
            except Exception as error:
                found.append(error)
        return found

    def finish(self, state: FakeState) -> Update:
        return self._update(state, closing=True)[1]

    def _update(self, state: FakeState, closing: bool) -> tuple[FakeState, Update]:
        seconds = state.samples / self.config.rate
        final: list[Word] = []
        partial: list[Word] = []
        line, done, endpoint = state.line, state.final, closing
        while (spoken := self.script(line)) is not None:
            begun = [replace(word, end=min(word.end, seconds)) for word in spoken if word.start < seconds]
            if closing or (not self.by_word and seconds > spoken[-1].end + 0.5):
                count = len(begun)
            else:
                count = sum(word.end <= seconds for word in spoken) if self.by_word else done
            final += begun[done:count]
            partial = begun[count:]
            if count < len(spoken):
                done = count
                break
            line, done, endpoint = line + 1, 0, True
        return replace(state, line=line, final=done), Update(tuple(final), tuple(partial), seconds, endpoint)


@cache
def swelling_tone(seconds: float, loudness: float = 0.1) -> np.ndarray:
    """Return (n,) float32, read-only: a tone that swells four times per second, so that the level meter moves."""
    time = np.arange(round(seconds * RATE)) / RATE
    tone = (loudness * np.sin(2 * np.pi * 220 * time) * np.abs(np.sin(4 * np.pi * time))).astype(np.float32)
    tone.flags.writeable = False
    return tone


class FakeMicrophone:
    """A microphone whose sound the test pushes."""

    def __init__(self, name: str | None = None) -> None:
        self.name = name
        self.gaps: list[Gap] = []  # sound that was lost, for the worker to take
        self.overflows = 0
        self.waiting = 0.0
        self.entered = self.left = False
        self._chunks: queue.SimpleQueue[np.ndarray | Exception | None] = queue.SimpleQueue()

    def push(self, seconds: float, loudness: float = 0.1) -> None:
        """Deliver so much sound in one chunk."""
        self._chunks.put(swelling_tone(seconds, loudness))

    def unplug(self) -> None:
        """Fail as a device that disappears does."""
        self._chunks.put(DeviceError("cannot-open", reason="the device is gone"))

    def stop(self) -> None:
        self._chunks.put(None)

    def __enter__(self) -> "FakeMicrophone":
        self.entered = True
        return self

    def __exit__(self, *error: object) -> None:
        self.left = True

    def __iter__(self) -> Iterator[np.ndarray]:
        while (chunk := self._chunks.get()) is not None:
            if isinstance(chunk, Exception):
                raise chunk
            yield chunk


class FakeFile(FakeMicrophone):
    """A file: all of its sound is there from the start."""

    def __init__(self, seconds: float, broken_at: float | None = None, notes: Sequence[Exception] = ()) -> None:
        """Hold so much sound; `broken_at`: the second after which the file is damaged; `notes`: see `Media.notes`."""
        super().__init__()
        self.notes = notes
        self.seconds = seconds
        for second in range(round(seconds)):
            if second == broken_at:
                self._chunks.put(AudioError("damaged-packets", name="reel", count=1, seconds=0.0))
                break
            self.push(1.0)
        self.stop()
