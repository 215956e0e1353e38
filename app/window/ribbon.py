"""The log-mel ribbon: what the model hears, the last seconds of it, with the words under it."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.hearing import Heard
from asr.transcript import Update, Word

SPAN = 10.0  # seconds in view
# Dark to light in equal steps of lightness, so that it also reads in grey.
STOPS = ((9, 16, 30), (20, 52, 92), (28, 104, 130), (64, 160, 132), (176, 206, 110), (252, 240, 176))


def colours() -> list[int]:
    table = []
    for value in range(256):
        place = value / 255 * (len(STOPS) - 1)
        left = min(int(place), len(STOPS) - 2)
        part = place - left
        red, green, blue = (round(a + (b - a) * part) for a, b in zip(STOPS[left], STOPS[left + 1], strict=True))
        table.append(QColor(red, green, blue).rgb())
    return table


class Ribbon(QWidget):
    """A ring of picture columns: each new one is written over the oldest, nothing is ever moved."""

    def __init__(self, frame_seconds: float = 0.01, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame = frame_seconds
        self._count = round(SPAN / frame_seconds)
        self._image: QImage | None = None
        self._table = colours()
        self.seconds = 0.0  # of sound in the picture so far
        self._columns = 0
        self._words: list[Word] = []
        self._partial: tuple[Word, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("What the model hears"))
        self.setToolTip(self.tr("What the model hears: low to high tones of the last 10 seconds"))

    def sizeHint(self) -> QSize:
        return QSize(400, 56 + self.fontMetrics().height() + 4)

    def clear(self) -> None:
        self._image = None
        self.seconds, self._columns = 0.0, 0
        self._words, self._partial = [], ()
        self.update()

    def feed(self, sounds: tuple[Heard, ...]) -> None:
        for heard in sounds:
            self._write(heard.columns, heard.bands)
        self.update()

    def apply(self, updates: tuple[Update, ...]) -> None:
        for update in updates:
            self._words.extend(update.words)
            self._partial = update.partial
        self._words = [word for word in self._words if word.end > self.seconds - SPAN - 1]
        self.update()

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
        self.seconds = self._columns * self._frame

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        letters = self.fontMetrics().height()
        picture = QRect(0, 0, self.width(), self.height() - letters - 4)
        painter.fillRect(picture, QColor(*STOPS[0]))
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

    def _paint_words(self, painter: QPainter, area: QRectF) -> None:
        per_second = self.width() / SPAN
        ink = self.palette().color(QPalette.ColorRole.WindowText)
        pale = self.palette().color(QPalette.ColorRole.PlaceholderText)
        free = area.left()  # where the word before ends: none is drawn over another
        for words, colour, slanted in ((self._words, ink, False), (self._partial, pale, True)):
            painter.setPen(colour)
            font = painter.font()
            font.setItalic(slanted)
            painter.setFont(font)
            for word in words:
                x = area.right() - (self.seconds - word.start) * per_second
                width = painter.fontMetrics().horizontalAdvance(word.text)
                if x >= free and x + width <= area.right() + 1:
                    painter.drawText(QRectF(x, area.top(), width + 2, area.height()), 0, word.text)
                    free = x + width + painter.fontMetrics().horizontalAdvance(" ")
