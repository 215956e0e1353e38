"""The level meter: dBFS from -60 to 0 with peak hold, and a verdict in words."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy, QWidget

from app.window.style.colors import SMALL, current_colors
from app.window.texts.plain_text import set_tip
from app.worker.audio_monitor import FLOOR, AudioColumns

BAR_HEIGHT = 6.0  # pixels
MIN_BAR_WIDTH = 48.0  # pixels; a narrower bar is unreadable, so the verdict takes its place
HOLD = 1.5  # seconds that the peak mark stays before it falls
FALL = 20.0  # dB per second
QUIET = -45.0  # dBFS; speech that stays below is hard to recognise
QUIET_AFTER = 3.0  # seconds below QUIET before the meter shows "too quiet"
LOUD = -9.0  # dBFS; above it the next syllable may clip
CLIP_SHOWN = 2.0  # seconds that "clipping" is shown


class LevelMeter(QAbstractSlider):
    """Shows `AudioColumns`. Time is counted in seconds of sound, so the meter needs no timer. Interface thread.

    A slider that nobody can move: so screen readers find a value, and are silent while it changes.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setRange(round(FLOOR), 0)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.level = FLOOR
        self.hold = FLOOR
        self._held = self._clipping = self._quiet = 0.0
        self.active = False
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        set_tip(self, self.tr("Loudness of the microphone. Speech should reach the middle of the bar."))
        self.setAccessibleName(self.tr("Input level"))

    def sizeHint(self) -> QSize:
        """Return room for the bar and the verdict."""
        letter = self.fontMetrics().horizontalAdvance("0")
        return QSize(letter * 14 + self._room_for_words(), self.fontMetrics().height() + SMALL)

    def minimumSizeHint(self) -> QSize:
        """Return room for the bar or the verdict."""
        return QSize(max(round(MIN_BAR_WIDTH), self._room_for_words()), self.fontMetrics().height() + SMALL)

    def _room_for_words(self) -> int:
        letters = self.fontMetrics().horizontalAdvance
        return max(letters(self.tr("too quiet")), letters(self.tr("clipping"))) + SMALL

    @property
    def verdict(self) -> str:
        """What is wrong with the level; "" if nothing is."""
        if not self.active:
            return ""
        if self._clipping > 0:
            return self.tr("clipping")
        return self.tr("too quiet") if self._quiet >= QUIET_AFTER else ""

    @property
    def words(self) -> str:
        """The verdict, or the level in dB if nothing is wrong; "" while no sound arrives."""
        return self.verdict or (self.tr("{level:.0f} dB").format(level=self.level) if self.active else "")

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
        self.setAccessibleDescription(self.words)
        self.update()

    def clear(self) -> None:
        """Show that no sound arrives."""
        self.level = self.hold = FLOOR
        self._held = self._clipping = self._quiet = 0.0
        self.active = False
        self.setValue(round(FLOOR))
        self.setAccessibleDescription("")
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Leave the value alone, which a slider would change."""
        event.ignore()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the value alone, which a slider would change."""
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the bar and the verdict, or the verdict alone where both have no room."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        words = self._room_for_words()
        both = self.width() - words >= MIN_BAR_WIDTH
        width = self.width() - words if both and self.verdict else self.width()
        if both or not self.verdict:
            self._paint_bar(painter, float(width))
        if self.verdict:
            painter.setPen(QColor(current_colors().warning))
            place = QRectF(width + SMALL if both else 0, 0, words, self.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, self.verdict)

    def _paint_bar(self, painter: QPainter, width: float) -> None:
        colors = current_colors()
        track = QRectF(0, (self.height() - BAR_HEIGHT) / 2, width, BAR_HEIGHT)
        painter.setBrush(QColor(colors.hover))
        painter.drawRoundedRect(track, BAR_HEIGHT / 2, BAR_HEIGHT / 2)
        if not self.active:
            return
        tone = colors.error if self._clipping > 0 else colors.warning if self.level > LOUD else colors.good
        lit = max(BAR_HEIGHT, (self.level - FLOOR) / -FLOOR * width)
        painter.setBrush(QColor(tone))
        painter.drawRoundedRect(QRectF(track.topLeft(), QSize(round(lit), 0)).adjusted(0, 0, 0, BAR_HEIGHT), 3, 3)
        if self.hold > FLOOR:
            at = (self.hold - FLOOR) / -FLOOR * width
            painter.setBrush(QColor(colors.muted))
            painter.drawRoundedRect(QRectF(min(at, width - 2), track.top() - 2, 2, BAR_HEIGHT + 4), 1, 1)
