"""The user's own words in the window: read for each session, edited, added from the transcript, offered when typed."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu, QWidget

from app.window.texts import messages
from app.window.transcript.editing.context_menu import MenuTarget
from app.window.vocabulary.learned_language import LearnedLanguage
from app.window.vocabulary.vocabulary_file import FILE, VocabularyFile
from app.worker.task import BackgroundCalls
from asr.errors import VocabularyError
from asr.pipeline import AnyRecognizer
from asr.stream_options import DEFAULT_OPTIONS, StreamOptions
from asr.user.vocabulary import NO_VOCABULARY, Entry, PronouncedWord, Vocabulary

EDGES = ' \t\n.,;:!?"“”„()[]…–—'  # cut off what is added from a transcript


class UserVocabulary(QObject):
    """Knows the vocabulary that streams are to have. Interface thread."""

    changed = Signal()  # `current` is another one; streams that run take it up
    problem = Signal(object)  # Problem: the file cannot be used, and why
    offered = Signal(object)  # Problem: a new word could be added
    message = Signal(str)  # a sentence: what was done

    def __init__(self, folder: Path, language: LearnedLanguage, window: QWidget) -> None:
        """Use the file in a folder; streams have the language, too."""
        super().__init__(window)
        self._language = language
        self._window, self._file = window, VocabularyFile(folder / FILE)
        self._recognizer: AnyRecognizer | None = None
        self._last = NO_VOCABULARY  # the newest that could be used
        self._reported = ""  # why the file could not be used last
        self._typed = ""  # the line that was corrected last
        self._offer = ""  # the word that is offered
        self._calls = BackgroundCalls(self)
        language.changed.connect(lambda: self._prepare(self._last))

    @property
    def current(self) -> Vocabulary:
        """The entries of the file as it is now; those of before, with a problem shown once, if it cannot be used."""
        try:
            self._last, self._reported = self._file.read(), ""
        except VocabularyError as error:
            self._report(error)
        return self._last

    def use(self, recognizer: AnyRecognizer) -> None:
        """Pronounce words with this recogniser, and see whether it can use the vocabulary."""
        self._recognizer = recognizer
        if vocabulary := self.current:
            self._prepare(vocabulary)
        self._language.use(recognizer)

    def open(self) -> None:
        """Open the editor."""
        try:
            text = self._file.text
        except VocabularyError as error:
            self.problem.emit(messages.Problem(messages.sentence(error)))
            return
        pronounce = self._recognizer.pronounce if self._recognizer is not None else None
        from app.window.vocabulary.vocabulary_dialog import VocabularyDialog

        dialog = VocabularyDialog(self._file, text, pronounce, self._window)
        dialog.saved.connect(self._take)
        dialog.open()

    def add(self, selected: str) -> None:
        """Add words that are selected in a transcript."""
        entry = " ".join(selected.replace("\u2029", " ").split()).strip(EDGES)
        if not entry:
            self.message.emit(self.tr("Select a word of the transcript to add it to your vocabulary."))
            return
        try:
            vocabulary = self._file.add(entry)
        except VocabularyError as error:
            self.problem.emit(messages.bad_vocabulary(error))
            return
        self.message.emit(self.tr("“{0}” is in your vocabulary.").format(entry))
        self._take(vocabulary)

    def add_entries(self, menu: QMenu, target: MenuTarget) -> None:
        """Add the entry of the transcript's menu that takes the word under the pointer into the vocabulary."""
        if target.word is not None:
            shown = target.word.shown
            menu.addAction(self.tr("Add to vocabulary")).triggered.connect(lambda: self.add(shown))

    def note(self, line: str) -> None:
        """Remember the text of a line that is being corrected."""
        self._typed = line

    def consider(self) -> None:
        """Offer to add a word of the corrected line that the recogniser does not know, since somebody has typed it."""
        recognizer, line, self._typed = self._recognizer, self._typed, ""
        words = dict.fromkeys(word.strip(EDGES) for word in line.split())
        known = {word.casefold() for entry in self.current.entries for word in entry.words}
        entries: list[Entry] = []
        for word in words:
            try:
                entries += [] if word.casefold() in known else Vocabulary.parse(word).entries
            except VocabularyError:  # a number, for one
                continue
        if recognizer is None or not entries:
            return
        typed = Vocabulary(tuple(entries))
        self._calls.start(lambda: recognizer.pronounce(typed), "new words", self._propose, self._refuse)

    def accept_offer(self) -> None:
        """Add the word that was offered."""
        self.add(self._offer)

    def close(self, seconds: float = 5.0) -> None:
        """Wait for what runs in the background."""
        self._calls.wait(seconds)

    def _propose(self, entries: list[tuple[PronouncedWord, ...]]) -> None:
        new = [word.written for entry in entries for word in entry if not word.known]
        if new:
            self._offer = new[-1]
            self.offered.emit(messages.new_word(self._offer))

    def _take(self, vocabulary: Vocabulary) -> None:
        self._last, self._reported = vocabulary, ""
        self._prepare(vocabulary)

    def _prepare(self, vocabulary: Vocabulary) -> None:
        """See whether the recogniser can use a vocabulary with the language, and then pass them on to streams that run.

        Pronouncing a thousand new words takes seconds, which a running session has not; the recogniser keeps them.
        """
        recognizer = self._recognizer
        options = StreamOptions(vocabulary=vocabulary, language=self._language.current)
        if recognizer is None or options == DEFAULT_OPTIONS:
            self.changed.emit()
            return
        self._calls.start(
            lambda: recognizer.start(options), "vocabulary", lambda state: self.changed.emit(), self._refuse
        )

    def _refuse(self, error: Exception) -> None:
        if isinstance(error, VocabularyError):
            self._last = NO_VOCABULARY
            self._report(error)

    def _report(self, error: VocabularyError) -> None:
        if str(error) != self._reported:
            self._reported = str(error)
            self.problem.emit(messages.bad_vocabulary(error))
