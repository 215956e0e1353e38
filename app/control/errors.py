"""Why a running program cannot be steered."""

from typing import ClassVar

from asr.errors import EchoicError


class ControlError(EchoicError):
    """A command to the running program cannot be carried out."""

    SENTENCES: ClassVar[dict[str, str]] = {
        "not-running": "Echoic is not running. Start it with `echoic`, or `echoic window --hidden` for the tray alone.",
        "no-answer": "Echoic runs but does not answer. Try again, or close its window and start it anew.",
        "no-start": "Echoic did not start. `echoic window` on a terminal says why.",
        "refused": "{reason}",
    }
