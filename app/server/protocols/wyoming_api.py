"""Wyoming over TCP, as Home Assistant uses it: describe, transcribe, audio-start, audio-chunk, audio-stop.

Words come as transcript-chunk while they are spoken, the whole text as transcript at the end. The protocol has no
secret, so beyond this computer only the addresses of `--allow` are answered.
"""

import asyncio
import json
from contextlib import AsyncExitStack, suppress
from importlib.metadata import PackageNotFoundError, version

from wyoming.asr import Transcribe, Transcript, TranscriptChunk, TranscriptStart, TranscriptStop
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.error import Error
from wyoming.event import Event, async_write_event
from wyoming.info import AsrModel, AsrProgram, Attribution, Describe, Info
from wyoming.ping import Ping, Pong

from app.log import logger
from app.server.engine_process import ModelInfo
from app.server.errors import ServerError
from app.server.service import LiveStream, Service
from app.server.settings import Network, is_allowed
from asr.errors import EchoicError
from asr.text.encodable import encodable
from asr.updates import Update, text_of

LINE_BYTES = 1 << 16  # of the first line of an event
MAX_CHANNELS = 8


class WyomingServer:
    """Answers connections on one port. Thread of the loop."""

    def __init__(self, service: Service, allow: tuple[Network, ...]) -> None:
        self._service, self._allow = service, allow
        self._connections: set[asyncio.Task[None]] = set()

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection until it is closed; for `asyncio.start_server`."""
        peer = writer.get_extra_info("peername") or ("",)
        task = asyncio.current_task()
        assert task
        if len(self._connections) >= self._service.limits.connections or not is_allowed(peer[0], self._allow):
            self._service.metrics.refused.labels("connection").inc()
            writer.transport.abort()
            return
        self._connections.add(task)
        try:
            async with AsyncExitStack() as stack:
                await _Conversation(reader, writer, self._service, peer[0], stack).run()
        except (ConnectionError, EOFError, TimeoutError):  # the client went away, or does not take what it is sent
            writer.transport.abort()
        except Exception as error:  # asyncio would print it, with what was sent
            logger.error("server: defect", exc_info=error)
        finally:
            self._connections.discard(task)
            with suppress(ConnectionError, TimeoutError):
                writer.close()
                await asyncio.wait_for(writer.wait_closed(), 1.0)
            writer.transport.abort()

    async def stop(self) -> None:
        """End all connections."""
        for task in list(self._connections):
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)


class _Conversation:
    """The events of one connection."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        service: Service,
        address: str,
        stack: AsyncExitStack,
    ) -> None:
        self._reader, self._writer, self._service, self._address = reader, writer, service, address
        self._stack = stack  # what the open stream holds
        self._live: LiveStream | None = None
        self._format = (0, 0, 0)  # rate, width, channels
        self._texts: list[str] = []  # of the words so far

    async def run(self) -> None:
        """Answer events until the connection ends. Raises ConnectionError, EOFError, TimeoutError."""
        try:
            while True:
                try:
                    event = await self._service.next_message(
                        read_event(self._reader, self._service.limits.message_bytes)
                    )
                except ServerError:  # the words so far come before the end
                    if self._live:
                        await self._finish()
                    raise
                if event is None:
                    return
                await self._answer(event)
        except EchoicError as error:
            self._service.metrics.failed.labels(error.code).inc()
            if error.code != "silent":
                await self._write(Error(str(error), error.code).event())

    async def _answer(self, event: Event) -> None:
        if Describe.is_type(event.type):
            await self._write(info(self._service.engine.model).event())
        elif Ping.is_type(event.type):
            await self._write(Pong(_text(event, "text") or None).event())
        elif Transcribe.is_type(event.type):
            self._service.check_language(_text(event, "language"))
        elif AudioStart.is_type(event.type):
            await self._start(event)
        elif AudioChunk.is_type(event.type):
            if self._live is None or _format(event) != self._format:
                await self._start(event)
            await self._recognise(event.payload or b"")
        elif AudioStop.is_type(event.type) and self._live:
            await self._finish()
        # other events belong to other services, and are to be ignored

    async def _start(self, event: Event) -> None:
        """Begin a stream; one that is still open is given up."""
        await self._end()
        self._format = rate, width, channels = _format(event)
        if width != 2 or not 1 <= channels <= MAX_CHANNELS:
            expected = f"16-bit samples (width 2) in 1 to {MAX_CHANNELS} channels"
            raise ServerError("bad-message", expected=expected, found=f"width {width}, channels {channels}")
        await self._stack.enter_async_context(self._service.place("wyoming", self._address))
        live = self._service.live("wyoming", float(rate), channels=channels)
        self._live = await self._stack.enter_async_context(live)

    async def _recognise(self, data: bytes) -> None:
        assert self._live
        try:
            reply = await self._live.push(data)
        except ServerError as error:
            if error.code == "too-long":
                await self._finish()
            raise
        await self._send_words(reply.updates)

    async def _send_words(self, updates: tuple[Update, ...]) -> None:
        for update in updates:
            if text := text_of(update.words):
                if not self._texts:
                    await self._write(TranscriptStart(language=self._service.engine.model.language).event())
                await self._write(TranscriptChunk(text=f" {text}" if self._texts else text).event())
                self._texts.append(text)

    async def _finish(self) -> None:
        """Send the last words and the whole text."""
        assert self._live
        reply = await self._live.finish()
        await self._send_words(reply.updates)
        language = self._service.engine.model.language
        if not self._texts:
            await self._write(TranscriptStart(language=language).event())
        await self._write(Transcript(" ".join(self._texts), language=language).event())
        await self._write(TranscriptStop().event())
        await self._end()

    async def _end(self) -> None:
        self._live, self._texts = None, []
        await self._stack.aclose()

    async def _write(self, event: Event) -> None:
        await asyncio.wait_for(async_write_event(event, self._writer), self._service.limits.idle_seconds)


async def read_event(reader: asyncio.StreamReader, max_bytes: int) -> Event | None:
    """Read one event, None at the end. The library's own function takes any length that a client states.

    Raises:
        ServerError: It is no event, or longer than allowed.
        EOFError: The connection ended inside an event.
    """
    expected = f"a Wyoming event: a line of JSON of at most {LINE_BYTES} bytes, then at most {max_bytes} bytes"
    try:
        line = await reader.readline()
    except ValueError as error:
        raise ServerError("bad-message", expected=expected, found="a longer line") from error
    if not line:
        return None
    try:
        header = json.loads(line)
        data = header.get("data") or {}
        lengths = [int(header.get(key) or 0) for key in ("data_length", "payload_length")]
        kind = header["type"]
        if not isinstance(data, dict) or not isinstance(kind, str):
            raise ValueError
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as error:
        raise ServerError("bad-message", expected=expected, found=f"{line[:40]!r}") from error
    if min(lengths) < 0 or max(lengths) > max_bytes:
        raise ServerError("bad-message", expected=expected, found=f"{max(lengths)} bytes")
    more, payload = [await reader.readexactly(length) if length else b"" for length in lengths]
    if more:
        try:
            data = data | json.loads(more)
        except (ValueError, TypeError, RecursionError) as error:
            raise ServerError("bad-message", expected=expected, found=f"{more[:40]!r}") from error
    return Event(kind, data, payload or None)


def info(model: ModelInfo) -> Info:
    """Return what the server can do, as Home Assistant shows it."""
    try:
        number = version("echoic")
    except PackageNotFoundError:  # run from a folder
        number = None
    by = Attribution(name="The Echoic authors", url="")
    speech = AsrModel(
        name=model.name or "echoic",
        attribution=by,
        installed=True,
        description="Streaming GRU recogniser",
        version=number,
        languages=[model.language],
    )
    program = AsrProgram(
        name="echoic",
        attribution=by,
        installed=True,
        description="Echoic: offline speech to text",
        version=number,
        models=[speech],
        supports_transcript_streaming=True,
    )
    return Info(asr=[program])


def _text(event: Event, key: str) -> str:
    """Return a text of an event, such that it can be sent back."""
    value = event.data.get(key)
    return encodable(value) if isinstance(value, str) else ""


def _format(event: Event) -> tuple[int, int, int]:
    """Return rate, width and channels of an event. Raises ServerError."""
    values = [event.data.get(key) for key in ("rate", "width", "channels")]
    if not all(isinstance(value, int) and 0 <= value < 1 << 24 for value in values):
        raise ServerError("bad-message", expected="whole numbers as rate, width and channels", found=f"{values}"[:60])
    rate, width, channels = (int(value) for value in values if value is not None)
    return rate, width, channels
