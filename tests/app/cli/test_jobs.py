"""Several files at a time: outputs, order, sentences and exit codes are those of one after the other."""

import json
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.__main__ import main
from app.cli import transcribe as command
from app.cli.process import loading
from app.cli.process.interrupt import Interrupt
from app.cli.transcribe import TranscribeOptions
from tests.support.programs.terminals import terminal
from tests.support.recognition import sound
from tests.support.recognition.spoken import SecondsRecognizer


class Joining(SecondsRecognizer):
    """Streams that go together are of use; it notes how many did, and may do something at a step."""

    def __init__(self, slow: float = 0.002, at: dict[int, Any] | None = None) -> None:
        super().__init__()
        self.joins_streams, self.calls, self.slow, self.at = True, list[int](), slow, at or {}

    def step_together(self, inputs: Sequence[Any]) -> Any:
        self.calls.append(len(inputs))
        return super().step_together(inputs)

    def step(self, state: Any, samples: np.ndarray) -> Any:
        if do := self.at.get(self.steps):
            do()
        return super().step(state, samples)


@pytest.fixture
def talks(tmp_path: Path) -> list[Path]:
    """Eleven files of 1 to 3 seconds."""
    return [sound.write(tmp_path / f"talk{n:02}.wav", sound.noise(1.0 + n % 3)) for n in range(11)]


def transcribed(
    files: list[Path], arguments: list[str], monkeypatch: pytest.MonkeyPatch, recognizer: Any = None
) -> tuple[int, Any]:
    recognizer = recognizer or Joining()
    monkeypatch.setattr(loading, "load", lambda path: recognizer)
    return main(["transcribe", *map(str, files), *arguments]), recognizer


@pytest.mark.parametrize("form", ["json", "srt", "tsv"])
@pytest.mark.slow
def test_what_is_printed_is_the_same_and_in_the_order_of_the_files(
    form: str, talks: list[Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    printed = []
    for jobs in ("1", "4"):
        code, recognizer = transcribed(talks, ["-f", form, "--jobs", jobs], monkeypatch)
        printed.append(capsys.readouterr().out)
        assert code == 0 and (max(recognizer.calls, default=0) > 1) == (jobs == "4")
    assert printed[0] == printed[1] and "word0" in printed[0]


def test_outputs_are_the_same_and_several_files_are_the_default(
    talks: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    for name, arguments in (("one", ["--jobs", "1"]), ("several", [])):
        outputs = ["-f", "txt", "-f", "json", "-o", str(tmp_path / name)]
        code, recognizer = transcribed(talks, [*outputs, *arguments], monkeypatch)
        assert code == 0
        found.append({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()})
    assert found[0] == found[1] and len(found[0]) == 22
    assert command.JOBS >= max(recognizer.calls) > 1


@pytest.mark.slow
def test_words_that_are_printed_as_they_come_are_of_one_file_after_the_other(
    talks: list[Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _, recognizer = transcribed(talks, ["--jobs", "4"], monkeypatch)
    assert not recognizer.calls and capsys.readouterr().out.count("word0") == len(talks)


@pytest.mark.slow
def test_where_streams_are_not_joined_files_go_one_by_one(talks: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    recognizer = Joining()
    recognizer.joins_streams = False
    assert transcribed(talks, ["-f", "json"], monkeypatch, recognizer)[0] == 0 and not recognizer.calls


@pytest.mark.slow
def test_a_file_with_a_problem_does_not_stop_the_rest(
    talks: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken.wav"
    broken.write_bytes(b"no sound at all" * 100)
    files = [*talks[:3], broken, *talks[3:6]]
    said = []
    for jobs in ("1", "5"):
        code, _ = transcribed(files, ["-f", "json", "-o", str(tmp_path / jobs), "--jobs", jobs], monkeypatch)
        said.append(capsys.readouterr().err)
        assert code == 2 and len(list((tmp_path / jobs).iterdir())) == 6
    assert said[0] == said[1] and "broken.wav" in said[0] and "1 of 7 files had a problem" in said[0]


@pytest.mark.slow
def test_ctrl_c_keeps_the_words_of_all_that_had_begun(
    talks: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    long = [sound.write(tmp_path / f"long{n}.wav", sound.noise(30.0)) for n in range(6)]
    recognizer = Joining(slow=0.01, at={40: lambda: os.kill(os.getpid(), signal.SIGINT)})
    out = tmp_path / "out"
    code, _ = transcribed(long, ["-f", "json", "-o", str(out), "--jobs", "3"], monkeypatch, recognizer)
    assert code == 130 and "stopped by Ctrl+C" in capsys.readouterr().err
    found = {path.name: json.loads(path.read_text())["seconds"] for path in out.iterdir()}
    assert set(found) == {"long0.json", "long1.json", "long2.json"}
    assert all(0 < seconds < 30 for seconds in found.values())


def test_what_nobody_wants_any_more_is_not_written(talks: list[Path], tmp_path: Path) -> None:
    """As when what the output is piped into ends: words so far must not look like all words."""
    long = [sound.write(tmp_path / f"long{n}.wav", sound.noise(60.0)) for n in range(3)]
    run = command._Run(Joining(slow=0.02), TranscribeOptions(formats=("json",)), Interrupt(), True)
    accepted = [(talks[0], {}), *((file, {"json": tmp_path / f"{file.stem}.json"}) for file in long)]
    texts = run.texts(accepted, [file for file, _ in accepted], 4)
    next(texts)
    texts.close()  # type: ignore[attr-defined]
    assert not list(tmp_path.glob("long*.json"))


@pytest.mark.slow
def test_one_bar_shows_all_files_and_problems_above_it(talks: list[Path], tmp_path: Path) -> None:
    broken = tmp_path / "broken.wav"
    broken.write_bytes(b"no sound at all" * 100)
    files = [*map(str, talks), str(broken)]
    command = [
        sys.executable,
        "-m",
        "tests.support.recognition.spoken",
        "transcribe",
        *files,
        "-f",
        "json",
        "-o",
        str(tmp_path / "out"),
    ]
    with terminal([*command, "--jobs", "3"], columns=160) as shown:
        text = shown.read().decode()
        assert shown.process.wait(120) == 2
    assert "12 files" in text and "broken.wav" in text and "100%" in text
    assert len(list((tmp_path / "out").iterdir())) == 11


def test_a_mistake_in_a_thread_is_raised(talks: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    recognizer = Joining()
    recognizer.fail_at = 1.5
    monkeypatch.setattr(loading, "load", lambda path: recognizer)
    with pytest.raises(RuntimeError, match="scripted failure"):
        command.transcribe(talks, TranscribeOptions(formats=("json",)))


@pytest.mark.parametrize("jobs", ["0", "65", "-1", "many", "²"])
def test_an_impossible_number_of_jobs_is_refused(jobs: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["transcribe", "talk.wav", "--jobs", jobs]) == 2
    assert "from 1 to 64" in capsys.readouterr().err
