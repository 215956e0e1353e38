"""The level meter: dBFS from -60 to 0 with peak hold, and a verdict in words."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPalette, QWheelEvent
from PySide6.QtWidgets import QAbstractSlider, QWidget

from app.window.shell.text import set_tip
from app.worker.audio_monitor import FLOOR, AudioColumns

BARS = 20
MIN_BARS_WIDTH = 60.0  # pixels; narrower bars are unreadable, so only the words are shown
HOLD = 1.5  # seconds that the peak mark stays before it falls
FALL = 20.0  # dB per second
QUIET = -45.0  # dBFS; speech that stays below is hard to recognise
QUIET_AFTER = 3.0  # seconds below QUIET before the meter shows "too quiet"
CLIP_SHOWN = 2.0  # seconds that "clipping" is shown


class LevelMeter(QAbstractSlider):
    """Shows `AudioColumns`. Time is counted in seconds of sound, so the meter needs no timer. Interface thread.

    A slider that nobody can move: so screen readers find a value, and are silent while it changes.
    """

    clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setRange(round(FLOOR), 0)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.level = FLOOR
        self.hold = FLOOR
        self._held = self._clipping = self._quiet = 0.0
        self.active = False
        set_tip(
            self, self.tr("Loudness of the microphone. Speech should reach the middle of the bar. Click to test it.")
        )
        self.setAccessibleName(self.tr("Input level"))

    def sizeHint(self) -> QSize:
        """Return room for bars and words."""
        letter = self.fontMetrics().horizontalAdvance("0")
        return QSize(letter * 34, self.fontMetrics().height() + 8)

    def minimumSizeHint(self) -> QSize:
        """Return room for the words alone."""
        return QSize(self._room_for_words() + 8, self.fontMetrics().height() + 8)

    def _room_for_words(self) -> int:
        letters = self.fontMetrics().horizontalAdvance
        return max(letters(self.tr("too quiet")), letters(self.tr("clipping")), letters("-00 dB")) + 6

    @property
    def words(self) -> str:
        """The verdict, or the level in dB if nothing is wrong."""
        if not self.active:
            return ""
        if self._clipping > 0:
            return self.tr("clipping")
        if self._quiet >= QUIET_AFTER:
            return self.tr("too quiet")
        return self.tr("{level:.0f} dB").format(level=self.level)

    def feed(self, batches: tuple[AudioColumns, ...]) -> None:
        """Add measured sound."""
        self.active = True
        for batch in batches:
            # The bar rises at once and falls slowly: every syllable is visible, and the figure does not flicker.
            self.level = max(batch.level, self.level - FALL * batch.seconds)
            self._held += batch.seconds
            if batch.peak >= self.hold:
                self.hold, self._held = batch.peak, 0.0
            elif self._held > HOLD:
                self.hold = max(batch.peak, self.hold - FALL * batch.seconds)
            self._clipping = CLIP_SHOWN if batch.clipped else max(0.0, self._clipping - batch.seconds)
            self._quiet = self._quiet + batch.seconds if batch.peak < QUIET else 0.0
        self.setValue(round(self.level))
        self.update()

    def clear(self) -> None:
        """Show that no sound arrives."""
        self.level = self.hold = FLOOR
        self._held = self._clipping = self._quiet = 0.0
        self.active = False
        self.setValue(round(FLOOR))
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Emit `clicked`."""
        self.clicked.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the value alone, which a slider would change."""
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the bars, if they have room, and the words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        words = self._room_for_words()
        width = self.width() - words - 6.0
        if width >= MIN_BARS_WIDTH:
            self._paint_bars(painter, width)
        else:
            width = 0.0
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        painter.drawText(QRectF(width + 6, 0, words, self.height()), Qt.AlignmentFlag.AlignVCenter, self.words)

    def _paint_bars(self, painter: QPainter, width: float) -> None:
        step, height = width / BARS, self.height() * 0.42
        top = (self.height() - height) / 2
        off = QColor(self.palette().color(QPalette.ColorRole.WindowText))
        off.setAlphaF(0.13)
        lit = (self.level - FLOOR) / -FLOOR * BARS
        for bar in range(BARS):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._colour(bar) if self.active and bar < round(lit) else off)
            painter.drawRoundedRect(QRectF(bar * step + 1, top, step - 2, height), 1.5, 1.5)
        if self.active and self.hold > FLOOR:
            at = (self.hold - FLOOR) / -FLOOR * width
            painter.setBrush(self.palette().color(QPalette.ColorRole.WindowText))
            painter.drawRect(QRectF(min(at, width - 2), top - 2, 2, height + 4))

    @staticmethod
    def _colour(bar: int) -> QColor:
        return QColor("#d9363e" if bar >= BARS - 1 else "#d99a1c" if bar >= BARS - 4 else "#2f9e6e")
