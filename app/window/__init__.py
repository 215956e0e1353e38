"""The window. The command line needs `run` only; Qt is imported when it is called."""

import sys
from pathlib import Path


def run(files: list[str], model: Path | None = None, hidden: bool = False, own: bool = False) -> int:
    """Open the window, queue `files`, and run until it is closed; return the exit code.

    Args:
        files: Sound and video files.
        model: Folder of a model; None: the one that the settings name.
        hidden: Show nothing but the icon in the tray.
        own: Open a window of its own, too, where another program runs already; else that one gets the files.
    """
    from app.worker.imports import collect_again, stop_collecting

    stop_collecting()  # until the model is loaded
    try:
        return _run([Path(name) for name in files], model, hidden, own)
    finally:
        collect_again(loaded=False)


def _run(paths: list[Path], model: Path | None, hidden: bool, own: bool) -> int:
    from app.window.help.network_audit import watch

    watch()
    if model is None and not own:
        from app.control.client import hand_over

        if hand_over(paths):
            return 0
    if sys.platform == "win32":
        import torch  # noqa: F401  # torch's libraries do not load after Qt's; on other systems the worker imports it
    from app.window.application import start

    return start(paths, model, hidden)
