"""What pyproject.toml promises, what the lock holds, what is installed here: they have to agree."""

import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.version import Version

from tests.support.programs.scripts import ROOT

LOCK = ROOT / ".ci" / "lock"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PYTHONS = ("3.11", "3.12", "3.13", "3.14")


def name_of(requirement: Requirement) -> str:
    return re.sub(r"[-_.]+", "-", requirement.name).lower()


def declared() -> list[Requirement]:
    """All that pyproject.toml asks for, less its own extras, what only compares other recognisers, and keys."""
    project = PROJECT["project"]
    extras = (
        r
        for extra, listed in project["optional-dependencies"].items()
        if extra not in ("peers", "keys")
        for r in listed
    )
    found = map(Requirement, [*project["dependencies"], *extras, *PROJECT["build-system"]["requires"]])
    return [requirement for requirement in found if name_of(requirement) != "echoic"]


@cache
def locked() -> dict[str, list[Requirement]]:
    """The lock's requirements by name."""
    found: dict[str, list[Requirement]] = {}
    for file in sorted(LOCK.glob("*.txt")):
        for line in re.findall(r"^([a-z0-9].*?)\s*\\?$", file.read_text(encoding="utf-8"), re.M):
            found.setdefault(name_of(requirement := Requirement(line)), []).append(requirement)
    return found


def environment(python: str) -> dict[str, str]:
    return {**default_environment(), "python_version": python, "python_full_version": f"{python}.0"}  # type: ignore[dict-item]


def holds(requirement: Requirement, python: str) -> bool:
    return requirement.marker is None or requirement.marker.evaluate(environment(python))


def pinned(name: str, python: str) -> Version:
    """The one version that the lock gives this Python."""
    (found,) = (r for r in locked()[name] if holds(r, python))
    (pin,) = found.specifier
    assert pin.operator == "=="
    return Version(pin.version)


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("requirement", declared(), ids=str)
def test_the_lock_has_what_is_asked_for(requirement: Requirement, python: str) -> None:
    if holds(requirement, python):
        assert requirement.specifier.contains(pinned(name_of(requirement), python))


@pytest.mark.parametrize("requirement", declared(), ids=str)
def test_no_major_version_is_let_in_that_the_lock_does_not_cover(requirement: Requirement) -> None:
    """The first major behind the locked ones is refused by pip, not found out by a traceback."""
    name = name_of(requirement)
    newest = max(pinned(name, python) for python in PYTHONS if holds(requirement, python))
    assert not requirement.specifier.contains(f"{newest.major + 1}.0"), f"{requirement} has no upper bound"


@pytest.mark.parametrize("requirement", declared(), ids=str)
def test_what_is_installed_here_is_covered(requirement: Requirement) -> None:
    needed = [Requirement(line) for line in PROJECT["project"]["dependencies"]]
    if requirement not in needed and name_of(requirement) in map(name_of, needed):
        pytest.skip("an extra asks for more of it than the program")
    here = "{}.{}".format(*sys.version_info)
    if not holds(requirement, here):
        pytest.skip("for another Python")
    try:
        installed = Version(version(requirement.name))
    except PackageNotFoundError:
        pytest.skip(f"{requirement.name} is not installed")
    assert requirement.specifier.contains(installed)
    majors = {pinned(name_of(requirement), python).major for python in PYTHONS}
    assert installed.major <= max(majors), f"renew the lock (.ci/relock.py): {requirement.name} {installed}"


def test_the_lock_is_whole_and_names_no_host() -> None:
    for file in sorted(LOCK.glob("*.txt")):
        text = file.read_text(encoding="utf-8")
        assert "://" not in text and "--index" not in text and "@ " not in text
        requirements = re.split(r"^(?=[a-z0-9])", text, flags=re.M)[1:]
        assert requirements
        for requirement in requirements:
            assert re.search(r"--hash=sha256:[0-9a-f]{64}", requirement), requirement


def test_every_pythons_classifier_is_one_that_is_tried() -> None:
    told = re.findall(r"Python :: (3\.\d+)", "\n".join(PROJECT["project"]["classifiers"]))
    assert tuple(told) == PYTHONS


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    """A folder with the source archive, and the wheel made from what was unpacked of it."""
    pytest.importorskip("hatchling", reason="the package's build tool is not installed")
    folder = tmp_path_factory.mktemp("built")
    build = [sys.executable, "-m", "hatchling", "build", "--directory", str(folder)]
    subprocess.run([*build, "--target", "sdist"], cwd=ROOT, check=True, capture_output=True)
    (archive,) = folder.glob("*.tar.gz")
    with tarfile.open(archive) as file:
        file.extractall(folder, filter="data")
    subprocess.run([*build, "--target", "wheel"], cwd=folder / archive.name[: -len(".tar.gz")], check=True)
    return folder


@pytest.mark.slow
def test_the_source_archive_has_everything(built: Path) -> None:
    git = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if git.returncode:
        pytest.skip("not a clone")
    (folder,) = (path for path in built.glob("echoic-*") if path.is_dir())
    missing = [name for name in git.stdout.splitlines() if (ROOT / name).exists() and not (folder / name).exists()]
    assert not missing


@pytest.mark.slow
def test_the_source_archive_runs_its_tests(built: Path) -> None:
    """Those of two folders in one call, by their names: what is imported is what was unpacked."""
    (folder,) = (path for path in built.glob("echoic-*") if path.is_dir())
    probe = "import asr.acoustic.features; print(asr.acoustic.features.__file__)"
    found = subprocess.run([sys.executable, "-c", probe], cwd=folder, capture_output=True, text=True, check=True)
    assert Path(found.stdout.strip()).is_relative_to(folder)
    files = [
        "tests/asr/acoustic/test_features.py",
        "tests/app/window/transcript/view/test_transcript_view.py",
        "tests/app/export/test_docx.py",
    ]
    done = subprocess.run([sys.executable, "-m", "pytest", "-q", *files], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
def test_the_wheel_has_what_the_program_needs_and_nothing_else(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    for file in [
        *(ROOT / "app").rglob("*.py"),
        *(ROOT / "asr").rglob("*.py"),
        *(ROOT / "assets" / "model").iterdir(),
        *(ROOT / "assets" / "icons").iterdir(),
        *(ROOT / "assets" / "desktop").iterdir(),
        *(ROOT / "assets" / "samples").iterdir(),
        *(ROOT / "assets" / "translations").glob("*.qm"),
    ]:
        assert str(file.relative_to(ROOT)) in names
    assert {"asr/py.typed", "app/server/protocols/page.html"} <= set(names)
    data = f"echoic-{PROJECT['project']['version']}.data/data/share"
    assert f"{data}/applications/echoic.desktop" in names
    assert f"{data}/metainfo/local.echoic.Echoic.metainfo.xml" in names and f"{data}/mime/packages/echoic.xml" in names
    assert f"{data}/icons/hicolor/scalable/apps/echoic.svg" in names
    kept = f"echoic-{PROJECT['project']['version']}.dist-info/licenses"
    assert f"{kept}/LICENSE" in names and any(name.startswith(f"{kept}/assets/licences/") for name in names)
    assert not [name for name in names if name.startswith(("tests/", ".ci/", "assets/pictures/"))]
    pages = [page.name for page in (ROOT / "asr" / "training").rglob("*.md")]  # ledger, study and other records
    assert {"RESULTS.md", "STUDY.md", "LANGUAGE.md"} <= set(pages)
    assert not [name for name in names if name.startswith("asr/training/") and name.endswith(".md")]
    assert not [name for name in names if any(word in name for word in ("STUDY", "RESULTS", "LANGUAGE"))]


PAGES = [ROOT / "README.md", *(page for name in ("app", "asr", "assets") for page in (ROOT / name).rglob("*.md"))]


@pytest.mark.parametrize("page", sorted(PAGES), ids=lambda page: str(page.relative_to(ROOT)))
def test_pictures_and_links_of_the_pages_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    titles = re.findall(r"^#+ (.*)$", text, re.M)
    headings = {re.sub(r"[^\w\- ]", "", title).strip().lower().replace(" ", "-") for title in titles}
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        path, _, heading = target.partition("#")
        if "://" not in target:
            assert (page.parent / path).exists(), target
            assert not heading or path or heading in headings, target
