"""The commands of this folder work, and what they found once stays mended."""

import json
import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.hard_use import fuzz, invented, kill, load, mutations, soak, targets
from tests.support.programs.scripts import ROOT

# Seeds that did what no input may. The change of a kind's target moves its seeds: what they were has a test of its own.
FOUND: dict[str, tuple[int, ...]] = {
    "journal": (36,),  # half a surrogate pair in a word, which ended every export
}
linux = pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="measures by Linux's /proc")


@linux
@pytest.mark.slow
@pytest.mark.parametrize("kind", list(targets.TARGETS))
def test_some_inputs_of_each_kind_are_taken_or_refused(kind: str) -> None:
    if kind == "network":
        pytest.importorskip("uvicorn", reason="the server's libraries are not installed")
    assert fuzz.batch(kind, 0, 25) == []


@linux
@pytest.mark.slow
@pytest.mark.parametrize("kind", list(FOUND))
def test_what_was_found_once_stays_mended(kind: str) -> None:
    for seed in FOUND[kind]:
        assert fuzz.batch(kind, seed, seed + 1) == []


def test_what_no_input_may_do_is_found(tmp_path: Path) -> None:
    def target(chance: random.Random, folder: Path) -> None:
        (folder / "made").write_text(str(chance.random()))
        raise ValueError("odd")

    assert fuzz.fault(target, tmp_path, 1).startswith("ValueError: odd (test_hard_use.py:")
    assert fuzz.fault(lambda chance, folder: None, tmp_path, 1) == ""


@linux
def test_an_input_that_ends_the_process_is_found() -> None:
    """Seeds end the process, raise, take the processor for ever, too much memory, or leave files to the next one."""
    program = """if True:
        import os, random, signal
        from tests.hard_use import fuzz, targets

        fuzz.SECONDS, fuzz.MEMORY = 0.2, 1 << 26

        def target(chance, folder):
            assert not list(folder.iterdir()) and not os.read(0, 1)
            (folder / "left").mkdir()
            (folder / "left" / "file").write_text("x")
            state = chance.getstate()
            seed = next(seed for seed in range(9) if random.Random(seed).getstate() == state)
            if seed == 2:
                os.abort()
            if seed == 3:
                raise ValueError("odd")
            if seed == 5:
                while True:
                    pass
            if seed == 6:
                bytearray(1 << 27)

        targets.TARGETS["pcm"] = lambda: target
        fuzz.main()
    """
    found = dict(fuzz.batch("pcm", 0, 9, ("-c", program)))
    assert set(found) == {2, 3, 5, 6}
    assert "SIGABRT" in found[2] and "ValueError: odd" in found[3]
    assert "SIGPROF" in found[5] and "MemoryError" in found[6]


@linux
def test_a_kind_whose_inputs_cannot_be_made_is_no_success() -> None:
    with pytest.raises(RuntimeError, match="no such thing"):
        fuzz.batch("pcm", 0, 9, ("-c", "raise SystemExit('no such thing')"))


@linux
@pytest.mark.slow
def test_kinds_have_turns_and_the_next_run_goes_on_behind_them(tmp_path: Path) -> None:
    progress, counts = tmp_path / "progress.json", []
    for _ in range(2):
        command = [
            sys.executable,
            "-m",
            "tests.hard_use.fuzz",
            "--kinds",
            "times",
            "pcm",
            "--count",
            "30",
            "--first",
            "5",
        ]
        done = subprocess.run(
            [*command, "--turn", "0.01", "--progress", str(progress)], cwd=ROOT, capture_output=True, text=True
        )
        assert done.returncode == 0 and "60 inputs, 0 found" in done.stdout, done.stdout + done.stderr
        counts.append(json.loads(progress.read_text()))
    assert counts == [{"times": 35, "pcm": 35}, {"times": 65, "pcm": 65}]


def test_a_mutation_is_the_same_for_the_same_seed_and_changes_something() -> None:
    data, record = bytes(range(256)) * 4, {"words": [["one", 0.0, 0.5, 0.9]], "endpoint": True}
    for change, whole in ((mutations.bytes_of, data), (mutations.json_of, record)):
        made = [[repr(change(whole, random.Random(seed))) for seed in range(200)] for _ in range(2)]  # type: ignore[arg-type]
        assert made[0] == made[1] and len(set(made[0])) > 100
    assert json.loads(mutations.line_of({"a": "\ud800"})) == {"a": "\ud800"}


@linux
@pytest.mark.slow
def test_signal_9_in_a_session_and_amid_changes_loses_no_word(tmp_path: Path) -> None:
    words, lost = kill.kill_live(7, tmp_path / "live")
    assert words and not lost
    texts: dict[str, str] = {}
    for seed in (1, 2):
        words, lost = kill.kill_library(seed, tmp_path / "store", texts)
        assert words and texts and not lost


def test_a_lost_word_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [{"begin": "record", "id": "gone", "text": "one two"}, {"done": "record"}]
    monkeypatch.setattr(kill, "lines_until_killed", lambda *arguments: lines)
    assert kill.kill_library(0, tmp_path, {}) == (2, 2)
    purged = [*lines, {"begin": "purge", "id": "gone"}]  # and killed: it may be there or not
    monkeypatch.setattr(kill, "lines_until_killed", lambda *arguments: purged)
    assert kill.kill_library(0, tmp_path, {}) == (2, 0)


@pytest.mark.slow
def test_what_is_dropped_at_the_end_of_an_overload_is_marked(tmp_path: Path, qapp: object) -> None:
    outcome = load.run("end", 30.0, tmp_path)
    assert outcome.faults == []
    assert outcome.marked > 1 and outcome.gaps


@pytest.mark.slow
def test_a_session_recovers_by_itself_from_an_overload(tmp_path: Path, qapp: object) -> None:
    outcome = load.run("overload", 45.0, tmp_path)
    assert outcome.faults == []
    assert outcome.marked > 1 and outcome.longest_delay > 2.0 and outcome.last_delay < 1.0


@linux
@pytest.mark.slow
def test_hours_of_listening_leave_nothing_behind_and_keep_the_time(capsys: pytest.CaptureFixture[str]) -> None:
    found = soak.soak_listen(3, 600.0)
    assert [fault for fault in found if "of the time" not in fault] == []  # others use the processor, too
    assert "times exact: True" in capsys.readouterr().out


def test_growth_of_a_soak_is_a_fault() -> None:
    steady = [soak.Measure(50_000_000, 9, 4, 2.0 * hour) for hour in range(1, 5)]
    assert soak.faults("steady", steady) == []
    larger, later = soak.Measure(56_000_000, 9, 4, 10.0), soak.Measure(50_000_000, 10, 4, 14.0)
    assert len(soak.faults("larger", [*steady, larger])) == 1
    assert len(soak.faults("later", [*steady, later])) == 2
    pooled = [replace(hour, pooled=1) for hour in steady]
    assert soak.faults("pooled", [*steady, *pooled]) == []
    assert len(soak.faults("crowded", [*steady, replace(steady[-1], pooled=99_999)])) == 1


@linux
def test_threads_with_which_qt_draws_pictures_are_counted_apart(qapp: object) -> None:
    from PySide6.QtCore import Qt, QThread
    from PySide6.QtGui import QImage

    before = soak.measure()
    picture = QImage(1200, 800, QImage.Format.Format_RGB32)
    picture.fill(0)
    picture.scaled(700, 500, mode=Qt.TransformationMode.SmoothTransformation)
    after = soak.measure()
    assert after.pooled > 0 or QThread.idealThreadCount() == 1
    assert after.handles <= before.handles and after.threads <= before.threads


@pytest.mark.parametrize("name", list(invented.SOUNDS))
def test_sounds_without_words_are_made_by_their_seed(name: str) -> None:
    first, second = (invented.SOUNDS[name](5.0, 16_000, np.random.default_rng(1)) for _ in range(2))
    assert np.array_equal(first, second) and len(first) == 80_000
    level = 20 * np.log10(np.sqrt(np.mean(np.square(invented.at_level(first, -30.0), dtype=np.float64))))
    assert level == pytest.approx(-30, abs=0.01)


def test_speech_in_pieces_has_each_of_them_backwards() -> None:
    made = invented.reversed_pieces(np.arange(8.0), 3)
    assert made.tolist() == [2, 1, 0, 5, 4, 3, 7, 6]
