"""The captions: a window above all others that shows the last few lines."""

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt, QTimer, QVariantAnimation, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QColor,
    QEnterEvent,
    QFont,
    QFontMetricsF,
    QGuiApplication,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QMoveEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QScreen,
    QShowEvent,
)
from PySide6.QtWidgets import QSizeGrip, QWidget

from app.window.live.caption_controls import CaptionControls
from app.window.live.caption_lines import CaptionLines
from app.window.style.colors import CAPTIONS_DARK, CAPTIONS_LIGHT, CARD_RADIUS, VAST
from asr.updates import Update

MARGIN = 18  # pixels
WIDTH = 900  # pixels, until a person chooses another
FADES_AFTER = 8000  # ms without words
FADING = 700  # ms that it takes
FADED = 0.12  # presence of faded captions: they do not disturb, and can still be found with the mouse


def can_stay_on_top() -> bool:
    """Return whether the program can keep a window above others; under Wayland only the desktop can."""
    return not QGuiApplication.platformName().startswith("wayland")


class Captions(QWidget):
    """A frameless window; drag it to move it, its corner to resize it, Esc closes it. Interface thread."""

    closed = Signal()
    size_stepped = Signal(int)  # +1 or -1
    place_chosen = Signal(str)  # "top", "bottom", or "free": dragged

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
        self.place = "bottom"
        self.notice = ""  # shown in place of the last line, for example that the microphone is lost
        self.presence = 1.0  # 1: all there, FADED: faded
        self._colors = CAPTIONS_DARK
        self._fades = True
        self._caption_lines = CaptionLines(self._fits)
        self._grabbed_at: QPoint | None = None
        self._hovered = False  # the pointer is on the window
        self._dragging = False  # a person has pressed the mouse, so what follows is chosen
        self._grip = QSizeGrip(self)
        self._grip.installEventFilter(self)
        self.controls = CaptionControls(self)
        self.controls.size_stepped.connect(self.size_stepped)
        self.controls.closed.connect(self.close)
        self.controls.moved.connect(lambda: self._choose_place("bottom" if self.place == "top" else "top"))
        self._silence = QTimer(self)
        self._silence.setSingleShot(True)
        self._silence.setInterval(FADES_AFTER)
        self._silence.timeout.connect(self._fade)
        self._fading = QVariantAnimation(self)
        self._fading.setDuration(FADING)
        self._fading.valueChanged.connect(self._set_presence)
        self.set_size(points)
        self.set_style("dark")
        self.resize(WIDTH, self.height())

    # What a person sets.

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

    def set_style(self, style: str) -> None:
        """Show "dark" or "light" captions."""
        self._colors = CAPTIONS_LIGHT if style == "light" else CAPTIONS_DARK
        self.controls.recolor(self._colors, self.place == "top")
        self.update()

    def set_fades(self, fades: bool) -> None:
        """Fade after a silence, or stay."""
        self._fades = fades
        self._appear()

    def set_place(self, place: str, screen: QScreen | None = None) -> None:
        """Stand at the "top" or the "bottom" of a screen, in the middle; "free": stay where a person put it."""
        self.place = place
        self._dragging = False
        self.controls.recolor(self._colors, place == "top")
        if place == "free":
            return
        area = (screen or self.screen()).availableGeometry()
        self.resize(min(self.width(), area.width() - 2 * VAST), self.height())
        x = area.center().x() - self.width() // 2
        y = area.top() + VAST if place == "top" else area.bottom() - self.height() - VAST
        self.move(x, y)

    def _choose_place(self, place: str) -> None:
        self.set_place(place)
        self.place_chosen.emit(place)

    # What is shown.

    def clear(self) -> None:
        """Remove all words."""
        self._caption_lines.clear()
        self._appear()

    def apply(self, updates: tuple[Update, ...]) -> None:
        """Add the final words of updates and show the newest partial."""
        before = self.rows()
        self._caption_lines.apply(updates)
        if self.rows() != before:
            self._appear()

    def show_notice(self, notice: str) -> None:
        """Show a sentence that does not fade; "" shows words only."""
        if notice != self.notice:
            self.notice = notice
            self._appear()

    def rows(self) -> list[tuple[str, str]]:
        """Return the lines on screen, oldest first, each as (final words, partial words)."""
        return self._caption_lines.rows()[-self.lines :]

    def _appear(self) -> None:
        """Be all there, and count the silence anew."""
        self._fading.stop()
        self._set_presence(1.0)
        self._silence.stop()
        if self._fades and not self.notice and self.isVisible() and not self._hovered:
            self._silence.start()

    def _fade(self) -> None:
        self._fading.setStartValue(self.presence)
        self._fading.setEndValue(FADED)
        self._fading.start()

    def _set_presence(self, presence: float) -> None:
        self.presence = presence
        self.update()

    def _fits(self, text: str) -> bool:
        """Return whether a text fits on a line both as a partial, in italics, and once it is final."""
        slanted = QFont(self.font())
        slanted.setItalic(True)
        wide = max(QFontMetricsF(font).horizontalAdvance(text) for font in (self.font(), slanted))
        return wide <= self.width() - 2 * MARGIN

    def _fit(self) -> None:
        self._dragging = False
        height = round(self.fontMetrics().lineSpacing() * self.lines + 1.4 * MARGIN)
        bottom = self.geometry().bottom()
        self.setMinimumSize(240, height)
        self.resize(self.width(), height)
        if self.place == "bottom" and self.isVisible():
            self.move(self.x(), bottom - height + 1)  # it grows upwards
        self._caption_lines.rewrap()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the background and the lines, final words solid, the partial paler and in italics."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(self.presence)
        painter.setPen(Qt.PenStyle.NoPen)
        ground = QColor(self._colors.ground)
        ground.setAlphaF(self.opacity)
        painter.setBrush(ground)
        painter.drawRoundedRect(QRectF(self.rect()), CARD_RADIUS, CARD_RADIUS)
        rows = self.rows()
        if self.notice:
            rows = rows[len(rows) - self.lines + 1 :] if len(rows) >= self.lines else rows
        spacing = self.fontMetrics().lineSpacing()
        y = self.height() - round(0.7 * MARGIN) - spacing * (len(rows) + bool(self.notice))
        if not rows and not self.notice:
            painter.setPen(QColor(self._colors.muted))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.tr("Captions appear here"))
        slanted = QFont(self.font())
        slanted.setItalic(True)
        for final, partial in rows:
            box = QRect(MARGIN, y, self.width() - 2 * MARGIN, spacing)
            painter.setFont(self.font())
            self._write(painter, box, final, self._colors.text)
            if partial:
                skip = painter.fontMetrics().horizontalAdvance(final + " ") if final else 0
                painter.setFont(slanted)
                self._write(painter, box.adjusted(skip, 0, 40, 0), partial, self._colors.muted)
            y += spacing
        if self.notice:
            painter.setFont(self.font())
            box = QRect(MARGIN, y, self.width() - 2 * MARGIN, spacing)
            text = self.fontMetrics().elidedText(self.notice, Qt.TextElideMode.ElideRight, box.width())
            self._write(painter, box, text, self._colors.notice)

    def _write(self, painter: QPainter, box: QRect, text: str, colour: str) -> None:
        """Draw text with an outline, so that it is legible where the background is nearly transparent."""
        ground = self._colors.ground
        for shift, pen in (
            (QPoint(1, 1), ground),
            (QPoint(-1, 0), ground),
            (QPoint(0, -1), ground),
            (QPoint(0, 0), colour),
        ):
            painter.setPen(QColor(pen))
            painter.drawText(box.translated(shift), Qt.AlignmentFlag.AlignLeft, text)

    # The window itself.

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Move grip and buttons to their corners; break the lines again for another width."""
        self._grip.resize(self._grip.sizeHint())
        self._grip.move(self.width() - self._grip.width(), self.height() - self._grip.height())
        self._place_controls()
        if event.size().width() != event.oldSize().width():
            self._caption_lines.rewrap()
            self._note_choice()

    def moveEvent(self, event: QMoveEvent) -> None:
        """Note that a person chose the place."""
        super().moveEvent(event)
        self._note_choice()

    def _note_choice(self) -> None:
        if self._dragging and self.place != "free":
            self.place = "free"
            self.place_chosen.emit("free")

    def _place_controls(self) -> None:
        self.controls.adjustSize()
        self.controls.move(self.width() - self.controls.width(), 0)

    def _show_controls(self, shown: bool) -> None:
        self._place_controls()
        self.controls.setVisible(shown)
        self.controls.raise_()
        self._appear()

    def showEvent(self, event: QShowEvent) -> None:
        """Count the silence."""
        super().showEvent(event)
        self._appear()

    def hideEvent(self, event: QHideEvent) -> None:
        """Count no more."""
        super().hideEvent(event)
        self._hovered = False
        self._silence.stop()
        self._fading.stop()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show the buttons."""
        super().enterEvent(event)
        self._hovered = True
        self._show_controls(True)

    def leaveEvent(self, event: QEvent) -> None:
        """Hide the buttons, unless the keyboard is on them."""
        super().leaveEvent(event)
        self._hovered = False
        self._show_controls(self.isActiveWindow() and self.focusWidget() in self.controls.children())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to move the window."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._dragging = True
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

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note that a person resizes the window by its corner."""
        if event.type() == QEvent.Type.MouseButtonPress:
            self._dragging = True
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        """Claim Esc before the shortcut of the main window does, so that it closes the captions."""
        escape = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        if escape and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close the window on Esc; show the buttons to whoever uses the keyboard."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            self._show_controls(True)
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Emit that the captions are closed."""
        self.closed.emit()
        super().closeEvent(event)
