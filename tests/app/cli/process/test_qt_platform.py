"""A desktop that lacks libraries of X11: a sentence with the packages, where Qt would end the process."""

import ctypes
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.__main__ import main
from app.cli import doctor
from app.cli.process import qt_platform
from tests.support.programs.scripts import ROOT

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="X11 is the window system of Linux")
WITHOUT = {"libxcb-icccm.so.4": "libxcb-icccm4", "libxkbcommon-x11.so.0": "libxkbcommon-x11-0"}


@pytest.fixture
def on_x11(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":99")
    for name in ("WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def without_libraries(on_x11: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Loading works as where only the libraries of WITHOUT are missing, which Qt's plugin needs."""

    def load(name: str) -> None:
        if name in WITHOUT or Path(name).name == qt_platform.PLUGIN:
            raise OSError(f"{next(iter(WITHOUT))}: cannot open shared object file")

    monkeypatch.setattr(ctypes, "CDLL", load)
    monkeypatch.setattr(qt_platform, "plugin", lambda: Path("/qt") / qt_platform.PLUGIN)


@on_linux
def test_a_window_without_its_libraries_is_a_sentence_with_all_packages(
    without_libraries: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and said.startswith("echoic: ")
    assert f"apt install {' '.join(WITHOUT.values())})" in said and all(name in said for name in WITHOUT)


@on_linux
def test_doctor_names_the_same_packages(without_libraries: None, monkeypatch: pytest.MonkeyPatch) -> None:
    fault = qt_platform.x11_fault()
    monkeypatch.setattr(doctor, "import_faults", lambda names: dict.fromkeys(names, ""))
    monkeypatch.setattr(doctor, "_torch_build", lambda: "")
    monkeypatch.setattr(doctor, "_model", lambda path, readable: {"name": "", "files": [], "problem": ""})
    monkeypatch.setattr(doctor, "inputs", lambda: [])
    monkeypatch.setattr(doctor, "_portaudio", lambda: "")
    report = doctor.examine()
    assert report["works"]
    assert [text for text in report["missing"] if fault in text]


@on_linux
def test_no_abort_where_the_screen_cannot_be_used() -> None:
    """The real plugin of this Qt, on a screen that does not exist: libraries are missing, or no server answers."""
    environment = {name: value for name, value in os.environ.items() if name not in ("QT_QPA_PLATFORM",)}
    environment |= {"DISPLAY": ":54321", "WAYLAND_DISPLAY": "", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "app"], env=environment, capture_output=True, text=True, timeout=120, cwd=ROOT
    )
    assert done.returncode == 2, json.dumps(done.stderr[-500:])
    assert done.stderr.startswith("echoic: Qt cannot open a window")


@on_linux
@pytest.mark.parametrize(
    ("environment", "uses"),
    [
        ({"DISPLAY": ":0"}, True),
        ({"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}, False),
        ({"DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen"}, False),
        ({"QT_QPA_PLATFORM": "xcb:no-glx"}, True),
        ({"DISPLAY": ":0", "QT_QPA_PLATFORM": "wayland;xcb"}, False),
        ({}, False),
    ],
)
def test_x11_is_looked_at_only_where_qt_would_use_it(
    environment: dict[str, str], uses: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert qt_platform.uses_x11() == uses
