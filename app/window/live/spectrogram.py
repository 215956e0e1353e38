"""The log-mel ribbon: ten seconds of what the model hears, with the words under it.

Live it shows the last seconds; of a kept session it shows the page that is being played, with the place in it.
"""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.window.shell.colors import SPECTROGRAM_STOPS, muted, spectrogram_colors
from app.worker.audio_monitor import AudioColumns
from asr.updates import Update, Word

SPAN = 10.0  # seconds in view
NUDGE = 14.0  # pixels that a word may stand too far right, rather than not at all


class Spectrogram(QWidget):
    """A ring of picture columns: each new one is written over the oldest, nothing is ever moved."""

    sought = Signal(float)  # seconds: a place of the page was clicked

    def __init__(self, frame_seconds: float = 0.01, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame = frame_seconds
        self._count = round(SPAN / frame_seconds)
        self._image: QImage | None = None
        self._table = spectrogram_colors()
        self.seconds = 0.0  # of the session, at the right edge
        self.place: float | None = None  # seconds, what is being played; None: it is live
        self._columns = 0  # written so far
        self._origin: float | None = 0.0  # seconds of the session at the first column; None: not known yet
        self._words: list[Word] = []
        self._partial: tuple[Word, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("What the model hears"))
        self.setToolTip(self.tr("What the model hears: low to high tones of 10 seconds"))

    def sizeHint(self) -> QSize:
        return QSize(400, 56 + self.fontMetrics().height() + 4)

    def clear(self) -> None:
        self._image = None
        self.seconds, self._columns, self._origin, self.place = 0.0, 0, 0.0, None
        self._words, self._partial = [], ()
        self.update()

    def feed(self, sounds: tuple[AudioColumns, ...]) -> None:
        for heard in sounds:
            self._write(heard.columns, heard.bands)
        self.update()

    def apply(self, updates: tuple[Update, ...]) -> None:
        for update in updates:
            self._words.extend(update.words)
            self._partial = update.partial
        self._words = [word for word in self._words if word.end > self.seconds - SPAN - 1]
        self.update()

    def keep_time(self, seconds: float) -> None:
        """So much of the session has been recognised. Its time stands still in a pause, when columns get lost."""
        behind = seconds - self._columns * self._frame
        self._origin = behind if self._origin is None else max(self._origin, behind)
        self.seconds = self._origin + self._columns * self._frame

    def lose_time(self) -> None:
        """After a pause: which columns were dropped is known at the next `keep_time`."""
        self._origin = None

    def show_page(self, start: float, heard: AudioColumns, words: Sequence[Word]) -> None:
        """SPAN seconds of a kept session; shorter sound leaves the rest of the page empty."""
        self.clear()
        self._write(heard.columns, heard.bands)
        if heard.bands:
            self._write(bytes(heard.bands) * (self._count - self._columns), heard.bands)
        self.seconds, self._words, self.place = start + SPAN, list(words), start
        self.update()

    def mark(self, seconds: float) -> None:
        """The place being played."""
        self.place = seconds
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.place is not None:
            self.sought.emit(self.seconds - SPAN * (1 - event.position().x() / max(1, self.width())))

    def _write(self, columns: bytes, bands: int) -> None:
        if not bands:
            return
        if self._image is None or self._image.height() != bands:
            self._image = QImage(self._count, bands, QImage.Format.Format_Indexed8)
            self._image.setColorTable(self._table)
            self._image.fill(0)
        for first in range(0, len(columns), bands):
            x = self._columns % self._count
            for band in range(bands):
                self._image.setPixel(x, bands - 1 - band, columns[first + band])
            self._columns += 1
        if self._origin is not None:
            self.seconds = self._origin + self._columns * self._frame

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        letters = self.fontMetrics().height()
        picture = QRect(0, 0, self.width(), self.height() - letters - 4)
        painter.fillRect(picture, QColor(*SPECTROGRAM_STOPS[0]))
        if self._image is None:
            painter.setPen(QColor(150, 170, 190))
            painter.drawText(picture, Qt.AlignmentFlag.AlignCenter, self.tr("What the model hears"))
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        # Oldest column left, newest right: two pieces of the ring.
        seam = self._columns % self._count if self._columns >= self._count else 0
        used = min(self._columns, self._count)
        scale = self.width() / self._count
        height = self._image.height()
        left = (self._count - used) * scale
        for start, length in ((seam, used - seam), (0, seam)) if seam else ((0, used),):
            box = QRectF(left, 0, length * scale, picture.height())
            painter.drawImage(box, self._image, QRectF(start, 0, length, height))
            left += length * scale
        self._paint_words(painter, QRectF(0, picture.height() + 2, self.width(), letters))
        if self.place is not None:
            x = self.width() * (1 - (self.seconds - self.place) / SPAN)
            painter.fillRect(QRectF(x - 1, 0, 2, picture.height()), QColor("white"))

    def _paint_words(self, painter: QPainter, area: QRectF) -> None:
        per_second = self.width() / SPAN
        ink = self.palette().color(QPalette.ColorRole.WindowText)
        pale = muted(self.palette(), QPalette.ColorRole.WindowText, QPalette.ColorRole.Window)
        free = area.left()  # where the word before ends: none is drawn over another
        for words, colour, slanted in ((self._words, ink, False), (self._partial, pale, True)):
            painter.setPen(colour)
            font = painter.font()
            font.setItalic(slanted)
            font.setPointSizeF(0.9 * self.font().pointSizeF())
            painter.setFont(font)
            for word in words:
                x = area.right() - (self.seconds - word.start) * per_second
                width = painter.fontMetrics().horizontalAdvance(word.text)
                if x >= free - NUDGE:
                    x = max(x, free)
                if x >= free and x + width <= area.right() + 1:
                    painter.drawText(QRectF(x, area.top(), width + 2, area.height()), 0, word.text)
                    free = x + width + painter.fontMetrics().horizontalAdvance(" ")
