"""`echoic align` as a user meets it: texts as they are, outputs, refusals and ends."""

import json
import re
from pathlib import Path

import pytest

from app.__main__ import main
from app.cli.process import loading
from app.cli.process.interrupt import Interrupt
from asr.pipeline import transcribe
from asr.recognizer import Recognizer
from tests.support.recognition import sound
from tests.support.recognition.streams import sound_of
from tests.support.recognition.tiny import tiny_recognizer

RECOGNIZER = tiny_recognizer(name="tiny")
RECOGNIZER._spoken = lambda words, changes: words  # type: ignore[method-assign]  # those in its tones are wanted here
SOUND = sound_of([(kind, 9000, seed) for seed in range(3, 60, 9) for kind in ("noise", "tone")])
SPOKEN = [word.text for update in transcribe(RECOGNIZER, [SOUND]) for word in update.words]
HALF = len(SPOKEN) // 2
LINES = [" ".join(SPOKEN[:HALF]).capitalize() + ".", "“" + " ".join(SPOKEN[HALF:]) + "!”"]


@pytest.fixture(autouse=True)
def recognizer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "load", lambda path: RECOGNIZER)


@pytest.fixture
def talk(tmp_path: Path) -> tuple[str, str]:
    """A recording and its text with a byte order mark and Windows line ends."""
    path = sound.write(tmp_path / "talk.wav", SOUND)
    text = tmp_path / "talk.txt"
    text.write_bytes("\r\n\r\n".join(LINES).encode("utf-8-sig"))
    return str(path), str(text)


def test_a_text_becomes_subtitles_with_its_own_words_and_lines(
    talk: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["align", *talk]) == 0
    printed = capsys.readouterr().out
    blocks = [block.split("\n")[2:] for block in printed.strip().split("\n\n")]
    assert " ".join(" ".join(lines) for lines in blocks) == " ".join(LINES)
    ends = [block[-1] for block in blocks]
    assert any(end.endswith(f"{SPOKEN[HALF - 1]}.") for end in ends)  # a cue ends where the line does
    assert re.search(r"^\d\d:\d\d:\d\d,\d{3} --> ", printed, re.MULTILINE)


def test_outputs_are_those_of_transcribe(
    talk: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["align", *talk, "-f", "json", "-f", "vtt", "-o", str(tmp_path / "out")]) == 0
    written = json.loads((tmp_path / "out" / "talk.json").read_text(encoding="utf-8"))
    assert written["text"] == " ".join(LINES) and written["model"] == "tiny"
    assert [word["text"] for word in written["words"]] == " ".join(LINES).split()
    assert (tmp_path / "out" / "talk.vtt").read_text(encoding="utf-8").startswith("WEBVTT")
    single = tmp_path / "one.tsv"
    assert main(["align", *talk, "-o", str(single)]) == 0
    assert len(single.read_text(encoding="utf-8").splitlines()) == 3
    before = single.read_bytes()
    capsys.readouterr()
    assert main(["align", *talk, "-o", str(single)]) == 2
    assert "give --overwrite" in capsys.readouterr().err
    single.write_text("old", encoding="utf-8")
    assert main(["align", *talk, "-o", str(single), "--overwrite"]) == 0 and single.read_bytes() == before
    assert main(["align", *talk, "-o", talk[1], "-f", "txt", "--overwrite"]) == 2  # the text is an input
    assert "never replaced" in capsys.readouterr().err
    assert main(["align", *talk, "-f", "srt", "-f", "json"]) == 2
    assert "Several formats need a folder" in capsys.readouterr().err


def test_what_is_not_spoken_is_said(
    talk: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    more = tmp_path / "more.txt"
    more.write_text("\n".join([LINES[0], "supercalifragilistic", LINES[1]]), encoding="utf-8")
    assert main(["align", talk[0], str(more), "-f", "txt"]) == 0
    captured = capsys.readouterr()
    assert captured.out.splitlines() == [LINES[0], "supercalifragilistic", LINES[1]]
    assert "pronunciation is not known, so that their times are rough: 1 (supercalifragilistic)" in captured.err


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "holds no words"),
        (b"\x00\x01", "is not plain text"),
        (b"-- ** --", "holds no words"),
        (b"nobody speaks any of these words in that recording " * 20, "does not belong to the sound"),
    ],
)
def test_a_text_that_cannot_be_used_is_a_sentence(
    talk: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, sentence: str
) -> None:
    other = tmp_path / "other.txt"
    other.write_bytes(content)
    output = tmp_path / "talk.srt"
    assert main(["align", talk[0], str(other), "-o", str(output)]) == 2
    assert sentence in capsys.readouterr().err and not output.exists()


def test_missing_files_and_two_stdins_are_sentences(
    talk: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["align", talk[0], str(tmp_path / "none.txt")]) == 2
    assert "none.txt cannot be read" in capsys.readouterr().err
    assert main(["align", str(tmp_path / "none.wav"), talk[1]]) == 2
    assert "none.wav does not exist" in capsys.readouterr().err
    assert main(["align", "-", "-"]) == 2
    assert "only once" in capsys.readouterr().err
    quiet = sound.write(tmp_path / "short.wav", SOUND[:300])
    assert main(["align", str(quiet), talk[1]]) == 2
    assert "No speech was recognised" in capsys.readouterr().err


def test_a_signal_keeps_the_text_as_far_as_the_sound_was_read(
    talk: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[int] = []
    step, enter = Recognizer.step, Interrupt.__enter__
    entered: list[Interrupt] = []

    def begin(self: Interrupt) -> Interrupt:
        entered.append(self)
        return enter(self)

    def interrupted(self: Recognizer, *arguments: object) -> object:
        steps.append(1)
        entered[-1].requested = len(steps) > 12
        return step(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Interrupt, "__enter__", begin)
    monkeypatch.setattr(Recognizer, "step", interrupted)
    output = tmp_path / "talk.txt.txt"
    assert main(["align", *talk, "-f", "txt", "-o", str(output)]) == 130
    kept = output.read_text(encoding="utf-8").split()
    assert 3 < len(kept) < len(SPOKEN) and " ".join(LINES).startswith(" ".join(kept))
    assert "stopped by Ctrl+C; the text up to there is kept" in capsys.readouterr().err


def test_help_teaches(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["align", "--help"]) == 0
    printed = capsys.readouterr().out
    assert "echoic align talk.mp4 talk.txt -o talk.srt" in printed and "exit code 2" in printed
