"""The problems that the banner shows: cause, remedies, details to copy; and the texts of errors."""

import re
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from app.audio_io.portaudio import DeviceError, as_echoic_error
from app.window.texts.kept_sentences import shown
from app.window.texts.language import filled
from app.worker.audio_monitor import FLOOR
from asr.errors import EchoicError, ModelError


class Remedy(Enum):
    """What a button of the banner does."""

    NONE = auto()
    RETRY = auto()  # reopen the device
    OPEN_FILE = auto()
    DEFAULT_MICROPHONE = auto()  # of the system, in place of one that is not connected
    CHOOSE_MODEL = auto()
    SHIPPED_MODEL = auto()  # back to the one that came with the program
    UNDELETE = auto()
    OPEN_RECOVERED = auto()
    DISCARD_RECOVERED = auto()
    STOP = auto()
    REPLACE_HERE = auto()  # the last correction, in the whole session
    REPLACE_ALL = auto()  # the same, in all sessions
    UNDO_REPLACE = auto()
    KEEP_PRIVATE = auto()
    FORGET_PRIVATE = auto()
    ADD_WORD = auto()  # to the vocabulary
    EDIT_VOCABULARY = auto()


@dataclass(frozen=True)
class Problem:
    """What the banner shows."""

    cause: str  # one or two sentences
    remedy: Remedy = Remedy.NONE
    action: str = ""  # the text of the remedy's button
    other: Remedy = Remedy.NONE  # a second remedy
    other_action: str = ""
    details: str = ""  # for "Copy details"
    grave: bool = True  # False: nothing is lost
    passing: bool = False  # it only informs, so it leaves by itself


def tr(text: str) -> str:
    """Translate a text of this module."""
    return QCoreApplication.translate("Problems", text)


def plural(context: str, text: str, count: int) -> str:
    """Translate a text that contains a number, written `%n`.

    The English source gives both of its forms: "%n (word|words)". A translation gets its plural forms from Qt and has
    no such brackets, so the choice made here only concerns English.
    """
    translated = QCoreApplication.translate(context, text, None, count)
    return re.sub(r"\(([^|()]*)\|([^|()]*)\)", r"\1" if count == 1 else r"\2", translated)


_IN_WORDS = ("reason", "what")  # parameters that are parts of a sentence


def sentence(error: EchoicError) -> str:
    """Return the sentence of an error in the language of the window."""
    values = {name: shown(str(value)) if name in _IN_WORDS else value for name, value in error.parameters.items()}
    return filled(QCoreApplication.translate("Errors", error.template), **values)


def text_of(error: BaseException) -> str:
    """Return the text of any error, in the language of the window where it is one of the program's own."""
    return sentence(error) if isinstance(error, EchoicError) else str(error)


def details_of(error: BaseException) -> str:
    """Return the traceback of an error, for a report."""
    return "".join(traceback.format_exception(error)).strip()


def no_microphone() -> Problem:
    """No input device exists."""
    return Problem(
        tr("No microphone found. Plug one in (the list refreshes) or open a file."),
        Remedy.OPEN_FILE,
        tr("Open file…"),
    )


def no_portaudio(error: BaseException) -> Problem:
    """PortAudio is not installed."""
    return Problem(
        tr("Live capture needs PortAudio (on Debian: apt install libportaudio2). Files still work."),
        Remedy.OPEN_FILE,
        tr("Open file…"),
        details=details_of(error),
    )


def lost_microphone(name: str | None, error: BaseException, default: str = "") -> Problem:
    """The device disappeared during a session. `name`: None is the system's default, whose name `default` is."""
    problem = Problem(
        tr("{0} stopped sending sound. Plug it in again, or choose another microphone above.").format(
            tr("“{0}”").format(name) if name else tr("The microphone")
        ),
        Remedy.RETRY,
        tr("Try again"),
        details=details_of(error),
    )
    if not name or not default or name == default:
        return problem
    return replace(problem, other=Remedy.DEFAULT_MICROPHONE, other_action=tr("Use {0}").format(default))


def private_left(count: int, closing: bool) -> Problem:
    """Private sessions are no longer on screen, or would end with the window, and exist in memory only."""
    cause = plural("Problems", "%n private (session is|sessions are) not saved.", count)
    if closing:
        cause += " " + tr("Close the window again to let go.")
    return Problem(cause, Remedy.KEEP_PRIVATE, tr("Keep it"), Remedy.FORGET_PRIVATE, tr("Let it go"), grave=closing)


def missing_microphone(name: str, default: str) -> Problem:
    """The chosen device is not connected. `default`: the name of the system's own choice, "" if there is none."""
    cause = tr("“{0}” is not connected.").format(name)
    if not default:
        return Problem(cause, Remedy.RETRY, tr("Try again"))
    return Problem(cause, Remedy.DEFAULT_MICROPHONE, tr("Use {0}").format(default), Remedy.RETRY, tr("Try again"))


def silent_microphone(name: str | None) -> Problem:
    """The device sends nothing but silence. `name`: None is the system's default."""
    wanted = tr("No sound at all from {0}. Is it muted?")
    return Problem(wanted.format(tr("“{0}”").format(name) if name else tr("the microphone")))


def no_words(trashed: bool) -> Problem:
    """No word was recognised in a live session: it was deleted and can be restored, or it is kept for its sound."""
    if trashed:
        cause = tr("No words were recognised, so this session was put into Recently deleted.")
        return Problem(cause, Remedy.UNDELETE, tr("Keep it"), grave=False)
    return Problem(tr("No words were recognised. The sound of this session is kept."), grave=False)


def no_words_in_file(peak: float) -> str:
    """No word was recognised in a file. `peak`: dBFS of its loudest sound, FLOOR for silence."""
    if peak <= FLOOR:
        return tr("No words were recognised: the file is silent.")
    return tr("No words were recognised. The loudest sound has {0:.0f} dBFS.").format(peak)


def nothing_to_keep() -> Problem:
    """A private session had no words."""
    return Problem(tr("No words were recognised in this private session."), grave=False)


def too_slow(losing: bool) -> Problem:
    """The recogniser falls behind. By how much is not part of the text: the status bar shows it as it changes."""
    if losing:
        cause = tr("Words come too late, and sound is being lost. Closing other programs helps.")
    else:
        cause = tr("Words come late. Nothing is lost yet: the sound waits its turn. Closing other programs helps.")
    return Problem(cause, Remedy.STOP, tr("Stop and catch up"), grave=losing)


def not_kept(reason: str) -> Problem:
    """Something is not being saved. `reason`: a sentence of the store or the recorder."""
    return Problem(shown(reason) + " " + tr("Export the text before you close the window."), grave=False)


def bad_model(error: BaseException, path: Path | None) -> Problem:
    """A model cannot be loaded. `path`: None is the one that came with the program."""
    cause = text_of(error)
    where = "" if path is None or str(path) in cause else f" ({path})"
    problem = Problem(cause + where, Remedy.CHOOSE_MODEL, tr("Choose model…"), details=details_of(error))
    if path is None:
        return problem
    return replace(problem, other=Remedy.SHIPPED_MODEL, other_action=tr("Use the built-in model"))


def deleted(titles: Sequence[str]) -> Problem:
    """Sessions were deleted and can be restored."""
    if len(titles) == 1:
        cause = tr("Deleted “{0}”.").format(titles[0])
    else:
        cause = plural("Problems", "Deleted %n (session|sessions).", len(titles))
    return Problem(cause, Remedy.UNDELETE, tr("Undo"), grave=False, passing=True)


def no_file_manager(folder: Path) -> Problem:
    """The desktop has no program that shows folders."""
    return Problem(tr("No program of this desktop shows folders. The session is in {0}").format(folder), grave=False)


def discarded(count: int) -> Problem:
    """Sessions of a program that ended unexpectedly were discarded and can be restored."""
    return Problem(
        plural("Problems", "Discarded %n (session|sessions).", count),
        Remedy.UNDELETE,
        tr("Undo"),
        grave=False,
        passing=True,
    )


def expired(count: int) -> Problem:
    """Sessions were deleted because of their age and can be restored."""
    return Problem(
        plural("Problems", "%n (session was|sessions were) older than the settings keep them, and deleted.", count),
        Remedy.UNDELETE,
        tr("Undo"),
        grave=False,
    )


def recovered(seconds: float) -> Problem:
    """Sessions of a program that ended unexpectedly were restored; so much sound is in them."""
    minutes, rest = divmod(int(seconds), 60)
    return Problem(
        tr("Last session ended unexpectedly; {0} of sound and text restored.").format(f"{minutes}:{rest:02}"),
        Remedy.OPEN_RECOVERED,
        tr("Open"),
        Remedy.DISCARD_RECOVERED,
        tr("Discard"),
        grave=False,
    )


def also_elsewhere(old: str, new: str, here: int, elsewhere: int, sessions: int) -> Problem:
    """What was corrected stands at other places, too: so many of this session, and of so many other sessions."""
    parts = []
    if here:
        parts.append(plural("Problems", "at %n other (place|places) of this session", here))
    if elsewhere:
        places = plural("Problems", "at %n (place|places)", elsewhere)
        parts.append(plural("Problems", "{0} of %n other (session|sessions)", sessions).format(places))
    cause = tr("“{0}” instead of “{1}”: it stands also {2}.").format(new, old, tr(" and ").join(parts))
    everywhere = tr("Replace in all sessions ({0})").format(here + elsewhere)
    if not here:
        return Problem(cause, Remedy.REPLACE_ALL, everywhere, grave=False)
    here_only = Problem(cause, Remedy.REPLACE_HERE, tr("Replace in this session ({0})").format(here), grave=False)
    if not elsewhere:
        return here_only
    return replace(here_only, other=Remedy.REPLACE_ALL, other_action=everywhere)


def replaced_everywhere(places: int, sessions: int) -> Problem:
    """So many places of so many sessions were changed at once."""
    cause = plural("Problems", "Replaced at %n (place|places).", places)
    if sessions > 1:
        cause = plural("Problems", "{0} %n (session was|sessions were) changed.", sessions).format(cause)
    return Problem(cause, Remedy.UNDO_REPLACE, tr("Undo"), grave=False)


def new_word(word: str) -> Problem:
    """A word was typed that the recogniser does not know."""
    cause = tr("“{0}” is a word that Echoic does not know yet.").format(word)
    return Problem(cause, Remedy.ADD_WORD, tr("Add to vocabulary"), grave=False)


def bad_vocabulary(error: EchoicError) -> Problem:
    """The user's own words cannot be used."""
    return Problem(sentence(error), Remedy.EDIT_VOCABULARY, tr("Vocabulary…"), grave=False)


def of_session(error: BaseException, default_microphone: str = "") -> Problem:
    """Return the problem for any error that ended a live session.

    Args:
        error: What ended it.
        default_microphone: The name of the system's own choice, to be offered instead of one that is missing.
    """
    match as_echoic_error(error):
        case DeviceError(code="no-portaudio"):
            return no_portaudio(error)
        case DeviceError(code="no-device"):
            return no_microphone()
        case DeviceError(code="unknown-device" | "ambiguous-device") as missing:
            return missing_microphone(str(missing.parameters["name"]), default_microphone)
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
    """Return the problem for an error of the player. No remedy: RETRY would record; the play button tries again."""
    known = as_echoic_error(error)
    if isinstance(known, DeviceError) and known.code == "no-portaudio":
        cause = tr("Playing needs PortAudio (on Debian: apt install libportaudio2).")
    elif isinstance(error, EchoicError):
        cause = sentence(error)
    else:
        cause = tr("The loudspeaker cannot be opened: {0}.").format(error)
    return Problem(cause, details=details_of(error))
