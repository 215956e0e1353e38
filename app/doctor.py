"""What is installed here, what is missing, and how to get it."""

import hashlib
import json
import platform
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import asr
from app.devices import Device
from app.devices import devices as inputs
from app.portaudio import NO_PORTAUDIO
from asr.config import EchoicError

# import name, distribution, what is lost without it, whether files can still be transcribed
NEEDED = (
    ("torch", "torch", "Nothing works", False),
    ("torchaudio", "torchaudio", "Nothing works", False),
    ("av", "av", "No file can be opened", False),
    ("soxr", "soxr", "No sound can be resampled", False),
    ("safetensors", "safetensors", "No model can be read", False),
    ("PySide6.QtWidgets", "pyside6-essentials", "The window does not open; the rest works", True),
    ("sounddevice", "sounddevice", "No live capture; files still work", True),
)
HOW_QT = "on Debian: apt install libegl1 libgl1 libxkbcommon0 libdbus-1-3 libfontconfig1"


def devices() -> int:
    """Print the inputs; the default one is starred. Raises AudioError where there are none."""
    from app.devices import choose

    found = inputs()
    choose(None, found)
    for device in found:
        star = "*" if device.default else " "
        kind = "  (monitor: what the computer plays)" if device.monitor else ""
        print(f"{star} {device.index:3}  {device.name}  {device.channels} ch  {device.rate:g} Hz{kind}")
    return 0


def doctor(as_json: bool, model: Path | None = None) -> int:
    """Print the report; 0 where files can be transcribed, else 2."""
    report = examine(model)
    if as_json:
        print(json.dumps(report, ensure_ascii=False, indent=1))
    else:
        print(as_text(report))
    return 0 if report["works"] else 2


def examine(model: Path | None = None) -> dict[str, Any]:
    """`{"works", "versions", "model", "devices", "missing"}`; `missing` are sentences with what to do."""
    versions = {
        "echoic": _version("echoic"),
        "python": platform.python_version(),
        "system": platform.platform(),
    }
    missing: list[str] = []
    works = True
    for name, package, loss, bearable in NEEDED:
        versions[package] = _version(package)
        try:
            import_module(name)
        except (ImportError, OSError) as error:
            if "PortAudio" in str(error):
                continue  # said below
            how = HOW_QT if name.startswith("PySide6") and versions[package] else f"pip install {package}"
            missing.append(f"{package}: {error}. {loss} ({how}).")
            works = works and bearable
    found: list[Device] = []
    try:
        found = inputs()
        versions["portaudio"] = _portaudio()
        if not found:
            missing.append("No input device found. Plug one in; files still work.")
    except EchoicError as error:
        versions["portaudio"] = None
        missing.append(str(error) or NO_PORTAUDIO)
    described = _model(model)
    if described["problem"]:
        missing.append(described["problem"])
        works = False
    return {
        "works": works,
        "versions": versions,
        "model": described,
        "devices": [vars(device) for device in found],
        "missing": missing,
    }


def as_text(report: dict[str, Any]) -> str:
    lines = [f"{name:20} {value or 'missing'}" for name, value in report["versions"].items()]
    model = report["model"]
    lines.append(f"{'model':20} {model['name'] or 'none'}")
    lines += [
        f"{'':20} {file['path']}  {file['bytes'] / 1e6:.1f} MB  sha256 {file['sha256'][:16]}…"
        for file in model["files"]
    ]
    lines += [f"{'input':20} {device['index']} {device['name']}" for device in report["devices"]]
    lines.append("")
    lines += [f"missing: {sentence}" for sentence in report["missing"]] or ["Nothing is missing."]
    return "\n".join(lines)


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _portaudio() -> str:
    import sounddevice

    return str(sounddevice.get_portaudio_version()[1])


def _model(path: Path | None) -> dict[str, Any]:
    """The model that would be used: its name, its files, and what is wrong with it or ""."""
    folder = Path(asr.__file__).resolve().parents[1] / "assets" / "model"
    files = sorted((path or folder).glob("*.safetensors"))
    name, problem = None, ""
    try:
        from app.commands import load

        name = load(path).name
    except (EchoicError, ImportError) as error:
        problem = str(error)
    described = [
        {
            "path": str(file),
            "bytes": file.stat().st_size,
            "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        }
        for file in files
    ]
    return {"name": name, "files": described, "problem": problem}
