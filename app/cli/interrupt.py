"""Ctrl+C as the end of the sound: what was heard is still recognised, printed and written."""

import os
import select
import signal
import threading
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from asr.errors import AudioError

Item = TypeVar("Item")


class Interrupt:
    """While it is entered, the first Ctrl+C sets `asked`, the second raises KeyboardInterrupt as usual."""

    def __init__(self) -> None:
        self.asked = False
        self._before: Any = None

    def __enter__(self) -> "Interrupt":
        if threading.current_thread() is threading.main_thread():  # Python hands signals to no other
            self._before = signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(self, *error: object) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    def _note(self, number: int, frame: Any) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True

    def ends(self, source: Iterator[Item], stop: Callable[[], None] | None = None) -> Iterator[Item]:
        """`source` until Ctrl+C; with `stop`, that is called once instead and the source ends by itself."""
        told = False
        for item in source:
            yield item
            if self.asked and not told:
                if stop is None:
                    return
                stop()
                told = True


class Pipe:
    """A file descriptor as a stream for asr.audio.pcm.read_pcm: each read gives what is there.

    It looks for Ctrl+C while it waits, since a signal alone does not end a read; once asked, it takes what
    lies in the pipe and ends.
    """

    def __init__(self, number: int, interrupt: Interrupt) -> None:
        self._number, self._interrupt = number, interrupt
        self._last = False

    def read1(self, size: int) -> bytes:
        while not self._last:
            self._last = self._interrupt.asked
            # On Windows select knows only sockets: there Ctrl+C waits for the next sound.
            if os.name == "nt" or select.select([self._number], [], [], 0.0 if self._last else 0.1)[0]:
                try:
                    return os.read(self._number, size)
                except OSError as error:
                    raise AudioError("read-failed", reason=error.strerror or error) from error
        return b""

    read = read1
