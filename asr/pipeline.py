"""The one path from sound to words: the window, files, pipes and tools call `transcribe`, the server `SpeechStream`.

Both are the same path: `transcribe` pushes the chunks of an iterator into a `SpeechStream`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from asr.stream_options import DEFAULT_OPTIONS, StreamOptions
from asr.updates import Update, Word
from asr.user.vocabulary import PronouncedWord, Vocabulary

if TYPE_CHECKING:
    import numpy as np

    from asr.text.formatter.stage import Formatter, FormatterState

StateT = TypeVar("StateT")


class StreamConfig(Protocol):
    """The part of a model's configuration that consumers use."""

    @property
    def rate(self) -> int:
        """Sample rate in Hz of the samples that `step` takes."""

    @property
    def block_samples(self) -> int:
        """Samples that complete one block of the network."""

    @property
    def language(self) -> str:
        """ISO 639-1 code of the words."""


class SpeechRecognizer(Protocol[StateT]):
    """The part of a recogniser that consumers use: `asr.recognizer.Recognizer`, or a fake in tests.

    It holds weights and settings and never changes, so any number of streams and threads may share it. Everything that
    one stream remembers is in its state, and no call writes into a state.
    """

    @property
    def name(self) -> str:
        """Name of the model."""

    @property
    def config(self) -> StreamConfig:
        """What the model assumes about sound and words."""

    @property
    def formatter(self) -> "Formatter | None":
        """What writes words with capitals, marks and digits; None if the model has none."""

    def features(self, samples: "np.ndarray") -> Any:
        """Return what the network sees, for pictures: (n,) float32 samples -> (frames, mels) float32."""

    def start(self, options: StreamOptions = ...) -> StateT:
        """Return the state of a stream before any sound."""

    def change_options(self, state: StateT, options: StreamOptions) -> StateT:
        """Return the state with other options, which the next utterance takes up."""

    def pronounce(self, vocabulary: Vocabulary) -> list[tuple[PronouncedWord, ...]]:
        """Return for each entry of a vocabulary its words with their pronunciations; raises VocabularyError."""

    def knows(self, words: Iterable[str]) -> set[str]:
        """Return those of some words, as they are spoken, that are recognised without a vocabulary."""

    def step(self, state: StateT, samples: "np.ndarray") -> tuple[StateT, Update | None]:
        """Take (n,) float32 samples at `config.rate`. The update is None if nothing new is known."""

    def step_together(
        self, inputs: "Sequence[tuple[StateT, np.ndarray]]"
    ) -> Sequence[tuple[StateT, Update | None] | Exception]:
        """Step many streams, each as `step` does; in the place of what cannot be stepped stands the exception."""

    @property
    def joins_streams(self) -> bool:
        """Whether `step_together` takes less time than steps one by one. The first call may take a second."""

    def finish(self, state: StateT) -> Update:
        """Return the last update of a stream that ends here."""


AnyRecognizer = SpeechRecognizer[Any]  # for code that passes states on without looking into them


def blocks_of(config: StreamConfig, chunks: "Iterable[np.ndarray]") -> "Iterator[np.ndarray]":
    """Cut (n,) chunks so that each completes one block at most: no update then covers two endpoints."""
    import numpy as np

    for samples in chunks:
        yield from np.split(samples, range(config.block_samples, len(samples), config.block_samples))


def whole_blocks(config: StreamConfig, chunks: "Iterable[np.ndarray]") -> "Iterator[np.ndarray]":
    """Join (n,) chunks until they have whole blocks; the last one has what is left, also where `chunks` raise.

    Streams in threads (`asr.joined_recognizer`) then have a block at each step, and so something to share.
    """
    import numpy as np

    held = np.zeros(0, np.float32)
    try:
        for chunk in chunks:
            held = np.concatenate([held, chunk])
            if whole := len(held) // config.block_samples * config.block_samples:
                yield held[:whole]
                held = held[whole:]
    except Exception:
        yield held
        raise
    yield held


class SpeechStream(Generic[StateT]):
    """One stream that sound is pushed into: for what gets its sound by calls, such as a server or asyncio.

    `transcribe` is this object with an iterator before it, so both give the same updates. One thread at a time.

    Args:
        recognizer: The recogniser; it is not changed.
        options: The options that this stream begins with.
    """

    def __init__(self, recognizer: SpeechRecognizer[StateT], options: StreamOptions = DEFAULT_OPTIONS) -> None:
        self._recognizer, self._options = recognizer, options
        self._state = recognizer.start(options)
        self._written: FormatterState | None = None
        self._finished = False

    def change_options(self, options: StreamOptions) -> None:
        """Use other options: how words are written changes at once, all else with the next utterance.

        Raises:
            VocabularyError: The vocabulary of the options cannot be used; the stream goes on as it was.
        """
        self._state = self._recognizer.change_options(self._state, options)
        self._options = options

    def push(self, samples: "np.ndarray") -> list[Update]:
        """Take (n,) float32 samples at the rate of the model and return what is new; mostly one update or none.

        Raises:
            ValueError: The stream was finished.
        """
        if self._finished:
            raise ValueError("this stream was finished; a new one needs a new object")
        updates: list[Update] = []
        for part in blocks_of(self._recognizer.config, [samples]):
            updates += self._stepped(*self._recognizer.step(self._state, part))
        return updates

    def finish(self) -> list[Update]:
        """End the stream and return its last updates; the last of all closes the utterance.

        Raises:
            ValueError: The stream was finished before.
        """
        if self._finished:
            raise ValueError("this stream was finished before")
        self._finished = True
        return self._write(self._recognizer.finish(self._state), ends=True)

    @staticmethod
    def push_together(
        inputs: "Sequence[tuple[SpeechStream[StateT], np.ndarray]]",
    ) -> list[list[Update] | Exception]:
        """Push into many streams what `push` would, in common calls of the networks (`Recognizer.step_together`).

        One thread at a time for all of the streams.

        Args:
            inputs: Streams of one recogniser, each once, with samples that complete one block at most (`blocks_of`).

        Returns:
            Of each stream what is new, or the exception that `push` would raise; the others go on.
        """
        found: list[list[Update] | Exception] = []
        if not inputs:
            return found
        recognizer = inputs[0][0]._recognizer
        stepped = recognizer.step_together([(stream._state, samples) for stream, samples in inputs])
        for (stream, _), result in zip(inputs, stepped, strict=True):
            if isinstance(result, Exception):
                found.append(result)
                continue
            try:
                found.append(stream._stepped(*result))
            except Exception as error:
                found.append(error)
        return found

    def _stepped(self, state: StateT, update: Update | None) -> list[Update]:
        """Take what a step gave; return the updates of it."""
        self._state = state
        return self._write(update, ends=False) if update else []

    def _write(self, update: Update, ends: bool) -> list[Update]:
        """Return the updates that the formatter makes of one."""
        formatter = self._recognizer.formatter
        self._written, updates = _format(formatter, self._written, update, self._options, ends)
        return list(updates)


def transcribe(
    recognizer: SpeechRecognizer[StateT],
    chunks: "Iterable[np.ndarray | StreamOptions]",
    options: StreamOptions = DEFAULT_OPTIONS,
) -> Iterator[Update]:
    """Recognise a stream, and write its words with capitals, marks and digits.

    Words, displays, times and scores do not depend on how the sound is cut into chunks. Exceptions from `chunks` pass
    through.

    Args:
        recognizer: The recogniser; it is not changed.
        chunks: (n,) float32 samples at `recognizer.config.rate` each. Options among them are those of the stream from
            there on, see `SpeechStream.change_options`.
        options: The options that the stream begins with.

    Yields:
        An update whenever something new is known, and the last one when the chunks end.
    """
    stream = SpeechStream(recognizer, options)
    for chunk in chunks:
        if isinstance(chunk, StreamOptions):
            stream.change_options(chunk)
            continue
        for samples in blocks_of(recognizer.config, [chunk]):
            yield from stream.push(samples)
    yield from stream.finish()


def _format(
    formatter: "Formatter | None", state: "FormatterState | None", update: Update, options: StreamOptions, ends: bool
) -> "tuple[FormatterState | None, tuple[Update, ...]]":
    """Return the formatter's next state, None where it is off, and the updates that it makes of one.

    Words that wait when it is switched leave it first, written as they were shown.
    """
    waiting: tuple[Word, ...] = ()
    if formatter and state and not (options.formatted and state.commands == options.spoken_commands):
        waiting, state = formatter.stop(state), None
    if formatter is None or not options.formatted:
        return None, (replace(update, words=waiting + update.words),)
    state = state or formatter.start(options.spoken_commands)
    after: FormatterState | None = None
    if ends:
        updates = formatter.finish(state, update)
    else:
        after, updates = formatter.step(state, update)
    return after, (replace(updates[0], words=waiting + updates[0].words), *updates[1:])
