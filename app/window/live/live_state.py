"""The states of a live session, and how the toolbar and the status bar show each of them."""

from enum import Enum, auto

from PySide6.QtCore import QCoreApplication

from app.window.shell.state_display import StateDisplay


class LiveState(Enum):
    """What the live session is doing; `LiveSession` changes it, everything else only shows it."""

    LOADING = auto()  # the model is being read
    WAITING = auto()  # the same, and a session begins as soon as that is done
    READY = auto()  # no session runs
    ARMING = auto()  # the device is being opened; no sound has arrived yet
    LISTENING = auto()
    PAUSED = auto()
    DRAINING = auto()  # stopped; the last sound is still being recognised
    LOST = auto()  # the device disappeared during a session
    TOO_SLOW = auto()  # sound arrives faster than it can be recognised
    FAILED = auto()  # the last session ended with an error


ACTIVE = frozenset(
    {LiveState.ARMING, LiveState.LISTENING, LiveState.PAUSED, LiveState.DRAINING, LiveState.LOST, LiveState.TOO_SLOW}
)
RECOGNISING = frozenset({LiveState.LISTENING, LiveState.TOO_SLOW})  # sound is being recognised and may be paused


def display_of(state: LiveState, translated: bool = True) -> StateDisplay:
    """Return the texts and flags that show a state, in the language of the window; untranslated for programs."""

    def tr(text: str) -> str:
        return QCoreApplication.translate("States", text) if translated else text

    match state:
        case LiveState.LOADING:
            return StateDisplay(tr("Start"), tr("Loading the model…"), "record", clears_pace=True)
        case LiveState.WAITING:
            return StateDisplay(tr("Cancel"), tr("Loading the model, then listening begins…"), "stop", clears_pace=True)
        case LiveState.READY:
            return StateDisplay(
                tr("Start"), tr("Ready"), "record", clears_meter=True, clears_pace=True, idle=True, calm=True
            )
        case LiveState.ARMING:
            return StateDisplay(tr("Cancel"), tr("Opening the microphone…"), "stop", clears_pace=True)
        case LiveState.LISTENING:
            return StateDisplay(tr("Stop"), tr("Listening"), "stop", can_pause=True, calm=True)
        case LiveState.PAUSED:
            return StateDisplay(tr("Stop"), tr("Paused"), "stop", can_pause=True, paused=True)
        case LiveState.DRAINING:
            return StateDisplay(tr("Stop now"), tr("Finishing the last words…"), "stop")
        case LiveState.LOST:
            return StateDisplay(tr("Stop"), tr("Microphone lost, the transcript is safe"), "stop", clears_meter=True)
        case LiveState.TOO_SLOW:
            # The status bar says by how much, so the words are for screen readers alone.
            return StateDisplay(tr("Stop"), tr("This computer is falling behind"), "stop", can_pause=True, calm=True)
        case LiveState.FAILED:
            return StateDisplay(tr("Try again"), tr("Stopped"), "record", clears_meter=True, clears_pace=True)
