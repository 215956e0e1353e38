"""Ctrl+C as the end of the sound: what was captured up to there is still recognised, printed and written."""

import os
import select
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any, TypeVar

from asr.errors import AudioError

Item = TypeVar("Item")

POLL = 0.1  # seconds between two looks for Ctrl+C while a pipe is silent


class Interrupt:
    """A context manager: within it the first Ctrl+C sets `requested`, the second raises KeyboardInterrupt.

    Main thread; in any other it changes nothing, since Python delivers signals to the main thread only.
    """

    def __init__(self) -> None:
        self.requested = False
        self._before: Any = None  # the handler that was set

    def __enter__(self) -> "Interrupt":
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._on_signal)
        return self

    def __exit__(self, *error: object) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if self.requested:
            raise KeyboardInterrupt
        self.requested = True

    def until_requested(self, source: Iterator[Item], stop: Callable[[], None] | None = None) -> Iterator[Item]:
        """Yield from `source` until Ctrl+C; with `stop`, that is called once instead and the source ends by itself."""
        stopped = False
        for item in source:
            yield item
            if self.requested and not stopped:
                if stop is None:
                    return
                stop()
                stopped = True


class PipeReader:
    """A file descriptor as a stream for `read_pcm` and `open_media` of `asr.audio`: each read returns what is there.

    It looks for Ctrl+C while it waits, since a signal alone does not end a read; after Ctrl+C it takes what lies in
    the pipe and ends.
    """

    def __init__(self, number: int, interrupt: Interrupt) -> None:
        self._number, self._interrupt = number, interrupt
        self._last = False

    def read1(self, size: int) -> bytes:
        """Return up to `size` bytes, empty at the end. Raises AudioError."""
        while not self._last:
            self._last = self._interrupt.requested
            # On Windows select knows only sockets: there Ctrl+C waits for the next sound.
            if os.name == "nt" or select.select([self._number], [], [], 0.0 if self._last else POLL)[0]:
                try:
                    return os.read(self._number, size)
                except BlockingIOError:  # another process took what was there
                    continue
                except OSError as error:
                    raise AudioError("read-failed", reason=error.strerror or error) from error
        return b""

    read = read1

    def close(self) -> None:
        """Close the descriptor."""
        os.close(self._number)
