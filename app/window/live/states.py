"""The states of a live session, and the one text of each."""

from dataclasses import dataclass
from enum import Enum, auto

from PySide6.QtCore import QCoreApplication


class State(Enum):
    LOADING = auto()  # the model is being read
    READY = auto()  # nothing runs
    ARMING = auto()  # the device is being opened; no sound yet
    LISTENING = auto()
    PAUSED = auto()
    DRAINING = auto()  # stopped; the last sound is still being recognised
    LOST = auto()  # the device went away in mid-session
    TOO_SLOW = auto()  # sound comes faster than it can be recognised
    FAILED = auto()  # the last session ended with an error


@dataclass(frozen=True)
class Face:
    """How a state shows."""

    button: str  # of the one large button
    enabled: bool  # whether that button can be pressed
    status: str  # first words of the status bar
    icon: str


ACTIVE = frozenset({State.ARMING, State.LISTENING, State.PAUSED, State.DRAINING, State.LOST, State.TOO_SLOW})
HEARING = frozenset({State.LISTENING, State.TOO_SLOW})  # sound is being recognised and may be paused


def face(state: State) -> Face:
    def tr(text: str) -> str:
        return QCoreApplication.translate("States", text)

    return {
        State.LOADING: Face(tr("Start"), False, tr("Loading the model…"), "record"),
        State.READY: Face(tr("Start"), True, tr("Ready"), "record"),
        State.ARMING: Face(tr("Cancel"), True, tr("Opening the microphone…"), "stop"),
        State.LISTENING: Face(tr("Stop"), True, tr("Listening"), "stop"),
        State.PAUSED: Face(tr("Stop"), True, tr("Paused"), "stop"),
        State.DRAINING: Face(tr("Stop now"), True, tr("Finishing the last words…"), "stop"),
        State.LOST: Face(tr("Stop"), True, tr("Microphone lost, the transcript is safe"), "stop"),
        State.TOO_SLOW: Face(tr("Stop"), True, tr("This computer is falling behind"), "stop"),
        State.FAILED: Face(tr("Try again"), True, tr("Stopped: see the message above"), "record"),
    }[state]
