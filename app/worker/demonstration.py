"""What "How it listens" shows: the sample recognised twice at once, with the network's memory kept and cleared.

The pictures are computed here, in a thread of their own; `app.window.help.inspector_dialog` paints them.
"""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

SAMPLE = Path(__file__).parents[2] / "assets" / "samples" / "lighthouse.ogg"
REFERENCE = (
    "every evening the keeper climbed the narrow stairs to the lamp and wrote down what he saw in a small green book "
    "on a clear night he could count the lights of seven villages along the coast"
)
UNITS = 72  # of a layer that are shown
AHEAD = 0.5  # seconds that may be computed ahead of what is shown


@dataclass(frozen=True)
class Picture:
    """Some columns of one strip: one byte a cell, row after row from the top."""

    cells: bytes
    rows: int
    start: int  # column of the whole strip at which it belongs

    @classmethod
    def of(cls, values: np.ndarray, start: int) -> "Picture":
        """Convert (columns, rows) values, 0..1, the lowest row first."""
        scaled = np.clip(values.T[::-1] * 255, 0, 255).astype(np.uint8)
        return cls(np.ascontiguousarray(scaled).tobytes(), values.shape[1], start)


@dataclass(frozen=True)
class View:
    """What one of the two networks made of a block."""

    hidden: tuple[Picture, ...]  # one a layer: the activity of its units, slow ones at the bottom; 0.5 is rest
    gates: tuple[Picture, ...]  # one a layer: how far the update gates opened, 0..1
    phones: Picture  # probabilities; the blank is left out
    named: tuple[tuple[int, str], ...]  # columns in which a phone becomes the likeliest, and its name
    words: tuple[str, ...]  # all so far
    partial: tuple[str, ...]


@dataclass(frozen=True)
class Moment:
    """A block of sound, and what both networks made of it."""

    block: int
    end: float  # seconds of sound
    sound: Picture  # log-mel frames
    remembering: View
    forgetting: View


@dataclass(frozen=True)
class Scene:
    """The sizes of all pictures, posted once before the first moment."""

    seconds: float  # of sound
    block: float  # seconds
    step: float  # seconds of a column of hidden state and gate
    frame: float  # seconds of a column of sound
    row: float  # seconds of a column of phones
    layers: int
    width: int
    phones: int


@lru_cache(maxsize=8)
def correct_words(words: tuple[str, ...]) -> tuple[bool, ...]:
    """Return for each recognised word whether it is correct, by the longest common subsequence with the transcript."""
    reference = REFERENCE.split()
    longest = [[0] * (len(reference) + 1) for _ in range(len(words) + 1)]  # of words[i:] and reference[j:]
    for i in reversed(range(len(words))):
        for j in reversed(range(len(reference))):
            same = words[i] == reference[j]
            longest[i][j] = 1 + longest[i + 1][j + 1] if same else max(longest[i + 1][j], longest[i][j + 1])
    correct, j = [], 0
    for i, word in enumerate(words):
        while j < len(reference) and word != reference[j] and longest[i][j + 1] == longest[i][j]:
            j += 1
        good = j < len(reference) and word == reference[j]
        correct.append(good)
        j += good
    return tuple(correct)


class _InspectedStream:
    """One stream whose network can be looked into."""

    def __init__(self, recognizer: Any, forgets: bool, order: list[np.ndarray]) -> None:
        from asr.inspection import inspected

        self._recognizer, self._watch = inspected(recognizer)
        self._forgets, self._order = forgets, order
        self.state = self._recognizer.start()
        self._words: tuple[str, ...] = ()

    def step(self, samples: np.ndarray) -> list[View]:
        """Return a view for each block that the samples complete: one or none, if they are no more than a block."""
        from asr.inspection import without_memory

        first = self.state.blocks
        self.state, update = self._recognizer.step(self.state, samples)
        if self._forgets and self.state.blocks != first:
            self.state = without_memory(self._recognizer, self.state)
        self._words += tuple(word.text for word in update.words) if update else ()
        return [self._view(glimpse, first + i) for i, glimpse in enumerate(self._watch.take())]

    def finish(self) -> list[View]:
        """Return the views of the last blocks, completed with silence."""
        self._words += tuple(word.text for word in self._recognizer.finish(self.state).words)
        return [self._view(glimpse, self.state.blocks + i, partial=()) for i, glimpse in enumerate(self._watch.take())]

    def _view(self, glimpse: Any, block: int, partial: tuple[str, ...] | None = None) -> View:
        c = self._recognizer.config
        step = block * c.block
        hidden, gates = glimpse.hidden[:, 0].numpy(), glimpse.openness[:, 0].numpy()
        skip = max(c.lookahead - step, 0) * c.rows_per_step  # rows before the stream's first
        row = max(step - c.lookahead, 0) * c.rows_per_step
        phones = glimpse.logits[0].softmax(-1).numpy()[skip:]
        best = phones.argmax(-1)
        return View(
            tuple(Picture.of(0.5 + 0.5 * h[:, o], step) for h, o in zip(hidden, self._order, strict=True)),
            tuple(Picture.of(z[:, o], step) for z, o in zip(gates, self._order, strict=True)),
            Picture.of(np.sqrt(phones[:, 1:]), row),
            tuple(
                (row + i, c.labels[label]) for i, label in enumerate(best) if label and (i == 0 or label != best[i - 1])
            ),
            self._words,
            tuple(word.text for word in self.state.partial) if partial is None else partial,
        )


class Demonstration:
    """Computes the pictures as far as they are wanted, and a little ahead.

    `play` runs in a worker; the interface thread steers it by the other methods.
    """

    def __init__(self, recognizer: Any, sample: Path = SAMPLE) -> None:
        """Prepare a demonstration.

        Args:
            recognizer: An `asr.recognizer.Recognizer`; its weights are shared with all other streams.
            sample: The recording.
        """
        self._recognizer, self._sample = recognizer, sample
        self._wanted = 0.0
        self._again = self._closed = False
        self._steered = threading.Event()

    def want(self, seconds: float) -> None:
        """Compute up to this second of the sample."""
        self._wanted = seconds
        self._steered.set()

    def again(self) -> None:
        """Begin again."""
        self._wanted, self._again = 0.0, True
        self._steered.set()

    def close(self) -> None:
        """End `play`."""
        self._closed = True
        self._steered.set()

    def play(self, post: Callable[[object], None]) -> None:
        """Post a Scene, then Moments, from the first whenever `again` was called, until `close`. Worker."""
        from asr.audio.media import read_file

        c = self._recognizer.config
        sound = np.concatenate(list(read_file(self._sample, c.rate)))
        order = self._slow_first(sound)
        post(
            Scene(
                seconds=len(sound) / c.rate,
                block=c.block_samples / c.rate,
                step=c.stride * c.hop / c.rate,
                frame=c.hop / c.rate,
                row=c.output_seconds,
                layers=c.layers,
                width=c.width,
                phones=len(c.labels) - 1,
            )
        )
        while not self._closed:
            self._again = False
            for moment in self._moments(sound, order):
                if self._wait(moment.end - AHEAD):
                    break
                post(moment)
            else:
                self._wait(float("inf"))

    def _wait(self, seconds: float) -> bool:
        """Wait until so many seconds are wanted; returns True if this pass is to end instead."""
        while not (self._again or self._closed):
            if self._wanted >= seconds:
                return False
            self._steered.wait()
            self._steered.clear()
        return True

    def _slow_first(self, sound: np.ndarray) -> list[np.ndarray]:
        """Return for each layer the units to show, those first whose gates open least in the first seconds."""
        from asr.inspection import inspected

        view, watch = inspected(self._recognizer)
        view.step(view.start(), sound[: 4 * view.config.rate])
        opened = np.mean([glimpse.openness[:, 0].numpy().mean(1) for glimpse in watch.take()], 0)
        shown = np.linspace(0, opened.shape[1] - 1, min(UNITS, opened.shape[1])).astype(int)
        return [np.argsort(layer, kind="stable")[shown] for layer in opened]

    def _moments(self, sound: np.ndarray, order: list[np.ndarray]) -> Iterator[Moment]:
        c = self._recognizer.config
        streams = [_InspectedStream(self._recognizer, forgets, order) for forgets in (False, True)]
        frames = np.asarray(self._recognizer.features(sound))
        low, high = np.percentile(frames, (5, 99.5))
        mel = np.clip((frames - low) / max(high - low, 1e-3), 0, 1)
        block = 0

        def moment(remembering: View, forgetting: View) -> Moment:
            first = block * c.block_frames
            end = min((block + 1) * c.block_samples, len(sound)) / c.rate
            return Moment(block, end, Picture.of(mel[first : first + c.block_frames], first), remembering, forgetting)

        for piece in (*np.split(sound, range(c.block_samples, len(sound), c.block_samples)), None):
            for views in zip(
                *(stream.finish() if piece is None else stream.step(piece) for stream in streams), strict=True
            ):
                yield moment(*views)
                block += 1
