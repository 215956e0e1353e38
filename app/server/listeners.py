"""The ports of a server, and the protocols behind them.

uvicorn serves HTTP and websockets. It leaves a connection alone that never sends a request, or never takes its
responses; the two protocol classes here close those, and bound how many there are.
"""

import asyncio
import socket
import ssl
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from app.server.engine import Engine
from app.server.errors import ServerError
from app.server.protocols.http_app import http_app, vosk_app
from app.server.protocols.wyoming_api import LINE_BYTES, WyomingServer
from app.server.service import Service
from app.server.settings import Limits, ServerSettings
from asr.stream_options import DEFAULT_OPTIONS, StreamOptions

if TYPE_CHECKING:
    from asr.pipeline import AnyRecognizer

BACKLOG = 512  # connections that the system keeps waiting
PING_SECONDS = 30.0  # a websocket's client that does not answer for PONG_SECONDS is gone
PONG_SECONDS = 120.0  # as long as a message may wait for its turn
SHUTDOWN_SECONDS = 5  # for responses that are on their way when all streams have ended


class Server:
    """A server with all its ports. Calls from the thread of the loop.

    Args:
        settings: What it was started with.
        load: Loads the recogniser; picklable, since it is called in each process.
        options: Of every stream.

    Attributes:
        addresses: By protocol ("http", "vosk", "wyoming"), where it can be reached; known once it has started.
    """

    def __init__(
        self, settings: ServerSettings, load: Callable[[], "AnyRecognizer"], options: StreamOptions = DEFAULT_OPTIONS
    ) -> None:
        self._settings = settings
        self.engine = Engine(load, settings.processes)
        self.service = Service(self.engine, settings.limits, options)
        self.addresses: dict[str, str] = {}
        self._folder = tempfile.TemporaryDirectory(prefix="echoic-serve-", ignore_cleanup_errors=True)
        self._sockets: list[socket.socket] = []
        self._http: list[tuple[_Uvicorn, asyncio.Task[None]]] = []
        self._wyoming: tuple[WyomingServer, asyncio.Server] | None = None

    async def start(self) -> None:
        """Open the ports, load the model, and answer. Raises ServerError, ModelError."""
        settings = self._settings
        try:
            _check_certificate(settings)
            opened = {  # before the model is loaded: a port that is taken is known at once
                name: self._open(host, port, option)
                for name, host, port, option in (
                    ("http", settings.host, settings.port, "--port"),
                    ("vosk", settings.host, settings.vosk_port, "--vosk-port"),
                    ("wyoming", settings.wyoming_host, settings.wyoming_port, "--wyoming-port"),
                )
                if port is not None
            }
            await self.engine.start()
            if "http" in opened:
                await self._serve(http_app(self.service, settings, Path(self._folder.name)), opened["http"])
            if "vosk" in opened:
                await self._serve(vosk_app(self.service, settings), opened["vosk"])
            if "wyoming" in opened:
                wyoming = WyomingServer(self.service, settings.allow)
                server = await asyncio.start_server(
                    wyoming.handle, sock=opened["wyoming"], limit=LINE_BYTES, backlog=BACKLOG
                )
                self._wyoming = wyoming, server
        except BaseException:
            await self.close()
            raise
        secure = "s" if settings.cert else ""
        schemes = {"http": f"http{secure}", "vosk": f"ws{secure}", "wyoming": "tcp"}
        self.addresses = {name: f"{schemes[name]}://{_address(opened[name])}" for name in opened}

    async def stop(self) -> None:
        """Finish the words of all streams, then close everything."""
        await self.service.stop()
        await self.close()

    async def close(self) -> None:
        """Close everything; streams that are still open end at once."""
        self.service.stopping.set()
        if self._wyoming:
            wyoming, listener = self._wyoming
            listener.close()
            await wyoming.stop()
        for server, _ in self._http:
            server.should_exit = True
        if self._http:
            await asyncio.wait([task for _, task in self._http], timeout=SHUTDOWN_SECONDS + 5)
        for open_socket in self._sockets:
            open_socket.close()
        await self.engine.stop()
        await asyncio.to_thread(self._folder.cleanup)

    def _open(self, host: str, port: int, option: str) -> socket.socket:
        try:
            family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0][0]
            opened = socket.create_server((host, port), family=family, backlog=BACKLOG)
        except OSError as error:
            reason = error.strerror or error
            raise ServerError("port-taken", port=port, host=host, reason=reason, option=option) from error
        self._sockets.append(opened)
        return opened

    async def _serve(self, app: Any, opened: socket.socket) -> None:
        """Let uvicorn answer on a port; return once it does."""
        settings, limits = self._settings, self._settings.limits
        http, websocket = _protocols(limits)
        config = uvicorn.Config(
            app,
            http=http,
            ws=websocket,
            lifespan="off",
            loop="asyncio",
            log_config=None,
            log_level="critical",  # what it would log names clients and paths
            access_log=False,
            proxy_headers=False,
            server_header=False,
            backlog=BACKLOG,
            ws_max_size=limits.message_bytes,
            ws_ping_interval=PING_SECONDS,
            ws_ping_timeout=PONG_SECONDS,
            ws_per_message_deflate=False,  # sound does not shrink, and what is small may unpack to be large
            timeout_graceful_shutdown=SHUTDOWN_SECONDS,
            ssl_certfile=settings.cert,
            ssl_keyfile=settings.key,
        )
        server = _Uvicorn(config)
        task = asyncio.create_task(server.serve(sockets=[opened]))
        self._http.append((server, task))
        while not server.started:
            if task.done():
                task.result()
            await asyncio.sleep(0.005)


class _Uvicorn(uvicorn.Server):
    """uvicorn without its signal handlers: the command has those of all of Echoic."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


def _protocols(limits: Limits) -> tuple[type[asyncio.Protocol], type[asyncio.Protocol]]:
    """Return uvicorn's protocols for HTTP and websockets, with limits for what they leave open."""

    class Patience:
        """Mixed into a protocol: ends a connection whose client does not take what it is sent."""

        transport: Any
        _stalled: asyncio.TimerHandle | None = None

        def pause_writing(self) -> None:
            self._stalled = asyncio.get_running_loop().call_later(limits.idle_seconds, self.transport.abort)
            super().pause_writing()  # type: ignore[misc]

        def resume_writing(self) -> None:
            self._take_up()
            super().resume_writing()  # type: ignore[misc]

        def connection_lost(self, exc: Exception | None) -> None:
            self._take_up()
            super().connection_lost(exc)  # type: ignore[misc]

        def _take_up(self) -> None:
            if self._stalled:
                self._stalled.cancel()
                self._stalled = None

    class Http(Patience, H11Protocol):
        _unasked: asyncio.TimerHandle | None = None  # ends a connection on which no whole request comes

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            if len(self.connections) > limits.connections:
                transport.abort()
            loop = asyncio.get_running_loop()
            self._unasked = loop.call_later(limits.idle_seconds, self._end_unasked)

        def connection_lost(self, exc: Exception | None) -> None:
            self._asked()
            super().connection_lost(exc)

        def handle_websocket_upgrade(self, event: Any) -> None:
            self._asked()  # another protocol takes the connection over, and this one is to be forgotten
            super().handle_websocket_upgrade(event)

        def _asked(self) -> None:
            if self._unasked:
                self._unasked.cancel()

        def _end_unasked(self) -> None:
            if self.cycle is None and self.transport.get_protocol() is self:
                self.transport.abort()

    class WebSocket(Patience, WebSocketsSansIOProtocol):
        pass

    return Http, WebSocket


def _check_certificate(settings: ServerSettings) -> None:
    if settings.cert is None or settings.key is None:
        return
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(settings.cert, settings.key)
    except (OSError, ValueError) as error:  # an SSLError is an OSError
        raise ServerError("certificate", cert=settings.cert, key=settings.key, reason=error) from error


def _address(opened: socket.socket) -> str:
    host, port = opened.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
