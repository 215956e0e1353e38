"""How far work on a cluster is."""

import pytest

from app.cluster import progress
from app.cluster.progress import ClusterProgress


def test_time_left_is_weighed_by_size_and_problems_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr(progress, "monotonic", lambda: now)
    shown = ClusterProgress([100, 300, 0], cores=2)  # the size of the last is not known: it counts as the others do
    assert shown.sentence == "0 of 3 files"
    now = 10.0
    shown.add(100, 3600.0, faulty=False)
    assert shown.sentence == "1 of 3 files; 1.00 h of sound, 360 times real time; left 0:00:50"
    shown.add(300, 0.0, faulty=True)
    now = 20.0
    shown.add(0, 3600.0, faulty=False)
    assert shown.sentence == "3 of 3 files, 1 with a problem; 2.00 h of sound, 360 times real time"


def test_without_a_terminal_a_sentence_comes_now_and_then(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = 0.0
    monkeypatch.setattr(progress, "monotonic", lambda: now)
    with ClusterProgress([1] * 10, cores=1) as shown:
        for _ in range(9):
            now += progress.EVERY / 3
            shown.add(1, 1.0, faulty=False)
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(";")[0] for line in lines] == [f"echoic: {count} of 10 files" for count in (3, 6, 9)]
