"""The program ends when it is told to, also where a library or the sound system under it hangs."""

import subprocess
import sys
import time

import pytest

from tests.support.programs.scripts import ROOT

HOOK = """
import atexit, time
from app.cli.process import process_exit
from app import __main__ as program

process_exit.PATIENCE = 1.0
atexit.register(time.sleep, 60)  # as PortAudio where the sound system hangs
"""
THREAD = """
import threading, time
from app.cli.process import process_exit
from app import __main__ as program

process_exit.PATIENCE = 60.0
threading.Thread(target=time.sleep, args=(60,), name="sound system").start()
"""
RUN = """
program._run = lambda arguments: print("the last words") or 7
raise SystemExit(program.main())
"""


@pytest.mark.slow
@pytest.mark.parametrize("hanging", [HOOK, THREAD], ids=["hook", "thread"])
def test_what_hangs_at_the_end_does_not_keep_the_process(hanging: str) -> None:
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", hanging + RUN, "devices"], cwd=ROOT, capture_output=True, text=True, timeout=50
    )
    assert (done.returncode, done.stdout, done.stderr) == (7, "the last words\n", "")
    assert time.monotonic() - began < 40
