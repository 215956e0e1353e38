"""Imports of a start: the interface goes on while they last."""

import gc
import subprocess
import sys

import pytest

from app.worker.imports import collect_again, stop_collecting
from tests.support.programs.scripts import ROOT

# Prints how long the libraries took to map, the longest time that another thread stood still, and how long the import
# of the module that needs them took after that.
MAPPING = """\
import threading, time
from app.worker.imports import map_torch

thread = threading.Thread(target=map_torch)
stood, began = 0.0, time.perf_counter()
thread.start()
while thread.is_alive():
    before = time.perf_counter()
    time.sleep(0.001)
    stood = max(stood, time.perf_counter() - before)
mapped = time.perf_counter() - began
import sys
assert "torch" not in sys.modules
maps = open("/proc/self/maps").read()
assert "libtorch_cpu.so" in maps
import torch
assert torch.ones(2).sum() == 2
print(stood / mapped)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="libraries are mapped beforehand on Linux alone")
def test_other_threads_go_on_while_the_libraries_of_torch_are_mapped() -> None:
    """By the share of the time, of the best of three: under a lock of Python's it is all of it."""
    shares = []
    for _ in range(3):
        done = subprocess.run([sys.executable, "-c", MAPPING], cwd=ROOT, capture_output=True, text=True, check=True)
        shares.append(float(done.stdout))
        if shares[-1] < 0.5:
            break
    assert min(shares) < 0.5


def test_garbage_is_collected_again_and_what_was_loaded_is_left_alone() -> None:
    gc.collect()  # what is frozen is never collected
    before = gc.get_freeze_count()
    stop_collecting()
    try:
        assert not gc.isenabled()
        collect_again(loaded=False)
        assert gc.isenabled() and gc.get_freeze_count() == before
        stop_collecting()
        collect_again()
        assert gc.isenabled() and gc.get_freeze_count() > before
    finally:
        gc.enable()
