"""The window. The command line needs `run` only; Qt is imported when it is called."""

import sys
from pathlib import Path


def run(files: list[str], model: Path | None = None) -> int:
    """Open the window, queue `files`, and run until it is closed; return the exit code."""
    from app.window.help.network_audit import watch

    watch()
    if sys.platform == "win32":
        import torch  # noqa: F401  # torch's libraries do not load after Qt's; on other systems the worker imports it
    from app.window.application import start

    return start([Path(name) for name in files], model)
