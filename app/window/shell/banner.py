"""The banner above the transcript: a problem, up to two remedies, and details to copy."""

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QEnterEvent, QGuiApplication, QHideEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.window.style.colors import MEDIUM, RADIUS, SMALL, TINY, current_colors
from app.window.style.icons import set_icon
from app.window.texts.messages import Problem, Remedy
from app.window.texts.plain_text import Label, set_tip

TEXT_SHARE = 0.4  # of the width that a text gets at least, unless it is shorter
PASSES_AFTER = 10_000  # ms that a message which only informs is shown


class Banner(QFrame):
    """Hidden until `show_problem`. It never takes the keyboard focus, as the user may be typing."""

    acted = Signal(Remedy)
    changed = Signal(object, object)  # Problem or None: what was shown before, and what is shown now

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.problem: Problem | None = None
        self._notices: list[Problem] = []  # wait until the banner is free
        self._notice: Problem | None = None  # the one that is shown
        self.setObjectName("banner")
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PASSES_AFTER)
        self._timer.timeout.connect(self.clear)
        self._icon = Label()
        self.text = Label()
        self.text.setWordWrap(True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.action = QPushButton()
        self.action.clicked.connect(lambda: self._act(other=False))
        self.other = QPushButton()
        self.other.clicked.connect(lambda: self._act(other=True))
        self.copy = QPushButton(self.tr("Copy details"))
        set_tip(self.copy, self.tr("Copy what exactly went wrong, for a report"))
        self.copy.clicked.connect(self._copy)
        self.close_button = QToolButton()
        set_icon(self.close_button, "close")
        self.close_button.setAutoRaise(True)
        self.close_button.setAccessibleName(self.tr("Dismiss this message"))
        set_tip(self.close_button, self.tr("Dismiss this message"))
        self.close_button.clicked.connect(self.clear)
        self._row = QHBoxLayout()
        self._below = QBoxLayout(
            QBoxLayout.Direction.LeftToRight
        )  # the buttons, where the text has no room beside them
        for widget in (self._icon, self.text, self.action, self.other, self.copy, self.close_button):
            self._row.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(MEDIUM + SMALL, TINY, MEDIUM, SMALL)  # the lowest part is the distance to the pane
        for layout in (self._row, self._below):
            layout.setSpacing(SMALL)
            column.addLayout(layout)
        self._below.addStretch(1)
        column.setSpacing(0)
        self.hide()

    def add_notice(self, notice: Problem) -> None:
        """Show a notice as soon as the banner is free, so that each of several is seen."""
        self._notices.append(notice)
        if self.problem is None:
            self.show_problem(None)

    def withdraw(self, problem: Problem) -> None:
        """Take away a problem or a notice that does not hold any more, whether it is shown or waits."""
        self._notices = [notice for notice in self._notices if notice != problem]
        if self.problem == problem:
            self.show_problem(None)

    def show_problem(self, problem: Problem | None) -> None:
        """Show a problem; None hides the banner, or shows the next notice that waits."""
        if problem is None and self._notices:
            problem = self._notice = self._notices.pop(0)
        elif problem is None:
            self._notice = None
        elif self._notice is not None and problem != self._notice:
            self._notices.insert(0, self._notice)  # it comes back
            self._notice = None
        before, self.problem = self.problem, problem
        if before != problem:
            self.changed.emit(before, problem)
        if problem is None:
            self.hide()
            return
        set_icon(self._icon, "warning" if problem.grave else "info", "error" if problem.grave else "warning")
        self.text.setText(problem.cause)
        self.action.setText(problem.action)
        self.action.setVisible(problem.remedy is not Remedy.NONE)
        self.other.setText(problem.other_action)
        self.other.setVisible(problem.other is not Remedy.NONE)
        self.copy.setVisible(bool(problem.details))
        self.setAccessibleName(problem.cause)
        self._place_buttons()
        self.update()
        self.show()
        if problem.passing and not self.underMouse():
            self._timer.start()
        else:
            self._timer.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the buttons where there is room."""
        super().resizeEvent(event)
        self._place_buttons()

    def _place_buttons(self) -> None:
        """Put the buttons beside the text or, where it would be too narrow, below it; one over the other if need be."""
        buttons = (self.action, self.other, self.copy)
        needed = sum(button.sizeHint().width() + SMALL for button in buttons if not button.isHidden())
        room = self.width() - 2 * (MEDIUM + SMALL)
        ends = self._icon.sizeHint().width() + self.close_button.sizeHint().width() + 2 * SMALL
        text = self.text.fontMetrics().horizontalAdvance(self.text.text())
        beside = room - ends - needed >= min(text, TEXT_SHARE * room)
        width = room - ends - (needed if beside else 0) - SMALL
        self.text.setMinimumHeight(0)  # below which no label says that it could be
        if self.text.text():
            self.text.setMinimumHeight(self.text.heightForWidth(max(width, 1)))  # else it is cut where room is scarce
        for button in buttons:
            if beside != (self._row.indexOf(button) >= 0):
                (self._below if beside else self._row).removeWidget(button)
                if beside:
                    self._row.insertWidget(self._row.count() - 1, button)
                else:
                    self._below.insertWidget(self._below.count() - 1, button, 0, Qt.AlignmentFlag.AlignLeading)
        stacked = QBoxLayout.Direction.TopToBottom if needed > room else QBoxLayout.Direction.LeftToRight
        if self._below.direction() != stacked:
            self._below.setDirection(stacked)

    @property
    def ground(self) -> QColor:
        """The colour behind the text."""
        colors = current_colors()
        grave = self.problem is None or self.problem.grave
        return QColor(colors.error_ground if grave else colors.warning_ground)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground, with the distances of the panes."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.ground)
        painter.drawRoundedRect(self.rect().adjusted(SMALL, 0, -SMALL, -SMALL + TINY), RADIUS, RADIUS)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Stay while the pointer is on the message."""
        self._timer.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Count the time of a passing message anew."""
        if self.problem is not None and self.problem.passing:
            self._timer.start()
        super().leaveEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Count no more."""
        self._timer.stop()
        super().hideEvent(event)

    def clear(self) -> None:
        """Hide the banner."""
        self.show_problem(None)

    def recolor(self) -> None:
        """Follow a change of the program's palette."""
        if self.problem is not None:
            self.show_problem(self.problem)

    def _act(self, other: bool) -> None:
        if self.problem is not None:
            self._notice = None  # answered: it does not come back
            self.acted.emit(self.problem.other if other else self.problem.remedy)

    def _copy(self) -> None:
        if self.problem is not None:
            QGuiApplication.clipboard().setText(f"{self.problem.cause}\n\n{self.problem.details}")
