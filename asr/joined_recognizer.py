"""A recogniser whose streams run in threads of their own and still go together through the networks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from threading import Condition, Lock, get_ident
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np

from asr.pipeline import SpeechRecognizer, StreamConfig
from asr.stream_options import DEFAULT_OPTIONS, StreamOptions
from asr.updates import Update
from asr.user.vocabulary import PronouncedWord, Vocabulary

if TYPE_CHECKING:
    from asr.text.formatter.stage import Formatter

StateT = TypeVar("StateT")
WAIT = 0.02  # seconds; a block has some hundred milliseconds of sound


@dataclass(eq=False)
class _Step(Generic[StateT]):
    """A step that a thread wants."""

    state: StateT
    samples: np.ndarray
    thread: int = field(default_factory=get_ident)
    results: "list[tuple[StateT, Update | None] | Exception]" = field(default_factory=list)  # one, once it is done


class JoinedRecognizer(Generic[StateT]):
    """A recogniser for streams in several threads, with the words of the one that it is made of.

    While one thread steps, the steps that others ask for gather; the next thread makes them all by one `step_together`.
    Before, it waits for those that have stepped before, WAIT seconds at most. Any thread may call it.

    Args:
        recognizer: It is not changed.
    """

    def __init__(self, recognizer: SpeechRecognizer[StateT]) -> None:
        self._recognizer = recognizer
        self._stepping, self._gathering = Lock(), Condition()
        self._wanted: list[_Step[StateT]] = []
        self._threads: set[int] = set()  # that have stepped, and were not waited for in vain since

    @property
    def name(self) -> str:
        """Name of the model."""
        return self._recognizer.name

    @property
    def config(self) -> StreamConfig:
        """What the model assumes about sound and words."""
        return self._recognizer.config

    @property
    def formatter(self) -> "Formatter | None":
        """What writes words with capitals, marks and digits."""
        return self._recognizer.formatter

    @property
    def joins_streams(self) -> bool:
        """Whether it takes less time than the recogniser that it is made of."""
        return self._recognizer.joins_streams

    def features(self, samples: np.ndarray) -> Any:
        """Return what the network sees, for pictures."""
        return self._recognizer.features(samples)

    def start(self, options: StreamOptions = DEFAULT_OPTIONS) -> StateT:
        """Return the state of a stream before any sound."""
        return self._recognizer.start(options)

    def change_options(self, state: StateT, options: StreamOptions) -> StateT:
        """Return the state with other options, which the next utterance takes up."""
        return self._recognizer.change_options(state, options)

    def pronounce(self, vocabulary: Vocabulary) -> list[tuple[PronouncedWord, ...]]:
        """Return for each entry of a vocabulary its words with their pronunciations; raises VocabularyError."""
        return self._recognizer.pronounce(vocabulary)

    def knows(self, words: Iterable[str]) -> set[str]:
        """Return those of some words, as they are spoken, that are recognised without a vocabulary."""
        return self._recognizer.knows(words)

    def step(self, state: StateT, samples: np.ndarray) -> tuple[StateT, Update | None]:
        """Take (n,) float32 samples, together with those that other threads bring meanwhile."""
        mine: _Step[StateT] = _Step(state, samples)
        with self._gathering:
            self._wanted.append(mine)
            self._threads.add(mine.thread)
            self._gathering.notify()
        with self._stepping:
            if not mine.results:  # else another thread has made this step with its own
                with self._gathering:
                    if not self._gathering.wait_for(lambda: len(self._wanted) >= len(self._threads), WAIT):
                        self._threads = {each.thread for each in self._wanted}
                    wanted, self._wanted = self._wanted, []
                try:
                    found = self._recognizer.step_together([(each.state, each.samples) for each in wanted])
                except BaseException:  # of this thread, such as KeyboardInterrupt: the other threads make their own
                    with self._gathering:
                        self._wanted += [each for each in wanted if each is not mine]
                    raise
                for each, result in zip(wanted, found, strict=True):
                    each.results.append(result)
        (result,) = mine.results
        if isinstance(result, Exception):
            raise result
        return result

    def step_together(
        self, inputs: Sequence[tuple[StateT, np.ndarray]]
    ) -> Sequence[tuple[StateT, Update | None] | Exception]:
        """Step many streams of one thread."""
        return self._recognizer.step_together(inputs)

    def finish(self, state: StateT) -> Update:
        """Return the last update of a stream that ends here."""
        return self._recognizer.finish(state)
