"""The pool of processes: turns, what a process that dies takes with it, and the words of streams beside each other."""

import asyncio
import functools
import os
import signal
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from app.server import engine as engine_module
from app.server.engine import Engine
from app.server.engine_process import BESIDE_LIVE, RESERVED, _Turns, _Waiting
from app.server.errors import ServerError
from asr.batching import MOST_TOGETHER
from asr.errors import AudioError, ModelError
from asr.pipeline import SpeechStream, transcribe
from asr.recognizer import Recognizer
from tests.support.recognition.fakes import FakeRecognizer
from tests.support.recognition.spoken import SecondsRecognizer
from tests.support.recognition.streams import SPEECH

SECOND = bytes(2 * 16_000)


def with_engine(load: Callable[[], Any], processes: int, work: Callable[[Engine], Coroutine[Any, Any, Any]]) -> Any:
    async def run() -> Any:
        engine = Engine(load, processes)
        await engine.start()
        try:
            return await work(engine)
        finally:
            await engine.stop()

    return asyncio.run(asyncio.wait_for(run(), 120))


def words_of(reply: Any) -> list[str]:
    return [word.text for update in reply.updates for word in update.words]


@pytest.mark.parametrize("processes", [0, 2])
def test_streams_of_a_process_and_of_a_thread(processes: int) -> None:
    async def work(engine: Engine) -> None:
        assert engine.model.name == "spoken-1" and len(engine.pids()) == processes
        streams = [await engine.live(16_000) for _ in range(4)]
        for second in range(3):
            replies = await asyncio.gather(*(stream.push(SECOND) for stream in streams))
            assert [words_of(reply) for reply in replies] == [[f"word{second}"]] * 4
        last = await asyncio.gather(*(stream.finish() for stream in streams))
        assert all(reply.over and reply.updates[-1].endpoint for reply in last)
        for stream in streams:
            stream.close()

    with_engine(SecondsRecognizer, processes, work)


def test_streams_are_spread_over_the_processes() -> None:
    async def work(engine: Engine) -> list[int]:
        for _ in range(5):
            await engine.live(16_000)
        return sorted(len(host.streams) for host in engine._hosts)

    assert with_engine(SecondsRecognizer, 2, work) == [2, 3]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_a_process_that_dies_takes_only_its_own_streams() -> None:
    async def work(engine: Engine) -> None:
        lost, other = await engine.live(16_000), await engine.live(16_000)
        before = engine.pids()
        os.kill(lost._host.pid, signal.SIGKILL)
        with pytest.raises(ServerError) as caught:
            while True:
                await lost.push(SECOND)
        assert caught.value.code == "engine-lost"
        lost.close()
        assert words_of(await other.push(SECOND)) == ["word0"]
        while len([host for host in engine._hosts if host.alive]) < 2:
            await asyncio.sleep(0.05)
        assert len(set(engine.pids()) - set(before)) == 1
        again = await engine.live(16_000)
        assert words_of(await again.push(SECOND)) == ["word0"]

    with_engine(SecondsRecognizer, 2, work)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_the_only_process_is_replaced_too_and_given_up_after_some_times(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_module, "QUICK_DEATHS", 2)

    async def work(engine: Engine) -> None:
        for death in range(3):
            assert not engine.failed
            stream = await engine.live(16_000)
            assert words_of(await stream.push(SECOND)) == ["word0"]
            os.kill(stream._host.pid, signal.SIGKILL)
            with pytest.raises(ServerError):
                while True:
                    await stream.push(SECOND)
            while death < 2 and not engine.alive:
                await asyncio.sleep(0.05)
        while not engine.failed:
            await asyncio.sleep(0.05)
        with pytest.raises(ServerError):
            await engine.live(16_000)

    with_engine(SecondsRecognizer, 1, work)


def test_no_process_is_left(tmp_path: Path) -> None:
    async def work(engine: Engine) -> list[int]:
        await engine.live(16_000)
        return engine.pids()

    pids = with_engine(SecondsRecognizer, 2, work)
    assert len(pids) == 2
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def no_model() -> Recognizer:
    return Recognizer.load(Path("/nothing/here"))


@pytest.mark.slow
@pytest.mark.parametrize("processes", [0, 1])
def test_a_model_that_cannot_be_loaded_is_raised_at_the_start(processes: int) -> None:
    async def work(engine: Engine) -> None: ...

    with pytest.raises(ModelError, match="/nothing/here is not a folder"):
        with_engine(no_model, processes, work)


def test_what_is_wrong_with_a_stream_is_raised_and_others_go_on() -> None:
    async def work(engine: Engine) -> None:
        with pytest.raises(AudioError, match="sample rate of 5 Hz"):
            await engine.live(5)
        with pytest.raises(AudioError, match="unknown"):
            await engine.live(16_000, "mp3")
        with pytest.raises(ServerError, match="FileNotFoundError"):
            await engine.file("/nothing/here.wav", "here.wav", 100.0)
        stream = await engine.live(16_000, "f32le")
        with pytest.raises(AudioError, match="invalid sample"):
            await stream.push(np.array([0, np.nan], "<f4").tobytes())
        failing = await engine.live(16_000)
        with pytest.raises(ServerError, match="RuntimeError"):
            await failing.push(SECOND * 9)

    with_engine(functools.partial(FakeRecognizer, fail_at=5.0), 0, work)


def test_a_stream_that_is_closed_in_the_middle_is_worked_on_no_more() -> None:
    recognizer = SecondsRecognizer()
    recognizer.slow = 0.01

    async def work(engine: Engine) -> None:
        stream = await engine.live(16_000)
        pushing = asyncio.create_task(stream.push(SECOND * 500))
        await asyncio.sleep(0.1)
        pushing.cancel()
        stream.close()
        other = await engine.live(16_000)
        assert words_of(await other.push(SECOND)) == ["word0"]
        steps = recognizer.steps
        await asyncio.sleep(0.1)
        assert recognizer.steps == steps < 400

    with_engine(lambda: recognizer, 0, work)


@pytest.mark.slow
def test_a_stream_in_real_time_goes_before_those_that_send_all_at_once() -> None:
    """Counted in steps, so that it does not depend on how fast this machine is."""
    recognizer = SecondsRecognizer()
    recognizer.slow = 0.002
    waited = []

    async def work(engine: Engine) -> None:
        flooding = [await engine.live(16_000) for _ in range(8)]
        pushes = [asyncio.create_task(stream.push(SECOND * 200)) for stream in flooding]
        while recognizer.steps < 40:  # each is more than AHEAD_SECONDS ahead of the time
            await asyncio.sleep(0.01)
        spoken = await engine.live(16_000)
        for _ in range(5):
            await asyncio.sleep(0.05)
            before = recognizer.steps
            await spoken.push(SECOND[: 2 * 800])
            waited.append(recognizer.steps - before)
        assert not any(push.done() for push in pushes)
        finished = recognizer.steps
        await asyncio.sleep(0.2)
        assert recognizer.steps > finished  # they go on
        for stream, push in zip(flooding, pushes, strict=True):
            push.cancel()
            stream.close()

    with_engine(lambda: recognizer, 0, work)
    assert max(waited) <= 6, waited  # not a round of eight, and steps go on while the reply is on its way


class Joining(SecondsRecognizer):
    """Its calls for several streams are of use; it notes how many each was for."""

    def __init__(self, slow: float = 0.0, fail_at: float | None = None) -> None:
        super().__init__()
        self.joins_streams, self.turns = True, list[int]()
        self.slow, self.fail_at = slow, fail_at

    def step_together(self, inputs: Sequence[Any]) -> Any:
        self.turns.append(len(inputs))
        return super().step_together(inputs)


def test_streams_that_have_a_block_share_a_turn_and_others_are_not_waited_for() -> None:
    recognizer = Joining(slow=0.005)

    async def work(engine: Engine) -> None:
        streams = [await engine.live(16_000) for _ in range(MOST_TOGETHER + 4)]
        replies = await asyncio.gather(*(stream.push(SECOND) for stream in streams[:-1]))
        assert [words_of(reply) for reply in replies] == [["word0"]] * (len(streams) - 1)
        assert max(recognizer.turns) > 3 and max(recognizer.turns) <= MOST_TOGETHER
        assert sum(recognizer.turns) == len(streams) - 1  # the last stream has brought nothing, and nobody waits for it

    with_engine(lambda: recognizer, 0, work)


def test_a_stream_that_fails_in_a_turn_takes_no_other_with_it() -> None:
    recognizer = Joining(slow=0.005, fail_at=1.5)

    async def work(engine: Engine) -> None:
        streams = [await engine.live(16_000) for _ in range(5)]
        lengths = (1, 1, 3, 1, 1)
        pushes = [stream.push(SECOND * length) for stream, length in zip(streams, lengths, strict=True)]
        replies = await asyncio.gather(*pushes, return_exceptions=True)
        assert isinstance(replies[2], ServerError)
        assert [words_of(reply) for number, reply in enumerate(replies) if number != 2] == [["word0"]] * 4
        assert max(recognizer.turns) > 1

    with_engine(lambda: recognizer, 0, work)


def test_streams_beside_each_other_have_the_words_that_they_have_alone(tiny: Recognizer) -> None:
    sounds = [np.roll(SPEECH, -2000 * number) for number in range(5)]

    async def speak(engine: Engine, number: int) -> list[Any]:
        stream = await engine.live(16_000, "f32le")
        updates: list[Any] = []
        for part in np.array_split(sounds[number], 4 + number):
            updates += (await stream.push(part.astype("<f4").tobytes())).updates
        return updates + list((await stream.finish()).updates)

    async def work(engine: Engine) -> list[list[Any]]:
        return await asyncio.gather(*(speak(engine, number) for number in range(5)))

    found = with_engine(lambda: tiny, 0, work)
    for number, updates in enumerate(found):
        expected = list(transcribe(tiny, [sounds[number]]))
        words = [[word for update in each for word in update.words] for each in (updates, expected)]
        assert words[0] == words[1] and words[0]


def turns_of(most: int, first: int, rest: int) -> _Turns:
    """Return turns in which so many streams wait that are no faster than speech, and so many that are."""
    turns = _Turns(most)
    for number in range(first + rest):
        recognised = SimpleNamespace(is_ahead=number >= first)
        turns.add(_Waiting(cast(Any, SimpleNamespace(number=number, recognised=recognised)), cast(Any, None)))
    return turns


def kinds(turn: list[_Waiting]) -> list[bool]:
    return [work.stream.recognised.is_ahead for work in turn]


def test_a_turn_has_streams_in_real_time_first_and_a_share_of_others() -> None:
    turns = turns_of(MOST_TOGETHER, first=20, rest=40)
    assert kinds(turns.next(True)) == [False] * 16 + [True] * 2
    assert kinds(turns.next(True)) == [False] * 4
    turns = turns_of(MOST_TOGETHER, first=0, rest=40)
    assert kinds(turns.next(True)) == [True] * BESIDE_LIVE
    assert kinds(turns.next(False)) == [True] * MOST_TOGETHER
    turns = turns_of(1, first=70, rest=40)
    taken = [kind for _ in range(70) for kind in kinds(turns.next(True))]
    assert taken.count(True) == 10 and taken.index(True) == RESERVED - 1


def test_channels_are_mixed() -> None:
    found: list[np.ndarray] = []

    class Listening(SecondsRecognizer):
        def step(self, state: Any, samples: np.ndarray) -> Any:
            found.append(samples)
            return super().step(state, samples)

    async def work(engine: Engine) -> None:
        stream = await engine.live(16_000, channels=2)
        data = np.array([[1000, 3000], [-200, 0], [5, 6]], "<i2").tobytes()
        await stream.push(data[:5])
        await stream.push(data[5:])

    with_engine(Listening, 0, work)
    np.testing.assert_array_equal(np.concatenate(found), np.array([2000, -100, 5.5], np.float32) / 32_768)


def test_a_speech_stream_gives_what_transcribe_gives(tiny: Recognizer) -> None:
    """The object for calls and the iterator are one path, also in what an update covers."""
    chunks = np.array_split(SPEECH, 9)
    stream = SpeechStream(tiny)
    pushed = [update for chunk in chunks for update in stream.push(chunk)] + stream.finish()
    assert pushed == list(transcribe(tiny, chunks)) and len(pushed) > 3
    with pytest.raises(ValueError, match="finished"):
        stream.push(chunks[0])
    with pytest.raises(ValueError, match="finished"):
        stream.finish()
