"""OpenAI's protocol, with OpenAI's own client."""

import contextlib
import io
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from app.__main__ import main
from app.cli.process import loading
from asr.recognizer import Recognizer
from tests.support.programs.servers import Running, running, seconds_file
from tests.support.recognition import sound
from tests.support.recognition.fakes import FakeRecognizer
from tests.support.recognition.spoken import SecondsRecognizer
from tests.support.recognition.streams import SPEECH

openai = pytest.importorskip("openai", reason="OpenAI's client is not installed")


@contextlib.contextmanager
def client_of(server: Running, **options: Any) -> Iterator[Any]:
    with openai.OpenAI(
        base_url=f"{server.http}/v1", api_key=options.pop("api_key", "none"), max_retries=0, **options
    ) as client:
        yield client


@pytest.fixture
def client(serving: Running) -> Iterator[Any]:
    with client_of(serving) as client:
        yield client


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    return seconds_file(tmp_path / "talk.wav", 7.0)


TEXT = "word0 word1 word2 word3 word4 word5 word6"


def test_json(client: Any, talk: Path) -> None:
    answer = client.audio.transcriptions.create(model="whisper-1", file=talk)
    assert answer.text == TEXT
    assert answer.usage.seconds == 7


@pytest.mark.parametrize(("format", "ours"), [("text", "txt"), ("srt", "srt"), ("vtt", "vtt")])
def test_texts_are_those_of_the_command_line(
    client: Any,
    talk: Path,
    format: str,
    ours: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    answer = client.audio.transcriptions.create(model="any", file=talk, response_format=format)
    monkeypatch.setattr(loading, "load", lambda path: SecondsRecognizer())
    assert main(["transcribe", str(talk), "-f", ours]) == 0
    assert answer == capsys.readouterr().out


def test_verbose_json_has_words_and_segments(client: Any, talk: Path) -> None:
    answer = client.audio.transcriptions.create(
        model="any", file=talk, response_format="verbose_json", timestamp_granularities=["word", "segment"]
    )
    assert (answer.language, answer.duration, answer.text) == ("en", 7.0, TEXT)
    assert [(word.word, word.start, word.end) for word in answer.words] == [(f"word{n}", n, n + 1) for n in range(7)]
    assert [(segment.start, segment.end) for segment in answer.segments] == [(0, 3), (3, 6), (6, 7)]
    assert [segment.text for segment in answer.segments] == ["word0 word1 word2", "word3 word4 word5", "word6"]
    assert answer.segments[0].avg_logprob == pytest.approx(np.log(0.5), abs=1e-3)


def test_verbose_json_has_segments_alone_unless_words_are_wanted(client: Any, talk: Path) -> None:
    answer = client.audio.transcriptions.create(model="any", file=talk, response_format="verbose_json")
    assert answer.words is None and len(answer.segments) == 3


def test_a_stream_brings_words_before_the_end(client: Any, talk: Path) -> None:
    events = list(client.audio.transcriptions.create(model="any", file=talk, stream=True))
    assert [event.type for event in events[:-1]] == ["transcript.text.delta"] * (len(events) - 1)
    assert len(events) > 3
    assert "".join(event.delta for event in events[:-1]) == TEXT
    assert (events[-1].type, events[-1].text) == ("transcript.text.done", TEXT)


def test_words_are_those_of_the_recogniser_alone(tiny: Recognizer, tmp_path: Path) -> None:
    """A real recogniser, a rate that is resampled, and the file also as a stream."""
    path = sound.write(tmp_path / "speech.flac", SPEECH, 16_000)
    from asr.audio.media import read_file
    from asr.pipeline import transcribe

    words = [word for update in transcribe(tiny, read_file(path, tiny.config.rate)) for word in update.words]
    assert len(words) > 3
    with running(lambda: tiny) as server, client_of(server) as client:
        answer = client.audio.transcriptions.create(
            model="any", file=path, response_format="verbose_json", timestamp_granularities=["word"]
        )
        events = list(client.audio.transcriptions.create(model="any", file=path, stream=True))
    assert [(word.word, word.start, word.end) for word in answer.words] == [
        (word.text, round(word.start, 3), round(word.end, 3)) for word in words
    ]
    assert events[-1].text == answer.text == " ".join(word.text for word in words)


@pytest.mark.parametrize("suffix", [".flac", ".mp3", ".m4a", ".ogg", ".mkv"])
def test_any_kind_of_file(client: Any, tmp_path: Path, suffix: str) -> None:
    path = seconds_file(tmp_path / f"talk{suffix}", 3.0, 48_000)
    assert client.audio.transcriptions.create(model="any", file=path).text.startswith("word0 word1")


def test_models(client: Any) -> None:
    assert [model.id for model in client.models.list()] == ["spoken-1"]
    assert client.models.retrieve("spoken-1").owned_by == "echoic"
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("gpt-4o-transcribe")


def test_what_is_no_sound_is_an_error_with_a_sentence(client: Any) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        client.audio.transcriptions.create(model="any", file=("note.wav", b"this is no sound" * 99))
    assert caught.value.code == "not_media" and caught.value.param == "file"
    assert "note.wav cannot be opened" in str(caught.value)


def test_a_playlist_opens_nothing(client: Any, talk: Path) -> None:
    content = f"ffconcat version 1.0\nfile '{talk}'\n".encode()
    with pytest.raises(openai.BadRequestError) as caught:
        client.audio.transcriptions.create(model="any", file=("list.wav", content))
    assert caught.value.code == "playlist"


def test_a_file_that_is_cut_short_gives_its_words_and_a_warning(client: Any, talk: Path) -> None:
    content = talk.read_bytes()[:-100_000]
    answer = client.audio.transcriptions.create(model="any", file=("talk.wav", content))
    assert answer.text == " ".join(f"word{n}" for n in range(4))
    assert "talk.wav is cut short" in answer.warning
    raw = client.audio.transcriptions.with_raw_response.create(
        model="any", file=("talk.wav", content), response_format="srt"
    )
    assert "talk.wav is cut short" in raw.headers["x-echoic-warning"]
    events = list(client.audio.transcriptions.create(model="any", file=("talk.wav", content), stream=True))
    assert events[-1].text == answer.text and "cut short" in events[-1].warning


def test_silence_is_no_error_and_is_said(tmp_path: Path) -> None:
    path = sound.write(tmp_path / "silence.wav", np.zeros(16_000, np.float32))
    with running(lambda: FakeRecognizer(())) as server, client_of(server) as client:
        answer = client.audio.transcriptions.create(model="any", file=path)
    assert answer.text == "" and answer.warning == "No speech was found in 1.0 s of sound."


@pytest.mark.parametrize(
    ("options", "param"),
    [
        ({"response_format": "diarized_json"}, "response_format"),
        ({"language": "de"}, "language"),
        ({"extra_body": {"stream": "perhaps"}}, "stream"),
        ({"response_format": "verbose_json", "timestamp_granularities": ["letter"]}, "timestamp_granularities"),
    ],
)
def test_what_cannot_be_done_is_an_error_that_names_the_field(
    client: Any, talk: Path, options: dict[str, Any], param: str
) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        client.audio.transcriptions.create(model="any", file=talk, **options)
    assert caught.value.param == param
    assert "found" in str(caught.value)


@pytest.mark.parametrize(("name", "status"), [("odd", 400), ("talk", 200)])
def test_a_form_in_an_odd_encoding_is_served_and_no_defect(
    serving: Running, talk: Path, name: str, status: int
) -> None:
    """Half a surrogate pair in the name of its file comes back as a question mark."""
    sound = talk.read_bytes() if name == "talk" else b"odd"
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="%s\\ud800.wav"\r\n\r\n' % name.encode()
    headers = {"content-type": "multipart/form-data; boundary=x; charset=unicode_escape"}
    for format in ("json", "vtt"):
        field = b'--x\r\nContent-Disposition: form-data; name="response_format"\r\n\r\n%s\r\n' % format.encode()
        content = field + head + sound + b"\r\n--x--\r\n"
        answer = httpx.post(f"{serving.http}/v1/audio/transcriptions", content=content, headers=headers)
        assert answer.status_code == status, answer.text
        if status == 400:
            assert "odd?.wav" in answer.json()["error"]["message"]


def test_the_language_of_the_model_is_taken(client: Any, talk: Path) -> None:
    assert client.audio.transcriptions.create(model="any", file=talk, language="en-GB").text == TEXT


@pytest.mark.parametrize(
    "request_of",
    [
        {"content": b""},
        {"content": b"{}", "headers": {"content-type": "application/json"}},
        {"data": {"model": "x"}},
        {"files": {"file": (None, "a text")}},
        {"content": b"--x\r\ngarbage", "headers": {"content-type": "multipart/form-data; boundary=x"}},
        {"content": b"garbage", "headers": {"content-type": "multipart/form-data"}},
        {"files": {"file": ("a.wav", b"")}},
        {"files": [("file", ("a.wav", b"x")), ("file", ("b.wav", b"y"))]},
        {"files": {"file": ("a.wav", b"x")}, "data": {"prompt": "y" * 200_000}},
        {"files": {"file": ("a.wav", b"x")}, "data": {f"field{n}": "y" for n in range(200)}},
    ],
)
def test_a_wrong_form_is_refused(serving: Running, request_of: dict[str, Any]) -> None:
    answer = httpx.post(f"{serving.http}/v1/audio/transcriptions", **request_of)
    assert answer.status_code == 400
    assert answer.json()["error"]["message"]
    assert httpx.get(f"{serving.http}/health").json() == {"status": "ok"}


def test_paths_and_methods_that_are_not_there(serving: Running) -> None:
    assert httpx.get(f"{serving.http}/v1/chat").json()["error"]["code"] == "not_found"
    answer = httpx.get(f"{serving.http}/v1/audio/transcriptions")
    assert answer.status_code == 405 and answer.json()["error"]["code"] == "method_not_allowed"


def test_an_upload_that_is_too_large_is_refused(talk: Path) -> None:
    with running(limits={"upload_bytes": 100_000}) as server, client_of(server) as client:
        for content in (talk.read_bytes(), io.BytesIO(bytes(30 << 20))):
            with pytest.raises(openai.APIStatusError) as caught:
                client.audio.transcriptions.create(model="any", file=("talk.wav", content))
            assert caught.value.status_code == 413 and caught.value.code == "too_large"
        assert not list(Path(server.server._folder.name).iterdir())
        small = seconds_file(talk.with_name("small.wav"), 2.0)
        assert client.audio.transcriptions.create(model="any", file=small).text == "word0 word1"


@pytest.mark.parametrize("suffix", [".wav", ".mkv"])  # one that states its length, one that is cut off before it
def test_sound_that_is_too_long_is_refused(tmp_path: Path, suffix: str) -> None:
    path = seconds_file(tmp_path / f"long{suffix}", 20.0)
    content = path.read_bytes()
    with running(limits={"seconds": 5.0}) as server, client_of(server) as client:
        with pytest.raises(openai.APIStatusError) as caught:
            client.audio.transcriptions.create(model="any", file=("long.wav", content))
        assert caught.value.status_code == 413 and caught.value.code == "too_long"
        server.wait_until_idle()


def test_a_long_file_that_hides_its_length_is_cut_off(tmp_path: Path) -> None:
    content = bytearray(seconds_file(tmp_path / "long.wav", 20.0).read_bytes())
    size = content.index(b"data") + 4
    content[4:8] = content[size : size + 4] = b"\xff\xff\xff\xff"  # of a WAV file that is written to a pipe
    with running(limits={"seconds": 5.0}) as server, client_of(server) as client:
        with pytest.raises(openai.APIStatusError) as caught:
            client.audio.transcriptions.create(model="any", file=("long.wav", bytes(content)))
        assert caught.value.code == "too_long"
        with pytest.raises(openai.APIError, match="longer than the 5 s"):
            list(client.audio.transcriptions.create(model="any", file=("long.wav", bytes(content)), stream=True))


def test_a_defect_of_the_recogniser_is_an_error_and_others_go_on(talk: Path) -> None:
    with running(lambda: FakeRecognizer(fail_at=4.0)) as server, client_of(server) as client:
        with pytest.raises(openai.InternalServerError) as caught:
            client.audio.transcriptions.create(model="any", file=talk)
        assert caught.value.code == "engine_failed"
        events = client.audio.transcriptions.create(model="any", file=talk, stream=True)
        with pytest.raises(openai.APIError, match="a defect of Echoic"):
            list(events)
        short = seconds_file(talk.with_name("short.wav"), 3.0)
        assert client.audio.transcriptions.create(model="any", file=short).text


def test_nothing_of_an_upload_is_left(serving: Running, client: Any, talk: Path) -> None:
    folder = Path(serving.server._folder.name)
    client.audio.transcriptions.create(model="any", file=talk)
    with pytest.raises(openai.BadRequestError):
        client.audio.transcriptions.create(model="any", file=("x.wav", b"no sound"))
    assert list(folder.iterdir()) == []
    assert folder.stat().st_mode & 0o077 == 0


def test_a_name_is_no_path_and_no_header(client: Any, talk: Path) -> None:
    for name in ("../../etc/passwd", "C:\\windows\\a.wav", "a\r\nx-evil: 1.wav", "\x1b[2J", "é" * 300, ""):
        raw = client.audio.transcriptions.with_raw_response.create(
            model="any", file=(name or "x", talk.read_bytes()[:-100_000]), response_format="text"
        )
        assert "x-evil" not in raw.headers and "/etc" not in raw.headers["x-echoic-warning"]


@pytest.mark.slow
def test_a_client_that_goes_away_ends_its_work(tmp_path: Path) -> None:
    """An hour of sound; the client leaves after the first words."""
    path = seconds_file(tmp_path / "hour.flac", 600.0)
    recognizer = SecondsRecognizer()
    recognizer.slow = 0.002
    with running(lambda: recognizer) as server:
        for stream in ("true", "false"):
            with (
                contextlib.suppress(httpx.ReadTimeout),
                path.open("rb") as file,
                httpx.stream(
                    "POST",
                    f"{server.http}/v1/audio/transcriptions",
                    files={"file": file},
                    data={"stream": stream},
                    timeout=httpx.Timeout(10.0, read=0.5),
                ) as answer,
            ):
                next(answer.iter_lines())
            server.wait_until_idle()
            time.sleep(0.1)
            steps = recognizer.steps
            time.sleep(0.3)
            assert recognizer.steps == steps  # nobody works on it any more
        assert server.metric("echoic_sound_seconds_total", protocol="openai") < 600


def test_metrics_count(serving: Running, client: Any, talk: Path) -> None:
    client.audio.transcriptions.create(model="any", file=talk)
    text = httpx.get(f"{serving.http}/metrics").text
    assert 'echoic_streams_total{protocol="openai"} 1.0' in text
    assert 'echoic_sound_seconds_total{protocol="openai"} 7.0' in text
    assert 'echoic_words_total{protocol="openai"} 7.0' in text
    assert 'echoic_open_streams{protocol="openai"} 0.0' in text
    assert "talk" not in text and "word0" not in text


def test_events_are_one_line_of_json_each(serving: Running, talk: Path) -> None:
    with talk.open("rb") as file:
        answer = httpx.post(
            f"{serving.http}/v1/audio/transcriptions", files={"file": file}, data={"model": "x", "stream": "true"}
        )
    assert answer.headers["content-type"].startswith("text/event-stream")
    events = [event for event in answer.text.split("\n\n") if event]
    assert all(event.startswith("data: ") and json.loads(event[6:]) for event in events)
