"""One process of the recogniser: its streams take turns, a block of sound each, so that a long one delays no other.

Streams that bring sound no faster than it is spoken go first: a file, or a client that sends all it has at once, takes
what they leave, and one turn of RESERVED at least.

The process reads requests from a pipe and writes one reply to each. It opens no socket. Files of strangers are decoded
here too: a decoder that crashes ends this process and its streams, and the server goes on with another one.
"""

import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

from app.server.errors import ServerError
from asr.errors import AudioError, EchoicError
from asr.stream_options import StreamOptions
from asr.updates import Update

if TYPE_CHECKING:
    import numpy as np

    from asr.pipeline import AnyRecognizer

PIECE_SECONDS = 2.0  # of a file, for each reply
AHEAD_SECONDS = 1.0  # that a stream may be faster than speech and still go first
RESERVED = 8  # every such turn is of a stream that is faster than speech, where there is one


@dataclass(frozen=True)
class ModelInfo:
    """The first thing that a process writes: its model is loaded."""

    name: str
    rate: int
    language: str


@dataclass(frozen=True)
class OpenLive:
    """Begin a stream whose sound comes as raw samples."""

    stream: int
    rate: float  # Hz
    encoding: str  # a key of asr.audio.pcm.ENCODINGS
    channels: int
    options: StreamOptions


@dataclass(frozen=True)
class OpenFile:
    """Begin a stream whose sound is a media file."""

    stream: int
    path: str
    name: str  # what the client calls it
    max_seconds: float
    options: StreamOptions


@dataclass(frozen=True)
class Work:
    """Recognise the samples, or the next piece of the file; with `last`, end the stream."""

    stream: int
    data: bytes = b""
    last: bool = False


@dataclass(frozen=True)
class Close:
    """Forget a stream. The only request without a reply."""

    stream: int


Request = OpenLive | OpenFile | Work | Close


@dataclass(frozen=True)
class Reply:
    """What a request brought."""

    stream: int
    updates: tuple[Update, ...] = ()
    seconds: float = 0.0  # of sound recognised since the stream began
    over: bool = False  # the stream has ended
    fault: EchoicError | None = None  # what is wrong about the sound; words before it are in the updates
    notes: tuple[str, ...] = field(default=())  # what is odd, though no sound is missing


Job = Generator[None, None, Reply]  # a yield is a place where another stream may have its turn


def run_process(connection: Connection, load: Callable[[], "AnyRecognizer"]) -> None:
    """Be the process: a signal that ends the server does not end this one before its streams are finished."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    run(connection, load)
    os._exit(0)  # only memory is left, and torch would take seconds to free it


def run(connection: Connection, load: Callable[[], "AnyRecognizer"]) -> None:
    """Load the model and answer requests until the pipe is closed, or None comes. In a process or thread of its own."""
    with suppress(OSError, EOFError):  # the server is gone
        try:
            recognizer = load()
        except EchoicError as error:
            connection.send(error)
            return
        config = recognizer.config
        connection.send(ModelInfo(recognizer.name, config.rate, config.language))
        _answer(connection, recognizer)
    if threading.current_thread() is not threading.main_thread():
        connection.close()


class _Turns:
    """The work that waits, and whose turn it is."""

    def __init__(self) -> None:
        self._first: deque[tuple[_Live | _File, Job]] = deque()  # of streams no faster than speech
        self._rest: deque[tuple[_Live | _File, Job]] = deque()
        self._count = 0

    def __bool__(self) -> bool:
        return bool(self._first or self._rest)

    def add(self, stream: "_Live | _File", job: Job) -> None:
        """Add work behind that of the same kind of streams."""
        (self._rest if stream.recognised.ahead() > AHEAD_SECONDS else self._first).append((stream, job))

    def next(self) -> tuple["_Live | _File", Job]:
        """Remove and return what has its turn."""
        self._count += 1
        if self._rest and (not self._first or self._count % RESERVED == 0):
            return self._rest.popleft()
        return self._first.popleft()


def _answer(connection: Connection, recognizer: "AnyRecognizer") -> None:
    streams: dict[int, _Live | _File] = {}
    turns = _Turns()
    while True:
        while not turns or connection.poll():
            request = connection.recv()
            if request is None:
                return
            if isinstance(request, Close):
                if stream := streams.pop(request.stream, None):
                    stream.close()
            elif isinstance(request, Work):
                if stream := streams.get(request.stream):
                    turns.add(stream, stream.work(request.data, request.last))
            else:
                try:
                    streams[request.stream] = (_Live if isinstance(request, OpenLive) else _File)(recognizer, request)
                    connection.send(Reply(request.stream))
                except Exception as error:
                    connection.send(_failed(request.stream, error))
        stream, job = turns.next()
        if stream.number not in streams:  # closed meanwhile
            job.close()
            continue
        try:
            next(job)
        except StopIteration as end:
            reply: Reply = end.value
        except Exception as error:
            reply = _failed(stream.number, error)
        else:
            turns.add(stream, job)
            continue
        if reply.over:
            streams.pop(stream.number).close()
        connection.send(reply)


def _failed(number: int, error: Exception) -> Reply:
    """Return the reply of a stream that cannot go on."""
    fault = error if isinstance(error, EchoicError) else ServerError("engine-failed", kind=type(error).__name__)
    return Reply(number, over=True, fault=fault)


class _Recognised:
    """What both kinds of streams have in common: samples go in, updates and seconds come out."""

    def __init__(self, recognizer: "AnyRecognizer", options: StreamOptions) -> None:
        from asr.pipeline import SpeechStream

        self._config = recognizer.config
        self._speech = SpeechStream(recognizer, options)
        self._updates: list[Update] = []
        self._samples = 0
        self._began = time.monotonic()

    @property
    def seconds(self) -> float:
        return self._samples / self._config.rate

    def ahead(self) -> float:
        """Return how many seconds of sound were recognised beyond those that have passed."""
        return self.seconds - (time.monotonic() - self._began)

    def push(self, samples: "np.ndarray") -> Generator[None, None, None]:
        """Recognise samples, with a chance for other streams after each block."""
        from asr.pipeline import blocks_of

        for part in blocks_of(self._config, [samples]):
            self._updates += self._speech.push(part)
            self._samples += len(part)
            yield

    def finish(self) -> None:
        self._updates += self._speech.finish()

    def take(self) -> tuple[Update, ...]:
        """Return the updates since the last call."""
        updates, self._updates = tuple(self._updates), []
        return updates


class _Live:
    """A stream of raw samples."""

    def __init__(self, recognizer: "AnyRecognizer", request: OpenLive) -> None:
        from asr.audio.pcm import PcmStream

        self.number = request.stream
        self._pcm = PcmStream(request.rate, request.encoding, recognizer.config.rate, request.channels)
        self.recognised = _Recognised(recognizer, request.options)

    def work(self, data: bytes, last: bool) -> Job:
        found = self.recognised
        yield from found.push(self._pcm.push(data))
        over = last or bool(self._pcm.error)
        if over:
            yield from found.push(self._pcm.finish())
            found.finish()
        return Reply(self.number, found.take(), found.seconds, over, self._pcm.error)

    def close(self) -> None:
        pass


class _File:
    """A media file: it brings its sound itself, a piece for each request."""

    def __init__(self, recognizer: "AnyRecognizer", request: OpenFile) -> None:
        from asr.audio.media import open_media

        self.number, self._max_seconds = request.stream, request.max_seconds
        file = Path(request.path).open("rb", buffering=0)  # noqa: SIM115  # closed with the media
        self._media = open_media(file, request.name)
        if (self._media.duration or 0.0) > request.max_seconds:
            self._media.close()
            raise ServerError("too-long", seconds=request.max_seconds)
        self._chunks: Iterator[np.ndarray] = self._media.read(recognizer.config.rate)
        self.recognised = _Recognised(recognizer, request.options)

    def work(self, data: bytes, last: bool) -> Job:
        found = self.recognised
        enough = found.seconds + PIECE_SECONDS
        fault: EchoicError | None = None
        over = last
        while not over and found.seconds < enough:
            try:
                samples = next(self._chunks, None)
            except AudioError as error:
                samples, fault = None, error
            if samples is None:
                over = True
                break
            yield from found.push(samples)
            if found.seconds > self._max_seconds:
                raise ServerError("too-long", seconds=self._max_seconds)
            yield
        if over:
            found.finish()
        notes = tuple(map(str, self._media.notes)) if over else ()
        return Reply(self.number, found.take(), found.seconds, over, fault, notes)

    def close(self) -> None:
        self._media.close()
