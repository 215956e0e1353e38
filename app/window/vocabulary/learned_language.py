"""The user's language in the window: of documents chosen in Settings, and of the lines that the user corrects."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.sessions.document import Document
from app.sessions.languages import load_languages
from app.window.settings.settings import Settings
from app.window.texts import messages
from app.window.vocabulary.corrections_file import CorrectionsFile
from app.worker.task import BackgroundCall
from asr.errors import EchoicError, LanguageError
from asr.pipeline import AnyRecognizer
from asr.updates import Utterance

if TYPE_CHECKING:
    from asr.user.language import UserLanguage

TIMES = 3  # how often a corrected line counts: it says what this person says


class LearnedLanguage(QObject):
    """Knows the language that streams are to have. Interface thread; languages are made in another."""

    changed = Signal()  # `current` is another one
    counted = Signal(str)  # a sentence: how much was learnt
    problem = Signal(object)  # Problem: something cannot be read or written

    def __init__(self, folder: Path, settings: Settings, window: QWidget) -> None:
        """Use the files in the folder of this user's data."""
        super().__init__(window)
        self._folder, self._settings, self._window = folder, settings, window
        self.file = CorrectionsFile(folder)
        self.current: UserLanguage | None = None
        self._recognizer: AnyRecognizer | None = None
        self._running: BackgroundCall | None = None
        self._again = False  # what is being made is out of date
        self._closing = False

    @property
    def summary(self) -> str:
        """How much was learnt, for people."""
        try:
            return messages.plural("LearnedLanguage", "%n corrected (line|lines)", len(self.file.lines))
        except LanguageError as error:
            return messages.sentence(error)

    def use(self, recognizer: AnyRecognizer) -> None:
        """Pronounce new words with this recogniser."""
        self._recognizer = recognizer
        self.refresh()

    def learn(self, before: Document, after: Document, private: bool) -> None:
        """Learn from a change of a kept session: the lines that differ, as they are now.

        Lines that were split or joined are the same words. A line without a word that a person typed or marked as right
        is as it was recognised, so what had been learnt of it goes.
        """
        if private or not self._settings.learns_from_corrections or len(before.utterances) != len(after.utterances):
            return
        differing = [
            (old, new) for old, new in zip(before.utterances, after.utterances, strict=True) if old.text != new.text
        ]
        if not differing:
            return
        try:
            for old, new in differing:
                self.file.change(old.text, new.text if _is_typed(new) else "")
        except LanguageError as error:
            self.problem.emit(messages.Problem(messages.sentence(error), grave=False))
            return
        self.refresh()

    def open(self) -> None:
        """Show what was learnt."""
        from app.window.vocabulary.corrections_dialog import CorrectionsDialog

        dialog = CorrectionsDialog(self.file, self._window)
        dialog.changed.connect(self.refresh)
        dialog.open()

    def refresh(self) -> None:
        """Make the language anew, as the files and settings are now."""
        self.counted.emit(self.summary)
        recognizer = self._recognizer
        if recognizer is None or self._closing:
            return
        if self._running is not None:
            self._again = True
            return
        names, folder = tuple(self._settings.languages), self._folder
        learns = self._settings.learns_from_corrections
        try:
            lines = self.file.lines if learns else ()
        except LanguageError as error:
            self.problem.emit(messages.Problem(messages.sentence(error), grave=False))
            lines = ()
        if not names and not lines:
            self._take(None)
            return
        call = BackgroundCall(lambda: _made(names, folder, lines, recognizer), "language", self)
        call.done.connect(self._take)
        call.ended.connect(self._ended)
        self._running = call
        call.start()

    def close(self, seconds: float = 5.0) -> None:
        """Wait for what runs in the background."""
        self._closing = True
        if self._running is not None:
            self._running.wait(seconds)

    def _take(self, language: "UserLanguage | None") -> None:
        if language != self.current:
            self.current = language
            self.changed.emit()

    def _ended(self, error: Exception | None) -> None:
        running, self._running = self._running, None
        if running is not None:
            running.deleteLater()
        if isinstance(error, EchoicError):
            self.problem.emit(messages.Problem(messages.sentence(error), grave=False))
            self._take(None)
        if self._again:
            self._again = False
            self.refresh()


def _is_typed(utterance: Utterance) -> bool:
    return any(word.confidence == 1.0 for word in utterance.words)


def _made(names: Sequence[str], folder: Path, lines: Sequence[str], recognizer: AnyRecognizer) -> "UserLanguage | None":
    """Return the language of documents and corrections as one. Raises LanguageError."""
    from asr.adaptation.language import language_of, sentences_of
    from asr.user.language import UserLanguage

    language = load_languages(names, folder)
    sentences = list(sentences_of(lines))
    if not sentences:
        return language
    corrected = language_of(sentences, recognizer, least=1)
    return (language or UserLanguage.of((), ())).merged(corrected, TIMES)
