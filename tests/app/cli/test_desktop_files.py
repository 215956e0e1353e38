"""`echoic desktop`: what it installs is valid, starts the program, and is gone after --remove."""

import configparser
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from app.__main__ import main
from app.cli import desktop_files
from app.cli.desktop_files import entry, program, quote
from app.worker.media_files import MEDIA
from tests.support.programs.scripts import ROOT

DESKTOP = ROOT / "assets" / "desktop"
pytestmark = pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="their desktops read no such files")
needs_validator = pytest.mark.skipif(
    not shutil.which("desktop-file-validate"), reason="desktop-file-validate is not installed (desktop-file-utils)"
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("XDG_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def read(path: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None, delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment, method-assign]  # as documented: keys keep their case
    parser.read(path, encoding="utf-8")
    return parser


def all_below(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


@needs_validator
def test_the_desktop_entry_is_valid() -> None:
    run = subprocess.run(["desktop-file-validate", DESKTOP / "echoic.desktop"], capture_output=True, text=True)
    assert (run.returncode, run.stdout + run.stderr) == (0, "")


@pytest.mark.skipif(not shutil.which("appstreamcli"), reason="appstreamcli is not installed (appstream)")
def test_the_appstream_metadata_are_valid() -> None:
    (file,) = DESKTOP.glob("*.metainfo.xml")
    run = subprocess.run(["appstreamcli", "validate", "--no-net", str(file)], capture_output=True, text=True)
    assert run.returncode == 0 and "W:" not in run.stdout and "E:" not in run.stdout, run.stdout
    root = ElementTree.parse(file).getroot()
    assert root.findtext("launchable") == "echoic.desktop" and root.findtext("project_license") == "Apache-2.0"
    version = (ROOT / "pyproject.toml").read_text(encoding="utf-8").partition('\nversion = "')[2].partition('"')[0]
    assert next(release.get("version") for release in root.iter("release")) == version


def test_what_is_installed_is_gone_after_remove(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = all_below(home)
    assert main(["desktop", "--install"]) == 0
    written = capsys.readouterr().out.split("\n")[:-1]
    assert len(written) == 4 and all(Path(path).is_file() for path in written)
    assert str(home / ".local/share/applications/echoic.desktop") in written
    assert main(["desktop", "--install"]) == 0  # again: nothing is wrong with that
    assert main(["desktop", "--remove"]) == 0
    log = (".local", ".local/state", ".local/state/")  # of the program, not of the desktop
    assert [path for path in all_below(home) if path not in log and not path.startswith(log[-1])] == before
    assert main(["desktop", "--remove"]) == 0


def test_remove_leaves_what_others_put_there(home: Path) -> None:
    applications = home / ".local/share/applications"
    packages = home / ".local/share/mime/packages"
    for folder, name in ((applications, "other.desktop"), (packages, "other.xml")):
        folder.mkdir(parents=True)
        shutil.copy(DESKTOP / ("echoic" + Path(name).suffix), folder / name)
    assert main(["desktop", "--install"]) == main(["desktop", "--remove"]) == 0
    assert (applications / "other.desktop").is_file() and (packages / "other.xml").is_file()
    assert not (applications / "echoic.desktop").exists() and not (packages / "echoic.xml").exists()
    if shutil.which("update-mime-database"):
        assert (home / ".local/share/mime/globs2").is_file()


@needs_validator
def test_the_menu_entry_starts_this_program_from_anywhere(home: Path) -> None:
    assert main(["desktop", "--install"]) == 0
    file = home / ".local/share/applications/echoic.desktop"
    assert subprocess.run(["desktop-file-validate", file], capture_output=True, text=True).stdout == ""
    command = read(file)["Desktop Entry"]["Exec"].replace(" window %F", " --version")
    run = subprocess.run(shlex.split(command.replace("\\\\", "\\")), cwd="/", capture_output=True, text=True)
    assert run.returncode == 0 and run.stdout.startswith("echoic"), run.stderr


@pytest.mark.parametrize("name", ["/opt/echoic", '/home/a b/$x/`y`/50%/q"uo\\te/echoic'])
def test_any_path_of_the_program_survives_the_entry(name: str, tmp_path: Path) -> None:
    """As the specification has it: the string's escapes first, then quotes, then field codes."""
    text = entry("[Desktop Entry]\nExec=echoic window %F\n", [name])
    (tmp_path / "x.desktop").write_text(text)
    value = read(tmp_path / "x.desktop")["Desktop Entry"]["Exec"].replace("\\\\", "\\")
    found = re.fullmatch(r'(?:"((?:[^"\\]|\\.)*)"|(\S+)) window %F', value)
    assert found is not None
    first = re.sub(r"\\(.)", r"\1", found[1] or found[2])
    assert first.replace("%%", "%") == name


def test_only_the_program_is_replaced() -> None:
    content = (DESKTOP / "echoic.desktop").read_text(encoding="utf-8")
    changed = entry(content, ["/opt/x y/echoic"])
    assert changed.count('Exec="/opt/x y/echoic" ') == content.count("Exec=echoic ") == 3
    assert changed.replace('"/opt/x y/echoic"', "echoic") == content
    assert quote("plain") == "plain" and program()


def test_a_folder_that_cannot_be_written_is_a_sentence(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / ".local").write_text("a file")
    assert main(["desktop", "--install"]) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_no_other_system_is_promised_anything(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(desktop_files.sys, "platform", "darwin")
    assert main(["desktop", "--install"]) == 2
    assert "echoic-window" in capsys.readouterr().err
    assert main(["desktop"]) == 2


def test_each_kind_of_file_that_is_offered_has_its_type() -> None:
    kinds = ["aiff", "amr", "caf", "3gp", "mpg", "m4v", "oga", "wmv", "avi", "aac"]
    assert set(kinds) <= set(MEDIA)
    types = read(DESKTOP / "echoic.desktop")["Desktop Entry"]["MimeType"].split(";")
    assert types.pop() == "" and len(set(types)) == len(types)
    globs = Path("/usr/share/mime/globs2")
    if not globs.is_file():
        pytest.skip("this system has no list of kinds of files (shared-mime-info)")
    known: dict[str, set[str]] = {"caf": {"audio/x-caf"}, "w64": {"audio/x-w64"}}
    for line in globs.read_text().splitlines():
        if not line.startswith("#"):
            _, type, pattern, *_ = line.split(":")
            known.setdefault(pattern.removeprefix("*."), set()).add(type)
    assert [suffix for suffix in MEDIA if known.get(suffix) and not known[suffix] & set(types)] == []
