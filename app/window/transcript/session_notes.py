"""The line above a transcript that says what is missing in it, or cannot be read."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.window.style.colors import LARGE, TINY
from app.window.texts.kept_sentences import shown
from app.window.texts.plain_text import Label
from app.window.transcript.current_transcript import CurrentTranscript

MOST = 5  # sentences


class SessionNotes(Label):
    """Hidden while there is nothing to say. Interface thread."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setObjectName("notes")
        self.setWordWrap(True)
        self.setContentsMargins(LARGE, 0, LARGE, TINY)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.hide()

    def follow(self, transcript: CurrentTranscript) -> None:
        """Show the problems of the session on screen from now on."""

        def refresh() -> None:
            kept = transcript.kept
            sentences = list(dict.fromkeys(map(shown, kept.problems))) if kept is not None else []
            more = len(sentences) - MOST
            if more > 0:
                sentences[MOST:] = [self.tr("… and {0} more").format(more)]
            self.setText("\n".join(f"⚠ {sentence}" for sentence in sentences))
            self.setVisible(bool(sentences))

        transcript.changed.connect(refresh)
        refresh()
