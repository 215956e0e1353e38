"""Measures a server on this computer: `python -m app.server.load`.

It starts `echoic serve` as a process of its own and is a client of all its protocols:

    streams   so many live streams at once, in real time: what their replies take, what they cost, whether they are held
    aborts    clients that connect, send something, and are gone; what is left of them
    slow      clients that never read; what a stream beside them takes
    garbage   random bytes on every port

A message is a block of sound (0.32 s), and its delay is from the moment when its last sample was spoken to its reply. A
stream is held where 95 % of the delays are below HELD and the last ones are not above it. The processor time is that of
the server alone, so it says more than the delays where other programs run beside it; the client uses the same cores.
Memory and processor time need Linux.
"""

import argparse
import asyncio
import json
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from websockets.asyncio.client import ClientConnection, connect

from app.server.settings import usable_cores
from asr.audio.media import read_file

SAMPLE = Path(__file__).parents[2] / "assets" / "samples" / "lighthouse.ogg"
RATE = 16_000  # Hz
BLOCK = 5120  # samples of a message: one block of the shipped model
HELD = 0.5  # seconds
SLOW_READERS = 4  # that send all they can: more are more than two cores recognise, whoever reads
HANDSHAKE = (
    b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
FRAME = b"\x82\xfe" + (16_000).to_bytes(2, "big") + bytes(4) + bytes(16_000)  # a second of silence at 8000 Hz
UPLOAD = (
    b"POST /v1/audio/transcriptions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999999\r\n"
    b'Content-Type: multipart/form-data; boundary=x\r\n\r\n--x\r\nContent-Disposition: form-data; name="file"; '
    b'filename="a.wav"\r\n\r\nRIFF'
)
AUDIO_START = b'{"type": "audio-start", "data": {"rate": 16000, "width": 2, "channels": 1}}\n'
FIRST_BYTES = {"http": UPLOAD, "vosk": HANDSHAKE + FRAME, "wyoming": AUDIO_START}


@dataclass(frozen=True)
class StreamFigures:
    """What so many live streams at once take."""

    streams: int
    held: bool
    delay_50: float  # seconds
    delay_95: float
    delay_99: float
    delay_most: float
    cpu_per_second: float  # processor seconds of the server for a second of sound; 0 where unknown
    memory_per_stream: float  # megabytes; 0 where unknown


class Measured:
    """A server that was started to be measured."""

    def __init__(self, process: "subprocess.Popen[str]", addresses: dict[str, str]) -> None:
        self.addresses = addresses
        self._process = process

    def port(self, protocol: str) -> int:
        """Return the port of a protocol."""
        return int(self.addresses[protocol].rpartition(":")[2])

    def pids(self) -> list[int]:
        """Return the server's processes; only its own one where the system does not list children."""
        found = [self._process.pid]
        for pid in found:
            with suppress(OSError):
                found += map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
        return found

    def cpu_seconds(self) -> float:
        """Return the processor time of all processes so far, 0 where unknown."""
        ticks = 0
        for pid in self.pids():
            with suppress(OSError):
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 0.0

    def memory(self) -> float:
        """Return the memory that all processes have to themselves in megabytes, 0 where unknown."""
        kilobytes = 0
        for pid in self.pids():
            with suppress(OSError):
                for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                    if line.startswith("Private_"):
                        kilobytes += int(line.split()[1])
        return kilobytes / 1024

    def open_files(self) -> int:
        """Return how many files and sockets all processes have open."""
        count = 0
        for pid in self.pids():
            with suppress(OSError):
                count += len(os.listdir(f"/proc/{pid}/fd"))
        return count

    async def get(self, path: str) -> tuple[int, str]:
        """Return status and body of a page."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port("http"))
        writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
        writer.close()
        return int(head.split()[1]), body.decode()

    async def open_streams(self) -> float:
        """Return how many streams the server counts as open."""
        _, text = await self.get("/metrics")
        lines = [line for line in text.splitlines() if line.startswith("echoic_open_streams{")]
        return sum(float(line.split()[-1]) for line in lines)


@contextmanager
def measured(arguments: list[str], command: list[str] | None = None) -> Iterator[Measured]:
    """Start a server with any free ports and end it."""
    ports = ["--port", "0", "--vosk-port", "0", "--wyoming-port", "0"]
    many = ["--streams", "1000", "--starts-per-minute", "1000000"]
    process = subprocess.Popen(
        [*(command or [sys.executable, "-m", "app"]), "serve", *ports, *many, *arguments],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    try:
        lines = [process.stdout.readline().split() for _ in range(3)]
        if not all(lines):
            raise SystemExit("the server did not start")
        yield Measured(process, dict(zip(("http", "vosk", "wyoming"), (line[0] for line in lines), strict=True)))
    finally:
        process.terminate()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
        process.stdout.close()


async def _speak(websocket: ClientConnection, sound: bytes, begin: float, seconds: float) -> list[float]:
    """Send sound in real time, from a place of its own in it; return the delay of each reply."""
    delays = []
    size = 2 * BLOCK
    place = random.randrange(len(sound) // size)
    await websocket.send(json.dumps({"config": {"sample_rate": RATE, "words": False}}))
    for number in range(1, round(seconds * RATE / BLOCK) + 1):
        spoken = begin + number * BLOCK / RATE
        await asyncio.sleep(spoken - time.monotonic())
        start = (place + number) * size % (len(sound) - size)
        await websocket.send(sound[start : start + size])
        await websocket.recv()
        delays.append(time.monotonic() - spoken)
    await websocket.send('{"eof" : 1}')
    await websocket.recv()
    return delays


async def streams(server: Measured, count: int, sound: bytes, seconds: float) -> StreamFigures:
    """Measure so many live streams, which begin at moments of their own within a block."""
    memory, connections = server.memory(), []
    try:
        for _ in range(count):
            connections.append(await connect(server.addresses["vosk"], ping_interval=None, proxy=None))
        cpu, begin = server.cpu_seconds(), time.monotonic() + 0.2
        talking = [
            asyncio.create_task(_speak(one, sound, begin + random.random() * BLOCK / RATE, seconds))
            for one in connections
        ]
        await asyncio.sleep(0.8 * seconds)
        full = server.memory()
        delays = await asyncio.gather(*talking)
        cpu = server.cpu_seconds() - cpu
    finally:
        await asyncio.gather(*(one.close() for one in connections))
    everything = np.concatenate(delays)
    last = max(float(np.median(one[-5:])) for one in delays)
    p50, p95, p99 = (float(value) for value in np.percentile(everything, [50, 95, 99]))
    return StreamFigures(
        streams=count,
        held=p95 < HELD and last < HELD,
        delay_50=p50,
        delay_95=p95,
        delay_99=p99,
        delay_most=float(everything.max()),
        cpu_per_second=cpu / (count * seconds),
        memory_per_stream=(full - memory) / count,
    )


async def aborts(server: Measured, count: int) -> dict[str, float]:
    """Connect so many times on each port in turn, send a part of something, and be gone."""
    await _abort(server, 30)  # what is made once is made
    before, memory, began = await _settled(server), server.memory(), time.monotonic()
    await _abort(server, count)
    seconds = time.monotonic() - began
    files = await _settled(server)
    return {
        "connects": count,
        "seconds": seconds,
        "streams_left": await server.open_streams(),
        "files_left": files - before,
        "megabytes_left": server.memory() - memory,
    }


async def _abort(server: Measured, count: int) -> None:
    for number in range(count):
        protocol = ("http", "vosk", "wyoming")[number % 3]
        _, writer = await asyncio.open_connection("127.0.0.1", server.port(protocol))
        data = FIRST_BYTES[protocol]
        writer.write(data[: random.randint(0, len(data))] if number % 2 else data)
        if number % 4 < 2:
            with suppress(ConnectionError):
                await asyncio.wait_for(writer.drain(), 1.0)
            await asyncio.sleep(0.002)
        writer.transport.abort()


async def _settled(server: Measured) -> int:
    """Return the number of open files once no stream is open and it grows less no more."""
    count, since = server.open_files(), time.monotonic()
    while time.monotonic() - since < 2.0:
        await asyncio.sleep(0.2)
        if (now := server.open_files()) < count or await server.open_streams():
            count, since = min(now, count), time.monotonic()
    return count


async def slow_readers(server: Measured, count: int, sound: bytes, seconds: float) -> dict[str, float]:
    """Let so many clients send and never read; measure a stream beside them, and what the server keeps."""
    memory = server.memory()
    stuck = []
    for _ in range(count):
        one = socket.socket()
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        one.connect(("127.0.0.1", server.port("vosk")))
        one.setblocking(False)
        one.send(HANDSHAKE)
        stuck.append(one)
    sent = 0

    async def push() -> None:
        nonlocal sent
        while True:
            for one in stuck:
                with suppress(OSError):
                    sent += one.send(FRAME)
            await asyncio.sleep(0.05)

    pushing = asyncio.create_task(push())
    figures = await streams(server, 1, sound, seconds)
    pushing.cancel()
    kept = server.memory() - memory
    for one in stuck:
        one.close()
    return {
        "readers": count,
        "delay_50": figures.delay_50,
        "delay_95": figures.delay_95,
        "megabytes_sent": sent / 1e6,
        "megabytes_kept": kept,
    }


async def garbage(server: Measured, count: int) -> dict[str, Any]:
    """Send random bytes, and beginnings of other protocols, to every port."""
    beginnings = (b"", HANDSHAKE, AUDIO_START, UPLOAD, b"GET / HTTP/1.1\r\n", b"\x16\x03\x01", b'{"type": ')
    pids = server.pids()
    for number in range(count):
        protocol = ("http", "vosk", "wyoming")[number % 3]
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port(protocol))
        writer.write(beginnings[number % len(beginnings)] + random.randbytes(random.randint(1, 20_000)))
        writer.write_eof()
        with suppress(ConnectionError, TimeoutError):
            await asyncio.wait_for(reader.read(1000), 0.05)
        writer.transport.abort()
    await _settled(server)
    status, _ = await server.get("/health")
    return {"connects": count, "health": status, "same_processes": pids == server.pids()}


async def measure(server: Measured, arguments: argparse.Namespace, sound: bytes) -> dict[str, Any]:
    """Measure everything, printing as it comes unless JSON is wanted."""

    def show(text: str) -> None:
        if not arguments.json:
            print(text, flush=True)

    show("streams   held   delay 50 %    95 %    99 %    most   CPU s / s of sound   MB a stream")
    found: list[StreamFigures] = []
    await streams(server, 2 * usable_cores(), sound, 3.0)  # what is made once is made
    for count in arguments.streams:
        one = await streams(server, count, sound, arguments.seconds)
        found.append(one)
        show(
            f"{one.streams:7}   {'yes' if one.held else 'NO':>4}   {one.delay_50:8.3f} s {one.delay_95:7.3f} "
            f"{one.delay_99:7.3f} {one.delay_most:7.3f}   {one.cpu_per_second:18.3f}   {one.memory_per_stream:11.1f}"
        )
        if not one.held:
            break
    results: dict[str, Any] = {"cores": usable_cores(), "streams": [asdict(one) for one in found]}
    if arguments.aborts:
        results["aborts"] = await aborts(server, arguments.aborts)
        results["slow_readers"] = await slow_readers(server, SLOW_READERS, sound, min(10.0, arguments.seconds))
        results["garbage"] = await garbage(server, 300)
        for name in ("aborts", "slow_readers", "garbage"):
            show(f"{name}: {', '.join(f'{key} {_short(value)}' for key, value in results[name].items())}")
    return results


def _short(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def main() -> None:
    """Measure a server and print the figures."""
    parser = argparse.ArgumentParser(
        prog="python -m app.server.load", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", nargs="?", type=Path, default=SAMPLE, help="speech (default: the sample shipped)")
    parser.add_argument(
        "--streams", type=int, nargs="+", default=[1, 2, 4, 8, 12, 16], metavar="N", help="at once, one after the other"
    )
    parser.add_argument("--seconds", type=float, default=20.0, metavar="S", help="of each (20)")
    parser.add_argument("--aborts", type=int, default=1000, metavar="N", help="0: measure streams alone (1000)")
    parser.add_argument("--processes", type=int, metavar="N", help="as of `echoic serve`")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    samples = np.concatenate(list(read_file(arguments.file, RATE)))
    sound = (np.clip(samples, -1, 1) * 32_767).astype("<i2").tobytes()
    processes = [] if arguments.processes is None else ["--processes", str(arguments.processes)]
    with measured(processes) as server:
        results = asyncio.run(measure(server, arguments, sound))
    if arguments.json:
        print(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
