"""The captions: a window above all others that shows the last few lines."""

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QColor,
    QFont,
    QFontMetricsF,
    QGuiApplication,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizeGrip, QWidget

from app.window.live.caption_lines import CaptionLines
from asr.updates import Update

MARGIN = 18  # pixels
PARTIAL = QColor(188, 196, 206)
BACKGROUND = QColor(12, 15, 20)


def can_stay_on_top() -> bool:
    """Return whether the program can keep a window above others; under Wayland only the desktop can."""
    return not QGuiApplication.platformName().startswith("wayland")


class Captions(QWidget):
    """A frameless window; drag it to move it, its corner to resize it, Esc closes it. Interface thread."""

    closed = Signal()

    def __init__(self, lines: int = 2, points: float = 22.0, opacity: float = 0.85) -> None:
        super().__init__(
            None,
            Qt.WindowType.Tool | Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint,
        )
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self.setWindowTitle(self.tr("Echoic captions"))
        self.setAccessibleName(self.tr("Captions"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.lines = lines
        self.opacity = opacity
        self._caption_lines = CaptionLines(self._fits)
        self._grabbed_at: QPoint | None = None
        self._grip = QSizeGrip(self)
        self.set_size(points)
        self.resize(900, self.height())

    def set_lines(self, lines: int) -> None:
        """Show so many lines."""
        self.lines = lines
        self._fit()

    def set_size(self, points: float) -> None:
        """Set the size of the letters, in points."""
        font = QFont(self.font())
        font.setPointSizeF(points)
        font.setWeight(QFont.Weight.Medium)
        self.setFont(font)
        self._fit()

    def set_opacity(self, opacity: float) -> None:
        """Set the opacity of the background, 0 to 1; words are always solid."""
        self.opacity = opacity
        self.update()

    def clear(self) -> None:
        """Remove all words."""
        self._caption_lines.clear()
        self.update()

    def apply(self, updates: tuple[Update, ...]) -> None:
        """Add the final words of updates and show the newest partial."""
        self._caption_lines.apply(updates)
        self.update()

    def rows(self) -> list[tuple[str, str]]:
        """Return the lines on screen, oldest first, each as (final words, partial words)."""
        return self._caption_lines.rows()[-self.lines :]

    def _fits(self, text: str) -> bool:
        """Return whether a text fits on a line both as a partial, in italics, and once it is final."""
        slanted = QFont(self.font())
        slanted.setItalic(True)
        wide = max(QFontMetricsF(font).horizontalAdvance(text) for font in (self.font(), slanted))
        return wide <= self.width() - 2 * MARGIN

    def _fit(self) -> None:
        height = round(self.fontMetrics().lineSpacing() * self.lines + 1.4 * MARGIN)
        self.setMinimumSize(240, height)
        self.resize(self.width(), height)
        self._caption_lines.rewrap()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the background and the lines, final words in white, the partial in grey italics."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(BACKGROUND.red(), BACKGROUND.green(), BACKGROUND.blue(), round(255 * self.opacity)))
        painter.drawRoundedRect(QRectF(self.rect()), 12, 12)
        rows = self.rows()
        spacing = self.fontMetrics().lineSpacing()
        y = self.height() - round(0.7 * MARGIN) - spacing * len(rows)
        if not rows:
            painter.setPen(PARTIAL)
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.tr("Captions appear here"))
        slanted = QFont(self.font())
        slanted.setItalic(True)
        for final, partial in rows:
            box = QRect(MARGIN, y, self.width() - 2 * MARGIN, spacing)
            painter.setFont(self.font())
            self._write(painter, box, final, QColor("white"))
            if partial:
                skip = painter.fontMetrics().horizontalAdvance(final + " ") if final else 0
                painter.setFont(slanted)
                self._write(painter, box.adjusted(skip, 0, 40, 0), partial, PARTIAL)
            y += spacing

    @staticmethod
    def _write(painter: QPainter, box: QRect, text: str, colour: QColor) -> None:
        """Draw text with a dark outline, so that it is legible where the background is nearly transparent."""
        for shift, pen in (
            (QPoint(1, 1), BACKGROUND),
            (QPoint(-1, 0), BACKGROUND),
            (QPoint(0, -1), BACKGROUND),
            (QPoint(0, 0), colour),
        ):
            painter.setPen(pen)
            painter.drawText(box.translated(shift), Qt.AlignmentFlag.AlignLeft, text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Move the grip to the corner; break the lines again for another width."""
        self._grip.resize(self._grip.sizeHint())
        self._grip.move(self.width() - self._grip.width(), self.height() - self._grip.height())
        if event.size().width() != event.oldSize().width():
            self._caption_lines.rewrap()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to move the window."""
        if event.button() == Qt.MouseButton.LeftButton:
            handle = self.windowHandle()
            # Under Wayland only the desktop can move a window. Where it does not, follow the mouse.
            if handle is None or not handle.startSystemMove():
                self._grabbed_at = event.globalPosition().toPoint() - self.pos()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the window with the mouse."""
        if self._grabbed_at is not None:
            self.move(event.globalPosition().toPoint() - self._grabbed_at)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End moving the window."""
        self._grabbed_at = None

    def event(self, event: QEvent) -> bool:
        """Claim Esc before the shortcut of the main window does, so that it closes the captions."""
        escape = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        if escape and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close the window on Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Tell that the captions are closed."""
        self.closed.emit()
        super().closeEvent(event)
