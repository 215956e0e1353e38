"""The end of the process: nothing that hangs may keep it alive, since all of the user's data is on the disk by then."""

import atexit
import os
import sys
import threading
import time
from contextlib import suppress

PATIENCE = 3.0  # seconds for what libraries do at the end of Python; PortAudio asks the sound system there


_code: int | None = None


def leave(code: int) -> None:
    """End the process with this exit code, PATIENCE seconds from now at the latest. Main thread, as its last call.

    Where a thread still works it ends at once: Python would stop that thread inside a library, and that may crash.
    """
    global _code
    _code = code
    if threading.active_count() > 1:
        _exit(code)

    def end_later() -> None:
        time.sleep(PATIENCE)
        _exit(code)

    threading.Thread(target=end_later, name="leaving", daemon=True).start()


@atexit.register  # before any library is imported, so it is called after their hooks
def _end() -> None:
    """Skip what libraries tear down after their hooks: only memory is left, and torch would load 60 MB to free it."""
    if _code is not None:
        _exit(_code)


def _exit(code: int) -> None:
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, AttributeError):  # nobody reads it any more; a program without a console has none
            stream.flush()
    os._exit(code)
