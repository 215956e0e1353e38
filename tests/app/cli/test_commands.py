"""The command line as a user meets it: outputs, exit codes, and a sentence for everything that is wrong."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.__main__ import main
from app.cli.process import loading
from app.cli.process.interrupt import Interrupt
from app.export.output_files import targets
from app.export.registry import FORMATS
from asr.stream_options import ENDPOINTS as PAUSES
from asr.stream_options import StreamOptions
from asr.updates import Alternative, Update, Word
from tests.support.programs.commands import EXAMPLE, Listen, pcm, start
from tests.support.programs.scripts import ROOT, environment
from tests.support.programs.terminals import terminal
from tests.support.recognition import sound, spoken
from tests.support.recognition.fakes import FakeRecognizer, FakeState


@pytest.fixture(autouse=True)
def recognizer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "load", lambda path: spoken.SecondsRecognizer())


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    """3.5 s of sound: three words and half of one."""
    return sound.write(tmp_path / "talk.wav", sound.noise(3.5))


def test_text_goes_to_stdout_a_line_an_utterance(talk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["transcribe", str(talk)]) == 0
    assert capsys.readouterr().out == EXAMPLE


def test_json_goes_to_stdout_when_asked(talk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["transcribe", str(talk), "--format", "json"]) == 0
    whole = json.loads(capsys.readouterr().out)
    assert whole["file"] == str(talk) and whole["model"] == "spoken-1"
    assert whole["seconds"] == 3.5 and whole["text"] == "word0 word1 word2 word3"
    assert whole["words"][3] == {"text": "word3", "start": 3.0, "end": 3.5, "confidence": 0.5}


def test_outputs_are_named_after_the_input_and_nothing_else_is_left(talk: Path, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "out"
    formats = [part for name in FORMATS for part in ("--format", name)]
    assert main(["transcribe", str(talk), *formats, "--output", str(folder)]) == 0
    wanted = sorted(f"talk.{format.suffix}" for format in FORMATS.values())
    assert sorted(path.name for path in folder.iterdir()) == wanted
    assert json.loads((folder / "talk.json").read_text())["text"] == "word0 word1 word2 word3"
    assert (folder / "talk.docx").read_bytes()[:2] == b"PK"


def test_a_format_that_is_no_text_is_not_printed(
    talk: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "load", lambda path: pytest.fail("the work was begun"))
    assert main(["transcribe", str(talk), "-f", "docx"]) == 2
    assert "docx is no text: give --output DIR" in capsys.readouterr().err


def test_existing_outputs_stay_unless_asked_and_are_seen_before_the_work(
    talk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "talk.txt"
    kept.write_text("mine")
    with monkeypatch.context() as patch:
        patch.setattr(loading, "load", lambda path: pytest.fail("the work was begun"))
        assert main(["transcribe", str(talk), "-o", str(tmp_path)]) == 2
    assert kept.read_text() == "mine"
    assert "talk.txt exists" in capsys.readouterr().err
    assert main(["transcribe", str(talk), "-o", str(tmp_path), "--overwrite"]) == 0
    assert kept.read_text().split() == EXAMPLE.split()


def test_inputs_of_one_name_do_not_clobber_each_other(tmp_path: Path) -> None:
    files = [Path("a/talk.wav"), Path("a/talk.mp3"), Path("b/Talk.mp3"), Path("c/talk.mp3"), Path("d/x.wav")]
    names = [outputs["srt"].name for outputs in targets(files, ["srt"], [tmp_path] * 5)]
    assert names[:2] == ["talk.srt", "talk.mp3.srt"] and names[4] == "x.srt"
    assert len({name.lower() for name in names}) == len(files)


def bad_files(folder: Path) -> dict[str, str]:
    (folder / "empty.wav").write_bytes(b"")
    (folder / "text.wav").write_text("a letter\n" * 100)
    sound.write_silent_video(folder / "video.mp4")
    return {
        "missing.wav": "does not exist",
        "empty.wav": "is empty",
        "text.wav": "cannot be opened",
        "video.mp4": "holds no sound",
    }


def test_one_bad_file_does_not_stop_the_rest(talk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = bad_files(tmp_path)
    for name, sentence in bad.items():
        assert main(["transcribe", str(tmp_path / name), str(talk)]) == 2
        said = capsys.readouterr()
        assert said.out == f"==> {talk} <==\n{EXAMPLE}"
        assert sentence in said.err and "Traceback" not in said.err
        assert "1 of 2 files" in said.err


def test_a_bad_file_leaves_no_output(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad_files(tmp_path)
    assert main(["transcribe", str(tmp_path / "text.wav"), "-o", str(tmp_path / "out")]) == 2
    assert list((tmp_path / "out").iterdir()) == []


def test_a_cut_file_gives_its_words_and_exit_code_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = sound.write(tmp_path / "a.mp3", sound.noise(10.0)).read_bytes()
    (tmp_path / "cut.mp3").write_bytes(data[: len(data) // 2])
    assert main(["transcribe", str(tmp_path / "cut.mp3"), "-o", str(tmp_path)]) == 2
    assert "cut short" in capsys.readouterr().err
    assert (tmp_path / "cut.txt").read_text().split()[:4] == ["word0", "word1", "word2", "word3"]


def test_nan_in_a_file_gives_the_words_before_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = sound.noise(5.0)
    made[40_000] = np.nan
    assert main(["transcribe", str(sound.write(tmp_path / "a.wav", made, codec="pcm_f32le"))]) == 2
    said = capsys.readouterr()
    assert said.out == "word0 word1 word2\n" and "NaN" in said.err


def test_a_folder_that_cannot_be_written_is_said_before_the_work(
    talk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "load", lambda path: pytest.fail("the work was begun"))
    assert main(["transcribe", str(talk), "-o", str(talk)]) == 2
    assert "cannot be written to" in capsys.readouterr().err
    assert main(["transcribe", str(talk), "-o", str(talk / "under")]) == 2


def test_a_disk_that_fills_up_is_a_sentence_and_leaves_no_half_file(
    talk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(source: str, target: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    assert main(["transcribe", str(talk), "-o", str(tmp_path / "out")]) == 2
    assert "No space left" in capsys.readouterr().err
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("name", ["a" * 300 + ".wav", "no\0name.wav"])
def test_a_name_that_no_file_can_have_does_not_stop_the_rest(
    talk: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["transcribe", name, str(talk)]) == 2
    said = capsys.readouterr()
    assert "cannot be opened" in said.err and "Traceback" not in said.err and said.out.endswith(EXAMPLE)


def test_names_of_any_bytes_are_read_and_written(talk: Path, tmp_path: Path) -> None:
    odd = talk.rename(tmp_path / os.fsdecode(b"caf\xe9.wav"))
    assert main(["transcribe", str(odd), "-f", "json", "-f", "jsonl", "-o", str(tmp_path)]) == 0
    whole = json.loads(odd.with_suffix(".json").read_text(encoding="utf-8"))
    assert whole["file"] == f"{tmp_path}/caf?.wav"
    assert json.loads(odd.with_suffix(".jsonl").read_text(encoding="utf-8").splitlines()[0])["file"] == whole["file"]


def test_an_output_may_have_the_longest_name_there_is(
    talk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    long = talk.rename(tmp_path / ("ab" * 125 + "z.wav"))  # 255 bytes
    assert main(["transcribe", str(long), "-o", str(tmp_path)]) == 0
    assert long.with_suffix(".txt").read_text().split() == EXAMPLE.split()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loading, "load", lambda path: pytest.fail("the work was begun"))
        assert main(["transcribe", str(long), "-f", "jsonl", "-o", str(tmp_path)]) == 2
    assert "too long" in capsys.readouterr().err


def test_wrong_arguments_are_code_2_and_help_teaches(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["transcribe"], ["transcribe", "a", "--format", "doc"], ["speak"]):
        assert main(arguments) == 2
    assert main(["transcribe", "a.wav", "-f", "srt", "-f", "txt"]) == 2
    assert "--output DIR" in capsys.readouterr().err
    assert main(["--help"]) == 0
    assert "echoic listen --input - --rate 16000" in capsys.readouterr().out


def test_help_loads_neither_torch_nor_numpy_nor_qt() -> None:
    code = (
        "import sys; from app.__main__ import main; main(['--help']);"
        "sys.exit(any(name in sys.modules for name in ('torch', 'numpy', 'PySide6', 'rich', 'sounddevice')))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True).returncode == 0


def test_a_defect_is_code_1(talk: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(path: Path | None) -> None:
        raise RuntimeError("broken inside")

    monkeypatch.setattr(loading, "load", broken)
    assert main(["transcribe", str(talk)]) == 1
    assert "a defect of Echoic" in capsys.readouterr().err


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_in_a_file_keeps_what_was_decoded(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    number: signal.Signals,
    code: int,
) -> None:
    long = sound.write(tmp_path / "long.wav", np.zeros(16_000 * 60, np.float32))
    after = sound.write(tmp_path / "after.wav", sound.noise(1.0))
    pressed = threading.Event()

    class Interrupted(spoken.SecondsRecognizer):
        def step(self, state: FakeState, samples: np.ndarray) -> tuple[FakeState, Update]:
            if state.samples > 5 * 16_000 and not pressed.is_set():
                pressed.set()
                signal.raise_signal(number)
                if number != signal.SIGINT:
                    signal.raise_signal(number)  # as `timeout` and a closed terminal do
            return super().step(state, samples)

    monkeypatch.setattr(loading, "load", lambda path: Interrupted())
    before = signal.getsignal(number)
    assert main(["transcribe", str(long), str(after), "-o", str(tmp_path)]) == code
    assert signal.getsignal(number) is before
    assert (tmp_path / "long.txt").read_text().split()[:5] == ["word0", "word1", "word2", "word3", "word4"]
    assert len((tmp_path / "long.txt").read_text().split()) < 10
    assert not (tmp_path / "after.txt").exists()


@pytest.mark.slow
def test_a_named_pipe_without_a_writer_is_waited_for_and_one_ctrl_c_ends_that(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    process = start("listen", "--input", fifo, "--json")
    assert process.stdout and process.stderr
    with process:
        with fifo.open("wb") as writer:  # waits until it is opened for reading
            writer.write(pcm(1.5))
            writer.flush()
            while b'"final"' not in process.stdout.readline():
                pass
        assert process.wait(120) == 0
    process = start("listen", "--input", fifo)
    assert process.stdout and process.stderr
    with process:
        with pytest.raises(subprocess.TimeoutExpired):  # long enough for it to start
            process.wait(8)
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 130


def test_under_nohup_a_closed_terminal_changes_nothing() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with Interrupt() as interrupt:
            signal.raise_signal(signal.SIGHUP)
            assert not interrupt.requested
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_terminal_that_is_closed_costs_no_output(tmp_path: Path) -> None:
    long = sound.write(tmp_path / "long.wav", np.zeros(16_000 * 60, np.float32))
    begun, arguments = tmp_path / "begun", ["transcribe", str(long), "-o", str(tmp_path)]
    script = CLOSING.format(begun=str(begun), number=signal.SIGHUP.value, arguments=arguments)
    with terminal([sys.executable, "-c", script]) as shown:
        while not begun.exists():
            assert shown.process.poll() is None
            time.sleep(0.05)
        shown.hang_up()
        assert shown.process.stdin
        shown.process.stdin.close()
        assert shown.process.wait(120) == 129
    assert (tmp_path / "long.txt").read_text().split()[:2] == ["word0", "word1"]


def test_a_closed_stdout_is_quiet(talk: Path) -> None:
    process = start("transcribe", *[talk] * 40, "--format", "json")
    assert process.stdout and process.stderr
    with process:
        process.stdout.read(1)
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(120) == 141


def test_closed_streams_are_as_good_as_empty_ones(talk: Path, tmp_path: Path) -> None:
    line = [
        sys.executable,
        "-W",
        "error",
        "-m",
        "tests.support.recognition.spoken",
        "transcribe",
        str(talk),
        "-o",
        str(tmp_path),
    ]
    shell = ["sh", "-c", 'exec "$0" "$@" <&- >&- 2>&-', *line]
    assert subprocess.run(shell, env=environment(), timeout=120).returncode == 0
    assert (tmp_path / "talk.txt").read_text().split() == EXAMPLE.split()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full")
def test_a_full_disk_behind_stdout_is_a_sentence(
    talk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with open("/dev/full", "w") as full:
        monkeypatch.setattr(sys, "stdout", full)
        assert main(["transcribe", str(talk)]) == 2
    said = capsys.readouterr().err
    assert "No space left" in said and "defect" not in said


def test_a_terminal_shows_the_partial_and_keeps_the_finals() -> None:
    with terminal([sys.executable, "-m", "tests.support.recognition.spoken", "listen", "--input", "-"]) as shown:
        assert shown.process.stdin
        shown.process.stdin.write(pcm(3.5))
        shown.process.stdin.close()
        text = shown.read()
        assert shown.process.wait(120) == 0
    assert b"\x1b[2m" in text  # dim
    assert b"word0 word1 word2\r\n" in text and b"word3\r\n" in text


CLOSING = """\
import os, signal, sys
from pathlib import Path
from app.__main__ import main
from app.cli.process import loading
from tests.support.recognition import spoken

class Waiting(spoken.SecondsRecognizer):
    def step(self, state, samples):
        if state.samples > 5 * 16_000 and not Path({begun!r}).exists():
            Path({begun!r}).touch()
            sys.stdin.read()  # until the terminal is closed
            signal.raise_signal({number})
        return super().step(state, samples)

loading.load = lambda path: Waiting()
sys.exit(main({arguments!r}))
"""


@pytest.mark.slow
def test_doctor_says_what_is_missing_and_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    assert main(["doctor", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["works"] and report["model"]["name"] == "spoken-1"
    assert report["versions"]["torch"] and report["versions"]["portaudio"] is None
    assert any("apt install libportaudio2" in sentence for sentence in report["missing"])
    assert main(["doctor"]) == 0
    assert "spoken-1" in capsys.readouterr().out


@pytest.mark.slow
def test_doctor_says_what_is_wrong_with_the_model(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from asr.errors import ModelError

    def damaged(path: Path | None) -> None:
        raise ModelError("damaged", path="here", reason="cut short")

    monkeypatch.setattr(loading, "load", damaged)
    assert main(["doctor"]) == 2
    assert "here is damaged" in capsys.readouterr().out
    assert main(["listen", "--input", os.devnull]) == 2
    assert capsys.readouterr().err.startswith("echoic: here is damaged")


def test_a_window_that_cannot_open_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "PySide6", None)
    for name in [name for name in sys.modules if name.startswith("app.window.")]:
        monkeypatch.delitem(sys.modules, name)
    assert main([]) == 2
    said = capsys.readouterr().err
    assert "The window needs Qt" in said and "Traceback" not in said


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a screen")
def test_without_a_screen_the_window_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert main([]) == 2
    assert "no screen" in capsys.readouterr().err


def test_endpoints_and_alternatives_are_options_of_the_stream(
    talk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], through_a_pipe: Listen
) -> None:
    recognizer = spoken.SecondsRecognizer()
    monkeypatch.setattr(loading, "load", lambda path: recognizer)
    for endpoint, seconds in PAUSES.items():
        assert main(["transcribe", str(talk), "--endpoint", endpoint, "--alternatives", "5"]) == 0
        assert recognizer.options[-1] == StreamOptions(endpoint, 5)
        assert recognizer.options[-1].endpoint_silence == seconds
    assert through_a_pipe(pcm(1.0), "--endpoint", "long")[0] == 0
    assert recognizer.options[-1] == StreamOptions("long", 0)
    for wrong in (["--endpoint", "never"], ["--alternatives", "-1"], ["--alternatives", "21"], ["--alternatives", "a"]):
        assert main(["transcribe", str(talk), *wrong]) == 2
    assert "expected a whole number from 0 to 20, found 'a'" in capsys.readouterr().err


def test_alternatives_are_in_every_json(
    talk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], through_a_pipe: Listen
) -> None:
    others = (Alternative("won", 0.25),)
    script = [Word("one", 0.0, 1.0, 0.4, alternatives=others), Word("two", 1.0, 2.0, 0.9)]

    class Offering(FakeRecognizer):
        def _update(self, state: FakeState, closing: bool) -> tuple[FakeState, Update]:
            state, update = super()._update(state, closing)
            readings = (Alternative("one two", 0.7), Alternative("won two", 0.2))
            return state, replace(update, readings=readings if update.words else ())

    monkeypatch.setattr(loading, "load", lambda path: Offering(lambda line: script if line == 0 else None))
    listed = [{"text": "won", "score": 0.25}]
    readings = [{"text": "one two", "score": 0.7}, {"text": "won two", "score": 0.2}]
    assert main(["transcribe", str(talk), "--alternatives", "2", "-f", "json"]) == 0
    whole = json.loads(capsys.readouterr().out)
    assert [word.get("alternatives") for word in whole["words"]] == [listed, None]
    assert [utterance["alternatives"] for utterance in whole["utterances"]] == [readings]
    assert main(["transcribe", str(talk), "--alternatives", "2", "-f", "jsonl"]) == 0
    line = json.loads(capsys.readouterr().out)
    assert line["alternatives"] == readings and line["words"][0]["alternatives"] == listed
    code, out, _ = through_a_pipe(pcm(3.5), "--json", "--alternatives", "2")
    finals = [json.loads(line) for line in out.splitlines() if '"final"' in line]
    assert code == 0
    assert finals[-1]["alternatives"] == readings and finals[-1]["words"][0]["alternatives"] == listed


def test_a_vocabulary_reaches_the_stream_of_every_command(
    talk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, through_a_pipe: Listen
) -> None:
    names = tmp_path / "names.txt"
    names.write_text("# mine\nMcAllister\nBattery Park :2\n", encoding="utf-8")
    recognizer = spoken.SecondsRecognizer()
    monkeypatch.setattr(loading, "load", lambda path: recognizer)
    assert main(["transcribe", str(talk), "--vocabulary", str(names)]) == 0
    assert through_a_pipe(pcm(1.0), "--vocabulary", str(names))[0] == 0
    assert main(["transcribe", str(talk)]) == 0
    entries = [[entry.written for entry in options.vocabulary.entries] for options in recognizer.options]
    assert entries == [["McAllister", "Battery Park"]] * 2 + [[]]


def test_a_mistake_in_a_vocabulary_is_a_sentence_before_any_work(
    talk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(loading, "load", None)
    names = tmp_path / "names.txt"
    names.write_text("fine\nC++\n", encoding="utf-8")
    assert main(["transcribe", str(talk), "--vocabulary", str(names)]) == 2
    assert f"{names}, line 2: 'C++' cannot be pronounced" in capsys.readouterr().err
    assert main(["listen", "--input", "-", "--vocabulary", str(tmp_path / "none.txt")]) == 2
    assert "none.txt cannot be read: No such file" in capsys.readouterr().err
