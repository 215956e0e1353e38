"""Streams in threads that share a recogniser: each has the words that it has alone, and its own exceptions."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from functools import partial
from typing import Any

import numpy as np
import pytest

from asr.joined_recognizer import JoinedRecognizer
from asr.pipeline import transcribe, whole_blocks
from asr.recognizer import Recognizer
from asr.updates import Update
from asr.user.vocabulary import Vocabulary
from tests.support.recognition.fakes import FakeRecognizer, FakeState
from tests.support.recognition.streams import SPEECH

SECOND = np.zeros(16_000, np.float32)


def words_of(recognizer: Any, sound: np.ndarray) -> list[Update]:
    return list(transcribe(recognizer, np.array_split(sound, 7)))


def in_threads(works: Sequence[Callable[[], Any]]) -> list[Any]:
    """Return the results of functions that run at the same time, exceptions among them."""
    found: list[Any] = [None] * len(works)

    def run(number: int) -> None:
        try:
            found[number] = works[number]()
        except BaseException as error:
            found[number] = error

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    return found


class Counting(FakeRecognizer):
    """It notes how many streams each call was for, and holds the first call until others have come."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.calls: list[int] = []
        self.entered, self.go_on = threading.Event(), threading.Event()

    def step_together(self, inputs: Sequence[Any]) -> Any:
        self.calls.append(len(inputs))
        self.entered.set()
        assert self.go_on.wait(60)
        return super().step_together(inputs)


def step_beside(joined: JoinedRecognizer[FakeState], slow: Counting, others: Sequence[np.ndarray]) -> list[Any]:
    """Step one stream, and others that come while it is stepped; return what each found."""

    def others_later() -> list[Any]:
        assert slow.entered.wait(60)
        works = [partial(joined.step, joined.start(), samples) for samples in others]
        timer = threading.Timer(0.2, slow.go_on.set)  # by then they have come
        timer.start()
        return in_threads(works)

    first, rest = in_threads([partial(joined.step, joined.start(), SECOND), others_later])
    return [first, *rest]


@pytest.mark.slow
def test_words_of_each_thread_are_those_of_the_recogniser(tiny: Recognizer) -> None:
    joined = JoinedRecognizer(tiny)
    sounds = [np.roll(SPEECH, -1500 * number) for number in range(5)]
    works = [partial(words_of, joined, sound) for sound in sounds]
    found = in_threads(works)
    for sound, updates in zip(sounds, found, strict=True):
        assert updates == words_of(tiny, sound) and len(updates) > 3


@pytest.mark.parametrize("fails", [False, True])
def test_whole_blocks_are_all_of_the_sound(tiny: Recognizer, fails: bool) -> None:
    def chunks() -> Iterator[np.ndarray]:
        yield from np.array_split(SPEECH, 77)
        if fails:
            raise OSError

    found = []
    with pytest.raises(OSError) if fails else nullcontext():
        for chunk in whole_blocks(tiny.config, chunks()):
            found.append(chunk)
    np.testing.assert_array_equal(np.concatenate(found), SPEECH)
    assert all(len(chunk) % tiny.config.block_samples == 0 for chunk in found[:-1])


def test_what_comes_meanwhile_goes_together() -> None:
    slow = Counting()
    found = step_beside(JoinedRecognizer(slow), slow, [SECOND] * 6)
    assert slow.calls[0] == 1 and sum(slow.calls) == 7 and max(slow.calls) > 3
    assert all(state.samples == 16_000 for state, _ in found)


def test_an_exception_is_that_of_its_own_thread() -> None:
    slow = Counting(fail_at=1.5)
    found = step_beside(JoinedRecognizer(slow), slow, [SECOND, np.tile(SECOND, 2), SECOND])
    assert isinstance(found[2], RuntimeError)
    assert [state.samples for state, _ in (found[0], found[1], found[3])] == [16_000] * 3


def test_a_thread_that_is_ended_leaves_the_steps_of_others_to_them() -> None:
    class Ended(Counting):
        def step_together(self, inputs: Sequence[Any]) -> Any:
            if len(inputs) > 1 and not any(count > 1 for count in self.calls):
                self.calls.append(len(inputs))
                raise KeyboardInterrupt
            return super().step_together(inputs)

    slow = Ended()
    found = step_beside(JoinedRecognizer(slow), slow, [SECOND] * 5)
    assert sum(isinstance(each, KeyboardInterrupt) for each in found) == 1
    assert sum(isinstance(each, tuple) and each[0].samples == 16_000 for each in found) == 5


def test_all_else_is_that_of_the_recogniser(tiny: Recognizer) -> None:
    joined = JoinedRecognizer(tiny)
    for name in ("name", "config", "formatter", "joins_streams"):
        assert getattr(joined, name) is getattr(tiny, name)
    np.testing.assert_array_equal(joined.features(SPEECH), tiny.features(SPEECH))
    assert joined.knows(["word0", "zebra"]) == {"word0"}
    vocabulary = Vocabulary.parse("New = B AA\n")
    assert joined.pronounce(vocabulary) == tiny.pronounce(vocabulary)
    with pytest.raises(ValueError, match="invalid samples"):
        joined.step(joined.start(), SPEECH * np.float32(1e10))
    (result,) = joined.step_together([(joined.start(), SPEECH)])
    assert not isinstance(result, Exception) and joined.finish(result[0]) == tiny.finish(result[0])
