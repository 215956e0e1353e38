"""The recogniser of a server: a pool of processes, and its streams as asyncio sees them.

A stream belongs to one process for its whole life, the one with the fewest streams when it began. Every call sends one
request and waits for its reply, so at most one message of a stream is on the way: what a client sends faster than it
can be recognised stays in its socket, and the client has to wait.

Processes, since the search runs in Python: two threads would share one core. `processes=0` runs the same code in a
thread, for one core and for tests.
"""

import asyncio
import itertools
import multiprocessing
import queue
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any

from app.log import logger
from app.server.engine_process import Close, ModelInfo, OpenFile, OpenLive, Reply, Request, Work, run, run_process
from app.server.errors import ServerError
from asr.errors import EchoicError
from asr.stream_options import DEFAULT_OPTIONS, StreamOptions

if TYPE_CHECKING:
    from asr.pipeline import AnyRecognizer

QUICK_DEATH = 30.0  # seconds: a process that dies sooner is not started again more than QUICK_DEATHS times in a row
QUICK_DEATHS = 5


class Engine:
    """Starts processes, gives streams to them, and replaces one that died. All calls from the thread of the loop.

    Args:
        load: Loads the recogniser; called in each process, so it must be picklable.
        processes: How many; 0 for a thread of this one.
    """

    def __init__(self, load: Callable[[], "AnyRecognizer"], processes: int) -> None:
        self._load, self._count = load, processes
        self._hosts: list[_Host] = []
        self._numbers = itertools.count(1)
        self._deaths: list[float] = []
        self._stopped = False
        self._replacing: set[asyncio.Task[None]] = set()
        self.model = ModelInfo("", 0, "")

    async def start(self) -> None:
        """Load the model in all processes. Raises ModelError."""
        self._hosts = [_Host(self._load, self._count > 0, self._lost) for _ in range(max(1, self._count))]
        try:
            self.model = (await asyncio.gather(*(host.ready for host in self._hosts)))[0]
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """End all processes; streams that are still open fail."""
        self._stopped = True
        hosts, self._hosts = self._hosts, []
        await asyncio.gather(*(asyncio.to_thread(host.stop) for host in hosts))

    @property
    def alive(self) -> bool:
        """Whether streams can be begun."""
        return any(host.alive for host in self._hosts)

    @property
    def failed(self) -> bool:
        """Whether its processes ended so often that they are started no more."""
        return not self._hosts and not self._stopped

    def pids(self) -> list[int]:
        """Return the process numbers; empty where the engine is a thread."""
        return [host.pid for host in self._hosts if host.pid]

    async def live(
        self, rate: float, encoding: str = "s16le", channels: int = 1, options: StreamOptions = DEFAULT_OPTIONS
    ) -> "EngineStream":
        """Begin a stream of raw samples. Raises AudioError for an impossible rate, ServerError."""
        stream = EngineStream(self._least_busy(), next(self._numbers))
        await stream.begin(OpenLive(stream.number, rate, encoding, channels, options))
        return stream

    async def file(
        self, path: str, name: str, max_seconds: float, options: StreamOptions = DEFAULT_OPTIONS
    ) -> "EngineStream":
        """Begin a stream of a media file. Raises AudioError for one that cannot be opened, ServerError."""
        stream = EngineStream(self._least_busy(), next(self._numbers))
        await stream.begin(OpenFile(stream.number, path, name, max_seconds, options))
        return stream

    def _least_busy(self) -> "_Host":
        alive = [host for host in self._hosts if host.alive]
        if not alive:
            raise ServerError("engine-lost")
        return min(alive, key=lambda host: len(host.streams))

    def _lost(self, host: "_Host") -> None:
        """Replace a process that ended by itself."""
        if self._stopped or host not in self._hosts:
            return
        self._hosts.remove(host)
        logger.error("server: a process of the recogniser ended")
        now = time.monotonic()
        self._deaths = [death for death in self._deaths if now - death < QUICK_DEATH] + [now]
        if len(self._deaths) > QUICK_DEATHS or self._count == 0:
            return
        replacement = _Host(self._load, True, self._lost)
        self._hosts.append(replacement)
        task = asyncio.create_task(self._await_ready(replacement))
        self._replacing.add(task)
        task.add_done_callback(self._replacing.discard)

    async def _await_ready(self, host: "_Host") -> None:
        with suppress(EchoicError):
            await host.ready


class EngineStream:
    """One stream in one process of the engine. A call at a time; `close` when done, whatever happened."""

    def __init__(self, host: "_Host", number: int) -> None:
        self._host, self.number = host, number
        self._closed = False

    async def begin(self, request: Request) -> None:
        """Send the first request. Raises EchoicError."""
        self._host.streams.add(self.number)
        try:
            await self._reply(request)
        except BaseException:
            self.close()
            raise

    async def push(self, data: bytes) -> Reply:
        """Recognise the bytes of some samples. Raises EchoicError."""
        return await self._reply(Work(self.number, data))

    async def next_piece(self, last: bool = False) -> Reply:
        """Recognise the next piece of a file; with `last`, end with what was read. Raises EchoicError.

        What is wrong about a file whose words were read is in the reply, and not raised.
        """
        reply = await self._host.request(Work(self.number, last=last))
        if reply.fault and not reply.seconds:
            raise reply.fault
        return reply

    async def finish(self) -> Reply:
        """End a live stream and return its last words. Half a sample at its end is no fault. Raises EchoicError."""
        return await self._host.request(Work(self.number, last=True))

    def close(self) -> None:
        """Let the process forget the stream."""
        if not self._closed:
            self._closed = True
            self._host.forget(self.number)

    async def _reply(self, request: Request) -> Reply:
        reply = await self._host.request(request)
        if reply.fault:
            raise reply.fault
        return reply


class _Host:
    """One process with its pipe. Two threads move what goes through the pipe, since it may block."""

    def __init__(self, load: Callable[[], "AnyRecognizer"], own_process: bool, lost: Callable[["_Host"], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._lost_callback = lost
        self.ready: asyncio.Future[ModelInfo] = self._loop.create_future()
        self.streams: set[int] = set()
        self.alive = False
        self._dead = False
        self._waiting: dict[int, asyncio.Future[Reply]] = {}
        self._outbox: queue.SimpleQueue[Request | None] = queue.SimpleQueue()
        self._connection, theirs = multiprocessing.Pipe()
        context = multiprocessing.get_context("spawn")  # no copy of this process with its threads and sockets
        self._process: Any
        if own_process:
            self._process = context.Process(
                target=run_process, args=(theirs, load), name="echoic recogniser", daemon=True
            )
        else:
            self._process = threading.Thread(target=run, args=(theirs, load), name="recogniser", daemon=True)
        self._process.start()
        if own_process:
            theirs.close()  # so that the end of the process is the end of the pipe
        self.pid: int = self._process.pid if own_process else 0
        self._threads = [
            threading.Thread(target=target, name=name, args=(self._connection,), daemon=True)
            for name, target in (("to recogniser", self._send_all), ("from recogniser", self._receive_all))
        ]
        for thread in self._threads:
            thread.start()

    async def request(self, request: Request) -> Reply:
        """Send a request and wait for its reply. Raises ServerError where the process is gone."""
        if self._dead:
            raise ServerError("engine-lost")
        future: asyncio.Future[Reply] = self._loop.create_future()
        self._waiting[request.stream] = future
        self._outbox.put(request)
        try:
            return await future
        finally:
            self._waiting.pop(request.stream, None)

    def forget(self, number: int) -> None:
        """Close a stream; a reply that is still on the way is dropped."""
        self.streams.discard(number)
        self._outbox.put(Close(number))

    def stop(self) -> None:
        """End the process and wait for it. Any thread; blocks for some seconds at most."""
        self._outbox.put(None)
        self._process.join(3.0)
        if self.pid and self._process.is_alive():
            self._process.kill()
            self._process.join()
        for thread in self._threads:
            thread.join(3.0)
        self._connection.close()

    def _send_all(self, connection: Connection) -> None:
        with suppress(OSError, ValueError):  # the process is gone
            while True:
                request = self._outbox.get()
                connection.send(request)
                if request is None:
                    return

    def _receive_all(self, connection: Connection) -> None:
        with suppress(OSError, EOFError):
            while True:
                reply = connection.recv()
                self._loop.call_soon_threadsafe(self._deliver, reply)
        with suppress(RuntimeError):  # the loop is closed
            self._loop.call_soon_threadsafe(self._on_lost)

    def _deliver(self, reply: "Reply | ModelInfo | EchoicError") -> None:
        if isinstance(reply, Reply):
            future = self._waiting.get(reply.stream)
            if future is not None and not future.done():
                future.set_result(reply)
        elif not self.ready.done():
            if isinstance(reply, ModelInfo):
                self.alive = True
                self.ready.set_result(reply)
            else:
                self.ready.set_exception(reply)

    def _on_lost(self) -> None:
        self.alive, self._dead = False, True
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(ServerError("engine-lost"))
        if not self.ready.done():
            self.ready.set_exception(ServerError("engine-lost"))
        self._outbox.put(None)  # ends the thread that sends
        self._lost_callback(self)
