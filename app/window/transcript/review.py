"""A finished transcript: play it, correct it, walk its doubtful words, see it as segments or subtitles."""

from PySide6.QtCore import QObject, Signal

from app.audio_io.player import Player
from app.window.shell import messages
from app.window.transcript.current_transcript import CurrentTranscript
from app.window.transcript.header import SEGMENTS, SUBTITLES, TEXT, TranscriptHeader
from app.window.transcript.line_editor import LineEditor
from app.window.transcript.player_bar import PlayerBar
from app.window.transcript.transcript_view import TranscriptView


class Review(QObject):
    said = Signal(object)  # Problem, or None

    def __init__(
        self, view: TranscriptView, desk: CurrentTranscript, heading: TranscriptHeader, bar: PlayerBar, player: Player
    ) -> None:
        super().__init__(view)
        self._view, self._desk, self._heading, self._bar, self._player = view, desk, heading, bar, player
        self._kept = True  # what was typed last
        self._sound = ""  # id of the session whose sound is open
        self.revising = LineEditor(view)
        self.revising.revised.connect(self._revise)
        self.revising.undone.connect(desk.undo)
        desk.leaving.connect(self._leave)
        desk.changed.connect(self._changed)
        heading.mode_chosen.connect(self._show_mode)
        view.word_activated.connect(self.play_word)
        player.moved.connect(self._follow)
        player.playing_changed.connect(lambda _: self._follow(player.position))
        player.failed.connect(lambda error: self.said.emit(messages.of_playback(error)))
        self._changed()

    def close(self) -> bool:
        """Keep what was typed last and be still. False: it could not be kept, and somebody should see that."""
        self._kept = True
        self.revising.commit()
        self._player.pause()
        saved = self._desk.saving.flush()
        return saved and self._kept

    def _revise(self, line: int, text: str) -> None:
        self._kept = self._desk.revise(line, text)

    def walk(self) -> bool:
        """Select the next of the words most in doubt, round the end; False if there is none."""
        self.revising.commit()
        indexes = [self._desk.index_of(place) for place in self._desk.document.doubtful()]
        if not indexes or self._heading.mode == SUBTITLES:
            return False
        cursor = self._view.textCursor()
        at = self._view.word_at(cursor.selectionStart())
        here = at if at is not None and cursor.hasSelection() else -1
        self._view.select_word(next((index for index in indexes if index > here), indexes[0]))
        self._view.setFocus()
        return True

    def confirm(self) -> bool:
        """Say that the word at the caret is right, and go to the next doubtful one."""
        self.revising.commit()
        index = self._view.word_at(self._view.textCursor().selectionStart())
        if index is None or self._desk.session is None:
            return False
        self._desk.confirm(self._desk.place_of(index))
        self.walk()
        return True

    def play_word(self, index: int) -> None:
        if self._desk.session is not None and self._player.duration:
            self._player.seek(self._view.words[index].start)
            self._player.play()

    def play_here(self) -> None:
        """From the word at the caret; what a double click does, for the keyboard."""
        index = self._view.word_at(self._view.textCursor().selectionStart())
        if index is not None and self._heading.mode != SUBTITLES:
            self.play_word(index)

    def _leave(self) -> None:
        """Subtitles are a view of one transcript; the next one begins as text."""
        self.revising.commit()
        if self._heading.mode == SUBTITLES:
            self._heading.set_mode(TEXT)

    def undo(self) -> None:
        if self.revising.enabled:
            self.revising.undo()

    def _changed(self) -> None:
        session = self._desk.session
        sound = session.id if session is not None else ""
        if sound != self._sound:
            self._sound = sound
            self._player.open(session.sound if session is not None else None)
        self._bar.refresh()
        self._view.show_spans(self._heading.mode == SEGMENTS)
        self.revising.enable(session is not None and self._heading.mode != SUBTITLES)
        shown = session is not None or self._desk.live_shown or self._desk.job is not None
        self._heading.refresh(self._desk.title, session is not None, shown)

    def _show_mode(self, mode: int) -> None:
        self.revising.commit()
        if mode == SUBTITLES:
            from asr.formats.subtitles import cues
            from asr.text.languages import language_of

            leaning = language_of(self._desk.language).leaning
            self.revising.enable(False)
            self._view.show_spans(False)
            self._view.show_lines(
                (cue.start if number == 0 else None, line)
                for cue in cues(self._desk.document.words, leaning)
                for number, line in enumerate(cue.lines)
            )
        else:
            self._desk.show_again()
            self._changed()

    def _follow(self, seconds: float) -> None:
        playing = self._player.playing and self._heading.mode != SUBTITLES
        self._view.highlight(self._view.word_spoken(seconds) if playing else None)
