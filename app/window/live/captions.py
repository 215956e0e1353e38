"""Captions over other windows: a few lines whose beginnings never move."""

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

MARGIN = 18
GREY = QColor(188, 196, 206)
EDGE = QColor(12, 15, 20)


def can_stay_on_top() -> bool:
    """Under Wayland no program may place itself above others; the desktop decides."""
    return not QGuiApplication.platformName().startswith("wayland")


class Captions(QWidget):
    """Frameless; drag to move, the corner to size, Esc to close."""

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
        self.count = lines
        self.opacity = opacity
        self._wrapping = CaptionLines(self._fits)
        self._held: QPoint | None = None
        self._grip = QSizeGrip(self)
        self.set_size(points)
        self.resize(900, self.height())

    def set_lines(self, lines: int) -> None:
        self.count = lines
        self._fit()

    def set_size(self, points: float) -> None:
        font = QFont(self.font())
        font.setPointSizeF(points)
        font.setWeight(QFont.Weight.Medium)
        self.setFont(font)
        self._fit()

    def set_opacity(self, opacity: float) -> None:
        self.opacity = opacity
        self.update()

    def clear(self) -> None:
        self._wrapping.clear()
        self.update()

    def apply(self, updates: tuple[Update, ...]) -> None:
        self._wrapping.apply(updates)
        self.update()

    def rows(self) -> list[tuple[str, str]]:
        """The lines to show, oldest first, each as (final words, partial words)."""
        return self._wrapping.rows()[-self.count :]

    def _fits(self, text: str) -> bool:
        """As it is while in motion and as it will be when final: slanted letters may be wider."""
        slanted = QFont(self.font())
        slanted.setItalic(True)
        wide = max(QFontMetricsF(font).horizontalAdvance(text) for font in (self.font(), slanted))
        return wide <= self.width() - 2 * MARGIN

    def _fit(self) -> None:
        height = round(self.fontMetrics().lineSpacing() * self.count + 1.4 * MARGIN)
        self.setMinimumSize(240, height)
        self.resize(self.width(), height)
        self._wrapping.again()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(EDGE.red(), EDGE.green(), EDGE.blue(), round(255 * self.opacity)))
        painter.drawRoundedRect(QRectF(self.rect()), 12, 12)
        rows = self.rows()
        spacing = self.fontMetrics().lineSpacing()
        y = self.height() - round(0.7 * MARGIN) - spacing * len(rows)
        if not rows:
            painter.setPen(GREY)
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
                self._write(painter, box.adjusted(skip, 0, 40, 0), partial, GREY)
            y += spacing

    @staticmethod
    def _write(painter: QPainter, box: QRect, text: str, colour: QColor) -> None:
        """With a dark edge, so that words stay legible where the background is nearly clear."""
        for shift, ink in ((QPoint(1, 1), EDGE), (QPoint(-1, 0), EDGE), (QPoint(0, -1), EDGE), (QPoint(0, 0), colour)):
            painter.setPen(ink)
            painter.drawText(box.translated(shift), Qt.AlignmentFlag.AlignLeft, text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._grip.resize(self._grip.sizeHint())
        self._grip.move(self.width() - self._grip.width(), self.height() - self._grip.height())
        if event.size().width() != event.oldSize().width():
            self._wrapping.again()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            handle = self.windowHandle()
            # Wayland lets only the desktop move a window; elsewhere dragging by hand is as good.
            if handle is None or not handle.startSystemMove():
                self._held = event.globalPosition().toPoint() - self.pos()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is not None:
            self.move(event.globalPosition().toPoint() - self._held)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held = None

    def event(self, event: QEvent) -> bool:
        """Esc closes the captions, whatever it means in the main window."""
        escape = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        if escape and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closed.emit()
        super().closeEvent(event)
