"""The editor of the user's own words, with a field to try how a word is expected to sound."""

from collections.abc import Callable

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from app.window.style.on_screen import resize_on_screen
from app.window.style.style_sheet import FIXED
from app.window.texts.messages import plural, sentence
from app.window.texts.plain_text import Label, set_tip
from app.window.vocabulary.vocabulary_file import VocabularyFile
from app.worker.task import BackgroundCall
from asr.errors import VocabularyError
from asr.user.vocabulary import PronouncedWord, Vocabulary

TRY_AFTER = 250  # ms without a key after which a word is tried

Pronounce = Callable[[Vocabulary], list[tuple[PronouncedWord, ...]]]


class VocabularyDialog(QDialog):
    """Edits the whole file as text. Interface thread; words are pronounced in another."""

    saved = Signal(Vocabulary)

    def __init__(self, file: VocabularyFile, text: str, pronounce: Pronounce | None, parent: QWidget) -> None:
        """Show a text.

        Args:
            file: Where it is saved.
            text: What is in the file.
            pronounce: Of the recogniser; None while none is loaded.
            parent: The window.
        """
        super().__init__(parent)
        self.setWindowTitle(self.tr("Your vocabulary"))
        self._file, self._pronounce = file, pronounce
        self._running: BackgroundCall | None = None
        column = QVBoxLayout(self)
        hint = self.tr(
            "One word or phrase a line, written as you want to see it. Names that Echoic does not know are recognised "
            "from the next line of the transcript on, and all words here are preferred to others that sound like them."
        )
        explanation = Label(hint)
        explanation.setWordWrap(True)
        column.addWidget(explanation)
        self.editor = QPlainTextEdit(text)
        self.editor.setObjectName(FIXED)  # columns of sounds stand below each other
        self.editor.setAccessibleName(self.tr("Your words and phrases, one a line"))
        self.editor.setTabChangesFocus(True)
        self.editor.textChanged.connect(self._check)
        column.addWidget(self.editor, 1)
        self.state = Label()
        self.state.setWordWrap(True)
        column.addWidget(self.state)
        row = QHBoxLayout()
        row.addWidget(Label(self.tr("Try a word:")))
        self.trial = QLineEdit()
        self.trial.setAccessibleName(self.tr("A word to try"))
        self.trial.setPlaceholderText(self.tr("Nguyen = win"))
        set_tip(self.trial, self.tr("Shows how Echoic expects a word to sound, without adding it"))
        row.addWidget(self.trial, 1)
        column.addLayout(row)
        self.sound = Label()
        self.sound.setWordWrap(True)
        column.addWidget(self.sound)
        choices = QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel
        self.buttons = QDialogButtonBox(choices)
        self.buttons.accepted.connect(self._save)
        self.buttons.rejected.connect(self.reject)
        column.addWidget(self.buttons)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(TRY_AFTER)
        self._timer.timeout.connect(self._try)
        self.trial.textEdited.connect(self._timer.start)
        self.trial.returnPressed.connect(self._try)
        self.finished.connect(self._end)
        letter = self.fontMetrics().horizontalAdvance("0")
        resize_on_screen(self, QSize(letter * 82, letter * 60))
        self._check()

    def _check(self) -> None:
        """Say what the text holds, or which of its lines is no entry."""
        save = self.buttons.button(QDialogButtonBox.StandardButton.Save)
        try:
            count = len(Vocabulary.parse(self.editor.toPlainText(), self.tr("This text")).entries)
        except VocabularyError as error:
            self.state.setText(sentence(error))
            save.setEnabled(False)
        else:
            self.state.setText(plural("VocabularyDialog", "%n (word or phrase|words and phrases)", count))
            save.setEnabled(True)

    def _save(self) -> None:
        try:
            vocabulary = self._file.write(self.editor.toPlainText())
        except VocabularyError as error:
            self.state.setText(sentence(error))
            return
        self.accept()
        self.saved.emit(vocabulary)

    def _try(self) -> None:
        """Show how the word in the field sounds; Enter does not close the dialog, since Save is no default then."""
        self._timer.stop()
        text, pronounce = self.trial.text().strip(), self._pronounce
        if not text:
            self.sound.clear()
            return
        if pronounce is None:
            self.sound.setText(self.tr("The model is still loading."))
            return
        if self._running is not None:  # the newest text is tried when the call before it has ended
            return
        try:
            vocabulary = Vocabulary.parse(text, self.tr("What you try"))
        except VocabularyError as error:
            self.sound.setText(sentence(error))
            return
        running = BackgroundCall(lambda: pronounce(vocabulary), "try a word", self)
        running.done.connect(self._show)
        running.ended.connect(lambda error: self._tried(text, error))
        self._running = running
        running.start()

    def _show(self, entries: list[tuple[PronouncedWord, ...]]) -> None:
        lines = []
        for word in (word for entry in entries for word in entry):
            state = self.tr("known to Echoic") if word.known else self.tr("new")
            sounds = self.tr(" or ").join(word.pronunciations)
            lines.append(f"{word.written} ({state}): {sounds}")
        self.sound.setText("\n".join(lines))

    def _tried(self, text: str, error: Exception | None) -> None:
        running, self._running = self._running, None
        if running is not None:
            running.deleteLater()
        if isinstance(error, VocabularyError):
            self.sound.setText(sentence(error))
        if self.isVisible() and self.trial.text().strip() != text:
            self._timer.start()

    def _end(self) -> None:
        self._timer.stop()
        if self._running is not None:
            self._running.wait(5.0)
