"""`--plain` and `--spoken-commands`: what is printed and what JSON holds, through the whole command line."""

import json
from pathlib import Path

import pytest

from app.__main__ import main
from app.cli.process import loading
from tests.support.recognition import sound
from tests.support.recognition.fakes import FakeRecognizer
from tests.support.recognition.tiny import tiny_formatter

LINES = (("she was ninety two comma and jane new line the third", 0.9),)


@pytest.fixture(autouse=True)
def recognizer(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(path: Path | None) -> FakeRecognizer:
        recognizer = FakeRecognizer(LINES, by_word=True)
        recognizer.formatter = tiny_formatter(silent=True)
        return recognizer

    monkeypatch.setattr(loading, "load", load)


@pytest.fixture
def talk(tmp_path: Path) -> str:
    return str(sound.write(tmp_path / "talk.wav", sound.tone(6.0)))


def test_the_text_is_written(talk: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["transcribe", talk]) == 0
    assert capsys.readouterr().out == "She was 92 comma and jane new line the third\n"


def test_plain_is_as_spoken(talk: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["transcribe", talk, "--plain"]) == 0
    assert capsys.readouterr().out == f"{LINES[0][0]}\n"
    assert main(["transcribe", talk, "--plain", "-f", "json"]) == 0
    assert all("display" not in word for word in json.loads(capsys.readouterr().out)["words"])


def test_json_has_both(talk: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["transcribe", talk, "-f", "json"]) == 0
    whole = json.loads(capsys.readouterr().out)
    assert [word["text"] for word in whole["words"]] == LINES[0][0].split()
    assert [word["display"] for word in whole["words"]][:5] == ["She", "was", "92", "", "comma"]
    assert whole["text"] == "She was 92 comma and jane new line the third"


def test_spoken_commands_act(talk: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["transcribe", talk, "--spoken-commands"]) == 0
    assert capsys.readouterr().out == "She was 92, and jane\nthe third\n"


def test_commands_and_plain_exclude_each_other(talk: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["transcribe", talk, "--spoken-commands", "--plain"]) == 2
    assert "--spoken-commands" in capsys.readouterr().err
