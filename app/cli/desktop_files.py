"""The command `desktop`: the menu entry, the icon and the kinds of files, which pip cannot give to a desktop.

They go below the user's data folder (XDG_DATA_HOME, else ~/.local/share), as the freedesktop.org specifications of
desktop entries, icon themes and shared MIME information say. Nothing is written elsewhere, and no rights are needed.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
from contextlib import suppress
from pathlib import Path

import platformdirs

from app.cli.process.usage_error import UsageError

ASSETS = Path(__file__).resolve().parents[2] / "assets"
ENTRY = "applications/echoic.desktop"
# Source below assets/ -> place below the data folder
FILES = {
    "desktop/echoic.desktop": ENTRY,
    "icons/echoic.svg": "icons/hicolor/scalable/apps/echoic.svg",
    "desktop/echoic.xml": "mime/packages/echoic.xml",
    "desktop/local.echoic.Echoic.metainfo.xml": "metainfo/local.echoic.Echoic.metainfo.xml",
}
# Programs that renew what desktops read, each with its folder. Where one is missing the desktop reads the files itself.
RENEW = (("update-desktop-database", "applications"), ("update-mime-database", "mime"))
# What the second of them makes beside `packages`, see its manual page
MIME_CACHES = (
    "aliases generic-icons globs globs2 icons magic mime.cache subclasses treemagic types version XMLnamespaces"
)
QUOTED = " \t\n\"'\\><~|&;$*?#()`"  # characters that make an argument of Exec need quotes


def install() -> int:
    """Install the files for this user, print their paths, and return 0. Raises UsageError."""
    share = _data_home()
    for source, place in FILES.items():
        content = (ASSETS / source).read_text(encoding="utf-8")
        if place == ENTRY:
            content = entry(content, program())
        target = share / place
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(content, encoding="utf-8")
        except OSError as error:
            raise UsageError("desktop-unwritable", path=target, reason=error.strerror or error) from error
        print(target)
    _renew(share)
    return 0


def remove() -> int:
    """Remove what `install` wrote, and folders and caches that nothing else needs; return 0. Raises UsageError."""
    share = _data_home()
    for place in FILES.values():
        target = share / place
        try:
            target.unlink(missing_ok=True)
        except OSError as error:
            raise UsageError("desktop-unwritable", path=target, reason=error.strerror or error) from error
    _renew(share)
    _remove_caches(share)
    for place in FILES.values():
        for folder in (share / place).parents:
            if not folder.is_relative_to(share) or not _removed(folder):
                break
    return 0


def program() -> list[str]:
    """Return the command that starts this copy of the program, wherever it was installed."""
    if getattr(sys, "frozen", False):
        return [sys.executable]
    script = Path(sysconfig.get_path("scripts")) / "echoic"
    if script.is_file():
        return [str(script)]
    # Not installed: a clone, in which Python looks for the program where it is told to.
    return ["env", f"PYTHONPATH={ASSETS.parent}", sys.executable, "-m", "app"]


def entry(content: str, command: list[str]) -> str:
    """Return a desktop entry with a command in the place of `echoic` in each of its Exec keys."""
    quoted = " ".join(map(quote, command))
    lines = content.splitlines(keepends=True)
    return "".join(
        line.replace("Exec=echoic", f"Exec={quoted}", 1) if line.startswith("Exec=echoic") else line for line in lines
    )


def quote(argument: str) -> str:
    """Return an argument as the Exec key of a desktop entry holds it (Desktop Entry Specification 1.5, section 7)."""
    percent = argument.replace("%", "%%")
    if not any(character in QUOTED for character in argument):
        return percent
    inner = "".join(f"\\{character}" if character in '"`$\\' else character for character in percent)
    return '"' + inner.replace("\\", "\\\\") + '"'  # the value of a key is a string, in which a backslash is doubled


def _data_home() -> Path:
    if sys.platform == "win32" or sys.platform == "darwin":
        raise UsageError("desktop-elsewhere")
    try:
        folder = Path(platformdirs.user_data_dir())
    except Exception as error:
        raise UsageError("desktop-unwritable", path="~/.local/share", reason=error) from error
    if not folder.is_absolute():
        raise UsageError("desktop-unwritable", path=folder, reason="no home is known")
    return folder


def _renew(share: Path) -> None:
    for name, folder in RENEW:
        if (tool := shutil.which(name)) and (share / folder).is_dir():
            with suppress(OSError, subprocess.TimeoutExpired):
                subprocess.run([tool, str(share / folder)], capture_output=True, timeout=60)


def _remove_caches(share: Path) -> None:
    """Remove the caches of folders in which nothing is left that they are about."""
    entries = share / "applications"
    if entries.is_dir() and os.listdir(entries) == ["mimeinfo.cache"]:
        (entries / "mimeinfo.cache").unlink()
    mime = share / "mime"
    if mime.is_dir() and not any((mime / "packages").glob("*")):
        for name in MIME_CACHES.split():
            (mime / name).unlink(missing_ok=True)
        _removed(mime / "audio")
        _removed(mime / "packages")


def _removed(folder: Path) -> bool:
    """Remove a folder if it is empty, and return whether it is gone."""
    try:
        folder.rmdir()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True
