"""A damaged model is refused with a ModelError at load, or recognises: nothing between, whatever was damaged."""

import re
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.programs.scripts import ROOT
from tests.support.recognition.damage import recognises, save_tiny_model, try_damage
from tests.support.recognition.streams import SLOW

SECONDS, MEGABYTES = 900, 3000  # of processor time and of memory that 1,500 damaged models of 100 kB may take


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "whole"
    save_tiny_model(folder)
    return folder


def test_the_undamaged_model_recognises(whole: Path) -> None:
    assert recognises(whole)


@pytest.mark.slow
@settings(max_examples=40, **SLOW)
@given(seed=st.integers(0, 2**32 - 1))
def test_a_damaged_model_is_refused_or_recognises(whole: Path, seed: int) -> None:
    try_damage(whole, whole.parent / "damaged", seed)


@pytest.mark.slow
@pytest.mark.parametrize("first", [10_000, 20_000])
def test_many_damaged_models_in_a_child_with_limits(whole: Path, first: int) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_DATA, (MEGABYTES << 20, MEGABYTES << 20))

    command = [sys.executable, "-m", "tests.support.recognition.damage", str(whole), str(first), str(first + 300)]
    run = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, preexec_fn=limit, timeout=4 * SECONDS)
    assert run.returncode == 0, run.stdout + run.stderr
    counts = re.fullmatch(r"refused (\d+) recognised (\d+)\n", run.stdout)
    assert counts and min(int(count) for count in counts.groups()) > 10
