"""What the user is told when something is wrong: a cause, one action, details to copy."""

import traceback
from dataclasses import dataclass, replace
from enum import Enum, auto
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from asr.config import EchoicError, ModelError


class Remedy(Enum):
    NONE = auto()
    RETRY = auto()  # reopen the device
    OPEN_FILE = auto()
    CHOOSE_MODEL = auto()
    SHIPPED_MODEL = auto()  # back to the one that came with the program
    UNDELETE = auto()
    OPEN_RECOVERED = auto()
    DISCARD_RECOVERED = auto()
    STOP = auto()


@dataclass(frozen=True)
class Problem:
    cause: str  # a sentence for the user
    remedy: Remedy = Remedy.NONE
    action: str = ""  # the text of the remedy's button
    other: Remedy = Remedy.NONE  # a second way out, where there are two
    other_action: str = ""
    details: str = ""  # for "Copy details"
    grave: bool = True  # False: worth saying, nothing is lost


def tr(text: str) -> str:
    return QCoreApplication.translate("Problems", text)


def details_of(error: BaseException) -> str:
    return "".join(traceback.format_exception(error)).strip()


def no_microphone() -> Problem:
    return Problem(
        tr("No input device found. Plug one in (the list refreshes) or open a file."),
        Remedy.OPEN_FILE,
        tr("Open file…"),
    )


def no_portaudio(error: BaseException) -> Problem:
    return Problem(
        tr("Live capture needs PortAudio (on Debian: apt install libportaudio2). Files still work."),
        Remedy.OPEN_FILE,
        tr("Open file…"),
        details=details_of(error),
    )


def lost_microphone(name: str | None, error: BaseException) -> Problem:
    return Problem(
        tr("{0} stopped sending sound. Plug it in again, or choose another microphone above.").format(
            f"“{name}”" if name else tr("The microphone")
        ),
        Remedy.RETRY,
        tr("Try again"),
        details=details_of(error),
    )


def too_slow(lag: float) -> Problem:
    return Problem(
        tr(
            "Words are {lag:.0f} s behind. Nothing is lost yet: the sound waits its turn. Closing other programs helps."
        ).format(lag=lag),
        Remedy.STOP,
        tr("Stop and catch up"),
        grave=False,
    )


def not_kept(said: str) -> Problem:
    """`said`: the sentence of the store: what is not kept, and why."""
    return Problem(said + " " + tr("Export the text before you close the window."), grave=False)


def bad_model(error: BaseException, path: Path | None) -> Problem:
    said = str(error)
    where = "" if path is None or str(path) in said else f" ({path})"
    problem = Problem(said + where, Remedy.CHOOSE_MODEL, tr("Choose model…"), details=details_of(error))
    if path is None:
        return problem
    return replace(problem, other=Remedy.SHIPPED_MODEL, other_action=tr("Use the one that came with Echoic"))


def deleted(title: str) -> Problem:
    return Problem(tr("Deleted “{0}”.").format(title), Remedy.UNDELETE, tr("Undo"), grave=False)


def expired(count: int) -> Problem:
    said = tr("1 session was") if count == 1 else tr("{0} sessions were").format(count)
    return Problem(
        tr("{0} older than the settings keep them, and deleted.").format(said),
        Remedy.UNDELETE,
        tr("Undo"),
        grave=False,
    )


def recovered(seconds: float) -> Problem:
    minutes, rest = divmod(int(seconds), 60)
    return Problem(
        tr("Last session ended unexpectedly; {0} of sound and text restored.").format(f"{minutes}:{rest:02}"),
        Remedy.OPEN_RECOVERED,
        tr("Open"),
        Remedy.DISCARD_RECOVERED,
        tr("Discard"),
        grave=False,
    )


def of_session(error: BaseException) -> Problem:
    """Any error that ended a live session."""
    text = str(error)
    cause = f"{text} {error.__cause__ or ''}"  # the sound system's own words may stand behind a sentence
    if "PortAudio library not found" in cause or "needs PortAudio" in cause:
        return no_portaudio(error)
    if any(code in cause for code in ("-9997", "-9996", "-9999", "-9985")):
        return Problem(
            tr("The system refused the microphone. Check the privacy settings; another program may be using it."),
            Remedy.RETRY,
            tr("Try again"),
            details=details_of(error),
        )
    if "querying device" in cause or "No input device" in cause:
        return no_microphone()
    if isinstance(error, ModelError):
        return bad_model(error, None)
    if isinstance(error, EchoicError):
        return Problem(text, Remedy.RETRY, tr("Try again"), details=details_of(error))
    return Problem(
        tr("Listening stopped because of an unexpected error. The text so far is kept."),
        Remedy.RETRY,
        tr("Try again"),
        details=details_of(error),
    )
