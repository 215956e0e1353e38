"""Bookmarks: set while listening or later, shown beside their lines, and visited one after the other."""

from bisect import bisect_right

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu

from app.audio_io.player import Player
from app.sessions.document import clock
from app.window.live.live_session import LiveSession
from app.window.transcript.current_transcript import CurrentTranscript, Live
from app.window.transcript.editing.context_menu import MenuTarget
from app.window.transcript.view.transcript_view import TranscriptView


class Bookmarks(QObject):
    """Carries out the commands. Interface thread."""

    message = Signal(str)

    def __init__(self, view: TranscriptView, transcript: CurrentTranscript, live: LiveSession, player: Player) -> None:
        super().__init__(view)
        self._view, self._transcript, self._live, self._player = view, transcript, live, player
        live.bookmark_found.connect(self._show_live)

    def mark(self) -> None:
        """Mark this moment of the live session or, in a finished one, what is played or stands at the caret.

        A line of a finished session that has a bookmark loses it.
        """
        if self._live.active and self._transcript.shown == Live():
            seconds = self._live.bookmark()
            self.message.emit(self.tr("Bookmark set at {0}").format(clock(seconds)))
        elif self._transcript.kept is not None:
            self._toggle(self._player.position if self._player.playing else self._seconds_at_caret())
        else:
            self.message.emit(self.tr("Bookmarks are set in a session that runs or is finished."))

    def next(self) -> None:
        """Put the caret into the next line that has a bookmark, after the last into the first."""
        times = self._transcript.document.bookmarks
        if not times or not self._view.words:
            self.message.emit(self.tr("No bookmarks here"))
            return
        lines = sorted({self._view.line_at(seconds) for seconds in times})
        here = bisect_right(lines, self._view.textCursor().blockNumber())
        line = lines[here % len(lines)]
        position = self._view.document().findBlockByNumber(line).position()
        self._view.hold_caret(position, position)
        self._view.centerCursor()
        self._view.setFocus()
        self.message.emit(self.tr("Bookmark {0} of {1}").format(lines.index(line) + 1, len(lines)))

    def add_entries(self, menu: QMenu, target: MenuTarget) -> None:
        """Add the entry that sets or removes a bookmark of the line that was clicked."""
        start = self._view.line_start(target.line)
        if target.correctable and start is not None and self._view.words:
            has = self._view.line_marks(target.line).bookmarked
            text = self.tr("Remove bookmark") if has else self.tr("Set bookmark")
            seconds = target.word.start if target.word is not None else start
            menu.addAction(text).triggered.connect(lambda: self._toggle(seconds))

    def _seconds_at_caret(self) -> float:
        cursor = self._view.textCursor()
        index = self._view.word_at(cursor.selectionStart())
        if index is not None:
            return self._view.words[index].start
        return self._view.line_start(cursor.blockNumber()) or 0.0

    def _toggle(self, seconds: float) -> None:
        line = self._view.line_at(seconds)
        there = [time for time in self._transcript.document.bookmarks if self._view.line_at(time) == line]
        for time in there or [seconds]:
            self._transcript.bookmark(time, on=not there)
        self._view.show_bookmarks(self._transcript.document)
        text = self.tr("Bookmark removed") if there else self.tr("Bookmark set at {0}").format(clock(seconds))
        self.message.emit(text)

    def _show_live(self) -> None:
        if self._transcript.shown == Live():
            self._view.show_bookmarks(self._live.document)
