"""Work on a kept transcript: play it, correct it, step through its doubtful words, show it as segments or subtitles."""

from functools import partial
from math import inf
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu

from app.audio_io.player import Player
from app.sessions.document import DOUBTFUL
from app.window.texts import messages
from app.window.transcript.current_transcript import CurrentTranscript, Empty
from app.window.transcript.editing.context_menu import ContextMenu, MenuTarget
from app.window.transcript.editing.line_breaks import LineBreaks
from app.window.transcript.editing.line_editor import LineEditor
from app.window.transcript.header import SEGMENTS, SUBTITLES, TEXT, TranscriptHeader
from app.window.transcript.player.player_bar import PlayerBar
from app.window.transcript.view.transcript_view import TranscriptView


class Doubtful(NamedTuple):
    """Where the pass over the underlined words is."""

    number: int  # of the selected word, from 1; 0 after the last was confirmed
    total: int  # of underlined words
    again: bool  # the round was over, and begins again at the other end


class Review(QObject):
    """Connects the view, the header and the player with the transcript on screen. Interface thread."""

    problem = Signal(object)  # Problem
    message = Signal(str)

    def __init__(
        self,
        view: TranscriptView,
        transcript: CurrentTranscript,
        header: TranscriptHeader,
        player_bar: PlayerBar,
        player: Player,
    ) -> None:
        super().__init__(view)
        self._view, self._transcript, self._header = view, transcript, header
        self._player_bar, self._player = player_bar, player
        self._saved = True  # the last edit of a line was saved
        self._sound_of = ""  # id of the session whose sound is open
        self.line_editor = LineEditor(view)
        self.menu = ContextMenu(view, self.line_editor, lambda: (transcript.can_undo, transcript.can_redo))
        self.line_breaks = LineBreaks(view, transcript, self.line_editor)
        self.menu.add(self._add_alternatives)
        self.menu.add(self._add_word_entries)
        self.menu.add(self.line_breaks.add_entries)
        self.line_editor.revised.connect(self._revise)
        self.line_editor.undo_wanted.connect(transcript.undo)
        self.line_editor.redo_wanted.connect(transcript.redo)
        transcript.leaving.connect(self._leave)
        transcript.changed.connect(self._refresh)
        header.mode_chosen.connect(self._show_mode)
        view.word_activated.connect(self.play_word)
        player.moved.connect(self._highlight_spoken)
        player.playing_changed.connect(lambda _: self._highlight_spoken(player.position))
        player.failed.connect(lambda error: self.problem.emit(messages.of_playback(error)))
        self._refresh()

    def close(self) -> bool:
        """Save the pending edit and stop playing. Return False if the edit could not be saved."""
        self._saved = True
        self.line_editor.commit()
        self._player.pause()
        return self._transcript.save_queue.flush() and self._saved

    def _revise(self, line: int, text: str) -> None:
        self._saved = self._transcript.revise(line, text)

    def select_doubtful(self, back: bool = False) -> Doubtful | None:
        """Select the next underlined word from the caret on, or the one before; None if no word is underlined.

        After the last comes the first again. Subtitles have no words of their own, so the text is shown instead.
        """
        self.line_editor.finish()
        if self._header.mode == SUBTITLES and self._transcript.document.count:
            self._header.set_mode(TEXT)
            self._show_mode(TEXT)
        view, cursor = self._view, self._view.textCursor()
        indexes = [index for index, word in enumerate(view.words) if word.confidence < DOUBTFUL]
        if not indexes:
            return None
        at_caret = view.word_at(cursor.selectionStart())
        here = cursor.selectionStart() - (not (cursor.hasSelection() and at_caret in indexes))
        starts = [view.cursor_over(index).selectionStart() for index in indexes]
        if back:
            number = next((n for n in reversed(range(len(starts))) if starts[n] < cursor.selectionStart()), None)
        else:
            number = next((n for n, start in enumerate(starts) if start > here), None)
        again = number is None
        if number is None:
            number = len(starts) - 1 if back else 0
        view.select_word(indexes[number])
        view.setFocus()
        return Doubtful(number + 1, len(indexes), again)

    def confirm(self) -> Doubtful | None:
        """Mark the underlined word at the caret as right and select the next one; None if there is no such word."""
        self.line_editor.finish()
        index = self._view.word_at(self._view.textCursor().selectionStart())
        if index is None or self._transcript.kept is None or self._view.words[index].confidence >= DOUBTFUL:
            return None
        self._confirm(index)
        return self.select_doubtful() or Doubtful(0, 0, True)

    def report(self, at: Doubtful | None) -> None:
        """Say how far the pass over the doubtful words is."""
        if at is None:
            self.message.emit(self.tr("No doubtful words here"))
        elif not at.total:
            self.message.emit(self.tr("That was the last doubtful word"))
        elif at.again:
            self.message.emit(self.tr("The round is over. Doubtful word {0} of {1}").format(at.number, at.total))
        else:
            self.message.emit(self.tr("Doubtful word {0} of {1}").format(at.number, at.total))

    def choose(self, index: int, text: str) -> None:
        """Replace the word with this index, as a correction of its line does."""
        self.line_editor.finish()
        if self._transcript.kept is None:
            return
        position = self._transcript.position_of(index)
        texts = [word.text for word in self._transcript.document.utterances[position.utterance].words]
        texts[position.word] = text
        self._revise(position.utterance, " ".join(texts))

    def play_word(self, index: int) -> None:
        """Play from the word with this index."""
        if self._transcript.kept is not None and self._player.duration:
            self._player.seek(self._view.words[index].start)
            self._player.play()

    def play_at_caret(self) -> None:
        """Play from the word at the caret: the keyboard's way to do what a double click does."""
        index = self._view.word_at(self._view.textCursor().selectionStart())
        if index is not None and self._header.mode != SUBTITLES:
            self.play_word(index)

    def undo(self) -> None:
        """Take back the last change, typed or saved."""
        if self.line_editor.enabled:
            self.line_editor.undo()

    def redo(self) -> None:
        """Make the change again that was taken back last."""
        if self.line_editor.enabled:
            self.line_editor.redo()

    def _add_alternatives(self, menu: QMenu, target: MenuTarget) -> None:
        """Add what a doubtful word may be instead."""
        word = target.word
        if target.index is None or word is None or not target.correctable or word.confidence >= DOUBTFUL:
            return
        for other in word.alternatives:
            action = menu.addAction(other.text.replace("&", "&&"))
            action.triggered.connect(partial(self.choose, target.index, other.text))

    def _add_word_entries(self, menu: QMenu, target: MenuTarget) -> None:
        """Add what can be done with one word of a finished session."""
        if target.index is None or not target.correctable:
            return
        index = target.index
        if self._player.duration:
            menu.addAction(self.tr("Play from here")).triggered.connect(lambda: self.play_word(index))
        if self._view.words[index].confidence < DOUBTFUL:
            menu.addAction(self.tr("Mark word as correct")).triggered.connect(lambda: self._confirm(index))

    def _confirm(self, index: int) -> None:
        self.line_editor.finish()
        self._transcript.confirm(self._transcript.position_of(index))

    def _leave(self) -> None:
        """Save the pending edit. Subtitles show one transcript only, so the next one begins as text."""
        self.line_editor.finish()
        if self._header.mode == SUBTITLES:
            self._header.set_mode(TEXT)

    def _refresh(self) -> None:
        kept = self._transcript.kept
        sound_of = kept.id if kept is not None else ""
        if sound_of != self._sound_of:
            self._sound_of = sound_of
            self._player.open(kept.sound if kept is not None else None)
        self._player_bar.refresh()
        self._view.show_spans(self._header.mode == SEGMENTS)
        editable = kept is not None and self._header.mode != SUBTITLES
        self.line_editor.enable(editable)
        shown = not isinstance(self._transcript.shown, Empty)
        self._header.refresh(self._transcript.title, finished=kept is not None, shown=shown)

    def _show_mode(self, mode: int) -> None:
        self.line_editor.finish()
        if mode == SUBTITLES:
            from app.export.gaps import with_gaps
            from asr.formats.subtitles import cues
            from asr.text.languages import language_of

            document = self._transcript.document
            words = [word for line in with_gaps(document.utterances, document.gaps) for word in line.words]
            leaning = language_of(self._transcript.language).leaning
            self.line_editor.enable(False)
            self._view.show_spans(False)
            self._view.show_lines(
                (cue.start if number == 0 else None, line)
                for cue in cues(words, leaning, document.seconds or inf)
                for number, line in enumerate(cue.lines)
            )
        else:
            self._transcript.show_again()
            self._refresh()

    def _highlight_spoken(self, seconds: float) -> None:
        playing = self._player.playing and self._header.mode != SUBTITLES
        self._view.highlight(self._view.word_spoken(seconds) if playing else None)
