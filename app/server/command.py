"""The command `echoic serve`: starts a server and ends it at Ctrl+C, SIGTERM or SIGHUP, after the last words."""

import asyncio
import functools
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.console.terminal import report
from app.cli.process import loading
from app.cli.process.interrupt import POLL, Interrupt
from app.log import logger
from app.server.errors import ServerError
from app.server.settings import ServerSettings, is_loopback
from asr.stream_options import DEFAULT_OPTIONS, StreamOptions

if TYPE_CHECKING:
    from asr.pipeline import AnyRecognizer

LIBRARIES = ("starlette", "uvicorn", "python_multipart", "websockets", "wyoming", "prometheus_client")
KINDS = {"http": "a page for people, and OpenAI's API below /v1", "vosk": "Vosk's websocket", "wyoming": "Wyoming"}


def serve(settings: ServerSettings, model: Path | None, options: StreamOptions = DEFAULT_OPTIONS) -> int:
    """Serve until the end is asked for, and return the exit code. Main thread.

    Args:
        settings: What to serve, where, and for whom.
        model: The folder of a model, None for the one shipped.
        options: Of every stream.

    Raises:
        ServerError: A library is missing, or a port or certificate cannot be used.
        ModelError: The model cannot be loaded.
        VoiceError: The voice of the options does not fit the model.
    """
    for library in LIBRARIES:
        try:
            import_module(library)
        except ImportError as error:
            raise ServerError("extra-missing", library=library) from error
    with Interrupt() as interrupt:
        asyncio.run(_serve(settings, functools.partial(_load, model, options), interrupt, options))
    return interrupt.exit_code


def _load(model: Path | None, options: StreamOptions = DEFAULT_OPTIONS) -> "AnyRecognizer":
    """Load the recogniser, in a process of the engine, and prepare it for streams with these options."""
    recognizer = loading.load(model)
    if options != DEFAULT_OPTIONS:
        recognizer.start(options)  # what it cannot use of them is an error now, and not of the first stream
    return recognizer


async def _serve(
    settings: ServerSettings,
    load: functools.partial["AnyRecognizer"],
    interrupt: Interrupt,
    options: StreamOptions,
) -> None:
    from app.server.listeners import Server

    server = Server(settings, load, options)
    starting = asyncio.create_task(server.start())
    while not starting.done() and not interrupt.requested:
        await asyncio.wait((starting,), timeout=POLL)
    if interrupt.requested:
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)
        await server.close()
        return
    await starting
    for name, address in server.addresses.items():
        print(f"{address:<30} {KINDS[name]}", flush=True)
    if settings.wyoming_port is not None and not is_loopback(settings.host) and not settings.allow:
        report("Wyoming has no secret, so it answers this computer only; --allow ADDRESS lets others in.")
    if settings.token and not settings.cert and not is_loopback(settings.host):
        report("without --cert and --key, sound, words and the token can be read on the way.")
    report("serving; Ctrl+C ends.")
    logger.info("server: %s", ", ".join(server.addresses))
    while not interrupt.requested and not server.engine.failed:
        await asyncio.sleep(POLL)
    if interrupt.requested and server.service.open_streams:
        report(f"{interrupt.cause}: finishing {server.service.open_streams} streams; Ctrl+C again ends at once.")
    await server.stop()
    if not interrupt.requested:
        raise ServerError("engine-gone")
