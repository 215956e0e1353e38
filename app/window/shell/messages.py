"""What the user is told when something is wrong: a cause, one action, details to copy."""

import re
import traceback
from dataclasses import dataclass, replace
from enum import Enum, auto
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from app.audio_io.portaudio import DeviceError, as_echoic_error
from asr.errors import EchoicError, ModelError


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


def plural(context: str, text: str, count: int) -> str:
    """Translate a text that contains a number, written `%n`.

    The English source gives both of its forms: "%n (word|words)". A translation gets its plural forms from Qt and has
    no such brackets, so the choice made here only concerns English.
    """
    translated = QCoreApplication.translate(context, text, None, count)
    return re.sub(r"\(([^|()]*)\|([^|()]*)\)", r"\1" if count == 1 else r"\2", translated)


def sentence(error: EchoicError) -> str:
    """The sentence of an error in the language of the window."""
    return QCoreApplication.translate("Errors", error.template).format(**error.parameters)


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


def too_slow(losing: bool) -> Problem:
    """How far behind the words are stands in the status line, where it stays true."""
    if losing:
        said = tr("Words come too late, and sound is being lost. Closing other programs helps.")
    else:
        said = tr("Words come late. Nothing is lost yet: the sound waits its turn. Closing other programs helps.")
    return Problem(said, Remedy.STOP, tr("Stop and catch up"), grave=losing)


def not_kept(said: str) -> Problem:
    """`said`: the sentence of the store: what is not kept, and why."""
    return Problem(said + " " + tr("Export the text before you close the window."), grave=False)


def bad_model(error: BaseException, path: Path | None) -> Problem:
    said = sentence(error) if isinstance(error, EchoicError) else str(error)
    where = "" if path is None or str(path) in said else f" ({path})"
    problem = Problem(said + where, Remedy.CHOOSE_MODEL, tr("Choose model…"), details=details_of(error))
    if path is None:
        return problem
    return replace(problem, other=Remedy.SHIPPED_MODEL, other_action=tr("Use the one that came with Echoic"))


def deleted(title: str) -> Problem:
    return Problem(tr("Deleted “{0}”.").format(title), Remedy.UNDELETE, tr("Undo"), grave=False)


def expired(count: int) -> Problem:
    return Problem(
        plural("Problems", "%n (session was|sessions were) older than the settings keep them, and deleted.", count),
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
    match as_echoic_error(error):
        case DeviceError(code="no-portaudio"):
            return no_portaudio(error)
        case DeviceError(code="no-device"):
            return no_microphone()
        case DeviceError(code="refused"):
            return Problem(
                tr("The system refused the microphone. Check the privacy settings; another program may be using it."),
                Remedy.RETRY,
                tr("Try again"),
                details=details_of(error),
            )
        case ModelError():
            return bad_model(error, None)
    if isinstance(error, EchoicError):
        return Problem(sentence(error), Remedy.RETRY, tr("Try again"), details=details_of(error))
    return Problem(
        tr("Listening stopped because of an unexpected error. The text so far is kept."),
        Remedy.RETRY,
        tr("Try again"),
        details=details_of(error),
    )


def of_playback(error: BaseException) -> Problem:
    """No action: what tries again is the play button, and RETRY would record."""
    known = as_echoic_error(error)
    if isinstance(known, DeviceError) and known.code == "no-portaudio":
        said = tr("Playing needs PortAudio (on Debian: apt install libportaudio2).")
    elif isinstance(error, EchoicError):
        said = sentence(error)
    else:
        said = tr("The loudspeaker cannot be opened: {0}.").format(error)
    return Problem(said, details=details_of(error))
