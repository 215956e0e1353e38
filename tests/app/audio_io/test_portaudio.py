"""PortAudio and what is below it keep the terminal clean."""

import ctypes
import subprocess
import sys

import pytest

from tests.support.programs.scripts import ROOT

CODE = """
import ctypes
from app.audio_io import portaudio
if {silent}:
    try:
        portaudio.library()
    except portaudio.DeviceError:
        portaudio.silence_alsa()
device = ctypes.c_void_p()
assert ctypes.CDLL("libasound.so.2").snd_pcm_open(ctypes.byref(device), b"nosuch", 1, 0) < 0
"""


def noise(silent: bool) -> str:
    run = subprocess.run(
        [sys.executable, "-c", CODE.format(silent=silent)], capture_output=True, text=True, cwd=ROOT, check=True
    )
    return run.stderr


def test_alsa_writes_nothing_on_the_terminal() -> None:
    try:
        ctypes.CDLL("libasound.so.2")
    except OSError:
        pytest.skip("ALSA is not installed")
    if "ALSA" not in noise(silent=False):
        pytest.skip("this ALSA writes nothing about a device that is missing")
    assert noise(silent=True) == ""
