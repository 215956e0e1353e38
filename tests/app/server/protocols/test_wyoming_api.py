"""Wyoming, with its own client, as Home Assistant uses that."""

import asyncio
import json
import socket
from collections.abc import Coroutine
from typing import Any

import numpy as np
import pytest

from tests.support.programs.servers import Running, running
from tests.support.recognition import sound

pytest.importorskip("wyoming", reason="the package wyoming is not installed")
from wyoming.asr import Transcribe, Transcript, TranscriptChunk, TranscriptStart, TranscriptStop
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncTcpClient
from wyoming.error import Error
from wyoming.event import Event
from wyoming.info import Describe, Info
from wyoming.ping import Ping, Pong

RATE, CHUNK = 16_000, 2048  # bytes: 64 ms


def within(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(asyncio.wait_for(work, 60))


def client_of(server: Running) -> AsyncTcpClient:
    return AsyncTcpClient("127.0.0.1", server.port("wyoming"))


def data_of(seconds: float, channels: int = 1) -> bytes:
    samples = (sound.noise(seconds, RATE) * 32_000).astype("<i2")
    return np.repeat(samples, channels).tobytes()


async def speak(client: AsyncTcpClient, seconds: float, channels: int = 1) -> None:
    """Send what Home Assistant sends for one command."""
    sound_format = {"rate": RATE, "width": 2, "channels": channels}
    await client.write_event(Transcribe(language="en").event())
    await client.write_event(AudioStart(**sound_format).event())
    data = data_of(seconds, channels)
    for start in range(0, len(data), CHUNK):
        await client.write_event(AudioChunk(**sound_format, audio=data[start : start + CHUNK]).event())
    await client.write_event(AudioStop().event())


async def events_until(client: AsyncTcpClient, kind: Any) -> list[Event]:
    events = []
    while (event := await client.read_event()) is not None:
        events.append(event)
        if kind.is_type(event.type):
            break
    return events


def test_describe(serving: Running) -> None:
    async def ask() -> Info:
        async with client_of(serving) as client:
            await client.write_event(Describe().event())
            event = await client.read_event()
            assert event and Info.is_type(event.type)
            return Info.from_event(event)

    (program,) = within(ask()).asr
    assert program.name == "echoic" and program.installed and program.supports_transcript_streaming
    assert [(model.name, model.languages) for model in program.models] == [("spoken-1", ["en"])]


@pytest.mark.parametrize("channels", [1, 2])
def test_a_command_is_transcribed_while_it_is_spoken(serving: Running, channels: int) -> None:
    async def command() -> list[Event]:
        async with client_of(serving) as client:
            await speak(client, 4.5, channels)
            return await events_until(client, TranscriptStop)

    events = within(command())
    kinds = [event.type for event in events]
    assert kinds[0] == "transcript-start" and kinds[-2:] == ["transcript", "transcript-stop"]
    assert TranscriptStart.from_event(events[0]).language == "en"
    chunks = [TranscriptChunk.from_event(event).text for event in events[1:-2]]
    transcript = Transcript.from_event(events[-2])
    assert len(chunks) > 2 and "".join(chunks) == transcript.text == "word0 word1 word2 word3 word4"
    assert transcript.language == "en"


def test_two_commands_on_one_connection(serving: Running) -> None:
    async def commands() -> list[str]:
        texts = []
        async with client_of(serving) as client:
            for seconds in (1.5, 2.5):
                await speak(client, seconds)
                events = await events_until(client, TranscriptStop)
                texts.append(Transcript.from_event(events[-2]).text)
        return texts

    assert within(commands()) == ["word0 word1", "word0 word1 word2"]
    serving.wait_until_idle()


def test_no_sound_has_an_empty_transcript(serving: Running) -> None:
    async def command() -> list[str]:
        async with client_of(serving) as client:
            await client.write_event(AudioStart(RATE, 2, 1).event())
            await client.write_event(AudioStop().event())
            return [event.type for event in await events_until(client, TranscriptStop)]

    assert within(command()) == ["transcript-start", "transcript", "transcript-stop"]


def test_ping_and_unknown_events(serving: Running) -> None:
    async def talk() -> Pong:
        async with client_of(serving) as client:
            await client.write_event(Event("of-the-future", {"a": 1}, b"xyz"))
            await client.write_event(AudioStop().event())
            await client.write_event(Ping("hello").event())
            event = await client.read_event()
            assert event
            return Pong.from_event(event)

    assert within(talk()).text == "hello"


@pytest.mark.parametrize(
    "events",
    [
        [Transcribe(language="de").event()],
        [AudioStart(RATE, 4, 1).event()],
        [AudioStart(RATE, 2, 0).event()],
        [AudioStart(RATE, 2, 9999).event()],
        [AudioStart(7, 2, 1).event()],
        [Event("audio-start", {"rate": "fast", "width": 2, "channels": 1})],
        [Event("audio-start", {})],
        [Event("audio-chunk", {"rate": RATE, "width": -2, "channels": 1}, b"ab")],
    ],
)
def test_what_cannot_be_done_is_an_error_event(serving: Running, events: list[Event]) -> None:
    async def talk() -> list[Event]:
        async with client_of(serving) as client:
            for event in events:
                await client.write_event(event)
            return await events_until(client, Error)

    (event,) = within(talk())
    error = Error.from_event(event)
    assert "xpected" in error.text or "recognises" in error.text
    serving.wait_until_idle()


@pytest.mark.slow
@pytest.mark.parametrize(
    "garbage",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 30 + b"\n",
        b"{}\n",
        b"[]\n",
        b'{"type": 3}\n',
        b"[" * 60_000 + b"\n",
        b"x" * 200_000,
        b'{"type": "audio-chunk", "payload_length": 99999999999}\n',
        b'{"type": "audio-chunk", "payload_length": -5}\n',
        b'{"type": "audio-chunk", "data_length": 1e400}\n',
        b'{"type": "describe", "data_length": 3}\nabc',
        b'{"type": "describe", "data": [1]}\n',
    ],
)
def test_garbage_is_answered_with_an_error_and_the_end(
    serving: Running, garbage: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.create_connection(("127.0.0.1", serving.port("wyoming")), 60) as connection:
        connection.settimeout(60)
        answer = b""
        try:
            connection.sendall(garbage)
            while piece := connection.recv(1 << 16):
                answer += piece
        except ConnectionError:  # what it had sent more was not read
            pass
    assert not answer or json.loads(answer.splitlines()[0])["type"] == "error"
    assert within(_describe(serving)) == "info"
    assert not caplog.records


def test_half_a_surrogate_pair_is_sent_back_as_a_question_mark(serving: Running) -> None:
    with socket.create_connection(("127.0.0.1", serving.port("wyoming")), 60) as connection:
        connection.sendall(b'{"type": "ping", "data": {"text": "a\\ud800b"}}\n')
        answer = b""
        while b"a?b" not in answer and (received := connection.recv(65_536)):
            answer += received
    assert b"pong" in answer and b"a?b" in answer


async def _describe(server: Running) -> str:
    async with client_of(server) as client:
        await client.write_event(Describe().event())
        event = await client.read_event()
        return event.type if event else ""


def test_busy_is_an_error_event() -> None:
    async def talk(server: Running) -> str:
        async with client_of(server) as first, client_of(server) as second:
            await first.write_event(AudioStart(RATE, 2, 1).event())
            await first.write_event(Ping("1").event())
            await first.read_event()
            await second.write_event(AudioStart(RATE, 2, 1).event())
            event = await second.read_event()
            return (Error.from_event(event).code or "") if event else ""

    with running(limits={"streams": 1}) as server:
        assert within(talk(server)) == "busy"
