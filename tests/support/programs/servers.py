"""A server of this process on loopback, in a thread with a loop of its own; and one as a process of its own."""

import asyncio
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from asr.stream_options import DEFAULT_OPTIONS, StreamOptions
from tests.support.programs.scripts import ROOT
from tests.support.recognition.spoken import SecondsRecognizer

WAIT = 60.0  # seconds: what takes longer has failed


class Running:
    """A server that runs: its addresses, and a way into its loop."""

    def __init__(self, server: Any, loop: asyncio.AbstractEventLoop) -> None:
        self.server, self.service, self._loop = server, server.service, loop
        self.http: str = server.addresses.get("http", "")
        self.vosk: str = server.addresses.get("vosk", "")
        self.wyoming: str = server.addresses.get("wyoming", "")

    def port(self, protocol: str) -> int:
        return int(self.server.addresses[protocol].rpartition(":")[2])

    def call(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Run a coroutine in the server's loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(WAIT)

    def begin_stop(self) -> Any:
        """Begin to stop the server and return the future of that."""
        return asyncio.run_coroutine_threadsafe(self.server.stop(), self._loop)

    def metric(self, name: str, **labels: str) -> float:
        """Return the value of a counter, 0 where nothing was counted."""
        return self.service.metrics.registry.get_sample_value(name, labels) or 0.0

    def wait_until_idle(self) -> None:
        """Wait until no stream is open."""
        self.call(asyncio.wait_for(self.service._idle.wait(), WAIT))


class _QuickSleep:
    """asyncio with short sleeps: uvicorn looks ten times a second whether it is to end, and then waits as long."""

    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(min(seconds, 0.005))


@contextmanager
def running(
    load: Callable[[], Any] = SecondsRecognizer,
    limits: dict[str, Any] | None = None,
    options: StreamOptions = DEFAULT_OPTIONS,
    **settings: Any,
) -> Iterator[Running]:
    """Run a server with any free ports. Its engine is a thread, unless `processes` says otherwise."""
    pytest.importorskip("uvicorn", reason='the server\'s libraries are not installed: pip install "echoic[serve]"')
    import uvicorn.server

    from app.server.listeners import Server
    from app.server.settings import Limits, ServerSettings

    values = {"port": 0, "vosk_port": 0, "wyoming_port": 0, "processes": 0, **settings}
    ready = threading.Event()
    made: list[Running | BaseException] = []

    async def run() -> None:
        server = Server(ServerSettings(limits=Limits(**(limits or {})), **values), load, options)
        try:
            await server.start()
        except BaseException as error:
            made.append(error)
            ready.set()
            return
        made.append(Running(server, asyncio.get_running_loop()))
        ended.clear()
        ready.set()
        while not ended.is_set():
            await asyncio.sleep(0.01)
        await server.close()
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.gather(*rest, return_exceptions=True)

    ended = threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(run()), name="server")
    with patch.object(uvicorn.server, "asyncio", _QuickSleep()):
        thread.start()
        assert ready.wait(WAIT)
        try:
            if isinstance(made[0], BaseException):
                raise made[0]
            yield made[0]
        finally:
            ended.set()
            thread.join(WAIT)
            assert not thread.is_alive(), "the server did not end"


PROGRAM = [sys.executable, "-m", "tests.support.recognition.spoken"]  # `echoic` with a recogniser that needs no model


@contextmanager
def process(
    *arguments: str, command: list[str] | None = None, **environment: str
) -> Iterator[tuple["subprocess.Popen[str]", dict[str, str]]]:
    """Run `echoic serve` with any free ports, and give the process with its addresses by protocol."""
    pytest.importorskip("uvicorn", reason='the server\'s libraries are not installed: pip install "echoic[serve]"')
    ports = ["--port", "0", "--vosk-port", "0", "--wyoming-port", "0"]
    started = subprocess.Popen(
        [*(command or PROGRAM), "serve", *ports, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, **environment},
    )
    assert started.stdout and started.stderr
    try:
        addresses = {}
        for name, scheme in (("http", "https?"), ("vosk", "wss?"), ("wyoming", "tcp")):
            line = started.stdout.readline()
            found = re.match(rf"{scheme}://\S+", line)
            assert found, line + started.stderr.read()
            addresses[name] = found[0]
        assert "serving" in started.stderr.readline()
        yield started, addresses
    finally:
        if started.poll() is None:
            started.kill()
        started.wait(WAIT)
        started.stdout.close()
        started.stderr.close()


def seconds_file(path: Path, seconds: float, rate: int = 16_000) -> Path:
    """Write a file in which SecondsRecognizer finds a word in each second."""
    from tests.support.recognition import sound

    return sound.write(path, sound.noise(seconds, rate), rate)
