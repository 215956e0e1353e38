"""What the fuzzer tries: for each kind of input a function that makes one by a random generator, and takes it.

A target is made once for each child: `TARGETS[kind]()` returns the function for one input, which gets the generator and
an empty folder. It raises `EchoicError` where the input is refused, and AssertionError where a promise is broken.
"""

import contextlib
import io
import logging
import os
import random
import socket
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from tests.hard_use.mutations import NUMBERS, bytes_of, json_of, line_of, some_of, text_of

Target = Callable[[random.Random, Path], None]
_kept: list[Any] = []  # servers, which end with the process
MOST_SECONDS = 1500.0  # of sound out of a file of a second: ten minutes before a picture, holes, and damaged lengths


def media() -> Target:
    """Sound and video files, read as files and as pipes."""
    from asr.audio.media import open_media
    from tests.support.recognition import sound

    made = Path(tempfile.mkdtemp())
    clean = sound.noise(1.0)
    others = {"aiff": "pcm_s16be", "au": "pcm_s16be", "caf": "pcm_s16le", "w64": "pcm_s16le", "webm": "libopus"}
    codecs = {**{suffix[1:]: codec for suffix, codec in sound.CODECS.items()}, **others}
    files = [sound.write(made / f"a.{suffix}", clean, codec=codec) for suffix, codec in codecs.items()]
    files += [sound.write(made / "b.wav", np.stack([clean] * 2)), sound.write(made / "c.wav", np.stack([clean] * 8))]
    wholes = [(file.name, file.read_bytes()) for file in files]

    def read(chance: random.Random, folder: Path) -> None:
        name, whole = chance.choice(wholes)
        data = bytes_of(whole, chance)
        path = folder / name
        path.write_bytes(data)
        pipe = chance.random() < 0.3
        with open_media(io.BytesIO(data) if pipe else path, name) as opened:
            seconds = 0.0
            for samples in opened.read(16_000, live=chance.random() < 0.2):
                assert samples.dtype == np.float32 and np.isfinite(samples).all()
                seconds += len(samples) / 16_000
                assert seconds < MOST_SECONDS, "invented sound"

    return read


def model() -> Target:
    """Files of a model: network, lexicon, language models, formatter, pronunciations."""
    from tests.support.recognition.damage import save_tiny_model, try_damage

    whole = Path(tempfile.mkdtemp()) / "whole"
    save_tiny_model(whole)

    def load(chance: random.Random, folder: Path) -> None:
        try_damage(whole, folder / "model", chance.randrange(2**40))

    return load


def vocabulary() -> Target:
    """Lists of somebody's own words, and what a recogniser of few words makes of them."""
    from asr.stream_options import StreamOptions
    from asr.user.vocabulary import Vocabulary
    from tests.support.recognition.tiny import tiny_recognizer

    recognizer = tiny_recognizer()
    text = "McAllister # note\nNguyen = win = N UW Y EH N\nKaduna Bay = kah-doona bay\n"
    text += "Zoë May = Z OW IY | M EY\nPark :2\n"

    def read(chance: random.Random, folder: Path) -> None:
        path = folder / "names.txt"
        changed = text_of(text, chance).encode("utf-8", "surrogatepass")
        path.write_bytes(bytes_of(changed, chance) if chance.random() < 0.5 else changed)
        recognizer.start(StreamOptions(vocabulary=Vocabulary.read(path)))

    return read


def written_text() -> Target:
    """Texts that are aligned with sound."""
    from asr.alignment.written_text import decoded, lines_of
    from asr.text.spoken_forms import spoken_forms

    text = "In 1984, Dr. Smith paid $5.50 (7 % more) to NATO.\nIt was 9:30 on 3 May; the 21st call to 555-0199.\n"

    def read(chance: random.Random, folder: Path) -> None:
        data = text_of(text, chance).encode(chance.choice(("utf-8", "utf-16", "cp1252")), "replace")
        for line in lines_of(decoded(bytes_of(data, chance) if chance.random() < 0.5 else data, "a.txt")):
            for word in line.words:
                spoken_forms(word)

    return read


RECORDS: tuple[dict[str, Any], ...] = (
    {"words": [["one", 0.0, 0.5, 0.9], ["two", 0.5, 1.0, 0.9]], "seconds": 1.0, "endpoint": True},
    {"words": [["three", 1.0, 1.5, 0.9, "Three."]], "seconds": 2.0, "endpoint": False},
    {"gap": [1.0, 0.5]},
    {"edit": [0, 1, [["won", 0.0, 0.5, 1.0]]]},
    {"edits": [[0, 1, [["won", 0.0, 0.5, 1.0]]]]},
    {"split": [0, 1, 0.5, 0.5]},
    {"join": 0},
    {"undo": True},
    {"pause": 1.0},
    {"bookmark": [1.0, True]},
    {"title": "Another"},
    {"problem": "A sentence."},
    {"recovered": 1.0},
    {"close": 1.0},
)


def journal() -> Target:
    """Journals of sessions: a start lists both, opens the sound one, and exports what can be opened of the other."""
    from app.export.registry import FORMATS
    from app.export.transcript import ExportedTranscript
    from app.sessions.folder.records import line
    from app.sessions.folder.session_files import JOURNAL
    from app.sessions.folder.session_record import SessionRecord, first_record
    from app.sessions.store import Store

    head = first_record(SessionRecord("id", "live", "A talk", "microphone", 1.5, rate=16_000))

    def start(chance: random.Random, folder: Path) -> None:
        records = [head, RECORDS[0], *some_of(RECORDS, chance, 6)]
        at = chance.randrange(len(records))
        records[at] = json_of(records[at], chance)
        data = b"".join(b"\n" + line_of(record) for record in records)
        if chance.random() < 0.3:
            data = bytes_of(data, chance)
        for id, content in (("odd", data), ("sound", b"".join(map(line, (head, RECORDS[0], RECORDS[-1]))))):
            (folder / "sessions" / id).mkdir(parents=True)
            (folder / "sessions" / id / JOURNAL).write_bytes(content)
        store = Store(folder)
        try:
            listed = {entry.id for entry in store.list()}
            trashed = {entry.id for entry in store.trash()}  # where one of which nothing is left goes
            assert "sound" in listed and "odd" in listed | trashed, f"listed were {sorted(listed)}"
            assert store.open("sound").document.count == 2
            assert "sound" in {entry.id for entry in store.list("two")}
            session = store.open("odd")  # or refused
            transcript = ExportedTranscript(session.document, session.title, language=session.language)
            for format in FORMATS.values():
                if not format.binary:
                    format.write(transcript)
            document = session.document
            while document.edits:
                document = document.undo()
        finally:
            store.close()

    return start


def index() -> Target:
    """The search index: whatever is in the file, sessions are listed and found."""
    from app.sessions.store import Store
    from tests.support.recognition.sessions import update

    made = Path(tempfile.mkdtemp())
    store = Store(made)
    for title, text in (("one", "hello world"), ("two", "hello there")):
        with store.create("live", title).begin(16_000) as recorder:
            recorder.update(update(text))
    store.close()
    path = made / "index.sqlite"
    whole = path.read_bytes()

    def start(chance: random.Random, folder: Path) -> None:
        for name in ("-wal", "-shm", "-journal"):
            (made / f"index.sqlite{name}").unlink(missing_ok=True)
        path.write_bytes(bytes_of(whole, chance))
        store = Store(made)
        try:
            titles = sorted(entry.title for entry in store.list())
            found = sorted(entry.title for entry in store.list("hello"))
            # Another title or word may be a flipped letter; what was lost must come back.
            assert len(titles) == 2, f"listed were {titles}"
            assert len(found) <= 2
        finally:
            store.close()

    return start


def settings() -> Target:
    """The file of settings, which people edit."""
    from PySide6.QtCore import QSettings
    from PySide6.QtGui import QGuiApplication

    from app.window.settings.settings import Settings

    application = QGuiApplication.instance() or QGuiApplication([])
    properties = [name for name, value in vars(Settings).items() if isinstance(value, property)]
    made = Path(tempfile.mkdtemp()) / "settings.ini"
    first = Settings(QSettings(str(made), QSettings.Format.IniFormat))
    for name in properties:
        kind = vars(Settings)[name]
        if kind.fset is not None and (value := getattr(first, name)) is not None:
            setattr(first, name, value)
    first.retention_days, first.waiting_files = 30.0, [Path("a.wav"), Path("b.wav")]
    first._store.sync()
    whole = made.read_text()
    assert application is not None

    def read(chance: random.Random, folder: Path) -> None:
        path = folder / "settings.ini"
        changed = text_of(whole, chance).encode("utf-8", "surrogatepass")
        path.write_bytes(bytes_of(changed, chance) if chance.random() < 0.3 else changed)
        found = Settings(QSettings(str(path), QSettings.Format.IniFormat))
        for name in properties:
            getattr(found, name)
        for size in (found.text_size, found.caption_size):
            assert 1 <= size <= 200

    return read


def pcm() -> Target:
    """Raw samples through a pipe."""
    from asr.audio.pcm import ENCODINGS, read_pcm

    def read(chance: random.Random, folder: Path) -> None:
        encoding = chance.choice(list(ENCODINGS))
        data = np.random.default_rng(chance.randrange(99)).normal(0, 0.1, 4000)
        whole = (data * 32_767).astype("<i2") if encoding == "s16le" else data.astype("<f4")
        rate = chance.choice((8000, 16_000, 44_100, 11_025.5, 0, -1, 1e9, float("nan"), float("inf")))
        for samples in read_pcm(io.BytesIO(bytes_of(whole.tobytes(), chance)), rate, encoding, 16_000):
            assert np.isfinite(samples).all()

    return read


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
        for _ in range(chance.randint(1, 3)):
            at = chance.randrange(len(rest) + 1)
            match chance.randrange(4):
                case 0:
                    del rest[at : at + 1]
                case 1:
                    rest.insert(at, chance.choice(options))
                case 2 if at < len(rest):
                    rest[at] = text_of(rest[at], chance)
                case _:
                    rest.insert(at, str(chance.choice(NUMBERS)))
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


TARGETS: dict[str, Callable[[], Target]] = {
    "media": media,
    "model": model,
    "vocabulary": vocabulary,
    "text": written_text,
    "journal": journal,
    "index": index,
    "settings": settings,
    "pcm": pcm,
    "arguments": arguments,
    "network": network,
}
