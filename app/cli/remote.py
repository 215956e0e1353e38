"""The commands that steer the running program: `start`, `stop`, `toggle`, `status` and `dictate`.

They are what a desktop can bind to a key where programs may not have global keys of their own.
"""

import json
import sys
from typing import Any

from app.cli.terminal import json_for, report
from app.control.client import ask

MAKE_READY = 60.0  # seconds that starting may take to be answered: the window may be busy


def steer(command: str, as_json: bool = False) -> int:
    """Carry out `start`, `stop`, `toggle` or `status`, print the state, and return 0. Raises ControlError."""
    _show(ask(command=command), as_json)
    return 0


def dictate(action: str, printed: bool, as_json: bool = False) -> int:
    """Dictate into the focused window, and return 0. Raises ControlError.

    Args:
        action: "toggle", "start", "stop", or "once": up to the first pause, which is waited for.
        printed: Print the words instead of typing them; with "once" alone.
        as_json: Print the state as JSON.
    """
    answer = ask(None if action == "once" else MAKE_READY, command="dictate", action=action, print=printed)
    if printed:
        print(answer.get("text", ""))
    elif as_json or action != "once":
        _show(answer, as_json)
    if action == "once" and answer.get("not_typed"):
        report(f"Another window had the focus, so this was not typed: {answer['not_typed']}")
    return 0


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
