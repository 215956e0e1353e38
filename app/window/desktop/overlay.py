"""The overlay of dictation: a line above all windows with the words that are not final yet. It takes no focus."""

from PySide6.QtCore import QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QGuiApplication, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

PADDING = 14  # pixels
WIDTH = 640  # pixels, at most
NOTICE = 6000  # ms that a sentence stays when dictation is over
# As the captions have it: it lies over other programs, whatever the theme.
BACKGROUND, WORDS, STATE = QColor(12, 15, 20, 230), QColor("white"), QColor(188, 196, 206)


class Overlay(QWidget):
    """A frameless window at the lower edge of the screen. A click emits `clicked`. Interface thread."""

    clicked = Signal()

    def __init__(self) -> None:
        flags = Qt.WindowType.Tool | Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint
        super().__init__(None, flags | Qt.WindowType.WindowDoesNotAcceptFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWindowTitle(self.tr("Echoic dictation"))
        self._state = self._words = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)

    @property
    def text(self) -> str:
        """What it shows, first the state, then the words."""
        return f"{self._state}  {self._words}".strip()

    def show_state(self, state: str, words: str = "") -> None:
        """Show a state and the words that are not final yet; a sentence that is shown stays for its time."""
        if not self._timer.isActive():
            self._present(state, words)

    def show_notice(self, sentence: str) -> None:
        """Show a sentence for some seconds."""
        self._present(sentence, "")
        self._timer.start(NOTICE)

    def clear(self) -> None:
        """Hide at once."""
        self._timer.stop()
        self.hide()

    def finish(self) -> None:
        """Hide, but let a sentence stay for its time."""
        if not self._timer.isActive():
            self.hide()

    def _present(self, state: str, words: str) -> None:
        self._state, self._words = state, words
        self.setAccessibleName(self.text)
        room = QRect(0, 0, WIDTH - 2 * PADDING, 10_000)
        flags = Qt.TextFlag.TextSingleLine if words else Qt.TextFlag.TextWordWrap
        box = self.fontMetrics().boundingRect(room, flags, self.text)
        wide = min(WIDTH, max(160, box.width() + 2 * PADDING + 2))
        self.resize(wide, round(box.height() + 1.4 * PADDING))
        screen = QGuiApplication.primaryScreen()
        if screen is not None:  # on Wayland the desktop decides where it is
            area = screen.availableGeometry()
            self.move(area.center().x() - self.width() // 2, area.bottom() - self.height() - 3 * PADDING)
        self.show()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the state and, behind it, the end of the words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(BACKGROUND)
        painter.drawRoundedRect(QRectF(self.rect()), 10, 10)
        box = self.rect().adjusted(PADDING, 0, -PADDING, 0)
        metrics = painter.fontMetrics()
        painter.setPen(STATE)
        left = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        if not self._words:
            painter.drawText(box, left | Qt.TextFlag.TextWordWrap, self._state)
            return
        painter.drawText(box, left, self._state)
        box.setLeft(box.left() + metrics.horizontalAdvance(self._state + "  "))
        painter.setPen(WORDS)
        words = metrics.elidedText(self._words, Qt.TextElideMode.ElideLeft, box.width())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Emit `clicked`."""
        self.clicked.emit()
