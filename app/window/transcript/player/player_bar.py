"""The row under a kept transcript: play, 3 seconds back and forward, speed, position in the sound."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from app.audio_io.player import Player
from app.audio_io.time_stretch import SPEEDS
from app.sessions.document import clock
from app.window.shell.actions import Actions
from app.window.style.colors import LARGE, SMALL, TINY
from app.window.style.icons import icon_button, set_icon
from app.window.style.style_sheet import QUIET
from app.window.texts.language import filled
from app.window.texts.plain_text import Label, set_tip
from app.window.transcript.player.waveform import WaveformSlider

STEP = 3.0  # seconds
MIN_WAVEFORM = 140  # pixels that the waveform has at least


class PlayerBar(QWidget):
    """Controls a `Player` and follows it. Interface thread."""

    def __init__(self, player: Player, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.player, self._actions = player, actions
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # time runs to the right in every language
        row = QHBoxLayout(self)
        row.setContentsMargins(SMALL, SMALL, LARGE, SMALL)
        row.setSpacing(TINY)
        self._back, self._play, self._forward = (icon_button(actions[name]) for name in ("back", "play", "forward"))
        for button in (self._back, self._play, self._forward):
            row.addWidget(button)
        row.addSpacing(SMALL)
        self.speed = QComboBox()
        for speed in SPEEDS:
            self.speed.addItem(filled("{0:g}×", speed), speed)
        self.speed.setCurrentIndex(SPEEDS.index(1.0))
        self.speed.setAccessibleName(self.tr("Speed"))
        self.speed.view().setAccessibleName(self.tr("Speed"))
        set_tip(self.speed, self.tr("How fast it is played; voices keep their pitch"))
        self.speed.currentIndexChanged.connect(lambda row: setattr(player, "speed", SPEEDS[row]))
        self.position = WaveformSlider()
        self.position.setAccessibleName(self.tr("Place in the sound"))
        self.position.setRange(0, 0)
        self.position.sliderMoved.connect(lambda tenths: player.seek(tenths / 10))
        self.position.actionTriggered.connect(lambda _: player.seek(self.position.sliderPosition() / 10))
        self.time = Label()
        self.time.setObjectName(QUIET)
        row.addWidget(self.position, 1)
        row.addSpacing(SMALL)
        row.addWidget(self.time)
        row.addSpacing(SMALL)
        row.addWidget(self.speed)
        player.moved.connect(self._move)
        player.playing_changed.connect(self._show_playing)
        actions["play"].triggered.connect(player.toggle)
        actions["back"].triggered.connect(lambda: player.seek(player.position - STEP))
        actions["forward"].triggered.connect(lambda: player.seek(player.position + STEP))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow row show fewer controls: those that are left out have keys and entries of the menu."""
        super().resizeEvent(event)
        rest = self._play.sizeHint().width() + self.time.sizeHint().width() + MIN_WAVEFORM + 2 * LARGE + 4 * SMALL
        room = event.size().width() - rest
        steps = self._back.sizeHint().width() + self._forward.sizeHint().width() + 2 * TINY
        speed = self.speed.sizeHint().width()
        self.speed.setVisible(room >= speed)
        for button in (self._back, self._forward):
            button.setVisible(room >= speed + steps)

    def refresh(self) -> None:
        """Follow the sound that was opened; hide if there is none."""
        has_sound = self.player.duration > 0
        self.setVisible(has_sound)
        for name in ("back", "play", "play_word", "forward"):
            self._actions[name].setEnabled(has_sound)
        self.position.setRange(0, round(self.player.duration * 10))
        self._move(self.player.position)

    def _move(self, seconds: float) -> None:
        if not self.position.isSliderDown():
            self.position.setValue(round(seconds * 10))
        self.time.setText(f"{clock(seconds)} / {clock(self.player.duration)}")

    def _show_playing(self, playing: bool) -> None:
        set_icon(self._actions["play"], "pause" if playing else "resume")
