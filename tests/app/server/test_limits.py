"""Strangers: too many, too much, too slow, gone, or garbage. Others are served, and nothing is left behind."""

import asyncio
import contextlib
import gc
import json
import os
import socket
import threading
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.programs.servers import Running, running, seconds_file
from tests.support.recognition.fakes import FakeRecognizer
from tests.support.recognition.spoken import SecondsRecognizer

websockets = pytest.importorskip("websockets", reason="websockets is not installed")
from websockets.exceptions import ConnectionClosed  # noqa: E402
from websockets.sync.client import connect  # noqa: E402


def silence(seconds: float) -> bytes:
    return bytes(round(seconds * 8000) * 2)


def reply_of(websocket: object) -> dict[str, object]:
    return json.loads(websocket.recv(60))  # type: ignore[attr-defined]


def closed(websocket: object) -> tuple[int, str]:
    with pytest.raises(ConnectionClosed) as caught:
        websocket.recv(60)  # type: ignore[attr-defined]
    assert caught.value.rcvd
    return caught.value.rcvd.code, caught.value.rcvd.reason


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


@pytest.mark.slow
def test_a_stream_that_is_silent_gets_its_words_and_its_end() -> None:
    with running(limits={"idle_seconds": 0.5}) as server, connect(server.vosk) as websocket:
        websocket.send(silence(1.5))
        assert reply_of(websocket) == {"partial": "word0 word1"}
        assert reply_of(websocket)["text"] == "word0 word1"
        code, reason = closed(websocket)
        assert code == 1008 and "0.5 s" in reason
        server.wait_until_idle()


def test_a_stream_at_its_limit_gets_its_words_and_its_end() -> None:
    with running(limits={"seconds": 5.0}) as server, connect(server.vosk) as websocket:
        texts = []
        for _ in range(5):
            websocket.send(silence(1.0))
            texts.append(reply_of(websocket).get("text"))
        websocket.send(silence(1.0))
        texts.append(reply_of(websocket)["text"])
        assert [text for text in texts if text] == ["word0 word1 word2", "word3 word4"]
        assert closed(websocket)[0] == 1009


def test_a_message_that_is_too_large_ends_its_connection_alone() -> None:
    with running(limits={"message_bytes": 10_000}) as server, connect(server.vosk) as other:
        with connect(server.vosk) as websocket:
            websocket.send(bytes(10_001))
            assert closed(websocket)[0] == 1009
        other.send(bytes(10_000))
        assert "partial" in reply_of(other)


def test_starts_within_a_minute_are_counted_by_address(tmp_path: Path) -> None:
    talk = seconds_file(tmp_path / "talk.wav", 1.0)
    with running(limits={"starts_per_minute": 3}) as server:
        statuses = []
        for _ in range(5):
            with talk.open("rb") as file:
                answer = httpx.post(f"{server.http}/v1/audio/transcriptions", files={"file": file}, data={"model": "x"})
            statuses.append(answer.status_code)
        assert statuses == [200, 200, 200, 429, 429]
        assert answer.json()["error"]["type"] == "rate_limit_error" and answer.headers["retry-after"]


def test_places_are_given_back(tmp_path: Path) -> None:
    talk = seconds_file(tmp_path / "talk.wav", 1.0)
    with running(limits={"streams": 2}) as server:
        with connect(server.vosk), connect(server.vosk):
            with talk.open("rb") as file:
                answer = httpx.post(f"{server.http}/v1/audio/transcriptions", files={"file": file}, data={"model": "x"})
            assert answer.status_code == 503 and answer.json()["error"]["code"] == "busy"
        server.wait_until_idle()
        with talk.open("rb") as file:
            answer = httpx.post(f"{server.http}/v1/audio/transcriptions", files={"file": file}, data={"model": "x"})
        assert answer.json()["text"] == "word0"
        assert server.metric("echoic_refused_total", reason="busy") == 1


@pytest.mark.slow
def test_connections_are_bounded_on_each_port() -> None:
    with running(limits={"connections": 5}) as server:
        for protocol in ("http", "vosk", "wyoming"):
            waiting = [socket.create_connection(("127.0.0.1", server.port(protocol)), 60) for _ in range(5)]
            time.sleep(0.2)
            with socket.create_connection(("127.0.0.1", server.port(protocol)), 60) as one_more:
                one_more.settimeout(60)
                with contextlib.suppress(ConnectionError):
                    assert one_more.recv(1) == b""
            for connection in waiting:
                connection.close()
        time.sleep(0.2)
        assert httpx.get(f"{server.http}/health").status_code == 200


@pytest.mark.slow
def test_a_connection_that_sends_nothing_is_ended() -> None:
    with running(limits={"idle_seconds": 0.3}) as server:
        for protocol in ("http", "vosk", "wyoming"):
            for beginning in (b"", b"GET /health HT"):
                with socket.create_connection(("127.0.0.1", server.port(protocol)), 60) as connection:
                    connection.settimeout(60)
                    connection.sendall(beginning)
                    with contextlib.suppress(ConnectionError):
                        assert connection.recv(1) == b""


@pytest.mark.slow
def test_an_upload_that_stops_is_ended() -> None:
    with running(limits={"idle_seconds": 0.3}) as server:
        with socket.create_connection(("127.0.0.1", server.port("http")), 60) as connection:
            connection.settimeout(60)
            connection.sendall(
                b"POST /v1/audio/transcriptions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999\r\n"
                b"Content-Type: multipart/form-data; boundary=x\r\n\r\n--x\r\n"
            )
            assert b" 400 " in connection.recv(1000)
        server.wait_until_idle()


@pytest.mark.slow
def test_an_upload_that_drips_is_ended() -> None:
    with running(limits={"upload_seconds": 0.5}) as server:
        with socket.create_connection(("127.0.0.1", server.port("http")), 60) as connection:
            connection.settimeout(0.05)
            connection.sendall(
                b"POST /v1/audio/transcriptions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999\r\n"
                b"Content-Type: multipart/form-data; boundary=x\r\n\r\n--x\r\n"
            )
            answer = b""
            for _ in range(400):
                try:
                    answer = connection.recv(1000)
                    break
                except TimeoutError:
                    connection.sendall(b"C")
            assert b" 408 " in answer
        server.wait_until_idle()


@pytest.mark.slow
def test_a_client_that_takes_no_replies_is_ended_and_others_are_served(tmp_path: Path) -> None:
    """Its messages wait in its own socket: the server keeps nothing for it."""
    with running(limits={"idle_seconds": 1.0}) as server, socket.socket() as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.connect(("127.0.0.1", server.port("vosk")))
        slow.sendall(
            b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        frame = b"\x82\xfe" + (20_000).to_bytes(2, "big") + bytes(4) + bytes(20_000)  # 1.25 s
        slow.settimeout(10.0)
        began, sent = time.monotonic(), 0
        try:
            while time.monotonic() - began < 60:
                slow.sendall(frame)
                sent += 1
        except (TimeoutError, ConnectionError):
            pass
        assert time.monotonic() - began < 60
        with connect(server.vosk) as websocket:
            websocket.send(silence(1.0))
            assert reply_of(websocket) == {"partial": "word0"}
        server.wait_until_idle()


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs Linux's /proc")
def test_many_that_connect_and_abort_leave_nothing(tmp_path: Path) -> None:
    """`python -m app.server.load` does this a thousand times."""
    talk = seconds_file(tmp_path / "talk.wav", 3.0).read_bytes()
    upload = (
        b"POST /v1/audio/transcriptions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999999\r\n"
        b'Content-Type: multipart/form-data; boundary=x\r\n\r\n--x\r\nContent-Disposition: form-data; name="file"; '
        b'filename="a.wav"\r\n\r\n'
    )
    websocket = (
        b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        b"\x82\xfe" + (20_000).to_bytes(2, "big") + bytes(4) + bytes(20_000)
    )
    wyoming = b'{"type": "audio-start", "data": {"rate": 16000, "width": 2, "channels": 1}}\n'
    with running() as server:
        server.wait_until_idle()
        before, tasks = open_files(), threading.active_count()
        for number in range(60):
            for protocol, data in (("http", upload + talk), ("vosk", websocket), ("wyoming", wyoming)):
                connection = socket.create_connection(("127.0.0.1", server.port(protocol)), 60)
                connection.sendall(data[: len(data) * (number % 6 + 1) // 6])
                if number % 2:
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # a reset
                connection.close()
        deadline = time.monotonic() + 60
        while (open_files() > before or server.service.open_streams) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert (open_files(), threading.active_count()) == (before, tasks)
        assert server.service.open_streams == 0
        gc.collect()
        kept = [type(one) for one in gc.get_objects() if type(one).__module__ == "app.server.listeners"]
        assert not [kind for kind in kept if issubclass(kind, asyncio.Protocol)]
        assert server.call(_streams_of(server)) == 0
        assert not list(Path(server.server._folder.name).iterdir())
        with connect(server.vosk) as one:
            one.send(silence(1.0))
            assert reply_of(one) == {"partial": "word0"}


async def _streams_of(server: Running) -> int:
    return sum(len(host.streams) for host in server.server.engine._hosts)


@pytest.mark.slow
@pytest.mark.parametrize("protocol", ["http", "vosk"])
@pytest.mark.parametrize(
    "garbage",
    [
        b"\x00" * 1000,
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 30,
        b"GET / HTTP/1.1\r\n" + b"x: y\r\n" * 20_000,
        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"POST /v1/audio/transcriptions HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n\r\n",
        b'{"type": "describe"}\n\n',
        b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: \xff\xfe\r\nAuthorization: \xff\r\nOrigin: http://[\r\n\r\n",
    ],
)
def test_garbage_on_a_port_hurts_nobody(serving: Running, protocol: str, garbage: bytes) -> None:
    with socket.create_connection(("127.0.0.1", serving.port(protocol)), 60) as connection:
        connection.settimeout(1.0)
        try:
            connection.sendall(garbage)
            connection.recv(1000)
        except (ConnectionError, TimeoutError):
            pass
    with connect(serving.vosk) as websocket:
        websocket.send(silence(1.0))
        assert reply_of(websocket) == {"partial": "word0"}
    assert httpx.get(f"{serving.http}/health").status_code == 200


@pytest.mark.slow
def test_a_long_message_delays_no_other_stream() -> None:
    """Streams take turns, a block each."""
    recognizer = SecondsRecognizer()
    recognizer.slow = 0.02
    with running(lambda: recognizer) as server, connect(server.vosk) as long, connect(server.vosk) as short:
        long.send(silence(60.0))
        time.sleep(0.2)
        began = time.monotonic()
        short.send(silence(1.0))
        assert reply_of(short) == {"partial": "word0"}
        taken = time.monotonic() - began
        assert "word59" in json.dumps(reply_of(long)) or recognizer.steps > 60
        assert taken < 0.5 < 60 * 0.02


def test_a_server_that_stops_finishes_words() -> None:
    """Vosk, the page, Wyoming and an upload are open; each gets what was said, and then its end."""
    from wyoming.asr import Transcript
    from wyoming.audio import AudioChunk, AudioStart
    from wyoming.client import AsyncTcpClient

    async def wyoming(port: int, ready: threading.Event) -> list[str]:
        async with AsyncTcpClient("127.0.0.1", port) as client:
            await client.write_event(AudioStart(8000, 2, 1).event())
            await client.write_event(AudioChunk(8000, 2, 1, silence(2.5)).event())
            event = await client.read_event()
            ready.set()
            texts = []
            while event is not None:
                if Transcript.is_type(event.type):
                    texts.append(Transcript.from_event(event).text)
                event = await client.read_event()
            return texts

    found: list[list[str]] = []
    ready = threading.Event()
    with running() as server, connect(server.vosk) as vosk:
        thread = threading.Thread(target=lambda: found.append(asyncio.run(wyoming(server.port("wyoming"), ready))))
        thread.start()
        with connect(f"{server.http.replace('http', 'ws')}/listen") as page:
            for websocket in (vosk, page):
                websocket.send(silence(1.5))
                assert reply_of(websocket) == {"partial": "word0 word1"}
            assert ready.wait(60)
            stopping = server.begin_stop()
            for websocket in (vosk, page):
                assert reply_of(websocket)["text"] == "word0 word1"
                assert closed(websocket) == (1001, "The server is stopping.")
        stopping.result(60)
        thread.join(60)
        assert found == [["word0 word1 word2"]]
        with pytest.raises(OSError):
            socket.create_connection(("127.0.0.1", server.port("vosk")), 5)


@pytest.mark.slow
def test_an_upload_ends_with_its_words_where_the_server_cannot_wait(tmp_path: Path) -> None:
    talk = seconds_file(tmp_path / "talk.wav", 200.0)
    recognizer = SecondsRecognizer()
    recognizer.slow = 0.02
    answers = []
    with running(lambda: recognizer, limits={"grace_seconds": 1.0}) as server:

        def upload() -> None:
            with talk.open("rb") as file:
                answers.append(
                    httpx.post(
                        f"{server.http}/v1/audio/transcriptions", files={"file": file}, data={"model": "x"}, timeout=60
                    )
                )

        thread = threading.Thread(target=upload)
        thread.start()
        while recognizer.steps < 3:
            time.sleep(0.01)
        server.begin_stop().result(60)
        thread.join(60)
    (answer,) = answers
    assert answer.status_code == 200
    assert answer.json()["text"].startswith("word0 word1 word2") and "word199" not in answer.json()["text"]
    assert answer.json()["warning"] == "The server is stopping."


def test_new_streams_are_refused_while_the_server_stops() -> None:
    hold, entered = threading.Event(), threading.Event()

    class Holding(FakeRecognizer):
        def step(self, state: Any, samples: Any) -> Any:
            entered.set()
            return super().step(state, samples)

    with running(lambda: Holding(hold=hold)) as server, connect(server.vosk) as websocket:
        websocket.send(silence(1.0))
        assert entered.wait(60)
        stopping = server.begin_stop()
        while not server.service.stopping.is_set():
            time.sleep(0.01)
        answer = httpx.post(f"{server.http}/v1/audio/transcriptions", files={"file": ("a.wav", b"x")})
        assert answer.status_code == 503 and answer.json()["error"]["code"] == "stopping"
        assert httpx.get(f"{server.http}/health").status_code == 503
        hold.set()
        assert "partial" in reply_of(websocket) and "text" in reply_of(websocket)
        stopping.result(60)
