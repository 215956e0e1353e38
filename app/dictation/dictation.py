"""Words of a stream, typed as they become final into the window that had the focus when they were spoken."""

import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

from app.dictation.focus import FocusTimeline
from app.dictation.keyboards import Keyboard, Typed
from app.dictation.text import text_to_type
from asr.errors import EchoicError
from asr.updates import Update

LOOK = 30  # ms between two looks at the focus
# Seconds around a word in which the focus must not have changed: sound lies in buffers before it is counted, and the
# time of a word is that of the network's steps.
MARGIN = 0.5
REST = 1000  # ms after the last key before the keyboard is as it was
PATIENCE = 10.0  # seconds that the last words wait for a modifier to be released
LAST_WORDS = 5.0  # seconds behind the end of dictating into a session that goes on, within which words are final


@dataclass(frozen=True)
class _Waiting:
    """What is to be typed, and the seconds of the stream in which it was spoken."""

    text: str
    start: float
    end: float


class Dictation(QObject):
    """One dictation at a time. Interface thread.

    What cannot be typed into the window it was spoken to is kept: `kept` has it until the next dictation begins.
    """

    typed = Signal(str)
    not_typed = Signal(str)  # what was just added to `kept`
    failed = Signal(Exception)  # nothing can be typed any more; the words are kept
    finished = Signal()

    def __init__(self, clock: Callable[[], float], parent: QObject | None = None) -> None:
        """`clock` returns the seconds of the stream that are being captured at this moment."""
        super().__init__(parent)
        self._clock = clock
        self._keyboard: Keyboard | None = None
        self._press_enter = False
        self._timeline = FocusTimeline(None)
        self._waiting: deque[_Waiting] = deque()
        self._from, self._until = 0.0, float("inf")  # seconds of the stream that are dictated
        self._ending = False
        self._ended_at = 0.0  # by the clock of the computer
        self._failed = False
        self.active = False
        self.paused = False  # nothing is typed: a key is held whose modifiers the keyboard cannot see
        self.kept = ""
        self.text = ""  # all final words of this dictation, typed or not
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK)
        self._timer.timeout.connect(self._tick)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST)
        self._rest.timeout.connect(self._give_rest)

    def begin(self, keyboard: Keyboard | None, seconds: float = 0.0, press_enter: bool = False) -> None:
        """Begin to type what is spoken from now on. `keyboard`: None types nothing and only collects `text`."""
        self._rest.stop()
        if keyboard is not self._keyboard:
            self._give_rest()
        self._keyboard, self._press_enter = keyboard, press_enter
        self._timeline = FocusTimeline(keyboard.focused() if keyboard is not None else None)
        self._waiting.clear()
        self._from, self._until = seconds, float("inf")
        self._ending = self._failed = self.paused = False
        self.kept = self.text = ""
        self.active = True
        self._timer.start()

    def add(self, updates: tuple[Update, ...]) -> None:
        """Type the final words of updates, in order."""
        if not self.active:
            return
        for update in updates:
            for word in update.words:
                if self._from <= word.end and word.start < self._until:
                    text = text_to_type(word, self._press_enter)
                    self.text += text
                    if text and self._failed:
                        self._keep(text)
                    elif text and self._keyboard is not None:
                        self._waiting.append(_Waiting(text, word.start, word.end))
            if update.seconds > self._until + LAST_WORDS:
                self.end()
        self._tick()

    def stop_at(self, seconds: float) -> None:
        """Type no word that is spoken later than this; for a stream that goes on."""
        self._until = min(self._until, seconds)

    def end(self) -> None:
        """End when everything is typed: the stream is over."""
        if self.active and not self._ending:
            self._ending, self._ended_at = True, time.monotonic()
            self._tick()

    def abandon(self) -> None:
        """End at once; what waits is kept."""
        if self.active:
            self._keep_waiting()
            self.end()
        self._rest.stop()
        self._give_rest()

    def _tick(self) -> None:
        """Look at the focus, and type what waits."""
        keyboard = self._keyboard
        if keyboard is not None:
            try:
                if keyboard.sees_focus:
                    self._timeline.note(self._clock(), keyboard.focused())
                while self._waiting and not self.paused:
                    if not self._type(keyboard, self._waiting[0]):
                        break
                    self._waiting.popleft()
            except EchoicError as error:
                self._fail(error)
            except Exception as error:  # the desktop is gone: whatever its library makes of that
                self._fail(error)
        if self._ending and time.monotonic() > self._ended_at + PATIENCE:
            self._keep_waiting()
        if self._ending and not self._waiting and self.active:
            self.active = False
            self._timer.stop()
            self._rest.start()
            self.finished.emit()

    def _type(self, keyboard: Keyboard, waiting: _Waiting) -> bool:
        """Type a text or keep it; return False if it has to wait."""
        window = None
        if keyboard.sees_focus:
            window = self._timeline.throughout(waiting.start - MARGIN, waiting.end + MARGIN)
            if window is None:
                self._keep(waiting.text)
                return True
        match keyboard.type(waiting.text, window):
            case Typed.DONE:
                self.typed.emit(waiting.text)
            case Typed.ELSEWHERE:
                self._keep(waiting.text)
            case Typed.BUSY:
                return False
        return True

    def _keep_waiting(self) -> None:
        while self._waiting:
            self._keep(self._waiting.popleft().text)

    def _keep(self, text: str) -> None:
        self.kept += text
        self.not_typed.emit(text)

    def _fail(self, error: Exception) -> None:
        self._keyboard, self._failed = None, True
        self.failed.emit(error)
        self._keep_waiting()

    def _give_rest(self) -> None:
        self._rest.stop()
        if self._keyboard is not None:
            with suppress(Exception):  # the desktop may be gone
                self._keyboard.rest()
