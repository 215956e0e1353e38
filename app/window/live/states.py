"""The states of a live session, and the one text of each."""

from dataclasses import dataclass
from enum import Enum, auto

from PySide6.QtCore import QCoreApplication


class LiveState(Enum):
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
class StateDisplay:
    """How a state shows."""

    button: str  # of the one large button
    enabled: bool  # whether that button can be pressed
    status: str  # first words of the status bar
    icon: str


ACTIVE = frozenset(
    {LiveState.ARMING, LiveState.LISTENING, LiveState.PAUSED, LiveState.DRAINING, LiveState.LOST, LiveState.TOO_SLOW}
)
HEARING = frozenset({LiveState.LISTENING, LiveState.TOO_SLOW})  # sound is being recognised and may be paused


def display_of(state: LiveState) -> StateDisplay:
    def tr(text: str) -> str:
        return QCoreApplication.translate("States", text)

    return {
        LiveState.LOADING: StateDisplay(tr("Start"), False, tr("Loading the model…"), "record"),
        LiveState.READY: StateDisplay(tr("Start"), True, tr("Ready"), "record"),
        LiveState.ARMING: StateDisplay(tr("Cancel"), True, tr("Opening the microphone…"), "stop"),
        LiveState.LISTENING: StateDisplay(tr("Stop"), True, tr("Listening"), "stop"),
        LiveState.PAUSED: StateDisplay(tr("Stop"), True, tr("Paused"), "stop"),
        LiveState.DRAINING: StateDisplay(tr("Stop now"), True, tr("Finishing the last words…"), "stop"),
        LiveState.LOST: StateDisplay(tr("Stop"), True, tr("Microphone lost, the transcript is safe"), "stop"),
        LiveState.TOO_SLOW: StateDisplay(tr("Stop"), True, tr("This computer is falling behind"), "stop"),
        LiveState.FAILED: StateDisplay(tr("Try again"), True, tr("Stopped: see the message above"), "record"),
    }[state]
