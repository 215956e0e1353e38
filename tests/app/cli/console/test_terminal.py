"""Output of any encoding, and texts from outside that would command a terminal."""

import io
import json
import sys
from pathlib import Path

import pytest

from app.__main__ import main
from app.cli.console.terminal import clean, json_for
from app.cli.process import loading
from tests.support.programs.terminals import on_a_terminal, one_word
from tests.support.recognition import sound, spoken

EVIL = "\x1b]0;owned\x07\x1b[2J\x9b5n\u202etxt"
ENCODINGS = ["cp1252", "latin-1", "ascii", "cp932", "utf-8"]


def run_with(encoding: str, arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> tuple[int, bytes, bytes]:
    """Run `echoic` with stdout and stderr of an encoding; return its exit code and what they got."""
    streams = [io.TextIOWrapper(io.BytesIO(), encoding, "strict", newline="\n") for _ in range(2)]
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", streams[0])
        patch.setattr(sys, "stderr", streams[1])
        code = main(arguments)
    for stream in streams:
        stream.flush()
    out, err = (stream.buffer.getvalue() for stream in streams)  # type: ignore[attr-defined]
    return code, out, err


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_no_encoding_of_the_output_ends_a_batch(encoding: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    word = "日本 naïve 😀"
    monkeypatch.setattr(loading, "load", lambda path: one_word(word))
    talk = sound.write(tmp_path / "会議 é 😀.wav", sound.noise(1.0))
    files = [str(tmp_path / "missing 無い.wav"), str(tmp_path / "no\udce9.wav"), str(talk)]
    code, out, err = run_with(encoding, ["transcribe", *files], monkeypatch)
    assert code == 2 and out and b"missing" in err and b"2 of 3 files" in err and b"Traceback" not in err
    for format in ("json", "jsonl"):
        code, out, _ = run_with(encoding, ["transcribe", str(talk), "-f", format], monkeypatch)
        whole = json.loads(out.decode(encoding))
        assert code == 0 and whole["text"] == word and whole["file"] == str(talk)
    code, _, err = run_with(encoding, ["transcribe", str(talk), "-o", str(tmp_path)], monkeypatch)
    assert code == 0 and talk.with_suffix(".txt").read_text("utf-8") == f"{word}\n"


@pytest.mark.slow
def test_doctor_prints_in_any_encoding(monkeypatch: pytest.MonkeyPatch) -> None:
    from app.audio_io.devices import Device
    from app.cli import doctor

    monkeypatch.setattr(doctor, "import_faults", lambda names: dict.fromkeys(names, ""))
    monkeypatch.setattr(doctor, "_portaudio", lambda: "PortAudio")
    monkeypatch.setattr(doctor, "inputs", lambda: [Device(0, f"マイク{EVIL}", 1, 48_000.0, True, False)])
    monkeypatch.setattr(loading, "load", lambda path: spoken.SecondsRecognizer())
    for encoding in ENCODINGS:
        for arguments in (["doctor"], ["doctor", "--json"], ["devices"]):
            code, out, err = run_with(encoding, arguments, monkeypatch)
            assert (code, b"Traceback" in err) == (0, False), (arguments, out, err)
            if "--json" in arguments:
                assert json.loads(out.decode(encoding))["devices"][0]["name"] == f"マイク{EVIL}"


def test_clean_text_has_no_control_character_and_keeps_the_rest() -> None:
    assert clean("naïve 日本 😀 שלום") == "naïve 日本 😀 שלום"
    assert clean(EVIL + "\n") == r"\x1b]0;owned\x07\x1b[2J\x9b5n\u202etxt\n"
    stream = io.StringIO()
    text = json.dumps({"a": EVIL}, ensure_ascii=False)
    assert "\x9b" in text and "\x9b" not in json_for(stream, text)
    assert json.loads(json_for(stream, text)) == {"a": EVIL}


def test_sentences_about_files_hold_no_escape_sequence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(loading, "load", lambda path: spoken.SecondsRecognizer())
    talk = sound.write(tmp_path / f"{EVIL}.wav", sound.noise(1.0))
    lost = f"{EVIL}\nechoic: all is well.wav"
    assert main(["transcribe", lost, str(talk)]) == 2
    assert main(["listen", "--input", lost]) == 2
    assert main([f"--{EVIL}"]) == 2
    said = capsys.readouterr().err
    assert not set(EVIL) & {"\x1b", "\x07", "\x9b", "\u202e"} & set(said)
    assert "\nechoic: all is well" not in said and r"\x1b]0;owned" in said


@pytest.mark.parametrize("format", ["txt", "srt", "json"])
def test_no_word_and_no_name_commands_a_terminal(format: str, tmp_path: Path) -> None:
    talk = sound.write(tmp_path / f"{EVIL[:-4]}.wav", sound.noise(1.0))
    shown = on_a_terminal(["transcribe", str(talk), "-f", format], f"w{EVIL}").decode()
    assert "\x1b]0;" not in shown and "\x07" not in shown and "\x9b" not in shown and "\u202e" not in shown
    assert "\x1b[2J" not in shown and "owned" in shown
