"""`echoic serve` as a process: signals, exit codes, sentences, certificates, and what it never does."""

import functools
import json
import os
import shutil
import signal
import ssl
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from app.__main__ import main
from app.cli.process import loading
from app.server.settings import STREAMS_PER_PROCESS, ServerSettings
from asr.errors import VoiceError
from asr.stream_options import StreamOptions
from asr.user.language import UserLanguage
from asr.user.voice import VoiceProfile
from tests.support.programs.scripts import ROOT
from tests.support.programs.servers import WAIT, process, running, seconds_file
from tests.support.recognition import sound
from tests.support.recognition.fakes import FakeRecognizer
from tests.support.recognition.spoken import SecondsRecognizer
from tests.support.recognition.tiny import tiny_recognizer

websockets = pytest.importorskip("websockets", reason="websockets is not installed")
from websockets.sync.client import connect  # noqa: E402


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="needs the signals of POSIX")
@pytest.mark.parametrize(("name", "code"), [("SIGTERM", 143), ("SIGINT", 130), ("SIGHUP", 129)])
def test_a_signal_ends_it_after_the_last_words(name: str, code: int) -> None:
    with process("--processes", "0") as (server, addresses), connect(addresses["vosk"]) as websocket:
        websocket.send(bytes(2 * 12_000))
        assert json.loads(websocket.recv(60)) == {"partial": "word0 word1"}
        server.send_signal(getattr(signal, name))
        assert json.loads(websocket.recv(60))["text"] == "word0 word1"
        _, errors = server.communicate(timeout=WAIT)
        assert server.returncode == code
        assert "finishing 1 streams" in errors and "Traceback" not in errors


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="needs the signals of POSIX")
def test_a_second_ctrl_c_ends_it_at_once() -> None:
    command = [sys.executable, "-c", HANGING]
    with process("--processes", "0", command=command) as (server, addresses), connect(addresses["vosk"]) as websocket:
        websocket.send(bytes(2 * 12_000))
        time.sleep(0.3)
        server.send_signal(signal.SIGINT)
        assert server.stderr and "Ctrl+C again" in server.stderr.readline()
        began = time.monotonic()
        server.send_signal(signal.SIGINT)
        server.communicate(timeout=WAIT)
        assert server.returncode == 130 and time.monotonic() - began < 15


HANGING = """
import threading, sys
from app.__main__ import main
from app.cli.process import loading
from tests.support.recognition.spoken import SecondsRecognizer
from tests.support.recognition.tiny import tiny_recognizer
class Hanging(SecondsRecognizer):
    def step(self, state, samples):
        threading.Event().wait(60)
loading.load = lambda path: Hanging()
sys.exit(main())
"""


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="needs the signals of POSIX")
def test_the_shipped_model_in_processes_and_nothing_is_left(shipped: object) -> None:
    """The words of the sample are those of the command line; a process group gets the signal, as from a terminal."""
    sample = ROOT / "assets" / "samples" / "lighthouse.ogg"
    command = [sys.executable, "-m", "app"]
    with process("--processes", "2", command=command) as (server, addresses):
        with sample.open("rb") as file:
            answer = httpx.post(
                f"{addresses['http']}/v1/audio/transcriptions",
                files={"file": file},
                data={"model": "x", "response_format": "text"},
                timeout=120,
            )
        children = Path(f"/proc/{server.pid}/task/{server.pid}/children")
        pids = [int(pid) for pid in children.read_text().split()] if children.exists() else []
        for pid in [*pids, server.pid]:
            os.kill(pid, signal.SIGINT)
        server.communicate(timeout=WAIT)
        assert server.returncode == 130
    printed = subprocess.run(
        [*command, "transcribe", str(sample)], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert answer.text == printed.stdout and len(answer.text.split()) > 30
    deadline = time.monotonic() + 10
    while any(Path(f"/proc/{pid}").exists() for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)


WATCHED = """
import sys
def watch(event, arguments):
    if event in ("socket.connect", "socket.sendto", "socket.gethostbyname", "urllib.Request", "socket.bind"):
        print("TOUCHED", event, arguments[1:], file=sys.__stderr__, flush=True)
sys.addaudithook(watch)
from app.__main__ import main
from app.cli.process import loading
from tests.support.recognition.spoken import SecondsRecognizer
from tests.support.recognition.tiny import tiny_recognizer
loading.load = lambda path: SecondsRecognizer()
sys.exit(main())
"""


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="a pair of sockets is made by connecting there")
def test_it_opens_its_three_ports_and_connects_to_nobody(tmp_path: Path) -> None:
    talk = seconds_file(tmp_path / "talk.wav", 2.0)
    ports = ["--port", "0", "--vosk-port", "0", "--wyoming-port", "0", "--processes", "0"]
    command = [sys.executable, "-c", WATCHED, "serve", *ports]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        assert server.stdout
        http, vosk, _ = (server.stdout.readline().split()[0] for _ in range(3))
        with talk.open("rb") as file:
            answer = httpx.post(f"{http}/v1/audio/transcriptions", files={"file": file}, data={"model": "x"})
        assert answer.json()["text"] == "word0 word1"
        with connect(vosk) as websocket:
            websocket.send(bytes(16_000))
            websocket.recv(60)
        assert httpx.get(http).status_code == 200
        server.terminate()
        _, errors = server.communicate(timeout=WAIT)
    touched = [line for line in errors.splitlines() if line.startswith("TOUCHED")]
    assert touched == ["TOUCHED socket.bind (('127.0.0.1', 0),)"] * 3


def test_help_has_examples_and_every_protocol(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--help"]) == 0
    text = capsys.readouterr().out
    for expected in (
        "examples:",
        "curl http",
        "test_microphone.py --uri ws:",
        "Home Assistant",
        "--token",
        "ECHOIC_TOKEN",
    ):
        assert expected in text


def test_a_missing_library_is_a_sentence(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(sys.modules, "wyoming", None)
    assert main(["serve"]) == 2
    error = capsys.readouterr().err
    assert "needs the library wyoming, which is not installed." in error and 'pip install "echoic[serve]"' in error


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--host", "0.0.0.0"], "give --token SECRET, or set ECHOIC_TOKEN"),
        (["--cert", "a.pem"], "--cert and --key belong together"),
        (["--cert", "a.pem", "--key", "b.pem"], "cannot be used"),
        (["--port", "off", "--vosk-port", "off", "--wyoming-port", "off"], "nothing to serve"),
        (["--allow", "there"], "such as 192.168.1.0/24"),
        (["--port", "70000"], "expected a port from 0"),
        (["--streams", "0"], "expected a whole number from 1 on"),
        (["--max-seconds", "-1"], "expected a number above 0"),
        (["--model", "/nothing"], "/nothing is not a folder"),
    ],
)
def test_what_cannot_be_is_a_sentence_and_exit_code_2(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    free = ["--port", "0", "--vosk-port", "0", "--wyoming-port", "0", "--processes", "0"]
    assert main(["serve", *free, *arguments]) == 2
    assert sentence in " ".join(capsys.readouterr().err.split())


def test_the_token_may_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    from app.arguments import make_parser
    from app.server.arguments import settings_of

    monkeypatch.setenv("ECHOIC_TOKEN", "secret")
    settings = settings_of(
        make_parser().parse_args(["serve", "--host", "0.0.0.0", "--streams", "9", "--max-upload", "2"])
    )
    assert (settings.token, settings.limits.streams, settings.limits.upload_bytes) == ("secret", 9, 2 << 20)
    monkeypatch.delenv("ECHOIC_TOKEN")
    settings = settings_of(make_parser().parse_args(["serve", "--processes", "3"]))
    assert (settings.host, settings.token, settings.processes) == ("127.0.0.1", "", 3)
    assert settings.limits.streams == 3 * STREAMS_PER_PROCESS


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl to make a certificate with")
@pytest.mark.slow
def test_tls(tmp_path: Path) -> None:
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(cert)),
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.create_default_context(cafile=str(cert))
    with running(cert=cert, key=key) as server:
        assert server.http.startswith("https://") and server.vosk.startswith("wss://")
        assert httpx.get(f"{server.http}/health", verify=context).json() == {"status": "ok"}
        with connect(server.vosk, ssl=context) as websocket:
            websocket.send(bytes(16_000))
            assert json.loads(websocket.recv(60)) == {"partial": "word0"}
        with pytest.raises(httpx.HTTPError):
            httpx.get(server.http.replace("https", "http"))
        assert httpx.get(f"{server.http}/health", verify=context).status_code == 200


@pytest.mark.slow
def test_the_log_holds_no_words_names_or_addresses(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level("DEBUG")
    talk = sound.write(tmp_path / "secretname.wav", sound.noise(2.0))
    for load in (SecondsRecognizer, functools.partial(FakeRecognizer, fail_at=0.5)):
        with running(load) as server:
            with talk.open("rb") as file:
                httpx.post(f"{server.http}/v1/audio/transcriptions?token=hush", files={"file": file})
            server.begin_stop().result(WAIT)
    ours = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith(("echoic", "uvicorn")))
    assert "server: stopping" in ours
    assert not [word for word in ("secretname", "word0", "hush", "127.0.0.1", "quick") if word in ours]


def test_commands_load_in_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    from app.server.command import _load

    monkeypatch.setattr(loading, "load", lambda path: ("loaded", path))
    assert _load(Path("x")) == ("loaded", Path("x"))


def test_the_users_words_are_in_every_stream(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--vocabulary` and `--language` are read at the start, and reach the recogniser in the engine."""
    from app.server import command

    (tmp_path / "names.txt").write_text("McAllister\n")
    language = UserLanguage.of([["we", "run"]], ["we", "run"])
    language.save(tmp_path / "work.language")
    given: list[StreamOptions] = []

    def serve(settings: object, model: object, options: StreamOptions) -> int:
        given.append(options)
        return 0

    monkeypatch.setattr(command, "serve", serve)
    words = ["--vocabulary", str(tmp_path / "names.txt"), "--language", str(tmp_path / "work.language")]
    assert main(["serve", *words]) == 0 and main(["serve"]) == 0
    assert given[0].vocabulary.entries[0].written == "McAllister" and given[0].language == language
    assert given[1] == StreamOptions()
    recognizer = SecondsRecognizer()
    monkeypatch.setattr(loading, "load", lambda path: recognizer)
    talk = sound.write(tmp_path / "talk.wav", sound.noise(1.0))
    load = functools.partial(command._load, None, given[0])
    with running(load, options=given[0]) as server, talk.open("rb") as file:
        httpx.post(f"{server.http}/v1/audio/transcriptions", files={"file": file}).raise_for_status()
    assert recognizer.options == [given[0]] * 2  # prepared, and the stream
    assert main(["serve", "--language", str(tmp_path / "none.language")]) == 2


def test_a_voice_is_of_every_stream_and_one_that_does_not_fit_is_refused_before_the_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from app.server.command import _load
    from app.server.listeners import Server

    options = StreamOptions(voice=VoiceProfile("Ann", "0" * 64, {}))
    server = Server(ServerSettings(), lambda: FakeRecognizer(), options)
    assert server.service.options == options
    server._folder.cleanup()  # it was never started, so nothing else has to be closed
    tiny = tiny_recognizer()
    monkeypatch.setattr(loading, "load", lambda path: tiny)
    with pytest.raises(VoiceError, match="another model"):
        _load(Path("x"), options)
