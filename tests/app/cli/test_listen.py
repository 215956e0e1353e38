"""`echoic listen`: a pipe, the microphone, and what ends them."""

import json
import signal
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.__main__ import main
from app.arguments import ENCODINGS
from app.cli.process import loading
from asr.audio.pcm import ENCODINGS as PCM_ENCODINGS
from tests.support.programs.commands import EXAMPLE, Listen, pcm, start
from tests.support.recognition import sound, spoken


@pytest.fixture(autouse=True)
def recognizer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "load", lambda path: spoken.SecondsRecognizer())


def test_the_quick_list_is_the_true_one() -> None:
    assert set(ENCODINGS) == set(PCM_ENCODINGS)


def test_a_pipe_gives_the_words_of_the_file(through_a_pipe: Listen) -> None:
    code, out, err = through_a_pipe(pcm(3.5))
    assert (code, out, err) == (0, EXAMPLE, "")


def test_json_lines_of_a_pipe(through_a_pipe: Listen) -> None:
    code, out, _ = through_a_pipe(pcm(3.5), "--json")
    lines = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert all(list(line) == ["type", "seconds", "text", "words"] for line in lines)
    finals = [word["text"] for line in lines if line["type"] == "final" for word in line["words"]]
    assert finals == ["word0", "word1", "word2", "word3"]
    assert any(line["type"] == "partial" and line["text"] == "word3" for line in lines)


@pytest.mark.parametrize(
    ("data", "arguments", "sentence"),
    [
        (b"", [], "No sound came"),
        (pcm(0.1), ["--rate", "0"], "0 Hz is not possible"),
        (pcm(0.1), ["--rate=-16000"], "-16000 Hz is not possible"),
        (np.full(16_000, np.nan, "<f4").tobytes(), ["--encoding", "f32le"], "NaN"),
    ],
)
def test_bad_pipes(through_a_pipe: Listen, data: bytes, arguments: list[str], sentence: str) -> None:
    code, out, err = through_a_pipe(data, *arguments)
    assert code == 2 and out == ""
    assert sentence in err and "Traceback" not in err


@pytest.mark.parametrize("suffix", [".wav", ".flac", ".mp3", ".mkv", ".ogg"])
def test_a_media_file_through_the_raw_pipe_is_decoded(tmp_path: Path, through_a_pipe: Listen, suffix: str) -> None:
    path = sound.write(tmp_path / f"a{suffix}", np.stack([sound.noise(3.6, 48_000)] * 2), 48_000)
    code, out, err = through_a_pipe(path.read_bytes(), "--rate", "8000", "--encoding", "f32le")
    assert code == 0 and out == EXAMPLE
    assert "its own sample rate and format" in err


@pytest.mark.parametrize("start", [b"ID3", b"RIFF", b"\xff\xfb\x90\x00", b"\xff\xf1\x50\x80", b"FORM\0\0\0\0WAVE"])
def test_raw_samples_may_begin_with_any_bytes(through_a_pipe: Listen, start: bytes) -> None:
    assert through_a_pipe(start + pcm(3.5)[len(start) :]) == (0, EXAMPLE, "")


def test_a_folder_is_no_pipe(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["listen", "--input", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert "cannot be read" in said and "directory" in said and "Traceback" not in said


def test_half_a_sample_at_the_end_loses_nothing(through_a_pipe: Listen) -> None:
    code, out, err = through_a_pipe(pcm(3.5) + b"\1")
    assert (code, out) == (2, EXAMPLE) and "inside a sample" in err


@pytest.mark.slow
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_live_words_come_while_the_pipe_is_open_and_a_signal_keeps_the_rest(number: signal.Signals, code: int) -> None:
    process = start("listen", "--input", "-", "--json")
    assert process.stdin and process.stdout and process.stderr
    with process:
        process.stdin.write(pcm(1.5))
        process.stdin.flush()
        while b'"final"' not in process.stdout.readline():
            pass
        process.send_signal(number)
        assert process.wait(120) == code
        rest = [json.loads(line) for line in process.stdout.read().decode().splitlines()]
        assert [line["text"] for line in rest if line["type"] == "final"] == ["word1"]
        assert process.stderr.read() == b""


def plug_in(monkeypatch: pytest.MonkeyPatch, device: Any) -> None:
    """Make `device` the microphone; its `hear` is where its sound goes."""
    from app.audio_io import microphone

    def opened(wanted: object, callback: Any) -> Any:
        device.hear = callback
        return device

    monkeypatch.setattr(microphone, "_open_stream", opened)


def test_the_microphone_is_listened_to_and_drained_by_ctrl_c(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class LateDevice:
        samplerate = 48_000.0
        hear: Any

        def start(self) -> None:
            for _ in range(7):
                self.hear(sound.noise(0.5, 48_000).reshape(-1, 1), 24_000, None, None)
            signal.raise_signal(signal.SIGINT)

        def stop(self) -> None:
            self.hear(sound.noise(0.25, 48_000).reshape(-1, 1), 12_000, None, None)

        def close(self) -> None:
            pass

    plug_in(monkeypatch, LateDevice())
    assert main(["listen"]) == 130
    assert capsys.readouterr().out == EXAMPLE


@pytest.mark.slow
def test_a_microphone_that_falls_silent_ends_with_its_words_and_advice(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class SilentDevice:
        samplerate = 16_000.0
        hear: Any

        def start(self) -> None:
            self.hear(sound.noise(3.5, 16_000).reshape(-1, 1), 56_000, None, None)

        def stop(self) -> None:
            pass

        close = stop

    plug_in(monkeypatch, SilentDevice())
    assert main(["listen"]) == 2
    said = capsys.readouterr()
    assert said.out == EXAMPLE and "stopped sending" in said.err and "`echoic devices` lists" in said.err


def test_missing_portaudio_is_a_sentence(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    for arguments in (["listen"], ["devices"]):
        assert main(arguments) == 2
        assert "apt install libportaudio2" in capsys.readouterr().err
