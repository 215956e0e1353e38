"""The pool of processes: turns, what a process that dies takes with it, and the words of streams beside each other."""

import asyncio
import functools
import os
import signal
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.server import engine as engine_module
from app.server.engine import Engine
from app.server.errors import ServerError
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
