"""The commands that steer the running program: `start`, `stop`, `toggle`, `status` and `dictate`.

They are what a desktop can bind to a key where programs may not have global keys of their own.
"""

import json
import os
import subprocess
import sys
import time
from contextlib import suppress
from typing import Any

from app.cli.console.terminal import json_for, report
from app.cli.desktop_files import program
from app.control.client import ask
from app.control.errors import ControlError
from asr.errors import EchoicError

READY = 60.0  # seconds that a program which is being started gets until it listens
POLL = 0.1  # seconds between two looks whether it does


def steer(command: str, as_json: bool = False) -> int:
    """Carry out `start`, `stop`, `toggle`, `status` or `quit`, print the state, and return 0.

    Where no program runs, `start` and `toggle` start one. Raises ControlError.
    """
    request = {"command": command}
    _show(_ask_or_start(request) if command in ("start", "toggle") else ask(request), as_json)
    return 0


def dictate(action: str, printed: bool, as_json: bool = False) -> int:
    """Dictate into the focused window, and return 0; start the program for that where none runs.

    Raises ControlError.

    Args:
        action: "toggle", "start", "stop", or "once": up to the first pause, which is waited for.
        printed: Print the words instead of typing them; with "once" alone.
        as_json: Print the state as JSON.
    """
    request: dict[str, Any] = {"command": "dictate", "action": action, "print": printed}
    try:
        if action == "stop":
            answer = ask(request)
        else:
            answer = _ask_or_start(request, "--hidden", patience=None if action == "once" else READY)
    except KeyboardInterrupt:
        with suppress(EchoicError):
            ask({"command": "dictate", "action": "stop"})
        raise
    if printed:
        print(answer.get("text", ""))
    elif as_json or action != "once":
        _show(answer, as_json)
    if action == "once" and answer.get("not_typed"):
        report(f"Another window had the focus, so this was not typed: {answer['not_typed']}")
    return 0


def _ask_or_start(request: dict[str, Any], *arguments: str, patience: float | None = READY) -> dict[str, Any]:
    """Send a request to the program; where none runs and there is a screen, start one first, with these arguments.

    So a key or a menu entry that starts the command does what it says, where nobody would see a sentence.
    """
    try:
        return ask(request, patience)
    except ControlError as error:
        screen = sys.platform != "linux" or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")))
        if error.code != "not-running" or not screen:
            raise
    process = subprocess.Popen(
        [*program(), "window", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # it goes on when the terminal is closed
    )
    end = time.monotonic() + READY
    while time.monotonic() < end and process.poll() is None:
        try:
            ask({"command": "status"})
        except ControlError:
            time.sleep(POLL)
        else:
            return ask(request, patience)
    raise ControlError("no-start")


def _show(answer: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print(json_for(sys.stdout, json.dumps(answer, ensure_ascii=False)))
        return
    print(answer.get("sentence", answer.get("state", "")))
    if "seconds" in answer:
        print(f"live: {answer['seconds']:.1f} s, {answer['words']} words")
    if "file" in answer:
        done = "" if answer.get("fraction") is None else f", {100 * answer['fraction']:.0f} %"
        print(f"file: {answer['file']}{done}")
