"""The window. `run` is all the command line needs; Qt is imported only when it is called."""

import sys
from pathlib import Path


def run(files: list[str], model: Path | None = None) -> int:
    """Open the window, queue `files`, and stay until it is closed; returns the exit code."""
    from app.window.help.network_audit import watch

    watch()
    if sys.platform == "win32":
        import torch  # noqa: F401  # its libraries do not load there once Qt's have; elsewhere a worker brings it
    from app.window.application import start

    return start([Path(name) for name in files], model)
