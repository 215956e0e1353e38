"""An installation in which a library is missing, broken, or of the wrong version: a sentence, and what to do."""

import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from app.__main__ import _broken_library, main
from app.cli import doctor
from app.cli.process import loading
from tests.support.programs.scripts import ROOT, imported
from tests.support.recognition import spoken

# What an import was seen to do in mixed installations.
BROKEN = {
    "symbol": "import ctypes; ctypes.CDLL('/nowhere/libtorch_cuda.so')",
    "operator": "raise RuntimeError('operator torchvision::nms does not exist')",
    "attribute": "import os; os.no_such_name",
    "array": "raise ValueError('numpy.dtype size changed, may indicate binary incompatibility')",
    "nested": "import no_such_dependency",
}


def echoic(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    """The program where the libraries in `folder` hide the real ones."""
    path = os.pathsep.join([str(folder), str(ROOT)])
    environment = {**os.environ, "PYTHONPATH": path}
    command = [sys.executable, "-m", "app", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300)


def library(folder: Path, name: str, text: str) -> None:
    package = folder / name
    package.mkdir()
    (package / "__init__.py").write_text(text)


@pytest.mark.parametrize("kind", BROKEN)
@pytest.mark.slow
def test_a_library_that_does_not_load_is_a_sentence_everywhere(tmp_path: Path, kind: str) -> None:
    library(tmp_path, "torch", BROKEN[kind])
    sample = ROOT / "assets" / "samples" / "lighthouse.ogg"
    done = echoic(tmp_path, "transcribe", str(sample))
    assert done.returncode == 2 and not done.stdout
    assert done.stderr.count("\n") == 1 and "torch does not load here" in done.stderr
    assert "`echoic doctor` says" in done.stderr
    report = echoic(tmp_path, "doctor", "--json")
    assert report.returncode == 2 and "Traceback" not in report.stderr
    found = json.loads(report.stdout)
    assert not found["works"] and found["model"]["name"] is None and len(found["model"]["files"]) == 6
    (sentence,) = (text for text in found["missing"] if text.startswith("torch:"))
    assert "Nothing works" in sentence and "pip install --force-reinstall" in sentence


@pytest.mark.slow
def test_a_library_that_ends_the_process_does_not_end_the_doctor(tmp_path: Path) -> None:
    library(tmp_path, "soxr", "import os, signal; os.kill(os.getpid(), signal.SIGILL)")
    library(tmp_path, "docx", "import no_such_dependency")
    report = echoic(tmp_path, "doctor", "--json")
    missing = json.loads(report.stdout)["missing"]
    assert report.returncode == 2
    assert any(text.startswith("soxr: the import ends the process (Illegal instruction)") for text in missing)
    assert any(text.startswith("python-docx: ModuleNotFoundError") for text in missing)  # the rest is looked at, too


@pytest.mark.parametrize("name", [name for name, *_ in doctor.NEEDED])
def test_whatever_is_needed_may_be_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    monkeypatch.setattr(loading, "load", lambda path: spoken.SecondsRecognizer())
    monkeypatch.setattr(doctor, "_faults_elsewhere", lambda names: {})
    real = doctor.import_module

    def absent(wanted: str) -> ModuleType:
        if wanted == name:
            raise ModuleNotFoundError(f"No module named {wanted!r}", name=wanted)
        return real(wanted)

    monkeypatch.setattr(doctor, "import_module", absent)
    bearable = {n: b for n, _, _, b in doctor.NEEDED}[name]
    assert main(["doctor", "--json"]) == (0 if bearable else 2)
    report = json.loads(capsys.readouterr().out)
    assert report["works"] is bearable
    assert any("No module named" in sentence and "pip install" in sentence for sentence in report["missing"])


@pytest.mark.slow
def test_every_library_that_is_imported_is_looked_at() -> None:
    """Of the program and the recogniser; training names its own in an extra."""
    known = {name.partition(".")[0] for name, *_ in (*doctor.NEEDED, *doctor.NEEDED_ON_LINUX, *doctor.NEEDED_ELSEWHERE)}
    own = {"app", "asr", *sys.stdlib_module_names}
    extras = {name for names in doctor.EXTRAS.values() for name in names}
    assert not {name.partition(".")[0] for name in imported()} - known - own - extras


@pytest.mark.slow
def test_extras_are_named_with_how_to_get_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "find_spec", lambda name: None if name == "uvicorn" else object())
    report = doctor.examine()
    assert report["extras"] == {"serve": False, "watch": True, "fast": True, "cluster": True, "documents": True}
    assert 'echoic serve needs more: pip install "echoic[serve]"' in doctor.as_text(report)


@pytest.mark.parametrize(("cuda", "expected"), [(None, "for the processor alone"), ("13.0", "CUDA 13.0")])
@pytest.mark.slow
def test_the_build_of_torch_is_told(monkeypatch: pytest.MonkeyPatch, cuda: str | None, expected: str) -> None:
    import torch

    monkeypatch.setattr(torch.version, "cuda", cuda)
    assert doctor.examine()["versions"]["torch build"].startswith(expected)


def test_a_defect_of_our_own_is_not_put_on_a_library() -> None:
    try:
        raise OSError("no such thing")
    except OSError as error:
        assert _broken_library(error) == ""
    assert _broken_library(ImportError("cannot import name 'x' from 'asr.audio.media'", name="asr.audio.media")) == ""
