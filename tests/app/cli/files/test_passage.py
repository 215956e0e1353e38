"""`echoic transcribe --start --end`: a passage of each input, with the times of the whole."""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.__main__ import main
from app.cli.files.passage import Passage, seconds_of, shown_time
from app.cli.process import loading
from asr.errors import AudioError
from asr.pipeline import transcribe
from asr.stream_options import StreamOptions
from asr.updates import Update
from tests.support.programs.commands import pipe_in
from tests.support.recognition import sound, spoken
from tests.support.recognition.fakes import FakeState


class HearingRecognizer(spoken.SecondsRecognizer):
    """It keeps the sound that it was given."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[np.ndarray] = []

    def step(self, state: FakeState, samples: np.ndarray) -> tuple[FakeState, Update]:
        self.heard.append(samples)
        return super().step(state, samples)

    def sound(self) -> np.ndarray:
        heard, self.heard = np.concatenate(self.heard), []
        return heard


@pytest.fixture(autouse=True)
def recognizer(monkeypatch: pytest.MonkeyPatch) -> HearingRecognizer:
    one = HearingRecognizer()
    monkeypatch.setattr(loading, "load", lambda path: one)
    return one


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90", 90), ("0", 0), ("1:30", 90), ("01:02:03.5", 3723.5), ("100:00", 6000), ("0.25", 0.25), (" 7 ", 7)],
)
def test_times_are_read(text: str, seconds: float) -> None:
    assert seconds_of(text) == seconds
    assert seconds_of(shown_time(seconds)) == seconds


NO_TIMES = ["", "-1", "1:60", "1:60:00", "1:2:3:4", "90s", "1,5", "nan", "1e3", "9999999", "\u0661", ":3"]


@pytest.mark.parametrize("text", NO_TIMES)
def test_what_is_no_time_is_refused(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        seconds_of(text)
    assert main(["transcribe", "a.wav", f"--start={text}"]) == 2
    assert "--start" in capsys.readouterr().err


@given(st.lists(st.integers(0, 200), max_size=9), st.integers(0, 210), st.integers(1, 210))
def test_the_samples_are_the_same_however_the_sound_is_cut(cuts: list[int], first: int, count: int) -> None:
    whole = np.arange(200, dtype=np.float32)
    passage = Passage(first / 10, (first + count) / 10)
    chunks = np.split(whole, sorted(cuts))
    if first >= 200:
        with pytest.raises(AudioError) as raised:
            list(passage.cut(chunks, 10, "a", []))
        assert raised.value.code == "ends-before-passage"
        return
    notes: list[AudioError] = []
    assert np.array_equal(np.concatenate(list(passage.cut(chunks, 10, "a", notes))), whole[first : first + count])
    assert [note.code for note in notes] == ["ends-in-passage"] * (first + count > 200)


def test_what_comes_after_the_passage_is_not_read() -> None:
    chunks = iter(np.zeros((9, 10), np.float32))
    assert sum(map(len, Passage(1.0, 2.0).cut(chunks, 10, "a", []))) == 10
    assert len(list(chunks)) == 7


def test_words_have_the_times_of_the_recording(
    tmp_path: Path, recognizer: HearingRecognizer, capsys: pytest.CaptureFixture[str]
) -> None:
    path = sound.write(tmp_path / "a.wav", sound.noise(9.0))
    assert main(["transcribe", str(path), "-f", "json"]) == 0
    whole = recognizer.sound()
    capsys.readouterr()
    assert main(["transcribe", str(path), "-f", "json", "--start", "0:02.5", "--end", "6"]) == 0
    assert np.array_equal(recognizer.sound(), whole[40_000:96_000])
    out, err = capsys.readouterr()
    found = json.loads(out)
    assert [(word["start"], word["end"]) for word in found["words"]] == [(2.5, 3.5), (3.5, 4.5), (4.5, 5.5), (5.5, 6.0)]
    assert (found["seconds"], err) == (6.0, "")
    assert main(["transcribe", str(path), "-f", "srt", "--start", "2.5"]) == 0
    assert capsys.readouterr().out.startswith("1\n00:00:02,500 --> ")


def test_a_channel_of_a_passage_is_that_of_the_whole(
    tmp_path: Path, recognizer: HearingRecognizer, capsys: pytest.CaptureFixture[str]
) -> None:
    two = np.stack([sound.noise(8.0), np.sin(np.arange(128_000) / 9).astype(np.float32) * np.float32(0.3)])
    path = sound.write(tmp_path / "two.wav", two)
    for options in ([], ["--channel", "2"], ["--track", "1"]):
        assert main(["transcribe", str(path), *options]) == 0
        whole = recognizer.sound()
        assert main(["transcribe", str(path), *options, "--start", "3", "--end", "4.5"]) == 0
        assert np.array_equal(recognizer.sound(), whole[48_000:72_000])


def test_a_pipe_has_a_passage_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, recognizer: HearingRecognizer
) -> None:
    data = sound.write(tmp_path / "a.wav", sound.noise(5.0)).read_bytes()
    writer = pipe_in(monkeypatch, data)
    assert main(["transcribe", "-", "--start", "1", "--end", "2"]) == 0
    sys.stdin.close()
    writer.join()
    assert len(recognizer.sound()) == 16_000


def test_each_of_several_inputs_has_the_passage_and_one_that_is_too_short_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [str(sound.write(tmp_path / name, sound.noise(long))) for name, long in (("a.wav", 2.0), ("b.wav", 6.0))]
    out = tmp_path / "out"
    assert main(["transcribe", *files, "-f", "tsv", "-o", str(out), "--start", "3", "--end", "8"]) == 2
    err = capsys.readouterr().err
    assert "a.wav ends after 0:02, before --start 0:03." in err
    assert "b.wav ends after 0:06, before --end 0:08." in err and "1 of 2 files had a problem." in err
    assert (out / "b.tsv").read_text().splitlines()[1].startswith("3000\t6000\t")
    assert not (out / "a.tsv").exists()
    assert main(["transcribe", files[1], "-f", "tsv", "-o", str(out), "--start", "3", "--skip-existing"]) == 0
    assert "1 of 1 files left out" in capsys.readouterr().err


def test_an_end_that_is_not_after_the_start_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    for end in ("1:30", "89"):
        assert main(["transcribe", "a.wav", "--start", "90", "--end", end]) == 2
        assert "is not after --start 1:30" in capsys.readouterr().err


def test_partials_and_alternatives_of_a_passage_are_moved_too() -> None:
    recognizer = spoken.SecondsRecognizer()
    chunks = [np.zeros(8_000, np.float32)] * 5
    plain = list(transcribe(recognizer, chunks, StreamOptions()))
    moved = list(Passage(10.0).timed(plain, 16_000))
    assert [update.seconds for update in moved] == [update.seconds + 10 for update in plain]
    for was, now in zip(plain, moved, strict=True):
        for part in ("words", "partial"):
            assert [(w.text, w.start - 10, w.end - 10) for w in getattr(now, part)] == [
                (w.text, w.start, w.end) for w in getattr(was, part)
            ]
    assert any(update.partial for update in moved)
