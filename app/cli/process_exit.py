"""The end of the process: nothing that hangs may keep it, since all that is the user's is on the disk by then."""

import atexit
import os
import sys
import threading
import time
from contextlib import suppress

PATIENCE = 3.0  # seconds for what libraries do at the end of Python; PortAudio asks the sound system there


_code: int | None = None


def leave(code: int) -> None:
    """To be called last: the process is over PATIENCE seconds later, with this exit code, whatever hangs.

    Where a thread still works, at once: Python would end it in the midst of a library, and that may crash.
    """
    global _code
    _code = code
    if threading.active_count() > 1:
        _exit(code)

    def insist() -> None:
        time.sleep(PATIENCE)
        _exit(code)

    threading.Thread(target=insist, name="leaving", daemon=True).start()


@atexit.register  # before any library is imported, so it is called after their hooks
def _end() -> None:
    """What libraries tear down after their hooks is memory: torch's would wake 60 MB more only to drop it."""
    if _code is not None:
        _exit(_code)


def _exit(code: int) -> None:
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, AttributeError):  # nobody reads it any more; a program without a console has none
            stream.flush()
    os._exit(code)
