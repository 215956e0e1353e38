"""What all protocols of a server share: the engine, the limits, the counters, and the way a stream begins and ends.

Everything here runs in the thread of the loop, so counts need no locks.
"""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from app.log import logger
from app.server.engine import Engine, EngineStream
from app.server.engine_process import Reply
from app.server.errors import ServerError
from app.server.metrics import Metrics
from app.server.settings import Limits
from asr.errors import EchoicError
from asr.stream_options import DEFAULT_OPTIONS, StreamOptions

Result = TypeVar("Result")

MINUTE = 60.0
MAX_ADDRESSES = 10_000  # of which the starts of the last minute are kept; past it the oldest are forgotten
BYTES = {"s16le": 2, "f32le": 4}  # of a sample


class Service:
    """The shared part of one server.

    Args:
        engine: The recogniser's processes.
        limits: What clients may use.
        options: The options of every stream.

    Attributes:
        stopping: Set when the server ends: no new streams, and those that are open have to finish.
        cut: Set some time later: what is still open ends with the words so far.
    """

    def __init__(self, engine: Engine, limits: Limits, options: StreamOptions = DEFAULT_OPTIONS) -> None:
        self.engine, self.limits, self.options = engine, limits, options
        self.metrics = Metrics()
        self.stopping = asyncio.Event()
        self.cut = asyncio.Event()
        self.open_streams = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._starts: dict[str, deque[float]] = {}  # address -> times of its starts within the last minute

    @asynccontextmanager
    async def place(self, protocol: str, address: str) -> AsyncIterator[None]:
        """Take one of the places for streams, and give it back at the end. Raises ServerError where there is none."""
        try:
            self._admit(address)
        except ServerError as error:
            self.metrics.refused.labels(error.code).inc()
            raise
        self.open_streams += 1
        self._idle.clear()
        self.metrics.streams.labels(protocol).inc()
        self.metrics.open_streams.labels(protocol).inc()
        try:
            yield
        except EchoicError as error:
            self.metrics.failed.labels(error.code).inc()
            raise
        finally:
            self.open_streams -= 1
            self.metrics.open_streams.labels(protocol).dec()
            if not self.open_streams:
                self._idle.set()

    @asynccontextmanager
    async def live(
        self,
        protocol: str,
        rate: float,
        encoding: str = "s16le",
        channels: int = 1,
    ) -> AsyncIterator["LiveStream"]:
        """Begin a stream of raw samples, within `place`. Raises AudioError for an impossible rate, ServerError."""
        stream = await self.engine.live(rate, encoding, channels, self.options)
        try:
            yield LiveStream(self, stream, protocol, rate * BYTES[encoding] * channels)
        finally:
            stream.close()

    async def file(self, protocol: str, path: str, name: str) -> AsyncIterator[Reply]:
        """Recognise a media file, within `place`, and yield its replies. Raises AudioError, ServerError.

        A server that stops ends it before its time, which the fault of the last reply says.
        """
        stream = await self.engine.file(path, name, self.limits.seconds, self.options)
        try:
            before, over = 0.0, False
            while not over:
                cut = self.cut.is_set()
                reply = await stream.next_piece(last=cut)
                over = reply.over
                if cut:
                    reply = Reply(
                        reply.stream, reply.updates, reply.seconds, True, reply.fault or ServerError("stopping")
                    )
                self.count(protocol, reply, before)
                before = reply.seconds
                yield reply
        finally:
            stream.close()

    def check_language(self, wanted: str) -> None:
        """Refuse a language that the model does not know; en-GB is English. Raises ServerError."""
        language = self.engine.model.language
        if wanted and wanted.replace("_", "-").lower().partition("-")[0] != language:
            raise ServerError("other-language", expected=language, found=wanted[:40])

    def count(self, protocol: str, reply: Reply, before: float) -> None:
        """Count the words of a reply, and its sound since `before` seconds."""
        self.metrics.seconds.labels(protocol).inc(max(0.0, reply.seconds - before))
        self.metrics.words.labels(protocol).inc(sum(len(update.words) for update in reply.updates))

    async def next_message(self, message: Coroutine[Any, Any, Result]) -> Result:
        """Wait for a client's message. Raises ServerError: "stopping", or "silent" where none comes in time."""
        coming = asyncio.ensure_future(message)
        stop = asyncio.ensure_future(self.stopping.wait())
        try:
            await asyncio.wait((coming, stop), timeout=self.limits.idle_seconds, return_when=asyncio.FIRST_COMPLETED)
            if coming.done():
                return coming.result()
            if stop.done():
                raise ServerError("stopping")
            raise ServerError("silent", seconds=self.limits.idle_seconds)
        finally:
            coming.cancel()
            stop.cancel()

    async def stop(self) -> None:
        """Refuse new streams, and wait until those that are open have their last words, within the time for that."""
        self.stopping.set()
        logger.info("server: stopping, %d streams open", self.open_streams)
        grace = self.limits.grace_seconds
        for seconds in (0.75 * grace, 0.25 * grace):
            try:
                await asyncio.wait_for(self._idle.wait(), seconds)
                return
            except TimeoutError:
                self.cut.set()
        logger.warning("server: %d streams did not end in time", self.open_streams)

    def _admit(self, address: str) -> None:
        if self.stopping.is_set():
            raise ServerError("stopping")
        if self.open_streams >= self.limits.streams:
            raise ServerError("busy", streams=self.limits.streams)
        now = time.monotonic()
        starts = self._starts.pop(address, deque())
        while starts and now - starts[0] > MINUTE:
            starts.popleft()
        self._starts[address] = starts  # the newest address is the last
        if len(starts) >= self.limits.starts_per_minute:
            raise ServerError("too-often", count=self.limits.starts_per_minute)
        starts.append(now)
        if len(self._starts) > MAX_ADDRESSES:
            self._starts.pop(next(iter(self._starts)))


class LiveStream:
    """A stream of raw samples within the limits, counted."""

    def __init__(self, service: Service, stream: EngineStream, protocol: str, bytes_per_second: float) -> None:
        self._service, self._stream, self._protocol = service, stream, protocol
        self._left = service.limits.seconds * bytes_per_second
        self._seconds = 0.0

    async def push(self, data: bytes) -> Reply:
        """Recognise samples. Raises ServerError "too-long" at the limit; `finish` still gives the words before it."""
        if len(data) > self._left:
            raise ServerError("too-long", seconds=self._service.limits.seconds)
        self._left -= len(data)
        began = time.perf_counter()
        reply = self._counted(await self._stream.push(data))
        self._service.metrics.delay.labels(self._protocol).observe(time.perf_counter() - began)
        return reply

    async def finish(self) -> Reply:
        """End the stream and return its last words."""
        return self._counted(await self._stream.finish())

    def _counted(self, reply: Reply) -> Reply:
        self._service.count(self._protocol, reply, self._seconds)
        self._seconds = reply.seconds
        return reply
