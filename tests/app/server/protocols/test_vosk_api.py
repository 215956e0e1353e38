"""Vosk's protocol: with a loop like that of its sample client, and with the `vosk` package's own client."""

import asyncio
import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asr.pipeline import transcribe
from asr.recognizer import Recognizer
from asr.updates import Update, Word
from tests.support.programs.servers import Running, running, seconds_file
from tests.support.recognition import sound
from tests.support.recognition.fakes import FakeRecognizer
from tests.support.recognition.streams import SLOW, SPEECH

websockets = pytest.importorskip("websockets", reason="websockets is not installed")
from websockets.exceptions import ConnectionClosed, InvalidStatus  # noqa: E402
from websockets.sync.client import connect  # noqa: E402

Reply = dict[str, Any]


def pcm(samples: np.ndarray) -> bytes:
    return np.clip(np.round(samples * 32_768), -32_768, 32_767).astype("<i2").tobytes()


def sample_client(address: str, data: bytes, rate: float | None = None, size: int = 3200, **config: Any) -> list[Reply]:
    """What Vosk's sample client does: a config message, pieces with a reply to each, the end with a reply."""
    replies = []
    with connect(address) as websocket:
        if rate is not None:
            config["sample_rate"] = rate
        if config:
            websocket.send(json.dumps({"config": config}))
        for start in range(0, len(data), size):
            websocket.send(data[start : start + size])
            replies.append(json.loads(websocket.recv(60)))
        websocket.send('{"eof" : 1}')
        replies.append(json.loads(websocket.recv(60)))
        with pytest.raises(ConnectionClosed):
            websocket.recv(60)
    return replies


def text_of(replies: Sequence[Reply]) -> str:
    return " ".join(reply["text"] for reply in replies if reply.get("text"))


def test_one_reply_to_each_message_at_8000_hz(serving: Running) -> None:
    """Without a config message the rate is 8000 Hz; 16-bit words of a second each, three to an utterance."""
    replies = sample_client(serving.vosk, pcm(sound.noise(7.0, 8000)), size=3200)  # 0.2 s
    assert len(replies) == 35 + 1
    assert text_of(replies) == "word0 word1 word2 word3 word4 word5 word6"
    results = [reply for reply in replies[:-1] if "text" in reply]
    assert [reply["text"] for reply in results] == ["word0 word1 word2", "word3 word4 word5"]
    assert results[0]["result"][1] == {"conf": 0.5, "end": 2.0, "start": 1.0, "word": "word1"}
    partials = [reply["partial"] for reply in replies if "partial" in reply]
    assert partials[0] == "word0" and "word3 word4" in partials
    assert replies[-1] == {"result": [{"conf": 0.5, "end": 7.0, "start": 6.0, "word": "word6"}], "text": "word6"}


def test_the_rate_of_the_config_message(serving: Running) -> None:
    for rate in (16_000, 44_100, 48_000.0):
        assert text_of(sample_client(serving.vosk, pcm(sound.noise(4.0, int(rate))), rate)).endswith("word3")


def test_words_and_alternatives_as_configured(serving: Running) -> None:
    data = pcm(sound.noise(4.0, 8000))
    replies = sample_client(serving.vosk, data, words=False)
    assert all("result" not in reply for reply in replies) and text_of(replies) == "word0 word1 word2 word3"
    replies = sample_client(serving.vosk, data, max_alternatives=3)
    (best,) = replies[-1]["alternatives"]
    assert best["text"] == "word3" and best["confidence"] == 0.5 and best["result"][0]["word"] == "word3"


def test_the_end_without_sound(serving: Running) -> None:
    assert sample_client(serving.vosk, b"") == [{"text": ""}]


def test_a_reset_gives_the_last_words_and_goes_on_in_time(serving: Running) -> None:
    with connect(serving.vosk) as websocket:
        websocket.send(pcm(sound.noise(1.5, 8000)))
        assert json.loads(websocket.recv(60))["partial"] == "word0 word1"
        websocket.send('{"reset": 1}')
        assert json.loads(websocket.recv(60))["text"] == "word0 word1"
        websocket.send(pcm(sound.noise(1.5, 8000)))
        assert json.loads(websocket.recv(60))["partial"] == "word0 word1"
        websocket.send('{"eof": 1}')
        assert [word["start"] for word in json.loads(websocket.recv(60))["result"]] == [1.5, 2.5]


def test_a_client_that_leaves_without_the_end_leaves_nothing(serving: Running) -> None:
    with connect(serving.vosk) as websocket:
        websocket.send(pcm(sound.noise(1.0, 8000)))
        websocket.recv(60)
    serving.wait_until_idle()
    assert serving.metric("echoic_streams_total", protocol="vosk") == 1


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("garbage", 1007),
        ("[]", 1007),
        ("[" * 50_000, 1007),
        ('{"config": 3}', 1007),
        ('{"config": {"sample_rate": "fast"}}', 1007),
        ('{"other": 3}', 1007),
    ],
)
def test_a_wrong_message_closes_with_a_sentence(serving: Running, message: str, code: int) -> None:
    with connect(serving.vosk) as websocket:
        websocket.send(message)
        with pytest.raises(ConnectionClosed) as caught:
            websocket.recv(60)
    assert caught.value.rcvd
    assert caught.value.rcvd.code == code and "xpected" in caught.value.rcvd.reason
    serving.wait_until_idle()


@pytest.mark.parametrize("rate", [0, -1, 5, 1e9, "nan", "inf"])
def test_an_impossible_rate_closes_with_a_sentence(serving: Running, rate: Any) -> None:
    with connect(serving.vosk) as websocket:
        websocket.send(json.dumps({"config": {"sample_rate": rate}}))
        websocket.send(bytes(3200))
        with pytest.raises(ConnectionClosed) as caught:
            websocket.recv(60)
    assert caught.value.rcvd
    assert caught.value.rcvd.code == 1007 and "not possible" in caught.value.rcvd.reason


def test_a_defect_of_the_recogniser_closes_this_stream_alone() -> None:
    with running(lambda: FakeRecognizer(fail_at=2.0)) as server:
        with connect(server.vosk) as websocket:
            websocket.send(pcm(sound.noise(3.0, 8000)))
            with pytest.raises(ConnectionClosed) as caught:
                websocket.recv(60)
        assert caught.value.rcvd
        assert caught.value.rcvd.code == 1011 and "defect" in caught.value.rcvd.reason
        assert len(sample_client(server.vosk, pcm(sound.noise(1.0, 8000)))) > 2


# the law: any cutting of the sound, also inside a sample, gives the same words


def alone(recognizer: Recognizer) -> list[Word]:
    samples = np.frombuffer(pcm(SPEECH), "<i2") / np.float32(32_768)
    return [word for update in transcribe(recognizer, [samples]) for word in update.words]


@pytest.fixture(scope="module")
def tiny_server(tiny: Recognizer) -> Any:
    with running(lambda: tiny) as server:
        yield server


@pytest.mark.slow
@settings(max_examples=12, **SLOW)
@given(st.lists(st.integers(1, 2 * len(SPEECH) - 1), max_size=30))
def test_however_the_messages_are_cut(tiny_server: Running, tiny: Recognizer, cuts: list[int]) -> None:
    data = pcm(SPEECH)
    replies = []
    with connect(tiny_server.vosk) as websocket:
        websocket.send(json.dumps({"config": {"sample_rate": tiny.config.rate}}))
        for start, end in zip([0, *sorted(cuts)], [*sorted(cuts), len(data)], strict=True):
            websocket.send(data[start:end])
            replies.append(json.loads(websocket.recv(60)))
        websocket.send('{"eof" : 1}')
        replies.append(json.loads(websocket.recv(60)))
    found = [word for reply in replies for word in reply.get("result", [])]
    expected = [
        {"conf": round(w.confidence, 6), "end": round(w.end, 3), "start": round(w.start, 3), "word": w.text}
        for w in alone(tiny)
    ]
    assert found == expected and len(found) > 3


def test_streams_beside_each_other_do_not_mix(tiny_server: Running, tiny: Recognizer) -> None:
    """Six streams at once, each its own rhythm: all have the words of a stream alone."""
    from websockets.asyncio.client import connect as connect_async

    async def one(size: int) -> list[str]:
        words = []
        async with connect_async(tiny_server.vosk) as websocket:
            await websocket.send(json.dumps({"config": {"sample_rate": tiny.config.rate}}))
            for start in range(0, len(data), size):
                await websocket.send(data[start : start + size])
                words += json.loads(await websocket.recv()).get("result", [])
            await websocket.send('{"eof" : 1}')
            words += json.loads(await websocket.recv()).get("result", [])
        return [word["word"] for word in words]

    async def all_of_them() -> list[list[str]]:
        return await asyncio.gather(*(one(size) for size in (801, 1600, 3200, 5000, 9000, 20_000)))

    data = pcm(SPEECH)
    expected = [word.text for word in alone(tiny)]
    assert all(words == expected for words in asyncio.run(all_of_them())) and len(expected) > 3


# the package's own client


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="vosk's client runs ffmpeg, which is not installed")
def test_the_client_of_the_vosk_package(serving: Running, tmp_path: Path) -> None:
    transcriber_module = pytest.importorskip(
        "vosk.transcriber.transcriber", reason="the package vosk is not installed here, or has no wheel for it"
    )
    from argparse import Namespace
    from queue import Queue

    talk = seconds_file(tmp_path / "talk.wav", 10.0, 44_100)
    for kind in ("txt", "srt"):
        transcriber = object.__new__(transcriber_module.Transcriber)  # its constructor would load a model
        transcriber.args = Namespace(server=serving.vosk, output_type=kind, tasks=1)
        transcriber.queue = Queue()
        transcriber.queue.put((talk, tmp_path / f"talk.{kind}"))
        asyncio.run(transcriber.server_worker())
    assert (tmp_path / "talk.txt").read_text() == "word0 word1 word2\nword3 word4 word5\nword6 word7 word8\nword9\n"
    subtitles = (tmp_path / "talk.srt").read_text()
    assert "00:00:03,000 --> 00:00:06,000\nword3 word4 word5" in subtitles


def test_replies_are_those_of_several_utterances_in_one_message() -> None:
    from app.server.protocols.vosk_api import VoskConfig, VoskReplies

    replies = VoskReplies(VoskConfig(words=False))
    a, b, c = (Word(text, n, n + 1, 0.9) for n, text in enumerate("abc"))
    updates = (Update((a,), (), 1.0, True), Update((b,), (), 2.0, True), Update((), (c,), 3.0))
    assert json.loads(replies.reply(updates)) == {"text": "a b"}
    assert json.loads(replies.reply(())) == {"partial": "c"}
    assert json.loads(replies.last((Update((c,), (), 3.0, True),))) == {"text": "c"}


def test_busy_is_said_before_the_connection_is_accepted() -> None:
    with running(limits={"streams": 1}) as server, connect(server.vosk):
        with pytest.raises(InvalidStatus) as caught, connect(server.vosk):
            pass
        assert caught.value.response.status_code == 503
        assert json.loads(caught.value.response.body)["error"]["code"] == "busy"
