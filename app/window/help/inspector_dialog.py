"""Help > How it listens: the network at work on the sample, with its memory and without it."""

import html
from pathlib import Path
from typing import Any

from PySide6.QtCore import QElapsedTimer, QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.window.help.inspector_strips import tr
from app.window.help.inspector_view import InspectorRecording, InspectorView
from app.window.style.on_screen import resize_on_screen
from app.window.texts.language import number
from app.window.texts.plain_text import RichLabel, set_tip
from app.worker.demonstration import REFERENCE, SAMPLE, Demonstration, Moment, Scene, View, correct_words
from app.worker.task import Task

TICK = 33  # ms: 30 pictures a second


class InspectorDialog(QDialog):
    """Plays the demonstration: counts the time and requests blocks of sound from a worker thread. Interface thread."""

    def __init__(self, recognizer: Any, parent: QWidget | None = None, sample: Path = SAMPLE) -> None:
        """Play with `recognizer`, the one of the window: its weights are shared, not loaded again."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("How it listens"))
        self.scene: Scene | None = None
        self.seconds = 0.0  # of the sample, shown
        self._recordings: tuple[InspectorRecording, InspectorRecording] | None = None  # with memory, without
        self._recognised = 0.0  # seconds that the worker has recognised
        self._clock = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK)
        self._timer.timeout.connect(self._tick)
        self._build()
        self._show()
        self.task = Task(self)
        self.task.posted.connect(self._receive)
        self.task.ended.connect(self._ended)
        self.demonstration = Demonstration(recognizer, sample)
        self.lesson.setText(tr("Loading the sample…"))
        self.task.begin(lambda: self.demonstration.play(self.task.post), "how it listens")

    def _build(self) -> None:
        self.lesson = RichLabel()
        self.strips = InspectorView(self)
        self.reference = RichLabel(tr("What is said (struck out below: what was misheard): {0}").format(REFERENCE))
        self.words = (RichLabel(), RichLabel())
        self.play = QPushButton(tr("&Pause"))
        self.again = QPushButton(tr("From the &beginning"))
        self.forget = QCheckBox(tr("&Forget between chunks"))
        set_tip(self.forget, tr("Sets the hidden state back to nothing at the edge of every chunk"))
        self.layer = QComboBox()
        self.layer.setAccessibleName(tr("Layer of the network"))
        self.layer.view().setAccessibleName(self.layer.accessibleName())
        self.layer.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        close = QPushButton(tr("&Close"))
        for label in (self.lesson, self.reference, *self.words):
            label.setWordWrap(True)
        for label, name in zip(self.words, (tr("Words with memory"), tr("Words without memory")), strict=True):
            label.setAccessibleName(name)
            label.setAlignment(Qt.AlignmentFlag.AlignTop)
            label.setMinimumHeight(2 * label.fontMetrics().lineSpacing() + 4)
        row = QHBoxLayout()
        for widget in (self.play, self.again, self.forget, self.layer):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(close)
        column = QVBoxLayout(self)
        column.addWidget(self.lesson)
        column.addWidget(self.strips, 1)
        for label in (self.reference, *self.words):
            column.addWidget(label)
        column.addLayout(row)
        self.play.clicked.connect(self.toggle)
        self.again.clicked.connect(self.restart)
        self.forget.toggled.connect(self._show)
        self.layer.currentIndexChanged.connect(self._show)
        close.clicked.connect(self.close)
        for key, handler in (
            ("Home", self.restart),
            ("F", self.forget.toggle),
        ):  # Space already presses the focused button
            QShortcut(QKeySequence(key), self).activated.connect(handler)
        self._enable(False)
        text = 14 * self.fontMetrics().lineSpacing()  # height of all labels with the longer of the two lessons
        resize_on_screen(self, QSize(980, max(700, self.strips.sizeHint().height() + text)))

    def _enable(self, ready: bool) -> None:
        for widget in (self.play, self.again, self.forget, self.layer):
            widget.setEnabled(ready)

    @property
    def playing(self) -> bool:
        """Whether the demonstration runs."""
        return self._timer.isActive()

    def toggle(self) -> None:
        """Pause, or go on; at the end, start again."""
        if self.scene is None:
            return
        if self.playing:
            self._timer.stop()
        elif self.seconds >= self._end:
            self.restart()
        else:
            self._clock.restart()
            self._timer.start()
        self._show()

    def restart(self) -> None:
        """Play from the beginning."""
        if self.scene is None:
            return
        self.seconds = self._recognised = 0.0
        self._recordings = self.strips.begin(self.scene)
        self.demonstration.again()
        self._clock.restart()
        self._timer.start()
        self._show()

    @property
    def _end(self) -> float:
        return self.scene.seconds if self.scene is not None else 0.0

    def _receive(self, item: object) -> None:
        """Handle what the worker posted."""
        if isinstance(item, Scene):
            self.scene = item
            self._recordings = self.strips.begin(item)
            self.layer.addItems([tr("Layer {0} of {1}").format(n + 1, item.layers) for n in range(item.layers)])
            self.layer.setCurrentIndex(item.layers // 2)
            self._enable(True)
            self.play.setFocus()
            self.toggle()
        elif isinstance(item, Moment) and self._recordings is not None:
            if item.block * self._block > self._recognised + 1e-6:
                return  # belongs to a pass that `restart` ended
            self._recognised = item.end
            for recording, view in zip(self._recordings, (item.remembering, item.forgetting), strict=True):
                recording.add(item, view)

    @property
    def _block(self) -> float:
        return self.scene.block if self.scene is not None else 1.0

    def _ended(self, error: Exception | None) -> None:
        if error is not None:
            self._timer.stop()
            self._enable(False)
            self.lesson.setText(html.escape(tr("The sample cannot be shown: {0}").format(error)))

    def _tick(self) -> None:
        """Show the next picture. Time follows the clock, but stops at the end of what the worker has recognised."""
        self.seconds = min(self.seconds + self._clock.restart() / 1000, self._recognised)
        self.demonstration.want(self.seconds + TICK / 1000)
        if self.seconds >= self._end:
            self._timer.stop()
        self._show()

    def _show(self) -> None:
        forgets = self.forget.isChecked()
        recording = self._recordings[forgets] if self._recordings else None
        self.strips.show_recording(recording, self.seconds, max(self.layer.currentIndex(), 0), forgets)
        self.play.setText(tr("&Pause") if self.playing else tr("&Play"))
        if self.scene is not None:
            self.lesson.setText(self._lesson(self.scene, forgets))
        over = self.seconds >= self._end > 0
        names = (tr("With memory"), tr("Forgetting"))
        for i, (label, name) in enumerate(zip(self.words, names, strict=True)):
            view = self._recordings[i].now(self.seconds) if self._recordings else None
            text = self._sentence(name, view, over)
            shown = f"<b>{text}</b>" if i == forgets else text
            if label.text() != shown:
                label.setText(shown)

    def _sentence(self, name: str, view: View | None, over: bool) -> str:
        """Return the words so far as HTML, with wrong words struck out."""
        words = view.words if view else ()
        are_right = correct_words(words)
        marked = " ".join(
            html.escape(word) if is_right else f"<s>{html.escape(word)}</s>"
            for word, is_right in zip(words, are_right, strict=True)
        )
        if over:
            return f"{name} " + tr("({0} of {1} words right): {2}").format(
                sum(are_right), len(REFERENCE.split()), marked
            )
        return f"{name}: {marked} <i>{html.escape(' '.join(view.partial)) if view else ''}</i>"

    def _lesson(self, scene: Scene, forgets: bool) -> str:
        carried = tr(
            "Sound arrives in chunks of {0} s, and the network hears one chunk at a time. All it knows of the chunks "
            "before is its hidden state: {1} numbers in each of {2} layers, carried from chunk to chunk (faint lines). "
            "At every step the update gate decides, number by number, how much of the old gives way to the new."
        ).format(number(scene.block, 2), scene.width, scene.layers)
        lost = tr(
            "Now the hidden state is set back to nothing at the edge of every chunk (the cuts). The weights are "
            "the same, the sound is the same; but every {0} s the network wakes up in the middle of a word and does "
            "not know what came before. Watch the slow units, and compare the words."
        ).format(number(scene.block, 2))
        return lost if forgets else carried

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop the worker before the dialog closes."""
        self.finish()
        super().closeEvent(event)

    def reject(self) -> None:
        """Stop the worker when Esc is pressed."""
        self.finish()
        super().reject()

    def finish(self) -> None:
        """Stop the clock and the worker."""
        self._timer.stop()
        self.demonstration.close()
        self.task.wait(10.0)
