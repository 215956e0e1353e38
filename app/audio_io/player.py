"""Plays the kept sound of a session, at the speed wanted; a timer of the interface thread tells where it is."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from app.audio_io import portaudio
from app.audio_io.time_stretch import NOTHING, StretchedReader
from app.sessions.journal import HEADER, RATE

TICK = 33  # ms between two reports of the position
PATIENCE = 1.0  # seconds that the interface waits for another thread to be done with the sound system


class Output(Protocol):
    """What is used of sounddevice.RawOutputStream."""

    def start(self) -> None: ...
    def stop(self) -> None: ...
    def close(self) -> None: ...


Fill = Callable[[np.ndarray, int, Any, Any], None]  # (frames, 1) int16 to fill, frames, time, status
OpenOutput = Callable[[Fill], Output]


class Player(QObject):
    moved = Signal(float)  # seconds
    playing_changed = Signal(bool)
    failed = Signal(object)  # the exception: no library, no device

    def __init__(self, open_output: OpenOutput | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._open_output = open_output or _open_output
        self._sound = NOTHING
        self._speed = 1.0
        self._reading = StretchedReader(NOTHING, 0, RATE, 1.0)
        self._output: Output | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(TICK)
        self._timer.timeout.connect(self._report)

    @property
    def duration(self) -> float:
        return len(self._sound) / RATE

    @property
    def position(self) -> float:
        return self._reading.position / RATE

    @property
    def speed(self) -> float:
        return self._speed

    @speed.setter
    def speed(self, speed: float) -> None:
        """One of `stretch.SPEEDS`; at once, also while playing."""
        self._speed = speed
        self.seek(self.position)

    @property
    def playing(self) -> bool:
        return self._output is not None

    def open(self, path: Path | None) -> None:
        """The WAV file of a session, mapped rather than read; None: there is nothing to play."""
        self.pause()
        empty = path is None or path.stat().st_size <= HEADER.size + 1
        self._sound = (
            NOTHING
            if empty or path is None
            else np.memmap(
                path,
                "<i2",
                "r",
                offset=HEADER.size,
                shape=((path.stat().st_size - HEADER.size) // 2,),
            )
        )
        self.seek(0.0)

    def toggle(self) -> None:
        if self.playing:
            self.pause()
        else:
            self.play()

    def play(self) -> None:
        if self.playing or not len(self._sound):
            return
        if self._reading.over:
            self.seek(0.0)
        try:
            with portaudio.opening(self, PATIENCE):
                output = self._open_output(self._fill)
                output.start()
        except Exception as error:  # of any kind: PortAudio, its absence, a device that is gone
            self.failed.emit(error)
            return
        self._output = output
        self._timer.start()
        self.playing_changed.emit(True)

    def pause(self) -> None:
        output, self._output = self._output, None
        if output is not None:
            self._timer.stop()
            with suppress(Exception):  # a device that is gone can neither stop nor close
                output.stop()
                output.close()
            portaudio.closed(self)
            self.playing_changed.emit(False)

    def seek(self, seconds: float) -> None:
        start = min(len(self._sound), max(0, round(seconds * RATE)))
        self._reading = StretchedReader(self._sound, start, RATE, self._speed)
        self.moved.emit(self.position)

    def _fill(self, out: np.ndarray, frames: int, time: Any, status: Any) -> None:
        """In the sound system's thread: nothing that waits."""
        piece = self._reading.take(frames)
        out[: len(piece), 0] = piece
        out[len(piece) :] = 0

    def _report(self) -> None:
        self.moved.emit(self.position)
        if self._reading.over:
            self.pause()


def _open_output(fill: Fill) -> Output:
    """The default loudspeaker; a raw stream, as app.audio_io.microphone says."""

    def fill_raw(out: Any, frames: int, time: Any, status: Any) -> None:
        fill(np.frombuffer(out, np.int16).reshape(frames, 1), frames, time, status)

    return portaudio.library().RawOutputStream(samplerate=RATE, channels=1, dtype="int16", callback=fill_raw)
