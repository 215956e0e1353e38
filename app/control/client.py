"""What other processes ask of the running program: to open files, to start, to stop, to dictate."""

import os
from collections.abc import Sequence
from pathlib import Path

from app.control.errors import ControlError
from app.control.local_socket import ANSWER, Answer, Request, address, send
from app.sessions.store import data_folder


def ask(request: Request, patience: float | None = ANSWER) -> Answer:
    """Send a request to the running program and return its answer. Blocks; any thread.

    Args:
        request: "command", and what belongs to it; see `app.window.desktop.controller.Controller.handle`.
        patience: Seconds to wait; None: as long as it takes.

    Raises:
        ControlError: No program runs, it does not answer, or it refuses.
    """
    try:
        answer = send(address(data_folder()), request, patience)
    except OSError:  # there is no folder for a socket, so nobody listens
        answer = None
    if answer is None:
        raise ControlError("not-running")
    if not answer.get("ok"):
        raise ControlError("refused", reason=answer.get("error") or "It refused.")
    return answer


def hand_over(files: Sequence[Path]) -> bool:
    """Let the program that runs already open these files and show its window; return False if there is none."""
    absolute = [os.path.abspath(file) for file in files]  # its working folder is another one
    token = os.environ.get("XDG_ACTIVATION_TOKEN", "")
    try:
        ask({"command": "open", "files": absolute, "token": token})
    except ControlError:  # one that hangs must not keep the user from working: two programs on one folder get along
        return False
    return True
