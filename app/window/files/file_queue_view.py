"""The queue on screen: one row per file with its progress, the time left, and buttons to cancel and to try again."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QHBoxLayout,
    QProgressBar,
    QScrollArea,
    QSizePolicy,
    QStyle,
    QStyleOptionFocusRect,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.sessions.document import clock
from app.window.files.file_queue import FileJob, FileQueue, JobStatus
from app.window.style.colors import LARGE, SMALL, TINY
from app.window.style.icons import set_icon
from app.window.style.style_sheet import HEADING, QUIET, SCROLLED
from app.window.texts.kept_sentences import shown
from app.window.texts.language import margins
from app.window.texts.messages import no_words_in_file, plural, text_of
from app.window.texts.plain_text import ElidedLabel, Label, set_tip

ANY_HEIGHT = 16_777_215  # pixels: Qt's QWIDGETSIZE_MAX


class FileRow(QAbstractButton):
    """One file: name, progress bar, status, cancel button."""

    chosen = Signal(FileJob)
    cancelled = Signal(FileJob)
    retry_wanted = Signal(FileJob)

    def __init__(self, job: FileJob, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.job = job
        self.name = Label(job.name)
        set_tip(self.name, str(job.path))
        self.name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.state = Label()
        self.state.setWordWrap(True)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)  # never wider than the list
        policy.setHeightForWidth(True)
        self.state.setSizePolicy(policy)
        self.state.setObjectName(QUIET)
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(TINY)
        self.bar.setAccessibleName(self.tr("Progress of {0}").format(job.name))
        self.cancel = QToolButton()
        set_icon(self.cancel, "close")
        self.cancel.setAutoRaise(True)
        self.cancel.setAccessibleName(self.tr("Cancel {0}").format(job.name))
        set_tip(self.cancel, self.tr("Cancel; what was recognised so far is kept"))
        self.cancel.clicked.connect(lambda: self.cancelled.emit(self.job))
        self.again = QToolButton()
        self.again.setAutoRaise(True)
        set_tip(self.again, self.tr("Recognise the file again, from its beginning"))
        self.again.clicked.connect(lambda: self.retry_wanted.emit(self.job))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(margins(LARGE, TINY, SMALL, SMALL))
        column.setSpacing(TINY)
        top = QHBoxLayout()
        top.addWidget(self.name, 1)
        top.addWidget(self.again)
        top.addWidget(self.cancel)
        column.addLayout(top)
        column.addWidget(self.bar)
        column.addWidget(self.state)
        self.refresh()

    def refresh(self) -> None:
        """Show the job as it is now."""
        job = self.job
        running = job.status is JobStatus.RUNNING
        self.bar.setVisible(running)
        if running:
            fraction = job.fraction
            self.bar.setRange(0, 0 if fraction is None else 1000)  # a range of 0 to 0 shows Qt's busy indicator
            self.bar.setValue(round(1000 * (fraction or 0.0)))
        self.cancel.setVisible(job.status in (JobStatus.WAITING, JobStatus.RUNNING))
        self.again.setVisible(job.status in (JobStatus.FAILED, JobStatus.CANCELLED))
        self.again.setText(self.tr("Retry") if job.status is JobStatus.FAILED else self.tr("Resume"))
        self.again.setAccessibleName(f"{self.again.text()}, {job.name}")
        self.state.setText(self.status_text())
        self.setAccessibleName(f"{job.name}, {self.status_text()}")

    def status_text(self) -> str:
        """Return the status in words, with progress or the reason of a failure."""
        job = self.job
        match job.status:
            case JobStatus.WAITING:
                return self.tr("waiting")
            case JobStatus.RUNNING if job.fraction is None:
                return self.tr("{0} recognised").format(clock(job.seconds))
            case JobStatus.RUNNING:
                text = self.tr("{0:.0f} %").format(100 * (job.fraction or 0.0))
                if job.seconds_left is not None:
                    text += " · " + self.tr("{0} left").format(clock(job.seconds_left + 0.99))
                return text
            case JobStatus.DONE:
                problems = job.recorder.session.problems if job.recorder is not None else ()
                state = no_words_in_file(job.peak) if job.wordless else self.tr("done")
                return " · ".join((state, *(f"⚠ {shown(problem)}" for problem in problems[:1])))
            case JobStatus.CANCELLED if not job.document.count:
                return self.tr("incomplete: cancelled before the first word")
            case JobStatus.CANCELLED:
                return self.tr("incomplete: cancelled at {0}; the text so far is kept").format(clock(job.seconds))
            case JobStatus.FAILED:
                return "⚠ " + (text_of(job.error) if job.error is not None else "")
        return ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose the file with Enter or Space."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(self.job)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the focus frame."""
        if self.hasFocus():
            option = QStyleOptionFocusRect()
            option.initFrom(self)
            self.style().drawPrimitive(QStyle.PrimitiveElement.PE_FrameFocusRect, option, QPainter(self), self)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the file."""
        self.chosen.emit(self.job)
        super().mousePressEvent(event)


class FileQueueView(QWidget):
    """The rows under a heading with the progress of this batch; one line once all is done, hidden without files."""

    chosen = Signal(FileJob)

    def __init__(self, queue: FileQueue, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.queue = queue
        self.rows: dict[FileJob, FileRow] = {}
        self._running: FileJob | None = None  # the file that was scrolled to
        self.fold = QToolButton()
        self.fold.setCheckable(True)
        self.fold.setAutoRaise(True)
        self.fold.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.fold.toggled.connect(self._show_rows)
        self.heading = ElidedLabel()
        self.heading.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.heading.setObjectName(HEADING)
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(TINY)
        self.bar.setAccessibleName(self.tr("Progress of all files"))
        self.clear_button = QToolButton()
        self.clear_button.setText(self.tr("Clear"))
        self.clear_button.setAutoRaise(True)
        set_tip(self.clear_button, self.tr("Take finished files off this list; their sessions stay"))
        self.clear_button.clicked.connect(self._clear)
        inner = QWidget()
        inner.setObjectName(SCROLLED)
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addStretch(1)
        self.area = area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inner)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        top = QHBoxLayout()
        top.setContentsMargins(margins(TINY, SMALL, SMALL, TINY))
        top.addWidget(self.fold)
        top.addWidget(self.heading, 1)
        top.addWidget(self.clear_button)
        whole = QHBoxLayout()
        whole.setContentsMargins(LARGE, 0, LARGE, SMALL)
        whole.addWidget(self.bar)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, TINY)
        column.setSpacing(0)
        column.addLayout(top)
        column.addLayout(whole)
        column.addWidget(area, 1)
        queue.added.connect(self._add)
        queue.changed.connect(self._change)
        self._show_rows(False)
        self.hide()

    @property
    def folded(self) -> bool:
        """Whether only the heading is shown."""
        return self.fold.isChecked()

    def _add(self, job: FileJob) -> None:
        row = FileRow(job)
        row.cancelled.connect(self.queue.cancel)
        row.retry_wanted.connect(self._retry)
        row.chosen.connect(self.chosen)
        self.rows[job] = row
        self._column.insertWidget(self._column.count() - 1, row)
        self.fold.setChecked(False)
        self._refresh_heading()
        self.show()

    def _change(self, job: FileJob) -> None:
        row = self.rows.get(job)
        if row is not None:
            row.refresh()
            if job.status is JobStatus.WAITING:
                self.fold.setChecked(False)
            elif job.status is JobStatus.RUNNING and job is not self._running:
                self._running = job
                self.area.ensureWidgetVisible(row)
        jobs = self.queue.batch()
        done = all(one.status is JobStatus.DONE and not one.wordless for one in jobs)
        if job in jobs and self.queue.running is None and done:
            self.fold.setChecked(True)
        self._refresh_heading()

    def _retry(self, job: FileJob) -> None:
        self.queue.retry(job)
        self.chosen.emit(job)

    def _show_rows(self, folded: bool) -> None:
        self.fold.setArrowType(Qt.ArrowType.RightArrow if folded else Qt.ArrowType.DownArrow)
        text = self.tr("Show the files") if folded else self.tr("Show one line only")
        self.fold.setAccessibleName(text)
        set_tip(self.fold, text)
        self.area.setVisible(not folded)
        self.setMaximumHeight(self.sizeHint().height() if folded else ANY_HEIGHT)

    def _refresh_heading(self) -> None:
        over, count = self.queue.progress()
        text = self.tr("Files: {0} of {1}").format(over, count)
        if failed := sum(job.status is JobStatus.FAILED for job in self.queue.batch()):
            text = "⚠ " + plural("FileQueueView", "%n failed", failed) + " · " + text  # the end may be cut off
        left = self.queue.seconds_left()
        if left is not None and count > 1:
            text += " · " + self.tr("{0} left").format(clock(left + 0.99))
        self.heading.setText(text)
        self.bar.setVisible(count > 1 and over < count)
        self.bar.setValue(round(1000 * self.queue.fraction()))
        self.clear_button.setVisible(any(job not in self.queue.unfinished() for job in self.rows))

    def _clear(self) -> None:
        self.queue.forget_finished()
        for job in [job for job in self.rows if job not in self.queue.jobs]:
            row = self.rows.pop(job)
            self._column.removeWidget(row)
            row.deleteLater()
        self._refresh_heading()
        self.setVisible(bool(self.rows))
