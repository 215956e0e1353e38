"""The spectrogram under a kept transcript: the ten seconds that are being played, computed in the background."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject

from app.audio_io.player import Player
from app.window.live.spectrogram import SPAN, Spectrogram
from app.window.transcript.current_transcript import CurrentTranscript
from app.worker.audio_monitor import AudioColumns
from app.worker.task import BackgroundCall

Compute = Callable[[Path, float, float], AudioColumns]  # WAV file, start and length in seconds; worker thread


class PlaybackSpectrogram(QObject):
    """Follows the player page by page: the picture stands still while the position moves over it. Interface thread."""

    def __init__(self, spectrogram: Spectrogram, player: Player, transcript: CurrentTranscript) -> None:
        super().__init__(spectrogram)
        self._spectrogram, self._player, self._transcript = spectrogram, player, transcript
        self._compute: Compute | None = None
        self._shown: tuple[str, int] | None = None  # id of the session, number of the page
        self._running: BackgroundCall | None = None
        self._on = False
        spectrogram.seek_wanted.connect(player.seek)
        player.moved.connect(self._follow)
        transcript.changed.connect(self._turn)
        transcript.revised.connect(self._redraw)

    def use(self, compute: Compute) -> None:
        """Compute pictures like this from now on; before the first call nothing is shown, as no model is loaded."""
        self._compute = compute
        self._turn()

    def switch(self, on: bool) -> None:
        """Show the spectrogram, or hide it."""
        self._on = on
        self._turn()

    @property
    def wanted(self) -> tuple[str, int] | None:
        """The session and the page at the player's position; None if nothing is to be shown."""
        kept = self._transcript.kept
        if not self._on or self._compute is None or kept is None or not self._player.duration:
            return None
        last = max(0.0, self._player.duration - 0.001)
        return kept.id, int(min(self._player.position, last) // SPAN)

    def close(self, seconds: float = 5.0) -> None:
        """Show nothing more, and wait for the computation under way."""
        self._on = False
        if self._running is not None:
            self._running.wait(seconds)

    def _follow(self, seconds: float) -> None:
        if self._transcript.kept is not None:
            if self.wanted == self._shown:
                self._spectrogram.mark(seconds)
            else:
                self._turn()

    def _redraw(self) -> None:
        self._shown = None
        self._turn()

    def _turn(self) -> None:
        """Show the page that is wanted, unless it is shown already or another is still being computed."""
        wanted, kept, compute = self.wanted, self._transcript.kept, self._compute
        self._spectrogram.setVisible(wanted is not None)
        if kept is None:
            self._shown = None
            return
        if wanted is None or compute is None or wanted == self._shown or self._running is not None:
            return
        sound, start = kept.sound, wanted[1] * SPAN
        if sound is None:
            return
        running = BackgroundCall(lambda: compute(sound, start, SPAN), "spectrogram", self)
        running.done.connect(lambda columns: self._show(wanted, columns))
        running.ended.connect(lambda error: self._ended(wanted, error))
        self._running = running
        running.start()

    def _show(self, page: tuple[str, int], columns: AudioColumns) -> None:
        if page == self.wanted:
            start = page[1] * SPAN
            words = [word for word in self._transcript.document.words if start <= word.start < start + SPAN]
            self._spectrogram.show_page(start, columns, words)
            self._spectrogram.mark(self._player.position)
            self._shown = page

    def _ended(self, page: tuple[str, int], error: Exception | None) -> None:
        running, self._running = self._running, None
        if running is not None:
            running.deleteLater()
        if error is not None:
            self._shown = page  # left without a picture: the sound is gone, and trying again would not bring it back
        self._turn()  # the position may have moved to another page meanwhile
