"""Make the standalone program, one folder that needs no Python: python3 .ci/bundle.py [--output dist] [--keep]

Installs this folder's Echoic in a clean environment (the locked versions, what the program needs and nothing else),
lets PyInstaller collect it as .ci/echoic.spec says, adds licences and desktop files, packs it, unpacks it in another
folder and tries it there: help, the words of the sample (the same bytes as from the environment), `echoic doctor`, the
window for some seconds. Prints sizes and times. Exit code 1 if any of this fails.

PyTorch is most of it. Its default on Linux computes on a GPU too and is some 4 GB larger, for which Echoic has no use.
Without --torch, pip is asked for versions whose name ends in "+cpu", and the newest that pyproject.toml allows is
taken; they are found where PIP_EXTRA_INDEX_URL or PIP_FIND_LINKS leads to them. Where there is none, the default of the
lock is taken, and the bundle becomes as large as that. --torch 'torch==2.13.0+cpu' (or a wheel's path) decides.

The program runs where the C library is at least as new as here, so make it on the oldest system it is for. PortAudio
is put in if this system has it (on Debian: libportaudio2); the system's own comes first where the program runs, and
ALSA is always the system's. Made and tried on Linux; .ci/packaging says what is written, untried, for others.
"""

import argparse
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import tomllib
import venv
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.support.recognition.documents import pdf  # which needs nothing that is to be installed

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / ".ci" / "lock"
SPEC = ROOT / ".ci" / "echoic.spec"
PYINSTALLER = "pyinstaller>=6.14,<7"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
# What it allows of PyTorch: from, below.
TORCH = tuple(
    tuple(map(int, version.split(".")))
    for line in PROJECT["dependencies"]
    if line.startswith("torch>")
    for version in re.findall(r"[\d.]+", line)
)
EXTRAS = {"pypdf"}  # what extras need and the folder has: the extra "documents", which is small
WINDOWS = sys.platform == "win32"
LINUX = sys.platform == "linux"
ELSEWHERE = "Programme für mich"  # a folder whose name has a space and a letter beyond ASCII
SAID = "every evening the keeper climbed the narrow stairs to the lamp"  # in the sample, at its beginning
OPEN_SECONDS = 5.0
PATIENCE = 300.0  # seconds for one run of the program
# Built for one machine with all their symbols. Libraries that a wheel's maker has patched since may not survive it.
STRIPPED = ("_internal/torch/lib/*.so*", "_internal/libpython*.so*", "_internal/python3*/lib-dynload/*.so")
COMMON = Path("/usr/share/common-licenses")  # of Debian
TEXTS = ("GPL-2", "GPL-3", "LGPL-2.1", "LGPL-3", "MPL-2.0", "Apache-2.0")
# What a licence file of a distribution may be called, besides those in a folder "licenses".
NOTICE = re.compile(r"(licen[cs]e|copying|notice|authors)[^/]*$|\.dist-info/(licenses|sboms)/", re.I)


def run(*command: object, **options: object) -> str:
    """What the command prints; its errors end this program."""
    done = subprocess.run(
        list(map(str, command)),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        **options,
    )  # type: ignore[call-overload]
    if done.returncode:
        print(done.stdout[-8000:], file=sys.stderr)
        raise SystemExit(f"failed with exit code {done.returncode}: {' '.join(map(str, command))[:300]}")
    return done.stdout


def say(text: str) -> None:
    print(text, flush=True)


# Making it


def cpu_build(pip: list[object]) -> str | None:
    """The newest build of PyTorch for processors alone that pip finds and pyproject.toml allows."""
    told = subprocess.run(list(map(str, [*pip, "index", "versions", "torch"])), capture_output=True, text=True).stdout
    found = [(tuple(map(int, v.split("."))), v) for v in re.findall(r"\b(\d+(?:\.\d+)+)\+cpu\b", told)]
    allowed = [pair for pair in found if TORCH[0] <= pair[0] < TORCH[1]]
    return f"torch=={max(allowed)[1]}+cpu" if allowed else None


def without_torch(lock: str) -> str:
    """run.txt without the build of PyTorch that it locks."""
    return "".join(part for part in re.split(r"^(?=[a-z0-9#])", lock, flags=re.M) if not part.startswith("torch=="))


def locked(names: set[str], lock: str) -> str:
    """Those parts of a lock that are of these packages."""
    parts = re.split(r"^(?=[a-z0-9#])", lock, flags=re.M)
    return "".join(part for part in parts if part.partition("==")[0] in names)


def environment(folder: Path, torch: str | None) -> Path:
    """A new environment with Echoic and PyInstaller in it; the path of its Python."""
    venv.create(folder, with_pip=True, clear=True)
    python = folder / ("Scripts/python.exe" if WINDOWS else "bin/python")
    pip: list[object] = [python, "-m", "pip", "--disable-pip-version-check"]
    torch = torch or cpu_build(pip)
    install = [*pip, "install", "--quiet", "--no-deps"]
    if torch:
        say(f"PyTorch: {torch}")
        rest = folder / "run.txt"
        rest.write_text(without_torch((LOCK / "run.txt").read_text(encoding="utf-8")), encoding="utf-8")
        run(*install, "-r", rest)
        run(*install, torch)
    else:
        say("PyTorch: the default; pip finds no build for processors alone, so this will be large (see --help)")
        run(*install, "-r", LOCK / "run.txt", "-r", LOCK / "cuda.txt")
    extras = folder / "extras.txt"
    extras.write_text(locked(EXTRAS, (LOCK / "test.txt").read_text(encoding="utf-8")), encoding="utf-8")
    run(*install, "-r", extras)
    run(*install, "--no-build-isolation", ROOT)
    run(*pip, "check")
    run(*pip, "install", "--quiet", PYINSTALLER)
    return python


def build(python: Path, work: Path) -> Path:
    """The folder that PyInstaller makes."""
    command = [python, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"]
    run(*command, "--distpath", work / "made", "--workpath", work / "build", SPEC, cwd=work)
    return work / "made" / "echoic"


def strip(folder: Path) -> None:
    """Take symbols out of those libraries that stay whole without."""
    if LINUX and (program := shutil.which("strip")):
        for pattern in STRIPPED:
            for file in folder.glob(pattern):
                if not file.is_symlink():
                    run(program, "--strip-unneeded", file)
    elif LINUX:
        say("strip is missing (on Debian: apt install binutils), so the folder keeps 100 MB of symbols.")


def add_desktop_files(folder: Path, environment: Path) -> None:
    """What installing the package puts under share/, for who wants to copy it to ~/.local/share."""
    for name in ("applications/echoic.desktop", "icons/hicolor/scalable/apps/echoic.svg"):
        target = folder / "share" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(environment / "share" / name, target)


# Licences

ASK = """\
import json, sys
from importlib.metadata import distributions
print(json.dumps([{
    "name": d.name, "version": d.version, "licence": d.metadata.get("License-Expression") or "",
    "old": (d.metadata.get("License") or "").strip().splitlines()[:1],
    "classifiers": [c.split(" :: ")[-1] for c in d.metadata.get_all("Classifier", []) if c.startswith("License")],
    "files": [str(f.locate().resolve()) for f in d.files or []],
} for d in distributions()]))
"""


def add_licences(folder: Path, python: Path, sources: list[str]) -> None:
    """licences/: what every distribution, system package and Python itself say, for all that was collected."""
    target = folder / "licences"
    (target / "texts").mkdir(parents=True)
    shutil.copyfile(ROOT / "LICENSE", target / "LICENSE")
    shutil.copyfile(ROOT / "assets" / "licences" / "README.md", target / "NOTICES.md")
    shutil.copyfile(ROOT / "assets" / "model" / "README.md", target / "MODEL.md")
    for name in TEXTS:
        if (COMMON / name).is_file():
            shutil.copyfile(COMMON / name, target / "texts" / f"{name}.txt")
    if not COMMON.is_dir():
        say("This system has no texts of the GPL and LGPL: put them into licences/texts before you pass the folder on.")
    collected = {str(Path(source).resolve()) for source in sources}
    lines = ["What is in this folder, and the licence that each part declares; NOTICES.md says what that means.", ""]
    known: set[str] = set()
    for part in sorted(json.loads(run(python, "-c", ASK)), key=lambda part: part["name"].lower()):
        known |= set(part["files"])
        # The program that starts Python is PyInstaller's.
        if not collected & set(part["files"]) and part["name"].lower() != "pyinstaller":
            continue
        place = target / part["name"].lower()
        for file in part["files"]:
            name = file.partition(".dist-info/")[2]
            if name and NOTICE.search(file) and not file.endswith((".py", ".pyc")):
                (place / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, place / name)
        licence = part["licence"] or ", ".join(part["old"]) or ", ".join(part["classifiers"])
        if not licence:
            raise SystemExit(f"{part['name']} declares no licence.")
        lines.append(f"{part['name']} {part['version']}: {licence}{'' if place.exists() else ' (text: texts/)'}")
    lines += ["", *system_licences(target, sorted(collected - known))]
    (target / "README.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def system_licences(target: Path, files: list[str]) -> list[str]:
    """Lines about Python and about libraries of this system; Debian's packages have a file on their terms."""
    lines = [f"Python {platform.python_version()}: PSF-2.0"]
    for text in (
        Path(os.__file__).parent / "LICENSE.txt",
        Path(f"/usr/share/doc/{Path(os.__file__).parent.name}/copyright"),
    ):
        if text.is_file():
            (target / "python").mkdir(exist_ok=True)
            shutil.copyfile(text, target / "python" / text.name)
    pythons = (str(Path(os.__file__).parent), str(Path(sys.base_prefix) / "lib" / "libpython"))
    owners = packages_of([file for file in files if ".so" in file and not file.startswith(pythons)])
    for package in sorted(set(filter(None, owners.values()))):
        if (terms := Path("/usr/share/doc") / package / "copyright").is_file():
            (target / "system").mkdir(exist_ok=True)
            shutil.copyfile(terms, target / "system" / f"{package}.txt")
            lines.append(f"{package} (of the system it was made on): system/{package}.txt")
    return lines + [f"{Path(file).name}: its package is not known here" for file, owner in owners.items() if not owner]


def packages_of(files: list[str]) -> dict[str, str]:
    """Debian's package that each of the files came from, or ""."""
    owners = dict.fromkeys(files, "")
    if files and shutil.which("dpkg-query"):
        paths = [path for file in files for path in (file, file.removeprefix("/usr"))]
        told = subprocess.run(["dpkg-query", "--search", *paths], capture_output=True, text=True).stdout
        for package, path in re.findall(r"^([^\s:]+).*?: (.*)$", told, re.M):
            owners |= {file: package for file in (path, f"/usr{path}") if file in owners}
    return owners


# Packing


def pack(folder: Path, output: Path, version: str) -> Path:
    """An archive of the folder beside it: tar.xz, or zip on Windows."""
    machine = platform.machine().lower()
    name = f"echoic-{version}-{platform.system().lower()}-{machine}"
    if WINDOWS:
        target = output / f"{name}.zip"
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(folder.rglob("*")):
                archive.write(file, file.relative_to(folder.parent))
        return target
    target = output / f"{name}.tar.xz"
    options = ["--owner=0", "--group=0", "--numeric-owner", "--sort=name"] if LINUX else []
    packing = ["--create", *options, "--xz", "--file", target, "--directory", folder.parent, folder.name]
    run("tar", *packing, env={"XZ_OPT": "-6 -T0", **os.environ})
    return target


def unpack(archive: Path, folder: Path) -> Path:
    folder.mkdir(parents=True)
    shutil.unpack_archive(archive, folder, **({} if WINDOWS else {"filter": "tar"}))
    return folder / "echoic"


def size(folder: Path) -> int:
    return sum(file.lstat().st_size for file in folder.rglob("*") if file.is_file() and not file.is_symlink())


# Trying it


class Trial:
    """The unpacked program, run as by somebody else: no variables but those given, an empty home, another folder."""

    def __init__(self, folder: Path, home: Path) -> None:
        self.folder, self.home = folder, home
        self.faults: list[str] = []
        self.memory = self.processor = 0.0  # MB of 10^6 bytes and seconds, of the last run
        home.mkdir(parents=True)

    def variables(self, **more: str) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("SYSTEMROOT", "TEMP") if WINDOWS and name in os.environ}
        return {**kept, "HOME": str(self.home), "USERPROFILE": str(self.home), "LC_ALL": "C", **more}

    def start(self, name: str, *arguments: object, **more: str) -> subprocess.Popen:
        program = self.folder / (f"{name}.exe" if WINDOWS else name)
        command = [program, *arguments]
        return subprocess.Popen(
            list(map(str, command)),
            cwd=self.home,
            env=self.variables(**more),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def run(self, *arguments: object, expected: int = 0) -> tuple[bytes, float, float]:
        """Output, seconds to its first byte, seconds to its end. A traceback or another exit code is a fault."""
        began = time.perf_counter()
        process = self.start("echoic", *arguments)
        assert process.stdout and process.stderr
        told: list[bytes] = []
        reader = threading.Thread(target=lambda: told.append(process.stderr.read()))  # type: ignore[union-attr]
        watchdog = threading.Timer(PATIENCE, process.kill)
        reader.start()
        watchdog.start()
        output = process.stdout.read(1)
        first = time.perf_counter() - began
        output += process.stdout.read()
        reader.join()
        if hasattr(os, "wait4"):
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            self.memory = usage.ru_maxrss * (1024 if LINUX else 1) / 1e6
            self.processor = usage.ru_utime + usage.ru_stime
        code = process.wait()
        watchdog.cancel()
        errors = told[0].decode(errors="replace") if told else ""
        if code != expected or "Traceback" in errors:
            self.faults.append(f"{' '.join(map(str, arguments))}: exit code {code}\n{errors[-2000:]}")
        return output, first, time.perf_counter() - began

    def window(self, **more: str) -> None:
        """It stays open, says nothing of a defect, and ends when asked."""
        process = self.start("echoic-window", **more)
        try:
            process.wait(OPEN_SECONDS)
            ended = f"ended by itself with {process.returncode}"
        except subprocess.TimeoutExpired:
            ended = ""
        process.terminate()
        try:
            _, errors = process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            _, errors = process.communicate()
            ended = "did not end when asked"
        text = errors.decode(errors="replace")
        if ended or "Traceback" in text or "qt.qpa.plugin" in text:
            self.faults.append(f"the window ({more}): {ended}\n{text[-2000:]}")


@contextmanager
def screen() -> Iterator[str | None]:
    """A screen that nobody sees, as DISPLAY has it; None where Xvfb is missing."""
    program = shutil.which("Xvfb") if LINUX else None
    if program is None:
        yield None
        return
    process = subprocess.Popen(
        [program, "-displayfd", "1", "-screen", "0", "1280x800x24"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    try:
        assert process.stdout
        yield f":{process.stdout.readline().decode().strip()}"
    finally:
        process.terminate()
        process.wait()


def attempt(folder: Path, python: Path, home: Path) -> list[str]:
    """Try the unpacked folder and print figures; the faults that were found."""
    trial = Trial(folder, home)
    sample = home / "Geräusch 1.ogg"
    shutil.copyfile(ROOT / "assets" / "samples" / "lighthouse.ogg", sample)
    command = [python, "-m", "app", "transcribe", sample]
    outside = {**trial.variables(), "LC_ALL": "C.UTF-8"}
    for times in ("first", "second"):  # from a cold disk and from a warm one
        output, _, took = trial.run("--help")
        say(f"{f'--help, {times} time (s)':34}{took:8.2f}  of the processor {trial.processor:.2f}")
    if b"echoic transcribe" not in output:
        trial.faults.append("--help does not help")
    words, first, took = trial.run("transcribe", sample)
    say(f"{'first words of the sample (s)':34}{first:8.2f}")
    say(f"{'all of its words, 13 s (s)':34}{took:8.2f}  of the processor {trial.processor:.2f}")
    say(f"{'memory for it, at most (MB)':34}{trial.memory:8.0f}")
    for form in ("txt", "json"):
        output = words if form == "txt" else trial.run("transcribe", "--format", form, sample)[0]
        expected = subprocess.run([*map(str, command), "--format", form], cwd=home, env=outside, capture_output=True)
        if output != expected.stdout or not output.strip():
            trial.faults.append(f"the words as {form} differ from those of the environment:\n{output[:300]!r}")
    report = json.loads(trial.run("doctor", "--json")[0] or b"{}")
    missing = [text for text in report.get("missing", []) if not text.startswith("No input device")]
    if not report.get("works") or None in report["versions"].values():
        trial.faults.append(f"doctor: {report}")
    say(f"{'doctor':34}{'; '.join(missing) or 'Nothing is missing.'}")
    trial.run("benchmark", sample)
    learn(trial, sample)
    trial.window(QT_QPA_PLATFORM="offscreen")
    with screen() as display:
        if display:
            trial.window(DISPLAY=display, QT_QPA_PLATFORM="xcb")
        say(f"{'window':34}{'off screen, and on an X server' if display else 'off screen (no Xvfb for more)'}")
    return trial.faults


def learn(trial: Trial, sample: Path) -> None:
    """Learn of documents and use that; see that voices are known, and the other languages of the window there."""
    document = trial.home / "report.pdf"
    document.write_bytes(pdf(["The zorblax measures the tide. Every zorblax is small.", "Nobody sells a zorblax."]))
    trial.run("adapt-language", document, ROOT / "README.md")
    if b"keeper" not in trial.run("transcribe", "--language", "documents", sample)[0].lower():
        trial.faults.append("no words with the language of documents")
    trial.run("voices")
    manifest = trial.home / "mine.jsonl"
    manifest.write_text(json.dumps({"audio": str(sample), "text": SAID}), encoding="utf-8")
    trial.run("adapt-voice", manifest, expected=2)  # so far as to say that this is too little speech
    for name in ("assets/translations/echoic_de.qm", "translations/qtbase_de.qm"):
        if not list((trial.folder / "_internal").rglob(f"*{name}")):
            trial.faults.append(f"{name} is missing: the window would speak English alone")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, default=ROOT / "dist", metavar="DIR", help="where to (default: dist)")
    parser.add_argument(
        "--keep", action="store_true", help="keep the environment and PyInstaller's files (.work/bundle)"
    )
    parser.add_argument("--torch", metavar="SPEC", help="what pip installs as PyTorch (default: see above)")
    arguments = parser.parse_args()
    output = arguments.output.resolve()
    output.mkdir(parents=True, exist_ok=True)
    work = ROOT / ".work" / "bundle" if arguments.keep else Path(tempfile.mkdtemp(prefix="echoic-bundle-"))
    try:
        return make(output, work, arguments.torch)
    finally:
        if not arguments.keep:
            shutil.rmtree(work, ignore_errors=True)


def make(output: Path, work: Path, torch: str | None) -> int:
    """Everything in order; the exit code."""
    began = time.perf_counter()
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    python = environment(work / "environment", torch)
    folder = build(python, work)
    strip(folder)
    add_desktop_files(folder, work / "environment")
    add_licences(folder, python, json.loads((work / "build" / "echoic" / "sources.json").read_text(encoding="utf-8")))
    if LINUX and not list(folder.glob("_internal/portaudio/libportaudio*")):
        say("PortAudio is not on this system, so live capture will need that of the system it runs on.")
    version = run(python, "-c", "from importlib.metadata import version; print(version('echoic'))").strip()
    archive = pack(folder, output, version)
    target = output / "echoic"
    shutil.rmtree(target, ignore_errors=True)
    shutil.move(folder, target)
    say(f"{'minutes to make':34}{(time.perf_counter() - began) / 60:8.1f}")
    say(f"{'on the disk (MB)':34}{size(target) / 1e6:8.0f}\n{'archive (MB)':34}{archive.stat().st_size / 1e6:8.0f}")
    with tempfile.TemporaryDirectory(prefix="echoic-elsewhere-", ignore_cleanup_errors=True) as elsewhere:
        place = Path(elsewhere) / ELSEWHERE
        faults = attempt(unpack(archive, place), python, Path(elsewhere) / "home")
    for fault in faults:
        say(f"FAILED  {fault}")
    say(f"{target}\n{archive}")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
