"""What other programs and people give to the program: command lines, requests, messages, events."""

import asyncio
import contextlib
import importlib
import io
import logging
import os
import random
import socket
import tempfile
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.hard_use.mutations import NUMBERS, Target, bytes_of, json_of, line_of, text_of

_kept: list[Any] = []  # servers, which end with the process
COMMAND_LINES = (
    "transcribe a.wav -f srt -o out --overwrite --start 0.1 --end 1:00",
    "transcribe a.wav b.wav -f json -f txt -o out --skip-existing --track 1 --channel 1",
    "transcribe . --recursive --beside -f vtt --alternatives 3 --plain",
    "transcribe a.wav --vocabulary names.txt --endpoint long --spoken-commands",
    "align a.wav names.txt -o out.srt --overwrite",
    "listen --input raw --rate 16000 --encoding s16le --json",
    "info a.wav b.wav",
    "a.wav --plain",
)


def change_words(
    words: list[str],
    changes: int,
    known: Sequence[str],
    chance: random.Random,
    passed: Callable[[str], str] = lambda text: text,
) -> None:
    """Leave out, add and change words of a command line; `passed`: what becomes of a word on its way to a program."""
    for _ in range(changes):
        at = chance.randrange(len(words) + 1)
        match chance.randrange(4):
            case 0:
                del words[at : at + 1]
            case 1:
                words.insert(at, chance.choice(known))
            case 2 if at < len(words):
                words[at] = passed(text_of(words[at], chance))
            case _:
                words.insert(at, str(chance.choice(NUMBERS)))


def arguments() -> Target:
    """Command lines of what needs neither a screen, a port nor a microphone."""
    from app.__main__ import main
    from app.arguments import with_command
    from app.cli.process import loading
    from tests.support.recognition import sound, spoken
    from tests.support.recognition.tiny import tiny_recognizer

    tiny = tiny_recognizer()
    whole = sound.write(Path(tempfile.mkdtemp()) / "a.wav", sound.noise(2.0)).read_bytes()
    options = sorted({word for text in COMMAND_LINES for word in text.split()} | {"--help", "-h", "--", "-", ""})

    def run(chance: random.Random, folder: Path) -> None:
        words = chance.choice(COMMAND_LINES).split()
        command = words[:1]
        rest = words[1:]
        change_words(rest, chance.randint(1, 3), options, chance)
        if command == ["listen"] and not any(word.startswith("--input") for word in rest):
            return  # that is the microphone
        if with_command([*command, *rest])[0] == "window":
            return
        work = folder / "work"
        work.mkdir()
        for name in ("a.wav", "b.wav"):
            (work / name).write_bytes(whole)
        (work / "raw").write_bytes(bytes(64_000))
        (work / "names.txt").write_text("Nguyen = win\n")
        before = Path.cwd()
        os.chdir(work)
        rest = [_argument(word) for word in rest]
        loading.load = lambda path: tiny if command == ["align"] else spoken.SecondsRecognizer()  # type: ignore[assignment]
        said = io.StringIO()
        try:
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(said):
                code = main([*command, *rest])
        finally:
            os.chdir(before)
        assert code in (0, 2), f"exit code {code} of {[*command, *rest]!r}: {said.getvalue()[-300:]}"
        assert "\x1b" not in said.getvalue(), f"an escape sequence of {[*command, *rest]!r}"

    return run


def _argument(text: str) -> str:
    """Return what a system hands over for it: no NUL, and for what no UTF-8 holds a byte that is none."""
    return text.replace("\0", "").encode("utf-8", "replace").decode().replace("?", "\udcff")


def options() -> Target:
    """Command lines of every command, which are parsed and not obeyed: many in little time."""
    from app.arguments import COMMANDS, make_parser, with_command
    from app.cli.console.terminal import standard_streams

    lines = [
        *COMMAND_LINES,
        "serve --host 127.0.0.1 --port 0 --token x --limit 3",
        "adapt-voice --session 20260102-101500-1a2b3c4d --name Ann",
        "adapt-voice mine.jsonl --name Ann",
        "voices --delete Ann",
        "adapt-language minutes/ report.docx --name thesis --add",
        "desktop --install",
        "dictate --print",
        "window --model a",
        "doctor",
        "transcribe archive --recursive --cluster local -o texts -f srt --jobs 3",
        "transcribe s3://talks/2024 --watch -o s3://texts",
    ]
    known = sorted({word for line in lines for word in line.split()} | {*COMMANDS, "-", "--", "", "--help", "-h"})

    def parse(chance: random.Random, folder: Path) -> None:
        words = chance.choice(lines).split()
        change_words(words, chance.randint(1, 4), known, chance, _argument)
        said = io.StringIO()
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(said), standard_streams():
            try:
                make_parser().parse_args(with_command(words))
            except SystemExit as end:
                assert end.code in (0, 2), f"exit code {end.code}"
        assert "\x1b" not in said.getvalue(), f"an escape sequence of {words!r}"

    return parse


HTTP_HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"host", b"localhost:8000"),
    (b"origin", b"http://localhost:8000"),
    (b"authorization", b"Bearer secret"),
    (b"content-type", b"multipart/form-data; boundary=x"),
)
FIELDS = (("response_format", "verbose_json"), ("stream", "true"), ("language", "en"), ("language", "\\ud800+2AA-"))
CONFIGS = ({"config": {"sample_rate": 16000, "words": True, "max_alternatives": 1}}, {"eof": 1}, {"reset": 1})
FORM = {"rate": 16000, "width": 2, "channels": 1}
EVENTS: tuple[dict[str, Any], ...] = (
    {"type": "transcribe", "data": {"language": "en"}},
    {"type": "audio-start", "data": FORM},
    {"type": "audio-chunk", "data": FORM, "payload_length": 3200},
    {"type": "audio-stop", "data": {}},
    {"type": "describe"},
    {"type": "ping", "data": {"text": "x"}},
)


def message() -> Target:
    """Requests, messages and events to the code behind the ports of `echoic serve`: many in little time.

    There are no sockets, and the recogniser runs in the same thread. What a server logs as its own defect is one.
    """
    for module in ("app.server.protocols.http_app", "app.server.protocols.wyoming_api", "python_multipart"):
        importlib.import_module(module)  # so that children need not
    served: list[_Served] = []

    def talk(chance: random.Random, folder: Path) -> None:
        if not served:  # a loop stays in its process
            served.append(_Served())
        server = served[0]
        warnings.filterwarnings(
            "ignore", "invalid .*escape", DeprecationWarning
        )  # of Python, for forms in unicode_escape
        server.loop.run_until_complete(chance.choice((server.http, server.vosk, server.wyoming))(chance))
        assert not server.defects, server.defects.pop()
        assert not server.service.open_streams, "a stream was left open"

    return talk


class _Engine:
    """The engine of a server, in the thread that asks."""

    def __init__(self) -> None:
        from app.server.engine_process import ModelInfo
        from tests.support.recognition.spoken import SecondsRecognizer

        self.recognizer: Any = SecondsRecognizer()
        self.model = ModelInfo("m", self.recognizer.config.rate, "en")
        self.alive = True

    async def live(self, rate: float, encoding: str, channels: int, options: Any) -> "_Stream":
        from app.server.engine_process import OpenLive, _Live

        return _Stream(_Live(self.recognizer, OpenLive(1, rate, encoding, channels, options)))

    async def file(self, path: str, name: str, seconds: float, options: Any) -> "_Stream":
        from app.server.engine_process import OpenFile, _File

        return _Stream(_File(self.recognizer, OpenFile(1, path, name, seconds, options)))


class _Stream:
    """One stream of the engine."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    async def push(self, data: bytes) -> Any:
        return self._work(data, False)

    async def next_piece(self, last: bool = False) -> Any:
        reply = self._work(b"", last)
        if reply.fault and not reply.seconds:
            raise reply.fault
        return reply

    async def finish(self) -> Any:
        return self._work(b"", True)

    def close(self) -> None:
        self._stream.close()

    def _work(self, data: bytes, last: bool) -> Any:
        from app.server.engine_process import Reply, _next_piece, _Waiting
        from asr.pipeline import SpeechStream

        work = _Waiting(self._stream, self._stream.work(data, last))
        found = _next_piece(work, None)
        while not isinstance(found, Reply):
            found = _next_piece(work, SpeechStream.push_together([found])[0])
        if found.fault and found.fault.code == "engine-failed":
            raise AssertionError(f"the engine failed: {found.fault}")
        if not last and found.fault and data:
            raise found.fault
        return found


class _Served:
    """The parts of a server behind its ports."""

    def __init__(self) -> None:
        from app.log import logger
        from app.server.protocols.http_app import http_app, vosk_app
        from app.server.protocols.wyoming_api import WyomingServer
        from app.server.service import Service
        from app.server.settings import Limits, ServerSettings

        self.loop = asyncio.new_event_loop()
        self.defects: list[str] = []
        served = self

        class Watch(logging.Handler):
            def emit(self, record: logging.LogRecord) -> None:
                if "defect" in record.getMessage():
                    served.defects.append(f"{record.getMessage()}: {record.exc_info and record.exc_info[1]!r}")

        logger.addHandler(Watch(logging.ERROR))
        engine: Any = _Engine()
        self.service = Service(engine, Limits(starts_per_minute=10**9, idle_seconds=5.0))
        settings = ServerSettings(token="secret")
        self._http = http_app(self.service, settings, Path(tempfile.mkdtemp()))
        self._vosk = vosk_app(self.service, settings)
        self._wyoming = WyomingServer(self.service, ())

    async def http(self, chance: random.Random) -> None:
        """Ask for a page, or upload a file."""
        sound = bytes(chance.choice((0, 3200)))
        parts = [f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in FIELDS]
        chance.shuffle(parts)
        parts = [text_of(part, chance) if chance.random() < 0.2 else part for part in parts[: chance.randint(0, 4)]]
        file = (
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n' + sound + b"\r\n--x--\r\n"
        )
        body = "".join(parts).encode("utf-8", "replace") + file
        if chance.random() < 0.5:
            body = bytes_of(body, chance)
        kinds = (
            "boundary=x",
            "boundary=x; charset=utf-7",
            "boundary=x; charset=unicode_escape",
            "charset=idna; boundary=x",
        )
        headers = [(name, value) for name, value in HTTP_HEADERS]
        headers[-1] = (b"content-type", b"multipart/form-data; " + chance.choice((kinds[0], *kinds)).encode())
        # no other bytes come through uvicorn
        headers = [(name, _visible(value, chance) if chance.random() < 0.1 else value) for name, value in headers]
        upload = chance.random() < 0.7
        path = "/v1/audio/transcriptions" if upload else chance.choice(("/", "/health", "/metrics", "/v1/models/m"))
        if chance.random() < 0.1:
            path = _visible(path.encode(), chance).decode("ascii", "ignore")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "POST" if upload else "GET",
            "scheme": "http",
            "path": path,
            "raw_path": path.encode("utf-8", "replace"),
            "query_string": _visible(b"token=secret", chance).decode("ascii", "ignore").encode()
            if chance.random() < 0.2
            else b"",
            "root_path": "",
            "headers": headers,
            "client": ("127.0.0.1", 9),
            "server": ("127.0.0.1", 8000),
        }
        cut = chance.randrange(len(body) + 1)
        received = [{"type": "http.request", "body": body[:cut], "more_body": True}]
        received.append({"type": "http.request", "body": body[cut:], "more_body": False})
        if chance.random() < 0.05:
            received[1:] = [{"type": "http.disconnect"}]
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            if received:
                return received.pop(0)
            await asyncio.sleep(60)  # as a client that waits for the answer
            return {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        await self._http(scope, receive, send)
        status = [message["status"] for message in sent if message["type"] == "http.response.start"]
        assert len(status) <= 1 and all(one < 500 for one in status), f"status {status}"

    async def vosk(self, chance: random.Random) -> None:
        """Say some messages of a websocket."""
        texts = [line_of(json_of(config, chance) if chance.random() < 0.5 else config) for config in CONFIGS]
        texts = [bytes_of(text, chance) if chance.random() < 0.2 else text for text in texts]
        sound = chance.randbytes(chance.choice((0, 1, 320, 3200)))
        data: list[dict[str, Any]] = [
            {"type": "websocket.receive", "text": text.decode(errors="replace")}
            for text in (texts[0], *texts[1:][::-1])
        ]
        for _ in range(2):
            data.insert(chance.randrange(len(data) + 1), {"type": "websocket.receive", "bytes": sound})
        received = [{"type": "websocket.connect"}, *data, {"type": "websocket.disconnect", "code": 1000}]
        scope = {
            "type": "websocket",
            "asgi": {"version": "3.0"},
            "scheme": "ws",
            "path": "/",
            "raw_path": b"/",
            "query_string": b"token=secret",
            "root_path": "",
            "headers": [HTTP_HEADERS[0]],
            "client": ("127.0.0.1", 9),
            "server": ("127.0.0.1", 8000),
            "subprotocols": [],
        }
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return received.pop(0) if len(received) > 1 else received[0]

        async def send(message: dict[str, Any]) -> None:
            message.get("text", "").encode()
            sent.append(message)

        await self._vosk(scope, receive, send)
        assert sent and sent[0]["type"] == "websocket.accept"
        assert not any(message.get("code") == 1011 for message in sent), f"a defect: {sent[-1]}"

    async def wyoming(self, chance: random.Random) -> None:
        """Send some events."""
        parts = []
        for event in EVENTS:
            changed = json_of(event, chance) if chance.random() < 0.4 else event
            parts.append(line_of(changed) + b"\n" + (bytes(3200) if "payload_length" in event else b""))
        data = b"".join(parts)
        reader = asyncio.StreamReader(1 << 16)
        reader.feed_data(bytes_of(data, chance) if chance.random() < 0.4 else data)
        reader.feed_eof()
        writer: Any = _Writer()
        await self._wyoming.handle(reader, writer)


def _visible(data: bytes, chance: random.Random) -> bytes:
    """Return changed bytes without those that no header may hold."""
    return bytes(byte for byte in bytes_of(data, chance)[:1000] if byte > 0x20 and byte != 0x7F)


class _Writer:
    """Takes what a server writes."""

    def __init__(self) -> None:
        self.transport = self
        self.written = b""

    def get_extra_info(self, name: str) -> Any:
        return ("127.0.0.1", 9)

    def write(self, data: bytes) -> None:
        self.written += data

    def writelines(self, lines: Any) -> None:
        self.written += b"".join(lines)

    async def drain(self) -> None:
        pass

    def close(self) -> None:
        pass

    def abort(self) -> None:
        pass

    async def wait_closed(self) -> None:
        pass


def request() -> Target:
    """Requests through the local socket, to a window of which only what they steer is there."""
    from types import SimpleNamespace

    from PySide6.QtCore import QCoreApplication, QObject, Signal

    from app.control.local_socket import LONGEST, LocalServer
    from app.window.desktop.controller import Controller
    from app.window.live.live_state import LiveState
    from app.window.sessions.opened_files import _files_of
    from asr.audio.media import open_media
    from asr.errors import AudioError

    _kept.append(QCoreApplication.instance() or QCoreApplication([]))
    _kept.append(os.environ.setdefault("XDG_ACTIVATION_TOKEN", ""))

    class Live(QObject):
        state_changed = Signal(object)
        state, active = LiveState.READY, False
        document = SimpleNamespace(seconds=0.0, count=0)

        def toggle(self) -> None:
            pass

        stop = toggle

    class Window:
        def __init__(self) -> None:
            self.live, self.file_queue = Live(), SimpleNamespace(running=None)
            self.commands = {"start": SimpleNamespace(trigger=lambda: None)}

        def __getattr__(self, name: str) -> Any:
            return lambda *arguments: 0

        def windowState(self) -> Any:
            from PySide6.QtCore import Qt

            return Qt.WindowState.WindowNoState

        def open_files(self, paths: list[Path]) -> None:
            for file in (file for path in paths for file in _files_of(path)):
                with contextlib.suppress(AudioError), open_media(file):
                    pass

    class Dictation:
        active = False

        def handle(self, action: str, printed: bool, respond: Any, status: Any) -> None:
            assert isinstance(action, str)
            respond(status())

    class Data:
        def __init__(self, content: bytes) -> None:
            self._content = content

        def data(self) -> bytes:
            return self._content

    class Socket:
        def __init__(self, content: bytes) -> None:
            self._content, self.written, self.aborted = content, b"", False

        def readAll(self) -> Data:
            content, self._content = self._content, b""
            return Data(content)

        def write(self, data: bytes) -> None:
            self.written += data

        def flush(self) -> None:
            pass

        def disconnectFromServer(self) -> None:
            pass

        def abort(self) -> None:
            self.aborted = True

    window: Any = Window()
    dictation: Any = Dictation()
    controller = Controller(window, dictation)
    server = LocalServer(controller.handle)
    requests: list[dict[str, Any]] = [{"command": name} for name in ("start", "stop", "toggle", "status", "show")]
    requests += [{"command": "open", "files": ["a.wav", "b"], "token": "x"}] * 3
    requests += [{"command": "dictate", "action": "toggle", "print": True}]

    def ask(chance: random.Random, folder: Path) -> None:
        data = line_of(json_of(chance.choice(requests), chance)) + b"\n"
        data = bytes_of(data, chance) if chance.random() < 0.3 else data
        chance_socket: Any = Socket(data)
        server._received[chance_socket] = bytearray()
        server._read(chance_socket)
        answered = bool(chance_socket.written)
        assert answered or b"\n" not in data or chance_socket.aborted or len(data) > LONGEST, "no answer"
        server._received.clear()

    return ask


def network() -> Target:
    """Requests, messages and events to the ports of `echoic serve`."""
    from app.log import logger
    from tests.support.programs.servers import running

    defects: list[str] = []

    class Watch(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if "defect" in record.getMessage():
                defects.append(f"{record.getMessage()}: {record.exc_info and record.exc_info[1]!r}")

    logger.addHandler(Watch(logging.ERROR))
    _kept.append(running(limits={"starts_per_minute": 10**9}))
    server = _kept[-1].__enter__()
    sound = bytes(3200)
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n' + sound + b"\r\n--x--\r\n"
    upload = b"POST /v1/audio/transcriptions HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; "
    upload += b"boundary=x\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    begin = b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    begin += b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"

    def frame(data: bytes, kind: int) -> bytes:
        return bytes([0x80 | kind, 0x80 | 126]) + len(data).to_bytes(2, "big") + bytes(4) + data

    configs = ({"config": {"sample_rate": 16000, "words": True, "max_alternatives": 1}}, {"eof": 1}, {"reset": 1})
    form = {"rate": 16000, "width": 2, "channels": 1}
    events = (
        {"type": "transcribe", "data": {"language": "en"}},
        {"type": "audio-start", "data": form},
        {"type": "audio-chunk", "data": form, "payload_length": len(sound)},
        {"type": "audio-stop", "data": {}},
        {"type": "describe"},
    )

    def talk(chance: random.Random, folder: Path) -> None:
        kind = chance.choice(("http", "vosk", "wyoming"))
        if kind == "http":
            data = bytes_of(upload, chance)
        elif kind == "vosk":
            texts = [line_of(json_of(config, chance) if chance.random() < 0.5 else config) for config in configs]
            data = frame(texts[0], 1) + frame(sound, 2) + frame(texts[2], 1) + frame(sound, 2) + frame(texts[1], 1)
            data = begin + (bytes_of(data, chance) if chance.random() < 0.5 else data)
        else:
            parts = []
            for event in events:
                changed = json_of(event, chance) if chance.random() < 0.4 else event
                parts.append(line_of(changed) + b"\n" + (sound if "payload_length" in event else b""))
            data = b"".join(parts)
            data = bytes_of(data, chance) if chance.random() < 0.4 else data
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", server.port(kind)), 5) as connection:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            connection.settimeout(0.5)
            while connection.recv(65_536):
                pass
        with socket.create_connection(("127.0.0.1", server.port("http")), 5) as connection:
            connection.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            connection.settimeout(10)
            assert b" 200 " in connection.recv(65_536), "not healthy any more"
        assert not defects, defects.pop()

    return talk
