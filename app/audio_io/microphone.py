"""A microphone as a source of chunks: the audio callback copies into a bounded queue, the iterator does the rest."""

import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import Any, Protocol

import numpy as np

from app.audio_io import portaudio, pulseaudio
from app.audio_io.devices import choose, devices, recall
from app.audio_io.portaudio import DeviceError, as_echoic_error
from asr.audio.resampler import Resampler
from asr.errors import EchoicError

KEPT = 30.0  # seconds of sound the queue holds: a slow recogniser falls behind before sound is dropped
BLOCK = 0.03  # seconds of sound a callback brings
PATIENCE = 1.0  # seconds without a block after which the device counts as lost
WAKING = 5.0  # the same for the first block: wireless devices wake slowly
LOOK = 0.1  # seconds of one wait for a block, so that a stopped program is noticed
STOPPED = 1.0  # seconds beyond what a wait or a block takes after which the program itself must have stood still
STUCK = 2.0  # seconds a device gets to close; a sound system that hangs is left alone after that


class Stream(Protocol):
    """The part of sounddevice.RawInputStream that is used."""

    samplerate: float

    def start(self) -> None:
        """Begin to call back."""

    def stop(self) -> None:
        """End the calls; blocks captured before still come."""

    def close(self) -> None:
        """Give the device back."""


Callback = Callable[[np.ndarray, int, Any, Any], None]
StreamFactory = Callable[[str | int | None, Callback], Stream]


@dataclass(frozen=True)
class CaptureGap:
    """Sound that was captured and dropped, or not captured while the program was stopped."""

    position: float  # seconds of delivered sound before it
    seconds: float  # how much is missing


class Microphone:
    """Context manager and iterator of chunks (n,) float32 at `target_rate`: one device until `stop`.

    `with` opens it and raises DeviceError with the reason where that fails. Iterating raises DeviceError when no block
    came for PATIENCE seconds, since some systems report an unplugged device in no other way. A program that was stopped
    (Ctrl+Z) and goes on has lost no device: that time is a gap. One thread, the worker,
    opens, iterates and closes it; any thread may call `stop` and read the counters.
    """

    def __init__(
        self,
        device: str | int | None = None,
        target_rate: int | None = None,
        stream_factory: StreamFactory | None = None,
    ) -> None:
        self.gaps: list[CaptureGap] = []
        self.dropped = 0  # samples at the device's rate
        self.overflows = 0  # how often sound was dropped, here or in the sound system
        self.suspended = 0.0  # seconds of gaps in which the program was stopped
        self.target_rate = target_rate  # Hz of the chunks; may be set until the first is taken
        self._device = device
        self._factory = stream_factory or _open_stream
        self._stream: Stream | None = None
        self._queue: queue.SimpleQueue[tuple[np.ndarray | None, int, float]] = queue.SimpleQueue()
        self._limit = round(KEPT / BLOCK)
        self._missing = 0  # samples dropped since the last block that found room
        self._last: float | None = None  # seconds of the monotonic clock when the last block came
        self._away = 0.0  # seconds that the program was stopped since the last block that found room
        self._stopping: threading.Thread | None = None

    @property
    def waiting(self) -> float:
        """Seconds of sound captured and not yet taken. Any thread."""
        return self._queue.qsize() * BLOCK

    def __enter__(self) -> "Microphone":
        try:
            portaudio.within(portaudio.PATIENCE, self._open, self._close)
        except EchoicError:
            raise
        except Exception as error:
            raise as_echoic_error(error) from error
        return self

    def __exit__(self, *error: object) -> None:
        self._close()

    def stop(self) -> None:
        """End the sound after the last block captured; what is queued is still yielded. Any thread.

        Returns at once: a device takes some 30 ms to stop, and a sound system that hangs never does.
        """
        if self._stopping is None:
            self._stopping = threading.Thread(target=self._end, name="microphone stop", daemon=True)
            self._stopping.start()

    def __iter__(self) -> Iterator[np.ndarray]:
        """Yield the sound until `stop`. Raises DeviceError, and ValueError where it is not open."""
        if self._stream is None or self.target_rate is None:
            raise ValueError("open the microphone with `with`, and set its target_rate, before iterating")
        rate = float(self._stream.samplerate)
        resampler, taken, patience = Resampler(rate, self.target_rate), 0, WAKING
        while True:
            block, missing, away = self._next(patience)
            if missing or away:
                self.gaps.append(CaptureGap(taken / rate, missing / rate + away))
                self.suspended += away
            if block is None:
                break
            patience = PATIENCE
            taken += len(block)
            if len(samples := resampler.feed(_mono(block))):
                yield samples
        if len(samples := resampler.flush()):
            yield samples

    def _next(self, patience: float) -> tuple[np.ndarray | None, int, float]:
        """Wait for the next block. Raises DeviceError after `patience` seconds in which the program ran."""
        waited = 0.0
        while waited < patience:
            began = monotonic()
            try:
                return self._queue.get(timeout=min(LOOK, patience - waited))
            except queue.Empty:
                waited += monotonic() - began
                if monotonic() - began > LOOK + STOPPED:
                    waited, patience = 0.0, WAKING  # the device was stopped too and has to wake again
        raise DeviceError("silent", seconds=patience)

    def _capture(self, block: np.ndarray, frames: int, time: Any, status: Any) -> None:
        """Copy a block of (frames, channels) float32 and count what is dropped. Audio callback: nothing that waits."""
        if status and status.input_overflow:
            self.overflows += 1
        now = monotonic()
        if self._last is not None and now - self._last > BLOCK + STOPPED:
            self._away += now - self._last - BLOCK
        self._last = now
        if self._queue.qsize() >= self._limit:
            self.overflows += not self._missing
            self.dropped += frames
            self._missing += frames
            return
        self._queue.put((block.copy(), self._missing, self._away))
        self._missing, self._away = 0, 0.0

    def _open(self) -> None:
        with portaudio.opening(self, portaudio.PATIENCE):
            stream = self._factory(self._device, self._capture)
            try:
                stream.start()
            except Exception:
                stream.close()
                raise
            self._stream = stream

    def _end(self) -> None:
        stream = self._stream
        if stream is not None:
            with suppress(Exception):  # a lost device cannot stop, and need not
                stream.stop()
        self._queue.put((None, self._missing, self._away))

    def _close(self) -> None:
        stream, self._stream = self._stream, None

        def close() -> None:
            if self._stopping is not None:
                self._stopping.join()  # closing what another thread waits for would crash
            try:
                if stream is not None:
                    stream.close()
            finally:
                portaudio.closed(self)

        with suppress(Exception):
            portaudio.within(STUCK, close)


def _mono(block: np.ndarray) -> np.ndarray:
    """Average (n, channels) float32 to (n,); a driver's NaN becomes silence, not the end of a session."""
    return np.nan_to_num(block.mean(axis=1, dtype=np.float32), nan=0.0, posinf=0.0, neginf=0.0)


def _open_stream(wanted: str | int | None, callback: Callback) -> Stream:
    """Open a device at its own rate, with one channel, or with all of its own where it refuses one.

    A raw stream: the arrays of sounddevice's other streams are shaped in a way that NumPy 2.5 deprecates.
    """
    sound = portaudio.library()
    device = recall(wanted) or choose(wanted, devices())
    for channels in (1, device.channels):

        def capture(block: Any, frames: int, time: Any, status: Any, channels: int = channels) -> None:
            callback(np.frombuffer(block, np.float32).reshape(frames, channels), frames, time, status)

        try:
            with pulseaudio.chosen(device.source):
                return sound.RawInputStream(
                    device=device.through if device.source else device.index,
                    samplerate=device.rate,
                    channels=channels,
                    dtype="float32",
                    blocksize=round(device.rate * BLOCK),
                    callback=capture,
                )
        except sound.PortAudioError as error:
            if "-9998" not in str(error) or channels == device.channels:
                raise
    raise DeviceError("refused", reason="it takes neither one channel nor its own number of them")
