"""Runs first in the program that .ci/echoic.spec makes, before anything of Echoic.

Programs that Echoic starts (PulseAudio's pactl, another Echoic) get the system's libraries and not those in the folder.
PortAudio is the system's where it has one, since that fits its sound server, otherwise the one in the folder.
"""

import ctypes
import ctypes.util
import os
import sys
from contextlib import suppress
from pathlib import Path


def _of_the_system() -> None:
    """The loader has read LD_LIBRARY_PATH by now, so this changes it for other programs alone."""
    before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
    if before:
        os.environ["LD_LIBRARY_PATH"] = before
    else:
        os.environ.pop("LD_LIBRARY_PATH", None)
    os.environ["PYINSTALLER_RESET_ENVIRONMENT"] = "1"  # an Echoic that this one starts begins afresh


def _portaudio() -> str | None:
    """The path of the library in the folder, or None where it does not load, as without ALSA."""
    files = sorted((Path(sys._MEIPASS) / "portaudio").glob("lib*"))  # type: ignore[attr-defined]
    loaded: set[Path] = set()
    for _ in files:  # what one needs of the others has to be loaded before it, by path
        for file in files:
            with suppress(OSError):
                ctypes.CDLL(str(file))
                loaded.add(file)
    return next((str(file) for file in loaded if file.name.startswith("libportaudio")), None)


def _find(name: str) -> str | None:
    found = _find_in_system(name)
    return found or (_portaudio() if name == "portaudio" else None)


if sys.platform == "linux":
    _of_the_system()
    _find_in_system = ctypes.util.find_library
    ctypes.util.find_library = _find
