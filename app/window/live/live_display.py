"""Shows the live session in the toolbar, the status bar, the spectrogram and the captions, and announces its words.

The transcript itself is shown by `app.window.transcript.current_transcript`.
"""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.window.live.captions import Captions
from app.window.live.live_session import LiveSession
from app.window.live.live_state import LiveState, display_of
from app.window.live.spectrogram import Spectrogram
from app.window.shell.screen_reader import announce
from app.window.shell.status_bar import StatusBar
from app.window.shell.toolbar import Toolbar
from app.worker.transcription_worker import Pace
from asr.updates import Word, text_of


class LiveDisplay(QObject):
    """Connects the signals of the session with the widgets. Interface thread."""

    def __init__(
        self,
        live: LiveSession,
        toolbar: Toolbar,
        status_bar: StatusBar,
        spectrogram: Spectrogram,
        captions: Captions,
        announcer: QWidget,
    ) -> None:
        """Connect everything and show the present state.

        Args:
            announcer: the widget in whose name a screen reader reads final words.
        """
        super().__init__(announcer)
        self._live, self._announcer = live, announcer
        self._toolbar, self._status_bar = toolbar, status_bar
        self._spectrogram, self._captions = spectrogram, captions
        self._line: tuple[Word, ...] = ()  # final words that were not announced yet
        live.state_changed.connect(self._show_state)
        live.started.connect(self._clear)
        live.finished.connect(self._announce_line)
        live.updated.connect(self._show_words)
        live.audio_measured.connect(self._show_audio)
        live.pace_changed.connect(self._show_pace)
        self._show_state(live.state)

    def _clear(self) -> None:
        self._captions.clear()
        self._spectrogram.clear()
        self._line = ()

    def _show_state(self, state: LiveState) -> None:
        display = display_of(state)
        self._toolbar.show_state(display)
        self._status_bar.show_state(display)
        self._captions.show_notice(display.status if state in (LiveState.LOST, LiveState.PAUSED) else "")
        if state is LiveState.LISTENING:
            self._spectrogram.lose_time()
        if state in (LiveState.READY, LiveState.FAILED):
            self._status_bar.show_saved("")
        announce(self._announcer.window(), display.status)

    def _show_words(self, updates: tuple) -> None:
        self._captions.apply(updates)
        self._spectrogram.apply(updates)
        for update in updates:
            self._line += update.words
            if update.endpoint:
                self._announce_line()

    def _announce_line(self) -> None:
        """Let a screen reader read the final words since the last line: whole lines, not word after word."""
        line, self._line = self._line, ()
        announce(self._announcer, text_of(line))

    def _show_audio(self, columns: tuple) -> None:
        self._toolbar.meter.feed(columns)
        if self._live.state is not LiveState.PAUSED:  # paused sound is not recognised, and session time stands still
            self._spectrogram.feed(columns)

    def _show_pace(self, pace: Pace) -> None:
        if self._live.state is not LiveState.PAUSED:
            self._spectrogram.keep_time(pace.seconds)
        self._status_bar.show_pace(pace)
        recorder = self._live.recorder
        saved = recorder is not None and recorder.saved
        self._status_bar.show_saved("" if saved else self.tr("not kept"))
