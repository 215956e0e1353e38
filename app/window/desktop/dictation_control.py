"""Dictation in the running program: the key, the live session whose words are typed, and what is shown of it."""

import time
from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QT_TR_NOOP, QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from app.control.local_socket import Answer, Respond
from app.dictation.backends import Backend, Hotkey, backend
from app.dictation.dictation import Dictation
from app.dictation.keyboards import Keyboard, Window
from app.dictation.shortcut import Shortcut
from app.log import logger
from app.sessions.recorder import SessionRecorder
from app.window.desktop.overlay import Overlay
from app.window.live.live_state import LiveState
from app.window.main_window import MainWindow
from app.window.texts import messages
from app.window.texts.messages import plural
from app.worker.transcription_worker import Pace
from asr.errors import EchoicError
from asr.updates import Update, text_of

HELD = 0.5  # seconds from which a key counts as held: its release ends dictation; a shorter press leaves it running
ONCE = 30.0  # seconds of sound without a word after which `once` gives up


class DictationControl(QObject):
    """Begins and ends dictation. Interface thread.

    Words come from the live session of the window. Where none runs, one is begun for dictation and ended with it; one
    that runs goes on, and what is said from then on is typed, too.
    """

    changed = Signal()  # whether it dictates
    noticed = Signal(str)  # a sentence for the user

    def __init__(
        self, window: MainWindow, find_backend: Callable[[], Backend] | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._window, self._settings = window, window.settings
        self._find_backend = find_backend or self._backend_here
        self.dictation = Dictation(self._captured, self)
        self.overlay = Overlay()
        self._keyboard: Keyboard | None = None
        self._hotkey: Hotkey | None = None
        self._own = False  # the live session was begun for dictation
        self._stopping = False
        self._failed = False  # nothing could be typed in this dictation
        self._reason_follows = False  # the live session has failed, and says why next
        self._once: Respond | None = None  # answers when the dictation is over
        self._sees_modifiers = True
        self._pressed_at = 0.0
        self._ends_with_release = False
        self._pace = Pace(0.0, 0.0, 0.0, 0)
        self._pace_at: float | None = None  # when it came
        self.problem = ""  # a sentence: why there is no global key
        live = window.live
        live.updated.connect(self._add)
        live.pace_changed.connect(self._note_pace)
        live.state_changed.connect(self._follow)
        live.finished.connect(self._live_ended)
        live.problem.connect(self._show_failure)
        self.dictation.not_typed.connect(lambda _: self._say_not_typed())
        self.dictation.failed.connect(self._fail)
        self.dictation.finished.connect(self._finish)
        self.overlay.clicked.connect(self.copy_kept)

    @property
    def active(self) -> bool:
        """Whether words are being typed, or the last ones are still awaited."""
        return self.dictation.active

    # The key.

    def use_key(self, text: str) -> str:
        """Take a global key instead of the one before, none for ""; return why that is not possible, or ""."""
        self.problem = ""
        if self._hotkey is not None:
            self._hotkey.close()
            self._hotkey = None
        shortcut = Shortcut.parse(text) if text else None
        if shortcut is None:
            return ""
        try:
            found = self._find_backend()
            self._sees_modifiers = found.sees_modifiers
            self._hotkey = found.hotkey(self)
            self._hotkey.pressed.connect(self.press)
            self._hotkey.released.connect(self.release)
            self._hotkey.failed.connect(self._lose_key)
            self._hotkey.grab(shortcut)
        except EchoicError as error:
            self._lose_key(error)
        return self.problem

    def press(self) -> None:
        """The key went down: begin, or end what a short press began."""
        self._pressed_at = time.monotonic()
        self._ends_with_release = not self.active or self._stopping
        if self._ends_with_release:
            self.start()
        else:
            self.stop()
        self.dictation.paused = not self._sees_modifiers

    def release(self) -> None:
        """The key went up: a held one ends dictation."""
        self.dictation.paused = False
        if self._ends_with_release and time.monotonic() - self._pressed_at >= HELD:
            self.stop()

    # Begin and end.

    def toggle(self) -> None:
        """Begin, or end."""
        (self.stop if self.active and not self._stopping else self.start)()

    def start(self, typing: bool = True) -> str:
        """Begin; return what is in the way, in English, or "". `typing`: else the words are only collected."""
        live = self._window.live
        if self.active and not self._stopping:
            return ""
        if self.active or live.state in (LiveState.DRAINING, LiveState.WAITING):
            return self._refuse(str(QT_TR_NOOP("The last words are still being recognised. Try again.")))
        keyboard = None
        if typing:
            try:
                keyboard = self._open_keyboard()
            except EchoicError as error:
                return self._refuse(str(error), messages.sentence(error))
        self._own, self._stopping, self._failed = not live.active, False, False
        self._pace_at = None if self._own else self._pace_at
        self.dictation.begin(keyboard, 0.0 if self._own else self._captured(), self._settings.dictation_enter)
        self.overlay.clear()
        self.overlay.show_state(self.tr("Listening…"))
        self.changed.emit()
        if self._own:
            live.toggle(self._record)
            if not live.active and live.state is not LiveState.WAITING:
                self.dictation.abandon()
                return self._refuse(str(QT_TR_NOOP("Listening could not begin.")))
        return ""

    def stop(self) -> None:
        """Take no more sound; the last words are still typed."""
        if not self.active or self._stopping:
            return
        self._stopping = True
        live = self._window.live
        if not self._own:
            self.dictation.stop_at(self._captured())
            self.overlay.show_state(self.tr("The last words…"))
        elif live.state is LiveState.WAITING:
            live.toggle()
            self.dictation.abandon()
        elif live.state is LiveState.ARMING:  # no sound has come
            live.cancel()
        else:
            live.stop()

    def handle(self, action: str, printed: bool, respond: Respond, status: Callable[[], Answer]) -> None:
        """Carry out the command `echoic dictate`."""
        problem = ""
        if action == "once":
            if self.active:
                respond({"ok": False, "error": "Dictation runs already; `echoic dictate --stop` ends it."})
                return
            problem = self.start(typing=not printed)
            if not problem:
                self._once = respond
                return
        elif action == "start" or (action == "toggle" and (not self.active or self._stopping)):
            problem = self.start()
        elif action in ("stop", "toggle"):
            self.stop()
        else:
            problem = "This Echoic does not know the command. Is another version running?"
        respond({"ok": False, "error": problem} if problem else status())

    def copy_kept(self) -> None:
        """Put what could not be typed into the clipboard, for pasting; only when the user wants it."""
        if self.dictation.kept:
            QGuiApplication.clipboard().setText(self.dictation.kept.strip())
            self.overlay.show_notice(self.tr("Copied: paste it where it belongs."))

    def close(self) -> None:
        """End at once, and let go of keys and windows."""
        self.dictation.abandon()
        if self._hotkey is not None:
            self._hotkey.close()
        if self._keyboard is not None:
            self._keyboard.close()
        self.overlay.close()
        self.overlay.deleteLater()

    # What the live session tells.

    def _captured(self) -> float:
        """Return the seconds of the stream that are being captured now."""
        if self._pace_at is None:
            return 0.0
        # Rather too much than too little: a word then seems to be spoken before a change of the focus, so it is kept.
        runs = self._window.live.state not in (LiveState.PAUSED, LiveState.LOST)
        return self._pace.seconds + self._pace.lag + (time.monotonic() - self._pace_at if runs else 0.0)

    def _note_pace(self, pace: Pace) -> None:
        self._pace, self._pace_at = pace, time.monotonic()

    def _record(self) -> SessionRecorder:
        title = f"Dictation {datetime.now():%H:%M}"  # it may be kept, so it is the same in every language
        private = not self._settings.dictation_kept
        # One that is private was typed where it belongs: its kind says that nobody is to be asked to keep it.
        kind = "dictation" if private else "live"
        return self._window.store.create(kind, title, self._window.live.device or "", private)

    def _add(self, updates: tuple) -> None:
        if not self.active:
            return
        for update in updates:
            self.dictation.add((update,))
            if self._once is not None and not self._stopping:
                self._end_once(update)
        if self.active and not self._stopping:
            self.overlay.show_state(self.tr("Listening…"), text_of(updates[-1].partial))

    def _end_once(self, update: Update) -> None:
        """End at the first pause behind words, and without any words after a while."""
        if update.endpoint and self.dictation.text:
            self.dictation.stop_at(update.seconds)  # what is said while the sound is being stopped
            self.stop()
        elif not self.dictation.text and update.seconds > ONCE:
            self.stop()

    def _follow(self, state: LiveState) -> None:
        if self.active and self._own and state is LiveState.DRAINING:
            self._stopping = True
            self.overlay.show_state(self.tr("The last words…"))
        elif self.active and state is LiveState.LOADING:  # waiting for the model was cancelled
            self.dictation.end()

    def _live_ended(self) -> None:
        self._reason_follows = self.active and self._window.live.state is LiveState.FAILED
        self.dictation.end()

    def _show_failure(self, problem: messages.Problem | None) -> None:
        if problem is not None and (self.active or self._reason_follows):
            self._reason_follows = False
            self._notice(problem.cause)
            if self._window.live.state is LiveState.FAILED:
                self.dictation.end()

    # What the dictation tells.

    def _backend_here(self) -> Backend:
        return backend(self._settings.portal_token, lambda token: setattr(self._settings, "portal_token", token))

    def _open_keyboard(self) -> Keyboard:
        if self._keyboard is None:
            self._keyboard = self._find_backend().keyboard(_own_windows)
        return self._keyboard

    def _say_not_typed(self) -> None:
        if self._failed:  # the sentence about that stays
            return
        count = len(self.dictation.kept.split())
        text = plural(
            "DictationControl",
            "Another window has the focus: %n (word was|words were) not typed. Click here to copy (it|them).",
            count,
        )
        self._notice(text)

    def _fail(self, error: Exception) -> None:
        logger.warning("typing failed", exc_info=error)
        self._keyboard, self._failed = None, True  # the next dictation opens it anew
        text = messages.text_of(error)
        self._notice(text if isinstance(error, EchoicError) else self.tr("Nothing can be typed: {0}.").format(text))

    def _lose_key(self, error: Exception) -> None:
        self.problem = messages.text_of(error)
        self._notice(self.problem)

    def _finish(self) -> None:
        self._stopping = False
        if self.dictation.kept:
            self._say_not_typed()
        self.overlay.finish()
        if self._once is not None:
            respond, self._once = self._once, None
            respond({"ok": True, "text": self.dictation.text.strip(), "not_typed": self.dictation.kept.strip()})
        self.changed.emit()

    def _refuse(self, english: str, translated: str = "") -> str:
        """Show a sentence, and return it in English for the command line."""
        self.overlay.show_notice(translated or self.tr(english))
        return english

    def _notice(self, sentence: str) -> None:
        self.overlay.show_notice(sentence)
        self.noticed.emit(sentence)  # for the tray


def _own_windows() -> set[Window]:
    """Return the windows of this program on screen: nothing is dictated into them, where letters are commands."""
    return {int(widget.winId()) for widget in QApplication.topLevelWidgets() if widget.isVisible()}
