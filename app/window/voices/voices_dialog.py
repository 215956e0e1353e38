"""The dialog on voices: which one the next sessions have, what was learnt, and learning one from corrected sessions."""

import time
from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.sessions.document import clock
from app.sessions.search.search_index import SessionEntry
from app.voices.store import VoiceStore
from app.window.settings.settings import Settings
from app.window.style.colors import TINY
from app.window.style.on_screen import resize_on_screen
from app.window.style.style_sheet import FIELD
from app.window.texts.messages import plural, sentence
from app.window.texts.plain_text import Label, confirmed, set_tip
from asr.errors import VoiceError
from asr.user.voice import is_name

ID = Qt.ItemDataRole.UserRole
SHARES = 1000  # steps of the progress bar


class VoicesDialog(QDialog):
    """Chooses, deletes and learns voices; what changes anything is emitted as a wish. Interface thread."""

    chosen = Signal(str)  # the name of the voice of the next sessions; "" for none
    deleted = Signal(str)  # the name of a voice that is gone
    learn_wanted = Signal(list, str)  # ids of sessions, the name of the voice
    cancel_wanted = Signal()

    def __init__(
        self,
        voices: VoiceStore,
        settings: Settings,
        sessions: Sequence[SessionEntry],
        checked: Sequence[str],
        learning: bool,
        parent: QWidget,
    ) -> None:
        """Show what there is.

        Args:
            voices: Those that were learnt.
            settings: Name the voice that is used.
            sessions: Kept ones, to learn from.
            checked: The ids of those that are offered first.
            learning: A voice is being learnt.
            parent: The window.
        """
        super().__init__(parent)
        self.setWindowTitle(self.tr("Voices"))
        self._voices, self._settings = voices, settings
        column = QVBoxLayout(self)
        column.addWidget(self._text(self.tr("Who speaks in the next sessions and files:")))
        row = QHBoxLayout()
        self.voice = QComboBox()
        self.voice.setAccessibleName(self.tr("Voice of the next sessions"))
        self.voice.activated.connect(self._choose)
        row.addWidget(self.voice, 1)
        self.delete = QPushButton(self.tr("Delete…"))
        self.delete.clicked.connect(self._delete)
        row.addWidget(self.delete)
        column.addLayout(row)
        self.facts = self._text("")
        column.addWidget(self.facts)
        column.addWidget(
            self._text(
                self.tr(
                    "Learn a voice from sessions in which one person speaks, once you have corrected them: about five "
                    "minutes of speech. Lines with a doubtful word that you neither corrected nor marked as correct "
                    "are left out. It takes some minutes, and the voice is kept only if it makes fewer mistakes on "
                    "lines that it has not learnt from. Nothing leaves this computer."
                )
            )
        )
        self.sessions = QListWidget()
        self.sessions.setObjectName(FIELD)
        self.sessions.setAccessibleName(self.tr("Sessions to learn from"))
        for entry in sessions:
            words = plural("VoicesDialog", "%n (word|words)", entry.words)
            item = QListWidgetItem(f"{entry.title} · {clock(entry.seconds)} · {words}", self.sessions)
            item.setData(ID, entry.id)
            item.setCheckState(Qt.CheckState.Checked if entry.id in checked else Qt.CheckState.Unchecked)
            set_tip(item, item.text())
        self.sessions.itemChanged.connect(lambda _: self._show_state())
        column.addWidget(self.sessions, 1)
        row = QHBoxLayout()
        row.addWidget(Label(self.tr("Name of the voice:")))
        self.name = QLineEdit(settings.voice or self.tr("me"))
        self.name.setMaxLength(40)
        self.name.setAccessibleName(self.tr("Name of the voice"))
        self.name.textChanged.connect(lambda _: self._show_state())
        row.addWidget(self.name, 1)
        self.learn = QPushButton(self.tr("Learn this voice"))
        self.learn.setAutoDefault(False)
        self.learn.clicked.connect(self._learn)
        row.addWidget(self.learn)
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.setAutoDefault(False)
        self.cancel.clicked.connect(self.cancel_wanted)
        row.addWidget(self.cancel)
        column.addLayout(row)
        self.bar = QProgressBar()
        self.bar.setRange(0, SHARES)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(TINY)
        self.bar.setAccessibleName(self.tr("How much of the voice is learnt"))
        column.addWidget(self.bar)
        self.state = self._text("")
        column.addWidget(self.state)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
        letter = self.fontMetrics().horizontalAdvance("0")
        resize_on_screen(self, QSize(letter * 72, letter * 66))
        self._learning = learning
        self.show_voices()
        self._show_state()

    @property
    def wanted(self) -> list[str]:
        """The ids of the checked sessions."""
        items = [self.sessions.item(row) for row in range(self.sessions.count())]
        return [item.data(ID) for item in items if item.checkState() == Qt.CheckState.Checked]

    def show_voices(self) -> None:
        """Show the voices that there are now, and the one that is used."""
        self.voice.clear()
        self.voice.addItem(self.tr("anybody (no voice)"), "")
        for name in self._voices.names:
            self.voice.addItem(name, name)
        self.voice.setCurrentIndex(max(self.voice.findData(self._settings.voice), 0))
        self._show_facts()

    def show_progress(self, share: float, seconds_left: float | None) -> None:
        """Show how much is done of the voice that is being learnt."""
        self._learning = True
        self.bar.setValue(round(SHARES * share))
        left = "" if seconds_left is None else self.tr("about {0} left").format(clock(max(seconds_left, 0)))
        self._show_state(left or self.tr("The model is being loaded."))

    def show_end(self, text: str) -> None:
        """Show how the learning ended."""
        self._learning = False
        self.bar.setValue(0)
        self.show_voices()
        self._show_state(text)

    def _show_state(self, text: str | None = None) -> None:
        fits = is_name(self.name.text())
        self.learn.setEnabled(not self._learning and bool(self.wanted) and fits)
        self.learn.setVisible(not self._learning)
        self.cancel.setVisible(self._learning)
        self.bar.setVisible(self._learning)
        if text is None:
            text = "" if fits else self.tr("A name has letters, digits, spaces, dots, hyphens or apostrophes.")
        self.state.setText(text)
        self.state.setVisible(bool(text))

    def _show_facts(self) -> None:
        name = self.voice.currentData()
        self.delete.setEnabled(bool(name))
        self.facts.setVisible(bool(name))
        if not name:
            return
        try:
            facts = self._voices.load(name).facts
        except VoiceError as error:
            self.facts.setText(sentence(error))
            return
        text = self.tr("Learnt on {0} from {1} of speech; of {2} other words {3} were wrong without it, {4} with it.")
        day = time.strftime("%x", time.localtime(facts.created))
        self.facts.setText(
            text.format(day, clock(facts.seconds), facts.held_out_words, facts.errors_before, facts.errors_after)
        )

    def _choose(self) -> None:
        self.chosen.emit(self.voice.currentData())
        self._show_facts()

    def _delete(self) -> None:
        name = self.voice.currentData()
        if not confirmed(self, self.tr("Delete"), self.tr("Delete the voice “{0}” for good?").format(name)):
            return
        try:
            self._voices.delete(name)
        except VoiceError as error:
            self._show_state(sentence(error))
            return
        self.deleted.emit(name)
        self.show_voices()

    def _learn(self) -> None:
        name = self.name.text()
        question = self.tr("There is a voice “{0}” already. Replace it if the new one helps?").format(name)
        if name not in self._voices.names or confirmed(self, self.tr("Learn this voice"), question):
            self.learn_wanted.emit(self.wanted, name)

    def _text(self, text: str) -> Label:
        label = Label(text)
        label.setWordWrap(True)
        return label
