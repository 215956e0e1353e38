"""The commands of this folder work, and what they found once stays mended."""

import random
from pathlib import Path

import pytest

from tests.hard_use import fuzz, targets

FOUND: dict[str, tuple[int, ...]] = {kind: () for kind in targets.TARGETS}  # seeds that did what no input may


@pytest.mark.slow
@pytest.mark.parametrize("kind", list(targets.TARGETS))
def test_some_inputs_of_each_kind_are_taken_or_refused(kind: str) -> None:
    assert fuzz.batch(kind, 0, 25) == []


@pytest.mark.slow
@pytest.mark.parametrize("kind", [kind for kind, seeds in FOUND.items() if seeds])
def test_what_was_found_once_stays_mended(kind: str) -> None:
    for seed in FOUND[kind]:
        assert fuzz.batch(kind, seed, seed + 1) == []


def test_what_no_input_may_do_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def target(chance: random.Random, folder: Path) -> None:
        (folder / "made").write_text(str(chance.random()))
        raise ValueError("odd")

    assert fuzz.fault(target, tmp_path, 1).startswith("ValueError: odd (test_hard_use.py:")
    assert fuzz.fault(lambda chance, folder: None, tmp_path, 1) == ""
