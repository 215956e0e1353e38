"""Progress over several files."""

from pathlib import Path

import pytest

from app.cli.console import batch
from app.cli.console.batch import Batch
from tests.support.programs.terminals import on_a_terminal
from tests.support.recognition import sound


def test_the_time_left_of_all_is_weighed_by_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr(batch, "monotonic", lambda: now)
    files = [tmp_path / name for name in ("a", "b", "c", "missing")]
    for file, size in zip(files, (100, 300, 7600), strict=False):
        file.write_bytes(bytes(size))
    shown = Batch(files)
    shown.next()
    assert (shown.place, shown.left(0.0)) == ("1/4 ", "")  # nothing is known yet
    now = 10.0
    assert shown.left(0.5) == "of all 0:26:30"
    shown.next()
    now = 80.0
    assert (shown.place, shown.left(1.0)) == ("2/4 ", "of all 0:25:20")


def test_one_file_has_no_place_among_others(tmp_path: Path) -> None:
    shown = Batch([tmp_path / "a"])
    shown.next()
    assert (shown.place, shown.left(0.5)) == ("", "")


def test_the_bar_on_a_terminal_names_the_place(tmp_path: Path) -> None:
    files = [str(sound.write(tmp_path / f"{name}.wav", sound.noise(3.0))) for name in "ab"]
    shown = on_a_terminal(["transcribe", *files, "-o", str(tmp_path)], "word").decode()
    assert "1/2 a.wav" in shown and "2/2 b.wav" in shown and "of all 0:00:" in shown
