"""The folders of sessions on the disk: which there are, and what may be done with one that came from anywhere."""

import os
import shutil
import stat
from contextlib import suppress
from pathlib import Path

from app.sessions.errors import StoreError, reason_for
from app.sessions.folder.journal import read
from app.sessions.folder.session_files import JOURNAL, SOUND, lock, open_file
from app.sessions.folder.session_record import SessionRecord


def is_session(area: Path, id: str) -> bool:
    """Return whether a folder of that name in `area` is a session, which may be damaged: it has a journal or sound."""
    folder = area / id
    return (
        Path(id).name == id
        and not id.startswith(".")
        and (os.path.lexists(folder / JOURNAL) or os.path.lexists(folder / SOUND))
    )


def everything(area: Path) -> list[Path]:
    """List all that is in `area`, by name; nothing if there is no such folder."""
    with suppress(OSError):
        return sorted(area.iterdir())
    return []


def session_folders(area: Path) -> list[Path]:
    """List the folders of sessions in `area`, oldest first."""
    return [folder for folder in everything(area) if is_session(area, folder.name)]


def read_anything(folder: Path) -> SessionRecord:
    """Read a session; one that cannot be read at all has a sentence about it and nothing else."""
    try:
        return read(folder)
    except StoreError as error:
        reason = str(error)
    except OSError as error:
        reason = f"The journal cannot be read: {reason_for(error)}."
    made = modified(folder)
    return SessionRecord(folder.name, "live", folder.name, "", made, folder, problems=(reason,), damage=(reason,))


def is_locked(journal: Path) -> bool:
    """Return whether a recorder holds the lock of a journal."""
    with suppress(OSError), open_file(journal, os.O_RDONLY) as file:
        return not lock(file)
    return False


def modified(path: Path) -> float:
    """Return when a file, a folder or a link was changed, 0 if that is not known."""
    with suppress(OSError):
        return path.stat(follow_symlinks=False).st_mtime
    return 0.0


def journal_size(folder: Path) -> int:
    """Return the bytes of the journal of a session, 0 if there is none."""
    with suppress(OSError):
        return (folder / JOURNAL).stat().st_size
    return 0


def make_private(folder: Path) -> None:
    """Give what is in the folder of a session to the user alone. Links, and what lies behind them, stay as they are."""
    if os.name != "posix":
        return
    with suppress(OSError):
        for path, mode in ((folder, 0o700), *((path, 0o600) for path in everything(folder))):
            found = path.stat(follow_symlinks=False).st_mode
            if (stat.S_ISDIR(found) if path is folder else stat.S_ISREG(found)) and stat.S_IMODE(found) & 0o077:
                path.chmod(mode)
            elif path is folder and not stat.S_ISDIR(found):
                return


def remove(path: Path) -> None:
    """Remove a folder, a file or a link, not what the link points to. Raises OSError."""
    if path.is_symlink() or not path.is_dir():
        path.unlink(missing_ok=True)
    else:
        shutil.rmtree(path)


def remove_abandoned(area: Path, before: float) -> None:
    """Remove the folders of recorders that were killed before their first record, and before a time."""
    for path in everything(area):
        if path.name.startswith(".") and modified(path) < before and not journal_size(path):
            with suppress(OSError):
                (path / JOURNAL).unlink(missing_ok=True)
                path.rmdir()
