"""The voices in the window: which one the next stream has, and what is being learnt."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.sessions.store import Store
from app.voices.store import VoiceStore
from app.window.settings.settings import Settings
from app.window.texts import messages
from app.worker.task import BackgroundCalls
from app.worker.voice_learning import VoiceLearning
from asr.errors import VoiceError
from asr.pipeline import AnyRecognizer
from asr.stream_options import StreamOptions
from asr.user.voice import VoiceProfile

if TYPE_CHECKING:
    from app.window.voices.voices_dialog import VoicesDialog


class UserVoices(QObject):
    """Knows the voice that streams are to have. Interface thread."""

    problem = Signal(object)  # Problem: the voice cannot be used, and why
    message = Signal(str)  # a sentence: what was done

    def __init__(self, store: Store, settings: Settings, window: QWidget) -> None:
        """Use the voices beside the sessions of a store, from which they are learnt."""
        super().__init__(window)
        self._store, self._settings, self._window = store, settings, window
        self._voices = VoiceStore(store.root)
        self._recognizer: AnyRecognizer | None = None
        self._unfit: VoiceProfile | None = None  # the voice that the recogniser refused
        self._reported = ""  # why a voice could not be used last
        self._dialog: VoicesDialog | None = None
        self._calls = BackgroundCalls(self)
        self.learning = VoiceLearning(parent=self)
        self.learning.progressed.connect(self._show_progress)
        self.learning.learnt.connect(self._take)
        self.learning.failed.connect(self._fail)

    @property
    def current(self) -> VoiceProfile | None:
        """The voice of the next stream; None, with a problem shown once, if it cannot be used."""
        if not self._settings.voice:
            return None
        try:
            voice = self._voices.load(self._settings.voice)
        except VoiceError as error:
            self._report(error)
            return None
        return None if voice == self._unfit else voice

    def use(self, recognizer: AnyRecognizer) -> None:
        """See whether this recogniser can use the voice."""
        self._recognizer, self._unfit, self._reported = recognizer, None, ""
        self._prepare()

    def open(self, checked: Sequence[str] = ()) -> None:
        """Open the dialog; `checked`: ids of sessions to learn from."""
        sessions = [entry for entry in self._store.list() if not entry.damage and not entry.recording and entry.words]
        running = self.learning.running
        from app.window.voices.voices_dialog import VoicesDialog

        dialog = VoicesDialog(self._voices, self._settings, sessions, checked, running, self._window)
        dialog.chosen.connect(self._choose)
        dialog.deleted.connect(self._forget)
        dialog.learn_wanted.connect(self._learn)
        dialog.cancel_wanted.connect(self.learning.cancel)
        dialog.finished.connect(self._leave)
        self._dialog = dialog
        dialog.open()

    def close(self, seconds: float = 5.0) -> None:
        """End what is being learnt, and wait for what runs in the background."""
        self.learning.close()
        self._calls.wait(seconds)

    def _leave(self) -> None:
        dialog, self._dialog = self._dialog, None
        if dialog is not None:
            dialog.deleteLater()

    def _choose(self, name: str) -> None:
        self._settings.voice, self._reported = name, ""
        self._prepare()

    def _forget(self, name: str) -> None:
        if self._settings.voice == name:
            self._settings.voice = ""

    def _learn(self, sessions: list[str], name: str) -> None:
        if not self.learning.running:
            self._store.settle()  # so that the process reads the last corrections, too
            self.learning.start(sessions, name, self._store.root, self._settings.model)
            self._show_progress(0.0, None)

    def _show_progress(self, share: float, seconds_left: float | None) -> None:
        if self._dialog is not None:
            self._dialog.show_progress(share, seconds_left)

    def _take(self, result: dict) -> None:
        name = result["voice"]
        self._choose(name)
        text = self.tr("The voice “{0}” is learnt: of {1} other words {2} were wrong without it, {3} are with it.")
        words = (result.get(key, 0) for key in ("held_out_words", "errors_before", "errors_after"))
        self._tell(text.format(name, *words))

    def _fail(self, reason: str) -> None:
        self._tell(reason or self.tr("No voice was learnt."))

    def _tell(self, text: str) -> None:
        """Show how the learning ended: in the dialog, or in the window if that was closed meanwhile."""
        if self._dialog is not None:
            self._dialog.show_end(text)
        else:
            self.message.emit(text)

    def _prepare(self) -> None:
        """See whether the recogniser can use the voice, before a session has to."""
        recognizer, voice = self._recognizer, self.current
        if recognizer is None or voice is None:
            return
        options = StreamOptions(voice=voice)
        self._calls.start(lambda: recognizer.start(options), "voice", failed=lambda error: self._refuse(voice, error))

    def _refuse(self, voice: VoiceProfile, error: Exception) -> None:
        if isinstance(error, VoiceError):
            self._unfit = voice
            self._report(error)

    def _report(self, error: VoiceError) -> None:
        if str(error) != self._reported:
            self._reported = str(error)
            self.problem.emit(messages.Problem(messages.sentence(error), grave=False))
