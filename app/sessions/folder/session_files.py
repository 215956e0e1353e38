"""The files of a session, how they are opened, and its two locks: of its recorder, and of those who change it."""

import errno
import os
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path

SOUND, JOURNAL, RESERVE = "sound.wav", "journal.jsonl", "reserve"
LOCK_PATIENCE = 5.0  # seconds for another program to write its change


@contextmanager
def turn(folder: Path) -> Iterator[None]:
    """Wait until no other program changes the session; its recorder, which only adds, has another lock."""
    if sys.platform == "win32":  # folders have no locks there
        yield
        return
    number = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        end = time.monotonic() + LOCK_PATIENCE
        while not lock(number):
            if time.monotonic() > end:
                raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))
            time.sleep(0.01)
        yield
    finally:
        os.close(number)


def open_file(path: Path, flags: int, follow: bool = False) -> FileIO:
    """Open a file of a session, for the user only if it is made.

    Args:
        path: Of the file.
        flags: Of `os.open`.
        follow: Accept a symbolic link: only to read, so that a session from elsewhere can overwrite nothing.

    Raises:
        OSError: It cannot be opened, is a link, or is no file at all: a pipe would wait for ever, a device never end.
    """
    flags |= getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
    if not follow:
        flags |= getattr(os, "O_NOFOLLOW", 0)
    number = os.open(path, flags, 0o600)
    try:
        if not stat.S_ISREG(os.fstat(number).st_mode):
            raise OSError(errno.EINVAL, "it is not a file", str(path))
    except OSError:
        os.close(number)
        raise
    access = flags & (os.O_RDONLY | os.O_WRONLY | os.O_RDWR)
    mode = {os.O_RDONLY: "rb", os.O_WRONLY: "wb", os.O_RDWR: "r+b"}[access]
    # The name is for messages and tests: `FileIO` of a number alone would be called by it.
    return FileIO(path, mode, opener=lambda *_: number)


def recording(folder: Path) -> bool:
    """Return whether a recorder, in this program or another, has the session open; its lock ends with its process."""
    with suppress(OSError), open_file(folder / JOURNAL, os.O_RDONLY, follow=True) as journal:
        return not lock(journal)
    return False


def write(file: FileIO, data: bytes) -> None:
    """Write all of `data`: a raw file may take only a part at a time. Raises OSError."""
    while data:
        data = data[file.write(data) or 0 :]


def lock(journal: FileIO | int) -> bool:
    """Take the lock of a session, held until the file is closed.

    Returns:
        False if another has it. True where the file system has no locks: then none is known to have it.
    """
    if sys.platform == "win32":
        return True  # an open file can be neither moved nor removed there
    import fcntl

    try:
        fcntl.flock(journal, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in (errno.EWOULDBLOCK, errno.EAGAIN)
    return True
