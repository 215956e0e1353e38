"""The ribbon under a kept transcript: the ten seconds being played, drawn in the background."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject

from app.audio_io.player import Player
from app.window.live.spectrogram import SPAN, Spectrogram
from app.window.transcript.current_transcript import CurrentTranscript
from app.worker.audio_monitor import AudioColumns
from app.worker.task import BackgroundCall

Draw = Callable[[Path, float, float], AudioColumns]  # sound file, start, seconds -> its picture; in a worker


class PlaybackSpectrogram(QObject):
    """Follows the player; the page turns when the place leaves it, so that the picture stands still meanwhile."""

    def __init__(self, ribbon: Spectrogram, player: Player, desk: CurrentTranscript) -> None:
        super().__init__(ribbon)
        self._ribbon, self._player, self._desk = ribbon, player, desk
        self._draw: Draw | None = None
        self._shown: tuple[str, int] | None = None  # session and page
        self._drawing: BackgroundCall | None = None
        self._on = False
        ribbon.sought.connect(player.seek)
        player.moved.connect(self._follow)
        desk.changed.connect(self._turn)
        desk.revised.connect(self._again)

    def use(self, draw: Draw) -> None:
        """Without a model there is nothing that hears."""
        self._draw = draw
        self._turn()

    def switch(self, on: bool) -> None:
        self._on = on
        self._turn()

    @property
    def wanted(self) -> tuple[str, int] | None:
        session = self._desk.session
        if not self._on or self._draw is None or session is None or not self._player.duration:
            return None
        last = max(0.0, self._player.duration - 0.001)
        return session.id, int(min(self._player.position, last) // SPAN)

    def close(self, seconds: float = 5.0) -> None:
        self._on = False
        if self._drawing is not None:
            self._drawing.wait(seconds)

    def _follow(self, seconds: float) -> None:
        if self._desk.session is not None:
            if self.wanted == self._shown:
                self._ribbon.mark(seconds)
            else:
                self._turn()

    def _again(self) -> None:
        self._shown = None
        self._turn()

    def _turn(self) -> None:
        wanted = self.wanted
        self._ribbon.setVisible(wanted is not None)
        if self._desk.session is None:
            self._shown = None
        if wanted is None or wanted == self._shown or self._drawing is not None:
            return
        session, draw = self._desk.session, self._draw
        assert session is not None and draw is not None
        sound, start = session.sound, wanted[1] * SPAN
        if sound is None:
            return
        drawing = BackgroundCall(lambda: draw(sound, start, SPAN), "picture", self)
        drawing.done.connect(lambda heard: self._show(wanted, heard))
        drawing.ended.connect(lambda error: self._drawn(wanted, error))
        self._drawing = drawing
        drawing.start()

    def _show(self, page: tuple[str, int], heard: AudioColumns) -> None:
        if page == self.wanted:
            start = page[1] * SPAN
            words = [word for word in self._desk.document.words if start <= word.start < start + SPAN]
            self._ribbon.show_page(start, heard, words)
            self._ribbon.mark(self._player.position)
            self._shown = page

    def _drawn(self, page: tuple[str, int], error: Exception | None) -> None:
        drawing, self._drawing = self._drawing, None
        if drawing is not None:
            drawing.deleteLater()
        if error is not None:
            self._shown = page  # without a picture: its sound is gone, asking again would not bring it back
        self._turn()  # the place may have moved on
