"""One process of the recogniser: streams that have a block of sound go together, in common calls of the networks.

A turn is one block of each of some streams, about `MOST_TOGETHER` at most. Nobody waits for the sound of others:
whoever has a block when a turn begins takes part, and whoever comes later waits for the end of that turn. Streams that
bring sound no faster than it is spoken go first: a file, or a client that sends all it has at once, takes what they
leave, and one block of RESERVED at least. While a stream of the first kind is open, the others have turns of
BESIDE_LIVE blocks, so that it never waits long.

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
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.server.errors import ServerError
from asr.batching import MOST_TOGETHER
from asr.errors import AudioError, EchoicError
from asr.stream_options import StreamOptions
from asr.updates import Update

if TYPE_CHECKING:
    import numpy as np

    from asr.pipeline import AnyRecognizer, SpeechStream

PIECE_SECONDS = 2.0  # of a file, for each reply
AHEAD_SECONDS = 1.0  # that a stream may be faster than speech and still go first
RESERVED = 8  # every such block is of a stream that is faster than speech, where there is one
BESIDE_LIVE = 4  # blocks of files in a turn, while a stream is open that may want the next one


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


Piece = tuple["SpeechStream[Any]", "np.ndarray"]  # that completes one block at most
Job = Generator[Piece, list[Update], Reply]  # is sent the updates of each piece


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
        turns = _Turns(MOST_TOGETHER if recognizer.joins_streams else 1)
        connection.send(ModelInfo(recognizer.name, config.rate, config.language))
        _answer(connection, recognizer, turns)
    if threading.current_thread() is not threading.main_thread():
        connection.close()


@dataclass(frozen=True)
class _Waiting:
    """The work of a stream; `piece` is None before it has begun."""

    stream: "_Live | _File"
    job: Job
    piece: Piece | None = None


class _Turns:
    """The work that waits, and whose turn it is.

    Args:
        most: Blocks in a turn; 1 where joined calls of the networks are of no use.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._first: deque[_Waiting] = deque()  # of streams no faster than speech
        self._rest: deque[_Waiting] = deque()
        self._since = 0  # blocks of `_first` since the last one of `_rest`

    def __bool__(self) -> bool:
        return bool(self._first or self._rest)

    def add(self, work: _Waiting) -> None:
        """Add work behind that of the same kind of streams."""
        (self._rest if work.stream.recognised.is_ahead else self._first).append(work)

    def next(self, beside_live: bool) -> list[_Waiting]:
        """Remove and return what has its turn.

        Args:
            beside_live: A stream that is no faster than speech is open, whether it waits or not.
        """
        turn = [self._first.popleft() for _ in range(min(len(self._first), self._most))]
        if not turn:
            size = min(len(self._rest), self._most, BESIDE_LIVE if beside_live else self._most)
            return [self._rest.popleft() for _ in range(size)]
        self._since += len(turn)
        while self._rest and self._since >= RESERVED - 1:
            self._since -= RESERVED - 1
            turn.append(self._rest.popleft())
        self._since = min(self._since, RESERVED)
        return turn


def _answer(connection: Connection, recognizer: "AnyRecognizer", turns: _Turns) -> None:
    streams: dict[int, _Live | _File] = {}
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
                    turns.add(_Waiting(stream, stream.work(request.data, request.last)))
            else:
                try:
                    streams[request.stream] = (_Live if isinstance(request, OpenLive) else _File)(recognizer, request)
                    connection.send(Reply(request.stream))
                except Exception as error:
                    connection.send(_failed(request.stream, error))
        for reply in _turn(turns, streams):
            if reply.over:
                streams.pop(reply.stream).close()
            connection.send(reply)


def _turn(turns: _Turns, streams: "dict[int, _Live | _File]") -> Iterator[Reply]:
    """Recognise a piece of each stream that has its turn; yield the replies that are done, and add the rest again."""
    from asr.pipeline import SpeechStream

    begun: list[tuple[_Waiting, Piece]] = []
    beside_live = any(not stream.recognised.is_ahead for stream in streams.values())
    for work in turns.next(beside_live):
        if work.stream.number not in streams:  # closed meanwhile
            work.job.close()
            continue
        found = work.piece or _next_piece(work, None)
        if isinstance(found, Reply):
            yield found
        else:
            begun.append((work, found))
    recognised = SpeechStream.push_together([piece for _, piece in begun])
    for (work, _), updates in zip(begun, recognised, strict=True):
        found = _next_piece(work, updates)
        if isinstance(found, Reply):
            yield found
        else:
            turns.add(replace(work, piece=found))


def _next_piece(work: _Waiting, updates: list[Update] | Exception | None) -> Piece | Reply:
    """Give work what its last piece brought, None before the first one; return the next, or the reply."""
    try:
        if isinstance(updates, Exception):
            return work.job.throw(updates)
        return next(work.job) if updates is None else work.job.send(updates)
    except StopIteration as end:
        reply: Reply = end.value
        return reply
    except Exception as error:
        return _failed(work.stream.number, error)


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

    @property
    def is_ahead(self) -> bool:
        """Whether more sound was recognised than can have been spoken since the stream began."""
        return self.seconds - (time.monotonic() - self._began) > AHEAD_SECONDS

    def push(self, samples: "np.ndarray") -> Generator[Piece, list[Update], None]:
        """Have samples recognised block by block."""
        from asr.pipeline import blocks_of

        for part in blocks_of(self._config, [samples]):
            self._updates += yield self._speech, part
            self._samples += len(part)

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
        if over:
            found.finish()
        notes = tuple(map(str, self._media.notes)) if over else ()
        return Reply(self.number, found.take(), found.seconds, over, fault, notes)

    def close(self) -> None:
        self._media.close()
