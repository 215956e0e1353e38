"""The spectrogram: ten seconds of the log-mel features that the model receives, with the words under them.

Of the live session it shows the last ten seconds; of a kept session one page, with the position that is being played.
"""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.window.style.colors import SPECTROGRAM_STOPS, current_colors, spectrogram_colors
from app.window.texts.plain_text import set_tip
from app.worker.audio_monitor import AudioColumns
from asr.updates import Update, Word, shown_words

SPAN = 10.0  # seconds in view
LEFT_OUT = "…"  # stands for words that have no room
NUDGE = 14.0  # pixels that a word may be moved to the right to make room; a word that needs more is left out


class Spectrogram(QWidget):
    """A ring buffer of columns: each new column overwrites the oldest, and nothing is ever moved. Interface thread."""

    seek_wanted = Signal(float)  # seconds: the page was clicked at this position

    def __init__(self, frame_seconds: float = 0.01, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame = frame_seconds
        self._count = round(SPAN / frame_seconds)
        self._image: QImage | None = None
        self._table = spectrogram_colors()
        self.seconds = 0.0  # of the session, at the right edge
        self.position: float | None = None  # seconds, what is being played; None: live
        self._columns = 0  # number written so far
        self._origin: float | None = 0.0  # seconds of the session at the first column; None: unknown until `keep_time`
        self._words: list[Word] = []
        self._partial: tuple[Word, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("What the model hears"))
        set_tip(self, self.tr("What the model hears: low to high tones of 10 seconds"))

    def sizeHint(self) -> QSize:
        """Return room for the picture and one line of words."""
        return QSize(400, 56 + self.fontMetrics().height() + 4)

    def clear(self) -> None:
        """Remove the picture and the words."""
        self._image = None
        self.seconds, self._columns, self._origin, self.position = 0.0, 0, 0.0, None
        self._words, self._partial = [], ()
        self.update()

    def feed(self, batches: tuple[AudioColumns, ...]) -> None:
        """Add columns at the right edge."""
        for batch in batches:
            self._write(batch.columns, batch.bands)
        self.update()

    def apply(self, updates: tuple[Update, ...]) -> None:
        """Add the final words of updates and replace the partial."""
        for update in updates:
            self._words.extend(update.words)
            self._partial = update.partial
        self._words = [word for word in self._words if word.end > self.seconds - SPAN - 1]
        self.update()

    def keep_time(self, seconds: float) -> None:
        """Set the time of the right edge: the seconds of the session recognised so far.

        The time of a session stands still while it is paused, and columns of that time are dropped.
        """
        behind = seconds - self._columns * self._frame
        self._origin = behind if self._origin is None else max(self._origin, behind)
        self.seconds = self._origin + self._columns * self._frame

    def lose_time(self) -> None:
        """Forget the time of the columns, after a pause: the next `keep_time` tells how many were dropped."""
        self._origin = None

    def show_page(self, start: float, columns: AudioColumns, words: Sequence[Word]) -> None:
        """Show SPAN seconds of a kept session from `start`; shorter sound leaves the rest of the page empty."""
        self.clear()
        self._write(columns.columns, columns.bands)
        if columns.bands:
            self._write(bytes(columns.bands) * (self._count - self._columns), columns.bands)
        self.seconds, self._words, self.position = start + SPAN, list(words), start
        self.update()

    def mark(self, seconds: float) -> None:
        """Mark the position that is being played."""
        self.position = seconds
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Ask to play from the position that was clicked."""
        if self.position is not None:
            self.seek_wanted.emit(self.seconds - SPAN * (1 - event.position().x() / max(1, self.width())))

    def _write(self, columns: bytes, bands: int) -> None:
        if not bands:
            return
        if self._image is None or self._image.height() != bands:
            self._image = QImage(self._count, bands, QImage.Format.Format_Indexed8)
            self._image.setColorTable(self._table)
            self._image.fill(0)
        cells, line, first = memoryview(self._image.bits()), self._image.bytesPerLine(), 0
        while first < len(columns):  # in one piece, or two where the ring ends
            x = self._columns % self._count
            piece = columns[first : first + bands * (self._count - x)]
            length = len(piece) // bands
            for band in range(bands):
                at = (bands - 1 - band) * line + x
                cells[at : at + length] = piece[band::bands]
            self._columns += length
            first += len(piece)
        if self._origin is not None:
            self.seconds = self._origin + self._columns * self._frame

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the picture, the words and the position that is being played."""
        painter = QPainter(self)
        text_height = self.fontMetrics().height()
        picture = QRect(0, 0, self.width(), self.height() - text_height - 4)
        painter.fillRect(picture, QColor(*SPECTROGRAM_STOPS[0]))
        if self._image is None:
            painter.setPen(QColor(150, 170, 190))
            painter.drawText(picture, Qt.AlignmentFlag.AlignCenter, self.tr("What the model hears"))
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        # Oldest column left, newest right: the ring buffer is drawn in two pieces.
        seam = self._columns % self._count if self._columns >= self._count else 0
        used = min(self._columns, self._count)
        scale = self.width() / self._count
        height = self._image.height()
        left = (self._count - used) * scale
        for start, length in ((seam, used - seam), (0, seam)) if seam else ((0, used),):
            box = QRectF(left, 0, length * scale, picture.height())
            painter.drawImage(box, self._image, QRectF(start, 0, length, height))
            left += length * scale
        self._paint_words(painter, QRectF(0, picture.height() + 2, self.width(), text_height))
        if self.position is not None:
            x = self.width() * (1 - (self.seconds - self.position) / SPAN)
            painter.fillRect(QRectF(x - 1, 0, 2, picture.height()), QColor("white"))

    def _paint_words(self, painter: QPainter, area: QRectF) -> None:
        per_second = self.width() / SPAN
        final_color = self.palette().color(QPalette.ColorRole.WindowText)
        partial_color = QColor(current_colors().muted)
        free = area.left()  # pixels; where the previous word ends, as words must not overlap
        left_out = True  # there is no mark to the left of the first word
        for words, color, italic in ((self._words, final_color, False), (self._partial, partial_color, True)):
            painter.setPen(color)
            font = painter.font()
            font.setItalic(italic)
            font.setPointSizeF(0.9 * self.font().pointSizeF())
            painter.setFont(font)
            letters = painter.fontMetrics().horizontalAdvance
            for word in shown_words(words):
                x = area.right() - (self.seconds - word.start) * per_second
                width = letters(word.shown)
                if x >= free - NUDGE:
                    x = max(x, free)
                if x >= free and x + width <= area.right() + 1:
                    painter.drawText(QRectF(x, area.top(), width + 2, area.height()), 0, word.shown)
                    free, left_out = x + width + letters(" "), False
                elif x < free and not left_out:
                    x = free - letters(" ")
                    painter.drawText(QRectF(x, area.top(), letters(LEFT_OUT) + 2, area.height()), 0, LEFT_OUT)
                    free, left_out = x + letters(LEFT_OUT + " "), True
