"""The waveform of a kept session as the slider of its player."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSlider, QWidget

from app.audio_io.player import Player
from app.window.style.colors import RADIUS, VAST, Colors, current_colors
from app.window.transcript.current_transcript import CurrentTranscript
from app.worker.task import BackgroundCall
from app.worker.waveform import peaks_of

BAR, GAP = 2.0, 1.5  # pixels of a bar, and between two of them


class WaveformSlider(QSlider):
    """A slider that shows the loudness of the sound along it. A click goes to the place that was clicked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._peaks: Sequence[float] = ()
        self.setMinimumHeight(VAST)

    def sizeHint(self) -> QSize:
        """Return room for bars that can be told apart."""
        return QSize(240, VAST)

    @property
    def peaks(self) -> Sequence[float]:
        """The loudness that is shown, 0 to 1, from the beginning to the end; empty while it is unknown."""
        return self._peaks

    def show_peaks(self, peaks: Sequence[float]) -> None:
        """Show this loudness; nothing shows a plain line."""
        self._peaks = peaks
        self.update()

    def _value_at(self, x: float) -> int:
        share = min(1.0, max(0.0, x / max(1, self.width())))
        return round(self.minimum() + share * (self.maximum() - self.minimum()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the place that was clicked, and follow the pointer from there."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self._move(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the pointer."""
        if self.isSliderDown():
            self._move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Stay there."""
        self.setSliderDown(False)

    def _move(self, event: QMouseEvent) -> None:
        self.setSliderPosition(self._value_at(event.position().x()))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the bars, those before the position in the accent."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        colors = current_colors()
        span = max(1, self.maximum() - self.minimum())
        here = self.width() * (self.sliderPosition() - self.minimum()) / span
        self._paint_bars(painter, colors, here)
        painter.setBrush(QColor(colors.accent))
        painter.drawRoundedRect(QRectF(min(max(0.0, here - 1), self.width() - 2), 2, 2, self.height() - 4), 1, 1)
        if self.hasFocus():
            painter.setPen(QPen(QColor(colors.accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)

    def _paint_bars(self, painter: QPainter, colors: Colors, here: float) -> None:
        middle, room = self.height() / 2, self.height() - 8.0
        bars = int(self.width() / (BAR + GAP)) if self._peaks else 0
        if not bars:
            for start, end, tone in ((0.0, here, colors.accent), (here, float(self.width()), colors.faint)):
                painter.setBrush(QColor(tone))
                painter.drawRect(QRectF(start, middle - 1, end - start, 2))
        for bar in range(bars):
            first = bar * len(self._peaks) // bars
            loud = max(self._peaks[first : max(first + 1, (bar + 1) * len(self._peaks) // bars)])
            height = max(BAR, loud * room)
            x = bar * (BAR + GAP)
            painter.setBrush(QColor(colors.accent if x < here else colors.faint))
            painter.drawRoundedRect(QRectF(x, middle - height / 2, BAR, height), 1, 1)


class PlaybackWaveform(QObject):
    """Shows the loudness of the session on screen, which a worker thread measures. Interface thread."""

    def __init__(self, slider: WaveformSlider, player: Player, transcript: CurrentTranscript) -> None:
        super().__init__(slider)
        self._slider, self._player, self._transcript = slider, player, transcript
        self._shown = ""  # id of the session
        self._running: BackgroundCall | None = None
        self._closed = False
        transcript.changed.connect(self._turn)

    def close(self, seconds: float = 5.0) -> None:
        """Begin no more measurements, and wait for the one under way."""
        self._closed = True
        if self._running is not None:
            self._running.wait(seconds)

    def _turn(self) -> None:
        kept = self._transcript.kept
        if self._closed or kept is None or kept.sound is None or kept.id == self._shown or self._running is not None:
            return
        self._slider.show_peaks(())
        id, sound, seconds = kept.id, kept.sound, self._player.duration
        if not seconds:
            return
        self._shown = id
        running = BackgroundCall(lambda: peaks_of(sound, seconds), "waveform", self)
        running.done.connect(lambda peaks: self._show(id, peaks))
        running.ended.connect(self._ended)
        self._running = running
        running.start()

    def _show(self, id: str, peaks: tuple[float, ...]) -> None:
        kept = self._transcript.kept
        if kept is not None and kept.id == id:
            self._slider.show_peaks(peaks)

    def _ended(self, error: Exception | None) -> None:
        running, self._running = self._running, None
        if running is not None:
            running.deleteLater()
        self._turn()  # another session may be on screen by now
