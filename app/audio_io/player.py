"""Plays the kept sound of a session at the chosen speed."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from app.audio_io import portaudio
from app.audio_io.time_stretch import NOTHING, StretchedReader
from app.sessions.folder.session_sound import map_sound

if TYPE_CHECKING:
    import numpy as np

TICK = 33  # ms between two reports of the position
PATIENCE = 1.0  # seconds that the interface waits for another thread to be done with the sound system


class Output(Protocol):
    """The part of sounddevice.RawOutputStream that is used."""

    def start(self) -> None:
        """Begin to call back."""

    def stop(self) -> None:
        """End the calls; what was filled before is still played."""

    def close(self) -> None:
        """Give the device back."""


Fill = Callable[["np.ndarray", int, Any, Any], None]  # (frames, 1) int16 to fill, frames, time, status
OpenOutput = Callable[[Fill], Output]


class Player(QObject):
    """Plays one sound at a time. Interface thread; the sound system calls back in a thread of its own."""

    moved = Signal(float)  # seconds
    playing_changed = Signal(bool)
    failed = Signal(object)  # the exception: no library, no device, a sound that cannot be read

    def __init__(self, open_output: OpenOutput | None = None, parent: QObject | None = None) -> None:
        """Prepare a player; `open_output` opens a loudspeaker, None the system's default one."""
        super().__init__(parent)
        self._open_output = open_output or self._open_loudspeaker
        self._sound = NOTHING
        self._rate = 1  # Hz, of the sound; as good as any other while there is none
        self._speed = 1.0
        self._reader = StretchedReader(NOTHING, 0, self._rate, 1.0)
        self._output: Output | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(TICK)
        self._timer.timeout.connect(self._report)

    @property
    def duration(self) -> float:
        """Seconds of sound."""
        return len(self._sound) / self._rate

    @property
    def position(self) -> float:
        """Seconds from the beginning."""
        return self._reader.position / self._rate

    @property
    def buffered(self) -> float:
        """Seconds of output that are ready for the loudspeaker."""
        return self._reader.ready / self._rate

    @property
    def speed(self) -> float:
        """A member of `time_stretch.SPEEDS`; setting it has effect at once, also while playing."""
        return self._speed

    @speed.setter
    def speed(self, speed: float) -> None:
        self._speed = speed
        self.seek(self.position)

    @property
    def playing(self) -> bool:
        """Whether a loudspeaker is open."""
        return self._output is not None

    def open(self, path: Path | None) -> None:
        """Open the WAV file of a session, mapped rather than read; None: there is nothing to play."""
        self.pause()
        self._sound, self._rate = (NOTHING, 1) if path is None else map_sound(path)
        self.seek(0.0)

    def toggle(self) -> None:
        """Play, or pause."""
        if self.playing:
            self.pause()
        else:
            self.play()

    def play(self) -> None:
        """Play from the present position, or from the beginning where that is the end."""
        if self.playing or not len(self._sound):
            return
        self.seek(0.0 if self._reader.over else self.position)  # a reader that was closed cannot go on
        self._reader.start()
        try:
            with portaudio.opening(self, PATIENCE):
                output = self._open_output(self._fill)
                output.start()
        except Exception as error:  # of any kind: PortAudio, its absence, a device that is gone
            self._reader.close()
            self.failed.emit(error)
            return
        self._output = output
        self._timer.start()
        self.playing_changed.emit(True)

    def pause(self) -> None:
        """Close the loudspeaker; the position stays."""
        output, self._output = self._output, None
        if output is not None:
            self._timer.stop()
            with suppress(Exception):  # a device that is gone can neither stop nor close
                output.stop()
                output.close()
            portaudio.closed(self)
            self._reader.close()
            self.playing_changed.emit(False)

    def seek(self, seconds: float) -> None:
        """Go to a place in the sound, also while playing."""
        start = min(len(self._sound), max(0, round(seconds * self._rate)))
        before, reader = self._reader, StretchedReader(self._sound, start, self._rate, self._speed)
        if self.playing:
            reader.start()
        self._reader = reader
        before.close()
        self.moved.emit(self.position)

    def _fill(self, out: "np.ndarray", frames: int, time: Any, status: Any) -> None:
        """Copy what is ready, and silence where nothing is. Audio callback: nothing that waits."""
        piece = self._reader.take(frames)
        out[: len(piece), 0] = piece
        out[len(piece) :] = 0

    def _report(self) -> None:
        self.moved.emit(self.position)
        if self._reader.over:
            error = self._reader.error
            self.pause()
            if error is not None:
                self.failed.emit(error)

    def _open_loudspeaker(self, fill: Fill) -> Output:
        """Open the default loudspeaker; a raw stream, for the reason given in app.audio_io.microphone."""
        import numpy as np

        def fill_raw(out: Any, frames: int, time: Any, status: Any) -> None:
            fill(np.frombuffer(out, np.int16).reshape(frames, 1), frames, time, status)

        library = portaudio.library()
        return library.RawOutputStream(samplerate=self._rate, channels=1, dtype="int16", callback=fill_raw)
