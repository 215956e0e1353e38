"""The commands `doctor` and `devices`: what is installed here, what is missing, and how to get it."""

import hashlib
import json
import platform
import signal
import subprocess
import sys
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import asr
from app import log
from app.audio_io.devices import Device
from app.audio_io.devices import devices as inputs
from app.audio_io.portaudio import DeviceError
from app.cli.console.terminal import json_for
from app.cli.process.qt_platform import uses_x11, x11_fault
from asr.errors import EchoicError

NEEDED_ON_LINUX = (
    ("Xlib", "python-xlib", "No dictation into other programs on X11; the rest works", True),
    ("jeepney", "jeepney", "No dictation into other programs on Wayland; the rest works", True),
)
NEEDED_ELSEWHERE = (("pynput", "pynput", "No dictation into other programs; the rest works", True),)
# import name, distribution, what is lost without it, whether files can still be transcribed
NEEDED = (
    ("torch", "torch", "Nothing works", False),
    ("numpy", "numpy", "Nothing works", False),
    ("av", "av", "No file can be opened", False),
    ("soxr", "soxr", "No sound can be resampled", False),
    ("safetensors", "safetensors", "No model can be read", False),
    ("rich", "rich", "Nothing can be shown on a terminal", False),
    ("platformdirs", "platformdirs", "The window does not open; the rest works", True),
    ("PySide6.QtWidgets", "pyside6-essentials", "The window does not open; the rest works", True),
    ("PySide6.QtSvg", "pyside6-essentials", "The window does not open; the rest works", True),
    ("markdown_it", "markdown-it-py", "No Markdown for adapt-language; the rest works", True),
    ("docx", "python-docx", "No export as DOCX; the rest works", True),
    ("sounddevice", "sounddevice", "No live capture; files still work", True),
    *(NEEDED_ON_LINUX if sys.platform == "linux" else NEEDED_ELSEWHERE),
)
# extra of the package -> import names of what it brings; its use, for people
EXTRAS = {
    "serve": ("starlette", "uvicorn", "websockets", "python_multipart", "wyoming", "prometheus_client"),
    "watch": ("watchfiles",),
    "fast": ("numba",),
    "cluster": ("ray", "fsspec"),
    "documents": ("pypdf",),
}
USES = {
    "serve": "echoic serve",
    "watch": "transcribe --watch",
    "fast": "a faster search",
    "cluster": "transcribe --cluster",
    "documents": "adapt-language of PDF files",
}
LICENCE = "Apache-2.0; of what it uses: assets/licences/README.md; of the model: assets/model/README.md"
FROZEN = bool(getattr(sys, "frozen", False))  # a bundle with everything in it, which pip cannot mend
HOW_BUNDLE = "this copy of Echoic is damaged: unpack it anew"
HOW_QT = (
    "on Debian: apt install libegl1 libgl1 libfontconfig1 libdbus-1-3 libglib2.0-0 libxcb-cursor0 libxcb-icccm4 "
    "libxcb-keysyms1 libxcb-randr0 libxcb-shape0 libxcb-sync1 libxcb-xfixes0 libxkbcommon-x11-0"
)
# Imports each name it is given and prints it with what went wrong; a library may end the process, so in one of its own.
PROBE = """\
import json, sys
from importlib import import_module
for name in sys.argv[1:]:
    try:
        import_module(name)
        fault = ""
    except BaseException as error:
        fault = f"{type(error).__name__}: {error}"
    print(json.dumps([name, fault]), flush=True)
"""
PROBE_SECONDS = 120.0  # a cold disk may take a minute to bring PyTorch


def devices() -> int:
    """Print the inputs, with a star before the default one, and return 0. Raises AudioError where there are none."""
    from app.audio_io.devices import choose

    listed = inputs()
    choose(None, listed)
    for device in listed:
        star = "*" if device.default else " "
        kind = "  (monitor: what the computer plays)" if device.monitor else ""
        print(f"{star} {device.index:3}  {device.name}  {device.channels} ch  {device.rate:g} Hz{kind}")
    return 0


def doctor(as_json: bool, model: Path | None = None) -> int:
    """Print the report and return the exit code: 0 where files can be transcribed, else 2."""
    report = examine(model)
    if as_json:
        print(json_for(sys.stdout, json.dumps(report, ensure_ascii=False, indent=1)))
    else:
        print(as_text(report))
    return 0 if report["works"] else 2


def examine(model: Path | None = None) -> dict[str, Any]:
    """Return `{"works", "versions", "model", "devices", "missing", "extras", "data", "licence", "log"}`.

    `missing` holds sentences with what to do, `data` the folder of sessions, `log` the path of the log file or None.
    """
    versions = {
        "echoic": _version("echoic"),
        "python": platform.python_version(),
        "system": platform.platform(),
    }
    missing: list[str] = []
    works = True
    faults = import_faults([name for name, *_ in NEEDED])
    for name, package, loss, bearable in NEEDED:
        versions[package] = _version(package)
        if not (fault := faults[name]) or "PortAudio" in fault:  # reported below
            continue
        if name.startswith("PySide6") and versions[package] and "cannot open shared object" in fault:
            how = HOW_QT
        elif FROZEN:
            how = HOW_BUNDLE
        elif versions[package]:
            how = f"pip install --force-reinstall --no-cache-dir {package}; `pip check` says what does not fit together"
        else:
            how = f"pip install {package}"
        sentence = f"{package}: {fault}. {loss} ({how})."
        if sentence not in missing:
            missing.append(sentence)
        works = works and bearable
    if not faults["PySide6.QtWidgets"] and uses_x11() and (fault := x11_fault()):
        missing.append(f"The window does not open on this screen; the rest works ({fault}).")
    versions["torch build"] = None if faults["torch"] else _torch_build()
    listed: list[Device] = []
    try:
        listed = inputs()
        versions["portaudio"] = _portaudio()
        if not listed:
            missing.append("No input device found. Plug one in; files still work.")
    except EchoicError as error:
        versions["portaudio"] = None
        missing.append(str(error) or str(DeviceError("no-portaudio")))
    described = _model(model, readable=works)
    if described["problem"] and works:
        missing.append(described["problem"])
        works = False
    file = log.path()
    extras = {extra: all(map(find_spec, names)) for extra, names in EXTRAS.items()}
    return {
        "works": works,
        "versions": versions,
        "model": described,
        "devices": [vars(device) for device in listed],
        "missing": missing,
        "extras": extras,
        "data": _data(),
        "licence": LICENCE,
        "log": str(file) if file else None,
    }


def as_text(report: dict[str, Any]) -> str:
    """Return the report of `examine` for a terminal."""
    lines = [f"{name:20} {value or 'missing'}" for name, value in report["versions"].items()]
    model = report["model"]
    lines.append(f"{'model':20} {model['name'] or 'none'}")
    lines += [
        f"{'':20} {file['path']}  {file['bytes'] / 1e6:.1f} MB  sha256 {file['sha256'][:16]}…"
        for file in model["files"]
    ]
    lines += [f"{'input':20} {device['index']} {device['name']}" for device in report["devices"]]
    lines.append(f"{'data':20} {report['data'] or 'none: there is no folder for it'}")
    lines.append(f"{'licence':20} {report['licence']}")
    lines.append(f"{'log':20} {report['log'] or 'none: there is no folder for it'}")
    for extra, present in report["extras"].items():
        use = USES[extra]
        lines.append(f"{'extra':20} {use}" + ("" if present else f' needs more: pip install "echoic[{extra}]"'))
    lines.append("")
    lines += [f"missing: {sentence}" for sentence in report["missing"]] or ["Nothing is missing."]
    return "\n".join(lines)


def _data() -> str | None:
    """Return the folder that holds the sessions of this user; None where it is not known."""
    try:
        from app.sessions.store import data_folder

        folder = data_folder()
    except Exception:  # the library is missing, or no home is known
        return None
    return str(folder) if folder.is_absolute() else None


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def import_faults(names: list[str]) -> dict[str, str]:
    """Try each import and return what is wrong with it by its name, or "".

    First in another process, since a library can end the one that loads it (an instruction that this processor does
    not have, a mixture of versions); what survives there is imported here too. A bundle has no interpreter for that.
    """
    faults = {} if FROZEN else _faults_elsewhere(names)
    for name in names:
        if faults.get(name):
            continue
        try:
            import_module(name)
            faults[name] = ""
        except Exception as error:  # whatever a library that does not fit makes of its import
            faults[name] = f"{type(error).__name__}: {error}"
    return faults


def _faults_elsewhere(names: list[str]) -> dict[str, str]:
    """Return the faults of those imports that another process could try, also of one that ended the process."""
    faults: dict[str, str] = {}
    left = list(names)
    while left:
        try:
            child = subprocess.run(
                [sys.executable, "-c", PROBE, *left],
                capture_output=True,
                text=True,
                errors="replace",
                timeout=PROBE_SECONDS,
            )
        except (OSError, subprocess.TimeoutExpired):
            break  # nothing is known from there
        results = [json.loads(line) for line in child.stdout.splitlines() if line.startswith("[")]
        faults |= {name: fault for name, fault in results}
        left = left[len(results) :]
        if left and child.returncode < 0:
            how = signal.strsignal(-child.returncode) or f"signal {-child.returncode}"
            faults[left.pop(0)] = f"the import ends the process ({how})"
        elif left:
            break
    return faults


def _torch_build() -> str:
    """Return which build of PyTorch is installed: the default on Linux is for CUDA, and large."""
    torch = import_module("torch")
    if getattr(torch.version, "hip", None):
        return f"ROCm {torch.version.hip}"
    if torch.version.cuda is None:
        return "for the processor alone"
    return f"CUDA {torch.version.cuda}; Echoic computes on the processor, for which a build 5 GB smaller is enough"


def _portaudio() -> str:
    import sounddevice

    return str(sounddevice.get_portaudio_version()[1])


def _model(path: Path | None, readable: bool) -> dict[str, Any]:
    """Return the model that would be used: its name, its files, and what is wrong with it or "".

    Where it is not `readable`, because a library that reads it does not load, its name stays unknown.
    """
    folder = Path(asr.__file__).resolve().parents[1] / "assets" / "model"
    files = sorted((path or folder).glob("*.safetensors"))
    name, problem = None, ""
    try:
        if readable:
            from app.cli.process import loading

            name = loading.load(path).name
    except Exception as error:  # a model's own sentence, or whatever a library makes of it
        problem = str(error) if isinstance(error, EchoicError) else f"The model cannot be loaded: {error}."
    described = [
        {
            "path": str(file),
            "bytes": file.stat().st_size,
            "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        }
        for file in files
    ]
    return {"name": name, "files": described, "problem": problem}
